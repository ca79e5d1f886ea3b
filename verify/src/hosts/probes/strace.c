/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/probes/strace.h"

#include <string.h>

typedef struct Range {
    guint64 start;
    guint64 size;
} Range;

void tv_strace_clear(TvStrace *strace)
{
    g_clear_pointer(&strace->first, g_free);
}

static gboolean in_stack(GArray *stacks, guint64 address, guint64 size)
{
    for (guint i = 0; i < stacks->len; i++) {
        const Range *stack = &g_array_index(stacks, Range, i);

        if (address >= stack->start && size <= stack->size &&
            address - stack->start <= stack->size - size) {
            return TRUE;
        }
    }
    return FALSE;
}

/* One call; @result is the address that mmap returned, 0 if not known. */
static void add_call(TvStrace *strace, GArray *stacks, const char *name,
                     char **args, guint64 result, const char *text)
{
    gboolean map = g_str_has_prefix(name, "mmap");
    const char *flags = map ? args[3] : "";
    gboolean executable = strstr(args[2], "PROT_EXEC") != NULL;
    gboolean writable = strstr(args[2], "PROT_WRITE") != NULL;
    guint64 size = g_ascii_strtoull(args[1], NULL, 0);
    gboolean stack = strstr(flags, "MAP_STACK") != NULL;

    strace->calls++;
    if (stack && result) {
        Range range = { result, size };

        g_array_append_val(stacks, range);
    }
    if (!map) {
        stack = in_stack(stacks, g_ascii_strtoull(args[0], NULL, 16), size);
    }
    if (!executable) {
        return;
    }
    strace->shared_rx += map && !writable && strstr(flags, "MAP_SHARED");
    if (map && !writable) {
        return;
    }
    if (stack) {
        strace->stacks++;
        return;
    }
    if (writable) {
        strace->wx++;
    }
    if (!map) {
        strace->made_exec++;
    }
    if (!strace->first) {
        strace->first = g_strdup(text);
    }
}

static guint arguments(const char *name)
{
    return g_str_equal(name, "mprotect")        ? 3
           : g_str_equal(name, "pkey_mprotect") ? 4
                                                : 6;
}

void tv_strace_parse(TvStrace *strace, const char *text)
{
    /* Calls of several threads may share a line; a result may come late. */
    g_autoptr(GRegex) call = g_regex_new(
        "\\b(mmap2?|mprotect|pkey_mprotect)\\(([^()\n]*)\\)"
        "(?: += (0x[0-9a-fA-F]+))?", 0, 0, NULL);
    g_autoptr(GRegex) implied = g_regex_new(
        "\\b(shmat\\([^()\n]*SHM_EXEC|"
        "personality\\([^()\n]*READ_IMPLIES_EXEC)[^()\n]*\\)", 0, 0, NULL);
    g_autoptr(GArray) stacks = g_array_new(FALSE, FALSE, sizeof(Range));
    g_autoptr(GMatchInfo) match = NULL;

    *strace = (TvStrace){ 0 };
    for (g_regex_match(call, text, 0, &match); g_match_info_matches(match);
         g_match_info_next(match, NULL)) {
        g_autofree char *whole = g_match_info_fetch(match, 0);
        g_autofree char *name = g_match_info_fetch(match, 1);
        g_autofree char *list = g_match_info_fetch(match, 2);
        g_autofree char *result = g_match_info_fetch(match, 3);
        g_auto(GStrv) args = g_strsplit(list, ",", -1);

        if (g_strv_length(args) == arguments(name)) {
            add_call(strace, stacks, name, args,
                     result ? g_ascii_strtoull(result, NULL, 16) : 0, whole);
        }
    }
    g_clear_pointer(&match, g_match_info_unref);
    for (g_regex_match(implied, text, 0, &match);
         g_match_info_matches(match); g_match_info_next(match, NULL)) {
        strace->implied++;
        if (!strace->first) {
            strace->first = g_match_info_fetch(match, 0);
        }
    }
}
