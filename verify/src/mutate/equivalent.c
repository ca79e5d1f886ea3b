/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mutate/equivalent.h"

#include <string.h>

#include "base/data.h"
#include "base/error.h"

#define FILE_NAME "equivalent-mutants.ini"

typedef struct Entry {
    TvMutant mutant; /* as far as its identity goes */
    char *reason;
    char *killed; /* the finding that killed it, or NULL */
} Entry;

struct TvMutateKnown {
    GHashTable *entries; /* identity to Entry */
};

static void entry_free(gpointer data)
{
    Entry *entry = data;

    g_free(entry->mutant.file);
    g_free(entry->mutant.function);
    g_free(entry->mutant.original);
    g_free(entry->mutant.changed);
    g_free(entry->reason);
    g_free(entry->killed);
    g_free(entry);
}

static char *value(GKeyFile *file, const char *group, const char *key)
{
    return g_key_file_get_string(file, group, key, NULL);
}

static Entry *read_entry(GKeyFile *file, const char *group, const char *name,
                         GError **error)
{
    Entry *entry = g_new0(Entry, 1);
    g_autofree char *id = value(file, group, "operator");

    entry->mutant.operator= id ? tv_mutate_operator_find(id) : NULL;
    entry->mutant.file = value(file, group, "file");
    entry->mutant.function = value(file, group, "function");
    entry->mutant.original = value(file, group, "text");
    entry->mutant.changed = value(file, group, "becomes");
    entry->reason = value(file, group, "reason");
    if (!entry->mutant.operator|| !entry->mutant.file || !entry->mutant
             .function || !entry->mutant.original || !entry->mutant
             .changed || !entry->reason || !* entry->reason) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "%s: [%s] needs a known operator, file, function, text, "
                    "becomes and a reason",
                    name, group);
        entry_free(entry);
        return NULL;
    }
    return entry;
}

TvMutateKnown *tv_mutate_known_parse(const char *name, const char *text,
                                     GError **error)
{
    g_autoptr(TvMutateKnown) known = g_new0(TvMutateKnown, 1);
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_auto(GStrv) groups = NULL;

    known->entries =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, entry_free);
    if (!g_key_file_load_from_data(file, text, strlen(text), 0, error)) {
        g_prefix_error(error, "%s: ", name);
        return NULL;
    }
    groups = g_key_file_get_groups(file, NULL);
    for (char **group = groups; *group; group++) {
        Entry *entry = read_entry(file, *group, name, error);

        if (!entry) {
            return NULL;
        }
        g_hash_table_insert(known->entries,
                            tv_mutant_compute_identity(&entry->mutant), entry);
    }
    return g_steal_pointer(&known);
}

TvMutateKnown *tv_mutate_known_load(GError **error)
{
    g_autofree char *text = tv_data_text(FILE_NAME);

    return tv_mutate_known_parse(FILE_NAME, text, error);
}

void tv_mutate_known_free(TvMutateKnown *known)
{
    if (known) {
        g_hash_table_unref(known->entries);
        g_free(known);
    }
}

const char *tv_mutate_known_find(const TvMutateKnown *known,
                                 const TvMutant *mutant)
{
    const Entry *entry = g_hash_table_lookup(known->entries, mutant->identity);

    return entry ? entry->reason : NULL;
}

void tv_mutate_known_killed(TvMutateKnown *known, const TvMutant *mutant,
                            const char *quote)
{
    Entry *entry = g_hash_table_lookup(known->entries, mutant->identity);

    if (entry && !entry->killed) {
        entry->killed = g_strdup(quote);
    }
}

static void add_stale(TvResult *result, const Entry *entry)
{
    const TvMutant *mutant = &entry->mutant;
    g_autofree char *brief = tv_mutant_brief(mutant);
    g_autofree char *killed =
        g_strdup_printf("is no equivalent: %s", entry->killed);
    TvFinding *finding = tv_finding_new(
        "mutant-stale", mutant->file, 0, "%s '%s', listed as equivalent, %s",
        mutant->operator->id, brief,
        entry->killed ? killed : "is no mutant of the tree any more");

    finding->function = *mutant->function ? g_strdup(mutant->function) : NULL;
    finding->text = g_strdup(brief);
    tv_result_add_finding(result, finding);
}

void tv_mutate_known_report(const TvMutateKnown *known, GPtrArray *mutants,
                            TvResult *result)
{
    g_autoptr(GHashTable) present = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GList) identities = g_list_sort(
        g_hash_table_get_keys(known->entries), (GCompareFunc)strcmp);

    for (guint i = 0; i < mutants->len; i++) {
        g_hash_table_add(present, ((TvMutant *)mutants->pdata[i])->identity);
    }
    for (GList *item = identities; item; item = item->next) {
        const Entry *entry = g_hash_table_lookup(known->entries, item->data);

        if (entry->killed || !g_hash_table_contains(present, item->data)) {
            add_stale(result, entry);
        }
    }
}
