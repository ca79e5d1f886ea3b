#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The views of a result, read by independent programs; merged shards.
. "$(dirname "$0")/fixture.sh"

# Debian's modules are with Debian's python.
python() {
    /usr/bin/python3 "$here/views.py" "$@" >"$scratch/read" 2>"$scratch/err"
}

# shown STATUS: a report came out, nothing was complained of, and that status.
shown() {
    [ "$status" = "$1" ] && [ -s "$scratch/out" ] && [ ! -s "$scratch/err" ]
}

schema=$fixtures/sarif/sarif-schema-2.1.0.json
new_project
report=$project/build/report

# The series' fingerprint, as the program itself writes it.
verify report
ok "a report without lint and check is an error" exits 2
series=$(/usr/bin/python3 -c '
import json, sys
print(json.load(open(sys.argv[1]))["series"])' "$report/report.json")
ok "and names what is missing" says "run 'tcg-verify check'"
for file in index.html report.json report.sarif junit.xml; do
    ok "it is written as $file" [ -s "$report/$file" ]
done
ok "JUnit of nothing is no pass" grep -q 'errors="2"' "$report/junit.xml"

python sample "$series"
cp "$scratch/read" "$scratch/sample.json"
for format in text json sarif junit tap html; do
    verify report --merge "$scratch/sample.json" --format="$format"
    cp "$scratch/out" "$scratch/view.$format"
    ok "$format: the exit status is that of the result" shown 1
done
verify report --merge "$scratch/sample.json" --format=html \
    --output="$scratch/file.html"
ok "--output is the same" cmp "$scratch/file.html" "$scratch/view.html"
ok "report writes the same" cmp "$report/index.html" "$scratch/view.html"
ok "and SARIF" cmp "$report/report.sarif" "$scratch/view.sarif"
ok "and JUnit" cmp "$report/junit.xml" "$scratch/view.junit"

ok "SARIF is valid by the standard's schema" \
    python sarif "$schema" "$scratch/view.sarif"
ok "SARIF without a baseline has no state" [ "$(cat "$scratch/read")" = none ]
ok "SARIF has the path to the finding" /usr/bin/python3 -c '
import json, sys
[one] = [result for result in json.load(open(sys.argv[1]))["runs"][0]["results"]
         if "codeFlows" in result]
places = one["codeFlows"][0]["threadFlows"][0]["locations"]
assert [place["location"].get("physicalLocation", {}).get("region")
        for place in places] == [{"startLine": 1}, None]
' "$scratch/view.sarif"
ok "junitparser reads JUnit" \
    python junit "$scratch/view.junit" "$scratch/sample.json"
ok "JUnit: cases, failures, errors" [ "$(cat "$scratch/read")" = "9 3 2" ]
ok "HTML is well-formed and stands alone" python html "$scratch/view.html"
ok "HTML ends with the line for machines" \
    [ "$(cat "$scratch/read")" = "$(tail -1 "$scratch/view.text")" ]
prove "$scratch/view.tap" >"$scratch/out" 2>&1
ok "prove counts TAP" grep -q 'Tests: 9 Failed: 5' "$scratch/out"

# A clean result passes everywhere.
python shard "$series" 1 1
sed 's/"shard": 1, "shards": 1, //' "$scratch/read" >"$scratch/clean.json"
verify report --merge "$scratch/clean.json" --format=tap
ok "a clean result is exit 0" exits 0
cp "$scratch/out" "$scratch/clean.tap"
prove -Q "$scratch/clean.tap" >"$scratch/out" 2>&1
ok "and prove passes it" grep -q 'Result: PASS' "$scratch/out"
ok "and JUnit has no failure" grep -q 'failures="0" errors="0"' \
    "$report/junit.xml"
ok "and SARIF is valid" /usr/bin/python3 -c '
import json, jsonschema, sys
jsonschema.validate(json.load(open(sys.argv[2])), json.load(open(sys.argv[1])))
' "$schema" "$report/report.sarif"

# An earlier report
verify report --merge "$scratch/sample.json" --format=sarif \
    --baseline="$scratch/clean.json"
cp "$scratch/out" "$scratch/new.sarif"
ok "baseline: SARIF is valid" python sarif "$schema" "$scratch/new.sarif"
ok "baseline: all is new" [ "$(cat "$scratch/read")" = new ]
verify report --merge "$scratch/clean.json" --format=text \
    --baseline="$scratch/sample.json"
ok "baseline: findings are gone" says "baseline: 0 new, 0 unchanged, 2 gone"
verify report --merge "$scratch/sample.json"
verify report --merge "$scratch/sample.json" --format=sarif \
    --baseline="$report/report.json"
cp "$scratch/out" "$scratch/same.sarif"
ok "baseline: the file may be the one that is written" shown 1
python sarif "$schema" "$scratch/same.sarif"
ok "baseline: nothing has changed" [ "$(cat "$scratch/read")" = unchanged ]
verify report --baseline="$scratch/none.json"
ok "baseline: one that is not there is refused" refused "none.json"
verify report --baseline="$schema"
ok "baseline: what is no report is refused" refused "sarif-schema"
verify report --format=xml
ok "refuses an unknown format" \
    refused "'xml' is not one of text, json, sarif, junit, tap, html"

# Shards
for number in 1 2; do
    python shard "$series" $number 2
    cp "$scratch/read" "$scratch/shard$number.json"
done
merge() {
    local merged=() file

    for file in "$@"; do
        merged+=(--merge "$scratch/$file.json")
    done
    verify report "${merged[@]}"
}
# change FILE CODE: the result in FILE, changed, as changed.json
change() {
    /usr/bin/python3 -c '
import json, sys
result = json.load(open(sys.argv[1]))
cells = result["cells"]
exec(sys.argv[2])
json.dump(result, open(sys.argv[3], "w"))
' "$scratch/$1.json" "$2" "$scratch/changed.json"
}

merge shard1 shard2
ok "shards: the whole" exits 0
ok "shards: with all cells" says "cells=12 clean=12"
merge shard2 shard1
ok "shards: in any order" exits 0
verify report --merge "$scratch/shard1.json" "$scratch/shard2.json"
ok "shards: as the shell expands *.json" exits 0
ok "shards: with all cells then, too" says "cells=12 clean=12"
verify report "$scratch/shard1.json"
ok "shards: not without --merge" refused "takes no arguments without --merge"
merge shard1 shard1 shard2
ok "shards: one is there twice" refused "shard 1/2 of 'check' is there twice"
merge shard1
ok "shards: one is missing" refused "shard 2/2 of 'check' is missing"
ok "shards: and no older report is left" [ -z "$(ls "$report")" ]
missed=0
for number in 1 2; do
    for index in 0 1 2 3 4 5; do
        change shard$number "del cells[$index]"
        merge shard$((3 - number)) changed
        refused "has no cell L$((index % 3)) of host" && missed=$((missed + 1))
    done
done
ok "shards: every cell that is missing is missed" [ $missed = 12 ]
doubled=0
for index in 0 1 2 3 4 5; do
    change shard2 "cells.append(cells[$index])"
    merge shard1 changed
    refused "has the cell L$((index % 3)) of host" && doubled=$((doubled + 1))
done
ok "shards: every cell that is doubled is seen" [ $doubled = 6 ]
change shard2 'cells[0]["host"] = "x86_64"'
merge shard1 changed
ok "shards: another's cell" refused "not its own"
change shard2 'result["series"] = "0"'
merge shard1 changed
ok "shards: another form of the series" refused "another form of the series"
change shard2 'result["guests"] = "arm"'
merge shard1 changed
ok "shards: another choice of guests" refused "not shards of one run"
change shard2 'cells[0].update(status="void", note="x")'
merge shard1 changed
ok "shards: what is void stays void" exits 2
ok "shards: and is reported" says "void: arm L0: x"
change shard2 'cells[0].update(status="void", note="x")
result["findings"].append({"rule": "rx-store", "file": "f", "host": "arm",
    "message": "m"})'
merge shard1 changed
ok "shards: a finding decides, even with void cells" exits 1
ok "shards: the last line counts both" \
    says "status=findings exit=1 cells=12 clean=11 not-converted=0 findings=1 known=0 void=1"
ok "shards: and what is void is shown" says "void: arm L0: x"
ok "shards: the page says so" \
    grep -qF "findings, and not all was proved" "$report/index.html"
ok "shards: SARIF does not call the run successful" grep -qE \
    '"executionSuccessful" ?: ?false' "$report/report.sarif"
ok "shards: its exit status is the program's" grep -qE '"exitCode" ?: ?1' \
    "$report/report.sarif"
ok "shards: JUnit has both the error and the failure" \
    grep -qE '<testsuites [^>]*failures="1" errors="1"' "$report/junit.xml"
verify report --format=tap --merge "$scratch/shard1.json" "$scratch/changed.json"
ok "shards: so does TAP" [ "$(grep -c '^not ok' "$scratch/out")" = 2 ]
change shard1 'result["findings"].append({"rule": "rx-store", "file": "f",
    "host": result["planned"][0], "message": "m"})'
merge changed
ok "shards: with one missing, a finding decides" exits 1
ok "shards: and what is missing is an error in the report" \
    says "error: check: shard 2/2 of 'check' is missing"
ok "shards: its last line counts it" says "findings=1 known=0 void=0 errors=1"
change shard1 'result["findings"].append({"rule": "rx-store", "file": "f",
    "host": result["planned"][0], "message": "m"}); del cells[0]'
merge changed shard2
ok "shards: so it does with a cell missing" exits 1
ok "shards: which is named" says "has no cell L0"
merge changed changed shard2
ok "shards: one that is there twice is refused all the same" \
    refused "is there twice"
head -c 300 "$scratch/shard2.json" >"$scratch/changed.json"
merge shard1 changed
ok "shards: one that was cut off" refused "changed.json"
done_testing
