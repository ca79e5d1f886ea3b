/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/groups.h"

const TvBenchGroup tv_bench_groups[] = {
    {"check", "how long check takes: cold, warm, one backend touched", TRUE,
     TRUE, tv_bench_check},
    {"mutate", "how long mutate takes with nothing cached", FALSE, TRUE,
     tv_bench_mutate},
    {"emulator",
     "instructions, text and memory of qemu-x86_64, and a system's time", TRUE,
     FALSE, tv_bench_emulator},
    {"fork", "guest programs that fork", TRUE, FALSE, tv_bench_fork},
    {0},
};

GPtrArray *tv_bench_load_all(const char *directory, GError **error)
{
    g_autoptr(GPtrArray) all =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_bench_free);

    for (const TvBenchGroup *group = tv_bench_groups; group->name; group++) {
        g_autofree char *name = g_strdup_printf("bench-%s.json", group->name);
        g_autofree char *path = g_build_filename(directory, name, NULL);
        TvBench *bench;

        if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
            continue;
        }
        bench = tv_bench_load(path, group->name, error);
        if (!bench) {
            return NULL;
        }
        g_ptr_array_add(all, bench);
    }
    return g_steal_pointer(&all);
}
