/*
 * Compare a process: descriptors, mappings, address space, named files
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include "qemu/units.h"
#include "jit-memory-faults.h"
#include "jit-memory-state.h"

/* Buffers are static so that looking changes nothing.  */
typedef struct State {
    char fds[4 * KiB];
    char maps[64 * KiB];
    unsigned long vm_pages;
} State;

static State before, after;
static char scratch[64 * KiB];

static void read_file(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t done = 0;
    ssize_t n;

    g_assert_cmpint(fd, >=, 0);
    while ((n = read(fd, text + done, size - 1 - done)) > 0) {
        done += n;
    }
    g_assert_cmpint(n, ==, 0);
    g_assert_cmpint(done, <, size - 1);
    text[done] = '\0';
    close(fd);
}

/* The heap belongs to malloc(): take it out of the list and of the sum.  */
static void look(State *state)
{
    unsigned long start, end, heap = 0;
    char *out = state->maps, *fds = state->fds;
    char *line, *next;
    int fd;

    for (fd = 0; fd < 256; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) {
            fds += sprintf(fds, "%d ", fd);
        }
    }
    *fds = '\0';

    read_file("/proc/self/maps", scratch, sizeof(scratch));
    for (line = scratch; *line; line = next) {
        next = strchr(line, '\n') + 1;
        if (g_strstr_len(line, next - line, "[heap]")) {
            g_assert_cmpint(sscanf(line, "%lx-%lx", &start, &end), ==, 2);
            heap += end - start;
            continue;
        }
        memcpy(out, line, next - line);
        out += next - line;
    }
    *out = '\0';

    read_file("/proc/self/statm", scratch, sizeof(scratch));
    state->vm_pages = g_ascii_strtoull(scratch, NULL, 10) -
                      heap / qemu_real_host_page_size;
}

char *private_dir;

void assert_no_names(void)
{
    g_autofree char *prefix = g_strdup_printf("qemu-tcg-code-%d-",
                                              (int)getpid());
    const char *dirs[] = { "/dev/shm", "/tmp", "/var/tmp", private_dir };
    size_t i;

    for (i = 0; i < ARRAY_SIZE(dirs); i++) {
        GDir *dir = dirs[i] ? g_dir_open(dirs[i], 0, NULL) : NULL;
        const char *name;

        while (dir && (name = g_dir_read_name(dir))) {
            g_assert_false(g_str_has_prefix(name, prefix));
        }
        if (dir) {
            g_dir_close(dir);
        }
    }
}

void remember_process(void)
{
    look(&before);
    look(&after);
}

unsigned long remembered_pages(void)
{
    return before.vm_pages;
}

void assert_nothing_left(void)
{
    if (fault.mapped) {
        g_assert_cmpint(munmap(fault.mapped, fault.mapped_size), ==, 0);
        fault.mapped = NULL;
    }
    if (*fault.name) {
        g_assert_cmpint(unlink(fault.name), ==, 0);
        *fault.name = '\0';
    }
    look(&after);
    g_assert_cmpstr(before.fds, ==, after.fds);
    g_assert_cmpstr(before.maps, ==, after.maps);
    g_assert_cmpint(before.vm_pages, ==, after.vm_pages);
}

/* Of the mapping that begins at @addr: one line of its entry in smaps.  */
bool smaps_value(uintptr_t addr, const char *key, char *value, size_t size)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    bool here = false;
    unsigned long start, end;
    char **line;

    g_assert_true(g_file_get_contents("/proc/self/smaps", &text, NULL, NULL));
    lines = g_strsplit(text, "\n", 0);
    for (line = lines; *line; line++) {
        if (sscanf(*line, "%lx-%lx ", &start, &end) == 2) {
            here = start == addr;
        } else if (here && g_str_has_prefix(*line, key)) {
            g_strlcpy(value, *line + strlen(key), size);
            return true;
        }
    }
    return false;
}
