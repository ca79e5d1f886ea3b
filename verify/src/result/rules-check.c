#include "result/rules.h"

const TvRule tv_rules_check[] = {
    {
        .id = "rx-discard-const",
        .layer = "L1",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a code pointer loses const without a conversion",
        .text = "Every code pointer that is kept is RX and points to const. "
                "Handing it to something that takes a writable pointer is a "
                "write through RX waiting to happen: it faults as soon as the "
                "buffer is split.",
        .mend = "If the callee writes, give it TCG_CODE_PTR_RW(s, p). If it "
                "only reads, make its parameter const.",
    },
    {
        .id = "rx-cast-const",
        .layer = "L1",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a cast takes const off a code pointer",
        .text = "A cast silences the compiler where the contract wants it to "
                "speak: nothing else tells a writable view from an RX one.",
        .mend = "Cast to a pointer to const, or convert with "
                "TCG_CODE_PTR_RW(s, p) first.",
    },
    {
        .id = "rx-store",
        .layer = "L1",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a store through a pointer to const",
        .text = "The destination is an RX pointer: the write faults as soon "
                "as the buffer is split. Found by L1 (clang) and L2 (sparse).",
        .mend = "Write through TCG_CODE_PTR_RW(s, p).",
    },
    {
        .id = "rx-pointer-type",
        .layer = "L1",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a code pointer meets an integer or another pointer type "
                   "without a conversion",
        .text = "An integer or a pointer to another type does not say which "
                "alias it means, so later layers cannot follow it.",
        .mend = "Use the right pointer type, or TCG_RX_ADDR(p) and "
                "TCG_RX_PTR(a) for integers.",
    },
    {
        .id = "build-error",
        .layer = "L1",
        .severity = TV_SEVERITY_ERROR,
        .summary = "the unit does not compile for its host",
        .text = "clang, with the flags of the host's build, reports an error "
                "that is not about const. A backend that is not converted "
                "must build all the same.",
        .mend = "Mend the error; the message and the host are named.",
    },
    {
        .id = "backend-not-converted",
        .layer = "L0",
        .severity = TV_SEVERITY_ERROR,
        .summary = "the backend has no hook for the instruction cache",
        .text = "A backend that does not invalidate the executable alias by "
                "itself cannot run code that is written through another one. "
                "Its findings are counted but not listed.",
        .mend = "Convert its writes, then define the two cache hooks in its "
                "tcg-target.c.inc.",
    },
    {
        .id = "cache-order",
        .layer = "caches",
        .severity = TV_SEVERITY_ERROR,
        .summary = "written code is not flushed, then invalidated",
        .text = "The function that all written code passes through has to "
                "flush the data cache at the RW alias and then invalidate the "
                "instruction cache at the RX alias, over the same bytes, and "
                "nobody else calls the two hooks. The other way around, an "
                "instruction that is fetched in between is the old one.",
        .mend = "Call the two hooks with the function's own arguments, in "
                "this order.",
    },
    {
        .id = "cache-range",
        .layer = "caches",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a patched jump is not flushed as far as it is written",
        .text = "A jump that is patched while code runs is written by one "
                "atomic store. The statement after it has to pass exactly "
                "those bytes on, by both aliases.",
        .mend = "Follow the store with tcg_code_written(jmp_rx, jmp_rw, N), N "
                "being the size of what is stored.",
    },
    {
        .id = "cache-hook-changed",
        .layer = "caches",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a backend's cache hook is not the one that was reviewed",
        .text = "No static layer can tell what the instructions of a hook do "
                "to the host's caches: that it flushes every line, with the "
                "right barriers. The hooks were read against the manuals of "
                "the architectures and run under the coherence oracle; "
                "verify/data/cache-hooks.ini has the hash of each as it was "
                "then, and the proof holds for that text only.",
        .mend = "Read the new text against the manual, run 'make hosts "
                "HOSTS=...' on the host, then put the hash that the message "
                "names into verify/data/cache-hooks.ini, and what was done.",
    },
    {
        .id = "rx-address-space",
        .layer = "L2",
        .severity = TV_SEVERITY_ERROR,
        .summary = "an RX pointer is mixed with a plain or an RW one",
        .text = "sparse keeps RX pointers in an address space of their own. "
                "Assigning, passing, returning or comparing across it mixes "
                "up the two aliases.",
        .mend = "Type both sides alike, or convert: TCG_CODE_PTR_RW(s, p) to "
                "write.",
    },
    {
        .id = "rx-cast-drops",
        .layer = "L2",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a cast takes an RX pointer out of its address space",
        .text = "After the cast nothing tells it from an RW pointer or a "
                "number.",
        .mend = "TCG_CODE_PTR_RW(s, p) gives a writable pointer, "
                "TCG_RX_ADDR(p) an integer.",
    },
    {
        .id = "rx-cast-adds",
        .layer = "L2",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a cast makes an RX pointer out of a plain one",
        .text = "Whether the plain pointer was RX is anybody's guess. sparse "
                "lets a cast from unsigned long pass, so this layer does not "
                "see an RX pointer that is made out of a number.",
        .mend = "Keep it typed as RX from where it came from, or use "
                "TCG_RX_PTR(a) on an RX address.",
    },
    {
        .id = "rx-modifiers",
        .layer = "L2",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a pointer of the JIT kernel changes its qualifiers",
        .text = "sparse sees a pointer to const become one to non-const.",
        .mend = "Make the destination const, or convert.",
    },
    {
        .id = "sparse-error",
        .layer = "L2",
        .severity = TV_SEVERITY_ERROR,
        .summary = "sparse cannot follow the unit",
        .text = "After an error that is no finding sparse drops what it would "
                "have said of the rest, so its silence proves nothing: the "
                "cell is void.",
        .mend = "Teach the checker's prelude what sparse lacks, or list the "
                "error with a reason if nothing that follows it matters.",
    },
    {
        .id = "site-unreported",
        .layer = "L0",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a layer does not see a write site",
        .text = "With the conversion macro reduced to its argument every "
                "write site must be a finding. One is not, so a forgotten "
                "conversion there would pass: the run is void.",
        .mend = "Type the site so that the argument is RX and the result is "
                "used as RW: a cast or a void pointer on the way hides it.",
    },
    {
        .id = "canary-silent",
        .layer = "L0",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a known-bad unit is not reported, or a good one is",
        .text = "The canaries are units that break each rule at a known "
                "line. If a layer misses one, its silence proves nothing and "
                "the run is void.",
        .mend = "Look at the tools' versions and at what the tree's headers "
                "do to the typing.",
    },
    {
        .id = "known-stale",
        .layer = "known",
        .severity = TV_SEVERITY_WARNING,
        .summary = "an entry of the known findings matches nothing any more",
        .text = "Known findings are matched by rule, file, function and "
                "text. The whole matrix was checked and nothing matched this "
                "entry: what it excused is gone, and the next finding that "
                "happens to look alike would be excused for no reason.",
        .mend = "Delete the entry, or mend it if the line it means has "
                "changed.",
    },
    {
        .id = "count-rises",
        .layer = "patch",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a patch adds findings",
        .text = "Against the patch before it the number of findings of a host "
                "may only fall, so that every patch is right by itself.",
        .mend = "Mend the findings that are named as new, or move the change "
                "behind the patch that it needs.",
    },
    {NULL},
};
