/*
 * Bare-metal guest: four processors that write, run and rewrite code.
 *
 * Each processor fills its own area with small functions, calls each, rewrites
 * them with another constant and calls them again.  If the translation buffer
 * is small, the emulator flushes it again and again while all four run in it.
 * At the end, processor 0 runs the functions that the others wrote.  Ends
 * through semihosting, with exit status 0 if every call returned the right
 * value.
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 */
#include <stdint.h>

#define PROCESSORS 4
#define FUNCTIONS 1024
#define ROUNDS 6
#define LOOPS 8 /* of the generated functions */

#define PSCI_CPU_ON 0xc4000003ul
#define SYS_WRITE0 0x04
#define SYS_EXIT 0x18
#define STOPPED_APPLICATION_EXIT 0x20026ul

typedef struct Function {
    uint32_t code[16];
} Function;

static Function areas[PROCESSORS][FUNCTIONS];
static uint32_t failures;
static uint32_t finished;

void secondary_start(void);
void processor_main(uint64_t processor);

static uint64_t semihosting(uint64_t operation, const void *argument)
{
    register uint64_t x0 __asm__("x0") = operation;
    register const void *x1 __asm__("x1") = argument;

    __asm__ volatile("hlt #0xf000" : "+r"(x0) : "r"(x1) : "memory");
    return x0;
}

static void leave(uint64_t status)
{
    uint64_t block[2] = { STOPPED_APPLICATION_EXIT, status };

    semihosting(SYS_EXIT, block);
}

static int64_t start_processor(uint64_t processor)
{
    register uint64_t x0 __asm__("x0") = PSCI_CPU_ON;
    register uint64_t x1 __asm__("x1") = processor;
    register uint64_t x2 __asm__("x2") = (uint64_t)secondary_start;
    register uint64_t x3 __asm__("x3") = processor;

    __asm__ volatile("hvc #0" : "+r"(x0) : "r"(x1), "r"(x2), "r"(x3)
                     : "memory");
    return (int64_t)x0;
}

/* Returns @value + LOOPS + ... + 1 when called. */
static void write_function(Function *function, uint32_t value)
{
    uint32_t *code = function->code;
    uint64_t address = (uint64_t)code;

    code[0] = 0x52800000 | (value << 5); /* movz w0, #value */
    code[1] = 0x52800001 | (LOOPS << 5); /* movz w1, #LOOPS */
    code[2] = 0x0b010000;                /* 1: add w0, w0, w1 */
    code[3] = 0x71000421;                /* subs w1, w1, #1 */
    code[4] = 0x54ffffc1;                /* b.ne 1b */
    code[5] = 0xd65f03c0;                /* ret */
    __asm__ volatile("dc cvau, %0\n\tdsb ish\n\tic ivau, %0\n\tdsb ish\n\tisb"
                     : : "r"(address) : "memory");
}

static void check(const Function *function, uint32_t value)
{
    uint32_t (*call)(void) = (uint32_t (*)(void))function->code;

    if (call() != value + LOOPS * (LOOPS + 1) / 2) {
        __atomic_fetch_add(&failures, 1, __ATOMIC_SEQ_CST);
    }
}

static uint32_t value_of(uint32_t processor, uint32_t round, uint32_t index)
{
    return (processor * 9973 + round * 3001 + index) & 0x7fff;
}

static void churn(uint32_t processor)
{
    for (uint32_t round = 0; round < ROUNDS; round++) {
        for (uint32_t i = 0; i < FUNCTIONS; i++) {
            write_function(&areas[processor][i],
                           value_of(processor, round, i));
        }
        for (uint32_t i = 0; i < FUNCTIONS; i++) {
            check(&areas[processor][i], value_of(processor, round, i));
        }
    }
}

void processor_main(uint64_t processor)
{
    if (processor == 0) {
        for (uint64_t other = 1; other < PROCESSORS; other++) {
            if (start_processor(other) != 0) {
                semihosting(SYS_WRITE0, "smp-churn: PSCI refused\n");
                leave(2);
            }
        }
    }
    churn((uint32_t)processor);
    __atomic_fetch_add(&finished, 1, __ATOMIC_SEQ_CST);
    if (processor != 0) {
        return;
    }
    while (__atomic_load_n(&finished, __ATOMIC_SEQ_CST) != PROCESSORS) {
        __asm__ volatile("yield");
    }
    for (uint32_t other = 0; other < PROCESSORS; other++) {
        for (uint32_t i = 0; i < FUNCTIONS; i++) {
            check(&areas[other][i], value_of(other, ROUNDS - 1, i));
        }
    }
    semihosting(SYS_WRITE0, failures ? "smp-churn: wrong results\n"
                                     : "smp-churn: all right\n");
#ifdef HOLD
    semihosting(SYS_WRITE0, "ready\n");
    return;
#endif
    leave(failures != 0);
}
