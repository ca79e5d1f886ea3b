/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "result/fields.h"

#include <math.h>

#include "base/error.h"

#define MEMBER(type, field, record) \
    G_STRUCT_MEMBER(type, record, (field)->offset)

static gboolean is_text(const TvField *field)
{
    return field->kind <= TV_FIELD_NEEDED;
}

static gpointer copy_text(gconstpointer text, gpointer data)
{
    return g_strdup(text);
}

void tv_fields_free(const TvField *fields, gpointer record)
{
    for (const TvField *field = fields; record && field->name; field++) {
        if (is_text(field)) {
            g_free(MEMBER(char *, field, record));
        } else if (field->kind == TV_FIELD_LIST) {
            g_clear_pointer(&MEMBER(GPtrArray *, field, record),
                            g_ptr_array_unref);
        }
    }
    g_free(record);
}

void tv_fields_copy(const TvField *fields, gconstpointer from, gpointer to)
{
    for (const TvField *field = fields; field->name; field++) {
        switch (field->kind) {
        case TV_FIELD_TEXT:
        case TV_FIELD_NEEDED:
            MEMBER(char *, field, to) = g_strdup(MEMBER(char *, field, from));
            break;
        case TV_FIELD_INT:
        case TV_FIELD_COUNT:
        case TV_FIELD_FLAG:
            MEMBER(int, field, to) = MEMBER(int, field, from);
            break;
        case TV_FIELD_REAL:
        case TV_FIELD_LIMIT:
            MEMBER(double, field, to) = MEMBER(double, field, from);
            break;
        case TV_FIELD_LIST:
            if (MEMBER(GPtrArray *, field, from)) {
                MEMBER(GPtrArray *, field, to) = g_ptr_array_copy(
                    MEMBER(GPtrArray *, field, from), (GCopyFunc)copy_text,
                    NULL);
            }
        }
    }
}

void tv_text_make_valid(char **text)
{
    if (*text && !g_utf8_validate(*text, -1, NULL)) {
        g_autofree char *odd = *text;

        *text = g_utf8_make_valid(odd, -1);
    }
}

void tv_fields_make_valid(const TvField *fields, gpointer record)
{
    for (const TvField *field = fields; field->name; field++) {
        if (is_text(field)) {
            tv_text_make_valid(&MEMBER(char *, field, record));
        }
    }
}

static void list_to_json(JsonObject *object, const char *name,
                         const GPtrArray *list)
{
    JsonArray *array = json_array_new();

    for (guint i = 0; i < list->len; i++) {
        json_array_add_string_element(array, list->pdata[i]);
    }
    json_object_set_array_member(object, name, array);
}

void tv_fields_to_json(const TvField *fields, gconstpointer record,
                       JsonObject *object)
{
    for (const TvField *field = fields; field->name; field++) {
        const char *name = field->name;

        switch (field->kind) {
        case TV_FIELD_TEXT:
        case TV_FIELD_NEEDED:
            if (MEMBER(char *, field, record)) {
                json_object_set_string_member(object, name,
                                              MEMBER(char *, field, record));
            }
            break;
        case TV_FIELD_INT:
        case TV_FIELD_COUNT:
            if (field->kind == TV_FIELD_COUNT || MEMBER(int, field, record)) {
                json_object_set_int_member(object, name,
                                           MEMBER(int, field, record));
            }
            break;
        case TV_FIELD_FLAG:
            if (MEMBER(gboolean, field, record)) {
                json_object_set_boolean_member(object, name, TRUE);
            }
            break;
        case TV_FIELD_REAL:
        case TV_FIELD_LIMIT:
            if (!isnan(MEMBER(double, field, record))) {
                json_object_set_double_member(object, name,
                                              MEMBER(double, field, record));
            }
            break;
        case TV_FIELD_LIST:
            if (MEMBER(GPtrArray *, field, record)) {
                list_to_json(object, name, MEMBER(GPtrArray *, field, record));
            }
        }
    }
}

/* NULL if @node is no array of strings. */
static GPtrArray *list_from_json(JsonNode *node)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);
    JsonArray *array =
        JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;

    for (guint i = 0; array && i < json_array_get_length(array); i++) {
        JsonNode *item = json_array_get_element(array, i);

        if (json_node_get_value_type(item) != G_TYPE_STRING) {
            return NULL;
        }
        g_ptr_array_add(list, json_node_dup_string(item));
    }
    return array ? g_steal_pointer(&list) : NULL;
}

gboolean tv_fields_from_json(const TvField *fields, JsonObject *object,
                             gpointer record, GError **error)
{
    for (const TvField *field = fields; field->name; field++) {
        const char *name = field->name;
        JsonNode *node = json_object_get_member(object, name);
        gboolean good = TRUE;

        switch (field->kind) {
        case TV_FIELD_TEXT:
        case TV_FIELD_NEEDED:
            MEMBER(char *, field, record) = g_strdup(
                json_object_get_string_member_with_default(object, name, NULL));
            good = field->kind == TV_FIELD_TEXT ||
                   MEMBER(char *, field, record);
            break;
        case TV_FIELD_INT:
        case TV_FIELD_COUNT:
            MEMBER(int, field, record) =
                (int)json_object_get_int_member_with_default(object, name, 0);
            break;
        case TV_FIELD_FLAG:
            MEMBER(gboolean, field, record) =
                json_object_get_boolean_member_with_default(object, name,
                                                            FALSE);
            break;
        case TV_FIELD_REAL:
        case TV_FIELD_LIMIT:
            MEMBER(double, field, record) =
                json_object_get_double_member_with_default(
                    object, name, field->kind == TV_FIELD_LIMIT ? NAN : 0);
            break;
        case TV_FIELD_LIST:
            if (node) {
                MEMBER(GPtrArray *, field, record) = list_from_json(node);
                good = MEMBER(GPtrArray *, field, record) != NULL;
            }
        }
        if (!good) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        node ? "'%s' has the wrong type" : "no '%s'", name);
            return FALSE;
        }
    }
    return TRUE;
}
