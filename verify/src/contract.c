#include "contract.h"

#include <string.h>

#include "data.h"
#include "error.h"

#define GROUP "contract"

/*
 * Every key of [contract].  What a key means stands in the built-in contract,
 * next to its value.
 */
static const struct {
    const char *key;
    gsize member; /* offset of the char * in TvContract that holds it, or 0 */
    gboolean named; /* a whole token of the tree that leads to code pointers */
} keys[] = {
    {"header", G_STRUCT_OFFSET(TvContract, header)},
    {"typedef-file", G_STRUCT_OFFSET(TvContract, typedef_file)},
    {"address-space", G_STRUCT_OFFSET(TvContract, address_space), TRUE},
    {"rx-type", G_STRUCT_OFFSET(TvContract, rx_type), TRUE},
    {"rw-type", G_STRUCT_OFFSET(TvContract, rw_type), TRUE},
    {"write-macro", G_STRUCT_OFFSET(TvContract, write_macro), TRUE},
    {"convert-macros", 0, TRUE},
    {"cache-hook", G_STRUCT_OFFSET(TvContract, cache_hook)},
    {"flush-hook", G_STRUCT_OFFSET(TvContract, flush_hook)},
    {"written-function", G_STRUCT_OFFSET(TvContract, written_function)},
    {"jump-function", G_STRUCT_OFFSET(TvContract, jump_function)},
    {"difference"},
    {"rx-fields"},
    {"block-field"},
    {"writers"},
    {"second-writers"},
    {"names", 0, TRUE},
    {"too-general"},
    {"kernel"},
};

/* Groups that the analyser of L3 and the mutants check by themselves. */
#define UNITS_PREFIX "units-"
#define MUTATE "mutate"

static gboolean known_key(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (g_str_equal(keys[i].key, name)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* That nothing is there which nobody would read: a misspelt key. */
static gboolean check_known(GKeyFile *file, const char *path, GError **error)
{
    g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
    g_auto(GStrv) found = NULL;

    for (char **group = groups; *group; group++) {
        if (!g_str_equal(*group, GROUP) &&
            !g_str_equal(*group, MUTATE) &&
            !g_str_has_prefix(*group, UNITS_PREFIX)) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "contract %s: unknown group [%s]", path, *group);
            return FALSE;
        }
    }
    found = g_key_file_get_keys(file, GROUP, NULL, NULL);
    for (char **key = found; key && *key; key++) {
        if (!known_key(*key)) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "contract %s: unknown key '%s' in [" GROUP "]", path,
                        *key);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean get(GKeyFile *file, const char *path, const char *key,
                    char **value, GError **error)
{
    g_autoptr(GError) local = NULL;

    *value = g_key_file_get_string(file, GROUP, key, &local);
    if (*value && **value) {
        return TRUE;
    }
    g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "contract %s: key '%s': %s",
                path, key, local ? local->message : "empty");
    return FALSE;
}

static void add_list(const TvContract *contract, const char *key,
                     GPtrArray *into)
{
    g_auto(GStrv) list = g_strsplit(tv_contract_value(contract, key), ";", -1);

    for (char **item = list; *item; item++) {
        if (*g_strstrip(*item)) {
            g_ptr_array_add(into, g_strdup(*item));
        }
    }
}

TvContract *tv_contract_load(const char *path, GError **error)
{
    g_autoptr(TvContract) contract = g_new0(TvContract, 1);
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) local = NULL;
    const char *name = path ? path : "(built in)";

    contract->name = g_strdup(name);
    contract->names = g_ptr_array_new_with_free_func(g_free);
    contract->general = g_ptr_array_new_with_free_func(g_free);
    contract->kernel = g_ptr_array_new_with_free_func(g_free);
    contract->values =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    if (path) {
        if (!g_file_get_contents(path, &contract->text, NULL, &local)) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "--contract: %s",
                        local->message);
            return NULL;
        }
    } else {
        contract->text = tv_data_text("contract.ini");
    }
    contract->digest =
        g_compute_checksum_for_string(G_CHECKSUM_SHA256, contract->text, -1);
    if (!g_key_file_load_from_data(file, contract->text,
                                   strlen(contract->text), 0, &local)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "contract %s: %s", name,
                    local->message);
        return NULL;
    }
    if (!check_known(file, name, error)) {
        return NULL;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        char *value;

        if (!get(file, name, keys[i].key, &value, error)) {
            return NULL;
        }
        g_hash_table_insert(contract->values, (gpointer)keys[i].key, value);
        if (keys[i].member) {
            *(char **)G_STRUCT_MEMBER_P(contract, keys[i].member) =
                g_strdup(value);
        }
        if (keys[i].named) {
            add_list(contract, keys[i].key, contract->names);
        }
    }
    add_list(contract, "too-general", contract->general);
    add_list(contract, "kernel", contract->kernel);
    return g_steal_pointer(&contract);
}

const char *tv_contract_value(const TvContract *contract, const char *key)
{
    const char *value = g_hash_table_lookup(contract->values, key);

    if (!value) {
        g_error("contract: no key '%s'", key);
    }
    return value;
}

void tv_contract_free(TvContract *contract)
{
    if (!contract) {
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (keys[i].member) {
            g_free(*(char **)G_STRUCT_MEMBER_P(contract, keys[i].member));
        }
    }
    g_free(contract->name);
    g_hash_table_unref(contract->values);
    g_ptr_array_unref(contract->names);
    g_ptr_array_unref(contract->general);
    g_ptr_array_unref(contract->kernel);
    g_free(contract->text);
    g_free(contract->digest);
    g_free(contract);
}

static gboolean is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

static gboolean has_token(const char *text, gsize length, const char *name)
{
    gsize size = strlen(name);
    const char *end = text + length;
    const char *at = text;

    while ((at = memmem(at, end - at, name, size))) {
        if ((at == text || !is_word(at[-1])) &&
            (at + size == end || !is_word(at[size]))) {
            return TRUE;
        }
        at++;
    }
    return FALSE;
}

gboolean tv_contract_mentioned(const TvContract *contract, const char *text,
                               gsize length)
{
    for (guint i = 0; i < contract->names->len; i++) {
        if (has_token(text, length, contract->names->pdata[i])) {
            return TRUE;
        }
    }
    return FALSE;
}

gboolean tv_contract_in_kernel(const TvContract *contract, const char *file)
{
    for (guint i = 0; file && i < contract->kernel->len; i++) {
        if (g_str_has_prefix(file, contract->kernel->pdata[i])) {
            return TRUE;
        }
    }
    return FALSE;
}
