/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/fork-server.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/child.h"
#include "base/fork-protocol.h"

#define LIBRARY "libtcg-fork-server.so"
/* The server's end of the socket, in the server. */
#define SERVER_FD 3
#define ANSWER_TIMEOUT_MS 10000

struct TvForkServer {
    char *program;
    gboolean tried;
    GSubprocess *process;
    int socket; /* -1: there is no server */
};

TvForkServer *tv_fork_server_new(const char *program)
{
    TvForkServer *server = g_new0(TvForkServer, 1);

    server->program = g_strdup(program);
    server->socket = -1;
    return server;
}

/* The server and all it started die with it. */
static void stop(TvForkServer *server)
{
    if (server->socket >= 0) {
        close(server->socket);
        server->socket = -1;
    }
    if (server->process) {
        g_subprocess_force_exit(server->process);
        g_subprocess_wait(server->process, NULL, NULL);
        g_clear_object(&server->process);
    }
}

void tv_fork_server_free(TvForkServer *server)
{
    if (server) {
        stop(server);
        g_free(server->program);
        g_free(server);
    }
}

static char *find_library(void)
{
    g_autofree char *path = tv_child_program(LIBRARY, NULL);

    /* ld.so takes spaces and colons for separators. */
    return path && !strpbrk(path, " :") &&
                   g_file_test(path, G_FILE_TEST_IS_REGULAR)
               ? g_steal_pointer(&path)
               : NULL;
}

static void in_child(gpointer user_data)
{
    tv_child_setup(FALSE);
}

static gboolean read_answer(TvForkServer *server, pid_t *answer)
{
    struct pollfd waiting = {.fd = server->socket, .events = POLLIN};
    int ready;

    do {
        ready = poll(&waiting, 1, ANSWER_TIMEOUT_MS);
    } while (ready < 0 && errno == EINTR);
    return ready > 0 && recv(server->socket, answer, sizeof(*answer),
                             MSG_DONTWAIT) == sizeof(*answer);
}

static gboolean start(TvForkServer *server)
{
    g_autofree char *library = find_library();
    g_autoptr(GSubprocessLauncher) launcher = NULL;
    int fds[2];
    pid_t ready;

    server->tried = TRUE;
    if (!library || g_getenv("LD_PRELOAD") ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0) {
        return FALSE;
    }
    launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                         G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_subprocess_launcher_setenv(launcher, "LD_PRELOAD", library, TRUE);
    g_subprocess_launcher_setenv(launcher, TV_FORK_VARIABLE,
                                 G_STRINGIFY(SERVER_FD), TRUE);
    g_subprocess_launcher_take_fd(launcher, fds[1], SERVER_FD);
    g_subprocess_launcher_set_child_setup(launcher, in_child, NULL, NULL);
    server->socket = fds[0];
    server->process =
        g_subprocess_launcher_spawn(launcher, NULL, server->program, NULL);
    /* Closes the other end here: else its death would go unnoticed. */
    g_clear_object(&launcher);
    if (!server->process || !read_answer(server, &ready) ||
        ready != atoi(g_subprocess_get_identifier(server->process))) {
        stop(server);
        return FALSE;
    }
    return TRUE;
}

static GByteArray *write_request(const char *const *argv, const char *cwd)
{
    GByteArray *text = g_byte_array_new();

    cwd = cwd ? cwd : ".";
    g_byte_array_append(text, (const guint8 *)cwd, strlen(cwd) + 1);
    for (; *argv; argv++) {
        g_byte_array_append(text, (const guint8 *)*argv, strlen(*argv) + 1);
    }
    return text;
}

static gboolean send_request(TvForkServer *server, const GByteArray *text,
                             const int *fds)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int) * TV_FORK_N_FDS)];
    } control = {.space = ""};
    struct iovec data = {text->data, text->len};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    struct cmsghdr *first = CMSG_FIRSTHDR(&message);

    first->cmsg_level = SOL_SOCKET;
    first->cmsg_type = SCM_RIGHTS;
    first->cmsg_len = CMSG_LEN(sizeof(int) * TV_FORK_N_FDS);
    memcpy(CMSG_DATA(first), fds, sizeof(int) * TV_FORK_N_FDS);
    return sendmsg(server->socket, &message, MSG_NOSIGNAL) ==
           (ssize_t)text->len;
}

gboolean tv_fork_server_run(TvForkServer *server, const char *const *argv,
                            const char *cwd, TvForked *forked)
{
    g_autoptr(GByteArray) text = write_request(argv, cwd);
    int pipes[TV_FORK_N_FDS][2];
    int theirs[TV_FORK_N_FDS];
    int opened = 0;
    gboolean good = server->tried ? server->socket >= 0 : start(server);
    pid_t answer = 0;

    if (!good || text->len > TV_FORK_REQUEST_MAX ||
        g_strv_length((char **)argv) > TV_FORK_ARGUMENTS_MAX) {
        return FALSE;
    }
    while (opened < TV_FORK_N_FDS &&
           g_unix_open_pipe(pipes[opened], FD_CLOEXEC, NULL)) {
        theirs[opened] = pipes[opened][1];
        opened++;
    }
    good = opened == TV_FORK_N_FDS;
    if (good && (!send_request(server, text, theirs) ||
                 !read_answer(server, &answer))) {
        stop(server);
        good = FALSE;
    }
    good = good && answer > 0;
    for (int i = 0; i < opened; i++) {
        close(pipes[i][1]);
        if (!good) {
            close(pipes[i][0]);
        }
    }
    if (good) {
        forked->pid = answer;
        forked->out = pipes[TV_FORK_STDOUT][0];
        forked->err = pipes[TV_FORK_STDERR][0];
        forked->status = pipes[TV_FORK_STATUS][0];
    }
    return good;
}
