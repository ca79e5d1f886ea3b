#include "result/rules.h"

#define LAYER "L4"

const TvRule tv_rules_cocci[] = {
    {
        .id = "cocci-rx-store",
        .layer = LAYER,
        .severity = TV_SEVERITY_ERROR,
        .summary = "a store through an RX pointer, in any branch of an #if",
        .text = "An assignment, increment or decrement through a pointer to "
                "tcg_insn_unit. The compilers see it only where some host "
                "compiles it; this rule reads both sides of every #if.",
        .mend = "Write through TCG_CODE_PTR_RW(s, p).",
    },
    {
        .id = "cocci-rx-cast",
        .layer = LAYER,
        .severity = TV_SEVERITY_ERROR,
        .summary = "an RX pointer is cast to what can be written through",
        .text = "A cast to a pointer that is not to const, or to a number; "
                "also of an RX address that had become a number, in the same "
                "expression or by way of a variable of the function. Only the "
                "hook that invalidates the instruction cache may do so, since "
                "system calls take such pointers.",
        .mend = "Cast to a pointer to const, or convert with "
                "TCG_CODE_PTR_RW(s, p).",
    },
    {
        .id = "cocci-rx-writer",
        .layer = LAYER,
        .severity = TV_SEVERITY_ERROR,
        .summary = "memcpy() or an atomic store gets an RX pointer to write to",
        .text = "The function or macro, one of those that the contract lists "
                "as writers, gets an RX pointer as its destination, with or "
                "without a cast that silences the compiler.",
        .mend = "Give it TCG_CODE_PTR_RW(s, p).",
    },
    {
        .id = "cocci-rx-mutable",
        .layer = LAYER,
        .severity = TV_SEVERITY_ERROR,
        .summary = "a pointer to code that is not to const",
        .text = "Every reader of code has its pointer to const, so that a "
                "write through it is an error wherever it is compiled. This "
                "rule reads the text itself: compilers say nothing of a "
                "parameter that lost its const, as long as nobody passes a "
                "pointer to const.",
        .mend = "Spell const at the declaration or cast; what writes takes "
                "the pointer that TCG_CODE_PTR_RW(s, p) gives.",
    },
    {
        .id = "cocci-rw-kept",
        .layer = LAYER,
        .severity = TV_SEVERITY_ERROR,
        .summary = "a converted pointer is kept",
        .text = "RW exists only for the moment of a write. A converted "
                "pointer may be a variable of the function, an argument or "
                "the target of a store; in a field, a global or static "
                "variable or memory it outlives the moment, and what reads it "
                "later takes it for RX.",
        .mend = "Keep the RX pointer, and convert where it is written.",
    },
    {
        .id = "cocci-rw-returned",
        .layer = LAYER,
        .severity = TV_SEVERITY_ERROR,
        .summary = "a function returns a converted pointer",
        .text = "The caller cannot know which alias it got.",
        .mend = "Return the RX pointer; a function whose result is data by "
                "its type can be listed as known, with the reason.",
    },
    {
        .id = "cocci-rw-compared",
        .layer = LAYER,
        .severity = TV_SEVERITY_ERROR,
        .summary = "a converted pointer is compared with or subtracted from "
                   "something",
        .text = "Addresses of the two aliases have no order, and their "
                "difference is off by the distance of the aliases; with a "
                "difference of zero every test passes.",
        .mend = "Compare and subtract RX pointers.",
    },
    {
        .id = "cocci-rw-field",
        .layer = LAYER,
        .severity = TV_SEVERITY_ERROR,
        .summary = "a field for RX pointers takes an RW pointer",
        .text = "The contract lists fields that hold RX, tc.ptr of a "
                "translation block among them. Code would be run, or "
                "displacements computed, at the writable alias.",
        .mend = "Assign the pointer from before the conversion.",
    },
    {
        .id = "cocci-flush-missing",
        .layer = LAYER,
        .severity = TV_SEVERITY_ERROR,
        .summary = "a jump is patched and not flushed on some path",
        .text = "The function that patches a jump in a block that may be "
                "running has a path from a store to its end that does not "
                "pass the function for the caches.",
        .mend = "Call tcg_code_written(rx, rw, len) after the store, on every "
                "path.",
    },
    {
        .id = "cocci-hook-caller",
        .layer = LAYER,
        .severity = TV_SEVERITY_ERROR,
        .summary = "a cache hook is called by another than the one function",
        .text = "Flush and invalidate belong together, in that order and over "
                "the same bytes; one function sees to that.",
        .mend = "Call tcg_code_written(rx, rw, len).",
    },
    {
        .id = "cocci-hook-order",
        .layer = LAYER,
        .severity = TV_SEVERITY_ERROR,
        .summary = "the function for the caches lacks a hook or has them in "
                   "the wrong order",
        .text = "Flush the data cache at RW, then invalidate the instruction "
                "cache at RX, on every path and in every branch of an #if.",
        .mend = "Call the two hooks in this order.",
    },
    {
        .id = "cocci-written-alias",
        .layer = LAYER,
        .severity = TV_SEVERITY_ERROR,
        .summary = "the function for the caches gets the aliases swapped",
        .text = "Its first argument is RX, its second RW.",
        .mend = "Swap them.",
    },
    {
        .id = "cocci-difference",
        .layer = LAYER,
        .severity = TV_SEVERITY_ERROR,
        .summary = "the difference of the aliases is added by hand",
        .text = "The result is RW, but nothing in its type says so, and no "
                "layer finds the place by the name of the conversion.",
        .mend = "Use TCG_CODE_PTR_RW(s, p).",
    },
    {NULL},
};
