/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base.ini: the upstream that the series is made against. */
#ifndef TV_PROJECT_UPSTREAM_H
#define TV_PROJECT_UPSTREAM_H

#include <glib.h>

/* One tarball that holds the upstream, in the order of base.ini. */
typedef struct TvTarball {
    char *name;          /* "debian", "upstream", ... */
    char *file;          /* file name, without directory */
    char *sha256;        /* 64 lower-case hex digits */
    char *uri;           /* or NULL */
    char *debian_source; /* name of Debian's source package, or NULL */
    char *debian_suite;  /* suite that holds it, or NULL */
} TvTarball;

typedef struct TvBase {
    char *version;      /* contents of the tree's VERSION file */
    char *commit;       /* upstream commit of that version */
    char *directory;    /* name of the unpacked directory */
    GPtrArray *tarballs; /* of TvTarball */
} TvBase;

/* Reads PROJECT/base.ini; NULL and TV_ERROR_INPUT if it is incomplete. */
TvBase *tv_base_load(const char *project, GError **error);
void tv_base_free(TvBase *base);

/* The tarball of that file name, or NULL; owned by @base. */
const TvTarball *tv_base_find_tarball(const TvBase *base, const char *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvBase, tv_base_free)

#endif
