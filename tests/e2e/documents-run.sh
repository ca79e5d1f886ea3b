#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every command of the documents, as written: either run in a checkout of its
# own, with trees of QEMU in ~/src; or found in the script that runs it.
#
#   tests/e2e/documents-run.sh [--all]
#
# Without --all, `make nightly` runs the long commands instead; its recipe ends
# with this script and that option.
#
# A command is each line of an indented block or of a fence without language,
# and `code` in the text that has arguments.  All of them go through one shell,
# in the order of the documents.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/applied-tree.sh"
documents="README.md CONTRIBUTING.md docs/hosts-and-policies.md
    docs/other-trees.md docs/porting-a-backend.md docs/architecture.md COVER_LETTER.md
    verify/address-units/THEORY.md"
all=${1-}
checkout=$work/checkout

# --- commands of the documents ------------------------------------------------
# commands FILE: lines "FILE:LINE<tab>COMMAND"; skips fences of text, c and ini.
commands()
{
    awk -v file="$1" '
        function found(command) { print file ":" NR "\t" command }
        /^```/ {
            fenced = !fenced
            other = fenced && $0 ~ /^```(text|c|ini)$/
            next
        }
        fenced { if (!other && $0 != "") found($0); next }
        /^    / && (blank || block) { block = 1; found(substr($0, 5)); next }
        {
            block = 0
            blank = $0 == ""
            while (match($0, /`[^`]*`/)) {
                code = substr($0, RSTART + 1, RLENGTH - 2)
                $0 = substr($0, RSTART + RLENGTH)
                if (code ~ /^(tcg-verify [a-z]+|meson|git am|quilt push) / ||
                    code ~ /^(make [a-z]|build\/verify\/[a-z-]+ )/)
                    found(code)
            }
        }' "$top/$1"
}

# Commands that other scripts run, as written there: the recipe of nightly,
# the jobs of GitLab, the entry of CI.
{
    sed -n '/^nightly:/,/^$/s/^\t//p' "$top/Makefile" |
        sed 's/^[A-Z_]*=$(abspath $([A-Z]*))[^ ]* //; s/\$(MAKE)/make/; s/\$(TV)/tcg-verify/
            s/\$(BUILD)/build/'
    sed -n 's/^    - //p' "$top/.gitlab-ci.yml" | sed 's/\$TV/tcg-verify/'
    grep -o "'make [a-z]*'" "$top/.ci/run" | tr -d "'"
} >"$work/runners"

# run_elsewhere COMMAND
run_elsewhere()
{
    grep -qxF -- "$1" "$work/runners"
}

# Commands that build QEMU, need it built, or need the results of all runs.
takes_long()
{
    case $1 in
    './configure '* | 'policy-exec '* | \
        '~/src/qemu/build/'* | 'tcg-verify build '* | \
        'tcg-verify mutate '* | 'tcg-verify export --results') ;;
    *) return 1 ;;
    esac
}

# --- the checkout -------------------------------------------------------------
# The project as it is, the tool under test, and the trees and results made from
# this very series.
make_checkout()
{
    local tool=$checkout/build/verify path

    mkdir -p "$tool/meson-info"
    tar -C "$top" --exclude=./build --exclude=./.git -cf - . |
        tar -C "$checkout" -xf -
    for path in cache pristine src; do
        ln -s "$top/build/$path" "$checkout/build/$path"
    done
    for path in "$(dirname "$TCG_VERIFY")"/{tcg-verify,tcg-address-units,policy-exec} \
        "$(dirname "$TCG_VERIFY")"/*.so; do
        ln -s "$path" "$tool/"
    done
    # For `make tool` it is built.
    printf 'build all: phony\ndefault all\n' >"$tool/build.ninja"
    printf '{"directories": {"source": "%s", "build": "%s"}}\n' \
        "$checkout/verify" "$tool" >"$tool/meson-info/meson-info.json"
}

# ~/src/qemu is Debian's tarball in git, ~/src/fork a branch of it.
make_trees()
{
    local pristine=$top/build/pristine/qemu-5.2.0

    mkdir -p "$HOME/src"
    cp -a "$pristine" "$HOME/src/qemu" &&
        cd "$HOME/src/qemu" &&
        find pc-bios -maxdepth 1 \( -empty -o -name 'edk2-*.bz2' \) -type f \
            -delete &&
        git init -q && git add -Af && git commit -qm 'QEMU 5.2.0' &&
        git clone -q . "$HOME/src/fork" && cd "$HOME/src/fork" &&
        echo '/* drift */' >>hw/core/cpu.c && git commit -qam drift &&
        git tag drift
}

export HOME=$work/home
mkdir "$HOME"
export GIT_CONFIG_GLOBAL=$HOME/.gitconfig GIT_CONFIG_SYSTEM=/dev/null
git config --global user.name 'A Tester'
git config --global user.email tester@example.org
printf '#!/bin/sh\nexec cat >>"%s"\n' "$work/sent" >"$work/sendmail"
chmod +x "$work/sendmail"
git config --global sendemail.smtpserver "$work/sendmail"
git config --global sendemail.confirm never

# Steps of a reader that are no commands of the page.
before()
{
    case $1 in
    *"MAIL_OPTIONS='--version 2'"*)
        printf '\n### v2\n\nNothing.\n' >>"$checkout/COVER_LETTER.md"
        ;;
    'tcg-verify rebase --tree ~/src/fork'*)
        # README and the page about it port the same tree.
        git -C ~/src/fork reset -q --hard drift
        ;;
    'tcg-verify export --results')
        cp "$top"/build/report/*.json "$checkout/build/report/"
        ;;
    esac
}

# --- run them -------------------------------------------------------------------
# The state after `make verify`, with which a reader starts.
find_applied_tree
("$TCG_VERIFY" --project "$top" source && "$TCG_VERIFY" --project "$top" apply &&
    make_checkout && make_trees) >"$work/out" 2>&1
ok $? "make a checkout, and trees to work on"
for document in $documents; do
    commands "$document"
done >"$work/commands"
[ "$(grep -c ^README.md: "$work/commands")" -gt 20 ] &&
    [ "$(grep -c ^docs/ "$work/commands")" -gt 5 ]
ok $? "the documents have commands"
ls "$top"/docs/*.md | sed 's,.*/,docs/,' | grep -vxF "$(xargs -n 1 <<<"$documents")" \
    >"$work/out"
[ ! -s "$work/out" ]
ok $? "every page of docs/ is among them"
grep -qx 'tests/e2e/documents-run.sh --all' "$work/runners"
ok $? "make nightly runs the long commands"
make -C "$top" -n unapply TREE='~/src/qemu' 2>"$work/out" |
    grep -qF "'$HOME/src/qemu'"
ok $? "make expands ~ where the shell does not"

ran=0
cd "$checkout" || exit 2
while IFS=$(printf '\t') read -r -u 3 place command; do
    # In TAP, a comment would say something else.
    words=$(sed 's/ *#.*//' <<<"$command")
    if run_elsewhere "$words"; then
        ok 0 "$place: $words: make, CI or GitLab runs it"
    elif [[ $words == 'meson test -C build/verify '[a-z]* ]]; then
        # The suite that this test is of: the test that it names exists.
        meson test -C "$(dirname "$TCG_VERIFY")" --no-rebuild --list \
            >"$work/out" 2>&1 && grep -q " / ${words##* }\$" "$work/out"
        ok $? "$place: $words: the suite has it"
    elif [ "$all" != --all ] && takes_long "$command"; then
        ok 0 "$place: $words: make nightly runs it"
    elif grep -q '^make ' <<<"$words" &&
        ! grep -qE '^make (apply|unapply|mail)( |$)' <<<"$words"; then
        # It may take hours, or be the suite that this test is of.
        ok 1 "$place: $words: no runner has it"
    else
        before "$command" >"$work/out" 2>&1
        set +u
        started=$SECONDS
        eval "$command" >"$work/out" 2>&1 </dev/null
        status=$?
        set -u
        ok $status "$place: $words"
        echo "# $((SECONDS - started)) s"
        ran=$((ran + 1))
    fi
done 3<"$work/commands"
[ "$ran" -gt 15 ]
ok $? "this script ran most of them: $ran"
[ "$(grep -c '^Subject: \[PATCH' "$work/sent")" -gt 50 ]
ok $? "git send-email sent the mails, into a file"

echo "1..$count"
