/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes a fork server of the program that it is preloaded into.
 *
 * clang takes 20 ms to load its libraries, which is between a tenth and a half
 * of what it takes for a unit, and a check runs it a thousand times.  Preloaded
 * by LD_PRELOAD, this stops it before main(), when the dynamic linker is
 * through; every request then has a copy of it run main() with the arguments
 * of the request.  What is run is the installed program, unchanged.
 *
 * A request is served by two processes: one to wait for the other and to send
 * its status, so that the server never waits.  src/base/fork-protocol.h has the
 * protocol.
 */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fork-protocol.h"

typedef int Main(int argc, char **argv, char **envp);
typedef int StartMain(Main *main, int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void),
                      void *stack_end);

typedef struct Request {
    char text[TV_FORK_REQUEST_MAX];
    size_t length;
    char *argv[TV_FORK_ARGUMENTS_MAX + 1];
    int argc;
    int fds[TV_FORK_N_FDS];
} Request;

static Main *program_main;
static Request request;

static int receive(int socket)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(request.fds))];
    } control;
    struct iovec data = {request.text, sizeof(request.text)};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    const struct cmsghdr *first;
    ssize_t length;

    do {
        length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (length < 0 && errno == EINTR);
    first = CMSG_FIRSTHDR(&message);
    if (length <= 0 || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) ||
        !first || first->cmsg_type != SCM_RIGHTS ||
        first->cmsg_len != CMSG_LEN(sizeof(request.fds)) ||
        request.text[length - 1] != '\0') {
        return 0;
    }
    memcpy(request.fds, CMSG_DATA(first), sizeof(request.fds));
    request.length = length;
    return 1;
}

/* The directory comes first. */
static void split(void)
{
    char *end = request.text + request.length;

    request.argc = 0;
    for (char *at = request.text + strlen(request.text) + 1;
         at < end && request.argc < TV_FORK_ARGUMENTS_MAX; at += strlen(at) + 1) {
        request.argv[request.argc++] = at;
    }
    request.argv[request.argc] = NULL;
}

static void close_fds(void)
{
    for (int i = 0; i < TV_FORK_N_FDS; i++) {
        close(request.fds[i]);
    }
}

/* prctl(2): the signal is not sent if the parent has died before. */
static void die_with(pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(127);
    }
}

static int run(pid_t parent, char **envp)
{
    die_with(parent);
    split();
    if (dup2(request.fds[TV_FORK_STDOUT], STDOUT_FILENO) < 0 ||
        dup2(request.fds[TV_FORK_STDERR], STDERR_FILENO) < 0 ||
        chdir(request.text) < 0) {
        _exit(127);
    }
    close_fds();
    return program_main(request.argc, request.argv, envp);
}

/* Returns, in the process that runs the program, what its main() returns. */
static int watch(pid_t server, int socket, char **envp)
{
    pid_t self = getpid();
    pid_t child;
    int status;

    die_with(server);
    setpgid(0, 0);
    close(socket);
    signal(SIGCHLD, SIG_DFL);
    child = fork();
    if (child == 0) {
        return run(self, envp);
    }
    close(request.fds[TV_FORK_STDOUT]);
    close(request.fds[TV_FORK_STDERR]);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {
        continue;
    }
    /* No status at all says that this failed. */
    if (child > 0 && write(request.fds[TV_FORK_STATUS], &status,
                           sizeof(status)) != sizeof(status)) {
        _exit(127);
    }
    _exit(0);
}

/* Waited for, those who watch count in the times of the server's parent. */
static void reap(int number)
{
    int saved = errno;

    (void)number;
    while (waitpid(-1, NULL, WNOHANG) > 0) {
        continue;
    }
    errno = saved;
}

static int serve(int argc, char **argv, char **envp)
{
    const char *number = getenv(TV_FORK_VARIABLE);
    int socket = number ? atoi(number) : -1;
    pid_t self = getpid();
    pid_t child = self;

    (void)argv;
    /* With an argument it is the interpreter of a script that got here. */
    if (socket < 0 || argc != 1) {
        _exit(127);
    }
    unsetenv(TV_FORK_VARIABLE);
    unsetenv("LD_PRELOAD");
    signal(SIGCHLD, reap);
    while (send(socket, &child, sizeof(child), MSG_NOSIGNAL) > 0 &&
           receive(socket)) {
        child = fork();
        if (child == 0) {
            return watch(self, socket, envp);
        }
        if (child < 0) {
            child = -errno;
        } else {
            /* Both do it: who gets the pid may kill the group at once. */
            setpgid(child, child);
        }
        close_fds();
    }
    reap(SIGCHLD);
    _exit(0);
}

StartMain __libc_start_main;

/* glibc and musl call main() from here, and name it so. */
int __libc_start_main(Main *main, int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void),
                      void *stack_end)
{
    StartMain *start = (StartMain *)dlsym(RTLD_NEXT, "__libc_start_main");

    if (!start) {
        _exit(127);
    }
    program_main = main;
    return start(serve, argc, argv, init, fini, rtld_fini, stack_end);
}
