/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the machine that this runs on keep stale code?
 *
 *   stale none|rx|rw
 *
 * A function is written 20 times, each time with another result, through a
 * writable mapping, and called through an executable mapping of the same page.
 * In between, no cache is maintained, or that of the executable (rx) or of the
 * writable mapping (rw).  Prints how many calls gave an old result.
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ROUNDS 20

/* A function that returns @value, 0 to 127; its length in bytes. */
static size_t write_function(void *at, unsigned value)
{
#if defined(__aarch64__)
    uint32_t code[] = { 0x52800000 | value << 5, 0xd65f03c0 };
#elif defined(__arm__)
    uint32_t code[] = { 0xe3a00000 | value, 0xe12fff1e };
#elif defined(__mips__)
    /* jr ra, and the result in its delay slot */
    uint32_t code[] = { 0x03e00008, 0x24020000 | value };
#elif defined(__powerpc__)
    uint32_t code[] = { 0x38600000 | value, 0x4e800020 };
#elif defined(__riscv)
    uint32_t code[] = { 0x00000513 | value << 20, 0x00008067 };
#elif defined(__s390x__)
    uint8_t code[] = { 0xa7, 0x29, 0, value, 0x07, 0xfe };
#elif defined(__sparc__)
    /* retl, and the result in its delay slot */
    uint32_t code[] = { 0x81c3e008, 0x90102000 | value };
#else
# error "stale: what do two instructions look like here?"
#endif

    memcpy(at, code, sizeof(code));
    return sizeof(code);
}

static int call(const void *code)
{
    int (*function)(void);
#if defined(__powerpc64__) && _CALL_ELF != 2
    /* A pointer to a function is one to a descriptor. */
    const void *descriptor[3] = { code, NULL, NULL };
    const void *pointer = descriptor;

    __asm__ volatile("" : : "r"(pointer) : "memory");
#else
    const void *pointer = code;
#endif

    memcpy(&function, &pointer, sizeof(function));
    return function();
}

/* As the manuals have it, where the compiler's built-in does nothing. */
static void maintain(char *start, size_t length)
{
#if defined(__powerpc__)
    for (char *p = start; p < start + length; p += 16) {
        __asm__ volatile("dcbst 0, %0" : : "r"(p) : "memory");
    }
    __asm__ volatile("sync" : : : "memory");
    for (char *p = start; p < start + length; p += 16) {
        __asm__ volatile("icbi 0, %0" : : "r"(p) : "memory");
    }
    __asm__ volatile("sync\n\tisync" : : : "memory");
#elif defined(__sparc__)
    for (char *p = start; p < start + length; p += 8) {
        __asm__ volatile("flush %0" : : "r"(p) : "memory");
    }
#else
    __builtin___clear_cache(start, start + length);
#endif
}

int main(int argc, char **argv)
{
    size_t size = sysconf(_SC_PAGESIZE);
    int fd = memfd_create("stale", MFD_CLOEXEC);
    char *rw, *rx;
    int stale = 0;

    if (argc != 2 || fd < 0 || ftruncate(fd, size) != 0) {
        perror("stale none|rx|rw");
        return 2;
    }
    rw = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    rx = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    if (rw == MAP_FAILED || rx == MAP_FAILED) {
        perror("stale: mmap");
        return 2;
    }
    for (int round = 1; round <= ROUNDS; round++) {
        size_t length = write_function(rw, round);

        if (strcmp(argv[1], "rx") == 0) {
            maintain(rx, length);
        } else if (strcmp(argv[1], "rw") == 0) {
            maintain(rw, length);
        }
        stale += call(rx) != round;
    }
    printf("%d\n", stale);
    return 0;
}
