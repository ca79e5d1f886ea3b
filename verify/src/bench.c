/* The command `bench`: how long checks take, beside what is promised. */
#include <errno.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "apply.h"
#include "bench-fork.h"
#include "commands.h"
#include "error.h"
#include "hosts.h"
#include "job-pool.h"
#include "output-file.h"
#include "result.h"
#include "tree.h"

#define DIRECTORY "bench"
#define FORMAT_VERSION 1

static gboolean option_mutate;
static gboolean option_fork;

typedef struct Row {
    const char *name;
    const char *what;
    double target; /* seconds of wall time, on two processors */
    gboolean ran;
    double wall;
    double cpu;  /* of all processes */
    int status;  /* exit status of the run */
} Row;

enum { COLD, WARM, ONE, MUTANTS, N_ROWS };

static const Row rows_at_first[N_ROWS] = {
    [COLD] = {"cold", "check, every layer, with an empty cache", 90},
    [WARM] = {"warm", "the same again, nothing changed", 3},
    [ONE] = {"touched", "after a comment in one backend was changed", 20},
    [MUTANTS] = {"mutate", "every mutant of the applied tree", 15 * 60},
};

static double child_cpu(void)
{
    struct rusage usage;

    getrusage(RUSAGE_CHILDREN, &usage);
    return usage.ru_utime.tv_sec + usage.ru_utime.tv_usec / 1e6 +
           usage.ru_stime.tv_sec + usage.ru_stime.tv_usec / 1e6;
}

/* Runs this program on @tree, with a build directory of its own. */
static gboolean measure(const TvOptions *options, Row *row, const char *command,
                        const char *build, const char *tree, GError **error)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", error);
    g_autofree char *jobs = g_strdup_printf("--jobs=%d", options->jobs);
    g_autofree char *hosts =
        g_strconcat("--host=", options->hosts ? options->hosts : "all", NULL);
    g_autofree char *log = g_strconcat(build, "/", row->name, ".log", NULL);
    g_autoptr(TvJob) job = NULL;
    double cpu = child_cpu();

    if (!self) {
        return FALSE;
    }
    fprintf(stderr, "bench: %s: %s\n", row->name, row->what);
    job = tv_job_new_args(self, "--project", options->project, "--build-dir",
                          build, command, "--tree", tree, jobs, hosts, NULL);
    job->log_path = g_strdup(log);
    if (!tv_job_run(job, error)) {
        return FALSE;
    }
    row->ran = TRUE;
    row->wall = job->seconds;
    row->cpu = child_cpu() - cpu;
    row->status = job->exit_code;
    if (job->exit_code > 1) {
        g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                    "the %s run of %s ended with exit status %d; %s tells why",
                    row->name, command, job->exit_code, log);
        return FALSE;
    }
    return TRUE;
}

/* A comment more after the first paragraph of a backend, as a patch to it
 * might bring. */
static gboolean touch_backend(const TvOptions *options, const char *tree,
                              GError **error)
{
    g_autoptr(GPtrArray) hosts = tv_hosts_parse(options->hosts, error);
    const TvHost *host = hosts ? hosts->pdata[0] : NULL;
    g_autofree char *path = NULL;
    g_autofree char *text = NULL;
    g_autoptr(GString) changed = NULL;
    const char *at;

    if (!host) {
        return FALSE;
    }
    path = g_build_filename(tree, "tcg", host->backend, "tcg-target.c.inc",
                            NULL);
    if (!g_file_get_contents(path, &text, NULL, error)) {
        return FALSE;
    }
    at = strstr(text, "\n\n");
    if (!at) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s has no place for a comment", path);
        return FALSE;
    }
    changed = g_string_new_len(text, at + 1 - text);
    g_string_append_printf(changed, "/* Changed at %" G_GINT64_FORMAT ". */\n",
                           g_get_real_time());
    g_string_append(changed, at + 1);
    return g_file_set_contents(path, changed->str, (gssize)changed->len, error);
}

static gboolean run_rows(const TvOptions *options, Row *rows, GError **error)
{
    static const char *const skip[] = {".git", ".pc", NULL};
    g_autofree char *applied = tv_apply_current(options, error);
    g_autofree char *build = tv_options_build_path(options, DIRECTORY, NULL);
    g_autofree char *tree = g_build_filename(build, "tree", NULL);

    if (!applied || !tv_tree_remove(build, error) ||
        !tv_tree_make_directory(build, error)) {
        return FALSE;
    }
    return tv_tree_copy(applied, tree, skip, error) &&
           measure(options, &rows[COLD], "check", build, tree, error) &&
           measure(options, &rows[WARM], "check", build, tree, error) &&
           touch_backend(options, tree, error) &&
           measure(options, &rows[ONE], "check", build, tree, error) &&
           (!option_mutate || measure(options, &rows[MUTANTS], "mutate", build,
                                      applied, error));
}

static char *to_json(const TvOptions *options, const Row *rows, double load)
{
    g_autoptr(JsonObject) object = json_object_new();
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
    JsonArray *array = json_array_new();

    for (int i = 0; i < N_ROWS; i++) {
        JsonObject *row = json_object_new();

        json_object_set_string_member(row, "name", rows[i].name);
        json_object_set_string_member(row, "what", rows[i].what);
        json_object_set_double_member(row, "target", rows[i].target);
        if (rows[i].ran) {
            json_object_set_double_member(row, "wall", rows[i].wall);
            json_object_set_double_member(row, "cpu", rows[i].cpu);
            json_object_set_int_member(row, "exit", rows[i].status);
        }
        json_array_add_object_element(array, row);
    }
    json_object_set_int_member(object, "format", FORMAT_VERSION);
    json_object_set_string_member(object, "hosts",
                                  options->hosts ? options->hosts : "all");
    json_object_set_int_member(object, "jobs", options->jobs);
    json_object_set_int_member(object, "processors", g_get_num_processors());
    json_object_set_double_member(object, "load", load);
    json_object_set_array_member(object, "runs", array);
    json_node_set_object(node, object);
    return json_to_string(node, TRUE);
}

static char *to_text(const TvOptions *options, const Row *rows, double load)
{
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "%-8s %8s %8s %8s  %s\n", "run", "wall s",
                           "target s", "CPU s", "what");
    for (int i = 0; i < N_ROWS; i++) {
        const Row *row = &rows[i];

        g_string_append_printf(text, "%-8s ", row->name);
        if (row->ran) {
            g_string_append_printf(text, "%8.1f %8.0f %8.1f", row->wall,
                                   row->target, row->cpu);
        } else {
            g_string_append_printf(text, "%8s %8.0f %8s", "-", row->target,
                                   "-");
        }
        g_string_append_printf(text, "  %s%s\n", row->what,
                               row->status ? " (with findings)" : "");
    }
    g_string_append_printf(text,
                           "\nhosts: %s; %d jobs on %u processors, load %.1f "
                           "at the start\n",
                           options->hosts ? options->hosts : "all",
                           options->jobs, g_get_num_processors(), load);
    return g_string_free(text, FALSE);
}

static gboolean write_report(const TvOptions *options, const char *name,
                             const char *json, const char *text,
                             GError **error)
{
    const char *shown = options->format == TV_FORMAT_JSON ? json : text;
    g_autofree char *dir = tv_options_build_path(options, "report", NULL);
    g_autofree char *path = g_build_filename(dir, name, NULL);

    if (!tv_tree_make_directory(dir, error) ||
        !g_file_set_contents(path, json, -1, error)) {
        return FALSE;
    }
    if (options->output) {
        return tv_output_file_write(options->output, shown, error);
    }
    fputs(shown, stdout);
    return TRUE;
}

static int run_fork(const TvOptions *options, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(JsonNode) node = tv_bench_fork(options, &text, error);
    g_autofree char *json = node ? json_to_string(node, TRUE) : NULL;

    return json && write_report(options, "bench-fork.json", json, text, error)
               ? 0
               : 2;
}

static int run(TvOptions *options, int argc, char **argv, GError **error)
{
    Row rows[N_ROWS];
    g_autofree char *json = NULL;
    g_autofree char *text = NULL;
    double load = 0;

    if (argc > 1 || options->tree || options->shards ||
        (options->format != TV_FORMAT_TEXT &&
         options->format != TV_FORMAT_JSON)) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "takes no arguments, tree or shard, and --format=text or "
                    "json; see --help");
        return 2;
    }
    if (option_fork) {
        return run_fork(options, error);
    }
    memcpy(rows, rows_at_first, sizeof(rows));
    getloadavg(&load, 1);
    if (!run_rows(options, rows, error)) {
        return 2;
    }
    json = to_json(options, rows, load);
    text = to_text(options, rows, load);
    return write_report(options, "bench.json", json, text, error) ? 0 : 2;
}

static GOptionEntry entries[] = {
    {"mutate", 0, 0, G_OPTION_ARG_NONE, &option_mutate,
     "Measure mutate as well, which takes minutes", NULL},
    {"fork", 0, 0, G_OPTION_ARG_NONE, &option_fork,
     "Measure what forks of a guest cost instead; needs build", NULL},
    {NULL},
};

const TvCommand tv_command_bench = {
    .name = "bench",
    .summary = "measure how long check takes",
    .description =
        "Runs check on a copy of the applied tree: with an empty cache of its "
        "own, again with nothing changed, and after a comment in one backend "
        "was changed; with --mutate, mutate as well.  Prints wall time, CPU "
        "time of all processes and the target of each, and writes them to "
        "BUILD/report/bench.json.  The logs are in BUILD/bench.  A run that "
        "takes longer than its target is no failure: the machine may be busy.  "
        "With --fork, guest programs that fork are run with the split off and "
        "on instead, in turn; see BUILD/report/bench-fork.json.",
    .entries = entries,
    .run = run,
};
