#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The program shows findings at once, cuts no line, and the commands that they
# print work unchanged.
#
# Needs the project's own trees: what `make verify` makes.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/applied-tree.sh"
find_applied_tree

# A tree with findings, in a place that a shell takes apart.
tree="$work/a tree's \$copy"
link_tree "$applied" "$tree"
rm -f "$tree/tcg/tcg.c"
perl -0777 -pe 's/TCG_CODE_PTR_RW\((\w+), ([^()]*)\)/$2/' "$applied/tcg/tcg.c" \
    >"$tree/tcg/tcg.c"

# The project, with reports elsewhere and the results of earlier runs.
mkdir -p "$top/build/cache" "$work/project/build"
for part in base.ini series patches overlay verify scripts tests \
    COVER_LETTER.md; do
    ln -s "$top/$part" "$work/project/$part"
done
for part in pristine src; do
    ln -s "$top/build/$part" "$work/project/build/$part"
done
cp -a "$top/build/cache" "$work/project/build/cache"
cd "$work/project" || exit 1
cell=(check --tree "$tree" --host=x86_64 --guest=alpha --mode=softmmu)

# wait_for SECONDS COMMAND...
wait_for()
{
    local i seconds=$1
    shift
    for i in $(seq $((seconds * 20))); do
        "$@" && return 0
        sleep 0.05
    done
    return 1
}

# --- as they come --------------------------------------------------------------
# A sparse that does not end for any unit but the one with the finding.
mkdir "$work/bin"
sparse=$(command -v sparse)
cat >"$work/bin/sparse" <<EOF
#!/bin/bash
for word; do
    case \$word in
    *.i) grep -q '^static.*tcg_out8(TCGContext' "\$word" ||
        grep -q 'tcg_out8(TCGContext \*s, uint8_t v)\$' "\$word" ||
        while [ -e "$work/hold" ]; do sleep 0.1; done ;;
    esac
done
exec "$sparse" "\$@"
EOF
chmod +x "$work/bin/sparse"

# begin: a check that cannot end, in a group of its own; $pid is its process.
begin()
{
    rm -rf build/cache/check
    : >"$work/err"
    touch "$work/hold"
    PATH=$work/bin:$PATH setsid "$TCG_VERIFY" "${cell[@]}" --layer=L1,L2 \
        --jobs=64 >"$work/out" 2>"$work/err" &
    pid=$!
}
begin
wait_for 120 grep -q '^finding: tcg/tcg.c:[0-9]*: .*\[rx-' "$work/err"
seen=$?
kill -KILL "$pid"
wait "$pid" 2>/dev/null
rm -f "$work/hold"
[ $seen = 0 ] && [ ! -s "$work/out" ]
ok $? "a killed run has shown its findings"

begin
wait_for 120 grep -q '^finding: tcg/tcg.c:[0-9]*: .*\[rx-' "$work/err"
kill -TERM "$pid"
wait "$pid"
status=$?
rm -f "$work/hold"
[ $status = 1 ] && grep -q '^tcg/tcg.c:[0-9]*: .*\[rx-' "$work/out" &&
    grep -q '^error: check: it did not get to the end: interrupted' "$work/out" &&
    tail -n 1 "$work/out" | grep -q 'status=findings exit=1 .* errors=1$'
ok $? "one that is interrupted reports it, and that it is not all"
python3 -c "import json
r = json.load(open('build/report/check.json'))
assert r['exit'] == 1 and r['findings'] and any(
    c['status'] == 'error' for c in r['cells'])" >"$work/out" 2>&1
ok $? "and leaves a result that says so"

# --- each once, the report whole --------------------------------------------
"$TCG_VERIFY" "${cell[@]}" >"$work/out" 2>"$work/err"
status=$?
cp "$work/out" "$work/report"
grep -c '\[[a-z-]*\]$' "$work/report" >"$work/count"
[ $status = 1 ] && [ "$(cat "$work/count")" -ge 4 ] &&
    [ "$(grep -c '^finding: ' "$work/err")" = "$(cat "$work/count")" ] &&
    [ -z "$(grep '^finding: ' "$work/err" | sort | uniq -d)" ]
ok $? "each finding is shown once, and all of them are in the report"
"$TCG_VERIFY" "${cell[@]}" >"$work/both" 2>&1
# The time that it took differs, and so do counts of what was done.
sed 's/ *[0-9]*\.[0-9]$//' "$work/report" | sort >"$work/lines"
sed 's/ *[0-9]*\.[0-9]$//' "$work/both" | grep -v '^[a-z ]* [0-9]*/[0-9]*$' |
    sort >"$work/all"
comm -23 "$work/lines" "$work/all" >"$work/out"
[ ! -s "$work/out" ]
ok $? "no line of the report is cut where both go to one file"
comm -13 "$work/lines" "$work/all" | grep -v '^finding: \|^check: ' \
    >"$work/out"
[ ! -s "$work/out" ]
ok $? "nor is any of the others"

# On a terminal: what is wiped is gone, the rest is whole lines.
rm -rf build/cache/check
cat >"$work/terminal.py" <<'EOF'
import os, pty, re, sys
out, argv = [], sys.argv[2:]
def read(fd):
    data = os.read(fd, 65536)
    out.append(data)
    return data
sys.stdout.flush()
status = pty.spawn(argv, read, lambda fd: os.read(fd, 1))
text = b''.join(out).decode().replace('\r\n', '\n')
# The text on the screen: from the last wipe of each line on.
lines = [line.split('\r\033[K')[-1] for line in text.split('\n')]
open(sys.argv[1], 'w').write('\n'.join(lines))
sys.exit(os.waitstatus_to_exitcode(status))
EOF
python3 "$work/terminal.py" "$work/screen" "$TCG_VERIFY" "${cell[@]}" \
    --format=tap </dev/null >"$work/out" 2>&1
status=$?
grep -q $'\r\033\\[K' "$work/out" && [ $status = 1 ]
ok $? "counts are shown on a terminal"
"$TCG_VERIFY" "${cell[@]}" --format=tap 2>/dev/null >"$work/report"
grep -v '^finding: \|^check: ' "$work/screen" | diff - "$work/report" >"$work/out"
ok $? "and cut no line there"

# Output from before an error stands before the error, complete.
"$TCG_VERIFY" explain $("$TCG_VERIFY" explain | cut -d' ' -f1) nosuch \
    >"$work/both" 2>&1
"$TCG_VERIFY" explain $("$TCG_VERIFY" explain | cut -d' ' -f1) >"$work/report"
{ cat "$work/report"; echo "tcg-verify: explain: no rule 'nosuch'; 'tcg-verify explain' lists them"; } |
    diff - "$work/both" >"$work/out"
ok $? "an error comes after the output that precedes it"

# --- commands to repeat -------------------------------------------------------
ln -s "$TCG_VERIFY" "$work/bin/tcg-verify" && rm "$work/bin/sparse"
PATH=$work/bin:$PATH
"$TCG_VERIFY" "${cell[@]}" >"$work/report" 2>/dev/null
grep '^    tcg-verify ' "$work/report" | sort -u >"$work/commands"
[ "$(wc -l <"$work/commands")" -ge 3 ]
ok $? "findings print commands"
: >"$work/failures"
while IFS= read -r line; do
    sh -c "$line" >"$work/out" 2>"$work/err"
    status=$?
    [ $status = 1 ] && grep -qF -- "$line" "$work/out" ||
        echo "$status: $line" >>"$work/failures"
done <"$work/commands"
cp "$work/failures" "$work/out"
[ ! -s "$work/failures" ]
ok $? "each of them, given to sh, finds it again"

# Of canaries, the contract, L4 and mutants: the tree is in it, quoted.
cp verify/data/contract.ini "$work/a contract.ini"
"$TCG_VERIFY" "${cell[@]}" --layer=L3 --contract "$work/a contract.ini" \
    >"$work/report" 2>/dev/null
line=$(grep -m1 '^    tcg-verify check' "$work/report")
sh -c "$line" >"$work/out" 2>&1
[ $? = 1 ] && grep -qF -- "'--contract=$work/a contract.ini'" <<<"$line"
ok $? "another contract is part of the command"
"$TCG_VERIFY" mutate --tree "$tree" --host=x86_64 --only=tcg/tcg.c \
    --operator=rw-drop --layer=caches --sample=2 >"$work/report" 2>"$work/err"
line=$(grep -m1 '^    tcg-verify mutate' "$work/report")
[ -n "$line" ] && grep -q '^finding: .*\[mutant-survives\]' "$work/err" &&
    sh -c "$line" >"$work/out" 2>&1
status=$?
[ -n "$line" ] && [ $status -lt 2 ] && grep -q '^+' "$work/out"
ok $? "a mutant that survives is shown as it comes, and again by its command"
echo "1..$count"
