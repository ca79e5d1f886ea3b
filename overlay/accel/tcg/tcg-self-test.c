/*
 * Test that code which is rewritten through its RW alias runs at RX
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "tcg/tcg-self-test.h"

/* Small enough to be one instruction's immediate on every host.  */
static const uintptr_t self_test_values[] = { 0x155, 0x2aa };

static void self_test_failed(Error **errp)
{
    error_append_hint(errp, "Emulators that run QEMU itself may not see code "
                      "that is written through a second mapping.  Use "
                      "split-wx=off if the host allows it.\n");
}

bool tcg_self_test(struct TCGContext *s, Error **errp)
{
    ERRP_GUARD();
    size_t i;

    for (i = 0; i < ARRAY_SIZE(self_test_values); i++) {
        uintptr_t result = 0;
        size_t len;
        const void __rx *code = tcg_self_test_write(s, self_test_values[i],
                                                    &len);
        const char *fault = tcg_self_test_run(code, &result);

        tcg_self_test_clear(s, code, len);
        if (fault) {
            error_setg(errp, "split-wx: code that was written to one mapping "
                       "cannot be run from the other: %s", fault);
        } else if (i > 0 && result == self_test_values[i - 1]) {
            error_setg(errp, "split-wx: the host goes on running code that "
                       "has been overwritten");
        } else if (result != self_test_values[i]) {
            error_setg(errp, "split-wx: code that was written to one mapping "
                       "returned 0x%" PRIxPTR " from the other, not 0x%"
                       PRIxPTR, result, self_test_values[i]);
        } else {
            continue;
        }
        self_test_failed(errp);
        return false;
    }
    return true;
}
