#include "contract.h"

#include <string.h>

#include "data.h"
#include "error.h"

#define GROUP "contract"

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

static void add_list(GKeyFile *file, const char *key, GPtrArray *into)
{
    g_auto(GStrv) list =
        g_key_file_get_string_list(file, GROUP, key, NULL, NULL);

    for (char **item = list; item && *item; item++) {
        g_ptr_array_add(into, g_strdup(*item));
    }
}

TvContract *tv_contract_load(const char *path, GError **error)
{
    g_autoptr(TvContract) contract = g_new0(TvContract, 1);
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autofree char *text = NULL;
    g_autoptr(GError) local = NULL;
    const char *name = path ? path : "(built in)";

    contract->names = g_ptr_array_new_with_free_func(g_free);
    contract->general = g_ptr_array_new_with_free_func(g_free);
    contract->kernel = g_ptr_array_new_with_free_func(g_free);
    if (path) {
        if (!g_file_get_contents(path, &text, NULL, &local)) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "--contract: %s",
                        local->message);
            return NULL;
        }
    } else {
        text = tv_data_text("contract.ini");
    }
    contract->digest =
        g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    if (!g_key_file_load_from_data(file, text, strlen(text), 0, &local)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT, "contract %s: %s", name,
                    local->message);
        return NULL;
    }
    if (!get(file, name, "header", &contract->header, error) ||
        !get(file, name, "typedef-file", &contract->typedef_file, error) ||
        !get(file, name, "address-space", &contract->address_space, error) ||
        !get(file, name, "rx-type", &contract->rx_type, error) ||
        !get(file, name, "rw-type", &contract->rw_type, error) ||
        !get(file, name, "write-macro", &contract->write_macro, error) ||
        !get(file, name, "cache-hook", &contract->cache_hook, error) ||
        !get(file, name, "flush-hook", &contract->flush_hook, error) ||
        !get(file, name, "written-function", &contract->written_function,
             error) ||
        !get(file, name, "jump-function", &contract->jump_function, error)) {
        return NULL;
    }
    g_ptr_array_add(contract->names, g_strdup(contract->rx_type));
    g_ptr_array_add(contract->names, g_strdup(contract->rw_type));
    g_ptr_array_add(contract->names, g_strdup(contract->write_macro));
    g_ptr_array_add(contract->names, g_strdup(contract->address_space));
    add_list(file, "convert-macros", contract->names);
    add_list(file, "names", contract->names);
    add_list(file, "too-general", contract->general);
    add_list(file, "kernel", contract->kernel);
    return g_steal_pointer(&contract);
}

void tv_contract_free(TvContract *contract)
{
    if (!contract) {
        return;
    }
    g_free(contract->header);
    g_free(contract->typedef_file);
    g_free(contract->address_space);
    g_free(contract->rx_type);
    g_free(contract->rw_type);
    g_free(contract->write_macro);
    g_free(contract->cache_hook);
    g_free(contract->flush_hook);
    g_free(contract->written_function);
    g_free(contract->jump_function);
    g_ptr_array_unref(contract->names);
    g_ptr_array_unref(contract->general);
    g_ptr_array_unref(contract->kernel);
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
