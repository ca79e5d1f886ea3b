/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "result/rules.h"

#define LAYER "L4"

const TvRule tv_rules_cocci[] = {
    {
        .id = "cocci-rx-store",
        .layer = LAYER,
        .summary = "a store through an RX pointer, in any branch of an #if",
        .text = "An assignment, increment or decrement through a pointer to "
                "tcg_insn_unit. A compiler sees it only where some host "
                "compiles it; this rule reads both sides of every #if.",
        .fix = "Write through TCG_CODE_PTR_RW(s, p).",
    },
    {
        .id = "cocci-rx-cast",
        .layer = LAYER,
        .summary = "a cast makes an RX pointer writable",
        .text = "A cast to a pointer that is not to const, or to a number; "
                "also of an RX address that had become a number, in the same "
                "expression or by way of a variable of the function. Only the "
                "hook that invalidates the instruction cache may do so, since "
                "system calls take such pointers.",
        .fix = "Cast to a pointer to const, or convert with "
               "TCG_CODE_PTR_RW(s, p).",
    },
    {
        .id = "cocci-rx-writer",
        .layer = LAYER,
        .summary = "memcpy() or an atomic store gets an RX pointer to write to",
        .text = "The function or macro, one of those that the contract lists "
                "as writers, gets an RX pointer as its destination, with or "
                "without a cast that silences the compiler.",
        .fix = "Give it TCG_CODE_PTR_RW(s, p).",
    },
    {
        .id = "cocci-rx-mutable",
        .layer = LAYER,
        .summary = "a pointer to code that is not to const",
        .text = "Every reader of code has its pointer to const, so that a "
                "write through it is an error wherever it is compiled. This "
                "rule reads the text itself: compilers say nothing of a "
                "parameter that lost its const, as long as no caller passes a "
                "pointer to const.",
        .fix = "Add const to the declaration or cast; a function that writes "
               "takes the pointer from TCG_CODE_PTR_RW(s, p).",
    },
    {
        .id = "cocci-rw-kept",
        .layer = LAYER,
        .summary = "a converted pointer is kept",
        .text = "RW exists only for the moment of a write. A converted "
                "pointer may be a variable of the function, an argument or "
                "the target of a store; in a field, a global or static "
                "variable or memory it outlives the write, and a later reader "
                "takes it for RX.",
        .fix = "Keep the RX pointer, and convert where it is written.",
    },
    {
        .id = "cocci-rw-returned",
        .layer = LAYER,
        .summary = "a function returns a converted pointer",
        .text = "The caller cannot know which alias it got.",
        .fix = "Return the RX pointer; a function whose result is data by its "
               "type can be listed as known, with the reason.",
    },
    {
        .id = "cocci-rw-compared",
        .layer = LAYER,
        .summary = "a converted pointer is compared with or subtracted from "
                   "something",
        .text = "Addresses of the two aliases have no order, and their "
                "difference is off by the distance of the aliases; with a "
                "difference of zero every test passes.",
        .fix = "Compare and subtract RX pointers.",
    },
    {
        .id = "cocci-rw-field",
        .layer = LAYER,
        .summary = "a field for RX pointers takes an RW pointer",
        .text = "The contract lists fields that hold RX, tc.ptr of a "
                "translation block among them. Code would be run, or "
                "displacements computed, at the writable alias.",
        .fix = "Assign the pointer from before the conversion.",
    },
    {
        .id = "cocci-flush-missing",
        .layer = LAYER,
        .summary = "a jump is patched and not flushed on some path",
        .text = "The function that patches a jump in a block that may be "
                "running has a path from a store to its end that does not "
                "pass the function for the caches.",
        .fix = "Call tcg_code_written(rx, rw, len) after the store, on every "
               "path.",
    },
    {
        .id = "cocci-hook-caller",
        .layer = LAYER,
        .summary = "a function other than the one for the caches calls a "
                   "cache hook",
        .text = "Flush and invalidate belong together, in that order and over "
                "the same bytes; one function ensures that.",
        .fix = "Call tcg_code_written(rx, rw, len).",
    },
    {
        .id = "cocci-hook-order",
        .layer = LAYER,
        .summary = "the function for the caches lacks a hook or has them in "
                   "the wrong order",
        .text = "Flush the data cache at RW, then invalidate the instruction "
                "cache at RX, on every path and in every branch of an #if.",
        .fix = "Call the two hooks in this order.",
    },
    {
        .id = "cocci-written-alias",
        .layer = LAYER,
        .summary = "the function for the caches gets the aliases swapped",
        .text = "Its first argument is RX, its second RW.",
        .fix = "Swap them.",
    },
    {
        .id = "cocci-difference",
        .layer = LAYER,
        .summary = "the difference of the aliases is added by hand",
        .text = "The result is RW, but its type does not show it, and no "
                "layer finds the place by the name of the conversion.",
        .fix = "Use TCG_CODE_PTR_RW(s, p).",
    },
    {NULL},
};
