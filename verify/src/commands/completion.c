#include "commands/completion.h"

#include "base/error.h"
#include "commands/commands.h"
#include "hosts/host.h"
#include "project/hosts.h"
#include "proof/unit.h"
#include "result/rules.h"

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

    for (const TvRunHost *host = tv_run_hosts; host->name; host++) {
        const char *const *kinds[] = {host->user_guests, host->system_guests};

        for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++) {
            for (const char *const *guest = kinds[k]; guest && *guest;
                 guest++) {
                if (g_hash_table_add(seen, (gpointer)*guest)) {
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

/* Options whose values the tables know. */
static const struct {
    const char *option;
    TvValueKind kind;
    char *(*words)(void);
} known_values[] = {
    {"completion", TV_VALUE_WORDS, shell_words},
    {"format", TV_VALUE_WORDS, format_words},
    {"from", TV_VALUE_PATCH, NULL},
    {"guest", TV_VALUE_LIST, guest_words},
    {"host", TV_VALUE_LIST, host_words},
    {"layer", TV_VALUE_LIST, layer_words},
    {"mode", TV_VALUE_WORDS, mode_words},
    {"to", TV_VALUE_PATCH, NULL},
};

const GOptionEntry *tv_completion_shown(const GOptionEntry *entry)
{
    for (; entry && entry->long_name; entry++) {
        if (!(entry->flags & G_OPTION_FLAG_HIDDEN)) {
            return entry;
        }
    }
    return NULL;
}

TvValueKind tv_completion_value(const GOptionEntry *entry, char **words)
{
    *words = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(known_values); i++) {
        if (g_str_equal(known_values[i].option, entry->long_name)) {
            *words = known_values[i].words ? known_values[i].words() : NULL;
            return known_values[i].kind;
        }
    }
    if (entry->arg == G_OPTION_ARG_FILENAME ||
        entry->arg == G_OPTION_ARG_FILENAME_ARRAY) {
        return g_strcmp0(entry->arg_description, "DIR") == 0 ? TV_VALUE_DIR
                                                             : TV_VALUE_FILE;
    }
    return TV_VALUE_NONE;
}

char *tv_completion_arguments(const char *command)
{
    GString *words;
    const TvRule *rule;

    if (!g_str_equal(command, "explain")) {
        return NULL;
    }
    words = g_string_new(NULL);
    for (guint i = 0; (rule = tv_rule_nth(i)); i++) {
        add(words, rule->id);
    }
    return g_string_free(words, FALSE);
}

char *tv_completion(const char *shell, GError **error)
{
    if (g_str_equal(shell, "bash")) {
        return tv_completion_bash();
    }
    if (g_str_equal(shell, "zsh")) {
        return tv_completion_zsh();
    }
    g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                "--completion: '%s' is neither bash nor zsh", shell);
    return NULL;
}
