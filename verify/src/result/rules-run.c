#include "result/rules.h"

const TvRule tv_rules_run[] = {
    {
        .id = "host-build",
        .layer = "build",
        .severity = TV_SEVERITY_ERROR,
        .summary = "the applied tree does not build for a host",
        .text = "The pristine tree builds for this host with the same "
                "switches, compiler and libraries, so a patch of the series "
                "broke it.  'build --each-patch' tells which: there the tree "
                "before the patch builds, and the one after it does not.",
        .mend = "Read the log that the message names; 'tcg-verify build "
                "--host=HOST' repeats it, and only what fails is compiled.",
    },
    {
        .id = "guest-test-regression",
        .layer = "run",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a guest test ends worse than with the pristine tree",
        .text = "The same guest program was run by the pristine and by the "
                "applied emulator in the same way and in the same run.  It "
                "passed with the first and failed, timed out or was not run "
                "with the second.  With the split on, a forgotten conversion "
                "shows as SIGSEGV: a write through the RX alias.",
        .mend = "Run the command that the finding names, under a debugger if "
                "it crashes: the faulting address lies in the alias that was "
                "confused.",
    },
    {
        .id = "guest-output-differs",
        .layer = "run",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a guest test prints something else than with pristine",
        .text = "Upstream has no reference output for this test, so that any "
                "output passes there.  Here the pristine emulator's output "
                "is the reference: generated code computed something else.",
        .mend = "Compare the two .out files that the message names.",
    },
    {
        .id = "wx-mapping",
        .layer = "run",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a running split emulator maps memory writable and "
                   "executable",
        .text = "With split-wx on, no mapping in /proc/PID/maps may be both "
                "writable and executable: that is what hardened hosts "
                "forbid and what the series is for.  Of an emulator that "
                "another runs, the system calls are looked at: none may ask "
                "for both, and no mprotect may make memory executable.  "
                "Stacks of threads on MIPS are executable by the ABI and "
                "left out there.",
        .mend = "The message names the mapping; find who made it with "
                "'strace -e trace=memory'.",
    },
    {
        .id = "executable-bytecode",
        .layer = "run",
        .severity = TV_SEVERITY_ERROR,
        .summary = "the interpreter asks for executable memory",
        .text = "TCI writes bytecode that it reads itself; the processor "
                "never runs it.  Its buffer needs no PROT_EXEC, split or "
                "not, and hosts that refuse W+X memory need not mind it.",
        .mend = "Take PROT_EXEC away where the buffer is allocated for "
                "CONFIG_TCG_INTERPRETER.",
    },
    {
        .id = "jumps-not-linked",
        .layer = "run",
        .severity = TV_SEVERITY_ERROR,
        .summary = "translation blocks are linked otherwise than by pristine",
        .text = "The same guest was run under '-d exec'.  The number of jumps "
                "patched (\"Linking TBs\") and of blocks entered from outside "
                "(\"Trace\") must be pristine's.  A patched jump whose cache "
                "line is not flushed, or that is written where nothing runs, "
                "gives right results, slowly: each pass leaves the code.",
        .mend = "See tb_target_set_jmp_target() of the host: what it writes "
                "through RW must be flushed and invalidated at the RX address "
                "that runs.",
    },
    {
        .id = "split-not-in-use",
        .layer = "run",
        .severity = TV_SEVERITY_ERROR,
        .summary = "split-wx=on was asked for and is not in use",
        .text = "A running emulator that splits has one mapping that is "
                "readable and executable and another that is readable and "
                "writable, of the same memory file.  Without both, tests "
                "with 'split on' prove nothing.",
        .mend = "See how the option or the environment variable reaches "
                "the allocation of the code buffer.",
    },
    {
        .id = "icache-control",
        .layer = "run",
        .severity = TV_SEVERITY_ERROR,
        .summary = "removing the icache invalidate goes unnoticed",
        .text = "In a copy of the applied tree the instruction cache is no "
                "longer invalidated.  Run by an emulator that keeps stale "
                "code until told otherwise, that must fail; if it does not, "
                "the tests cannot see a missing invalidate.",
        .mend = "Find out whether code is invalidated elsewhere too, or "
                "whether the outer emulator notices the writes by itself.",
    },
    {
        .id = "split-not-refused",
        .layer = "run",
        .severity = TV_SEVERITY_ERROR,
        .summary = "split-wx=on is accepted where it cannot be had",
        .text = "split-wx=on is an order: it succeeds, or the emulator ends "
                "with a clear error.  Falling back silently would let a user "
                "believe that W^X holds.",
        .mend = "Refuse it in the code that allocates the buffer.",
    },
    {
        .id = "auto-not-pristine",
        .layer = "run",
        .severity = TV_SEVERITY_ERROR,
        .summary = "split-wx=auto is not like pristine where RWX is allowed",
        .text = "Where the host allows memory that is writable and "
                "executable, auto must not split: the executable mappings of "
                "a running emulator have to be pristine's, of the same "
                "protection and size.",
        .mend = "See how auto decides, before the code buffer is allocated.",
    },
    {
        .id = "address-not-rx",
        .layer = "run",
        .severity = TV_SEVERITY_ERROR,
        .summary = "an address of translated code is not the executable one",
        .text = "A running emulator that splits was stopped by gdb in "
                "translated code.  The pc, every address that '-d out_asm' "
                "prints and the code that gdb was told of by its JIT "
                "interface must lie in the executable alias; "
                "tcg_tb_lookup() and cpu_restore_state() must find no code "
                "at the address past its end, at the same place of the "
                "writable alias, or anywhere else.",
        .mend = "See where the address that the message names comes from.",
    },
    {
        .id = "fork-maps-late",
        .layer = "run",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a forked child starts a thread before its code is mapped",
        .text = "A split buffer is not inherited: in the child its addresses "
                "are free until it maps pages of its own there.  fork() does "
                "not return before the handlers of pthread_atfork() have run, "
                "and RCU's starts a thread; malloc() maps a heap for that, "
                "now and then at the place of the code.  gdb stops the child "
                "where it starts its first thread: both aliases must be "
                "mapped by then, at the parent's addresses.",
        .mend = "Map the code in a handler that is established before "
                "RCU's: a child runs them in that order.",
    },
    {
        .id = "unit-test",
        .layer = "run",
        .severity = TV_SEVERITY_ERROR,
        .summary = "a unit test that the series brings to QEMU fails",
        .text = "Built from the applied tree and run on the host: of its TAP "
                "output, a line is \"not ok\", or the program ended in "
                "another way than its plan says.",
        .mend = "The command that the finding names runs it; with -p PATH it "
                "runs a single test, see the documentation of GTest.",
    },
    {
        .id = "policy-outcome",
        .layer = "run",
        .severity = TV_SEVERITY_ERROR,
        .summary = "under a policy of the host QEMU does not what it should",
        .text = "The emulator was started under a policy: PR_SET_MDWE, "
                "vm.memfd_noexec, seccomp filters that deny system calls, "
                "file systems mounted noexec, read-only or full, a resource "
                "limit.  It has to come up with its code in the first kind "
                "of memory that the policy allows, as /proc/PID/maps shows, "
                "or to end with an error status and a message that names the "
                "step and the errno.  Neither may it crash, nor leave a file "
                "behind.",
        .mend = "The command that the finding names runs it alone; "
                "policy-exec --help tells what its options set up.",
    },
    { NULL },
};
