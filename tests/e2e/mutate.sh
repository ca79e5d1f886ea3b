#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `tcg-verify mutate` on one host of the project's own applied tree.
#
# Needs that tree: what `make verify` makes.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/applied-tree.sh"
# Reports and verdicts go elsewhere; the results of check on the tree itself are
# shared.
mkdir -p "$top/build/cache/check" "$work/build/cache"
for kept in "$top"/build/cache/*; do
    case ${kept##*/} in
    check | mutate) ;;
    *) ln -s "$kept" "$work/build/cache/" ;;
    esac
done
cp -a "$top/build/cache/check" "$work/build/cache/check"
rm -rf "$work/build/cache/check/mutant"

find_applied_tree

mutate()
{
    "$TCG_VERIFY" --project "$top" --build-dir "$work/build" \
        --tree "$applied" --host x86_64 "$@" >"$work/out" 2>"$work/err"
    status=$?
    cat "$work/err" >>"$work/out"
}

json()
{
    python3 -c "import json, sys
r = json.load(open('$work/build/report/mutate.json'))
sys.exit(not ($1))"
}

mutate mutate --list
[ $status = 0 ] && [ "$(grep -c ' rw-drop ' "$work/out")" -ge 10 ] &&
    grep -q ' launder-union .* x86_64 ' "$work/out"
ok $? "--list names mutants, operators and hosts"
before=$(grep -c " x86_64 " "$work/out")

# One write site of common code: what the types see, two layers kill.
mutate mutate --operator rw-drop,rw-twice --only tcg/tcg-pool.c.inc \
    --layer caches,L1,L2
[ $status = 0 ] && grep -q '^rw-drop  *2 .* 100 %' "$work/out"
ok $? "a conversion that is left out or done twice is noticed"
json "{s['layer']: s['killed'] for s in r['scores']}['L1'] == 2" &&
    json "{s['layer']: s['killed'] for s in r['scores']}['all'] == 4"
ok $? "the score of each layer is in the result"
json "r['part'] is True"
ok $? "and that it is a part's"

# The same once more, from the cache.
start=$(date +%s%N)
mutate mutate --operator rw-drop,rw-twice --only tcg/tcg-pool.c.inc \
    --layer caches,L1,L2
[ $status = 0 ] && ! pgrep -P $$ clang >/dev/null &&
    [ $((($(date +%s%N) - start) / 1000000000)) -lt 20 ]
ok $? "a second run uses the stored verdicts"

# No layer of types sees a wrong alias behind a cast.
mutate mutate --operator rw-negate --only tcg/tcg-pool.c.inc \
    --layer caches,L1,L2
[ $status = 1 ] && grep -q 'mutant-survives' "$work/out" &&
    json "len(r['findings']) == 2"
ok $? "a survivor is a finding"
id=$(sed -n 's/.*--show \([0-9a-f.]*\).*/\1/p' "$work/out" | head -n 1)

mutate mutate --layer caches,L1,L2 --show "$id"
[ $status = 1 ] && grep -q '^-.*TCG_CODE_PTR_RW' "$work/out" &&
    grep -q '^+.*code_rw_diff' "$work/out" &&
    grep -q '^  L2 *survives' "$work/out"
ok $? "--show prints the diff and each layer's word"

# Address units do.
mutate mutate --operator rw-negate --only tcg/tcg-pool.c.inc
[ $status = 0 ] && grep -q '^all  *2 .* 100 %' "$work/out" &&
    json "{s['layer']: s['killed'] for s in r['scores']}['L3'] == 2" &&
    json "{s['layer']: s['killed'] for s in r['scores']}['L2'] == 0"
ok $? "another layer notices a mutant that one layer cannot see"

mutate mutate --operator cache-drop --only tcg/i386/tcg-target.c.inc \
    --layer caches
[ $status = 0 ] && json "r['scores'][0]['killed'] == 1"
ok $? "the text layer notices a missing flush"

# An interrupted run loses nothing, and leaves nothing.
"$TCG_VERIFY" --project "$top" --build-dir "$work/build" --tree "$applied" \
    --host x86_64 --jobs 1 mutate --only tcg/i386/tcg-target.c.inc \
    --layer caches,L1,L2 --operator 'addr-*' >"$work/out" 2>&1 &
pid=$!
for _ in $(seq 600); do
    ls -d "$work"/build/cache/mutate/copies/* >/dev/null 2>&1 && break
    sleep 0.1
done
kill -INT $pid
wait $pid
[ $? = 2 ] && grep -q interrupted "$work/out" &&
    ! ls -d "$work"/build/cache/mutate/copies/* >/dev/null 2>&1
ok $? "Ctrl-C ends with status 2 and removes the copies"

mutate mutate --operator no-such
[ $status = 2 ] && grep -q "no operator 'no-such'" "$work/out"
ok $? "an unknown operator is named"
mutate mutate --show 0000000000
[ $status = 2 ] && grep -q "matches 0000000000" "$work/out"
ok $? "an unknown mutant is named"
cp "$top/verify/data/contract.ini" "$work/contract.ini"
sed -i '/^address-macro/d' "$work/contract.ini"
mutate mutate --list --contract "$work/contract.ini"
[ $status = 2 ] && grep -q 'needs address-macro' "$work/out"
ok $? "a contract without a name that mutate needs is refused"

# The tree itself is as it was.
mutate mutate --list
[ "$(grep -c " x86_64 " "$work/out")" = "$before" ] &&
    ! find "$applied" -newer "$work/contract.ini" -type f | grep -q .
ok $? "the tree was not touched"

echo "1..$count"
