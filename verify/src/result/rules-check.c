/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "result/rules.h"

const TvRule tv_rules_check[] = {
    {
        .id = "rx-discard-const",
        .layer = "L1",
        .summary = "a code pointer loses const without a conversion",
        .text = "Every code pointer that is kept is RX and points to const. A "
                "function that takes a writable pointer may write through it, "
                "and such a write faults as soon as the buffer is split.",
        .fix = "If the callee writes, give it TCG_CODE_PTR_RW(s, p). If it "
               "only reads, make its parameter const.",
    },
    {
        .id = "rx-cast-const",
        .layer = "L1",
        .summary = "a cast takes const off a code pointer",
        .text = "The cast suppresses the compiler's warning, and only that "
                "warning distinguishes a writable pointer from an RX pointer.",
        .fix = "Cast to a pointer to const, or convert with "
               "TCG_CODE_PTR_RW(s, p) first.",
    },
    {
        .id = "rx-store",
        .layer = "L1",
        .summary = "a store through a pointer to const",
        .text = "The destination is an RX pointer: the write faults as soon "
                "as the buffer is split. Found by L1 (clang) and L2 (sparse).",
        .fix = "Write through TCG_CODE_PTR_RW(s, p).",
    },
    {
        .id = "rx-pointer-type",
        .layer = "L1",
        .summary = "a code pointer meets an integer or another pointer type "
                   "without a conversion",
        .text = "An integer or a pointer to another type does not say which "
                "alias it means, so later layers cannot follow it.",
        .fix = "Use the right pointer type, or TCG_RX_ADDR(p) and "
               "TCG_RX_PTR(a) for integers.",
    },
    {
        .id = "build-error",
        .layer = "L1",
        .summary = "the unit does not compile for its host",
        .text = "clang, with the flags of the host's build, reports an error "
                "that is not about const. A backend that is not converted "
                "must build all the same.",
        .fix = "Fix the error; the finding names the message and the host.",
    },
    {
        .id = "backend-not-converted",
        .layer = "L0",
        .summary = "the backend has no hook for the instruction cache",
        .text = "A backend that does not invalidate the executable alias by "
                "itself cannot run code that is written through another one. "
                "The tool counts its findings but does not list them.",
        .fix = "Convert its writes, then define the two cache hooks in its "
               "tcg-target.c.inc.",
    },
    {
        .id = "cache-order",
        .layer = "caches",
        .summary = "written code is not flushed, then invalidated",
        .text = "The function that all written code passes through has to "
                "flush the data cache at the RW alias and then invalidate the "
                "instruction cache at the RX alias, over the same bytes, and "
                "no other function calls the two hooks. In the opposite "
                "order, the processor can fetch the old instruction in "
                "between.",
        .fix = "Call the two hooks with the function's own arguments, in this "
               "order.",
    },
    {
        .id = "cache-range",
        .layer = "caches",
        .summary = "a patched jump is not flushed as far as it is written",
        .text = "A jump that is patched while code runs is written by one "
                "atomic store. The statement after it has to pass exactly "
                "those bytes on, by both aliases.",
        .fix = "Follow the store with tcg_code_written(jmp_rx, jmp_rw, N), N "
               "being the size of what is stored.",
    },
    {
        .id = "cache-hook-changed",
        .layer = "caches",
        .summary = "a backend's cache hook is not the one that was reviewed",
        .text = "No static layer knows what the instructions of a hook do to "
                "the host's caches: if it flushes every line, with the right "
                "barriers. A person compared the hooks with the manuals of "
                "the architectures and ran them under the coherence oracle; "
                "verify/data/cache-hooks.ini has the hash of each reviewed "
                "hook, and the proof holds for that text only.",
        .fix = "Read the new text against the manual, run 'make hosts "
               "HOSTS=...' on the host, then put the hash that the message "
               "names into verify/data/cache-hooks.ini, with a note on the "
               "review.",
    },
    {
        .id = "rx-address-space",
        .layer = "L2",
        .summary = "an RX pointer is mixed with a plain or an RW one",
        .text = "sparse keeps RX pointers in an address space of their own. "
                "Assigning, passing, returning or comparing across it mixes "
                "up the two aliases.",
        .fix = "Type both sides alike, or convert: TCG_CODE_PTR_RW(s, p) to "
               "write.",
    },
    {
        .id = "rx-cast-drops",
        .layer = "L2",
        .summary = "a cast takes an RX pointer out of its address space",
        .text = "After the cast no tool can distinguish it from an RW pointer "
                "or a number.",
        .fix = "TCG_CODE_PTR_RW(s, p) gives a writable pointer, "
               "TCG_RX_ADDR(p) an integer.",
    },
    {
        .id = "rx-cast-adds",
        .layer = "L2",
        .summary = "a cast makes an RX pointer out of a plain one",
        .text = "sparse does not know if the plain pointer was RX. It lets a "
                "cast from unsigned long pass, so this layer does not see an "
                "RX pointer that is made out of a number.",
        .fix = "Keep it typed as RX from where it came from, or use "
               "TCG_RX_PTR(a) on an RX address.",
    },
    {
        .id = "rx-modifiers",
        .layer = "L2",
        .summary = "a pointer of the JIT kernel changes its qualifiers",
        .text = "sparse sees a pointer to const become one to non-const.",
        .fix = "Make the destination const, or convert.",
    },
    {
        .id = "sparse-error",
        .layer = "L2",
        .summary = "sparse cannot follow the unit",
        .text = "After an error that is not a finding, sparse does not check "
                "the rest, so its silence proves nothing: the cell is void.",
        .fix = "Add to the checker's prelude what sparse lacks, or list the "
               "error with a reason if nothing that follows it matters.",
    },
    {
        .id = "site-unreported",
        .layer = "L0",
        .summary = "a layer does not see a write site",
        .text = "With the conversion macro reduced to its argument every "
                "write site must be a finding. One is not, so a forgotten "
                "conversion there would pass: the run is void.",
        .fix = "Type the site so that the argument is RX and the result is "
               "used as RW: a cast or a void pointer on the way hides it.",
    },
    {
        .id = "canary-silent",
        .layer = "L0",
        .summary = "a layer misses a known-bad unit, or reports a good one",
        .text = "The canaries are units that break each rule at a known "
                "line. If a layer misses one, its silence proves nothing and "
                "the run is void.",
        .fix = "Compare the tools' versions, and see if the tree's headers "
               "change the typing.",
    },
    {
        .id = "known-stale",
        .layer = "known",
        .severity = TV_SEVERITY_WARNING,
        .summary = "an entry of the known findings matches nothing",
        .text = "Known findings are matched by rule, file, function and text. "
                "The whole matrix was checked and nothing matched this entry: "
                "what it excused is gone, and the entry would excuse the next "
                "finding that looks alike, for no reason.",
        .fix = "Delete the entry, or fix it if the line that it names has "
               "changed.",
    },
    {
        .id = "count-rises",
        .layer = "patch",
        .summary = "a patch adds findings",
        .text = "Against the patch before it the number of findings of a host "
                "may only fall, so that every patch is right by itself.",
        .fix = "Fix the findings that the message names as new, or move the "
               "change behind the patch that it needs.",
    },
    {NULL},
};
