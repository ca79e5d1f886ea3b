/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TAP version 13, which version 14's readers take as well: a case a line, and
 * a block of YAML that says why one is not ok.
 */
#include "report/cases.h"
#include "report/report.h"

/* One line; "#" would begin a directive. */
static void append_description(GString *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '#' || *text == '\\') {
            g_string_append_c(out, '\\');
        }
        g_string_append_c(out, g_ascii_iscntrl(*text) ? ' ' : *text);
    }
}

/* JSON's strings are YAML's as well. */
static void append_yaml(GString *out, const char *indent, const char *key,
                        const char *value)
{
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_VALUE);
    g_autofree char *quoted = NULL;

    if (value) {
        json_node_set_string(node, value);
        quoted = json_to_string(node, FALSE);
        g_string_append_printf(out, "%s%s: %s\n", indent, key, quoted);
    }
}

static void append_path(GString *out, const GPtrArray *path)
{
    g_string_append(out, "      path:\n");
    for (guint i = 0; i < path->len; i++) {
        const TvStep *step = path->pdata[i];

        append_yaml(out, "        - ", "what", step->what);
        append_yaml(out, "          ", "file", step->file);
        if (step->line) {
            g_string_append_printf(out, "          line: %d\n", step->line);
        }
        append_yaml(out, "          ", "function", step->function);
    }
}

static void append_finding(GString *out, const TvFinding *finding)
{
    append_yaml(out, "    - ", "rule", finding->rule);
    append_yaml(out, "      ", "message", finding->message);
    append_yaml(out, "      ", "file", finding->file);
    if (finding->line) {
        g_string_append_printf(out, "      line: %d\n", finding->line);
    }
    append_yaml(out, "      ", "function", finding->function);
    append_yaml(out, "      ", "host", finding->host);
    append_yaml(out, "      ", "patch", finding->patch);
    append_yaml(out, "      ", "text", finding->text);
    append_yaml(out, "      ", "reproduce", finding->reproduce);
    append_yaml(out, "      ", "identity", finding->identity);
    if (finding->path) {
        append_path(out, finding->path);
    }
}

static void append_block(GString *out, const TvCase *item)
{
    g_string_append(out, "  ---\n");
    append_yaml(out, "  ", "message", item->message);
    append_yaml(out, "  ", "severity",
                item->end == TV_CASE_ERROR ? "error" : "fail");
    if (item->findings->len) {
        g_string_append(out, "  findings:\n");
    }
    for (guint i = 0; i < item->findings->len; i++) {
        append_finding(out, item->findings->pdata[i]);
    }
    g_string_append(out, "  ...\n");
}

char *tv_report_tap(const TvResult *result)
{
    GString *out = g_string_new("TAP version 13\n");
    g_autoptr(GPtrArray) cases = tv_report_cases(result);

    g_string_append_printf(out, "1..%u\n", cases->len);
    for (guint i = 0; i < cases->len; i++) {
        const TvCase *item = cases->pdata[i];
        gboolean ok =
            item->end == TV_CASE_PASSED || item->end == TV_CASE_SKIPPED;

        g_string_append_printf(out, "%sok %u - ", ok ? "" : "not ", i + 1);
        append_description(out, item->suite);
        g_string_append(out, ": ");
        append_description(out, item->name);
        if (item->end == TV_CASE_SKIPPED) {
            g_string_append(out, " # SKIP ");
            append_description(out, item->message);
        }
        g_string_append_c(out, '\n');
        if (!ok) {
            append_block(out, item);
        }
    }
    return g_string_free(out, FALSE);
}
