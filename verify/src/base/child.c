/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/child.h"

#include <gio/gio.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

char *tv_child_program(const char *name, GError **error)
{
    g_autofree char *self = g_file_read_link("/proc/self/exe", error);
    g_autofree char *dir = self ? g_path_get_dirname(self) : NULL;

    return dir ? g_build_filename(dir, name, NULL) : NULL;
}

void tv_child_setup(gboolean must_finish)
{
    setpgid(0, 0);
    if (!must_finish) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
    }
    signal(SIGPIPE, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}
