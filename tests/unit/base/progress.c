/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines and counts on one terminal, and in one file. */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/progress.h"

/* Longer than any count waits. */
#define A_WHILE_US (G_USEC_PER_SEC / 5)

static int kept[3] = {-1, -1, -1};

/* Has stdout and stderr be @fd. */
static void redirect(int fd)
{
    fflush(stdout);
    for (int i = 1; i < 3; i++) {
        kept[i] = dup(i);
        g_assert_cmpint(kept[i], >=, 0);
        g_assert_cmpint(dup2(fd, i), ==, i);
    }
}

static void restore(void)
{
    fflush(stdout);
    for (int i = 1; i < 3; i++) {
        dup2(kept[i], i);
        close(kept[i]);
    }
}

static void work(void)
{
    g_autoptr(TvProgress) progress = tv_progress_new("patch", 9);

    g_usleep(A_WHILE_US);
    tv_progress_set(progress, 1, "one");
    tv_progress_say("finding: %s", "first");
    tv_progress_say("finding: %s", "second");
    g_usleep(A_WHILE_US);
    tv_progress_set(progress, 2, "two");
}

static void test_terminal(void)
{
    static const char wanted[] = "\r\033[Kpatch 1/9 one"
                                 "\r\033[Kfinding: first\n"
                                 "finding: second\n"
                                 "\r\033[Kpatch 2/9 two"
                                 "\r\033[Kreport\n";
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    struct termios mode;
    char text[4096];
    ssize_t size;
    int fd;

    g_assert_cmpint(terminal, >=, 0);
    g_assert_cmpint(grantpt(terminal), ==, 0);
    g_assert_cmpint(unlockpt(terminal), ==, 0);
    fd = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(tcgetattr(fd, &mode), ==, 0);
    mode.c_oflag &= ~(tcflag_t)OPOST;
    g_assert_cmpint(tcsetattr(fd, TCSANOW, &mode), ==, 0);
    redirect(fd);
    work();
    puts("report");
    restore();
    for (gsize length = 0; length < strlen(wanted); length += (gsize)size) {
        size = read(terminal, text + length, sizeof(text) - 1 - length);
        g_assert_cmpint(size, >, 0);
        text[length + (gsize)size] = '\0';
    }
    g_assert_cmpstr(text, ==, wanted);
    close(fd);
    close(terminal);
}

/* stdout is a file's: what waits in its buffer comes before a line that is
 * written to stderr later. */
static void test_file(void)
{
    g_autofree char *path = NULL;
    g_autofree char *text = NULL;
    g_autoptr(GString) wanted = g_string_new(NULL);
    int fd = g_file_open_tmp("progress-XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    redirect(fd);
    for (int i = 0; i < 1000; i++) {
        printf("line %d of the report\n", i);
        g_string_append_printf(wanted, "line %d of the report\n", i);
    }
    tv_progress_say("tcg-verify: an error");
    restore();
    g_string_append(wanted, "tcg-verify: an error\n");
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, wanted->str);
    close(fd);
    g_unlink(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/progress/terminal", test_terminal);
    g_test_add_func("/progress/file", test_file);
    return g_test_run();
}
