/*
 * Run a block of the self-test; no fault can be caught
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include "tcg/tcg-self-test.h"

const char *tcg_self_test_run(const void __rx *code, uintptr_t *result)
{
    *result = tcg_self_test_exec(code);
    return NULL;
}
