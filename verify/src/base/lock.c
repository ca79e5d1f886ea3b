/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/interrupt.h"

#define RETRY_US (G_USEC_PER_SEC / 5)

int tv_lock_take(const char *directory, GError **error)
{
    g_autofree char *path = g_build_filename(directory, ".lock", NULL);
    gboolean shown = FALSE;
    int lock;

    if (!tv_tree_make_directory(directory, error)) {
        return -1;
    }
    lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock < 0) {
        tv_error_set_errno(error, errno, "open", path, NULL);
        return -1;
    }
    while (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) {
            tv_error_set_errno(error, errno, "lock", path, NULL);
            close(lock);
            return -1;
        }
        if (!shown) {
            fprintf(stderr, "waiting for another run in %s\n", directory);
            shown = TRUE;
        }
        g_usleep(RETRY_US);
        if (!tv_interrupt_check(error)) {
            close(lock);
            return -1;
        }
    }
    return lock;
}

/* "'tcg-verify apply DIR' (process 12)", as the kernel knows the process that
 * has the lock on the directory @inode. */
static char *find_holder(ino_t inode)
{
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (g_file_get_contents("/proc/locks", &text, NULL, NULL)) {
        lines = g_strsplit(text, "\n", -1);
    }
    for (char **line = lines; line && *line; line++) {
        unsigned long long number;
        int pid;

        if (sscanf(*line, "%*d: FLOCK %*s WRITE %d %*x:%*x:%llu", &pid,
                   &number) == 2 &&
            number == inode) {
            g_autofree char *path = g_strdup_printf("/proc/%d/cmdline", pid);
            g_autofree char *command = NULL;
            gsize length;

            if (g_file_get_contents(path, &command, &length, NULL) &&
                length > 1) {
                for (gsize i = 0; i + 1 < length; i++) {
                    command[i] = command[i] ? command[i] : ' ';
                }
                return g_strdup_printf("'%s' (process %d)", command, pid);
            }
        }
    }
    return g_strdup("another process");
}

int tv_lock_tree(const char *tree, GError **error)
{
    int lock = open(tree, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat info;

    if (lock < 0) {
        tv_error_set_errno(error, errno, "open", tree, NULL);
        return -1;
    }
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) {
        return lock;
    }
    if (errno == EWOULDBLOCK && fstat(lock, &info) == 0) {
        g_autofree char *holder = find_holder(info.st_ino);

        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s is in use by %s; try again when that has ended", tree,
                    holder);
    } else {
        tv_error_set_errno(error, errno, "lock", tree, NULL);
    }
    close(lock);
    return -1;
}

void tv_lock_release(int lock)
{
    if (lock >= 0) {
        close(lock);
    }
}
