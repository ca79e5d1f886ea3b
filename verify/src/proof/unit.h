/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A translation unit of one cell, and the compiler flags it gets. */
#ifndef TV_PROOF_UNIT_H
#define TV_PROOF_UNIT_H

#include "ctext/preprocessed.h"
#include "tree/tree.h"

typedef enum {
    TV_LAYER_CONST,  /* L1 */
    TV_LAYER_SPARSE, /* L2 */
    TV_N_LAYERS,
} TvLayer;

const char *tv_layer_name(TvLayer layer);
/* "L1", "L2"; FALSE if it is none that runs on units. */
gboolean tv_layer_parse(const char *name, TvLayer *layer);

/* What one layer said of one unit. */
typedef struct TvLayerRun {
    gboolean wanted; /* the unit needs it */
    gboolean done;
    gboolean cached;
    GPtrArray *diagnostics; /* of TvDiagnostic, at positions in the source */
    char *broken;           /* why its word proves nothing, or NULL */
    double seconds;
} TvLayerRun;

typedef struct TvUnit {
    char *file; /* in the tree; or absolute: a canary */
    const TvHost *host;
    const TvTarget *target;
    gboolean specific; /* built for each target */
    gboolean touched;  /* the series touches the file itself */
    gboolean force;    /* run all layers, whether or not it can see a
                        * code pointer */
    gboolean canary;   /* gets the widths to assert as macros */
    guint excluded;    /* bit set of layers that it is not meant for */
    char *mark_dir;    /* include directory with the reduced macro, or
                        * NULL; replaces the tree's typing */
    char *key;         /* hash of the preprocessing flags */

    /* Set by the engine. */
    char *bitcode;       /* file, gone with the unit; or NULL */
    char *uncompiled;    /* why L3 has no bitcode of it, or NULL */
    TvCppText *text;     /* what the next run starts from, or NULL */
    char *digest;        /* of the preprocessed text */
    gboolean sees;       /* it can see a code pointer */
    GPtrArray *depends;  /* of char *: files it was made of */
    char *failure;       /* could not be preprocessed; or NULL */
    TvLayerRun runs[TV_N_LAYERS];
} TvUnit;

TvUnit *tv_unit_new(const TvCheckTree *tree, const char *file,
                    const TvHost *host, const TvTarget *target,
                    gboolean specific);
void tv_unit_free(TvUnit *unit);

/* Computes unit->key anew; after mark_dir was set. */
void tv_unit_update_key(TvUnit *unit, const TvCheckTree *tree);

/*
 * Arguments that preprocess @unit to @output with dependencies in
 * @depends; NULL-ended.  To be run in the tree's root, so that no line marker
 * names the root.
 */
char **tv_unit_preprocess_argv(const TvUnit *unit, const TvCheckTree *tree,
                               const char *output, const char *depends);

/*
 * Arguments that compile @unit to bitcode at @output; NULL-ended.  To be run in
 * the tree's root.  Branches on constants are kept, and the address space is
 * noted in the debug information.
 */
char **tv_unit_bitcode_argv(const TvUnit *unit, const TvCheckTree *tree,
                            const char *output);

/*
 * The arguments of a layer on the preprocessed text @path; NULL-ended.  L1
 * compiles it to the file @bitcode by the way, unless that is NULL; L2 with
 * @errors reports its warnings as errors.
 */
char **tv_layer_const_argv(const TvUnit *unit, const TvCheckTree *tree,
                           const char *path, const char *bitcode);
char **tv_layer_sparse_argv(const TvUnit *unit, const TvCheckTree *tree,
                            const char *path, gboolean errors);

/* The command that has @layer look at the unit's cell again, at the unit
 * @alone if so; to be freed. */
char *tv_unit_command(const TvCheckTree *tree, const TvUnit *unit,
                      const char *layer, gboolean alone);

#endif
