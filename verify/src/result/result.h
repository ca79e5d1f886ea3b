/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The result model that every command shares: cells (what was looked at, and
 * how that ended) and findings (what was found).
 *
 * Not thread-safe: results are filled from the main thread.
 */
#ifndef TV_RESULT_RESULT_H
#define TV_RESULT_RESULT_H

#include <glib.h>
#include <json-glib/json-glib.h>

#include "project/options.h"

/* One step of the way that leads to a finding. */
typedef struct TvStep {
    char *file;     /* relative to the tree; NULL if unknown */
    int line;       /* 1-based; 0 if none */
    char *function; /* NULL if none */
    char *what;     /* one line: what happens here */
} TvStep;

/* All strings are copied; @what must not be NULL. */
TvStep *tv_step_new(const char *file, int line, const char *function,
                    const char *what);
void tv_step_free(TvStep *step);

typedef struct TvFinding {
    char *rule;      /* id of a row of the rule table */
    char *file;      /* relative to the tree or project; NULL if none */
    int line;        /* 1-based; 0 if none */
    char *function;  /* NULL if none */
    char *host;      /* host target, NULL if it is not about one */
    char *mode;      /* "softmmu", "user" or NULL */
    int guest_bits;  /* 32, 64 or 0 */
    char *patch;     /* name in the series, NULL if unknown */
    char *message;   /* one line */
    char *text;      /* the offending source line, NULL if none */
    char *reproduce; /* command that reproduces it alone, NULL if none */
    char *identity;  /* stable over line moves; set by tv_result_add_finding */
    char *suppressed; /* why it is known and stays: then it counts for
                         nothing; NULL if it is not */
    GPtrArray *path; /* of TvStep, owned, from source to sink; NULL if none */
} TvFinding;

/* @rule must be in the rule table; @message is printf-like. */
TvFinding *tv_finding_new(const char *rule, const char *file, int line,
                          const char *format, ...) G_GNUC_PRINTF(4, 5);
TvFinding *tv_finding_copy(const TvFinding *finding);
void tv_finding_free(TvFinding *finding);

/* Appends @step, which becomes @finding's, to its path. */
void tv_finding_add_step(TvFinding *finding, TvStep *step);

/*
 * Hash of rule, file, function and normalised text; the message stands in for
 * a missing text.  White space counts only where it keeps two words apart.
 * Host and line are not part of it: one mistake in a shared header is one
 * identity.
 */
char *tv_finding_compute_identity(const TvFinding *finding);

/* What findings that are one mistake at one place share, whatever hosts saw it;
 * to be freed. */
char *tv_finding_place_key(const TvFinding *finding);

/* "FILE:LINE: MESSAGE [RULE]" with function, host and patch; to be freed. */
char *tv_finding_line(const TvFinding *finding);

/* Worse is larger, so that statuses merge by maximum. */
typedef enum {
    TV_CELL_NOT_CONVERTED, /* the backend does not split yet: never a pass */
    TV_CELL_CLEAN,
    TV_CELL_FINDINGS,
    TV_CELL_VOID,          /* a control failed: what it says proves nothing */
    TV_CELL_ERROR,         /* could not be looked at */
} TvCellStatus;

const char *tv_cell_status_name(TvCellStatus status);
gboolean tv_cell_status_parse(const char *name, TvCellStatus *status);

typedef struct TvCell {
    char *layer;     /* "series", "checkpatch", "L1", "run", ... */
    char *host;      /* NULL: not a cell of the host matrix */
    char *mode;      /* "softmmu", "user" or NULL */
    int guest_bits;  /* 32, 64 or 0 */
    char *patch;     /* NULL: the whole series */
    TvCellStatus status;
    int checked;     /* things looked at: TUs, patches, tests */
    int findings;    /* findings in this cell */
    double seconds;  /* wall time spent, 0 if cached */
    char *note;      /* one line: why it is void or an error; or NULL */
} TvCell;

TvCell *tv_cell_new(const char *layer, const char *host, const char *mode,
                    int guest_bits, TvCellStatus status);
void tv_cell_free(TvCell *cell);

/* "softmmu 64-bit guest", what of it there is; to be freed. */
char *tv_cell_place(const TvCell *cell);

/* A program whose word the result rests on. */
typedef struct TvTool {
    char *name;    /* "clang" */
    char *version; /* "14.0.6" */
} TvTool;

/* How many mutants of a host one layer killed, or all layers together. */
typedef struct TvScore {
    char *host;
    char *layer;    /* "L2"; "all" for the layers together */
    int killed;
    int total;      /* mutants that the layer was asked about */
    int equivalent; /* of the rest: proven to be no mutants */
} TvScore;

typedef struct TvResult {
    char *command;
    char *series;        /* tv_series_fingerprint of what it is about */
    GPtrArray *cells;    /* of TvCell */
    GPtrArray *findings; /* of TvFinding */
    GPtrArray *tools;    /* of TvTool, each name and version once */
    GPtrArray *scores;   /* of TvScore */
    double seconds;
    char *date;          /* when the last part of it ended: "2026-12-01 09:30
                          * UTC"; NULL if not known */
    char *machine;       /* system and processors of the machine or machines
                          * that it ran on; NULL if not known */
    GPtrArray *unbuilt;  /* of char *: "FILE", or "FILE:LINE: #if CONDITION",
                          * of the series, that no cell builds; NULL: not
                          * known */
    gboolean part;       /* of what the command looks at on a host, or of
                          * another tree than the series' own */
    guint shard;         /* 1 to @shards */
    guint shards;        /* 0: this is the whole */
    GPtrArray *planned;  /* of char *: the hosts of the whole, if a shard */
    char *guests;        /* if a shard: --guest as given, NULL when not */
    GHashTable *shown;   /* what tv_result_announce has shown, to a copy or,
                          * if it was added, NULL; NULL: it shows nothing */
    gboolean silent;     /* leaves no report; */
    int status;          /* then main exits with this */
    GPtrArray *unmet;    /* of char *, if a shard: entries of the contract that
                          * its hosts lack; NULL: not known */
} TvResult;

TvResult *tv_result_new(const char *command);
/* Of work that leaves no report; main exits with @status. */
TvResult *tv_result_silent(int status);
void tv_result_free(TvResult *result);

/* Both take ownership, and replace bytes that are not UTF-8 (sources may be in
 * another encoding).  A clean cell that counts findings is an error of the
 * caller and aborts. */
void tv_result_add_cell(TvResult *result, TvCell *cell);
void tv_result_add_finding(TvResult *result, TvFinding *finding);

/* From now on tv_result_add_finding shows findings as tv_result_announce. */
void tv_result_show_findings(TvResult *result);

/*
 * Shows @finding, which is to be added later, in a line on stderr, so that a
 * run that is killed was not for nothing: once for all hosts, and not if it is
 * suppressed.  Does nothing for a @result that is NULL or shows no findings.
 */
void tv_result_announce(TvResult *result, const TvFinding *finding);
/* The same of those in @findings from @first on. */
void tv_result_announce_from(TvResult *result, const GPtrArray *findings,
                             guint first);

/* Adds what was announced and not added: nothing more will come. */
void tv_result_add_announced(TvResult *result);

/* A cell for what @layer found since @start (g_get_monotonic_time); @findings
 * are moved to @result. */
void tv_result_add_layer(TvResult *result, const char *layer, int checked,
                         GPtrArray *findings, gint64 start);

/* Strings are copied, @version up to the end of its first line; a tool that is
 * there already is not added again. */
void tv_result_add_tool(TvResult *result, const char *name,
                        const char *version);
/* @equivalent of @total - @killed are proven to be no mutants. */
void tv_result_add_score(TvResult *result, const char *host, const char *layer,
                         int killed, int total, int equivalent);

/* Moves what @other holds into @result; @other is freed. */
void tv_result_merge(TvResult *result, TvResult *other);

/*
 * 1 if there are findings, whatever else is void; else 2 if any cell is void
 * or an error or there is no cell at all (nothing was looked at), else 0.
 */
int tv_result_exit_status(const TvResult *result);
/* Whether all was looked at: no cell is void or an error, and there is one. */
gboolean tv_result_is_complete(const TvResult *result);
/* Findings that are not suppressed. */
guint tv_result_count_findings(const TvResult *result);
/* "clean", "findings", "void" or "error". */
const char *tv_result_status_name(const TvResult *result);

/* JSON round trip; the node is the caller's. */
JsonNode *tv_result_to_json(const TvResult *result);
TvResult *tv_result_from_json(JsonNode *node, GError **error);
TvResult *tv_result_load(const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvStep, tv_step_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvFinding, tv_finding_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvCell, tv_cell_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvResult, tv_result_free)

#endif
