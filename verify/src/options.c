#include "options.h"

#include <errno.h>
#include <stdio.h>

#include "baseline.h"
#include "commands.h"
#include "error.h"
#include "shard.h"

/* GOption writes here; one command line is parsed in a process. */
static struct {
    char *project;
    char *build_dir;
    char *hosts;
    char *guests;
    char *format;
    char *output;
    char *baseline;
    char *tree;
    char *shard;
    int jobs;
    gboolean verbose;
    gboolean version;
} given;

const char *const tv_format_names[] = {
    [TV_FORMAT_TEXT] = "text",   [TV_FORMAT_JSON] = "json",
    [TV_FORMAT_SARIF] = "sarif", [TV_FORMAT_JUNIT] = "junit",
    [TV_FORMAT_TAP] = "tap",     [TV_FORMAT_HTML] = "html",
    [TV_FORMAT_HTML + 1] = NULL,
};

static const GOptionEntry entries[] = {
    {"project", 0, 0, G_OPTION_ARG_FILENAME, &given.project,
     "The project's directory (default: the nearest parent with base.ini)",
     "DIR"},
    {"build-dir", 0, 0, G_OPTION_ARG_FILENAME, &given.build_dir,
     "Where everything made goes (default: PROJECT/build)", "DIR"},
    {"tree", 0, 0, G_OPTION_ARG_FILENAME, &given.tree,
     "A tree that has the series applied (default: BUILD/src/qemu-5.2.0)",
     "DIR"},
    {"host", 0, 0, G_OPTION_ARG_STRING, &given.hosts,
     "Host targets, separated by commas, or all", "LIST"},
    {"guest", 0, 0, G_OPTION_ARG_STRING, &given.guests,
     "Guest targets, separated by commas, or all; build and test also take "
     "GUEST-softmmu, GUEST-linux-user, and HOST/ before any of them", "LIST"},
    {"shard", 0, 0, G_OPTION_ARG_STRING, &given.shard,
     "Only the K-th of N parts of the hosts; 'report --merge' puts the "
     "results together", "K/N"},
    {"jobs", 'j', 0, G_OPTION_ARG_INT, &given.jobs,
     "Processes at a time (default: the number of processors)", "N"},
    {"format", 0, 0, G_OPTION_ARG_STRING, &given.format,
     "Format of the report: text, json, sarif, junit, tap or html", "FORMAT"},
    {"baseline", 0, 0, G_OPTION_ARG_FILENAME, &given.baseline,
     "Tell which findings are new, unchanged or gone since this report "
     "(COMMAND.json)", "FILE"},
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &given.output,
     "Write the report to FILE instead of standard output", "FILE"},
    {"verbose", 'v', 0, G_OPTION_ARG_NONE, &given.verbose,
     "Say more: every cell, every step", NULL},
    {"version", 0, 0, G_OPTION_ARG_NONE, &given.version,
     "Print the version and exit", NULL},
    {NULL},
};

const GOptionEntry *tv_options_entries(void)
{
    return entries;
}

static char *command_list(void)
{
    GString *text = g_string_new("Commands:\n");

    for (const TvCommand *const *command = tv_commands; *command; command++) {
        g_string_append_printf(text, "  %-10s %s\n", (*command)->name,
                               (*command)->summary);
    }
    g_string_append(text,
                    "\n'tcg-verify COMMAND --help' tells more about one.\n"
                    "Exit status: 0 clean, 1 findings, 2 none, but something "
                    "could not run.");
    return g_string_free(text, FALSE);
}

static gboolean parse(GOptionContext *context, char ***argv, GError **error)
{
    g_autoptr(GError) local = NULL;

    if (!g_option_context_parse_strv(context, argv, &local)) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE, "%s; see --help",
                    local->message);
        return FALSE;
    }
    return TRUE;
}

/* The part before the command's name. */
static gboolean parse_program(char ***argv, gboolean *printed, GError **error)
{
    g_autoptr(GOptionContext) context =
        g_option_context_new("COMMAND [OPTION...]");
    g_autofree char *commands = command_list();
    gboolean help = FALSE;
    const GOptionEntry own[] = {
        {"help", 'h', 0, G_OPTION_ARG_NONE, &help, "Show help", NULL},
        {NULL},
    };

    g_option_context_set_summary(
        context, "Proves and runs the W^X split of QEMU 5.2's TCG.");
    g_option_context_set_description(context, commands);
    g_option_context_set_strict_posix(context, TRUE);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, own, NULL);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!parse(context, argv, error)) {
        return FALSE;
    }
    *printed = TRUE;
    if (help) {
        g_autofree char *text = g_option_context_get_help(context, TRUE, NULL);

        fputs(text, stdout);
    } else if (given.version) {
        puts("tcg-verify " TV_VERSION);
    } else if (!(*argv)[1]) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "no command given; see --help");
        return FALSE;
    } else {
        *printed = FALSE;
    }
    return TRUE;
}

static gboolean has_entry(const GOptionEntry *list, const char *name)
{
    for (; list && list->long_name; list++) {
        if (g_str_equal(list->long_name, name)) {
            return TRUE;
        }
    }
    return FALSE;
}

/* The shared options but for those that the command has of its own. */
static void add_shared(GOptionContext *context, const TvCommand *command)
{
    for (const GOptionEntry *entry = entries; entry->long_name; entry++) {
        const GOptionEntry one[] = {*entry, {NULL}};

        if (!has_entry(command->entries, entry->long_name)) {
            g_option_context_add_main_entries(context, one, NULL);
        }
    }
}

static gboolean parse_command(const TvCommand *command, char ***argv,
                              gboolean *printed, GError **error)
{
    g_autoptr(GOptionContext) context =
        g_option_context_new(command->arguments);
    g_autofree char *summary = g_strdup_printf("%s %s: %s.", g_get_prgname(),
                                               command->name, command->summary);
    gboolean help = FALSE;
    const GOptionEntry own[] = {
        {"help", 'h', 0, G_OPTION_ARG_NONE, &help, "Show help", NULL},
        {NULL},
    };

    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, command->description);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, own, NULL);
    if (command->entries) {
        g_option_context_add_main_entries(context, command->entries, NULL);
    }
    add_shared(context, command);
    if (!parse(context, argv, error)) {
        return FALSE;
    }
    if (help) {
        g_autofree char *name =
            g_strdup_printf("%s %s", g_get_prgname(), command->name);
        g_autofree char *text = NULL;
        g_autofree char *program = g_strdup(g_get_prgname());

        g_set_prgname(name);
        text = g_option_context_get_help(context, TRUE, NULL);
        g_set_prgname(program);
        fputs(text, stdout);
    }
    *printed = help;
    return TRUE;
}

static char *find_project(GError **error)
{
    g_autofree char *directory = g_get_current_dir();

    for (;;) {
        g_autofree char *ini = g_build_filename(directory, "base.ini", NULL);
        char *parent;

        if (g_file_test(ini, G_FILE_TEST_IS_REGULAR)) {
            return g_steal_pointer(&directory);
        }
        parent = g_path_get_dirname(directory);
        if (g_str_equal(parent, directory)) {
            g_free(parent);
            g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                        "no base.ini in this directory or above it; give "
                        "--project DIR");
            return NULL;
        }
        g_free(directory);
        directory = parent;
    }
}

/* NULL is text. */
static gboolean parse_format(const char *name, TvFormat *format, GError **error)
{
    *format = TV_FORMAT_TEXT;
    for (int i = 0; name && tv_format_names[i]; i++) {
        if (g_str_equal(name, tv_format_names[i])) {
            *format = (TvFormat)i;
            return TRUE;
        }
    }
    if (name) {
        g_autofree char *all = g_strjoinv(", ", (char **)tv_format_names);

        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--format: '%s' is none of %s", name, all);
        return FALSE;
    }
    return TRUE;
}

static gboolean fill(TvOptions *options, GError **error)
{
    if (!parse_format(given.format, &options->format, error)) {
        return FALSE;
    }
    if (given.jobs < 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--jobs is 1 or more, not %d", given.jobs);
        return FALSE;
    }
    if (given.shard && !tv_shard_parse(given.shard, &options->shard,
                                       &options->shards, error)) {
        return FALSE;
    }
    if (given.baseline) {
        options->baseline = tv_baseline_load(given.baseline, error);
        if (!options->baseline) {
            return FALSE;
        }
    }
    options->jobs = given.jobs ? given.jobs : (int)g_get_num_processors();
    options->verbose = given.verbose;
    options->hosts = g_strdup(given.hosts);
    options->guests = g_strdup(given.guests);
    options->output = g_strdup(given.output);
    if (given.tree) {
        options->tree = g_canonicalize_filename(given.tree, NULL);
    }
    options->project = given.project
                           ? g_canonicalize_filename(given.project, NULL)
                           : find_project(error);
    if (!options->project) {
        return FALSE;
    }
    options->build_dir =
        given.build_dir ? g_canonicalize_filename(given.build_dir, NULL)
                        : g_build_filename(options->project, "build", NULL);
    options->base = tv_base_load(options->project, error);
    return options->base != NULL;
}

TvOptions *tv_options_parse(int argc, char **argv, const TvCommand **command,
                            char ***rest, GError **error)
{
    g_autoptr(TvOptions) options = g_new0(TvOptions, 1);
    g_auto(GStrv) args = g_strdupv(argv);
    gboolean printed;

    *command = NULL;
    *rest = NULL;
    if (!parse_program(&args, &printed, error)) {
        return NULL;
    }
    if (printed) {
        return g_steal_pointer(&options);
    }
    *rest = g_strdupv(args + 1);
    *command = tv_command_find((*rest)[0]);
    if (!*command) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "no command '%s'; see --help", (*rest)[0]);
        return NULL;
    }
    if (!parse_command(*command, rest, &printed, error)) {
        return NULL;
    }
    if (printed) {
        *command = NULL;
        return g_steal_pointer(&options);
    }
    return fill(options, error) ? g_steal_pointer(&options) : NULL;
}

void tv_options_free(TvOptions *options)
{
    if (!options) {
        return;
    }
    g_free(options->project);
    g_free(options->build_dir);
    g_free(options->hosts);
    g_free(options->guests);
    g_free(options->output);
    tv_baseline_free(options->baseline);
    g_free(options->tree);
    tv_base_free(options->base);
    g_free(options);
}

char *tv_options_build_path(const TvOptions *options, const char *first, ...)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new();
    va_list args;

    g_ptr_array_add(parts, options->build_dir);
    va_start(args, first);
    for (const char *part = first; part; part = va_arg(args, const char *)) {
        g_ptr_array_add(parts, (char *)part);
    }
    va_end(args);
    g_ptr_array_add(parts, NULL);
    return g_build_filenamev((char **)parts->pdata);
}

char *tv_options_pristine(const TvOptions *options)
{
    return tv_options_build_path(options, "pristine", options->base->directory,
                                 NULL);
}

char *tv_options_applied(const TvOptions *options)
{
    if (options->tree) {
        return g_strdup(options->tree);
    }
    return tv_options_build_path(options, "src", options->base->directory,
                                 NULL);
}
