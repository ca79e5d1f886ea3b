/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "result/rules.h"

const TvRule tv_rules_run[] = {
    {
        .id = "host-build",
        .layer = "build",
        .summary = "the applied tree does not build for a host",
        .text = "The pristine tree builds for this host with the same "
                "switches, compiler and libraries, so a patch of the series "
                "broke it.  'build --each-patch' shows which: there the tree "
                "before the patch builds, and the one after it does not.",
        .fix = "Read the log that the message names; 'tcg-verify build "
               "--host=HOST' repeats it, and only what fails is compiled.",
    },
    {
        .id = "guest-test-regression",
        .layer = "run",
        .summary = "a guest test ends worse than with the pristine tree",
        .text = "The same guest program was run by the pristine and by the "
                "applied emulator in the same way and in the same run.  It "
                "passed with the first and failed, timed out or was not run "
                "with the second.  With the split on, a forgotten conversion "
                "shows as SIGSEGV: a write through the RX alias.",
        .fix = "Run the command that the finding names, under a debugger if "
               "it crashes: the faulting address lies in the alias that was "
               "confused.",
    },
    {
        .id = "guest-output-differs",
        .layer = "run",
        .summary = "the output of a guest test differs from pristine",
        .text = "Upstream has no reference output for this test, so that any "
                "output passes there.  Here the pristine emulator's output "
                "is the reference: generated code computed something else.",
        .fix = "Compare the two .out files that the message names.",
    },
    {
        .id = "wx-mapping",
        .layer = "run",
        .summary = "a running split emulator maps memory writable and "
                   "executable",
        .text = "With split-wx on, no mapping in /proc/PID/maps may be both "
                "writable and executable: that is what hardened hosts "
                "forbid and what the series is for.  Of an emulator that "
                "another runs, the system calls are looked at: none may ask "
                "for both, and no mprotect may make memory executable.  "
                "Stacks of threads on MIPS are executable by the ABI and "
                "left out there.",
        .fix = "The message names the mapping; find the call that made it "
               "with 'strace -e trace=memory'.",
    },
    {
        .id = "executable-bytecode",
        .layer = "run",
        .summary = "the interpreter asks for executable memory",
        .text = "TCI writes bytecode that it reads itself; the processor "
                "never runs it.  Its buffer needs no PROT_EXEC, split or not, "
                "and hosts that refuse W+X memory can allow it.",
        .fix = "Take PROT_EXEC away where the buffer is allocated for "
               "CONFIG_TCG_INTERPRETER.",
    },
    {
        .id = "jumps-not-linked",
        .layer = "run",
        .summary = "translation blocks are linked differently from pristine",
        .text = "The same guest was run under '-d exec'.  The number of jumps "
                "patched (\"Linking TBs\") and of blocks entered from outside "
                "(\"Trace\") must be pristine's.  A patched jump whose cache "
                "line is not flushed, or that is written where nothing runs, "
                "gives right results, slowly: each pass leaves the code.",
        .fix = "See tb_target_set_jmp_target() of the host: what it writes "
               "through RW must be flushed and invalidated at the RX address "
               "that runs.",
    },
    {
        .id = "split-not-in-use",
        .layer = "run",
        .summary = "split-wx=on was asked for and is not in use",
        .text = "A running emulator that splits has one mapping that is "
                "readable and executable and another that is readable and "
                "writable, of the same memory file.  Without both, tests "
                "with 'split on' prove nothing.",
        .fix = "See how the option or the environment variable reaches the "
               "allocation of the code buffer.",
    },
    {
        .id = "icache-control",
        .layer = "run",
        .summary = "no test fails when the icache invalidate is removed",
        .text = "In a copy of the applied tree the instruction cache is no "
                "longer invalidated.  Run by an emulator that keeps stale "
                "code until the cache is invalidated, that must fail; if it "
                "does not, the tests cannot see a missing invalidate.",
        .fix = "Find out whether code is invalidated elsewhere too, or "
               "whether the outer emulator notices the writes by itself.",
    },
    {
        .id = "split-not-refused",
        .layer = "run",
        .summary = "split-wx=on is accepted where the split is impossible",
        .text = "split-wx=on has no fallback: it succeeds, or the emulator "
                "ends with a clear error.  A silent fallback would let a user "
                "believe that W^X holds.",
        .fix = "Refuse it in the code that allocates the buffer.",
    },
    {
        .id = "auto-not-pristine",
        .layer = "run",
        .summary = "split-wx=auto is not like pristine where RWX is allowed",
        .text = "Where the host allows memory that is writable and "
                "executable, auto must not split: the executable mappings of "
                "a running emulator have to be pristine's, of the same "
                "protection and size.",
        .fix = "See how auto decides, before the code buffer is allocated.",
    },
    {
        .id = "address-not-rx",
        .layer = "run",
        .summary = "an address of translated code is not the executable one",
        .text = "A running emulator that splits was stopped by gdb in "
                "translated code.  The pc, every address that '-d out_asm' "
                "prints and the code that QEMU registers at gdb's JIT "
                "interface must lie in the executable alias; tcg_tb_lookup() "
                "and cpu_restore_state() must find no code at the address "
                "past its end, at the same place of the writable alias, or "
                "anywhere else.",
        .fix = "See where the address that the message names comes from.",
    },
    {
        .id = "fork-maps-late",
        .layer = "run",
        .summary = "a forked child starts a thread before its code is mapped",
        .text = "A split buffer is not inherited: in the child its addresses "
                "are free until it maps pages of its own there.  fork() does "
                "not return before the handlers of pthread_atfork() have run, "
                "and RCU's starts a thread; malloc() maps a heap for that, "
                "sometimes at the place of the code.  gdb stops the child "
                "where it starts its first thread: both aliases must be "
                "mapped by then, at the parent's addresses.",
        .fix = "Map the code in a handler that is established before RCU's: a "
               "child runs them in that order.",
    },
    {
        .id = "unit-test",
        .layer = "run",
        .summary = "a unit test that the series brings to QEMU fails",
        .text = "Built from the applied tree and run on the host: of its TAP "
                "output, a line is \"not ok\", or the program ended in "
                "another way than its plan says.",
        .fix = "The command that the finding names runs it; with -p PATH it "
               "runs a single test, see the documentation of GTest.",
    },
    {
        .id = "policy-outcome",
        .layer = "run",
        .summary = "QEMU behaves wrongly under a policy of the host",
        .text = "The emulator was started under a policy: PR_SET_MDWE, "
                "vm.memfd_noexec, seccomp filters that deny system calls, "
                "file systems mounted noexec, read-only or full, a resource "
                "limit.  It has to come up with its code in the first kind of "
                "memory that the policy allows, as /proc/PID/maps shows, or "
                "to end with an error status and a message that names the "
                "step and the errno.  It must not crash, and must not leave a "
                "file behind.",
        .fix = "The command that the finding names runs it alone; policy-exec "
               "--help explains what its options set up.",
    },
    { NULL },
};
