/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/maintenance/hooks.h"

#include <string.h>

#include "base/data.h"
#include "base/hash.h"
#include "ctext/code.h"

#define REVIEWED "reviewed" /* the key that says how; others are functions */

char *tv_hooks_digest(const char *source, const char *function)
{
    g_autoptr(TvCCode) code = tv_c_code_new(source);
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    gboolean found = FALSE;
    gsize at;
    char *digest;

    for (gsize from = 0; tv_c_code_find(code, function, from, &at);
         from = at + 1) {
        gsize open = tv_c_code_skip(code, at + strlen(function));
        gsize close, brace;
        TvCSpan head, body;
        g_autofree char *text = NULL;

        if (code->code[open] != '(' || !tv_c_code_close(code, open, &close)) {
            continue;
        }
        brace = tv_c_code_skip(code, close + 1);
        if (code->code[brace] == '{' &&
            tv_c_code_function(code, brace + 1, &head, &body)) {
            text = tv_c_code_slice(code, body);
            tv_hash_add(sum, text);
            found = TRUE;
        }
    }
    if (!found) {
        return NULL;
    }
    digest = g_strdup(g_checksum_get_string(sum));
    digest[16] = '\0';
    return digest;
}

/* Whether any entry is about the contract's hooks. */
static gboolean concerns(GKeyFile *entries, const TvContract *contract)
{
    g_auto(GStrv) files = g_key_file_get_groups(entries, NULL);

    for (char **file = files; *file; file++) {
        if (g_key_file_has_key(entries, *file, contract->flush_hook, NULL)) {
            return TRUE;
        }
    }
    return FALSE;
}

static char *judge_function(GKeyFile *entries, const char *file,
                            const char *source, const char *function)
{
    g_autofree char *wanted =
        g_key_file_get_string(entries, file, function, NULL);
    g_autofree char *digest = tv_hooks_digest(source, function);

    if (g_strcmp0(wanted, digest) == 0) {
        return NULL;
    }
    return g_strdup_printf("%s() %s (its hash is %s)", function,
                           !wanted ? "has not been reviewed"
                                   : "is not the one that was reviewed",
                           digest ? digest : "none: it is gone");
}

char *tv_hooks_judge_by(const TvContract *contract, const char *list,
                        const char *file, const char *source, char **function)
{
    g_autoptr(GKeyFile) entries = g_key_file_new();
    g_auto(GStrv) keys = NULL;
    const char *const hooks[] = {contract->flush_hook, contract->cache_hook};
    char *wrong = NULL;

    if (!g_key_file_load_from_data(entries, list, strlen(list), 0, NULL)) {
        return g_strdup("the list of reviewed hooks cannot be read");
    }
    if (!concerns(entries, contract)) {
        return NULL;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(hooks) && !wrong; i++) {
        wrong = judge_function(entries, file, source, hooks[i]);
        *function = wrong ? g_strdup(hooks[i]) : NULL;
    }
    keys = g_key_file_get_keys(entries, file, NULL, NULL);
    for (char **key = keys; key && *key && !wrong; key++) {
        if (!g_str_equal(*key, REVIEWED)) {
            wrong = judge_function(entries, file, source, *key);
            *function = wrong ? g_strdup(*key) : NULL;
        }
    }
    return wrong;
}

char *tv_hooks_judge(const TvContract *contract, const char *file,
                     const char *source, char **function)
{
    g_autofree char *list = tv_data_text("cache-hooks.ini");

    return tv_hooks_judge_by(contract, list, file, source, function);
}
