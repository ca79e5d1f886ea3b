/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "result/known.h"

#include <string.h>

#include "base/data.h"
#include "base/error.h"
#include "result/rules.h"

#define BUILT_IN "known-findings.ini"

enum { RULE, FILE_NAME, FUNCTION, TEXT, REASON, N_KEYS };

static const char *const keys[N_KEYS] = {
    "rule", "file", "function", "text", "reason",
};

/*
 * Families of rules that show if the checker itself can be trusted: to
 * suppress one of them would be to believe what proves nothing.
 */
static const char *const kept_layers[] = {"L0", "patch", "known",
                                          "contract"};

typedef struct Entry {
    char *name; /* of its group */
    char *value[N_KEYS];
    gboolean used;
} Entry;

typedef struct List {
    char *name; /* of the file */
    gboolean built_in;
    GPtrArray *entries; /* of Entry */
} List;

struct TvKnownFindings {
    GPtrArray *lists;    /* of List */
    GHashTable *entries; /* identity to GPtrArray of Entry */
};

static void entry_free(gpointer data)
{
    Entry *entry = data;

    for (int i = 0; i < N_KEYS; i++) {
        g_free(entry->value[i]);
    }
    g_free(entry->name);
    g_free(entry);
}

static void list_free(gpointer data)
{
    List *list = data;

    g_ptr_array_unref(list->entries);
    g_free(list->name);
    g_free(list);
}

static TvKnownFindings *known_new(void)
{
    TvKnownFindings *known = g_new0(TvKnownFindings, 1);

    known->lists = g_ptr_array_new_with_free_func(list_free);
    known->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify)g_ptr_array_unref);
    return known;
}

void tv_known_findings_free(TvKnownFindings *known)
{
    if (known) {
        g_hash_table_unref(known->entries);
        g_ptr_array_unref(known->lists);
        g_free(known);
    }
}

static int key_index(const char *name)
{
    for (int i = 0; i < N_KEYS; i++) {
        if (g_str_equal(keys[i], name)) {
            return i;
        }
    }
    return -1;
}

static gboolean may_suppress(const char *id, GError **error)
{
    const TvRule *rule = tv_rule_find(id);

    if (!rule) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "no rule '%s'", id);
        return FALSE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(kept_layers); i++) {
        if (g_str_equal(kept_layers[i], rule->layer)) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "%s shows if the check can be trusted, so it "
                        "cannot be suppressed",
                        id);
            return FALSE;
        }
    }
    return TRUE;
}

static Entry *read_entry(GKeyFile *file, const char *group, GError **error)
{
    Entry *entry = g_new0(Entry, 1);
    g_auto(GStrv) names = g_key_file_get_keys(file, group, NULL, NULL);
    gboolean good = TRUE;

    entry->name = g_strdup(group);
    for (char **name = names; good && *name; name++) {
        int index = key_index(*name);

        if (index < 0) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "no key '%s'", *name);
            good = FALSE;
        } else {
            entry->value[index] =
                g_strstrip(g_key_file_get_string(file, group, *name, error));
            good = entry->value[index] != NULL;
        }
    }
    for (int i = 0; good && i < N_KEYS; i++) {
        /* Outside of functions there is no name. */
        if (!entry->value[i] || (i != FUNCTION && !*entry->value[i])) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "needs a %s", keys[i]);
            good = FALSE;
        }
    }
    if (!good || !may_suppress(entry->value[RULE], error)) {
        entry_free(entry);
        return NULL;
    }
    return entry;
}

static void add_entry(TvKnownFindings *known, List *list, Entry *entry)
{
    TvFinding finding = {
        .rule = entry->value[RULE],
        .file = entry->value[FILE_NAME],
        .function = *entry->value[FUNCTION] ? entry->value[FUNCTION] : NULL,
        .text = entry->value[TEXT],
    };
    g_autofree char *identity = tv_finding_compute_identity(&finding);
    GPtrArray *same = g_hash_table_lookup(known->entries, identity);

    if (!same) {
        same = g_ptr_array_new();
        g_hash_table_insert(known->entries, g_steal_pointer(&identity), same);
    }
    g_ptr_array_add(same, entry);
    g_ptr_array_add(list->entries, entry);
}

/* GKeyFile would take two groups of one name for one. */
static const char *doubled_group(const char *text, GHashTable *seen)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line; line++) {
        g_strstrip(*line);
        if (**line == '[' && g_hash_table_contains(seen, *line)) {
            return g_hash_table_lookup(seen, *line);
        }
        if (**line == '[') {
            char *copy = g_strdup(*line);

            g_hash_table_insert(seen, copy, copy);
        }
    }
    return NULL;
}

static gboolean add_list(TvKnownFindings *known, const char *name,
                         const char *text, gboolean built_in, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    const char *doubled = doubled_group(text, seen);
    g_auto(GStrv) groups = NULL;
    g_autoptr(GError) local = NULL;
    List *list;

    if (doubled) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "known findings, %s: %s stands there twice", name, doubled);
        return FALSE;
    }
    if (*text && !g_key_file_load_from_data(file, text, strlen(text), 0,
                                            &local)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "known findings, %s: %s",
                    name, local->message);
        return FALSE;
    }
    list = g_new0(List, 1);
    list->name = g_strdup(name);
    list->built_in = built_in;
    list->entries = g_ptr_array_new_with_free_func(entry_free);
    g_ptr_array_add(known->lists, list);
    groups = g_key_file_get_groups(file, NULL);
    for (char **group = groups; *group; group++) {
        Entry *entry = read_entry(file, *group, &local);

        if (!entry) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "known findings, %s: [%s]: %s", name, *group,
                        local->message);
            return FALSE;
        }
        add_entry(known, list, entry);
    }
    return TRUE;
}

TvKnownFindings *tv_known_findings_parse(const char *name, const char *text,
                                         GError **error)
{
    g_autoptr(TvKnownFindings) known = known_new();

    return add_list(known, name, text, FALSE, error) ? g_steal_pointer(&known)
                                                     : NULL;
}

TvKnownFindings *tv_known_findings_load(const char *path, GError **error)
{
    g_autoptr(TvKnownFindings) known = known_new();
    g_autofree char *built_in = tv_data_text(BUILT_IN);
    g_autofree char *text = NULL;
    g_autoptr(GError) local = NULL;

    if (!add_list(known, BUILT_IN, built_in, TRUE, error)) {
        return NULL;
    }
    if (path && !g_file_get_contents(path, &text, NULL, &local)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "--known: %s",
                    local->message);
        return NULL;
    }
    if (path && !add_list(known, path, text, FALSE, error)) {
        return NULL;
    }
    return g_steal_pointer(&known);
}

gboolean tv_known_findings_apply(TvKnownFindings *known, TvFinding *finding)
{
    g_autofree char *identity = NULL;
    GPtrArray *same;

    if (!known) {
        return FALSE;
    }
    identity = tv_finding_compute_identity(finding);
    same = g_hash_table_lookup(known->entries, identity);
    for (guint i = 0; same && i < same->len; i++) {
        Entry *entry = same->pdata[i];

        entry->used = TRUE;
        g_free(finding->suppressed);
        finding->suppressed = g_strdup(entry->value[REASON]);
    }
    return same != NULL;
}

static void report_stale(const List *list, const Entry *entry, TvResult *result)
{
    TvFinding *finding = tv_finding_new(
        "known-stale", entry->value[FILE_NAME], 0,
        "[%s] of %s matches nothing: no %s at '%s'", entry->name, list->name,
        entry->value[RULE], entry->value[TEXT]);

    finding->function =
        *entry->value[FUNCTION] ? g_strdup(entry->value[FUNCTION]) : NULL;
    finding->text = g_strdup_printf("[%s]", entry->name);
    tv_result_add_finding(result, finding);
}

void tv_known_findings_report_stale(const TvKnownFindings *known,
                                    gboolean built_in, TvResult *result)
{
    for (guint i = 0; i < known->lists->len; i++) {
        const List *list = known->lists->pdata[i];

        for (guint j = 0; j < list->entries->len; j++) {
            const Entry *entry = list->entries->pdata[j];

            if (!entry->used && (built_in || !list->built_in)) {
                report_stale(list, entry, result);
            }
        }
    }
}
