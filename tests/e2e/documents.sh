#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The documents name only things that exist: commands and options, make targets,
# files of the project.  Source files have their licence.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/tap.sh"
cd "$top" || exit 1
documents="README.md CONTRIBUTING.md COVER_LETTER.md $(echo docs/*.md verify/address-units/*.md)"

# none DESCRIPTION: $work/missing is empty, and $work/named is not.
none()
{
    [ ! -s "$work/missing" ] && [ -s "$work/named" ]
    ok $? "$1"
    sed 's/^/# /' "$work/missing"
}

# Lines "COMMAND [OPTION...]", from code in backquotes and indented blocks.
cat $documents | grep -o 'tcg-verify [^`#|]*' | sed 's/^tcg-verify //' |
    grep '^[a-z]' >"$work/calls"

"$TCG_VERIFY" --help | sed -n 's/^  \([a-z-]*\)  .*/\1/p' >"$work/commands"
while read -r word rest; do
    if grep -qx -- "$word" "$work/commands"; then
        for option in $(grep -oe '--[a-z][a-z-]*' <<<"$rest" | sort -u); do
            echo "$word $option"
        done
    fi
done <"$work/calls" | sort -u >"$work/named"
while read -r command option; do
    "$TCG_VERIFY" "$command" --help </dev/null |
        grep -qe "^  \(-[a-z], \)\?$option\b" || echo "$command $option"
done <"$work/named" >"$work/missing"
none "all named options exist"

grep -oh '`[^`]*`\|^    .*' $documents | grep -o '\bmake [a-z][a-z-]*' |
    sort -u | sed 's/make //' >"$work/named"
while read -r target; do
    sed -n 's/^\([a-z -]*\):.*/ \1 /p' Makefile | grep -q " $target " ||
        echo "make $target"
done <"$work/named" >"$work/missing"
none "all named targets of make exist"

# One of them is about the files of other trees.
grep -oh '`[^` ]*`' ${documents/docs\/other-trees.md/} | tr -d '`' |
    grep -E '^(docs|patches|overlay|scripts|tests|verify)/[^*{]*$' |
    sort -u >"$work/named"
# Of the patched tree it is files that the series brings, touches or builds.
while read -r path; do
    [ -e "$path" ] || [ -e "overlay/$path" ] || [ -e "overlay/$path.c" ] ||
        grep -rqxF "+++ b/$path" patches || echo "$path"
done <"$work/named" >"$work/missing"
none "all named files exist, in the project or in the patched tree"

# Fixtures stand for foreign text, patches carry the licence of their files, and
# `export --results` writes results.ini.  Programs for guests have upstream's
# notice.
find scripts tests verify -type f ! -path 'tests/fixtures/*' \
    ! -path 'tests/oracle/patches/*' ! -path tests/oracle/series \
    ! -path verify/data/results.ini ! -name '*.md' ! -name '*.pyc' \
    ! -path 'verify/data/help/*' |
    sort >"$work/named"
while read -r path; do
    head -n 3 "$path" | grep -qF 'SPDX-License-Identifier: GPL-2.0-or-later' ||
        { [[ $path == tests/guest/* ]] && head -n 15 "$path" |
            grep -q 'licensed under the terms of the GNU GPL'; } ||
        echo "$path"
done <"$work/named" >"$work/missing"
none "every source file names its licence"

echo "1..$count"
