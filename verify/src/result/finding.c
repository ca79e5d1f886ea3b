/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "result/result.h"

#include <string.h>

#include "result/fields.h"
#include "result/rules.h"

const TvField tv_step_fields[] = {
    TV_FIELD(TvStep, "file", TEXT, file),
    TV_FIELD(TvStep, "line", INT, line),
    TV_FIELD(TvStep, "function", TEXT, function),
    TV_FIELD(TvStep, "what", NEEDED, what),
    {NULL},
};

const TvField tv_finding_fields[] = {
    TV_FIELD(TvFinding, "rule", NEEDED, rule),
    TV_FIELD(TvFinding, "file", TEXT, file),
    TV_FIELD(TvFinding, "line", INT, line),
    TV_FIELD(TvFinding, "function", TEXT, function),
    TV_FIELD(TvFinding, "host", TEXT, host),
    TV_FIELD(TvFinding, "mode", TEXT, mode),
    TV_FIELD(TvFinding, "guest-bits", INT, guest_bits),
    TV_FIELD(TvFinding, "patch", TEXT, patch),
    TV_FIELD(TvFinding, "message", TEXT, message),
    TV_FIELD(TvFinding, "text", TEXT, text),
    TV_FIELD(TvFinding, "reproduce", TEXT, reproduce),
    TV_FIELD(TvFinding, "identity", TEXT, identity),
    TV_FIELD(TvFinding, "suppressed", TEXT, suppressed),
    {NULL},
};

TvStep *tv_step_new(const char *file, int line, const char *function,
                    const char *what)
{
    TvStep *step = g_new0(TvStep, 1);

    step->file = g_strdup(file);
    step->line = line;
    step->function = g_strdup(function);
    step->what = g_strdup(what);
    return step;
}

void tv_step_free(TvStep *step)
{
    tv_fields_free(tv_step_fields, step);
}

void tv_finding_add_step(TvFinding *finding, TvStep *step)
{
    if (!finding->path) {
        finding->path =
            g_ptr_array_new_with_free_func((GDestroyNotify)tv_step_free);
    }
    g_ptr_array_add(finding->path, step);
}

TvFinding *tv_finding_new(const char *rule, const char *file, int line,
                          const char *format, ...)
{
    TvFinding *finding = g_new0(TvFinding, 1);
    va_list args;

    if (!tv_rule_find(rule)) {
        g_error("rule '%s' is not in the rule table", rule);
    }
    finding->rule = g_strdup(rule);
    finding->file = g_strdup(file);
    finding->line = line;
    va_start(args, format);
    finding->message = g_strdup_vprintf(format, args);
    va_end(args);
    return finding;
}

TvFinding *tv_finding_copy(const TvFinding *finding)
{
    TvFinding *copy = g_new0(TvFinding, 1);

    tv_fields_copy(tv_finding_fields, finding, copy);
    for (guint i = 0; finding->path && i < finding->path->len; i++) {
        const TvStep *step = finding->path->pdata[i];

        tv_finding_add_step(copy, tv_step_new(step->file, step->line,
                                              step->function, step->what));
    }
    return copy;
}

void tv_finding_free(TvFinding *finding)
{
    if (finding) {
        g_clear_pointer(&finding->path, g_ptr_array_unref);
        tv_fields_free(tv_finding_fields, finding);
    }
}

static gboolean in_word(char c)
{
    return g_ascii_isalnum(c) || c == '_' || (c & 0x80);
}

/* Without the white space that could as well not be there. */
static void append_normalised(GString *out, const char *text)
{
    char last = '\n';
    gboolean blank = FALSE;

    for (; text && *text; text++) {
        if (g_ascii_isspace(*text)) {
            blank = TRUE;
            continue;
        }
        if (blank && in_word(last) && in_word(*text)) {
            g_string_append_c(out, ' ');
        }
        blank = FALSE;
        last = *text;
        g_string_append_c(out, last);
    }
    g_string_append_c(out, '\n');
}

char *tv_finding_compute_identity(const TvFinding *finding)
{
    g_autoptr(GString) key = g_string_new(NULL);
    char *identity;

    append_normalised(key, finding->rule);
    append_normalised(key, finding->file);
    append_normalised(key, finding->function);
    append_normalised(key, finding->text ? finding->text : finding->message);
    identity = g_compute_checksum_for_string(G_CHECKSUM_SHA256, key->str, -1);
    identity[16] = '\0';
    return identity;
}

char *tv_finding_place_key(const TvFinding *finding)
{
    g_autofree char *identity = finding->identity
                                    ? g_strdup(finding->identity)
                                    : tv_finding_compute_identity(finding);

    return g_strdup_printf("%s %d %s\n%s", identity, finding->line,
                           finding->patch ? finding->patch : "",
                           finding->message ? finding->message : "");
}

char *tv_finding_line(const TvFinding *finding)
{
    GString *line = g_string_new(NULL);

    if (finding->file) {
        g_string_append(line, finding->file);
        if (finding->line) {
            g_string_append_printf(line, ":%d", finding->line);
        }
        g_string_append(line, ": ");
    }
    g_string_append_printf(line, "%s [%s]",
                           finding->message ? finding->message : "",
                           finding->rule);
    if (finding->function) {
        g_string_append_printf(line, ", in %s", finding->function);
    }
    if (finding->host) {
        g_string_append_printf(line, ", host %s", finding->host);
    }
    if (finding->patch) {
        g_string_append_printf(line, ", patch %s", finding->patch);
    }
    return g_string_free(line, FALSE);
}
