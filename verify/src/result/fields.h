/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records as tables of their fields, so that one loop frees, copies, writes and
 * reads a record of any kind.
 */
#ifndef TV_RESULT_FIELDS_H
#define TV_RESULT_FIELDS_H

#include <glib.h>
#include <json-glib/json-glib.h>

typedef enum {
    TV_FIELD_TEXT,   /* char *; left out of JSON if NULL */
    TV_FIELD_NEEDED, /* char *; without it JSON is refused */
    TV_FIELD_INT,    /* int or guint; left out if 0 */
    TV_FIELD_COUNT,  /* the same, always written */
    TV_FIELD_FLAG,   /* gboolean; left out if FALSE */
    TV_FIELD_REAL,   /* double */
    TV_FIELD_LIMIT,  /* double; left out if NAN */
    TV_FIELD_LIST,   /* GPtrArray of char *; left out if NULL */
} TvFieldKind;

typedef struct TvField {
    const char *name; /* in JSON; NULL ends a table */
    TvFieldKind kind;
    gsize offset; /* in the record */
} TvField;

#define TV_FIELD(type, name, kind, member) \
    { name, TV_FIELD_##kind, G_STRUCT_OFFSET(type, member) }

/* Frees the members in @fields, then @record itself; NULL is nothing. */
void tv_fields_free(const TvField *fields, gpointer record);

/* Copies the members in @fields; those of @to are lost. */
void tv_fields_copy(const TvField *fields, gconstpointer from, gpointer to);

/* Replaces bytes that are not UTF-8 in the texts of @record. */
void tv_fields_make_valid(const TvField *fields, gpointer record);
void tv_text_make_valid(char **text);

void tv_fields_to_json(const TvField *fields, gconstpointer record,
                       JsonObject *object);

/*
 * Fills @record, whose members in @fields are empty.  FALSE with
 * TV_ERROR_INPUT if @object lacks a needed text, or has a list of another type;
 * the caller frees @record.
 */
gboolean tv_fields_from_json(const TvField *fields, JsonObject *object,
                             gpointer record, GError **error);

/* Of the records in result/result.h. */
extern const TvField tv_step_fields[];
extern const TvField tv_finding_fields[]; /* less the path */
extern const TvField tv_cell_fields[];    /* less the status */
extern const TvField tv_tool_fields[];
extern const TvField tv_score_fields[];

#endif
