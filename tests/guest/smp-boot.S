/*
 * Start-up of a bare-metal aarch64 guest with several processors.
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 */
#define STACK_SIZE 4096

    .section .boot, "ax"
    .global _start
_start:
    mov     x0, #0
    /* Processors that PSCI starts come here with their number in x0. */
    .global secondary_start
secondary_start:
    adrp    x1, stacks
    add     x1, x1, :lo12:stacks
    add     x2, x0, #1
    mov     x3, #STACK_SIZE
    madd    x1, x2, x3, x1
    mov     sp, x1
    bl      processor_main
1:  wfi
    b       1b

    .bss
    .balign 16
stacks:
    .skip   STACK_SIZE * 4
