/*
 * Guest program: try to map, unmap and protect the memory where the emulator
 * keeps translated code.
 *
 * The addresses of the host are in /proc/self/smaps, which QEMU 5.2 passes
 * through.  Both aliases are pages of one file.  With QEMU_SPLIT_WX=on in the
 * environment, the program must find them; if the guest cannot address them,
 * or cannot see them through a second emulator, the result reports that.
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "churn.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

#define RANGES 64
#define NAME "tcg-code"

static struct range {
    uint64_t start, end; /* of the host */
    char prot[5];
} ranges[RANGES];

static int find_ranges(const char *path, const char *name)
{
    FILE *maps = fopen(path, "r");
    char line[512];
    int n = 0;

    if (!maps) {
        return -1;
    }
    while (n < RANGES && fgets(line, sizeof(line), maps)) {
        struct range *r = &ranges[n];

        if (strstr(line, name) &&
            sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s", &r->start, &r->end,
                   r->prot) == 3) {
            n++;
        }
    }
    fclose(maps);
    return n;
}

/* The host's address of the guest's address 0, by a file that both show. */
static int find_base(uint64_t *base)
{
    char path[] = "/tmp/map-over-code-XXXXXX";
    int fd = mkstemp(path);
    long page = sysconf(_SC_PAGESIZE);
    void *p;
    int n;

    if (fd < 0 || ftruncate(fd, page) < 0) {
        return 0;
    }
    p = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, 0);
    n = find_ranges("/proc/self/smaps", strrchr(path, '/'));
    unlink(path);
    close(fd);
    if (p == MAP_FAILED || n != 1) {
        return 0;
    }
    *base = ranges[0].start - (uintptr_t)p;
    munmap(p, page);
    return 1;
}

static int expect(const char *what, void *at, int done, int error)
{
    int got = errno;

    if (!done && got == error) {
        return 0;
    }
    fprintf(stderr, "map-over-code: %s at %p: %s, not \"%s\"\n", what, at,
            done ? "done" : strerror(got), strerror(error));
    return 1;
}

/* [start, start + size) has a page of the code in it. */
static int try(char *start, size_t size)
{
    const int rw = PROT_READ | PROT_WRITE, anonymous = MAP_PRIVATE |
        MAP_ANONYMOUS;
    size_t page = sysconf(_SC_PAGESIZE);
    char *other = mmap(NULL, size, rw, anonymous | MAP_NORESERVE, -1, 0);
    int wrong = 0;
    void *p;

    if (other == MAP_FAILED) {
        fprintf(stderr, "map-over-code: no %zu bytes elsewhere\n", size);
        return 1;
    }
    wrong += expect("mmap", start, mmap(start, size, rw, anonymous | MAP_FIXED,
                                        -1, 0) != MAP_FAILED, ENOMEM);
    wrong += expect("munmap", start, munmap(start, size) == 0, EINVAL);
    wrong += expect("mprotect", start, mprotect(start, size, rw) == 0, ENOMEM);
    wrong += expect("mremap to", start,
                    mremap(other, size, size, MREMAP_MAYMOVE | MREMAP_FIXED,
                           start) != MAP_FAILED, EINVAL);
    wrong += expect("mremap from", start,
                    mremap(start, size, size, MREMAP_MAYMOVE | MREMAP_FIXED,
                           other) != MAP_FAILED, EFAULT);
    wrong += expect("mremap of", start,
                    mremap(start, size, size + page, MREMAP_MAYMOVE) !=
                    MAP_FAILED, EFAULT);
    munmap(other, size);

    /* A call that may choose another address must do so. */
    p = mmap(start, size, PROT_NONE, anonymous | MAP_NORESERVE, -1, 0);
    if (p == start) {
        fprintf(stderr, "map-over-code: %p was taken for a hint\n", p);
        wrong++;
    } else if (p != MAP_FAILED) {
        munmap(p, size);
    }
    p = mmap(start, size, PROT_NONE,
             anonymous | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (p == start) {
        fprintf(stderr, "map-over-code: %p was replaced\n", p);
        wrong++;
    } else if (p != MAP_FAILED) {
        munmap(p, size);
    }
    return wrong;
}

static int try_shmat(char *start, char *end)
{
    int id = shmget(IPC_PRIVATE, sysconf(_SC_PAGESIZE), IPC_CREAT | 0600);
    int wrong;

    if (id < 0) {
        return errno != ENOSYS;
    }
    /* SHM_RND rounds down, on ARM to four pages: it may leave the code. */
    start += -(uintptr_t)start % SHMLBA;
    wrong = start < end &&
            expect("shmat", start,
                   shmat(id, start, SHM_REMAP | SHM_RND) != (void *)-1,
                   EINVAL);
    shmctl(id, IPC_RMID, NULL);
    return wrong;
}

static int try_all(const struct range *r, int count, uint64_t base)
{
    size_t page = sysconf(_SC_PAGESIZE);
    int wrong = 0;

    for (int i = 0; i < count; i++, r++) {
        char *start = (char *)(uintptr_t)(r->start - base);
        size_t size = r->end - r->start;

        wrong += try(start, page);
        wrong += try(start + (size / 2 & -page), page);
        wrong += try(start + size - page, page);
        wrong += try(start - page, 2 * page);
        wrong += try(start + size - page, 2 * page);
        wrong += try(start, size);
        wrong += try_shmat(start, start + size);
        wrong += try_shmat(start + (size / 2 & -page), start + size);
    }
    return wrong;
}

int main(void)
{
    const char *split = getenv("QEMU_SPLIT_WX");
    int on = split && strcmp(split, "on") == 0;
    char *code = churn_make(64);
    static struct range found[RANGES];
    int count, shown, wrong = 0;
    uint64_t base;
    pid_t pid;
    int status;

    if (code == MAP_FAILED) {
        perror("map-over-code: mmap");
        return 1;
    }
    shown = find_ranges("/proc/self/maps", NAME);
    if (shown != 0) {
        fprintf(stderr, "map-over-code: the guest's maps show the code\n");
        wrong++;
    }
    if (!find_base(&base)) {
        /* The outermost emulator provides smaps, or there is none. */
        printf("map-over-code: cannot see the host's mappings\n");
        return wrong != 0;
    }
    count = find_ranges("/proc/self/smaps", NAME);
    memcpy(found, ranges, sizeof(found));
    if (count < 2) {
        if (on && count <= 0) {
            fprintf(stderr, "map-over-code: split, but no code is found\n");
            wrong++;
        }
        printf("map-over-code: not split, %d wrong\n", wrong);
        return wrong != 0;
    }
    for (int i = 0; i < count; i++) {
        if (found[i].end - base > UINTPTR_MAX) {
            printf("map-over-code: the guest cannot address the code, "
                   "%d wrong\n", wrong);
            return wrong != 0;
        }
    }
    for (unsigned i = 0; i < 16; i++) {
        wrong += churn_wrong(code, i, i);
    }
    wrong += try_all(found, count, base);
    for (unsigned i = 0; i < 32; i++) {
        wrong += churn_wrong(code, i, i);
    }
    /* A child has its own; this also has unmapped pages in some places. */
    pid = fork();
    if (pid == 0) {
        for (unsigned i = 0; i < 48; i++) {
            wrong += churn_wrong(code, i, i);
        }
        count = find_ranges("/proc/self/smaps", NAME);
        memcpy(found, ranges, sizeof(found));
        if (count < 2) {
            fprintf(stderr, "map-over-code: a child without code\n");
            wrong++;
        }
        wrong += try_all(found, count, base);
        for (unsigned i = 0; i < 64; i++) {
            wrong += churn_wrong(code, i, i);
        }
        _exit(wrong != 0);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
        fprintf(stderr, "map-over-code: the child failed\n");
        wrong++;
    }
    printf("map-over-code: %d ranges, %d wrong\n", count, wrong);
    return wrong != 0;
}
