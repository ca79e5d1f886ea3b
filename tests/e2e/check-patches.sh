#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `tcg-verify check --each-patch`: patches that break something.
#
# Needs the project's own trees; adds a bad patch to the end of the series.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/applied-tree.sh"
mkdir -p "$top/build/cache" "$work/build/cache"
for cache in check headers typing canaries; do
    mkdir -p "$top/build/cache/$cache"
    ln -s "$top/build/cache/$cache" "$work/build/cache/$cache"
done

find_applied_tree
ln -s "$top/build/pristine" "$work/build/pristine"
for path in build/pristine.id build/sources build/cache/tarballs; do
    [ -e "$top/$path" ] && ln -s "$top/$path" "$work/$path"
done

# project NAME FILE PERL: a project whose series ends with that change.
project()
{
    rm -rf "$work/project"
    mkdir -p "$work/project"
    cp -r "$top/base.ini" "$top/series" "$top/overlay" "$work/project"
    cp -r "$top/patches" "$work/project"
    mkdir -p "$work/project/patches/bad" "$work/a/$(dirname "$2")" \
        "$work/b/$(dirname "$2")"
    cp "$applied/$2" "$work/a/$2"
    perl -0777 -pe "$3" "$work/a/$2" >"$work/b/$2"
    {
        printf 'Subject: [PATCH] tcg: Break something\n\nIt is bad.\n---\n'
        printf 'diff --git a/%s b/%s\n' "$2" "$2"
        (cd "$work" && diff -u --label "a/$2" --label "b/$2" "a/$2" "b/$2")
    } >"$work/project/patches/bad/$1.patch"
    echo "bad/$1.patch" >>"$work/project/series"
}

# each EXPECTED-STATUS DESCRIPTION PATTERN ARGUMENT...
each()
{
    local expected=$1 what=$2 pattern=$3 status
    shift 3
    "$TCG_VERIFY" --project "$work/project" --build-dir "$work/build" check \
        --each-patch --guest=alpha "$@" >"$work/out" 2>&1
    status=$?
    echo "exit status $status" >>"$work/out"
    [ "$status" = "$expected" ] && grep -qe "$pattern" "$work/out"
    ok $? "$what"
}

project harmless tcg/tcg.c 's/\z/\n\/* The end. *\/\n/'
each 0 "a harmless patch is clean" 'bad/harmless.patch  *0 ' \
    --host=x86_64 --from=bad/harmless

project write tcg/tcg.c 's/TCG_CODE_PTR_RW\((\w+), ([^()]*)\)/$2/'
each 1 "a patch that adds a finding is named" 'patch bad/write.patch' \
    --host=x86_64 --from=bad/write
grep -q 'count-rises' "$work/out" && grep -q 'tcg/tcg.c:[0-9]*:' "$work/out"
ok $? "with the finding, and that the count rises"

# The same patch, but only the tree at the end is looked at.
link_tree "$applied" "$work/tree"
rm "$work/tree/tcg/tcg.c"
cp "$work/b/tcg/tcg.c" "$work/tree/tcg/tcg.c"

# plain DESCRIPTION PATTERN: the finding of the line has PATTERN below it.
plain()
{
    "$TCG_VERIFY" --project "$work/project" --build-dir "$work/build" check \
        --tree "$work/tree" --host=x86_64 --guest=alpha --mode=softmmu \
        --layer=L1 --only=tcg/tcg.c >"$work/out" 2>&1
    [ $? = 1 ] && grep -A 1 '^tcg/tcg.c:.*\[rx-discard' "$work/out" |
        grep -q "in tcg_out8, host x86_64, $2"
    ok $? "$1"
}
plain "check of the whole series names the patch of the line" \
    'patch bad/write.patch'
sed -i '/^bad/d' "$work/project/series"
plain "a line that no patch brought is a local change" 'patch local change'
rm -r "$work/tree"

project build tcg/riscv/tcg-target.c.inc \
    's/(static bool tcg_out_mov[^{]*\{|static void tcg_out_mov[^{]*\{)/$1 no_such_name();/'
each 1 "a patch that does not build on one host is named" \
    'build-error' --host=riscv64 --from=bad/build
grep -q 'patch bad/build.patch' "$work/out"
ok $? "with the patch"

# A unit that holds no code pointer is compiled when its text changes.
project blind tcg/optimize.c 's/\z/\nint optimize_bad(void) { return no_such; }\n/'
each 1 "a blind unit that does not build is a finding" 'build-error' \
    --host=x86_64 --from=bad/blind

project none tcg/tcg.c 's/\z/\n\/* The end. *\/\n/'
sed -i 's/^ \(.*\)$/ no such line: \1/' "$work/project/patches/bad/none.patch"
each 2 "a patch that does not apply is an error" 'tcg-verify:' \
    --host=x86_64 --from=bad/none
each 2 "--from with an unknown patch is refused" "no patch 'no/such'" \
    --from=no/such
ls "$work"/build/cache/each-patch/qemu-* >/dev/null 2>&1
[ $? != 0 ]
ok $? "no tree is left behind"

echo "1..$count"
