/*
 * Test that code which is rewritten through its RW alias runs at RX
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#ifndef TCG_SELF_TEST_H
#define TCG_SELF_TEST_H

#include "tcg/tcg-code-ptr.h"

struct TCGContext;

/**
 * tcg_self_test_write:
 * @s: a context with a prologue and without translation blocks
 * @value: the value that the block returns; not 0, and not above 0xfff
 * @len: set to the length of the block in bytes
 *
 * Write a block that only returns @value to where the first translation block
 * will go, and make it visible like any code.  Leaves @s as it was.
 *
 * Returns: the address of the block, for tcg_self_test_exec()
 */
QEMU_COLD const void __rx *tcg_self_test_write(struct TCGContext *s,
                                               uintptr_t value, size_t *len);

/**
 * tcg_self_test_clear:
 * @s: the context that the block was written for
 * @code: from tcg_self_test_write
 * @len: its length in bytes
 *
 * Clear the block.
 */
void tcg_self_test_clear(struct TCGContext *s, const void __rx *code,
                         size_t len);

/**
 * tcg_self_test_exec:
 * @code: a block from tcg_self_test_write
 *
 * Run @code by way of the prologue.
 *
 * Returns: the value from the block
 */
uintptr_t tcg_self_test_exec(const void __rx *code);

/**
 * tcg_self_test_run:
 * @code: a block from tcg_self_test_write
 * @result: set to the value from the block
 *
 * As tcg_self_test_exec, but a fault ends the run and nothing else, on hosts
 * that have signals.  It replaces the handlers of the process for that moment,
 * so there must be no thread that relies on them.
 *
 * Returns: NULL, or the name of the fault that ended the run (a static string)
 */
QEMU_COLD const char *tcg_self_test_run(const void __rx *code,
                                        uintptr_t *result);

/**
 * tcg_self_test:
 * @s: a context with a prologue and without translation blocks
 * @errp: reports how the host failed to run the new code
 *
 * Write code, run it, rewrite it, and run it again.
 *
 * Returns: false with an error set if the host, or an emulator that QEMU
 * itself runs under, executes other code than that written last
 */
bool QEMU_COLD tcg_self_test(struct TCGContext *s, Error **errp);

#endif
