/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mutate/operators/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "base/error.h"

#define GROUP "mutate"

static void argument_clear(gpointer data)
{
    g_free(((TvMutateArgument *)data)->function);
}

static char *read_name(GKeyFile *file, const char *key, const char *path,
                       GError **error)
{
    char *value = g_key_file_get_string(file, GROUP, key, NULL);

    if (!value || !*value) {
        g_free(value);
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "%s: [" GROUP "] needs %s; see verify/data/contract.ini",
                    path, key);
        return NULL;
    }
    return value;
}

/* "function:0,2": its first and third argument. */
static gboolean read_arguments(GKeyFile *file, const char *key,
                               const char *path, GArray *arguments,
                               GError **error)
{
    g_auto(GStrv) list =
        g_key_file_get_string_list(file, GROUP, key, NULL, NULL);

    for (char **item = list; item && *item; item++) {
        g_auto(GStrv) part = g_strsplit(*item, ":", 2);
        g_auto(GStrv) number = NULL;

        if (g_strv_length(part) != 2) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "%s: [" GROUP "] %s: '%s' is not FUNCTION:N,N", path,
                        key, *item);
            return FALSE;
        }
        number = g_strsplit(part[1], ",", -1);
        for (char **one = number; *one; one++) {
            TvMutateArgument argument = {g_strdup(part[0]), atoi(*one)};

            g_array_append_val(arguments, argument);
        }
    }
    return TRUE;
}

TvMutateNames *tv_mutate_names_parse(const TvContract *contract,
                                     const char *text, const char *path,
                                     GError **error)
{
    g_autoptr(TvMutateNames) names = g_new0(TvMutateNames, 1);
    g_autoptr(GKeyFile) file = g_key_file_new();
    const struct {
        const char *key;
        char **to;
    } keys[] = {
        {"address-macro", &names->address_macro},
        {"pointer-macro", &names->pointer_macro},
        {"context-type", &names->context_type},
        {"context", &names->context},
        {"difference", &names->difference},
        {"base", &names->base},
        {"distance", &names->distance},
        {"store-macro", &names->store_macro},
    };

    names->contract = contract;
    names->pointers = g_array_new(FALSE, FALSE, sizeof(TvMutateArgument));
    names->integers = g_array_new(FALSE, FALSE, sizeof(TvMutateArgument));
    g_array_set_clear_func(names->pointers, argument_clear);
    g_array_set_clear_func(names->integers, argument_clear);
    if (!g_key_file_load_from_data(file, text, strlen(text), 0, error)) {
        g_prefix_error(error, "%s: ", path);
        return NULL;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        *keys[i].to = read_name(file, keys[i].key, path, error);
        if (!*keys[i].to) {
            return NULL;
        }
    }
    names->fields =
        g_key_file_get_string_list(file, GROUP, "fields", NULL, NULL);
    names->stored =
        g_key_file_get_string_list(file, GROUP, "stored", NULL, NULL);
    names->files = g_key_file_get_string_list(file, GROUP, "files", NULL, NULL);
    return read_arguments(file, "pointers", path, names->pointers, error) &&
                   read_arguments(file, "integers", path, names->integers,
                                  error)
               ? g_steal_pointer(&names)
               : NULL;
}

TvMutateNames *tv_mutate_names_load(const TvContract *contract,
                                    const char *path, GError **error)
{
    g_autofree char *text = NULL;

    if (!path) {
        text = tv_data_text("contract.ini");
    } else if (!g_file_get_contents(path, &text, NULL, error)) {
        return NULL;
    }
    return tv_mutate_names_parse(contract, text, path ? path : "contract.ini",
                                 error);
}

void tv_mutate_names_free(TvMutateNames *names)
{
    if (!names) {
        return;
    }
    g_free(names->address_macro);
    g_free(names->pointer_macro);
    g_free(names->context_type);
    g_free(names->context);
    g_free(names->difference);
    g_free(names->base);
    g_free(names->distance);
    g_free(names->store_macro);
    g_strfreev(names->fields);
    g_strfreev(names->stored);
    g_strfreev(names->files);
    g_array_unref(names->pointers);
    g_array_unref(names->integers);
    g_free(names);
}

char *tv_mutate_names_fill(const TvMutateNames *names, const char *form,
                           const char *context, const char *expression)
{
    GString *text = g_string_new(NULL);

    for (; *form; form++) {
        const char *with = NULL;

        if (*form != '@') {
            g_string_append_c(text, *form);
            continue;
        }
        switch (*++form) {
        case 'W':
            with = names->contract->write_macro;
            break;
        case 'A':
            with = names->address_macro;
            break;
        case 'P':
            with = names->pointer_macro;
            break;
        case 'X':
            with = names->contract->address_space;
            break;
        case 'D':
            with = names->distance;
            break;
        case 'o':
            with = names->difference;
            break;
        case 'b':
            with = names->base;
            break;
        case 's':
            with = context;
            break;
        case 'p':
            with = expression;
            break;
        }
        g_assert(with);
        g_string_append(text, with);
    }
    return g_string_free(text, FALSE);
}
