#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `tcg-verify check` on trees and tools that are not as they should be.
#
# Needs the project's own trees: what `make verify` makes.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/applied-tree.sh"
# Reports go elsewhere, results of earlier runs are shared.
mkdir -p "$top/build/cache" "$work/build"
ln -s "$top/build/cache" "$work/build/cache"

# check EXPECTED-STATUS DESCRIPTION PATTERN ARGUMENT...
check()
{
    local expected=$1 what=$2 pattern=$3 status
    shift 3
    "$TCG_VERIFY" --project "$top" --build-dir "$work/build" check \
        --guest=alpha "$@" \
        >"$work/out" 2>&1
    status=$?
    echo "exit status $status" >>"$work/out"
    [ "$status" = "$expected" ] && grep -qe "$pattern" "$work/out"
    ok $? "$what"
}

# change FILE PERL: edits one file of the copy.
change()
{
    rm -f "$work/tree/$1"
    perl -0777 -pe "$2" "$applied/$1" >"$work/tree/$1"
    ! cmp -s "$applied/$1" "$work/tree/$1"
    ok $? "(the case changes $1)"
}

restore()
{
    rm -f "$work/tree/$1"
    cp -p "$applied/$1" "$work/tree/$1"
}

find_applied_tree
pristine=$(echo "$top"/build/pristine/qemu-*[0-9])
link_tree "$applied" "$work/tree"

# --- the tree as it is ------------------------------------------------------
check 0 "the applied tree is clean" 'status=clean' --tree "$work/tree" \
    --host=x86_64 --mode=softmmu --only=tcg/tcg.c
check 1 "pristine has no converted host" 'clean=0 not-converted=8' \
    --tree "$pristine" --host=aarch64
grep -q 'backend-not-converted' "$work/out"
ok $? "and that is a finding"
python3 - "$work/build" <<'EOF'
import json, sys
cells = json.load(open(sys.argv[1] + '/report/check.json'))['cells']
counts = [c.get('findings', 0) for c in cells if c['layer'] == 'L2']
sys.exit(0 if counts and all(n > 20 for n in counts) else 1)
EOF
ok $? "but its writes are counted under the typing that is imposed"
check 1 "pristine in address units" 'clean=0' --tree "$pristine" --layer=L3 \
    --mode=softmmu
python3 - "$work/build" <<'EOF'
import json, sys
cells = json.load(open(sys.argv[1] + '/report/check.json'))['cells']
hosts = {c['host']: c.get('findings', 0) for c in cells if c['layer'] == 'L3'}
sys.exit(0 if len(hosts) == 12 and all(n > 10 for n in hosts.values()) else 1)
EOF
ok $? "its writes are found on each of the twelve hosts"
change tcg/riscv/tcg-target.c.inc \
    's/tcg_target_invalidate_icache/tcg_target_forget_icache/'
check 1 "a host that is not converted is never clean" \
    'backend-not-converted' --tree "$work/tree" --host=riscv64 --only=tcg/tcg.c
restore tcg/riscv/tcg-target.c.inc

# --- trees that are wrong ---------------------------------------------------
change tcg/tcg.c \
    's/(    tcg_target_flush_dcache\(rw, len\);\n)(    tcg_target_inv[^\n]*\n)/$2$1/'
check 1 "an invalidate before the flush is a finding" 'cache-order' \
    --tree "$work/tree" --host=x86_64 --layer=L0 --only=tcg/tcg.c
restore tcg/tcg.c

change tcg/sparc/tcg-target.c.inc \
    's/tcg_code_written\(jmp_rx, jmp_rw, 8\)/tcg_code_written(jmp_rx, jmp_rw, 4)/'
check 1 "a jump that is flushed in part is a finding" 'cache-range' \
    --tree "$work/tree" --host=sparc64 --layer=L0 --only=tcg/tcg.c
restore tcg/sparc/tcg-target.c.inc

change tcg/tcg.c 's/(\n\*?[^\n]*?)TCG_CODE_PTR_RW\(/$1(void *)(uintptr_t)TCG_CODE_PTR_RW(/'
check 1 "a write site that L1 cannot see voids its cell" 'site-unreported' \
    --tree "$work/tree" --host=x86_64 --mode=softmmu --only=tcg/tcg.c
grep -q '^void: x86_64 L0: ' "$work/out" &&
    grep -q 'status=findings exit=1 .* void=[1-9]' "$work/out"
ok $? "(which the report shows, and its last line counts)"
restore tcg/tcg.c

change tcg/riscv/tcg-target.c.inc \
    's/(static void tcg_out_mov[^{]*\{|static bool tcg_out_mov[^{]*\{)/$1 no_such_name();/'
check 1 "a unit that does not build is a finding on any host" \
    'build-error' --tree "$work/tree" --host=riscv64 --layer=L1 \
    --only=tcg/tcg.c
restore tcg/riscv/tcg-target.c.inc

change accel/tcg/cpu-exec.c 's/^/#include "no\/such.h"\n/'
check 2 "a unit that cannot be preprocessed is an error" 'no/such.h' \
    --tree "$work/tree" --host=x86_64 --mode=softmmu --only=accel/tcg/cpu-exec.c
restore accel/tcg/cpu-exec.c

change include/tcg/tcg-code-ptr.h \
    's/(# define __rx) +__attribute__\(\(address_space\(__rx\)\)\)/$1/'
check 1 "a header without the address space voids its cell" 'canary-silent' \
    --tree "$work/tree" --host=x86_64 --mode=softmmu --only=tcg/tcg.c
grep -q '^void: x86_64 L0: ' "$work/out" &&
    grep -q 'status=findings exit=1 .* void=[1-9]' "$work/out"
ok $? "(which the report shows, and its last line counts)"
restore include/tcg/tcg-code-ptr.h

check 2 "a directory that is no QEMU tree is refused" 'no QEMU source tree' \
    --tree "$work"
check 2 "a source that is built nowhere is refused" 'nothing to check' \
    --tree "$work/tree" --host=x86_64 --only=hw/9pfs/none.c
check 2 "an unknown layer is refused" "no layer 'L9'" --layer=L9
check 2 "an unknown host is refused" "no host target 'vax'" --host=vax

# --- tools that are wrong ---------------------------------------------------
mkdir "$work/bin"
sparse=$(command -v sparse)

# fake BODY: a sparse that differs; the version tells it from the real one, so
# that no result of the other is taken.
fake()
{
    printf '#!/bin/sh\n[ "$1" = --version ] && { echo fake %s; exit 0; }\n%s\n' \
        "$RANDOM$RANDOM" "$1" >"$work/bin/sparse"
    chmod +x "$work/bin/sparse"
}

PATH=$work/bin:$PATH
export PATH
fake 'exit 0'
check 1 "a sparse that says nothing voids its cell" 'canary-silent' \
    --tree "$work/tree" --host=x86_64 --layer=L0 --only=accel/tcg/cpu-exec.c
grep -q '^void: x86_64 L0: ' "$work/out" &&
    grep -q 'status=findings exit=1 .* void=[1-9]' "$work/out"
ok $? "(which the report shows, and its last line counts)"
fake 'kill -SEGV $$'
check 2 "a sparse that crashes is an error" 'L2' \
    --tree "$work/tree" --host=x86_64 --layer=L2 --only=accel/tcg/cpu-exec.c
fake "exec $sparse -Wno-address-space \"\$@\""
check 1 "a sparse that knows no address space voids its cell" \
    'canary-silent' \
    --tree "$work/tree" --host=x86_64 --layer=L0 --only=accel/tcg/cpu-exec.c
grep -q '^void: x86_64 L0: ' "$work/out" &&
    grep -q 'status=findings exit=1 .* void=[1-9]' "$work/out"
ok $? "(which the report shows, and its last line counts)"
rm "$work/bin/sparse"
mkdir "$work/few"
for tool in clang-19 clang pkg-config python3 sh; do
    ln -s "$(command -v $tool)" "$work/few/$tool"
done
PATH=$work/few
check() {
    count=$((count + 1))
    "$TCG_VERIFY" --project "$top" --build-dir "$work/build" check \
        --tree "$work/tree" --host=x86_64 >"$work/out" 2>&1
    [ $? = 2 ] && case $(<"$work/out") in
        *'sparse is not installed'*) echo "ok $count - $1"; return ;;
    esac
    echo "not ok $count - $1"
}
check "a missing tool is an error that names it"

echo "1..$count"
PATH=/usr/sbin:/usr/bin:/sbin:/bin
