/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands/command-line.h"

#include <stdio.h>

#include "base/error.h"
#include "base/file.h"
#include "commands/spelling.h"
#include "result/shard.h"

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
    gboolean help;
    gboolean version;
} given = {.jobs = G_MAXINT};

/* The shared options, and the bit by which a command says that it uses one. */
static const struct {
    guint use;
    GOptionEntry entry;
} shared[] = {
    {TV_USES_PROJECT,
     {"project", 0, 0, G_OPTION_ARG_FILENAME, &given.project,
      "The project's directory (default: the nearest parent with base.ini)",
      "DIR"}},
    {TV_USES_BUILD_DIR,
     {"build-dir", 0, 0, G_OPTION_ARG_FILENAME, &given.build_dir,
      "Directory for all generated files (default: PROJECT/build)", "DIR"}},
    {TV_USES_TREE,
     {"tree", 0, 0, G_OPTION_ARG_FILENAME, &given.tree,
      "A tree that has the series applied (default: BUILD/src/qemu-5.2.0)",
      "DIR"}},
    {TV_USES_HOSTS,
     {"host", 0, 0, G_OPTION_ARG_STRING, &given.hosts,
      "Host targets, separated by commas, or all", "LIST"}},
    {TV_USES_GUESTS,
     {"guest", 0, 0, G_OPTION_ARG_STRING, &given.guests,
      "Guest targets, separated by commas, or all; build and test also take "
      "GUEST-softmmu, GUEST-linux-user, and HOST/ before any of them",
      "LIST"}},
    {TV_USES_SHARD,
     {"shard", 0, 0, G_OPTION_ARG_STRING, &given.shard,
      "Only the K-th of N parts of the hosts; 'report --merge' puts the "
      "results together", "K/N"}},
    {TV_USES_JOBS,
     {"jobs", 'j', 0, G_OPTION_ARG_INT, &given.jobs,
      "Processes at a time (default: the number of processors)", "N"}},
    {TV_USES_FORMAT,
     {"format", 0, 0, G_OPTION_ARG_STRING, &given.format,
      "Format of the report: text, json, sarif, junit, tap or html",
      "FORMAT"}},
    {TV_USES_BASELINE,
     {"baseline", 0, 0, G_OPTION_ARG_FILENAME, &given.baseline,
      "Report which findings are new, unchanged or gone since this report "
      "(COMMAND.json)", "FILE"}},
    {TV_USES_OUTPUT,
     {"output", 'o', 0, G_OPTION_ARG_FILENAME, &given.output,
      "Write the report to FILE instead of standard output", "FILE"}},
    {TV_USES_VERBOSE,
     {"verbose", 'v', 0, G_OPTION_ARG_NONE, &given.verbose,
      "Show every cell and every finding, known ones as well", NULL}},
};

static void add_entry(GArray *list, const GOptionEntry *entry)
{
    g_array_append_val(list, *entry);
}

GOptionEntry *tv_command_line_entries(const TvCommand *command)
{
    static const GOptionEntry help = {
        "help", 'h', 0, G_OPTION_ARG_NONE, &given.help, "Show help", NULL};
    static const GOptionEntry version = {
        "version", 0, 0, G_OPTION_ARG_NONE, &given.version,
        "Print the version and exit", NULL};
    GArray *list = g_array_new(TRUE, FALSE, sizeof(GOptionEntry));

    add_entry(list, &help);
    for (const GOptionEntry *entry = command ? command->entries : NULL;
         entry && entry->long_name; entry++) {
        add_entry(list, entry);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(shared); i++) {
        if (!command || (command->uses & shared[i].use)) {
            add_entry(list, &shared[i].entry);
        }
    }
    if (!command) {
        add_entry(list, &version);
    }
    return (GOptionEntry *)(gpointer)g_array_free(list, FALSE);
}

gboolean tv_command_line_refuse(const TvOptions *options, guint unused,
                                const char *what, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(shared); i++) {
        if (options->given & unused & shared[i].use) {
            g_set_error(error, TV_ERROR, TV_ERROR_USAGE, "%s takes no --%s",
                        what, shared[i].entry.long_name);
            return FALSE;
        }
    }
    return TRUE;
}

static char *command_list(void)
{
    GString *text = g_string_new("Commands:\n");

    for (const TvCommand *const *command = tv_commands; *command; command++) {
        g_string_append_printf(text, "  %-10s %s\n", (*command)->name,
                               (*command)->summary);
    }
    g_string_append(text,
                    "\nA command takes only the options that it uses; "
                    "'tcg-verify COMMAND --help'\nlists them.\n"
                    "Exit status: 0 clean, 1 findings, 2 no findings, but "
                    "something could not run.");
    return g_string_free(text, FALSE);
}

/* Of the program if @command is NULL. */
static GOptionContext *context_new(const TvCommand *command,
                                   const GOptionEntry *entries)
{
    GOptionContext *context = g_option_context_new(
        command ? command->arguments : "COMMAND [OPTION...]");
    g_autofree char *text =
        command ? g_strdup_printf("%s %s: %s.", g_get_prgname(), command->name,
                                  command->summary)
                : command_list();
    g_autofree char *description = NULL;

    g_option_context_set_summary(
        context,
        command ? text : "Proves and runs the W^X split of QEMU 5.2's TCG.");
    description = command ? tv_command_description(command) : NULL;
    g_option_context_set_description(context, command ? description : text);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, entries, NULL);
    return context;
}

static void print_help(const TvCommand *command, GOptionContext *context)
{
    g_autofree char *program = g_strdup(g_get_prgname());
    g_autofree char *name =
        command ? g_strdup_printf("%s %s", program, command->name)
                : g_strdup(program);
    g_autofree char *text = NULL;

    g_set_prgname(name);
    text = g_option_context_get_help(context, TRUE, NULL);
    g_set_prgname(program);
    fputs(text, stdout);
}

/* Has GOption store what @words, spelled as it takes them, say. */
static gboolean store(GOptionContext *context, const GPtrArray *words,
                      GError **error)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_auto(GStrv) argv = NULL;
    g_autoptr(GError) local = NULL;

    g_strv_builder_add(builder, g_get_prgname());
    for (guint i = 0; i < words->len; i++) {
        g_strv_builder_add(builder, words->pdata[i]);
    }
    argv = g_strv_builder_end(builder);
    if (!g_option_context_parse_strv(context, &argv, &local)) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE, "%s; see --help",
                    local->message);
        return FALSE;
    }
    return TRUE;
}

static guint uses_of(const GPtrArray *words)
{
    guint uses = 0;

    for (guint i = 0; i < words->len; i++) {
        g_auto(GStrv) parts = g_strsplit(words->pdata[i], "=", 2);

        for (gsize j = 0; j < G_N_ELEMENTS(shared); j++) {
            if (g_str_equal(parts[0] + 2, shared[j].entry.long_name)) {
                uses |= shared[j].use;
            }
        }
    }
    return uses;
}

/*
 * What stands before the command's name, to which @rest is set; @printed if it
 * asks for help or the version only.
 */
static gboolean parse_program(char **argv, GPtrArray *options, char ***rest,
                              gboolean *printed, GError **error)
{
    g_autofree GOptionEntry *entries = tv_command_line_entries(NULL);
    g_autoptr(GOptionContext) context = context_new(NULL, entries);

    *rest = tv_spelling_sort(entries, argv + 1, options, NULL, error);
    if (!*rest || !store(context, options, error)) {
        return FALSE;
    }
    *printed = given.help || given.version;
    if (given.help) {
        print_help(NULL, context);
    } else if (given.version) {
        puts("tcg-verify " TV_VERSION);
    } else if (!**rest) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "no command given; see --help");
        return FALSE;
    }
    return TRUE;
}

/* @before: options that stand before the name; @argv[0]: the name. */
static gboolean parse_command(const TvCommand *command, GPtrArray *before,
                              char **argv, GPtrArray *rest, guint *uses,
                              GError **error)
{
    g_autofree GOptionEntry *entries = tv_command_line_entries(command);
    g_autoptr(GOptionContext) context = context_new(command, entries);
    g_autoptr(GPtrArray) options = g_ptr_array_new_with_free_func(g_free);

    g_ptr_array_add(before, NULL);
    if (!tv_spelling_sort(entries, (char **)before->pdata, options, rest,
                          error) ||
        !tv_spelling_sort(entries, argv + 1, options, rest, error) ||
        !store(context, options, error)) {
        g_prefix_error(error, "%s: ", command->name);
        return FALSE;
    }
    *uses = uses_of(options);
    if (given.help) {
        print_help(command, context);
    }
    return TRUE;
}

char *tv_command_line_find_project(GError **error)
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
                    "--format: '%s' is not one of %s", name, all);
        return FALSE;
    }
    return TRUE;
}

static gboolean fill(TvCommandLine *line, GError **error)
{
    TvOptions *options = line->options;

    if (!parse_format(given.format, &options->format, error)) {
        return FALSE;
    }
    if (given.jobs < 1) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--jobs is 1 or more, not %d", given.jobs);
        return FALSE;
    }
    if (given.shard && !tv_shard_parse(given.shard, &options->shard,
                                       &options->shards, error)) {
        return FALSE;
    }
    /* Not at the end of a long run. */
    if (given.output && !tv_output_file_check(given.output, error)) {
        return FALSE;
    }
    if (given.baseline) {
        line->baseline = tv_baseline_load(given.baseline, error);
        if (!line->baseline) {
            return FALSE;
        }
    }
    options->jobs = options->given & TV_USES_JOBS
                        ? given.jobs : (int)g_get_num_processors();
    options->verbose = given.verbose;
    options->hosts = g_strdup(given.hosts);
    options->guests = g_strdup(given.guests);
    options->output = g_strdup(given.output);
    if (given.tree) {
        options->tree = g_canonicalize_filename(given.tree, NULL);
    }
    if (given.tree && !g_file_test(options->tree, G_FILE_TEST_IS_DIR)) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--tree: there is no directory %s", options->tree);
        return FALSE;
    }
    if (!(line->command->uses & TV_USES_PROJECT)) {
        return TRUE;
    }
    options->project = given.project
                           ? g_canonicalize_filename(given.project, NULL)
                           : tv_command_line_find_project(error);
    if (!options->project) {
        return FALSE;
    }
    options->build_dir =
        given.build_dir ? g_canonicalize_filename(given.build_dir, NULL)
                        : g_build_filename(options->project, "build", NULL);
    options->base = tv_base_load(options->project, error);
    return options->base != NULL;
}

TvCommandLine *tv_command_line_parse(char **argv, GError **error)
{
    g_autoptr(TvCommandLine) line = g_new0(TvCommandLine, 1);
    g_autoptr(GPtrArray) before = g_ptr_array_new_with_free_func(g_free);
    gboolean printed;

    line->options = g_new0(TvOptions, 1);
    line->words = g_ptr_array_new_with_free_func(g_free);
    if (!parse_program(argv, before, &argv, &printed, error)) {
        return NULL;
    }
    if (printed) {
        return g_steal_pointer(&line);
    }
    line->command = tv_command_find(argv[0], error);
    if (!line->command) {
        return NULL;
    }
    g_ptr_array_add(line->words, g_strdup(argv[0]));
    if (!parse_command(line->command, before, argv, line->words,
                       &line->options->given, error)) {
        return NULL;
    }
    if (given.help) {
        line->command = NULL;
        return g_steal_pointer(&line);
    }
    if (!fill(line, error)) {
        g_prefix_error(error, "%s: ", line->command->name);
        return NULL;
    }
    g_ptr_array_add(line->words, NULL);
    return g_steal_pointer(&line);
}

void tv_command_line_free(TvCommandLine *line)
{
    if (!line) {
        return;
    }
    tv_options_free(line->options);
    tv_baseline_free(line->baseline);
    g_ptr_array_unref(line->words);
    g_free(line);
}
