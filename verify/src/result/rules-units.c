/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "result/rules.h"

const TvRule tv_rules_units[] = {
    {
        .id = "units-store-rx",
        .layer = "L3",
        .summary = "a write through the executable alias",
        .text = "The address of a store, an atomic operation or a function "
                "that writes is computed from RX, through any types, casts, "
                "integers, unions or functions. The finding's path leads from "
                "where RX came in to the write.",
        .fix = "Convert with TCG_CODE_PTR_RW(s, p) right before the write.",
    },
    {
        .id = "units-store-unknown",
        .layer = "L3",
        .summary = "a write to a sum of code pointers that is neither alias",
        .text = "The address is computed from code pointers but is neither RX "
                "nor RW plus a distance: two pointers were added, a pointer "
                "was converted twice, or the difference was added to a plain "
                "address.",
        .fix = "Follow the path to the sum that makes no sense: convert once, "
               "and only RX pointers.",
    },
    {
        .id = "units-value",
        .layer = "L3",
        .summary = "a distance is taken from the writable alias",
        .text = "Displacements in generated code are counted from where the "
                "code runs. One that is counted from where it is written is "
                "off by the distance of the aliases as soon as the buffer is "
                "split.",
        .fix = "Subtract the RX pointer.",
    },
    {
        .id = "units-compare",
        .layer = "L3",
        .summary = "an RX address is compared with an RW address",
        .text = "With a split buffer the answer depends on where the two "
                "mappings happen to lie.",
        .fix = "Compare RX with RX.",
    },
    {
        .id = "units-contract",
        .layer = "L3",
        .summary = "a field, parameter or result gets another alias than its "
                   "contract says",
        .text = "Types and the contract file say which alias a field, global, "
                "parameter or result holds. Everything that reads it relies "
                "on that.",
        .fix = "Store the alias that the contract names; RX is the canonical "
               "one.",
    },
    {
        .id = "units-escape",
        .layer = "L3",
        .summary = "an RX pointer reaches code that the analysis cannot follow",
        .text = "It reaches a function that is not part of the analysis, an "
                "unknown function pointer, variable arguments or inline "
                "assembly. The analysis does not know what happens to it "
                "there.",
        .fix = "Do not pass it; or, if the function only reads, list it in "
               "the contract's [units-externs] with the reason.",
    },
    {
        .id = "units-flush",
        .layer = "L3",
        .summary = "written code is not flushed on some path, or only a part "
                   "of it",
        .text = "From each write every path has to lead through the flush of "
                "the data cache at RW and then the invalidate of the "
                "instruction cache at RX, over the bytes that were written, "
                "before the function ends.",
        .fix = "Call tcg_code_written(rx, rw, length) after the write, on "
               "every path, with the exact range.",
    },
    {
        .id = "units-macro",
        .layer = "L3",
        .summary = "the conversion does not give the other alias",
        .text = "The conversion is verified, not trusted: RX plus the "
                "difference must be RW. This one gives something else.",
        .fix = "Add the context's difference, once.",
    },
    {
        .id = "units-contract-unused",
        .layer = "contract",
        .summary = "an entry of the contract names nothing that is analysed",
        .text = "All hosts, guests and modes were checked, and in no program "
                "that L3 analysed is there the field, global, function, "
                "parameter (by its number) or local variable that this entry "
                "of the contract file names. An entry that names nothing says "
                "nothing, so a typing error or a renaming in the tree would "
                "weaken the proof without a message. One that a single host "
                "or mode has is in order. Shards are judged by 'report "
                "--merge'; a part of the matrix, a tree with a backend that "
                "is not converted, and a contract that is shipped for several "
                "versions are not.",
        .fix = "Fix the name in the contract file, or delete the entry if "
               "what it named is gone. Functions of the groups units-caches "
               "and units-checks must be defined in the JIT kernel or in a "
               "unit that sees code pointers, but for flush, invalidate and "
               "shows, which may be declared only.",
    },
    {NULL},
};
