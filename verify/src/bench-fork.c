#include "bench-fork.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "error.h"
#include "guest-tests.h"
#include "host-build.h"
#include "job-pool.h"
#include "run-host.h"

#define REPEATS 7
#define TIMEOUT_S 300

/* How the emulator is run; the first is what the others are compared with. */
static const struct {
    const char *name;
    const char *split;
    const char *fork_jit; /* of -fork-jit; NULL: its default */
} modes[] = {
    { "off", "off", NULL },
    { "on", "on", NULL },
    { "on, fresh", "on", "fresh" },
    { "on, copy", "on", "copy" },
};

#define MODES G_N_ELEMENTS(modes)

/* Design section 8's targets are for the mode that suits the program. */
static const struct {
    const char *name;
    const char *arguments; /* program and what it takes */
    double target;         /* of the time with the split off */
} rows[] = {
    { "fork and exit, 1000 times", "fork-cost 1000", 1.3 },
    { "fork server, 1000 children", "fork-server 1000", 1.1 },
};

typedef struct Sample {
    double wall;
    double cpu; /* of all processes of the guest */
} Sample;

static double child_cpu(void)
{
    struct rusage usage;

    getrusage(RUSAGE_CHILDREN, &usage);
    return usage.ru_utime.tv_sec + usage.ru_utime.tv_usec / 1e6 +
           usage.ru_stime.tv_sec + usage.ru_stime.tv_usec / 1e6;
}

static gboolean run_once(const TvOptions *options, const char *qemu,
                         const char *dir, gsize row, gsize mode,
                         Sample *sample, GError **error)
{
    g_auto(GStrv) words = g_strsplit(rows[row].arguments, " ", -1);
    g_autofree char *program = g_build_filename(dir, words[0], NULL);
    g_autoptr(GStrvBuilder) argv = g_strv_builder_new();
    g_auto(GStrv) list = NULL;
    g_autoptr(TvJob) job = NULL;
    double cpu = child_cpu();

    g_strv_builder_add_many(argv, qemu, "-split-wx", modes[mode].split, NULL);
    if (modes[mode].fork_jit) {
        g_strv_builder_add_many(argv, "-fork-jit", modes[mode].fork_jit, NULL);
    }
    g_strv_builder_add(argv, program);
    g_strv_builder_addv(argv, (const char **)words + 1);
    list = g_strv_builder_end(argv);
    job = tv_job_new((const char *const *)list);
    job->envp = tv_build_environment(options);
    job->timeout_s = TIMEOUT_S;
    if (!tv_job_run_ok(job, error)) {
        return FALSE;
    }
    sample->wall = job->seconds;
    sample->cpu = child_cpu() - cpu;
    return TRUE;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static Sample median(const Sample samples[REPEATS])
{
    double wall[REPEATS], cpu[REPEATS];

    for (int i = 0; i < REPEATS; i++) {
        wall[i] = samples[i].wall;
        cpu[i] = samples[i].cpu;
    }
    qsort(wall, REPEATS, sizeof(wall[0]), by_value);
    qsort(cpu, REPEATS, sizeof(cpu[0]), by_value);
    return (Sample){ wall[REPEATS / 2], cpu[REPEATS / 2] };
}

static void add_row(JsonArray *array, GString *text, gsize row, gsize mode,
                    Sample sample, Sample off)
{
    JsonObject *object = json_object_new();

    json_object_set_string_member(object, "what", rows[row].name);
    json_object_set_string_member(object, "split", modes[mode].name);
    json_object_set_double_member(object, "wall", sample.wall);
    json_object_set_double_member(object, "cpu", sample.cpu);
    json_object_set_double_member(object, "wall-ratio",
                                  sample.wall / off.wall);
    json_object_set_double_member(object, "cpu-ratio", sample.cpu / off.cpu);
    json_object_set_double_member(object, "target", rows[row].target);
    json_array_add_object_element(array, object);
    g_string_append_printf(text, "%-28s %-10s %8.2f %8.2f",
                           mode ? "" : rows[row].name, modes[mode].name,
                           sample.wall, sample.cpu);
    if (mode) {
        g_string_append_printf(text, " %8.2f %8.2f %8.1f",
                               sample.wall / off.wall, sample.cpu / off.cpu,
                               rows[row].target);
    }
    g_string_append_c(text, '\n');
}

/* In turn, so that what else the machine does is shared evenly. */
static gboolean measure_row(const TvOptions *options, const char *qemu,
                            const char *dir, gsize row, JsonArray *array,
                            GString *text, GError **error)
{
    Sample samples[MODES][REPEATS];
    Sample off;

    for (int repeat = 0; repeat < REPEATS; repeat++) {
        for (gsize mode = 0; mode < MODES; mode++) {
            if (!run_once(options, qemu, dir, row, mode,
                          &samples[mode][repeat], error)) {
                return FALSE;
            }
        }
    }
    off = median(samples[0]);
    for (gsize mode = 0; mode < MODES; mode++) {
        add_row(array, text, row, mode, median(samples[mode]), off);
    }
    return TRUE;
}

JsonNode *tv_bench_fork(const TvOptions *options, char **text, GError **error)
{
    const TvRunHost *host = tv_run_host_find("x86_64");
    const TvGuest *guest = tv_guest_find("x86_64");
    g_autofree char *target = tv_guest_target(guest, FALSE);
    g_autofree char *dir = tv_guest_own_dir(options, target);
    g_autofree char *qemu =
        tv_run_host_binary(options, host, TV_SIDE_APPLIED, guest->name, FALSE);
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_ARRAY);
    g_autoptr(JsonArray) array = json_array_new();
    g_autoptr(GString) table = g_string_new(NULL);

    if (!g_file_test(qemu, G_FILE_TEST_IS_EXECUTABLE)) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "there is no %s; run 'tcg-verify build --host=x86_64 "
                    "--guest=x86_64' first", qemu);
        return NULL;
    }
    if (!tv_guest_tests_build(options, guest, FALSE, error)) {
        return NULL;
    }
    g_string_append_printf(table, "%-28s %-10s %8s %8s %8s %8s %8s\n",
                           "guest x86_64, host x86_64", "split", "wall s",
                           "CPU s", "wall", "CPU", "target");
    for (gsize row = 0; row < G_N_ELEMENTS(rows); row++) {
        if (!measure_row(options, qemu, dir, row, array, table, error)) {
            return NULL;
        }
    }
    g_string_append_printf(table, "\nmedians of %d runs in turn; ratios to "
                           "the split off\n", REPEATS);
    *text = g_string_free(g_steal_pointer(&table), FALSE);
    json_node_set_array(node, array);
    return g_steal_pointer(&node);
}
