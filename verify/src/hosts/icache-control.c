/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/icache-control.h"

#include <string.h>

#include "base/error.h"

#define FILE_NAME "tcg/tcg.c"

char *tv_icache_control_text(const char *text)
{
    /* The call, and what of the function comes before it. */
    g_autoptr(GRegex) call =
        g_regex_new("(\\btcg_code_written\\([^)]*\\)\\s*\\{[^}]*?)"
                    "\\btcg_target_invalidate_icache\\([^;]*\\);",
                    0, 0, NULL);

    if (!g_regex_match(call, text, 0, NULL)) {
        return NULL;
    }
    return g_regex_replace(call, text, -1, 0, "\\1(void)rx;", 0, NULL);
}

gboolean tv_icache_control_edit(const char *tree, GHashTable *overrides,
                                GError **error)
{
    g_autofree char *path = g_build_filename(tree, FILE_NAME, NULL);
    g_autofree char *text = NULL;
    char *edited;

    if (!g_file_get_contents(path, &text, NULL, error)) {
        return FALSE;
    }
    edited = tv_icache_control_text(text);
    if (!edited) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s: tcg_code_written() does not call "
                    "tcg_target_invalidate_icache(), so the control without "
                    "it cannot be built", path);
        return FALSE;
    }
    g_hash_table_replace(overrides, g_strdup(FILE_NAME),
                         g_bytes_new_take(edited, strlen(edited)));
    return TRUE;
}
