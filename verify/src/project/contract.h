/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names under which a tree's code pointers go. */
#ifndef TV_PROJECT_CONTRACT_H
#define TV_PROJECT_CONTRACT_H

#include <glib.h>

/* Stands in paths of a contract for the directory of a backend. */
#define TV_CONTRACT_BACKEND "@BACKEND@"

typedef struct TvContract {
    char *name;          /* where it was read from, for messages */
    gboolean given;      /* the name is what --contract has, not "(built in)" */
    gboolean rw_canonical; /* the opposite convention: what is stored and
                            * compared is RW, RX is behind a const */
    char *header;        /* path in the tree of the header that types them, or
                          * NULL */
    char *typedef_file;  /* where the type is when there is no header */
    char *address_space; /* "__rx" */
    char *rx_type;
    char *rw_type;
    char *write_macro;
    char *cache_hook; /* NULL where backends have none */
    char *flush_hook; /* the same */
    char *written_function;
    char *jump_function;
    char *kernel_source;   /* the unit that all backends are part of */
    char *backend_sources; /* list of paths with @BACKEND@ */
    GPtrArray *names;   /* of char *: every name above, macros, fields */
    GPtrArray *general; /* of char *: names that say nothing alone */
    GPtrArray *kernel;  /* of char *: path prefixes */
    GPtrArray *rx_text; /* of GRegex: matches are pointers to RX */
    GHashTable *values; /* key of [contract] to what the file says */
    char *text;         /* its source */
    char *digest;       /* of the text */
} TvContract;

/*
 * @path NULL reads the built-in contract, the name of a shipped one ("6.0")
 * that.  TV_ERROR_INPUT names the file and the key if one is missing, unknown
 * or makes no sense.
 */
TvContract *tv_contract_load(const char *path, GError **error);
void tv_contract_free(TvContract *contract);

/* The value of a key of [contract], lists as they stand; "" if it may be
 * absent and is.  Aborts if the table of keys has no such key. */
const char *tv_contract_value(const TvContract *contract, const char *key);

/*
 * TRUE if a name of the contract stands in @text (@length bytes) as a whole
 * token.
 */
gboolean tv_contract_mentioned(const TvContract *contract, const char *text,
                               gsize length);

/* TRUE if the key has a value. */
gboolean tv_contract_has(const TvContract *contract, const char *key);

/* TRUE if @item is in the list that is the value of @key. */
gboolean tv_contract_lists(const TvContract *contract, const char *key,
                           const char *item);

/* TRUE if @file (path in the tree) belongs to the JIT kernel. */
gboolean tv_contract_in_kernel(const TvContract *contract, const char *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvContract, tv_contract_free)

#endif
