#include "contract-units.h"

#include <string.h>

struct AuContract {
    GHashTable *types;     /* spelling to class */
    GHashTable *fields;    /* "STRUCT.FIELD" to class */
    GHashTable *globals;
    GHashTable *functions; /* "NAME" or "NAME.N" to class */
    GHashTable *externs;   /* name to reason */
    GHashTable *roles[AU_N_ROLES];
    AuSet bad_values;
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
        g_autofree char *value = g_key_file_get_value(file, group, *key, NULL);
        AuSet set;

        if (!value || !au_set_parse(g_strstrip(value), &set)) {
            return bad(path, group, *key,
                       "is no class; known are: plain rx rw diff -diff", error);
        }
        g_hash_table_insert(into, g_strdup(*key),
                            g_memdup2(&set, sizeof(set)));
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

static gboolean read_bad_values(GKeyFile *file, const char *path, AuSet *set,
                                GError **error)
{
    g_autofree char *convention =
        g_key_file_get_value(file, "units-checks", "canonical", NULL);

    /*
     * Displacements are distances from the canonical alias, since that is
     * what the processor's program counter holds.
     */
    if (!convention || !g_str_equal(g_strstrip(convention), "rx")) {
        if (!convention || !g_str_equal(convention, "rw")) {
            return bad(path, "units-checks", "canonical",
                       "is neither rx nor rw", error);
        }
    }
    *set = AU_NRW | AU_NDIFF | AU_OTHER;
    return TRUE;
}

AuContract *au_contract_load(const char *path, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    AuContract *contract = g_new0(AuContract, 1);

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
        !read_bad_values(file, path, &contract->bad_values, error)) {
        return NULL;
    }
    read_role(file, "units-caches", "flush", contract->roles[AU_ROLE_FLUSH]);
    read_role(file, "units-caches", "invalidate",
              contract->roles[AU_ROLE_INVALIDATE]);
    read_role(file, "units-caches", "entries", contract->roles[AU_ROLE_ENTRY]);
    read_role(file, "units-caches", "patchers",
              contract->roles[AU_ROLE_PATCHER]);
    read_role(file, "units-caches", "asm", contract->roles[AU_ROLE_ASM]);
    read_role(file, "units-checks", "conversions",
              contract->roles[AU_ROLE_CONVERSION]);
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
                        const char *field)
{
    g_autofree char *key = g_strconcat(record, ".", field, NULL);

    return lookup(contract->fields, key);
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

const char *au_contract_extern(const AuContract *contract, const char *name)
{
    return g_hash_table_lookup(contract->externs, name);
}

gboolean au_contract_has_role(const AuContract *contract, const char *function,
                              AuRole role)
{
    return function &&
           g_hash_table_contains(contract->roles[role], function);
}

AuSet au_contract_bad_values(const AuContract *contract)
{
    return contract->bad_values;
}
