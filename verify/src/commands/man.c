/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands/man.h"

#include "base/environment.h"
#include "commands/command-line.h"
#include "result/rules.h"

/* Keeps @text from being taken for requests of roff. */
static void append_text(GString *out, const char *text)
{
    gboolean line_start = TRUE;

    for (; *text; text++) {
        if (line_start && (*text == '.' || *text == '\'')) {
            g_string_append(out, "\\&");
        }
        if (*text == '\\') {
            g_string_append(out, "\\e");
        } else if (*text == '-') {
            g_string_append(out, "\\-");
        } else {
            g_string_append_c(out, *text);
        }
        line_start = *text == '\n';
    }
}

/* Indented ones are lists and examples, whose lines stay as they are. */
static void append_paragraphs(GString *out, const char *text)
{
    g_auto(GStrv) paragraphs = g_strsplit(text, "\n\n", -1);

    for (char **paragraph = paragraphs; *paragraph; paragraph++) {
        gboolean kept = **paragraph == ' ';

        g_string_append(out, kept ? ".PP\n.nf\n" : ".PP\n");
        append_text(out, g_strchomp(*paragraph));
        g_string_append(out, kept ? "\n.fi\n" : "\n");
    }
}

static void append_options(GString *out, const GOptionEntry *entry)
{
    for (; entry && entry->long_name; entry++) {
        if (entry->flags & G_OPTION_FLAG_HIDDEN) {
            continue;
        }
        g_string_append(out, ".TP\n.B ");
        if (entry->short_name) {
            g_string_append_printf(out, "\\-%c, ", entry->short_name);
        }
        append_text(out, "--");
        append_text(out, entry->long_name);
        if (entry->arg_description) {
            g_string_append_c(out, '=');
            append_text(out, entry->arg_description);
        }
        g_string_append_c(out, '\n');
        append_text(out, entry->description);
        g_string_append_c(out, '\n');
    }
}

/* The shared options of @command: its own are described below its name. */
static void append_shared(GString *out, const TvCommand *command)
{
    g_autofree GOptionEntry *entries = tv_command_line_entries(command);
    gboolean any = FALSE;

    for (const GOptionEntry *entry = entries; entry->long_name; entry++) {
        gboolean own = FALSE;

        for (const GOptionEntry *other = command->entries;
             other && other->long_name; other++) {
            own |= g_str_equal(other->long_name, entry->long_name);
        }
        if (!own) {
            g_string_append(out, any ? ", " : ".PP\nShared options: ");
            append_text(out, "--");
            append_text(out, entry->long_name);
            any = TRUE;
        }
    }
    g_string_append(out, ".\n");
}

static void append_commands(GString *out)
{
    for (const TvCommand *const *item = tv_commands; *item; item++) {
        const TvCommand *command = *item;
        g_autofree char *description = tv_command_description(command);

        g_string_append(out, ".SS ");
        append_text(out, command->name);
        if (command->arguments) {
            g_string_append_c(out, ' ');
            append_text(out, command->arguments);
        }
        g_string_append_c(out, '\n');
        append_text(out, command->summary);
        g_string_append(out, ".\n");
        append_paragraphs(out, description);
        append_options(out, command->entries);
        append_shared(out, command);
    }
}

static void append_rules(GString *out)
{
    const TvRule *rule;

    for (guint i = 0; (rule = tv_rule_nth(i)); i++) {
        g_string_append(out, ".SS ");
        append_text(out, rule->id);
        g_string_append(out, "\n.I ");
        append_text(out, rule->summary);
        g_string_append_printf(out, "\n(%s, %s)\n.PP\n", rule->layer,
                               tv_severity_name(rule->severity));
        append_text(out, rule->text);
        g_string_append(out, "\n.PP\nFix: ");
        append_text(out, rule->fix);
        g_string_append_c(out, '\n');
    }
}

static void append_formats(GString *out)
{
    static const struct {
        const char *name;
        const char *text;
    } formats[] = {
        { "text", "A table of hosts and layers, the findings, and one last "
                  "line that a machine can read: tcg-verify: command=... "
                  "status=... exit=..." },
        { "json", "All that is known of cells and findings. This is what "
                  "BUILD/report/COMMAND.json holds, --baseline compares with "
                  "and report --merge puts together." },
        { "sarif", "SARIF 2.1.0, for code scanning services and editors. "
                   "partialFingerprints holds the identity of a finding, which "
                   "stays when lines move; with --baseline each result says "
                   "whether it is new, unchanged or absent; known findings "
                   "are suppressed with their reasons; what could not be "
                   "looked at is a notification." },
        { "junit", "A test suite for each host, a test case for each cell: a "
                   "failure has findings, an error could not be looked at or "
                   "proves nothing, one that is skipped is not converted." },
        { "tap", "TAP version 13: the same cases, a line each." },
        { "html", "One page without scripts that fetches nothing: the matrix "
                  "of hosts and layers, findings with source and path, the "
                  "mutation score and, after --each-patch, patch by patch." },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_string_append(out, ".TP\n.B ");
        append_text(out, formats[i].name);
        g_string_append_c(out, '\n');
        append_text(out, formats[i].text);
        g_string_append_c(out, '\n');
    }
}

/* The table that the program cleans its environment by. */
static void append_environment(GString *out)
{
    static const char *const fates[] = {
        [TV_VARIABLE_KEPT] = "Passed on: ",
        [TV_VARIABLE_SET] = "Set: ",
        [TV_VARIABLE_REMOVED] = "Removed; read by ",
        [TV_VARIABLE_KEYED] = "Part of the keys of the cache of check, and "
                              "removed for builds; read by ",
    };
    const TvVariableGroup *group;

    for (guint i = 0; (group = tv_environment_nth(i)); i++) {
        g_string_append(out, ".TP\n.B ");
        append_text(out, group->names);
        g_string_append_c(out, '\n');
        append_text(out, fates[group->fate]);
        append_text(out, group->text);
        g_string_append_c(out, '\n');
    }
}

char *tv_man_page(void)
{
    GString *out =
        g_string_new(".TH TCG\\-VERIFY 1 \"\" \"tcg\\-verify " TV_VERSION
                     "\" \"User Commands\"\n");

    g_autofree GOptionEntry *all = tv_command_line_entries(NULL);

    g_string_append(out, ".SH NAME\ntcg\\-verify \\- proves and runs the W^X "
                         "split of QEMU 5.2's TCG\n"
                         ".SH SYNOPSIS\n.B tcg\\-verify\n"
                         ".RI [ OPTION ...]\n.I COMMAND\n"
                         ".RI [ ARGUMENT ...]\n"
                         ".SH EXAMPLES\n"
                         "Get QEMU, apply the series, lint and prove it:\n"
                         ".PP\n.nf\n"
                         "  tcg\\-verify source\n"
                         "  tcg\\-verify apply\n"
                         "  tcg\\-verify lint\n"
                         "  tcg\\-verify check\n"
                         "  tcg\\-verify report\n.fi\n.PP\n"
                         "Each command below has examples of its own.\n"
                         ".SH OPTIONS\nA command takes the options that it "
                         "lists and refuses others. They may stand before its name.\n");
    append_options(out, all);
    g_string_append(out, ".SH COMMANDS\n");
    append_commands(out);
    g_string_append(out, ".SH FORMATS\nThe values of --format. All show the "
                         "same result.\n");
    append_formats(out);
    g_string_append(
        out,
        ".SH EXIT STATUS\n.TP\n.B 0\nclean\n.TP\n.B 1\nthere are findings; the "
        "report shows the parts that could not run as well, and its last line "
        "counts them\n.TP\n.B 2\nthere are no findings, but something could not run, or "
        "a control failed\n"
        ".SH ENVIRONMENT\n"
        ".TP\n.B QEMU_SRC\nA tree or git checkout of QEMU 5.2.0 to start "
        "from\n"
        ".TP\n.B QEMU_TARBALL\nA tarball of it, or a directory of tarballs\n"
        ".PP\nA result must not depend on the environment. Before "
        "tcg\\-verify runs other programs, it treats the variables that they "
        "read as follows. The first line that has a name counts.\n");
    append_environment(out);
    g_string_append(
        out,
        ".SH FILES\n"
        ".TP\n.I base.ini\nThe upstream that the series is made against\n"
        ".TP\n.I series\nThe patches, in order\n"
        ".TP\n.I build/\nEverything that is made\n"
        ".TP\n.I build/report/report.json\nThe last results of all commands; "
        "index.html, report.sarif and junit.xml beside it are the same\n"
        ".SH RULES\n");
    append_rules(out);
    return g_string_free(out, FALSE);
}
