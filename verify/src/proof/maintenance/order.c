/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/maintenance/order.h"

#include <stdlib.h>
#include <string.h>

#include "ctext/bodies.h"
#include "project/hosts.h"
#include "proof/maintenance/hooks.h"

static guint count_calls(const char *text, const char *function)
{
    g_autofree char *pattern = g_strdup_printf("\\b%s\\(", function);
    g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    guint count = 0;

    g_regex_match(regex, text, 0, &match);
    while (g_match_info_matches(match)) {
        count++;
        g_match_info_next(match, NULL);
    }
    return count;
}

/* From the brace that opens the body of the function defined as @head matches
 * to the one that closes it at the beginning of a line; NULL if not there. */
static char *body_of(const char *text, const char *head)
{
    g_autoptr(GRegex) regex = g_regex_new(head, G_REGEX_DOTALL, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    int start, end;
    const char *close;

    if (!g_regex_match(regex, text, 0, &match)) {
        return NULL;
    }
    g_match_info_fetch_pos(match, 0, &start, &end);
    close = strstr(text + end, "\n}");
    return close ? g_strndup(text + end, close - (text + end)) : NULL;
}

char *tv_caches_judge_order(const TvContract *contract, const char *text)
{
    g_autofree char *code = tv_source_uncomment(text);
    g_autofree char *order = g_strdup_printf(
        "\\b%s\\(\\s*const\\s+void\\s+%s\\s*\\*\\s*(\\w+),\\s*"
        "void\\s*\\*\\s*(\\w+),\\s*size_t\\s+(\\w+)\\)\\s*\\{\\s*"
        "%s\\(\\2,\\s*\\3\\);\\s*%s\\(\\1,\\s*\\3\\);\\s*\\}",
        contract->written_function, contract->address_space,
        contract->flush_hook, contract->cache_hook);
    const char *const hooks[] = { contract->flush_hook, contract->cache_hook };

    if (!g_regex_match_simple(order, code, G_REGEX_DOTALL, 0)) {
        return g_strdup_printf("%s() is not just %s(rw, len) and then "
                               "%s(rx, len)", contract->written_function,
                               contract->flush_hook, contract->cache_hook);
    }
    /* One call; the rest may be a declaration. */
    for (gsize i = 0; i < G_N_ELEMENTS(hooks); i++) {
        g_autofree char *declared = g_strdup_printf("\\bvoid\\s+%s",
                                                    hooks[i]);

        if (count_calls(code, hooks[i]) !=
            1 + (g_regex_match_simple(declared, code, 0, 0) ? 1 : 0)) {
            return g_strdup_printf("%s() is not the only one to call %s()",
                                   contract->written_function, hooks[i]);
        }
    }
    return NULL;
}

/* How many bytes "qatomic_set(TARGET, ..." stores. */
static int stored_bytes(const char *target)
{
    if (strstr(target, "64_t *)")) {
        return 8;
    }
    return strstr(target, "16_t *)") ? 2 : 4;
}

char *tv_caches_judge_jump(const TvContract *contract, const char *text)
{
    g_autofree char *code = tv_source_uncomment(text);
    g_autofree char *head = g_strdup_printf("\\bvoid\\s+%s\\([^)]*\\)\\s*\\{",
                                            contract->jump_function);
    g_autofree char *body = body_of(code, head);
    g_autofree char *call = g_strdup_printf(
        "^;\\s*%s\\(jmp_rx,\\s*jmp_rw,\\s*(\\d+)\\);",
        contract->written_function);
    g_autoptr(GRegex) store =
        g_regex_new("\\bqatomic_set(?:__nocheck)?\\(([^,]*),[^;]*(?=;)", 0, 0,
                    NULL);
    g_autoptr(GRegex) follow = g_regex_new(call, 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;

    if (!body) {
        return NULL;
    }
    if (!g_regex_match(store, body, 0, &match)) {
        return g_strdup_printf("%s() stores nothing by qatomic_set()",
                               contract->jump_function);
    }
    while (g_match_info_matches(match)) {
        g_autofree char *target = g_match_info_fetch(match, 1);
        g_autoptr(GMatchInfo) next = NULL;
        g_autofree char *bytes = NULL;
        int end;

        g_match_info_fetch_pos(match, 0, NULL, &end);
        if (g_regex_match(follow, body + end, 0, &next)) {
            bytes = g_match_info_fetch(next, 1);
        }
        if (!bytes || atoi(bytes) != stored_bytes(target)) {
            return g_strdup_printf("the store of %d bytes to '%s' is not "
                                   "followed by %s(jmp_rx, jmp_rw, %d)",
                                   stored_bytes(target), target,
                                   contract->written_function,
                                   stored_bytes(target));
        }
        g_match_info_next(match, NULL);
    }
    return NULL;
}

/* The line on which the definition of @function begins, 0 if there is none. */
static int defined_at(const char *text, const char *function)
{
    g_autofree char *pattern =
        g_strdup_printf("^\\w[^;{}()]*\\b%s\\([^;{}]*\\{", function);
    g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_MULTILINE, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    int start, line = 1;

    if (!g_regex_match(regex, text, 0, &match)) {
        return 0;
    }
    g_match_info_fetch_pos(match, 0, &start, NULL);
    for (int i = 0; i < start; i++) {
        line += text[i] == '\n';
    }
    return line;
}

static void add_finding(TvResult *result, TvCell *cell, const char *rule,
                        const char *file, const char *source,
                        const char *function, const TvHost *host,
                        const char *message)
{
    TvFinding *finding = tv_finding_new(
        rule, file, defined_at(source, function), "%s", message);

    finding->function = g_strdup(function);
    finding->host = g_strdup(host->name);
    finding->text = g_strdup(message);
    tv_result_add_finding(result, finding);
    cell->status = TV_CELL_FINDINGS;
    cell->findings++;
}

gboolean tv_caches_check(const TvCheckTree *tree, GPtrArray *hosts,
                         TvResult *result, GError **error)
{
    const char *kernel = tree->contract->kernel_source;
    g_autofree char *path = g_build_filename(tree->scan->root, kernel, NULL);
    g_autofree char *text = NULL;

    /* Where RW is canonical there are no hooks, and another order of writes:
     * L3 judges it. */
    if (tree->contract->rw_canonical) {
        return TRUE;
    }
    if (!g_file_get_contents(path, &text, NULL, error)) {
        return FALSE;
    }
    for (guint i = 0; i < hosts->len; i++) {
        const TvHost *host = hosts->pdata[i];
        g_autofree char *file = tv_check_tree_backend(tree, host);
        g_autofree char *backend =
            file ? g_build_filename(tree->scan->root, file, NULL) : NULL;
        g_autofree char *source = NULL;
        g_autofree char *order = NULL;
        g_autofree char *jump = NULL;
        g_autofree char *hook = NULL;
        g_autofree char *hooks = NULL;
        TvCell *cell;

        if (!tv_check_tree_converted(tree, host)) {
            continue;
        }
        if (!g_file_get_contents(backend, &source, NULL, error)) {
            return FALSE;
        }
        cell = tv_cell_new("caches", host->name, NULL, 0, TV_CELL_CLEAN);
        cell->checked = 3;
        order = tv_caches_judge_order(tree->contract, text);
        jump = tv_caches_judge_jump(tree->contract, source);
        if (order) {
            add_finding(result, cell, "cache-order", kernel, text,
                        tree->contract->written_function, host, order);
        }
        if (jump) {
            add_finding(result, cell, "cache-range", file, source,
                        tree->contract->jump_function, host, jump);
        }
        hooks = tv_hooks_judge(tree->contract, file, source, &hook);
        if (hooks) {
            add_finding(result, cell, "cache-hook-changed", file, source,
                        hook ? hook : tree->contract->flush_hook, host, hooks);
        }
        tv_result_add_cell(result, cell);
    }
    return TRUE;
}
