#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Deleting any one TCG_CODE_PTR_RW in common code or in a converted backend
# makes `tcg-verify check` fail, naming file, line, rule and host.
#
# Needs the project's own applied tree: what `make verify` makes.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/applied-tree.sh"
# Reports go elsewhere, results of earlier runs are shared.
mkdir -p "$top/build/cache" "$work/build"
ln -s "$top/build/cache" "$work/build/cache"

find_applied_tree

# Hard links: only the one file that a case changes is written.
link_tree "$applied" "$work/tree"

# sites FILE: the lines that hold a use, without definitions of macros.
sites()
{
    grep -n 'TCG_CODE_PTR_RW(' "$applied/$1" | grep -v '#[ ]*define' |
        cut -d: -f1
}

# reduce FILE LINE: that use becomes its bare second argument.
reduce()
{
    perl -0777 -ne '
        my ($line, $file) = ($ENV{LINE}, $_);
        my $at = 0;
        for (2 .. $line) { $at = index($file, "\n", $at) + 1; }
        $at = index($file, "TCG_CODE_PTR_RW(", $at);
        my ($i, $depth, $comma) = ($at + length("TCG_CODE_PTR_RW("), 1, -1);
        for (; $depth; $i++) {
            my $c = substr($file, $i, 1);
            $depth++ if $c eq "(";
            $depth-- if $c eq ")";
            $comma = $i if $c eq "," && $depth == 1 && $comma < 0;
        }
        my $bare = substr($file, $comma + 1, $i - $comma - 2);
        print substr($file, 0, $at), "(", $bare, ")", substr($file, $i);
    ' "$applied/$1" >"$work/mutant"
    rm -f "$work/tree/$1"
    cp "$work/mutant" "$work/tree/$1"
}

restore()
{
    rm -f "$work/tree/$1"
    cp -p "$applied/$1" "$work/tree/$1"
}

# named FILE LINE HOST: a finding of an rx rule within the statement.
named()
{
    grep -A 1 "^$1:[0-9]*: .*\[rx-" "$work/out" | awk -v line="$2" \
        -v host="$3" -F: '
        /\[rx-/ { near = $2 >= line - 3 && $2 <= line + 3; next }
        near && $0 ~ "host .*" host { found = 1 }
        END { exit !found }'
}

# not_compiled FILE LINE UNIT HOST: the line belongs to the other side of an #if,
# since an #error there stops neither mode.
not_compiled()
{
    local mode

    sed "$2i #error" "$applied/$1" >"$work/mutant"
    rm -f "$work/tree/$1"
    cp "$work/mutant" "$work/tree/$1"
    for mode in softmmu user; do
        "$TCG_VERIFY" --project "$top" --build-dir "$work/build" \
            check --tree "$work/tree" --host="$4" --guest=alpha --mode=$mode \
            --only="$3" --layer=L2 >"$work/out" 2>&1 || return 1
    done
}

# case_of FILE UNIT HOST: every site of FILE that HOST compiles, in system or in
# user mode.
case_of()
{
    local line mode status

    for line in $(sites "$1"); do
        LINE=$line reduce "$1"
        for mode in softmmu user; do
            for layer in L1 L2; do
                "$TCG_VERIFY" --project "$top" --build-dir "$work/build" \
                    check --tree "$work/tree" --host="$3" --guest=alpha --mode=$mode --only="$2" \
                    --layer=$layer >"$work/out.$layer" 2>&1
                echo "$?" >"$work/status.$layer"
            done
            cat "$work/out.L1" "$work/out.L2" >"$work/out"
            status=$(cat "$work/status.L1" "$work/status.L2" | tr '\n' ' ')
            [ "$status" = "1 1 " ] && break
        done
        # A layer alone would do for a finding; both must see each site.
        if [ "$status" = "0 0 " ] && not_compiled "$1" "$line" "$2" "$3"; then
            elsewhere="$elsewhere$1:$line "
        else
            [ "$status" = "1 1 " ] && named "$1" "$line" "$3"
            ok $? "$1:$line, host $3, mode $mode"
            noticed="$noticed$1:$line "
        fi
        restore "$1"
    done
}

export LINE
elsewhere=' '
noticed=' '
for file in "$applied"/accel/tcg/*.c; do
    name=accel/tcg/$(basename "$file")
    case_of "$name" "$name" x86_64
done
case_of tcg/tcg.c tcg/tcg.c x86_64
case_of tcg/tcg-pool.c.inc tcg/tcg.c x86_64
case_of tcg/i386/tcg-target.c.inc tcg/tcg.c x86_64
case_of tcg/i386/tcg-target.c.inc tcg/tcg.c i386
case_of tcg/aarch64/tcg-target.c.inc tcg/tcg.c aarch64
for site in $elsewhere; do
    case $noticed in
    *" $site "*) ok 0 "$site, on another host" ;;
    *) ok 1 "$site, on another host" ;;
    esac
done
[ "$count" -gt 10 ]
ok $? "there are sites at all"

echo "1..$count"
