/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/interrupt.h"

#include <glib-unix.h>
#include <signal.h>
#include <unistd.h>

#include "base/error.h"

static volatile sig_atomic_t signalled;
static int pipe_fds[2] = {-1, -1};

static void on_signal(int number)
{
    signalled = number;
    if (write(pipe_fds[1], "!", 1) < 0) {
        /* The flag is set; the pipe only wakes the main loop earlier. */
        return;
    }
}

void tv_interrupt_install(void)
{
    struct sigaction action = {
        .sa_handler = on_signal,
        .sa_flags = (int)(SA_RESTART | SA_RESETHAND),
    };

    if (!g_unix_open_pipe(pipe_fds, FD_CLOEXEC, NULL) ||
        !g_unix_set_fd_nonblocking(pipe_fds[1], TRUE, NULL) ||
        !g_unix_set_fd_nonblocking(pipe_fds[0], TRUE, NULL)) {
        return;
    }
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

gboolean tv_interrupt_check(GError **error)
{
    if (!signalled) {
        return TRUE;
    }
    g_set_error(error, TV_ERROR, TV_ERROR_CANCELLED, "interrupted (%s)",
                g_strsignal(signalled));
    return FALSE;
}

int tv_interrupt_fd(void)
{
    return pipe_fds[0];
}

void tv_interrupt_acknowledge(void)
{
    char byte[8];

    signalled = 0;
    while (pipe_fds[0] >= 0 && read(pipe_fds[0], byte, sizeof(byte)) > 0) {
        continue;
    }
}
