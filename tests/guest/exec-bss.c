/*
 * Guest program: a data segment that is executable, with a bss of many pages.
 *
 * On some guests (sparc64, for the PLT) every program has one.  The emulator
 * must not pass the guest's PROT_EXEC on to a host that refuses it together
 * with PROT_WRITE.
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 */
#include <stdio.h>

/* One section makes its whole segment executable. */
__asm__(".section exec_data, \"awx\"\n\t.byte 1\n\t.previous");

static volatile char bss[1 << 20];

int main(void)
{
    int wrong = 0;

    for (unsigned i = 0; i < sizeof(bss); i += 4096) {
        wrong += bss[i] != 0;
        bss[i] = 1;
    }
    printf("exec-bss: %d wrong\n", wrong);
    return wrong != 0;
}
