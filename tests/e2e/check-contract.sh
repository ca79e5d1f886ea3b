#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `tcg-verify check --tree DIR --contract FILE`: a tree that is as small as can
# be, with names of its own and the opposite convention, RW canonical.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/tap.sh"
: "${TCG_VERIFY:?the program under test}"
tree=$work/tree

# check EXPECTED-STATUS DESCRIPTION PATTERN ARGUMENT...
check()
{
    local expected=$1 what=$2 pattern=$3 status
    shift 3
    "$TCG_VERIFY" --project "$top" --build-dir "$work/build" check \
        --tree "$tree" --contract "$work/contract.ini" --host=x86_64 \
        --guest=tiny "$@" >"$work/out" 2>&1
    status=$?
    echo "exit status $status" >>"$work/out"
    [ "$status" = "$expected" ] && grep -qe "$pattern" "$work/out"
    ok $? "$what"
}

# put FILE: writes stdin to a file of the tree.
put()
{
    mkdir -p "$(dirname "$tree/$1")"
    cat >"$tree/$1"
}

# change FILE PERL: edits a file; restore puts it back.
change()
{
    cp "$tree/$1" "$work/kept"
    perl -0777 -pe "$2" "$work/kept" >"$tree/$1"
    ! cmp -s "$work/kept" "$tree/$1"
    ok $? "(the case changes $1)"
}

restore()
{
    cp "$work/kept" "$tree/$1"
}

# --- the tree ---------------------------------------------------------------
put VERSION <<'E'
6.9.9
E
put meson.build <<'E'
project('tiny', ['c'], default_options: ['c_std=gnu11'])
specific_ss.add(files('gen/gen.c'))
if get_option('tiny_other')
  specific_ss.add(files('gen/other.c'))
endif
E
put gen/other.c <<'E'
#error "nobody asked for the option"
E
for mode in softmmu linux-user; do
    put configs/targets/tiny-$mode.mak <<'E'
TARGET_ARCH=tiny
E
done
put configs/devices/tiny-softmmu/default.mak </dev/null
put Kconfig </dev/null
for script in qapi-gen minikconf; do
    put scripts/$script.py </dev/null
done
put target/tiny/cpu-param.h <<'E'
#define TARGET_LONG_BITS 64
E
put target/tiny/cpu.h <<'E'
#include "cpu-param.h"
E
put include/qemu/osdep.h <<'E'
#include "config-host.h"
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <string.h>
#include <glib.h>
#define QEMU_BUILD_BUG_ON(x) _Static_assert(!(x), "not expected: " #x)
#define qatomic_set(p, v) __atomic_store_n(p, v, __ATOMIC_RELAXED)
E
put include/exec/exec-all.h <<'E'
typedef struct TranslationBlock {
    struct jit_code {
        const void *ptr;
    } tc;
} TranslationBlock;
E
put include/tcg/tcg.h <<'E'
typedef uint32_t jit_word;
typedef struct TCGContext {
    jit_word *begin;
    jit_word *at;
} TCGContext;
extern uintptr_t jit_gap;
const void *jit_to_rx(void *rw);
void *jit_to_rw(const void *rx);
void jit_sync(uintptr_t rx, uintptr_t rw, size_t len);
void jit_patch(uintptr_t rx, uintptr_t rw, uint32_t value);
void jit_call(TCGContext *s, const jit_word *target);
int jit_gen(TCGContext *s, TranslationBlock *tb);
E
put gen/gen.c <<'E'
#include "qemu/osdep.h"
#include "cpu.h"
#include "exec/exec-all.h"
#include "tcg/tcg.h"

uintptr_t jit_gap;

const void *jit_to_rx(void *rw)
{
    return (const void *)((uintptr_t)rw + jit_gap);
}

void *jit_to_rw(const void *rx)
{
    return (void *)((uintptr_t)rx - jit_gap);
}

void jit_sync(uintptr_t rx, uintptr_t rw, size_t len)
{
}

#include "emit.inc"

int jit_gen(TCGContext *s, TranslationBlock *tb)
{
    s->at = s->begin;
    jit_call(s, jit_to_rx(s->begin));
    tb->tc.ptr = jit_to_rx(s->begin);
    jit_sync((uintptr_t)jit_to_rx(s->begin), (uintptr_t)s->begin,
             (uintptr_t)s->at - (uintptr_t)s->begin);
    return 0;
}
E
put gen/i386/emit.inc <<'E'
static void jit_emit(TCGContext *s, uint32_t value)
{
    *s->at++ = value;
}

void jit_call(TCGContext *s, const jit_word *target)
{
    const jit_word *from = jit_to_rx(s->at);

    jit_emit(s, (uintptr_t)target - (uintptr_t)from);
#ifdef JIT_NEVER
    jit_emit(s, 1);
#endif
}

void jit_patch(uintptr_t rx, uintptr_t rw, uint32_t value)
{
    qatomic_set((uint32_t *)rw, value);
    jit_sync(rx, rw, 4);
}
E
cat >"$work/contract.ini" <<'E'
[contract]
canonical=rw
typedef-file=include/tcg/tcg.h
address-space=__rx
rx-type=const jit_word
rw-type=jit_word
write-macro=jit_to_rw
convert-macros=jit_to_rx
written-function=jit_sync
jump-function=jit_patch
difference=jit_gap
writers=memcpy;memset;qatomic_set
second-writers=read
names=jit_word;jit_gap;jit_sync;jit_patch;tc.ptr
kernel=gen/;include/tcg/
kernel-source=gen/gen.c
backend-sources=gen/@BACKEND@/emit.inc
[rx-text]
to-rx=\bconst void(?= \*jit_to_rx\()
to-rw=\bjit_to_rw\(\Kconst void\b
block=\bstruct jit_code \{[^}]*?\Kconst void(?= \*ptr;)
[units-types]
rx=const jit_word
rw=jit_word
[units-fields]
jit_code.ptr=rx
[units-globals]
jit_gap=-diff
[units-functions]
jit_to_rx=rx
jit_to_rx.1=rw
jit_to_rw=rw
jit_to_rw.1=rx
jit_sync.1=rx
jit_sync.2=rw
jit_patch.1=rx
jit_patch.2=rw
[units-externs]
[units-caches]
flush=jit_sync
invalidate=jit_sync
entries=jit_gen
patchers=jit_patch
[units-checks]
canonical=rw
conversions=jit_to_rx;jit_to_rw
E

check 0 "a tree with other names and RW canonical is clean in all layers" \
    'status=clean exit=0 cells=8 clean=8'

# --- what each layer finds there -------------------------------------------
change gen/i386/emit.inc 's/\Qjit_word *from = jit_to_rx(s->at)\E/jit_word *from = s->at/'
check 1 "L2 finds RW that is taken for RX" 'rx-address-space' --layer=L2
check 1 "L3 finds the displacement that comes of it" 'units-value' --layer=L3
restore gen/i386/emit.inc

change gen/gen.c 's/\Qtb->tc.ptr = jit_to_rx(s->begin)\E/tb->tc.ptr = (char *)s->begin/'
check 1 "L3 finds a field for RX that takes RW" 'units-contract' --layer=L3
restore gen/gen.c

change gen/i386/emit.inc 's/\Qjit_emit(s, 1);\E/*(jit_word *)target = 1;/'
check 1 "L4 finds a write through RX where nothing is compiled" \
    'emit.inc:12: .*cocci-rx-cast' --layer=L4
check 0 "which no other layer can see" 'status=clean' --layer=L1,L2,L3
restore gen/i386/emit.inc

change gen/i386/emit.inc 's/    jit_sync\(rx, rw, 4\);\n//'
check 1 "L3 finds a jump that is not flushed" 'units-flush' --layer=L3
check 1 "so does L4" 'cocci-flush-missing' --layer=L4
restore gen/i386/emit.inc

change gen/gen.c 's/rw \+ jit_gap/rw - jit_gap/'
check 1 "L3 verifies the conversion itself" 'units-macro' --layer=L3
restore gen/gen.c

# --- what cannot be prepared is no pass ---------------------------------------
change gen/gen.c 's/"emit.inc"/"omitted.inc"/'
check 2 "a file that is missing is an error that names it" 'omitted.inc' \
    --layer=L1
restore gen/gen.c

change gen/i386/emit.inc 's/(= value;)/$1 ) ] (/'
check 2 "a function that coccinelle cannot parse voids L4" \
    'emit.inc: line 1: spatch cannot parse this function' --layer=L4
restore gen/i386/emit.inc

change gen/gen.c 's/$/\n#if 1\n/'
check 2 "so do conditionals that do not nest" 'gen.c: #if in line' --layer=L4
restore gen/gen.c

mv "$tree/meson.build" "$work/kept"
check 2 "so is a tree of the time before meson" 'has no meson.build'
mv "$work/kept" "$tree/meson.build"

# --- contracts that are wrong -------------------------------------------------
contract()
{
    cp "$work/contract.ini" "$work/contract.kept"
    sed -i "$1" "$work/contract.ini"
}

contract 's/^jump-function/jmp-function/'
check 2 "an unknown key is refused" "unknown key 'jmp-function'"
cp "$work/contract.kept" "$work/contract.ini"

contract '/^written-function/d'
check 2 "so is a missing one" "key 'written-function'"
cp "$work/contract.kept" "$work/contract.ini"

contract 's|^kernel-source=.*|kernel-source=gen/none.c|'
check 2 "and a unit that the tree does not have" 'it has no gen/none.c'
[ "$(grep -c '^tcg-verify: ' "$work/out")" = 1 ]
ok $? "in one line"
cp "$work/contract.kept" "$work/contract.ini"

mv "$work/contract.ini" "$work/contract.kept"
check 2 "a contract that is not there is an error" 'contract.ini'
mv "$work/contract.kept" "$work/contract.ini"

# --- names that are nowhere --------------------------------------------------
# All hosts, and the guests that are taken when none is asked for.
for guest in alpha:64 xtensa:32; do
    name=${guest%:*}
    for mode in softmmu linux-user; do
        echo "TARGET_ARCH=$name" | put configs/targets/$name-$mode.mak
    done
    put configs/devices/$name-softmmu/default.mak </dev/null
    echo "#define TARGET_LONG_BITS ${guest#*:}" | put target/$name/cpu-param.h
    cp "$tree/target/tiny/cpu.h" "$tree/target/$name"
done
for backend in $("$top/scripts/hosts" backend | cut -d' ' -f2 | sort -u |
                 grep -vx i386); do
    mkdir -p "$tree/gen/$backend"
    cp "$tree/gen/i386/emit.inc" "$tree/gen/$backend"
done
cat >>"$tree/gen/s390/emit.inc" <<'E'

void jit_of_one_host(const jit_word *rx);
void jit_of_one_host(const jit_word *rx)
{
    (void)*rx;
}
E

# whole EXPECTED-STATUS DESCRIPTION FINDINGS ARGUMENT...: all hosts, in L3.
whole()
{
    local expected=$1 what=$2 findings=$3 status
    shift 3
    "$TCG_VERIFY" --project "$top" --build-dir "$work/build" check \
        --tree "$tree" --contract "$work/contract.ini" --layer=L3 "$@" \
        >"$work/out" 2>&1
    status=$?
    echo "exit status $status" >>"$work/out"
    [ "$status" = "$expected" ] && [ "$findings" = \
        "$(grep -v '^finding: ' "$work/out" |
            grep -c '\[units-contract-unused\]')" ]
    ok $? "$what"
}

contract 's/^jit_patch.1=/jit_of_one_host.1=rx\njit_pach.1=/
          s/^jit_gap=.*/&\njit_gape=-diff/
          s/^entries=/&jit_gne;/
          s/^jit_sync.2=.*/&\njit_sync.len=plain\njit_sync.lne=plain/'
whole 1 "each name that no host has is a finding, one that a host has is not" 4
for entry in 'units-functions. jit_pach.1' 'units-globals. jit_gape' \
    'units-caches. entries: jit_gne' 'units-functions. jit_sync.lne'; do
    grep -q "$entry of the contract: no analysed program" "$work/out"
    ok $? "it reports $entry"
done
whole 0 "in one mode it is not judged" 0 --mode=user
whole 0 "nor for one host" 0 --host=x86_64
whole 0 "nor for one guest" 0 --guest=tiny
for shard in 1 2; do
    whole 0 "nor in shard $shard" 0 --shard=$shard/2
    cp "$work/build/report/check.json" "$work/part-$shard.json"
done
"$TCG_VERIFY" --project "$top" --build-dir "$work/build" report \
    --merge "$work/part-1.json" --merge "$work/part-2.json" >"$work/out" 2>&1
[ $? = 1 ] &&
    [ "$(grep -c '\[units-contract-unused\]' "$work/out")" = 4 ]
ok $? "but when the shards are merged"

# --- another host -------------------------------------------------------------
# A section in hosts.ini and a backend; the processor is one that clang has.
cp "$work/contract.kept" "$work/contract.ini"
{ cat "$top/verify/data/hosts.ini"
  printf '\n[vax]\ntriplet=riscv64-linux-gnu\nbits=64\nbackend=vax\narch=vax\n'
  printf 'clang=-march=rv64gc\nsparse=--arch=riscv64;-m64\n'
} >"$work/hosts.ini"

# vax EXPECTED-STATUS DESCRIPTION PATTERN ARGUMENT...
vax()
{
    local expected=$1 what=$2 pattern=$3 status
    shift 3
    "$TCG_VERIFY" --project "$top" --build-dir "$work/build" check \
        --tree "$tree" --contract "$work/contract.ini" --host=vax \
        --guest=tiny "$@" >"$work/out" 2>&1
    status=$?
    echo "exit status $status" >>"$work/out"
    [ "$status" = "$expected" ] && grep -qe "$pattern" "$work/out"
    ok $? "$what"
}

vax 2 "a host that the table lacks is refused" "no host target 'vax'"
export G_RESOURCE_OVERLAYS=/tcg-verify/hosts.ini=$work/hosts.ini
vax 1 "one that has no backend is a finding" 'backend-not-converted'
mkdir "$tree/gen/vax"
cp "$tree/gen/i386/emit.inc" "$tree/gen/vax"
for layer in L1 L2 L3 L4; do
    vax 0 "layer $layer proves a host that is one section and a backend" \
        'status=clean' --layer=$layer
done
change gen/vax/emit.inc 's/jit_sync\(rx, rw, 4\)/jit_sync(rw, rx, 4)/'
vax 1 "and a mistake in the backend is a finding" 'gen/vax/emit.inc'
restore gen/vax/emit.inc
sed -i 's/^bits=64$/bits=65/' "$work/hosts.ini"
vax 2 "a table with a bad value is refused, by section and key" \
    "hosts.ini: host aarch64: key 'bits': '65' is not one of: 32 64"
unset G_RESOURCE_OVERLAYS

echo "1..$count"
