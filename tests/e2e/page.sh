#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The report page in a browser, as wide as a phone and as a desk's screen.
. "$(dirname "$0")/fixture.sh"

# browse WIDTH: what page.py has the browser measure there, and a picture.
browse() {
    /usr/bin/python3 "$here/page.py" wrap "$1" "$page" >"$scratch/wrap.html"
    run --dump-dom "#measure" && cp "$scratch/dom" "$scratch/out" &&
        run --screenshot="$scratch/$1.png" ""
}

# run OUTPUT HASH: OUTPUT is an option of chromium.
run() {
    timeout 50 chromium --headless --no-sandbox --disable-gpu \
        --disable-dev-shm-usage --allow-file-access-from-files \
        --user-data-dir="$scratch/browser" --hide-scrollbars \
        --window-size=1400,2000 --virtual-time-budget=5000 "$1" \
        "file://$scratch/wrap.html$2" >"$scratch/dom" 2>"$scratch/err"
}

# measured NAME TEST VALUE: what the browser found of NAME.
measured() {
    local value

    value=$(sed -n "s/.*\b$1=\([0-9]*\);.*/\1/p" "$scratch/out")
    [ -n "$value" ] && [ "$value" "$2" "$3" ]
}

new_project
page=$project/build/report/index.html
verify report
series=$(/usr/bin/python3 -c '
import json, sys
print(json.load(open(sys.argv[1]))["series"])' "$project/build/report/report.json")
/usr/bin/python3 "$here/page.py" sample "$series" >"$scratch/page.json"
verify report --merge "$scratch/page.json"
ok "a page with all hosts is made" exits 1
for width in 420 1280; do
    ok "$width: the browser shows it" browse $width
    ok "$width: the page has that width" measured width = $width
    ok "$width: nothing of it lies beyond" measured beyond = 0
    ok "$width: the matrix is not cut" measured cut = 0
    ok "$width: the matrix has all hosts" measured hosts = 12
    ok "$width: the legend is above the matrix" measured legend = 1
    ok "$width: a field opens at a click" measured opened = 1
    ok "$width: a link to a patch opens its text" measured patch = 1
    ok "$width: the accepted findings are folded" measured folded = 1
    ok "$width: the picture is not blank" \
        /usr/bin/python3 "$here/page.py" picture "$scratch/$width.png"
done
/usr/bin/python3 - "$page" <<'END'
import sys
text = open(sys.argv[1]).read()
open(sys.argv[1], "w").write(text.replace(
    "<main>", "<main><pre>" + "wide " * 400 + "</pre>").replace(
        "overflow-x: auto", ""))
END
browse 420
ok "a page that is too wide is noticed" measured beyond -gt 0
done_testing
