/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "project/contract.h"

#include <string.h>

#include "base/data.h"
#include "base/error.h"

#define GROUP "contract"

/*
 * Every key of [contract].  What a key means stands in the built-in contract,
 * next to its value.
 */
static const struct {
    const char *key;
    gsize member; /* offset of the char * in TvContract that holds it, or 0 */
    gboolean named;    /* tokens of the tree that lead to code pointers */
    gboolean optional; /* a tree may have no such thing */
} keys[] = {
    {"canonical"},
    {"header", G_STRUCT_OFFSET(TvContract, header), FALSE, TRUE},
    {"typedef-file", G_STRUCT_OFFSET(TvContract, typedef_file)},
    {"address-space", G_STRUCT_OFFSET(TvContract, address_space), TRUE},
    {"rx-type", G_STRUCT_OFFSET(TvContract, rx_type), TRUE},
    {"rw-type", G_STRUCT_OFFSET(TvContract, rw_type), TRUE},
    {"write-macro", G_STRUCT_OFFSET(TvContract, write_macro), TRUE},
    {"convert-macros", 0, TRUE},
    {"cache-hook", G_STRUCT_OFFSET(TvContract, cache_hook), FALSE, TRUE},
    {"flush-hook", G_STRUCT_OFFSET(TvContract, flush_hook), FALSE, TRUE},
    {"written-function", G_STRUCT_OFFSET(TvContract, written_function)},
    {"jump-function", G_STRUCT_OFFSET(TvContract, jump_function)},
    {"coherent-backends", 0, FALSE, TRUE},
    {"difference"},
    {"rx-fields", 0, FALSE, TRUE},
    {"block-field", 0, FALSE, TRUE},
    {"writers"},
    {"second-writers"},
    {"names", 0, TRUE},
    {"too-general", 0, FALSE, TRUE},
    {"kernel"},
    {"kernel-source", G_STRUCT_OFFSET(TvContract, kernel_source)},
    {"backend-sources", G_STRUCT_OFFSET(TvContract, backend_sources)},
};

/* Groups that the analyser of L3 and the mutants check by themselves. */
#define UNITS_PREFIX "units-"
#define MUTATE "mutate"
/* Expressions that say where "const void" points to RX. */
#define RX_TEXT "rx-text"

static gboolean known_key(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (g_str_equal(keys[i].key, name)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* Refuses groups and keys that have no reader: misspelt ones. */
static gboolean check_known(GKeyFile *file, const char *path, GError **error)
{
    g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
    g_auto(GStrv) found = NULL;

    for (char **group = groups; *group; group++) {
        if (!g_str_equal(*group, GROUP) &&
            !g_str_equal(*group, MUTATE) && !g_str_equal(*group, RX_TEXT) &&
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
                    gboolean optional, char **value, GError **error)
{
    g_autoptr(GError) local = NULL;

    *value = g_key_file_get_string(file, GROUP, key, &local);
    if (*value && (**value || optional)) {
        return TRUE;
    }
    if (optional &&
        g_error_matches(local, G_KEY_FILE_ERROR,
                        G_KEY_FILE_ERROR_KEY_NOT_FOUND)) {
        *value = g_strdup("");
        return TRUE;
    }
    g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "contract %s: key '%s': %s",
                path, key, local ? local->message : "empty");
    g_clear_pointer(value, g_free);
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

static gboolean read_rx_text(GKeyFile *file, TvContract *contract,
                             GError **error)
{
    g_auto(GStrv) found = g_key_file_get_keys(file, RX_TEXT, NULL, NULL);

    contract->rx_text =
        g_ptr_array_new_with_free_func((GDestroyNotify)g_regex_unref);
    for (char **key = found; key && *key; key++) {
        g_autofree char *value =
            g_key_file_get_value(file, RX_TEXT, *key, NULL);
        g_autoptr(GError) local = NULL;
        GRegex *regex = g_regex_new(value, G_REGEX_OPTIMIZE, 0, &local);

        if (!regex) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "contract %s: [" RX_TEXT "] '%s': %s", contract->name,
                        *key, local->message);
            return FALSE;
        }
        g_ptr_array_add(contract->rx_text, regex);
    }
    return TRUE;
}

/* Keys that only make sense together. */
static gboolean check_sense(TvContract *contract, GError **error)
{
    const char *canonical = tv_contract_value(contract, "canonical");
    g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func(g_free);

    add_list(contract, "backend-sources", sources);
    contract->rw_canonical = g_str_equal(canonical, "rw");
    if (!contract->rw_canonical && !g_str_equal(canonical, "rx")) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "contract %s: key 'canonical': '%s' is neither rx nor rw",
                    contract->name, canonical);
        return FALSE;
    }
    if (contract->rw_canonical &&
        !g_str_has_prefix(contract->rx_type, "const ")) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "contract %s: key 'rx-type': where RW is canonical only a "
                    "const distinguishes RX, and '%s' has none",
                    contract->name, contract->rx_type);
        return FALSE;
    }
    if (!contract->rw_canonical &&
        (!contract->header || !contract->cache_hook || !contract->flush_hook)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "contract %s: where RX is canonical it needs the keys "
                    "'header', 'cache-hook' and 'flush-hook'",
                    contract->name);
        return FALSE;
    }
    for (guint i = 0; i < sources->len; i++) {
        if (!strstr(sources->pdata[i], TV_CONTRACT_BACKEND)) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "contract %s: key 'backend-sources': no "
                        TV_CONTRACT_BACKEND " in '%s'",
                        contract->name, (char *)sources->pdata[i]);
            return FALSE;
        }
    }
    return TRUE;
}

/* The text of a contract: built in, shipped or a file that the user names. */
static char *read_contract(const char *path, GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autofree char *shipped = NULL;
    g_auto(GStrv) names = NULL;
    char *text;

    if (!path) {
        return tv_data_text("contract.ini");
    }
    if (g_file_get_contents(path, &text, NULL, &local)) {
        return text;
    }
    shipped = g_strdup_printf("%s.ini", path);
    names = tv_data_list("contracts");
    if (g_strv_contains((const char *const *)names, shipped)) {
        g_autofree char *inner = g_strconcat("contracts/", shipped, NULL);

        return tv_data_text(inner);
    }
    g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                "--contract: %s; a shipped contract has the name 6.0",
                local->message);
    return NULL;
}

TvContract *tv_contract_load(const char *path, GError **error)
{
    g_autoptr(TvContract) contract = g_new0(TvContract, 1);
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) local = NULL;
    const char *name = path ? path : "(built in)";

    contract->name = g_strdup(name);
    contract->given = path != NULL;
    contract->names = g_ptr_array_new_with_free_func(g_free);
    contract->general = g_ptr_array_new_with_free_func(g_free);
    contract->kernel = g_ptr_array_new_with_free_func(g_free);
    contract->values =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
    contract->text = read_contract(path, error);
    if (!contract->text) {
        return NULL;
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

        if (!get(file, name, keys[i].key, keys[i].optional, &value, error)) {
            return NULL;
        }
        g_hash_table_insert(contract->values, (gpointer)keys[i].key, value);
        if (keys[i].member) {
            *(char **)G_STRUCT_MEMBER_P(contract, keys[i].member) =
                *value ? g_strdup(value) : NULL;
        }
        if (keys[i].named) {
            add_list(contract, keys[i].key, contract->names);
        }
    }
    add_list(contract, "too-general", contract->general);
    add_list(contract, "kernel", contract->kernel);
    return check_sense(contract, error) && read_rx_text(file, contract, error)
               ? g_steal_pointer(&contract)
               : NULL;
}

const char *tv_contract_value(const TvContract *contract, const char *key)
{
    const char *value = g_hash_table_lookup(contract->values, key);

    if (!value) {
        g_error("contract: no key '%s'", key);
    }
    return value;
}

gboolean tv_contract_has(const TvContract *contract, const char *key)
{
    return *tv_contract_value(contract, key) != '\0';
}

gboolean tv_contract_lists(const TvContract *contract, const char *key,
                           const char *item)
{
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(g_free);

    add_list(contract, key, items);
    return g_ptr_array_find_with_equal_func(items, item, g_str_equal, NULL);
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
    g_clear_pointer(&contract->rx_text, g_ptr_array_unref);
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
