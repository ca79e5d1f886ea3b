/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/build-log.h"

#include <string.h>

char *tv_build_log_errors(const char *log, guint count)
{
    static const char *const signs[] = {
        ": error:", ": fatal error:", "undefined reference", " Error: ",
        "ERROR:", "*** ", "No space left",
    };
    g_auto(GStrv) lines = g_strsplit(log, "\n", -1);
    GString *found = g_string_new(NULL);
    const char *last = "no output";

    for (char **line = lines; *line; line++) {
        if (*g_strstrip(*line)) {
            last = *line;
        }
        for (gsize i = 0; i < G_N_ELEMENTS(signs) && count > 0; i++) {
            if (strstr(*line, signs[i])) {
                g_string_append_printf(found, "%s%s", found->len ? "; " : "",
                                       *line);
                count--;
                break;
            }
        }
    }
    if (found->len == 0) {
        g_string_append(found, last);
    }
    return g_string_free(found, FALSE);
}

gboolean tv_build_log_place(const char *text, char **file, int *line)
{
    g_autoptr(GRegex) place =
        g_regex_new("qemu-5\\.2\\.0/([^:\\s]+):([0-9]+):", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    g_autofree char *number = NULL;

    if (!g_regex_match(place, text, 0, &match)) {
        return FALSE;
    }
    *file = g_match_info_fetch(match, 1);
    number = g_match_info_fetch(match, 2);
    *line = (int)g_ascii_strtoll(number, NULL, 10);
    return TRUE;
}
