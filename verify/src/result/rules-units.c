#include "result/rules.h"

const TvRule tv_rules_units[] = {
    {
        .id = "units-store-rx",
        .layer = "L3",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a write through the executable alias",
        .text = "The address of a store, an atomic operation or a function "
                "that writes is computed from RX, whatever types, casts, "
                "integers, unions or functions lie between. The finding's "
                "path leads from where RX came in to the write.",
        .mend = "Convert with TCG_CODE_PTR_RW(s, p) right before the write.",
    },
    {
        .id = "units-store-unknown",
        .layer = "L3",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a write to a sum of code pointers that is neither alias",
        .text = "The address is computed from code pointers but is neither RX "
                "nor RW plus a distance: two pointers were added, a pointer "
                "was converted twice, or the difference was added to a plain "
                "address.",
        .mend = "Follow the path to the sum that makes no sense: convert "
                "once, and only RX pointers.",
    },
    {
        .id = "units-value",
        .layer = "L3",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a distance is taken from the writable alias",
        .text = "Displacements in generated code are counted from where the "
                "code runs. One that is counted from where it is written is "
                "off by the distance of the aliases as soon as the buffer is "
                "split.",
        .mend = "Subtract the RX pointer.",
    },
    {
        .id = "units-compare",
        .layer = "L3",
        .severity = TV_SEVERITY_ERROR,
        .summary = "an RX address is compared with an RW address",
        .text = "With a split buffer the answer depends on where the two "
                "mappings happen to lie.",
        .mend = "Compare RX with RX.",
    },
    {
        .id = "units-contract",
        .layer = "L3",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a field, parameter or result gets another alias than its "
                   "contract says",
        .text = "Types and the contract file say which alias a field, global, "
                "parameter or result holds. Everything that reads it relies "
                "on that.",
        .mend = "Store the alias that is wanted; RX is the canonical one.",
    },
    {
        .id = "units-escape",
        .layer = "L3",
        .severity = TV_SEVERITY_ERROR,
        .summary = "an RX pointer goes where nothing can be proved",
        .text = "It reaches a function that is not part of the analysis, an "
                "unknown function pointer, variable arguments or inline "
                "assembly. What happens to it there is not known.",
        .mend = "Do not pass it; or, if the function only reads, list it in "
                "the contract's [units-externs] with the reason.",
    },
    {
        .id = "units-flush",
        .layer = "L3",
        .severity = TV_SEVERITY_ERROR,
        .summary = "written code is not maintained on some path, or not all "
                   "of it",
        .text = "From each write every path has to lead through the flush of "
                "the data cache at RW and then the invalidate of the "
                "instruction cache at RX, over the bytes that were written, "
                "before the function ends.",
        .mend = "Call tcg_code_written(rx, rw, length) after the write, on "
                "every path, with the exact range.",
    },
    {
        .id = "units-macro",
        .layer = "L3",
        .severity = TV_SEVERITY_ERROR,
        .summary = "the conversion does not give the other alias",
        .text = "The conversion is verified, not trusted: RX plus the "
                "difference must be RW. This one gives something else.",
        .mend = "Add the context's difference, once.",
    },
    {
        .id = "units-contract-unused",
        .layer = "contract",
        .severity = TV_SEVERITY_ERROR,
        .summary = "an entry of the contract names nothing that is analysed",
        .text = "All hosts, guests and modes were checked, and in no program "
                "that L3 analysed is there the field, global, function, "
                "parameter (by its number) or local variable that this entry "
                "of the contract file names. An entry that names nothing "
                "says nothing, so a typing error or a renaming in the tree "
                "would weaken the proof without a word. One that a single "
                "host or mode has is in order. Shards are judged by "
                "'report --merge'; a part of the matrix, a tree with a "
                "backend that is not converted, and a contract that is "
                "shipped for several versions are not.",
        .mend = "Mend the name in the contract file, or delete the entry if "
                "what it named is gone. Functions of the groups units-caches "
                "and units-checks must be defined in the JIT kernel or in a "
                "unit that sees code pointers, but for flush, invalidate and "
                "shows, which may be declared only.",
    },
    {NULL},
};
