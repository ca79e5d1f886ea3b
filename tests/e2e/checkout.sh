#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A checkout, copied or moved together with its build/: `make tool`
# builds the checkout that it runs in, and results of `check` stay valid.
#
# Needs the project's own applied tree: what `make verify` makes.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/applied-tree.sh"
find_applied_tree

# --- make tool ---------------------------------------------------------------
# The project's own way to build, with less to build; a directory's name that
# JSON, make's lists and shells write otherwise than it is.
a=$work/a/ä
mkdir -p "$a/verify/data"
cp "$top/Makefile" "$a/"
cp "$top/verify/data/hosts.ini" "$a/verify/data/"
cp -R "$top/scripts" "$a/"
cp "$top/verify/digest-header" "$a/verify/"
echo one >"$a/verify/input"
cat >"$a/verify/meson.build" <<'MESON'
project('tool')
custom_target('digest', output: 'digest.h', input: 'input', capture: true,
              command: [find_program('./digest-header'), 'DIGEST', '@INPUT@'],
              build_by_default: true)
MESON

# tool DIRECTORY [ARGUMENT...]: make tool there; without end is an error.
tool()
{
    timeout -s KILL 60 make -C "$@" tool >"$work/out" 2>&1
}

anew()
{
    [ "$(grep -c 'is made anew$' "$work/out")" = "$1" ]
}

# built DIRECTORY TEXT: its digest is of TEXT.
built()
{
    grep -q "$(echo "$2" | sha256sum | cut -d' ' -f1)" "$1"
}

# The directory as it is, times as well.
state()
{
    find "$1" -printf '%p %s %T@\n' | sort | sha256sum
}

tool "$a" && anew 0 && built "$a/build/verify/digest.h" one
ok $? "a checkout is configured and built"
tool "$a" && anew 0
ok $? "once"
ln -s "$a" "$work/link"
tool "$work/link" && anew 0
ok $? "also by another name"

cp -a "$a" "$work/b"
was=$(state "$a")
echo two >"$work/b/verify/input"
touch "$work/b/verify/meson.build"
tool "$work/b" && anew 1 && built "$work/b/build/verify/digest.h" two
ok $? "make configures a copy again, and builds its own sources"
[ "$was" = "$(state "$a")" ]
ok $? "the copy writes nothing to the original"
echo three >"$work/b/verify/input"
touch "$work/b/verify/meson.build"
tool "$work/b" && anew 0 && built "$work/b/build/verify/digest.h" three
ok $? "after that it is a checkout like any other"

mv "$work/b" "$work/c"
echo four >"$work/c/verify/input"
tool "$work/c" && anew 1 && built "$work/c/build/verify/digest.h" four
ok $? "make configures a moved checkout again"

tool "$work/c" BUILD="$work/made" && built "$work/made/verify/digest.h" four
ok $? "the build directory may lie elsewhere"
mv "$work/made" "$work/moved"
tool "$work/c" BUILD="$work/moved" && anew 1 &&
    built "$work/moved/verify/digest.h" four
ok $? "and be moved alone"
: >"$work/moved/verify/meson-info/meson-info.json"
tool "$work/c" BUILD="$work/moved" && anew 1
ok $? "make replaces a build directory that does not name its own path"

# --- firmware of packages ------------------------------------------------------
# As if the packages were unpacked: scripts/debs finds its own mark.
roms=$work/roms-a/roms
mkdir -p "$roms/usr/share/qemu" "$roms/usr/share/seabios" \
    "$roms/usr/lib/ipxe/qemu"
echo "$(dpkg --print-architecture) qemu-system-data seabios ipxe-qemu" \
    >"$roms/.debs"
echo bios >"$roms/usr/share/seabios/bios.bin"
"$top/scripts/roms" "$work/roms-a" >"$work/out" 2>&1 &&
    mv "$work/roms-a" "$work/roms-b" &&
    "$top/scripts/roms" "$work/roms-b" >>"$work/out" 2>&1 &&
    [ "$(cat "$work/roms-b/roms/pc-bios/bios.bin")" = bios ]
ok $? "firmware is found where it was moved"

# --- results of check ---------------------------------------------------------
# check PLACE: of the tree and with the build directory there.
check()
{
    "$TCG_VERIFY" --project "$top" --build-dir "$1/build" check \
        --guest=alpha --host=x86_64 --mode=softmmu --tree "$1/$2" "${@:3}" \
        >"$work/out" 2>&1
    status=$?
    echo "exit status $status" >>"$work/out"
}

# same OLD NEW: the report in NEW is that in OLD, at the other place.
same()
{
    python3 - "$1" "$2" >>"$work/out" 2>&1 <<'PYTHON'
import json, sys

def less(value):
    """The parts that do not depend on the speed of the machine."""
    if isinstance(value, dict):
        return {name: less(inner) for name, inner in value.items()
                if name not in ('seconds', 'time', 'date')}
    return [less(i) for i in value] if isinstance(value, list) else value

old, new = sys.argv[1:]
first = open(old + '/report.json').read().replace(old, new)
last = open(new + '/build/report/check.json').read()
assert len(json.loads(first)['cells']) >= 2, first
assert less(json.loads(first)) == less(json.loads(last)), last
PYTHON
}

nothing_new()
{
    grep -q 'check: [1-9][0-9]* entries of the cache were used, 0 are new' \
        "$work/out"
}

mkdir "$work/first"
link_tree "$applied" "$work/first/tree"
check "$work/first" tree --only=tcg/tcg.c
[ "$status" = 0 ] && ! nothing_new
ok $? "a cold check"
cp "$work/first/build/report/check.json" "$work/first/report.json"
mkdir -p "$work/much/deeper"
mv "$work/first" "$work/much/deeper/second"
mkdir "$work/first"
cp "$work/much/deeper/second/report.json" "$work/first/"
check "$work/much/deeper/second" tree --only=tcg/tcg.c
[ "$status" = 0 ] && nothing_new
ok $? "after a move every result is known"
same "$work/first" "$work/much/deeper/second"
ok $? "and the report is the same"

# Findings, and headers that are made in the build directory.
pristine=$(echo "$top"/build/pristine/qemu-*[0-9])
second=$work/much/deeper/second
link_tree "$pristine" "$second/pristine"
check "$second" pristine --layer=L1,L2,L3
[ "$status" = 1 ] && ! nothing_new
ok $? "a cold check of a tree with findings"
cp "$second/build/report/check.json" "$second/report.json"
mv "$second" "$work/third"
mkdir "$second"
cp "$work/third/report.json" "$second/"
check "$work/third" pristine --layer=L1,L2,L3
[ "$status" = 1 ] && nothing_new
ok $? "after a move every one of its results is known"
same "$second" "$work/third"
ok $? "and its report is the same"
! grep -rqF "$work" "$work/third/build/cache/check" --exclude=files
ok $? "no entry of the cache names a place"

echo "1..$count"
