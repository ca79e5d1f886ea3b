#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `tcg-verify lint`, `report` and `explain`: every rule has a series that
# breaks it and is reported by exactly that rule.
. "$(dirname "$0")/fixture.sh"

export QEMU_TARBALL
use_project() {
    new_project
    QEMU_TARBALL=$tarball
    emit=$project/patches/rw/emit.patch
    i386=$project/patches/const/i386.patch
    diff=$project/patches/const/ptr-diff.patch
    exceptions=$project/verify/data/checkpatch-exceptions.ini
}

# The rules that are reported, each once, sorted.
rules() {
    sed -n 's/.* \[\([a-z-]*\)\]$/\1/p' "$scratch/out" | sort -u | xargs
}

# broken DESCRIPTION RULE TEXT: lint finds RULE with TEXT, and no other rule.
broken() {
    verify export --cover
    verify lint
    ok "$1" finds "$2" "$3"
    ok "$1: nothing else" [ "$(rules)" = "$2" ]
}

# Exports the series as commits of git, so that a changed patch is one that
# git would write.  Arguments: a command that changes the tree after the last.
add_patch() {
    local tree=$project/work name=$1 subject=$2

    shift 2
    rm -rf "$tree"
    cp -a "${kind_upstream:-$fixtures/upstream}" "$tree"
    git -C "$tree" init -q
    git -C "$tree" add -A
    git -C "$tree" -c user.name=a -c user.email=a@b commit -qm base
    for patch in $(sed '/^#/d' "$project/series"); do
        git -C "$tree" apply "$project/patches/$patch" || return 1
    done
    git -C "$tree" add -A
    git -C "$tree" -c user.name=a -c user.email=a@b commit -qm before
    (cd "$tree" && eval "$1") || return 1
    git -C "$tree" add -A
    printf '%s\n\n%s\n' "$subject" "The body says why." |
        git -C "$tree" -c user.name=a -c user.email=a@b commit -qF -
    git -C "$tree" format-patch -N --zero-commit --no-signature \
        --full-index --stdout -1 |
        sed '1{/^From /d}; /^From: /d; /^Date: /d; ${/^$/d}' \
            >"$project/patches/$name"
    echo "$name" >>"$project/series"
}

use_project
PERL5OPT=-Mno_such_module verify lint
ok "an environment that breaks perl reaches no checkpatch" exits 0
rm -rf "$project/build/cache"
verify lint
ok "the good series is clean" exits 0
ok "every layer was looked at" [ "$(grep -cE \
    '^(series|header|overlay|cover|round-trip|checkpatch) +clean' \
    "$scratch/out")" = 6 ]
ok "the summary is for machines" grep -q \
    '^tcg-verify: command=lint status=clean exit=0 cells=6 clean=6 ' \
    "$scratch/out"
rm -rf "$project/tarballs"
PATH=$(path_without perl curl apt-get) verify lint
ok "does not check unchanged patches again" exits 0
verify --format=json lint
ok "JSON on request" python3 -c '
import json, sys
result = json.load(open(sys.argv[1]))
assert result["status"] == "clean" and len(result["cells"]) == 6
' "$scratch/out"

# series
use_project
cp "$emit" "$project/patches/rw/more.patch"
broken "an unlisted patch" series-unlisted 'patches/rw/more.patch is not listed'
use_project
echo rw/none.patch >>"$project/series"
broken "a missing patch" series-missing 'series:6: there is no file'
use_project
echo const/ptr-diff.patch >>"$project/series"
broken "a patch listed twice" series-duplicate 'series:6: const/ptr-diff.patch'
use_project
sed -i 's/^     return s->code_ptr - s->code_buf;/     return s->code_ptr - 0;/' \
    "$diff"
broken "a hunk that needs fuzz" series-apply 'patches/const/ptr-diff.patch'
ok "reports the patches that it did not examine" says '2 patches after it were not looked at'
use_project
sed -i 's/^-    \*s->code_ptr++ = v;/-    *s->code_ptr-- = v;/' "$emit"
broken "a series broken in the middle" series-apply 'patches/rw/emit.patch'
use_project
rm "$project/series"
verify lint
ok "no series at all: could not run" refused 'cannot read the series'
use_project
: >"$project/series"
rm -r "$project/patches" "$project/overlay"
verify lint
ok "an empty series is no pass" refused 'the series is empty'

# A change that a series cannot have is a finding, whatever else it makes of the
# rest; nothing stops at it.
kind() {
    use_project
    mkdir -p "$project/stage/qemu-5.2.0/pc"
    printf 'a\0b' >"$project/stage/qemu-5.2.0/pc/blob.c"
    ln -s ../VERSION "$project/stage/qemu-5.2.0/pc/link.c"
    printf 'Zu\337\n' >"$project/stage/qemu-5.2.0/pc/latin.c"
    pack
    kind_upstream=$project/stage/qemu-5.2.0 \
        add_patch rw/kind.patch 'tcg: Change another kind' "$2"
    verify export --cover
    verify lint
    ok "$1" finds series-kind "$3"
    ok "$1: with its place" grep -q '^patches/rw/kind.patch:[0-9]*: .*-kind\]$' \
        "$scratch/out"
}
kind "a mode alone" 'chmod +x tcg/tcg.c' \
    'changes the mode of tcg/tcg.c, which quilt does not keep'
kind "a mode and lines" 'chmod +x tcg/tcg.c; echo "/* more */" >>tcg/tcg.c' \
    'changes the mode of tcg/tcg.c'
kind "a binary file" "printf 'a\\0c' >pc/blob.c" \
    'changes pc/blob.c, which quilt takes for binary'
kind "a new symbolic link" 'ln -s tcg.c tcg/other.c' \
    'makes a symbolic link of tcg/other.c'
kind "another symbolic link" 'ln -sfn ../tcg/tcg.c pc/link.c' \
    'changes the symbolic link pc/link.c'
kind "no symbolic link any longer" 'rm pc/link.c' \
    'removes the symbolic link pc/link.c'
kind "a submodule" 'git init -q sub
    git -C sub -c user.name=a -c user.email=a@b commit -q --allow-empty -m s' \
    'makes a submodule of sub'
kind "a rename" 'git mv tcg/tcg.c tcg/tcg2.c' 'is written as a rename, to'
kind "a blank in a name" 'echo "/* */" >"tcg/a b.c"' \
    'changes tcg/a b.c: a name has to be of printable ASCII'
kind "a quote in a name" "echo '/* */' >'tcg/a\"b.c'" \
    'changes "a/tcg/a'
use_project
kind_upstream=
add_patch rw/kind.patch 'tcg: Remove the backend' \
    'git rm -q tcg/i386/tcg-target.c.inc'
verify export --cover
verify lint
ok "a patch that only removes has no line to check" exits 0
use_project
printf 'a\0b\n' >>"$emit"
verify lint
ok "a NUL byte" finds header-grammar 'patches/rw/emit.patch has a NUL byte'
use_project
mkdir -p "$project/stage/qemu-5.2.0/pc"
printf 'Zu\337\n' >"$project/stage/qemu-5.2.0/pc/latin.c"
pack
kind_upstream=$project/stage/qemu-5.2.0 \
    add_patch rw/kind.patch 'tcg: Change Latin' 'echo "/* more */" >>pc/latin.c'
verify export --cover
verify lint
ok "text that is no UTF-8 is text" exits 0

# header: these leave the rest of the file what git writes, or else the round
# trip reports them as well, and rightly.
header() {
    verify lint
    ok "$1" finds "$2" "$3"
}
use_project
sed -i '1s/.*/Subject: tcg: Take const pointers in tcg_ptr_byte_diff/' "$diff"
header "no [PATCH] in the subject" header-grammar 'ptr-diff.patch:1:'
use_project
sed -i '1s/tcg: //' "$diff"
header "no area in the subject" header-grammar 'names no area'
use_project
sed -i '1s/$/./' "$diff"
header "a full stop after the subject" header-grammar 'full stop'
use_project
sed -i '1s/$/ and some more words until it is far too long/' "$diff"
header "a long subject" header-grammar 'characters, 76 are allowed'
use_project
sed -i '3d' "$diff"
header "no body" header-grammar 'no body that says why'
use_project
sed -i '3s/$/ And on and on it goes in one line that no terminal shows./' "$diff"
header "a long line" header-grammar 'ptr-diff.patch:3: a line of the body'
use_project
sed -i '3s/$/ \xc3\xa4/' "$diff"
header "not ASCII" header-grammar 'not plain ASCII'
for line in 'From: A <a@example.org>' 'Date: today' \
    'Signed-off-by: A <a@example.org>'; do
    use_project
    sed -i "3s/\$/\n\n$line/" "$diff"
    header "an identity: ${line%%:*}" header-identity 'ptr-diff.patch:5:'
done
use_project
sed -i '3s/$/\n\nOverlays: include\/x.h/' "$diff"
header "an unknown trailer" header-trailer "the trailer 'Overlays:' is not known"
use_project
sed -i 's/^Overlay: /overlay: /' "$emit"
header "a misspelt Overlay:" header-trailer "spelt 'Overlay: PATH'"
use_project
sed -i 's/^Overlay: .*/&\n\nA paragraph behind it./' "$emit"
header "an Overlay: that is no trailer" header-trailer 'outside of the last'
use_project
sed -i '/^---$/d' "$diff"
header "no --- before the diffstat" header-grammar "no line '---'"
use_project
sed -i '/^Subject/d' "$diff"
header "no subject" header-grammar 'no Subject: line'

# diff and round trip
use_project
sed -i 's/ | 4 ++--/ | 6 +++---/' "$diff"
broken "a wrong diffstat" diff-stat 'ptr-diff.patch:5:'
use_project
sed -i 's/^\(index [0-9a-f]*\.\.\)[0-9a-f]\{40\}/\1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/' \
    "$diff"
verify lint
ok "a wrong blob in an index line" finds diff-index 'ptr-diff.patch:9:'
use_project
sed -i 's/^index \([0-9a-f]\{7\}\)[0-9a-f]*\.\.\([0-9a-f]\{7\}\)[0-9a-f]*/index \1..\2/' \
    "$diff"
broken "short blobs in an index line" diff-index 'ptr-diff.patch:9:'
use_project
sed -i 's/^@@ -21,9 +21,9 @@/@@ -20,9 +20,9 @@/' "$diff"
broken "a hunk at another line" round-trip 'git writes this diff otherwise'
use_project
sed -i '1{N;s/\n / /}' "$i386"
broken "a subject that git would fold" round-trip 'i386.patch:1: git writes'
use_project
sed -i 's/^---$/&\nA note to the reader.\n/' "$diff"
verify lint
ok "notes below --- are no fault" exits 0

# overlay
use_project
echo stray >"$project/overlay/stray.h"
broken "an overlay file that no patch names" overlay-unnamed \
    'overlay/stray.h: is named by no'
use_project
rm "$project/overlay/include/tcg/tcg-code-ptr.h"
broken "a trailer without its file" overlay-missing 'does not exist'
use_project
sed -i '3s/$/\n\nOverlay: include\/tcg\/tcg-code-ptr.h/' "$diff"
broken "two patches with the same overlay file" overlay-twice \
    'is already brought in by'
use_project
echo clash >"$project/overlay/VERSION"
sed -i 's/^Overlay: .*/&\nOverlay: VERSION/' "$emit"
broken "an overlay file that upstream has" overlay-clash 'VERSION'

use_project
printf 'a\0b' >"$project/overlay/include/tcg/tcg-code-ptr.h"
verify export --cover
verify lint
ok "a binary overlay file" finds overlay-kind 'tcg-code-ptr.h: is binary'
use_project
mv "$project/overlay/include/tcg/tcg-code-ptr.h" "$project/real.h"
ln -s ../../../real.h "$project/overlay/include/tcg/tcg-code-ptr.h"
broken "a symbolic link in the overlay" overlay-kind 'is a symbolic link'

# checkpatch
use_project
add_patch rw/long.patch 'tcg: Add a long line' \
    'printf "/* %090d */\n" 0 >>tcg/tcg.c'
broken "a line over 80 characters" checkpatch \
    'tcg/tcg.c:25: WARNING: line over 80 characters'
ok "with the patch that has it" says 'patch rw/long.patch'
mkdir -p "$(dirname "$exceptions")"
cat >"$exceptions" <<'INI'
[long]
patch=rw/long
message=WARNING: line over 80 characters
file=tcg/tcg.c
reason=The number is a unit.
INI
verify export --cover
verify lint
ok "an exception with a reason excuses it" exits 0
sed -i '/^reason/d' "$exceptions"
verify export --cover
verify lint
ok "without a reason it does not" finds checkpatch 'line over 80'
ok "and is a finding itself" finds checkpatch-exception '[long] needs patch'
cat >"$exceptions" <<'INI'
[other]
patch=rw/emit
message=WARNING: line over 80 characters
file=tcg/tcg.c
reason=It was long once.
INI
verify export --cover
verify lint
ok "an exception for another patch does not excuse it" finds checkpatch \
    'line over 80'
ok "one that matches nothing is a finding" finds checkpatch-exception \
    '[other] matches nothing'
use_project
printf '\t/* tab */\n' >>"$project/overlay/include/tcg/tcg-code-ptr.h"
broken "a tab in an overlay file" checkpatch \
    'include/tcg/tcg-code-ptr.h:8: ERROR: code indent should never use tabs'
use_project
PATH=$(path_without perl) verify lint
ok "without perl it could not run" refused "cannot run 'perl'"
use_project
sed -i 's/^print "total: .*/exit 0;/' \
    "$project/stage/qemu-5.2.0/scripts/checkpatch.pl"
pack
verify lint
ok "a checkpatch that ends early is no pass" refused 'gave no total'

# report and explain
use_project
verify report
ok "a report of nothing is no pass" exits 2
verify apply
verify lint
verify report
ok "a report without check is no pass" exits 2
ok "and names the missing result" says "run 'tcg-verify check'"
# Another command's result in the same form.
sed 's/"command" : "lint"/"command" : "check"/; s/"checkpatch"/"L1"/' \
    "$project/build/report/lint.json" >"$project/build/report/check.json"
verify report
ok "the report is clean" exits 0
ok "it has all commands" grep -q '^apply ' "$scratch/out"
ok "and is kept as JSON" [ -s "$project/build/report/report.json" ]
echo '# changed' >>"$project/series"
verify report
ok "results of an earlier series are no pass" exits 2
ok "and are named" says "left out 'lint'"
verify lint
echo x >"$project/patches/stray.patch"
verify lint
sed -i 's/"series" : "[0-9a-f]*"/"series" : "'"$(sed -n \
    's/.*"series" : "\([0-9a-f]*\)".*/\1/p' \
    "$project/build/report/lint.json")"'"/' "$project/build/report/check.json"
verify report
ok "findings are exit 1 in the report, too" finds series-unlisted stray
explain() {
    "$TCG_VERIFY" explain "$@" >"$scratch/out" 2>"$scratch/err"
    status=$?
}
explain overlay-clash
ok "a rule is explained" says 'Fix: '
explain no-such-rule
ok "an unknown rule is refused" refused "no rule 'no-such-rule'"
explain
every_rule_explained() {
    local rule

    for rule in $(cut -d' ' -f1 "$scratch/out"); do
        "$TCG_VERIFY" explain "$rule" |
            grep -q '^Fix: .' || return 1
    done
}
ok "every rule has its text" every_rule_explained
verify frobnicate
ok "an unknown command is exit 2" exits 2
verify lint --frobnicate
ok "an unknown option is exit 2" exits 2
verify --format=xml lint
ok "an unknown format is exit 2" exits 2
(cd "$project/patches/rw" && "$TCG_VERIFY" lint >"$scratch/out" 2>&1)
status=$?
ok "the project is found from below" exits 1
project=$scratch verify lint
ok "without base.ini: exit 2" refused 'base.ini'

done_testing
