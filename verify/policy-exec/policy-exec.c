/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * policy-exec OPTION... PROGRAM ARGUMENT...: runs a program under policies
 * that hardened hosts have.
 *
 *   --mdwe               no memory becomes executable that is or was writable
 *                        (PR_SET_MDWE, Linux 6.3)
 *   --deny=RULE:ERRNO    a system call fails (seccomp).  RULE is its name,
 *                        followed by conditions on arguments if not all calls
 *                        are meant: "mmap,2&6=6" are those with bits 1 and 2
 *                        of the third argument set
 *   --limit=NAME:BYTES   RLIMIT_AS or RLIMIT_FSIZE: "as", "fsize"
 *   --mount=DIR[,OPTION] an empty tmpfs on DIR that only the program sees;
 *                        "noexec", "ro", or what tmpfs knows ("size=1m")
 *   --memfd-noexec=N     vm.memfd_noexec, in a PID namespace of its own
 *                        (Linux 6.3; root only, as the file in /proc is)
 *
 * Root needs nothing for --mount, others a kernel that gives them user
 * namespaces.  Exits with 125 if a policy cannot be set up, 127 if PROGRAM
 * cannot be run; with --memfd-noexec, with what PROGRAM exits with, or 128
 * and the signal.
 */
#include <errno.h>
#include <glib.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#define PR_MDWE_REFUSE_EXEC_GAIN (1UL << 0)
#endif

#define EXIT_POLICY 125
#define EXIT_PROGRAM 127
#define EXIT_SIGNAL 128

#define MAX_CONDITIONS 6 /* as many as a system call has arguments */

static gboolean mdwe;
static char **denials;
static char **limits;
static char **mounts;
static char *memfd_noexec;

static GOptionEntry entries[] = {
    { "mdwe", 0, 0, G_OPTION_ARG_NONE, &mdwe, "Set PR_SET_MDWE", NULL },
    { "deny", 0, 0, G_OPTION_ARG_STRING_ARRAY, &denials,
      "Make a system call fail", "NAME[,N&MASK=VALUE]:ERRNO" },
    { "limit", 0, 0, G_OPTION_ARG_STRING_ARRAY, &limits,
      "Limit address space or file size", "as|fsize:BYTES" },
    { "mount", 0, 0, G_OPTION_ARG_STRING_ARRAY, &mounts,
      "Put an empty tmpfs on a directory", "DIR[,noexec][,size=N]" },
    { "memfd-noexec", 0, 0, G_OPTION_ARG_STRING, &memfd_noexec,
      "Set vm.memfd_noexec", "N" },
    { NULL },
};

static G_NORETURN void fail(int error, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

static void fail(int error, const char *format, ...)
{
    va_list args;

    fprintf(stderr, "policy-exec: ");
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    if (error) {
        fprintf(stderr, ": %s (errno %d)", strerror(error), error);
    }
    fputc('\n', stderr);
    exit(EXIT_POLICY);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    if (!file || fputs(text, file) < 0 || fclose(file) != 0) {
        fail(errno, "cannot write '%s' to %s", text, path);
    }
}

/* A mount namespace; for other users than root, inside a user namespace. */
static void unshare_mounts(void)
{
    uid_t uid = geteuid();
    gid_t gid = getegid();

    if (uid == 0) {
        if (unshare(CLONE_NEWNS) != 0) {
            fail(errno, "cannot make a mount namespace");
        }
    } else {
        g_autofree char *users = g_strdup_printf("%u %u 1", uid, uid);
        g_autofree char *groups = g_strdup_printf("%u %u 1", gid, gid);

        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
            fail(errno, "cannot make a user and mount namespace; run as root, "
                 "or see the sysctl user.max_user_namespaces");
        }
        write_file("/proc/self/setgroups", "deny");
        write_file("/proc/self/uid_map", users);
        write_file("/proc/self/gid_map", groups);
    }
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        fail(errno, "cannot make mounts private");
    }
}

/* "DIR,noexec,size=1m" */
static void mount_tmpfs(const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, ",", -1);
    g_autoptr(GString) data = g_string_new("mode=0777");
    unsigned long flags = MS_NOSUID | MS_NODEV;

    for (char **word = words + 1; words[0] && *word; word++) {
        if (g_str_equal(*word, "noexec")) {
            flags |= MS_NOEXEC;
        } else if (g_str_equal(*word, "ro")) {
            flags |= MS_RDONLY;
        } else {
            g_string_append_printf(data, ",%s", *word);
        }
    }
    if (mount("tmpfs", words[0], "tmpfs", flags, data->str) != 0) {
        fail(errno, "cannot mount a tmpfs (%s) on %s", data->str, words[0]);
    }
}

/* Returns in the first process of a PID namespace of which it is the init. */
static void enter_pid_namespace(void)
{
    pid_t parent = getpid();
    int status;
    pid_t pid;

    if (unshare(CLONE_NEWPID) != 0) {
        fail(errno, "cannot make a PID namespace");
    }
    pid = fork();
    if (pid < 0) {
        fail(errno, "cannot fork");
    }
    if (pid == 0) {
        /* A parent that is killed must not leave the program behind; one that
         * was killed before this is not there any more. */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) {
            fail(errno, "cannot ask for a signal at the end of process %d",
                 (int)parent);
        }
        if (mount("proc", "/proc", "proc", 0, NULL) != 0) {
            fail(errno, "cannot mount /proc");
        }
        return;
    }
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            fail(errno, "cannot wait for the program");
        }
    }
    exit(WIFEXITED(status) ? WEXITSTATUS(status)
                           : EXIT_SIGNAL + WTERMSIG(status));
}

static guint64 number(const char *text, const char *whole)
{
    char *end = NULL;
    guint64 value = g_ascii_strtoull(text, &end, 0);

    if (end == text || *end) {
        fail(0, "not a number: '%s' in '%s'", text, whole);
    }
    return value;
}

static void set_limit(const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, ":", 2);
    struct rlimit limit;
    int resource;

    if (g_strcmp0(words[0], "as") == 0) {
        resource = RLIMIT_AS;
    } else if (g_strcmp0(words[0], "fsize") == 0) {
        resource = RLIMIT_FSIZE;
    } else {
        fail(0, "--limit is 'as:BYTES' or 'fsize:BYTES', not '%s'", text);
    }
    if (!words[1]) {
        fail(0, "--limit=%s: no number", text);
    }
    limit.rlim_cur = limit.rlim_max = number(words[1], text);
    if (setrlimit(resource, &limit) != 0) {
        fail(errno, "cannot set the limit '%s'", text);
    }
}

static int errno_of(const char *name, const char *whole)
{
    for (int i = 1; i < 4096; i++) {
        if (g_strcmp0(strerrorname_np(i), name) == 0) {
            return i;
        }
    }
    fail(0, "no errno has the name '%s' in '%s'", name, whole);
}

/* "N&MASK=VALUE" */
static struct scmp_arg_cmp condition(const char *text, const char *whole)
{
    g_auto(GStrv) parts = g_strsplit_set(text, "&=", -1);

    if (g_strv_length(parts) != 3) {
        fail(0, "not a condition: '%s' in '%s'", text, whole);
    }
    return SCMP_CMP64((unsigned)number(parts[0], whole), SCMP_CMP_MASKED_EQ,
                      number(parts[1], whole), number(parts[2], whole));
}

/* "NAME,CONDITION,...:ERRNO" */
static void deny(scmp_filter_ctx filter, const char *text)
{
    g_auto(GStrv) halves = g_strsplit(text, ":", 2);
    g_auto(GStrv) words = g_strsplit(halves[0] ? halves[0] : "", ",", -1);
    struct scmp_arg_cmp conditions[MAX_CONDITIONS];
    unsigned count = 0;
    int call, error;

    if (g_strv_length(halves) != 2) {
        fail(0, "--deny is 'NAME:ERRNO', not '%s'", text);
    }
    error = errno_of(halves[1], text);
    /* By name: other ABIs of the processor have other numbers. */
    call = seccomp_syscall_resolve_name(words[0]);
    if (call == __NR_SCMP_ERROR) {
        fail(0, "no system call has the name '%s'", words[0]);
    }
    for (char **word = words + 1; *word; word++) {
        if (count == MAX_CONDITIONS) {
            fail(0, "too many conditions: '%s'", text);
        }
        conditions[count++] = condition(*word, text);
    }
    error = seccomp_rule_add_array(filter, SCMP_ACT_ERRNO((unsigned)error),
                                   call, count, conditions);
    if (error != 0) {
        fail(-error, "cannot make a seccomp rule of '%s'", text);
    }
}

static void load_filter(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int error;

    if (!filter) {
        fail(0, "cannot make a seccomp filter");
    }
#ifdef __x86_64__
    /* Programs of 32 bits are no way around it. */
    error = seccomp_arch_add(filter, SCMP_ARCH_X86);
    if (error != 0) {
        fail(-error, "cannot make a seccomp filter for 32-bit programs");
    }
#endif
    for (char **rule = denials; *rule; rule++) {
        deny(filter, *rule);
    }
    error = seccomp_load(filter);
    if (error != 0) {
        fail(-error, "cannot load the seccomp filter");
    }
    seccomp_release(filter);
}

static void set_up(void)
{
    if (mounts || memfd_noexec) {
        unshare_mounts();
    }
    for (char **text = mounts; text && *text; text++) {
        mount_tmpfs(*text);
    }
    if (memfd_noexec) {
        enter_pid_namespace();
        write_file("/proc/sys/vm/memfd_noexec", memfd_noexec);
    }
    for (char **limit = limits; limit && *limit; limit++) {
        set_limit(*limit);
    }
    if (mdwe &&
        prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) != 0) {
        fail(errno, "prctl(PR_SET_MDWE) (Linux 6.3 or newer is needed)");
    }
    if (denials) {
        load_filter();
    }
}

int main(int argc, char **argv)
{
    g_autoptr(GOptionContext) context =
        g_option_context_new("PROGRAM ARGUMENT...");
    g_autoptr(GError) error = NULL;

    g_option_context_set_strict_posix(context, TRUE);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fail(0, "%s", error->message);
    }
    if (argc < 2) {
        fail(0, "no PROGRAM to run");
    }
    set_up();
    execvp(argv[1], argv + 1);
    fprintf(stderr, "policy-exec: cannot run %s: %s (errno %d)\n", argv[1],
            strerror(errno), errno);
    return EXIT_PROGRAM;
}
