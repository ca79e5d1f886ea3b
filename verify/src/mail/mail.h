/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The series as mails; one file for each step of `export`. */
#ifndef TV_MAIL_MAIL_H
#define TV_MAIL_MAIL_H

#include <glib.h>

#include "project/options.h"
#include "series/repository.h"
#include "series/series.h"

/*
 * A git repository of the tool's own, BUILD/cache/export/repository, locked
 * while it is open.  Its base is kept from one run to the next.
 */
typedef struct TvExport {
    const TvOptions *options;
    TvPatchRepository *git; /* commits as the sender */
    char *sender;    /* "Name <mail>" */
    char *base;      /* commit: upstream as it was unpacked */
    char *tip;       /* commit: the series on @base; NULL until committed */
    int lock;
} TvExport;

typedef struct TvMailOptions {
    const char *prefix;     /* "PATCH" unless given */
    guint version;          /* 1 or more */
    const char *previous;   /* commit: the series as it was sent before, for
                               the range-diff; or NULL */
    const char *cover;      /* subject, empty line, text */
    gboolean recipients;    /* Cc: whom scripts/get_maintainer.pl names */
    const char *directory;  /* that the mails go to; exists and is empty */
} TvMailOptions;

/*
 * TV_ERROR_TREE if git knows no sender.  @pristine_id names upstream's content
 * (see tv_source_ensure).
 */
TvExport *tv_export_open(const TvOptions *options, const char *pristine_id,
                         GError **error);
void tv_export_close(TvExport *export);

/* Commits the series, signed off by the sender. */
gboolean tv_export_commit(TvExport *export, const TvSeries *series,
                          GError **error);

/*
 * Applies the mails of @directory, in the order of their names and without the
 * cover letter, to the base with `git am`.  Returns the last commit; NULL
 * with TV_ERROR_INPUT and the mail's name if one does not apply.
 */
char *tv_export_receive(const TvExport *export, const char *directory,
                        GError **error);

/*
 * Adds a finding if the mails of @directory do not give the directory @tree,
 * byte for byte.  FALSE with @error if that could not be found out.
 */
gboolean tv_export_verify(const TvExport *export, const char *directory,
                          const char *tree, GPtrArray *findings,
                          GError **error);

/* A tree object of the directory @tree, quilt's .pc left out. */
char *tv_export_tree(const TvExport *export, const char *tree, GError **error);

/* Writes the mails of the committed series; the names of the files, the cover
 * letter first. */
GPtrArray *tv_export_mails(const TvExport *export, const TvSeries *series,
                           const TvMailOptions *mail, GError **error);

/* @address for a header, its name encoded if it is not ASCII. */
char *tv_export_address(const char *address);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvExport, tv_export_close)

#endif
