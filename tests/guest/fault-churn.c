/*
 * Guest program: memory faults in generated code, in helpers of the emulator
 * and in its system calls.
 *
 * A fault is a host signal.  From the host pc in generated code the emulator
 * finds the block and works out the guest's pc and registers; it must not
 * mistake a host pc from anywhere else for one.  Each handler makes the page
 * accessible and returns: the emulator runs the instruction again, and every
 * register must have its old value.
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 */
#define _GNU_SOURCE /* REG_RIP */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "churn.h"

#define COPIES 512
#define ROUNDS 2
#define WRITES 64
/* A probe stops at a fault with this in the lower bits of its address.  No
 * other fault has it: the others are all of words. */
#define NOWHERE 0xabd

static char *page;
static char *no_page; /* stays without access */
static size_t page_size;
static volatile int faults;
static volatile int wrong;
static uintptr_t first, last; /* where the pc has to be; 0: not checked */
static sigjmp_buf nowhere;

/* Every value but the loaded one is alive across the load. */
__attribute__((noinline, noclone, used, aligned(64), section("churn_code")))
static unsigned load_template(volatile unsigned *from, unsigned x, unsigned y,
                              unsigned z)
{
    unsigned a = x ^ y << 3, b = y + z, c = z ^ x >> 2, loaded;

    a += churn_place();
    __asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c));
    loaded = *from;
    __asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c));
    return (a ^ loaded) + 3 * b + 5 * c + 7 * (x ^ z);
}

static uintptr_t pc_of(const ucontext_t *context)
{
#if defined(__x86_64__)
    return context->uc_mcontext.gregs[REG_RIP];
#elif defined(__i386__)
    return context->uc_mcontext.gregs[REG_EIP];
#elif defined(__aarch64__)
    return context->uc_mcontext.pc;
#elif defined(__arm__)
    return context->uc_mcontext.arm_pc;
#else
    (void)context;
    return first;
#endif
}

static void on_fault(int number, siginfo_t *info, void *context)
{
    uintptr_t pc = pc_of(context);
    char *address = info->si_addr;

    (void)number;
    /* Some processors report the page only. */
    if (address >= no_page && address < no_page + page_size) {
        siglongjmp(nowhere, 1);
    }
    if (address < page || address >= page + page_size) {
        static const char text[] = "fault-churn: a fault elsewhere\n";

        _exit(write(STDERR_FILENO, text, sizeof(text) - 1) > 0 ? 3 : 4);
    }
    faults++;
    wrong += first && (pc < first || pc >= last);
    mprotect(page, page_size, PROT_READ | PROT_WRITE);
}

static void hide_page(void)
{
    mprotect(page, page_size, PROT_NONE);
}

/* Faults in the code of many blocks, old and new. */
static void fault_in_code(void)
{
    char *code = churn_make(COPIES);
    uintptr_t entry =
        (uintptr_t)load_template - (uintptr_t)__start_churn_code;

    if (code == MAP_FAILED) {
        perror("fault-churn: mmap");
        _exit(1);
    }
    for (unsigned i = 0; i < COPIES * ROUNDS; i++) {
        char *slot = code + i % COPIES * churn_slot();
        unsigned (*copy)(volatile unsigned *, unsigned, unsigned, unsigned) =
            (unsigned (*)(volatile unsigned *, unsigned, unsigned,
                          unsigned))((uintptr_t)slot + entry);
        unsigned offset = i * 4 % page_size;
        unsigned *value = (unsigned *)(page + offset);
        unsigned x = i * 2654435761u, y = ~x >> 5, z = x * x + i, rest;
        unsigned result, here;

        mprotect(page, page_size, PROT_READ | PROT_WRITE);
        *value = x + 1;
        here = load_template(value, x, y, z);
        hide_page();
        first = (uintptr_t)slot;
        last = first + churn_slot();
        result = copy(value, x, y, z);
        first = last = 0;
        /* The two differ only by the distance between them. */
        rest = 3 * (y + z) + 5 * (z ^ x >> 2) + 7 * (x ^ z);
        wrong += ((result - rest) ^ (x + 1)) - ((here - rest) ^ (x + 1)) !=
                 (unsigned)(slot - __start_churn_code);
    }
    munmap(code, churn_slot() * COPIES);
}

/* Faults in the functions of the emulator that generated code calls. */
static void fault_in_helpers(void)
{
    for (int i = 0; i < WRITES; i++) {
        int before = faults;

        hide_page();
#if defined(__x86_64__) || defined(__i386__)
        __asm__ volatile("fxsave (%0)" : : "r"(page) : "memory");
#elif defined(__aarch64__)
        __asm__ volatile("dc zva, %0" : : "r"(page) : "memory");
#else
        *(volatile unsigned long long *)page = i;
#endif
        wrong += faults != before + 1;
    }
}

/*
 * The emulator writes a system call's result itself, to a page that it has
 * protected because it has translated code from there: a fault whose pc lies
 * in its own text.
 */
static void fault_in_calls(void)
{
    size_t slots = page_size / churn_slot() + 2;
    char *code = churn_make(slots);
    /* Beyond the copy that runs, in the same page. */
    struct timespec *time = (struct timespec *)(code + 3 * churn_slot());

    if (code == MAP_FAILED) {
        perror("fault-churn: mmap");
        _exit(1);
    }
    for (unsigned i = 0; i < WRITES; i++) {
        wrong += churn_wrong(code, 0, i);
        time->tv_nsec = -1;
        wrong += churn_wrong(code, 1, i);
        wrong += clock_gettime(CLOCK_MONOTONIC, time) != 0;
        wrong += time->tv_nsec < 0 || time->tv_nsec >= 1000000000;
        wrong += churn_wrong(code, 2, i);
    }
    munmap(code, churn_slot() * slots);
}

int main(void)
{
    struct sigaction action = { .sa_sigaction = on_fault,
                                .sa_flags = SA_SIGINFO };
    int expected;

    page_size = sysconf(_SC_PAGESIZE);
    page = mmap(NULL, page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0);
    /* Where guest and host share their addresses, even the first page of
     * the guest may belong to the host. */
    no_page = mmap(NULL, page_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
                   -1, 0);
    if (page == MAP_FAILED || no_page == MAP_FAILED ||
        sigaction(SIGSEGV, &action, NULL) != 0) {
        perror("fault-churn");
        return 1;
    }
    fault_in_code();
    fault_in_helpers();
    fault_in_calls();
    if (sigsetjmp(nowhere, 1) == 0) {
        *(volatile char *)(no_page + NOWHERE) = 1;
        wrong++;
    }
    expected = COPIES * ROUNDS + WRITES;
    printf("fault-churn: %d faults, %d wrong\n", faults, wrong);
    return wrong != 0 || faults != expected;
}
