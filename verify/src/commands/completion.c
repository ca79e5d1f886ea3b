/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands/completion.h"

#include "base/data.h"
#include "base/error.h"
#include "commands/command-line.h"
#include "project/hosts.h"
#include "proof/unit.h"
#include "result/rules.h"
#include "series/series.h"

static void add(GString *words, const char *word)
{
    g_string_append_printf(words, "%s%s", words->len ? " " : "", word);
}

static char *host_words(void)
{
    GString *words = g_string_new("all");
    const TvHost *host;

    for (guint i = 0; (host = tv_host_nth(i)); i++) {
        add(words, host->name);
    }
    return g_string_free(words, FALSE);
}

/* Those that can be run; `check` takes any that the tree has. */
static char *guest_words(void)
{
    GString *words = g_string_new("all");
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    const TvHost *host;

    for (guint i = 0; (host = tv_host_nth(i)); i++) {
        char **const kinds[] = {host->user_guests, host->system_guests};

        for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++) {
            for (char **guest = kinds[k]; *guest; guest++) {
                if (g_hash_table_add(seen, *guest)) {
                    add(words, *guest);
                }
            }
        }
    }
    return g_string_free(words, FALSE);
}

static char *layer_words(void)
{
    GString *words = g_string_new("L0");

    for (int layer = 0; layer < TV_N_LAYERS; layer++) {
        add(words, tv_layer_name(layer));
    }
    return g_string_free(words, FALSE);
}

static char *format_words(void)
{
    return g_strjoinv(" ", (char **)tv_format_names);
}

static char *mode_words(void)
{
    return g_strdup("softmmu user");
}

static char *shell_words(void)
{
    return g_strdup("bash zsh");
}

static char *command_words(void)
{
    GString *words = g_string_new(NULL);

    for (const TvCommand *const *item = tv_commands; *item; item++) {
        add(words, (*item)->name);
    }
    return g_string_free(words, FALSE);
}

static char *rule_words(void)
{
    GString *words = g_string_new(NULL);
    const TvRule *rule;

    for (guint i = 0; (rule = tv_rule_nth(i)); i++) {
        add(words, rule->id);
    }
    return g_string_free(words, FALSE);
}

/* Of the project around the working directory. */
static char *patch_words(void)
{
    g_autofree char *project = tv_command_line_find_project(NULL);
    g_autoptr(TvSeries) series = project ? tv_series_load(project, NULL) : NULL;
    GString *words = g_string_new(NULL);

    for (guint i = 0; series && i < series->patches->len; i++) {
        add(words, ((const TvPatch *)series->patches->pdata[i])->name);
    }
    return g_string_free(words, FALSE);
}

static const struct {
    const char *name; /* of an option, "command" or "rule" */
    char *(*words)(void);
} known[] = {
    {"command", command_words}, {"completion", shell_words},
    {"format", format_words},   {"from", patch_words},
    {"guest", guest_words},     {"host", host_words},
    {"layer", layer_words},     {"mode", mode_words},
    {"rule", rule_words},       {"to", patch_words},
};

char *tv_completion_values(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        if (g_str_equal(known[i].name, name)) {
            return known[i].words();
        }
    }
    return g_strdup("");
}

char *tv_completion(const char *shell, GError **error)
{
    g_autofree char *name = g_strconcat("completions/", shell, NULL);

    if (g_str_equal(shell, "bash") || g_str_equal(shell, "zsh")) {
        return tv_data_text(name);
    }
    g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                "--completion: '%s' is neither bash nor zsh", shell);
    return NULL;
}
