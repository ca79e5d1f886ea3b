/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "contract-units.h"

#include <string.h>

struct AuContract {
    char *path;
    GHashTable *types;     /* spelling to class */
    GHashTable *fields;    /* "STRUCT.FIELD" to two classes: what it holds, and
                            * what may be stored there */
    GHashTable *globals;
    GHashTable *functions; /* "NAME" or "NAME.N" to class */
    GHashTable *externs;   /* name to reason */
    GHashTable *roles[AU_N_ROLES];
};

/* Where the functions of each role stand, and what a name there needs. */
static const struct {
    const char *group;
    const char *key;
    AuEntryKind kind;
} roles[AU_N_ROLES] = {
    [AU_ROLE_FLUSH] = {"units-caches", "flush", AU_ENTRY_FUNCTION},
    [AU_ROLE_INVALIDATE] = {"units-caches", "invalidate", AU_ENTRY_FUNCTION},
    [AU_ROLE_ENTRY] = {"units-caches", "entries", AU_ENTRY_DEFINED},
    [AU_ROLE_PATCHER] = {"units-caches", "patchers", AU_ENTRY_DEFINED},
    [AU_ROLE_ASM] = {"units-caches", "asm", AU_ENTRY_DEFINED},
    [AU_ROLE_CONVERSION] = {"units-checks", "conversions", AU_ENTRY_DEFINED},
    [AU_ROLE_DATA] = {"units-checks", "data-distances", AU_ENTRY_DEFINED},
    [AU_ROLE_MAKER] = {"units-checks", "makers", AU_ENTRY_DEFINED},
    [AU_ROLE_SHOWS] = {"units-checks", "shows", AU_ENTRY_FUNCTION},
};

static GHashTable *table(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static gboolean bad(const char *path, const char *group, const char *key,
                    const char *problem, GError **error)
{
    g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                "%s: [%s] %s: %s", path, group, key, problem);
    return FALSE;
}

static gboolean read_classes(GKeyFile *file, const char *path,
                             const char *group, GHashTable *into,
                             GError **error)
{
    g_auto(GStrv) keys = g_key_file_get_keys(file, group, NULL, NULL);

    for (char **key = keys; key && *key; key++) {
        g_auto(GStrv) names =
            g_key_file_get_string_list(file, group, *key, NULL, NULL);
        AuSet sets[2] = {0, 0};

        for (char **name = names; name && *name; name++) {
            AuSet set;

            if (!au_set_parse(g_strstrip(*name), &set)) {
                sets[0] = 0;
                break;
            }
            sets[0] = sets[0] ? sets[0] : set;
            sets[1] |= set;
        }
        if (!sets[0]) {
            return bad(path, group, *key,
                       "is no class; known are: plain rx rw diff -diff any",
                       error);
        }
        g_hash_table_insert(into, g_strdup(*key),
                            g_memdup2(sets, sizeof(sets)));
    }
    return TRUE;
}

static gboolean read_types(GKeyFile *file, const char *path, GHashTable *into,
                           GError **error)
{
    static const char *const keys[] = {"rx", "rw", NULL};

    for (const char *const *key = keys; *key; key++) {
        g_auto(GStrv) names = g_key_file_get_string_list(file, "units-types",
                                                         *key, NULL, NULL);
        AuSet set;

        if (!names) {
            return bad(path, "units-types", *key, "is missing", error);
        }
        au_set_parse(*key, &set);
        for (char **name = names; *name; name++) {
            g_hash_table_insert(into, g_strdup(g_strstrip(*name)),
                                g_memdup2(&set, sizeof(set)));
        }
    }
    return TRUE;
}

static void read_role(GKeyFile *file, const char *group, const char *key,
                      GHashTable *into)
{
    g_auto(GStrv) names =
        g_key_file_get_string_list(file, group, key, NULL, NULL);

    for (char **name = names; name && *name; name++) {
        g_hash_table_insert(into, g_strdup(g_strstrip(*name)), NULL);
    }
}

static gboolean read_externs(GKeyFile *file, const char *path,
                             GHashTable *into, GError **error)
{
    g_auto(GStrv) keys = g_key_file_get_keys(file, "units-externs", NULL, NULL);

    for (char **key = keys; key && *key; key++) {
        char *reason = g_key_file_get_string(file, "units-externs", *key, NULL);

        if (!reason || !*g_strstrip(reason)) {
            g_free(reason);
            return bad(path, "units-externs", *key, "has no reason", error);
        }
        g_hash_table_insert(into, g_strdup(*key), reason);
    }
    return TRUE;
}

static gboolean read_convention(GKeyFile *file, const char *path,
                                GError **error)
{
    g_autofree char *convention =
        g_key_file_get_value(file, "units-checks", "canonical", NULL);

    /* Both are judged alike: code runs at RX, whichever alias is kept. */
    if (!convention || (!g_str_equal(g_strstrip(convention), "rx") &&
                        !g_str_equal(convention, "rw"))) {
        return bad(path, "units-checks", "canonical", "is neither rx nor rw",
                   error);
    }
    return TRUE;
}

AuContract *au_contract_load(const char *path, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    AuContract *contract = g_new0(AuContract, 1);

    contract->path = g_strdup(path);
    contract->types = table();
    contract->fields = table();
    contract->globals = table();
    contract->functions = table();
    contract->externs = table();
    for (int i = 0; i < AU_N_ROLES; i++) {
        contract->roles[i] = table();
    }
    if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, error)) {
        g_prefix_error(error, "%s: ", path);
        return NULL;
    }
    if (!read_types(file, path, contract->types, error) ||
        !read_classes(file, path, "units-fields", contract->fields, error) ||
        !read_classes(file, path, "units-globals", contract->globals, error) ||
        !read_classes(file, path, "units-functions", contract->functions,
                      error) ||
        !read_externs(file, path, contract->externs, error) ||
        !read_convention(file, path, error)) {
        return NULL;
    }
    for (int i = 0; i < AU_N_ROLES; i++) {
        read_role(file, roles[i].group, roles[i].key, contract->roles[i]);
    }
    return contract;
}

static AuSet lookup(GHashTable *classes, const char *key)
{
    const AuSet *set = key ? g_hash_table_lookup(classes, key) : NULL;

    return set ? *set : 0;
}

AuSet au_contract_type(const AuContract *contract, const char *name,
                       gboolean is_const)
{
    AuSet set = 0;

    if (is_const) {
        g_autofree char *spelling = g_strconcat("const ", name, NULL);

        set = lookup(contract->types, spelling);
    }
    return set ? set : lookup(contract->types, name);
}

AuSet au_contract_tag(const AuContract *contract, const char *tag)
{
    g_autofree char *spelling = g_strconcat("@", tag, NULL);

    return lookup(contract->types, spelling);
}

AuSet au_contract_field(const AuContract *contract, const char *record,
                        const char *field, AuSet *allowed)
{
    g_autofree char *key = g_strconcat(record, ".", field, NULL);
    const AuSet *sets = g_hash_table_lookup(contract->fields, key);

    if (sets) {
        *allowed = sets[1];
    }
    return sets ? sets[0] : 0;
}

AuSet au_contract_global(const AuContract *contract, const char *name)
{
    return lookup(contract->globals, name);
}

AuSet au_contract_function(const AuContract *contract, const char *name,
                           guint parameter)
{
    g_autofree char *key = NULL;

    if (!name || !parameter) {
        return lookup(contract->functions, name);
    }
    key = g_strdup_printf("%s.%u", name, parameter);
    return lookup(contract->functions, key);
}

AuSet au_contract_local(const AuContract *contract, const char *function,
                        const char *name)
{
    g_autofree char *key = g_strconcat(function, ".", name, NULL);

    return lookup(contract->functions, key);
}

const char *au_contract_extern(const AuContract *contract, const char *name)
{
    const char *reason = g_hash_table_lookup(contract->externs, name);
    GHashTableIter iter;
    gpointer pattern, value;

    g_hash_table_iter_init(&iter, contract->externs);
    while (!reason && g_hash_table_iter_next(&iter, &pattern, &value)) {
        if (strchr(pattern, '*') && g_pattern_match_simple(pattern, name)) {
            reason = value;
        }
    }
    return reason;
}

gboolean au_contract_has_role(const AuContract *contract, const char *function,
                              AuRole role)
{
    return function &&
           g_hash_table_contains(contract->roles[role], function);
}

gboolean au_contract_check_fields(const AuContract *contract,
                                  AuFieldKnown *known, gpointer data,
                                  GError **error)
{
    GHashTableIter iter;
    gpointer key;

    g_hash_table_iter_init(&iter, contract->fields);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        g_auto(GStrv) names = g_strsplit(key, ".", 2);

        if (!names[0] || !names[1] || !known(names[0], names[1], data)) {
            return bad(contract->path, "units-fields", key,
                       "the structure has no such field", error);
        }
    }
    return TRUE;
}

static void entry_free(gpointer data)
{
    AuEntry *entry = data;

    g_free(entry->name);
    g_free(entry->text);
    g_free(entry);
}

/* @key: of the list that the names of @table stand in, or NULL. */
static void add_entries(GPtrArray *entries, AuEntryKind kind,
                        const char *group, const char *key, GHashTable *table)
{
    GHashTableIter iter;
    gpointer name;

    g_hash_table_iter_init(&iter, table);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        AuEntry *entry = g_new0(AuEntry, 1);

        entry->kind = kind;
        entry->name = g_strdup(name);
        entry->text = g_strdup_printf("[%s] %s%s%s", group, key ? key : "",
                                      key ? ": " : "", (const char *)name);
        g_ptr_array_add(entries, entry);
    }
}

GPtrArray *au_contract_entries(const AuContract *contract)
{
    GPtrArray *entries = g_ptr_array_new_with_free_func(entry_free);

    add_entries(entries, AU_ENTRY_FIELD, "units-fields", NULL,
                contract->fields);
    add_entries(entries, AU_ENTRY_GLOBAL, "units-globals", NULL,
                contract->globals);
    add_entries(entries, AU_ENTRY_PART, "units-functions", NULL,
                contract->functions);
    for (int i = 0; i < AU_N_ROLES; i++) {
        add_entries(entries, roles[i].kind, roles[i].group, roles[i].key,
                    contract->roles[i]);
    }
    return entries;
}
