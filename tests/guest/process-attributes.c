/*
 * Guest program: system calls that change the attributes of the process.  If
 * an emulator passes them on to the host, each affects the emulator as well.
 *
 * Each case changes a child of its own.  The child then makes and runs code,
 * forks a child that does the same, also in a thread, and compares what the
 * emulated processor computes.  It is no error if the emulator or the host
 * refuses a call: the test is that code is still made, and still right.
 *
 * Usage: process-attributes [CASE...]
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "churn.h"

#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#endif

#define EACH 4 /* new copies that a side runs */
#define SIDES 4
#define NOBODY 65534

static char *code;

static int run_copies(unsigned side)
{
    int wrong = 0;

    for (unsigned i = 0; i < EACH; i++) {
        wrong += churn_wrong(code, side * EACH + i, i * 7 + side);
    }
    return wrong;
}

static void *in_thread(void *wrong)
{
    *(int *)wrong = run_copies(3) + run_copies(0);
    return NULL;
}

static int run_in_thread(void)
{
    pthread_t thread;
    int wrong = 1;

    if (pthread_create(&thread, NULL, in_thread, &wrong) != 0) {
        fprintf(stderr, "process-attributes: no thread\n");
        return 1;
    }
    pthread_join(thread, NULL);
    return wrong;
}

static int ended_well(pid_t pid)
{
    int status = -1;

    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Code before, in and after a fork. */
static int make_code(void)
{
    int wrong = run_copies(1);
    pid_t pid = fork();

    if (pid < 0) {
        perror("process-attributes: fork");
        return wrong + 1;
    }
    if (pid == 0) {
        wrong += run_copies(2) + run_in_thread();
        _exit(wrong != 0);
    }
    wrong += !ended_well(pid);
    return wrong + run_copies(2) + run_in_thread();
}

static int has_flag(void)
{
    return (personality(0xffffffff) & READ_IMPLIES_EXEC) != 0;
}

static void *flag_in_thread(void *wrong)
{
    *(int *)wrong = !has_flag();
    return NULL;
}

/* The guest sees its flag, in what it starts too, and can take it back. */
static int set_personality(void)
{
    char *none[] = { NULL };
    pthread_t thread;
    pid_t pid;
    int wrong;

    if (has_flag() || personality(READ_IMPLIES_EXEC) == -1) {
        return 1;
    }
    wrong = !has_flag();
    /* A call that fails changes nothing. */
    execve("/nonexistent/program", none, none);
    wrong += !has_flag();
    if (pthread_create(&thread, NULL, flag_in_thread, &wrong) != 0) {
        return 1;
    }
    pthread_join(thread, NULL);
    pid = fork();
    if (pid == 0) {
        _exit(!has_flag());
    }
    wrong += pid < 0 || !ended_well(pid) || make_code() != 0;
    personality(0);
    return wrong + has_flag();
}

static int run_at(char *pages)
{
    memcpy(pages, __start_churn_code, __stop_churn_code - __start_churn_code);
    __builtin___clear_cache(pages, pages + churn_slot());
    return churn_wrong(pages, 0, 5);
}

static int attach_executable(void)
{
    int id = shmget(IPC_PRIVATE, churn_slot(), IPC_CREAT | 0700);
    char *writable, *readable;
    int wrong = 0;

    if (id < 0) {
        return errno != ENOSYS;
    }
    writable = shmat(id, NULL, SHM_EXEC);
    readable = shmat(id, NULL, SHM_EXEC | SHM_RDONLY);
    shmctl(id, IPC_RMID, NULL);
    if (writable == (char *)-1 || readable == (char *)-1) {
        perror("process-attributes: shmat");
        return 1;
    }
    wrong += run_at(writable);
    wrong += churn_wrong(readable, 0, 9);
    wrong += make_code();
    wrong += churn_wrong(writable, 0, 11);
    return wrong + (shmdt(writable) != 0) + (shmdt(readable) != 0);
}

/* All ways to memory that the guest may write and execute. */
static int map_executable(void)
{
    const int rwx = PROT_READ | PROT_WRITE | PROT_EXEC;
    const size_t size = 65536;
    char path[] = "/tmp/process-attributes-XXXXXX";
    int fd = mkstemp(path);
    char *at;
    int wrong = 0;

    if (fd < 0 || ftruncate(fd, size) != 0) {
        return 1;
    }
    unlink(path);
    at = mmap(NULL, size, rwx, MAP_SHARED, fd, 0);
    wrong += at == MAP_FAILED || run_at(at);
    at = mmap(NULL, size, rwx, MAP_PRIVATE, fd, 0);
    wrong += at == MAP_FAILED || run_at(at);
    at = mmap(NULL, size, rwx, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    wrong += at == MAP_FAILED || run_at(at);
    at = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    wrong += at == MAP_FAILED || mprotect(at, size, rwx) != 0;
    at = mremap(at, size, 2 * size, MREMAP_MAYMOVE);
    wrong += at == MAP_FAILED || run_at(at) || run_at(at + size);
    return wrong;
}

static int refuse_exec_gain(void)
{
    prctl(PR_SET_MDWE, 1L, 0L, 0L, 0L);
    return 0;
}

static int set_other_controls(void)
{
    prctl(PR_SET_NAME, "other");
    prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L);
    prctl(PR_SET_DUMPABLE, 0L);
    return 0;
}

static int limit(int resource, rlim_t value)
{
    struct rlimit both = { value, value };

    return setrlimit(resource, &both) != 0;
}

static int use_up_descriptors(void)
{
    int wrong = limit(RLIMIT_NOFILE, 64);

    while (open("/dev/null", O_RDONLY) >= 0) {
    }
    return wrong + (errno != EMFILE);
}

static int allow_no_descriptor(void)
{
    return limit(RLIMIT_NOFILE, 0);
}

static int close_all(void)
{
    for (int fd = 3; fd < 65536; fd++) {
        close(fd);
    }
#ifdef SYS_close_range
    syscall(SYS_close_range, 3, ~0u, 0);
#endif
    return 0;
}

static int allow_no_file(void)
{
    signal(SIGXFSZ, SIG_IGN);
    return limit(RLIMIT_FSIZE, 0);
}

/* Not RLIMIT_NPROC, which refuses the fork itself, and not RLIMIT_CPU. */
static int limit_the_rest(void)
{
    static const int resources[] = {
        RLIMIT_CORE, RLIMIT_DATA, RLIMIT_LOCKS, RLIMIT_MEMLOCK,
        RLIMIT_MSGQUEUE, RLIMIT_NICE, RLIMIT_RSS, RLIMIT_RTPRIO,
        RLIMIT_SIGPENDING, RLIMIT_STACK, RLIMIT_AS,
    };

    for (size_t i = 0; i < sizeof(resources) / sizeof(*resources); i++) {
        limit(resources[i], 0);
    }
    return 0;
}

static int mask_all(void)
{
    umask(0777);
    return 0;
}

/* Not CLONE_NEWPID: the first child that ends would take fork() with it. */
static int leave_namespaces(void)
{
    static const int flags[] = {
        CLONE_FILES, CLONE_FS, CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWIPC,
        CLONE_NEWUTS,
    };

    for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
        unshare(flags[i]);
    }
    return 0;
}

static int change_root(void)
{
    char path[] = "/tmp/process-attributes-XXXXXX";
    int wrong = !mkdtemp(path) || chdir(path) != 0 || rmdir(path) != 0;

    /* A file of a removed directory, so that nothing is left over. */
    chroot(".");
    return wrong;
}

static int become_nobody(void)
{
    if (geteuid() != 0) {
        return 0;
    }
    return setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 ||
           setuid(NOBODY) != 0;
}

static int lock_memory(void)
{
    mlockall(MCL_CURRENT | MCL_FUTURE);
    return 0;
}

/* Calls that 5.2 does not know have no effect, which is no error. */
static int make_rare_calls(void)
{
    char *page = mmap(NULL, 65536, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct { void *base; size_t size; } from = { page, 1 }, to = { code, 1 };

#ifdef SYS_remap_file_pages
    syscall(SYS_remap_file_pages, page, 4096, 0, 0, 0);
#endif
#ifdef SYS_process_vm_writev
    /* The byte that is there. */
    *page = *code;
    syscall(SYS_process_vm_writev, getpid(), &from, 1L, &to, 1L, 0L);
#endif
#ifdef SYS_userfaultfd
    syscall(SYS_userfaultfd, O_CLOEXEC);
#endif
#ifdef SYS_io_uring_setup
    syscall(SYS_io_uring_setup, 1, page + 4096);
#endif
#ifdef SYS_pkey_mprotect
    syscall(SYS_pkey_mprotect, page, 4096,
            PROT_READ | PROT_WRITE | PROT_EXEC, -1);
#endif
#ifdef SYS_mseal
    syscall(SYS_mseal, code, 4096, 0);
#endif
    /* 1: strict.  It would leave QEMU four system calls. */
    return prctl(PR_SET_SECCOMP, 1L, 0L, 0L, 0L) == 0;
}

static const struct {
    const char *name;
    int (*change)(void);
} cases[] = {
    { "personality", set_personality },
    { "shmat", attach_executable },
    { "mmap", map_executable },
    { "mdwe", refuse_exec_gain },
    { "prctl", set_other_controls },
    { "nofile-full", use_up_descriptors },
    { "nofile-none", allow_no_descriptor },
    { "close", close_all },
    { "fsize", allow_no_file },
    { "limits", limit_the_rest },
    { "umask", mask_all },
    { "unshare", leave_namespaces },
    { "chroot", change_root },
    { "setuid", become_nobody },
    { "mlockall", lock_memory },
    { "rare", make_rare_calls },
};

static int chosen(int argc, char **argv, const char *name)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], name) == 0) {
            return 1;
        }
    }
    return argc < 2;
}

int main(int argc, char **argv)
{
    unsigned done = 0, wrong = 0;

    code = churn_make(EACH * SIDES);
    if (code == MAP_FAILED || run_copies(0) != 0) {
        fprintf(stderr, "process-attributes: no code\n");
        return 1;
    }
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        pid_t pid;

        if (!chosen(argc, argv, cases[i].name)) {
            continue;
        }
        done++;
        pid = fork();
        if (pid == 0) {
            _exit(cases[i].change() + make_code() != 0);
        }
        if (pid < 0 || !ended_well(pid)) {
            fprintf(stderr, "process-attributes: %s: wrong\n", cases[i].name);
            wrong++;
        }
    }
    printf("process-attributes: %u cases, %u wrong\n", done, wrong);
    return wrong != 0 || done == 0;
}
