#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# .gitlab-ci.yml: the program has the commands that it runs, and its parts come
# together again in the job that merges them.
. "$(dirname "$0")/fixture.sh"

ci=$here/../../.gitlab-ci.yml

# Debian's modules are with Debian's python.
gitlab() {
    /usr/bin/python3 "$here/gitlab-ci.py" "$1" "$ci" "${@:2}" \
        >"$scratch/read" 2>"$scratch/err"
}

ok "the file is as GitLab wants it" gitlab check
for job in source lint check run mutate nightly tool report; do
    gitlab script "$job" script
    cp "$scratch/read" "$scratch/out"
    ok "$job: the script is one" [ -s "$scratch/out" ]
    ok "$job: and has no mistake of syntax" bash -n "$scratch/out"
done
gitlab calls
wrong=
while read -r command options; do
    "$TCG_VERIFY" "$command" --help >"$scratch/help" 2>&1 ||
        wrong="$wrong $command"
    for option in $(grep -oE -e '--[a-z-]+' <<<"$options"); do
        grep -qE -e "(^| )$option(=|$| )" "$scratch/help" ||
            wrong="$wrong $command:$option"
    done
done <"$scratch/read"
ok "commands and options are the program's:$wrong" [ -z "$wrong" ]
ok "and there are some" [ "$(wc -l <"$scratch/read")" -ge 8 ]

# The jobs' ends and the last job, as they stand in the file, over results
# that are made up.
new_project
export TV=$TCG_VERIFY
cd "$project" || exit 2
"$TV" report >/dev/null 2>&1
series=$(/usr/bin/python3 -c '
import json
print(json.load(open("build/report/report.json"))["series"])')

# end JOB: what the job does after its script.
end() {
    gitlab script "$1" after_script
    bash -e "$scratch/read" >"$scratch/out" 2>"$scratch/err"
}

# result COMMAND K N: leaves the result of a part where the program would.
result() {
    /usr/bin/python3 "$here/views.py" shard "$series" "$2" "$3" |
        sed "s/\"command\": \"check\"/\"command\": \"$1\"/" \
            >"build/report/$1.json"
}

merge() {
    gitlab script report script
    bash -e "$scratch/read" >"$scratch/out" 2>"$scratch/err"
    status=$?
}

result lint 1 1
sed -i 's/"shard": 1, "shards": 1, //' build/report/lint.json
ok "lint: the result is kept" end lint
for index in 1 2 3; do
    export CI_NODE_INDEX=$index
    result check $index 3
    result build $index 3
    result test $index 3
    result mutate $index 3
    ok "check $index: the result is kept" end check
    ok "run $index: the results are kept" end run
    ok "mutate $index: the result is kept" end mutate
done
merge
ok "the parts come together" exits 0
ok "with every cell" says "cells=60 clean=60"
for view in index.html report.json report.sarif junit.xml; do
    ok "and $view is there" [ -s "build/report/$view" ]
done
for part in check-2 run-3; do
    rm -f "parts/${part/run/test}.json"
    merge
    ok "without $part they do not" refused "is missing"
    result "$(sed 's/run/test/; s/-.*//' <<<"$part")" "${part#*-}" 3
    CI_NODE_INDEX=${part#*-} end "${part%-*}"
done
merge
ok "with it they do again" exits 0
cp parts/check-1.json parts/check-4.json
merge
ok "one that is there twice is refused" refused "is there twice"
done_testing
