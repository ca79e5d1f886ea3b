#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `tcg-verify check` when things go wrong: bad input, no room, interrupts, a
# damaged cache.  Nothing is lost: the next run finds what a run with an empty
# cache finds, byte by byte, and no file is left behind.
#
# Needs the project's own trees: what `make verify` makes.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/applied-tree.sh"

find_applied_tree

# A tree with one finding of each layer, so that there is something to lose.
link_tree "$applied" "$work/tree"
# change FILE PERL: edits one file of the copy.
change()
{
    rm -f "$work/tree/$1"
    perl -0777 -pe "$2" "$applied/$1" >"$work/tree/$1"
}
restore()
{
    rm -f "$work/tree/$1"
    cp -p "$applied/$1" "$work/tree/$1"
}
lose()
{
    change tcg/tcg.c 's/TCG_CODE_PTR_RW\((\w+), ([^()]*)\)/$2/'
}
lose

build=$work/build
# check ARGUMENT...: one unit, all layers; status and out are left.  Run by the
# words of $within, if there are any.
within=()
check()
{
    "${within[@]}" "$TCG_VERIFY" --project "$top" --build-dir "$build" check \
        --tree "$work/tree" --host=x86_64 --guest=alpha --mode=softmmu \
        --layer=L1,L2,L3 --only=tcg/tcg.c "$@" >"$work/out" 2>&1
    status=$?
    echo "exit status $status" >>"$work/out"
}

# The report without the part that may differ: the time it took.
facts()
{
    python3 - "$build/report/check.json" <<'EOP'
import json, sys
report = json.load(open(sys.argv[1]))
report.pop('seconds', None)
report.pop('date', None)
for cell in report['cells']:
    cell.pop('seconds', None)
print(json.dumps(report, indent=1, sort_keys=True))
EOP
}

# No job's file, nothing half written.
nothing_left()
{
    [ -z "$(find "$build" -path '*/scratch/*' -o -name '*.??????' \
        -path '*/cache/*' -o -path '*/cache/headers/*.[0-9]*' \
        -prune)" ] && [ -z "$(find "$build" -name 'check.json.*')" ]
}

# after DESCRIPTION: the next run gives what an empty cache gave.
after()
{
    check
    [ "$status" = 1 ] && facts >"$work/facts" &&
        cmp -s "$work/reference" "$work/facts" && nothing_left
    ok $? "after $1 the findings are those of an empty cache"
}

# refused DESCRIPTION PATTERN: exit 2, and the reason in one line.
refused()
{
    [ "$status" = 2 ] && grep -q -- "$2" "$work/out"
    ok $? "$1: exit 2, and why"
}

check
facts >"$work/reference"
[ "$status" = 1 ] && grep -q '"rule": "rx-' "$work/reference" && nothing_left
ok $? "an empty cache"
check
facts >"$work/facts"
[ "$status" = 1 ] && cmp -s "$work/reference" "$work/facts"
ok $? "a second run gives the same report"

# --- input that is bad ------------------------------------------------------
change tcg/tcg.c 's/\z/\n}}} this is no C {{{\n/'
check
[ "$status" != 0 ] && grep -q '^tcg/tcg.c:[0-9]*: .*\[build-error\]' \
    "$work/out" && grep -q ' clean=0 ' "$work/out"
ok $? "a unit that cannot be parsed: no layer calls it clean"
check --layer=L2
refused "sparse alone on it" 'tcg/tcg.c:[0-9]*: sparse: '
head -c 20000 /dev/urandom >"$work/noise"
rm "$work/tree/tcg/tcg.c"
cp "$work/noise" "$work/tree/tcg/tcg.c"
check
[ "$status" != 0 ] && grep -q 'tcg/tcg.c:[0-9]*: ' "$work/out"
ok $? "noise in the place of a unit is never clean"
lose
change include/tcg/tcg.h 's/\A/#include "no\/such.h"\n/'
check
refused "a header that is missing" "include/tcg/tcg.h:1: .*no/such.h"
restore include/tcg/tcg.h
after "bad input"

printf '[mine]\nrule=rx-store\nfile=tcg/tcg.c\nfunction=f\ntext=x\n' \
    >"$work/known.ini"
check --known "$work/known.ini"
refused "a known finding without a reason" 'mine.*needs a reason'
check --known "$work/none.ini"
refused "a list of known findings that is not there" 'none.ini'
check
python3 - "$build/report/check.json" >"$work/known.ini" <<'EOP'
import json, sys
for number, f in enumerate(json.load(open(sys.argv[1]))['findings']):
    if 'suppressed' not in f:
        print('[mine-%d]\nrule=%s\nfile=%s\nfunction=%s\ntext=%s\nreason=test'
              % (number, f['rule'], f['file'], f.get('function', ''),
                 f['text']))
EOP
check --known "$work/known.ini"
[ "$status" = 0 ] && facts >"$work/facts" &&
    grep -q '"suppressed": "test"' "$work/facts"
ok $? "known findings are no findings, but stay in the report"

# --- no room ----------------------------------------------------------------
# limited KIBIBYTES: no file may become larger.  Output goes through a pipe,
# which is no file.
limited()
{
    (
        trap '' XFSZ
        ulimit -f "$1"
        "$TCG_VERIFY" --project "$top" --build-dir "$build" check \
            --tree "$work/tree" --host=x86_64 --guest=alpha --mode=softmmu \
            --layer=L1,L2,L3 --only=tcg/tcg.c 2>&1
        echo "exit status $?"
    ) | cat >"$work/out"
    status=$(sed -n 's/^exit status //p' "$work/out")
}
for limit in 0 1 400; do
    rm -rf "$build/cache/check"
    limited $limit
    refused "files of $limit KiB at most" 'File too large'
    after "$limit KiB"
done
rm -rf "$build/cache/headers"
limited 100
refused "no room for the generated headers" 'too large'
after "no room for headers"

# A file system that is full: before the headers that are generated, or with
# room for them only.
full()
{
    unshare "$how" sh -c '
        mount -t tmpfs -o size=64m none "$1" || exit 77
        mkdir -p "$1/build/cache"
        [ "$2" = empty ] || cp -a "$2" "$1/build/cache/headers"
        room=$(df --output=avail -k "$1" | tail -n 1)
        head -c $(((room - 900) * 1024)) /dev/zero >"$1/filled"
        small=$1
        shift 2
        "$@"
        status=$?
        if [ -n "$(find "$small/build/cache" -path "*/scratch/*")" ]; then
            exit 78
        fi
        exit $status' sh "$work/small" "$1" \
        "$TCG_VERIFY" --project "$top" --build-dir "$work/small/build" check \
        --tree "$work/tree" --host=x86_64 --guest=alpha --mode=softmmu \
        --layer=L1,L2,L3 --only=tcg/tcg.c >"$work/out" 2>&1
    status=$?
    echo "exit status $status" >>"$work/out"
}
mkdir "$work/small"
how=
for way in -m -rm; do
    if unshare $way mount -t tmpfs none "$work/small" 2>"$work/out"; then
        how=$way
        break
    fi
done
[ -n "$how" ]
ok $? "file systems can be mounted, by root or in a user namespace"
for has in empty "$build/cache/headers"; do
    full "$has"
    refused "a full disk ($(basename "$has"))" 'No space left on device'
done

# --- interrupts -------------------------------------------------------------
# stopped SIGNAL SECONDS: a run with an empty cache, stopped after that time.
stopped()
{
    rm -rf "$build/cache/check" "$build/cache/canaries"
    "$TCG_VERIFY" --project "$top" --build-dir "$build" check \
        --tree "$work/tree" --host=x86_64 --guest=alpha --mode=softmmu \
        --layer=L0,L1,L2,L3 --only=tcg/tcg.c >"$work/out" 2>&1 &
    sleep "$2"
    kill -"$1" $! 2>/dev/null
    wait $! 2>/dev/null
    status=$?
    echo "exit status $status" >>"$work/out"
}
for seconds in 0.05 0.3 0.8 1.6; do
    stopped INT $seconds
    # One that was over already has its findings.
    case $status in
    1) grep -q 'status=findings' "$work/out" ;;
    2) grep -q 'interrupted' "$work/out" && nothing_left &&
        [ ! -e "$build/report/check.json" ] ;;
    *) false ;;
    esac
    ok $? "SIGINT after $seconds s"
    after "SIGINT"
    stopped KILL $seconds
    after "SIGKILL after $seconds s"
done

# --- a damaged cache --------------------------------------------------------
# damage COMMAND: with each file of the cache, $1 in COMMAND.
damage()
{
    find "$build/cache" -type f ! -name manifest -exec sh -c "$1" sh {} \;
}
damage ': >"$1"'
after "an emptied cache"
damage 'truncate -s -3 "$1"'
after "a truncated cache"
damage 'head -c 300 /dev/urandom >"$1"'
after "noise in the cache"
damage 'sed -i "s/warning/nothing/; s/sees/blind/; s/discards/accepts/" "$1"'
after "words changed in the cache"
find "$build/cache/check" -type f -delete
after "a cache without files"
# Permissions do not keep root from writing; a mount does.
within=(unshare "$how" sh -c 'mount -t tmpfs -o ro none "$1" && shift && "$@"'
    sh "$build/cache/check")
check
within=()
refused "a cache that may not be written" 'Read-only file system'
after "a cache that may not be written"

# --- tools of another kind --------------------------------------------------
# The analyser lies next to the program: a copy of the program has another.
mkdir "$work/copy"
cp "$TCG_VERIFY" "$work/copy/tcg-verify"
analyser=$(dirname "$TCG_VERIFY")/tcg-address-units
units()
{
    "$work/copy/tcg-verify" --project "$top" --build-dir "$build" check \
        --tree "$work/tree" --host=x86_64 --guest=alpha --mode=softmmu \
        --layer=L3 --only=tcg/tcg.c >"$work/out" 2>&1
    status=$?
    echo "exit status $status" >>"$work/out"
}
# fake BODY: its version differs from that of the real one.
fake()
{
    printf '#!/bin/sh\n[ "$1" = --version ] && { echo 0; exit; }\n%s\n' "$1" \
        >"$work/copy/tcg-address-units"
    chmod +x "$work/copy/tcg-address-units"
}
units
refused "no analyser" 'tcg-address-units is missing'
fake 'kill -SEGV $$'
units
refused "an analyser that crashes" 'error: x86_64 .*L3: .*Segmentation fault'
fake 'echo "{"'
units
refused "an analyser that stops in the middle" \
    'void: x86_64 .*L3: the analyser printed no result'
fake 'exit 0'
units
refused "an analyser that says nothing" \
    'void: x86_64 .*L3: the analyser printed no result'
! grep -q CRITICAL "$work/out"
ok $? "and nothing else is amiss"
fake 'for file do :; done; head -c 5000 "$file" >"$file.cut"
mv "$file.cut" "$file"; exec '"$analyser"' "$@"'
units
refused "bitcode that was cut off" 'reading bitcode: .*LLVM'
fake 'for file do :; done; echo "bitcode of another time" >"$file"
exec '"$analyser"' "$@"'
units
refused "bitcode of no LLVM that is known" 'reading bitcode: .*LLVM'
after "other tools"

# --- input that changes -----------------------------------------------------
# A slow compiler; while it runs, the file changes.
mkdir "$work/bin"
clang=$(command -v clang-19 || command -v clang)
cat >"$work/bin/$(basename "$clang")" <<EOC
#!/bin/sh
case "\$*" in *-fsyntax-only*|*-emit-llvm*) : >"$work/reached"
    for i in \$(seq 100); do
        [ -e "$work/saved" ] && break
        sleep 0.1
    done ;;
esac
exec $clang "\$@"
EOC
chmod +x "$work/bin/"*
(
    for i in $(seq 300); do
        [ -e "$work/reached" ] && break
        sleep 0.1
    done
    change include/tcg/tcg.h 's/\z/\n\/* saved *\/\n/'
    : >"$work/saved"
) &
PATH=$work/bin:$PATH check
wait
refused "a header that is saved meanwhile" 'tcg.h was changed while'
restore include/tcg/tcg.h
after "that"

# --- where the report goes --------------------------------------------------
# A pipe is written to; to replace it would be to replace /dev/null one day.
mkfifo "$work/pipe"
cat "$work/pipe" >"$work/piped" &
check --output="$work/pipe"
wait $!
[ "$status" = 1 ] && [ -p "$work/pipe" ] && grep -q 'exit=1' "$work/piped"
ok $? "--output writes to a pipe, and leaves it"
ln -s "$work/target" "$work/link"
check --output="$work/link"
[ "$status" = 1 ] && [ -L "$work/link" ] && grep -q 'exit=1' "$work/target"
ok $? "--output writes to where a link leads"
check --output=/dev/full
refused "--output to a full device" 'No space left on device'

# --- bench ------------------------------------------------------------------
mkdir "$work/empty"
"$TCG_VERIFY" --project "$top" --build-dir "$work/empty" bench \
    >"$work/out" 2>&1
[ $? = 2 ] && grep -q "there is no applied tree.*run 'tcg-verify apply'" \
    "$work/out" && [ ! -e "$work/empty/report/bench-check.json" ]
ok $? "nothing is measured where there is nothing to check"

# --- entries that match nothing ---------------------------------------------
# Only the whole matrix can show this; it is quick after `make verify`.
mkdir -p "$work/whole" "$top/build/cache"
ln -s "$top/build/cache" "$work/whole/cache"
for path in src pristine; do
    ln -s "$top/build/$path" "$work/whole/$path"
done
printf '[gone]\nrule=rx-store\nfile=tcg/tcg.c\nfunction=f\ntext=x\nreason=r\n' \
    >"$work/known.ini"
"$TCG_VERIFY" --project "$top" --build-dir "$work/whole" check \
    --known "$work/known.ini" >"$work/out" 2>&1
[ $? = 1 ] && [ "$(grep -v '^finding: ' "$work/out" |
    grep -c '\[known-stale\]')" = 1 ] &&
    grep -q '\[gone\] of .*known.ini matches nothing' "$work/out"
ok $? "an entry that matches nothing is a finding when all was looked at"

echo "1..$count"
