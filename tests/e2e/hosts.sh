#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# build and test of tcg-verify on a tiny QEMU whose emulators are scripts.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/tap.sh"
project=$work/project

# tv EXPECTED-STATUS DESCRIPTION PATTERN ARGUMENT...: the exit status, and
# that the output has PATTERN (none if empty).
tv()
{
    local expected=$1 what=$2 pattern=$3 status
    shift 3
    "$TCG_VERIFY" --project "$project" "$@" >"$work/out" 2>&1
    status=$?
    echo "exit status $status" >>"$work/out"
    [ "$status" = "$expected" ] && grep -qe "$pattern" "$work/out"
    ok $? "$what"
}

# A tree whose configure writes a build that makes emulators out of tcg/tcg.c
# (a shell script), and whose guest tests are words the emulator knows.
make_tree()
{
    mkdir -p "$1/tcg/i386" "$1/pc-bios" "$1/tests/tcg" "$1/default-configs"
    echo 5.2.0 >"$1/VERSION"
    echo "blobs = files(" >"$1/pc-bios/meson.build"
    echo "  'bios.bin'," >>"$1/pc-bios/meson.build"
    echo ")" >>"$1/pc-bios/meson.build"
    : >"$1/tcg/i386/tcg-target.h"
    cat >"$1/tcg/tcg.c" <<'EOF'
#!/bin/sh
: <<'C'
static void tcg_code_written(const void *rx, void *rw, size_t len)
{
    tcg_target_invalidate_icache(rx, len);
}
C
for word in "$@"; do program=$word; done
case "$*" in
*split-wx\ maybe*) echo "split-wx: on or off, not maybe" >&2; exit 1 ;;
*hold) echo ready; exec sleep 15 ;;
esac
case "$program" in
*-churn | *-bss | 256)
    grep -q '^    (void)rx;' "$0" && [ "$QEMU_SPLIT_WX" = on ] && exit 1
    exit 0 ;;
16) exit 0 ;;
*sha1)
    case "$*" in
    *nochain*) links=0 enters=9 ;;
    *split-wx\ on*) links=2 enters=${ENTERS_ON-4} ;;
    *) links=2 enters=4 ;;
    esac
    yes 'Linking TBs 0x1' | head -n $links >link.log
    yes 'Trace 0: 0x1' | head -n $enters >>link.log
    exit 0 ;;
*good)
    while [ -e "${HOLD-/nonexistent}" ]; do sleep 0.1; done
    echo "good $QEMU_SPLIT_WX" | cut -c1-4; exit 0 ;;
*broken) exit 1 ;;
*loose) echo "value ${DRIFT-1}"; exit 0 ;;
*split) exit ${SPLIT_STATUS-0} ;;
esac
exit 9
EOF
    cat >"$1/configure" <<'EOF'
#!/bin/sh
cd "$(dirname "$0")" && source=$PWD && cd "$OLDPWD" || exit 1
test -f "$source/pc-bios/bios.bin" || { echo "ERROR: no bios.bin"; exit 1; }
echo configured >>../configured.count
cat >build.ninja <<END
rule make
  command = sh $source/tcg/compile $source $source/tcg/tcg.c && cp $source/tcg/tcg.c \$out && chmod +x \$out
rule script
  command = mkdir -p tests && cp \$in \$out && chmod +x \$out
build qemu-arm: make $source/tcg/tcg.c $source/tcg/compile
build tests/test-buffer: script $source/tests/test-buffer.c
END
EOF
    chmod +x "$1/configure"
    cat >"$1/tests/test-buffer.c" <<'EOF'
#!/bin/sh
printf '1..2\nok 1 /first\n%s\n' "${BUFFER-ok 2 /second}"
EOF
    echo 'exit 0' >"$1/tcg/compile"
    cat >"$1/tests/tcg/Makefile.target" <<'EOF'
TESTS = good broken loose split manual
RUN_TESTS = $(addprefix run-,$(TESTS))
all: ; touch $(TESTS)
define run
@printf "  TEST    $1 on arm\n"
@timeout $(TIMEOUT) $(QEMU) $1 >$1.out
endef
run-loose: ; $(call run,loose)
	@printf "  SKIPPED loose check on arm because no reference\n"
run-manual: ; @printf "  SKIPPED manual on arm because MANUAL ONLY\n"
run-%: ; $(call run,$*)
EOF
}

mkdir -p "$project/scripts" "$project/tests/guest" "$project/build/pristine" \
    "$project/build/src"
cp "$top/base.ini" "$project"
for script in sysroot outer roms oracle; do
    printf '#!/bin/sh\nexit 0\n' >"$project/scripts/$script"
done
printf '#!/bin/sh\necho strict\n' >"$project/scripts/oracle-selftest"
chmod +x "$project"/scripts/*
# An emulator of another host runs what it is given, and says what it maps.
mkdir -p "$project/build/oracle/bin"
oracle=$project/build/oracle/bin/qemu-arm
cat >"$oracle" <<'EOF'
#!/bin/sh
if [ "$1" = -strace ]; then
    shift
    case "$*" in
    *split-wx\ on*) protection='PROT_EXEC|PROT_READ' ;;
    *) protection='PROT_EXEC|PROT_WRITE' ;;
    esac
    echo "1 mmap2(NULL,4096,$protection,MAP_SHARED,3,0) = 0x1000" >&2
fi
exec "$@"
EOF
chmod +x "$oracle"
printf 'all: ; touch code-churn exec-bss fault-churn fork-both fork-churn fork-server map-over-code process-attributes rewrite-churn\n' >"$project/tests/guest/user.mak"
pristine=$project/build/pristine/qemu-5.2.0
applied=$project/build/src/qemu-5.2.0
host=(--host=x86_64 --guest=arm)

tv 2 "a missing tree is an error that names the command" \
    "run 'tcg-verify source'" build "${host[@]}"
make_tree "$pristine"
make_tree "$applied"
tv 2 "a tree that no apply has made is refused" \
    "no applied tree.*run 'tcg-verify apply'" build "${host[@]}"
mkdir -p "$project/patches" "$project/overlay/tests"
cp "$applied/tests/test-buffer.c" "$project/overlay/tests"
: >"$project/series"
echo 'fixture series:of-yesterday' >"$applied.stamp"
tv 2 "and so is one of another series" \
    "made from another series.*run 'tcg-verify apply'" build "${host[@]}"
# The stamp of a series without patches, as apply writes it.
echo "fixture series:$(sha256sum </dev/null | cut -d' ' -f1)" >"$applied.stamp"
tv 2 "an unknown host is refused" "no recipe.*'vax'" build --host=vax
tv 2 "a guest that no host runs is refused" "guest 'vax'" \
    build --host=x86_64 --guest=vax
tv 2 "test before build is an error" "run 'tcg-verify build" \
    test "${host[@]}"
tv 0 "both trees are built" "status=clean exit=0 cells=2 clean=2" \
    build "${host[@]}"
dir=$project/build/host/x86_64
[ -x "$dir/pristine/obj/qemu-arm" ] && [ -x "$dir/applied/obj/qemu-arm" ] &&
    [ ! -e "$pristine/pc-bios/bios.bin" ] && [ -f "$dir/applied/ninja.log" ]
ok $? "emulators and logs are there, the trees are as they were"
tv 0 "a second build is clean" "status=clean" build "${host[@]}"
[ "$(wc -l <"$dir/applied/configured.count")" = 1 ]
ok $? "and configures nothing again"
place=$project
project=$work/elsewhere
mv "$place" "$project"
tv 0 "a project that was moved is built" \
    "x86_64/applied was configured at $place/build/host/x86_64/applied" \
    build "${host[@]}"
[ "$(grep -c 'it is made anew$' "$work/out")" = 2 ] &&
    ! grep -rqF "$place/" "$project"/build/host/x86_64/*/obj
ok $? "of configurations that know nothing of the old place"
mv "$project" "$place"
project=$place
tv 0 "and back where it was" 'it is made anew' build "${host[@]}"

stamp=$(cat "$applied.stamp")
echo "of another tree, $stamp" >"$applied.stamp"
tv 2 "emulators of another tree are not tested as this one's" \
    "applied/obj/qemu-arm was not made from.*run 'tcg-verify build" \
    test "${host[@]}" --only=good
echo "$stamp" >"$applied.stamp"

echo 'echo "$1/tcg/tcg.c:7:1: error: no such register"; exit 1' \
    >"$applied/tcg/compile"
tv 1 "an applied tree that does not build is a finding" \
    'tcg/tcg.c:7: .*no such register.*host-build' build "${host[@]}"
tv 2 "and the emulator of the build before it is not tested" \
    "applied/obj/qemu-arm was not made from" test "${host[@]}" --only=good
cp "$applied/tcg/compile" "$pristine/tcg/compile"
tv 2 "a pristine tree that does not build is an error" \
    'pristine tree for host x86_64 fails.*no such register' \
    build "${host[@]}"
echo 'exit 0' >"$applied/tcg/compile"
cp "$applied/tcg/compile" "$pristine/tcg/compile"
touch -d '2001-01-01' "$pristine/tcg/compile" "$applied/tcg/compile"
tv 0 "old time stamps do not hide that a file changed" "status=clean" \
    build "${host[@]}"

tv 0 "a test that passes everywhere is clean" "findings=0" \
    test "${host[@]}" --only=good
grep -q '"verdict" : "same"' "$project/build/report/guest-tests.json"
ok $? "each test's result is in the report"
tv 2 "a test that fails on both proves nothing" "no test passes" \
    test "${host[@]}" --only=broken
tv 2 "an unknown test is refused" "no guest has a test 'nothing'" \
    test "${host[@]}" --only=nothing

sed -i 's/SPLIT_STATUS-0/SPLIT_STATUS-$([ "$QEMU_SPLIT_WX" = on ] \&\& echo 3 || echo 0)/' \
    "$applied/tcg/tcg.c"
tv 0 "the edit is built" "status=clean" build "${host[@]}"
tv 1 "worse than pristine with the split on is a finding" \
    "guest-test-regression" test "${host[@]}" --only=split
grep -q 'pristine=pass off=pass on=fail' "$work/out"
ok $? "and pristine's result with it"

# Another test does not end: what was found is shown all the same.
touch "$work/hold"
HOLD=$work/hold setsid "$TCG_VERIFY" --project "$project" test "${host[@]}" \
    --jobs=64 >"$work/out" 2>"$work/err" &
pid=$!
for _ in $(seq 600); do
    grep -q '^finding: .*split, split on: .*guest-test-regression' \
        "$work/err" && break
    sleep 0.1
done
kill -KILL "$pid"
wait "$pid" 2>/dev/null
rm "$work/hold"
grep -q '^finding: .*split, split on: .*guest-test-regression' "$work/err" &&
    [ ! -s "$work/out" ]
ok $? "a killed run has shown its findings"

sed -i 's/DRIFT-1/DRIFT-2/' "$applied/tcg/tcg.c"
tv 0 "another edit is built" "status=clean" build "${host[@]}"
tv 1 "output without an expectation is compared with that of pristine" \
    "guest-output-differs" test "${host[@]}" --only=loose

# All tests and the probes: a shell has no writable and executable memory, so
# that the control of the maps must void the run.
tv 1 "a control that cannot fail voids its cells, next to findings" \
    "void: x86_64 maps: qemu-arm, split off: no mapping" test "${host[@]}"
grep -q 'split on: no file is mapped both.*split-not-in-use' "$work/out"
ok $? "a split that is not in use is found"
grep -q 'void: x86_64 mdwe control: .*pristine runs under' "$work/out"
ok $? "a pristine that runs under PR_SET_MDWE voids the run"
grep -q 'unit tests' "$work/out" && ! grep -q 'unit-test' "$work/out"
ok $? "the unit tests that the overlay brings are built and run"
BUFFER='not ok 2 /second' tv 1 "one that fails is a finding" \
    "not ok 2 /second.*unit-test" test "${host[@]}"
BUFFER='ok 2 /second # SKIP no kernel' tv 1 "one that is skipped is an error" \
    "x86_64 unit tests.*SKIP no kernel" test "${host[@]}"
grep -q 'fails on both\|broken: pristine=fail off=fail on=fail' "$work/out"
ok $? "the report shows tests that fail on both"

# A host that another emulator runs, with its control.
nested=(--host=arm --guest=arm)
sed -i 's/DRIFT-2/DRIFT-1/; s/&& echo 3/\&\& echo 0/' "$applied/tcg/tcg.c"
tv 0 "a nested host is built, with its control" "cells=3 clean=3" \
    build "${nested[@]}"
tv 0 "a nested host passes, with all its probes" "status=clean" \
    test "${nested[@]}" --verbose
grep -q "^host  *oracle.*maps  *refusal  *icache control  *linking$" \
    "$work/out" &&
    grep -q "^arm  *clean .*clean  *clean  *clean  *clean$" "$work/out"
ok $? "the emulator around it, its maps, links and control are judged"

sed -i 's/ENTERS_ON-4/ENTERS_ON-5/' "$applied/tcg/tcg.c"
tv 0 "blocks that are left more often are built" "status=clean" \
    build "${nested[@]}"
tv 1 "jumps that are not linked are a finding" \
    "5 blocks entered from outside; pristine: 2 and 4.*jumps-not-linked" \
    test "${nested[@]}"
sed -i 's/ENTERS_ON-5/ENTERS_ON-4/' "$applied/tcg/tcg.c"
tv 0 "and linked again" "status=clean" build "${nested[@]}"
sed -i 's/PROT_EXEC|PROT_READ/PROT_EXEC|PROT_WRITE/' "$oracle"
tv 1 "memory that is writable and executable is a finding" \
    "first: mmap2(NULL.*wx-mapping" test "${nested[@]}"
printf '#!/bin/sh\necho lax\n' >"$project/scripts/oracle-selftest"
tv 1 "an emulator around it that does not keep stale code voids its cell" \
    "void: arm oracle: .*is lax, not strict" test "${nested[@]}"
printf '#!/bin/sh\necho no compiler >&2\nexit 2\n' >"$project/scripts/oracle"
tv 2 "an emulator around it that cannot be built is an error" \
    "host arm on: .*no compiler" test "${nested[@]}"

# Bytecode must not be executable: this shell maps none, as it should be.
tv 0 "the interpreter is built" "status=clean" build --host=tci --guest=arm
tv 2 "a pristine interpreter without executable memory voids the run" \
    "void: tci maps: qemu-arm, split -: pristine maps nothing" \
    test --host=tci --guest=arm

printf '#!/bin/sh\necho no archive >&2\nexit 2\n' >"$project/scripts/outer"
tv 0 "a host with another outer emulator is built" "status=clean" \
    build --host=aarch64 --guest=arm
tv 2 "a script that fails is an error" "no archive" \
    test --host=aarch64 --guest=arm

echo "1..$count"
