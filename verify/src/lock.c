#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "error.h"
#include "interrupt.h"
#include "tree.h"

#define RETRY_US (G_USEC_PER_SEC / 5)

int tv_lock_take(const char *directory, GError **error)
{
    g_autofree char *path = g_build_filename(directory, ".lock", NULL);
    gboolean told = FALSE;
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
        if (!told) {
            fprintf(stderr, "waiting for another run in %s\n", directory);
            told = TRUE;
        }
        g_usleep(RETRY_US);
        if (!tv_interrupt_check(error)) {
            close(lock);
            return -1;
        }
    }
    return lock;
}

void tv_lock_release(int lock)
{
    if (lock >= 0) {
        close(lock);
    }
}
