#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `tcg-verify export`: mails from which git am makes the tree of apply, sent by
# b4 and git-publish as well.
. "$(dirname "$0")/fixture.sh"

export QEMU_TARBALL
export HOME=$scratch/home
mkdir "$HOME"

# The sender's configuration, the only one that git sees.
export GIT_CONFIG_GLOBAL=$scratch/gitconfig
sender() {
    git config --global user.name "$1"
    git config --global user.email "$2"
}

# A project whose upstream has the scripts that export reads.
use_project() {
    new_project
    QEMU_TARBALL=$tarball
    stage=$project/stage/qemu-5.2.0
    mkdir -p "$stage/scripts"
    printf '%s\n' '*.h' '*.c' >"$stage/scripts/git.orderfile"
    cat >"$stage/scripts/get_maintainer.pl" <<'PERL'
open(my $mail, '<', $ARGV[-1]) or die;
my @lines = <$mail>;
print "qemu-devel\@example.org\n";
print "Jos\xc3\xa9 N\xc3\xba\xc3\xb1ez <jose\@example.org>\n"
    if grep { m{^\+\+\+ b/tcg/i386/} } @lines;
print "A. Header <header\@example.org>\n"
    if grep { m{^\+\+\+ b/include/} } @lines;
print "\"S. Sender\" <Sam\@example.org>\n";
PERL
    echo 'a file that git would ignore' >"$stage/left.o"
    echo '*.o' >"$stage/.gitignore"
    # Firmware that upstream's tarball lacks.
    mkdir "$stage/pc-bios"
    printf "blobs = files(\n  'bios.bin',\n)\n" >"$stage/pc-bios/meson.build"
    pack
    mails=$project/build/mail/v1
    cover=$mails/0000-cover-letter.patch
    src=$project/build/src/qemu-5.2.0
}

# A git checkout of pristine upstream at $1.
checkout() {
    rm -rf "$1"
    cp -r "$stage" "$1"
    : >"$1/pc-bios/bios.bin"
    git -C "$1" init -q -b master
    git -C "$1" add -Af
    git -C "$1" -c user.name=a -c user.email=a@b commit -qm 'QEMU 5.2.0'
}

# Both trees have the same names, modes and contents.
same_tree() {
    diff -r -x .git -x .pc "$1" "$2" >"$scratch/out" 2>&1 &&
        [ "$(cd "$1" && find . -name .pc -prune -o -name .git -prune -o \
            -type f -printf '%p %m\n' | sort)" = \
          "$(cd "$2" && find . -name .pc -prune -o -name .git -prune -o \
            -type f -printf '%p %m\n' | sort)" ]
}

# The value of a mail's header, unfolded.
header() {
    sed -n '1,/^$/p' "$2" | sed -e ':a' -e 'N;$!ba' -e 's/\n[ \t]\+/ /g' |
        sed -n "s/^$1: //pI"
}

# --- the sender -------------------------------------------------------------
use_project
verify export
ok "without a sender it is refused" refused 'set user.name and user.email'
ok "and nothing is left" [ ! -e "$project/build/mail" ]

# --- the mails --------------------------------------------------------------
sender 'Sam Sender' sam@example.org
git config --global format.subjectPrefix 'NOT THIS'
git config --global diff.noprefix true
git config --global commit.gpgSign true
verify export
ok "the good series is exported" exits 0
ok "mails, am, checkpatch and the cover letter were looked at" \
    [ "$(grep -cE '^(mail|am|mail-style|mail-cover) +clean' "$scratch/out")" = 4 ]
ok "a cover letter and a mail for each patch" \
    [ "$(ls "$mails" | cut -c1-5 | xargs)" = '0000- 0001- 0002- 0003-' ]
ok "nothing half-done is left" nothing_left
ok "numbered" [ "$(header subject "$mails"/0001-*)" = \
    '[PATCH 1/3] tcg: Take const pointers in tcg_ptr_byte_diff' ]
ok "threaded below the cover letter" \
    [ "$(header in-reply-to "$mails"/0003-*)" = \
      "$(header message-id "$cover")" ]
ok "from the sender" \
    [ "$(header from "$mails"/0001-*)" = 'Sam Sender <sam@example.org>' ]
ok "signed off by the sender" \
    [ "$(grep -l '^Signed-off-by: Sam Sender <sam@example.org>$' \
        "$mails"/000[1-3]-* | wc -l)" = 3 ]
ok "an overlay file is in the mail of its patch" \
    grep -q '^+++ b/include/tcg/tcg-code-ptr.h' "$mails"/0003-*
ok "its trailer is not" [ -z "$(grep -rl '^Overlay:' "$mails")" ]
ok "headers come first, as scripts/git.orderfile has it" \
    [ "$(grep -h '^+++ ' "$mails"/0003-* | xargs)" = \
      '+++ b/include/tcg/tcg-code-ptr.h +++ b/include/tcg/tcg.h +++ b/tcg/tcg.c' ]
ok "Cc: whom get_maintainer.pl names, the sender left out" \
    [ "$(header cc "$mails"/0001-*)" = \
      'qemu-devel@example.org, "A. Header" <header@example.org>' ]
ok "names in any script" [ "$(header cc "$mails"/0002-*)" = \
    'qemu-devel@example.org, =?UTF-8?q?Jos=C3=A9=20N=C3=BA=C3=B1ez?= <jose@example.org>' ]
ok "the cover letter goes to all of them" \
    [ "$(header cc "$cover" | tr , '\n' | wc -l)" = 3 ]
ok "its subject is the first line of COVER_LETTER.md" \
    [ "$(header subject "$cover")" = \
      '[PATCH 0/3] tcg: Write code through an alias' ]
ok "it has the text" grep -q '^The code buffer is mapped twice' "$cover"
ok "the generated parts" grep -qF '| all | 3 | 3 | 1 |' "$cover"
ok "no markers" [ -z "$(grep -F '<!--' "$cover")" ]
ok "the shortlog" grep -q '^Sam Sender (3):' "$cover"
ok "the diffstat" grep -q '4 files changed, 15 insertions' "$cover"
ok "upstream's base" grep -qx \
    'base-commit: 553032db17440f8de011390e5a1cfddd13751b0b' "$cover"
ok "and no change log yet" [ -z "$(grep 'Change log' "$cover")" ]
git config --global --unset diff.noprefix
git config --global --unset format.subjectPrefix
git config --global --unset commit.gpgSign

checkout "$scratch/am"
git -C "$scratch/am" am -q --empty=drop "$mails"/* >"$scratch/out" 2>&1
ok "git am takes them" [ "$(git -C "$scratch/am" rev-list --count HEAD)" = 4 ]
ok "and gives the same tree as apply" same_tree "$scratch/am" "$src"

was=$(cat "$mails"/000[1-9]-* | sed '/^Message-Id: /Id;/^Date: /d
    /^In-Reply-To: /d;/^References: /d' | sha256sum)
verify export --subject-prefix 'RFC PATCH'
ok "a second run" exits 0
ok "with another prefix" [ "$(header subject "$cover")" = \
    '[RFC PATCH 0/3] tcg: Write code through an alias' ]
ok "the rest is the same" [ "$was" = "$(cat "$mails"/000[1-9]-* |
    sed '/^Message-Id: /Id;/^Date: /d;s/\[RFC /[/
    /^In-Reply-To: /d;/^References: /d' | sha256sum)" ]
verify export --output-dir "$scratch/outbox"
ok "to a directory that the user names" \
    [ "$(ls "$scratch/outbox" | wc -l)" = 4 ]
echo precious >"$scratch/outbox/notes"
verify export --output-dir "$scratch/outbox"
ok "one with other files is refused" refused 'holds other things than mails'
ok "and left alone" [ "$(ls "$scratch/outbox" | wc -l)" = 5 ]

# --- names and encodings -----------------------------------------------------
# sent_by NAME: a mail reader sees NAME in From and Signed-off-by of each mail,
# in its shortlog, and no recipient of its address; headers are ASCII.
sent_by() {
    python3 - "$1" "$mails"/* >"$scratch/out" 2>&1 <<'PYTHON'
import email, email.header, email.policy, email.utils, sys
name = sys.argv[1]
for path in sys.argv[2:]:
    data = open(path, 'rb').read()
    mail = email.message_from_bytes(data, policy=email.policy.default)
    body = mail.get_content()
    assert not mail.defects, mail.defects
    assert not mail['From'].defects, mail['From'].defects
    assert data.split(b'\n\n')[0].isascii(), path
    # Python's own display_name has blanks where an encoded name is folded.
    display, address = email.utils.parseaddr(email.message_from_bytes(
        data, policy=email.policy.compat32)['From'].replace('\n', ''))
    display = str(email.header.make_header(email.header.decode_header(display)))
    assert display == name, display
    assert address == 'sam@example.org', address
    assert not mail['Cc'] or 'sam@example.org' not in mail['Cc'], mail['Cc']
    wanted = (f'{name} (3):' if '0000-' in path else
              f'Signed-off-by: {name} <sam@example.org>')
    assert wanted in body.splitlines(), body
PYTHON
}

# The name in UTF-8, in a terminal's encoding of its own, and with what has to
# be quoted in a header.
use_project
for encoding in ISO-8859-1 UTF-16; do
    git config --global i18n.commitEncoding "$encoding"
    git config --global i18n.logOutputEncoding "$encoding"
    for name in 'José Núñez' "$(printf 'Ж%.0s' $(seq 50)) Ж" 'Dr. Ann "Q" O\Neil, Jr' 'Ünal (Ü) "Ü", Jr'; do
        sender "$name" sam@example.org
        verify export
        ok "$encoding for commits: $name is exported" exits 0
        ok "and every mail is from $name" sent_by "$name"
    done
done
git config --global --unset i18n.logOutputEncoding
for encoding in ISO-8859-1 KOI8-R; do
    name='José'
    [ "$encoding" != KOI8-R ] || name='Фёдор'
    git config --global i18n.commitEncoding "$encoding"
    sender "$(iconv -f UTF-8 -t "$encoding" <<<"$name")" sam@example.org
    verify export
    ok "a name in $encoding is exported" exits 0
    ok "in UTF-8" sent_by "$name"
done
git config --global --unset i18n.commitEncoding
rm -rf "$project/build/mail"
verify export
ok "a name in no known encoding is refused" refused 'is not UTF-8; set user.name'
ok "and no mail is left" [ ! -e "$mails" ]
sender 'Sam Sender' sam@example.org

# --- what must not be mailed ------------------------------------------------
# refuses DESCRIPTION RULE TEXT: exit 1, and the old mails are still there.
refuses() {
    was=$(tree_hash "$mails")
    verify export
    ok "$1 is found" finds "$2" "$3"
    ok "$1: the mails are what they were" [ "$was" = "$(tree_hash "$mails")" ]
    ok "$1: nothing half-done is left" nothing_left
}

use_project
verify export
echo '/* mine */' >>"$src/tcg/tcg.c"
refuses "another tree than git am gives" mail-tree tcg/tcg.c
verify export --no-verify
ok "--no-verify writes them all the same" exits 0
ok "and says so" says 'not verified'

use_project
verify export
chmod +x "$src/tcg/tcg.c"
refuses "another mode" mail-tree tcg/tcg.c

# Interrupted while git writes the mails.
use_project
verify export
was=$(tree_hash "$mails")
mkdir -p "$scratch/slow"
printf '#!/bin/sh\ncase "$*" in *format-patch*) sleep 20 ;; esac\nexec %s "$@"\n' \
    "$(command -v git)" >"$scratch/slow/git"
chmod +x "$scratch/slow/git"
PATH=$scratch/slow:$PATH "$TCG_VERIFY" --project "$project" export \
    >"$scratch/out" 2>"$scratch/err" &
pid=$!
wait_for test -d "$project/build/mail/.making-v1"
sleep 0.5
kill -TERM "$pid"
wait "$pid"
status=$?
ok "interrupted, it ends with 2" exits 2
ok "the mails equal the earlier ones" [ "$was" = "$(tree_hash "$mails")" ]
ok "and nothing half-done is left" nothing_left

# A git that mangles what it mails: the check is of the mails, not of commits.
# mangle SED MAIL: what git format-patch writes is edited.
real_git=$(command -v git)
mangle() {
    mkdir -p "$scratch/bin"
    cat >"$scratch/bin/git" <<SHELL
#!/bin/sh
"$real_git" "\$@"
status=\$?
case "\$*" in
*format-patch*) sed -i '$1' "$project/build/mail/.making-v1"/$2 ;;
esac
exit \$status
SHELL
    chmod +x "$scratch/bin/git"
}

path=$PATH
use_project
verify export
mangle 's/^+.*code_rw_diff;/& /' '0003-*'
PATH=$scratch/bin:$path
refuses "a blank that the mail adds" mail-tree include/tcg/tcg.h
mangle 's/^ .*code_buf;/ x;/' '0003-*'
refuses "a mail that does not apply" mail-tree 'git am'
PATH=$path

use_project
verify export
sed -i 's/| all | 3 /| all | 4 /' "$project/COVER_LETTER.md"
refuses "a stale number in the cover letter" cover-stale "'sections'"
verify lint
ok "lint finds it as well" finds cover-stale COVER_LETTER.md:7
verify export --cover
ok "--cover makes it again" cmp "$fixtures/project/COVER_LETTER.md" \
    "$project/COVER_LETTER.md"
ok "and says so" says 'were made anew'
sed -i '/end: results/d' "$project/COVER_LETTER.md"
refuses "a part without an end" cover-marker "'results'"
cp "$fixtures/project/COVER_LETTER.md" "$project/"
sed -i '/generated: checkpatch/d' "$project/COVER_LETTER.md"
refuses "a part that is missing" cover-marker checkpatch
cp "$fixtures/project/COVER_LETTER.md" "$project/"
echo 'Zürich' >>"$project/COVER_LETTER.md"
refuses "a character that is not ASCII" cover-form ASCII

use_project
verify export
printf '\tindented by a tab\n' >>"$project/overlay/include/tcg/tcg-code-ptr.h"
refuses "what checkpatch objects to" checkpatch 'never use tabs'

use_project
rm "$stage/scripts/get_maintainer.pl"
pack
verify export
ok "without get_maintainer.pl it is refused" refused 'scripts/get_maintainer.pl'
verify export --no-cc
ok "--no-cc goes without" exits 0
ok "and has no names in Cc" [ -z "$(header cc "$cover")" ]

# --- results ----------------------------------------------------------------
# result COMMAND PYTHON: leaves a result of COMMAND as PYTHON changes `result`.
result() {
    python3 - "$project/build/report" "$1" "$2" <<'PYTHON'
import json, sys
directory, command, change = sys.argv[1:]
result = json.load(open(directory + '/lint.json'))
result['command'] = command
result['cells'] = []
def cell(layer, **more):
    result['cells'].append(dict(layer=layer, status='clean', checked=2,
                                findings=0, seconds=0.5) | more)
exec(change)
json.dump(result, open(f'{directory}/{command}.json', 'w'))
PYTHON
}

use_project
verify lint
verify export --results
ok "without results there is nothing to take" refused 'has no results'
result check '
result["part"] = True
cell("L1", host="arm", mode="user")'
verify export --results
ok "a partial run does not count" says 'of check are of another form of the series or'
result check '
for layer in "L0", "L4", "caches": cell(layer, host="arm")
for mode in "softmmu", "user":
    for layer in "L1", "L2", "L3": cell(layer, host="arm", mode=mode)'
result test '
cell("off", host="arm", checked=7)
cell("on", host="arm", checked=7, status="findings", findings=1)'
result mutate '
result["scores"] = [dict(host="arm", layer="all", killed=9, total=12,
                         equivalent=2)]'
cat >"$project/build/report/bench-emulator.json" <<JSON
{"format": 2, "group": "emulator", "legend": "", "load": 0, "processors": 1,
 "series": "$(sed -n 's/.*"series" *: *"\([0-9a-f]*\)".*/\1/p' \
    "$project/build/report/lint.json")",
 "rows": [{"what": "size", "variant": "split on", "value": 0.2, "limit": 0.1,
           "unit": "%"}, {"what": "start", "value": 2, "unit": "s"}]}
JSON
verify export --results
ok "results are taken" exits 0
ok "host by host" grep -qxF \
    '| arm | clean, 18 | findings, 14, 1 finding | 9 of 10, 2 no mistake |' \
    "$project/COVER_LETTER.md"
ok "and others are not measured" grep -qF '| tci | not measured | not measured |' \
    "$project/COVER_LETTER.md"
ok "figures with their limits" grep -qxF \
    '| emulator | size | split on | +0.20 % (above) | +0.10 % |' "$project/COVER_LETTER.md"
verify lint
ok "then the cover letter is up to date" exits 0
verify export
ok "and mailed" grep -qF '| arm | clean, 18 |' "$cover"
ok "nothing is old" [ -z "$(grep 'earlier form' "$cover")" ]
sed -i 's/^It subtracts addresses/It only subtracts addresses/' \
    "$project/patches/const/ptr-diff.patch"
verify export
ok "after a change of the series the mail says so" grep -qxF \
    'Of an earlier form of this series: bench, check, test, mutate.' "$cover"
verify export --results
ok "and they are not taken for the present one's" refused 'has no results'
sed -i 's/^killed=9/killed=10/' "$project/verify/data/results.ini"
refuses "a number without a measurement" cover-stale "'results'"

# --- the next version -------------------------------------------------------
use_project
verify export --version 2
ok "a second version needs a first" refused 'no mails of the version before'
verify export
verify export --version 2
ok "and a change log" refused "no '### v2'"
cat >>"$project/COVER_LETTER.md" <<'TEXT'

### v2

The commit message is longer.
TEXT
sed -i 's/^It subtracts addresses/It only subtracts addresses/' \
    "$project/patches/const/ptr-diff.patch"
mails=$project/build/mail/v2
cover=$mails/v2-0000-cover-letter.patch
verify export --version 2
ok "version 2 is exported" exits 0
ok "and says so in every subject" [ "$(grep -l '^Subject: \[PATCH v2 ' \
    "$mails"/* | wc -l)" = 4 ]
ok "it has its change log" grep -q '^The commit message is longer' "$cover"
ok "and not that of version 1" [ -z "$(grep '^The first' "$cover")" ]
ok "the range-diff shows the change" \
    grep -q '^ .*+ *It only subtracts addresses' "$cover"
ok "and nothing else" [ "$(grep -cE '^[123]:  [0-9a-f]+ =' "$cover")" = 2 ]
verify export
ok "version 1 is not written over then" refused 'v2 is there already'
mv "$project/build/mail/v1" "$scratch/before"
verify export --version 2 --previous "$scratch/before"
ok "the mails of version 1 may be anywhere" exits 0
verify export --version 0
ok "there is no version 0" refused 'is 1 or more'

# --- b4 and git-publish -----------------------------------------------------
# The mails of both apply to a fresh checkout.
use_project
verify export
cat "$mails"/* >"$scratch/thread.mbox"
checkout "$scratch/tree"
mkdir "$scratch/b4-am" "$scratch/b4-send" "$scratch/sent"

# Runs in the checkout, without terminal; leaves out, err.
in_tree() {
    (cd "$scratch/tree" && "$@") >"$scratch/out" 2>"$scratch/err" </dev/null
}

# received FILE...: git am on pristine upstream gives what apply makes.
received() {
    checkout "$scratch/received"
    git -C "$scratch/received" am -q "$@" >"$scratch/out" 2>&1 &&
        same_tree "$scratch/received" "$src"
}

in_tree b4 --offline-mode -n am -m "$scratch/thread.mbox" -o "$scratch/b4-am"
ok "b4 am takes the mails" [ "$(ls "$scratch"/b4-am/*.mbx | wc -l)" = 1 ]
ok "and git am applies its mailbox" received "$scratch"/b4-am/*.mbx

# The text of the cover letter, as one would paste it.
{
    header subject "$cover" | sed 's/^\[.*\] //'
    sed '1,/^$/d; /^Sam Sender (3):/,$d' "$cover" | sed '1i\\'
} >"$scratch/letter"
printf '#!/bin/sh\ncp "%s" "$1"\n' "$scratch/letter" >"$scratch/editor"
cat >"$scratch/sendmail" <<SHELL
#!/bin/sh
cat >"\$(mktemp "$scratch/sent/XXXXXX")"
SHELL
chmod +x "$scratch/editor" "$scratch/sendmail"
git config --global core.editor "$scratch/editor"
git config --global sendemail.smtpserver "$scratch/sendmail"
git config --global sendemail.confirm never

git -C "$scratch/tree" checkout -q -b for-b4
git -C "$scratch/tree" am -q "$mails"/000[1-9]-*
in_tree b4 --offline-mode prep -e master
in_tree b4 --offline-mode prep --edit-cover
in_tree b4 --offline-mode -n send --no-sign --to qemu-devel@example.org \
    -o "$scratch/b4-send"
ok "b4 send writes the series" \
    [ "$(grep -l '^Subject: \[PATCH' "$scratch"/b4-send/* | wc -l)" = 4 ]
ok "with its cover letter" \
    grep -qr '^Subject: \[PATCH 0/3\] tcg: Write code through an alias' \
    "$scratch/b4-send"
ok "that git am takes" received $(grep -L '\[PATCH 0/3\]' \
    "$scratch"/b4-send/*)

git -C "$scratch/tree" checkout -q -b for-git-publish master
git -C "$scratch/tree" am -q "$mails"/000[1-9]-*
in_tree git-publish --no-check-url --no-inspect-emails --base=master \
    --message --to=qemu-devel@example.org
ok "git-publish sends the series" \
    [ "$(grep -l '^Subject: \[PATCH' "$scratch"/sent/* | wc -l)" = 4 ]
ok "with its cover letter" \
    grep -qr '^Subject: \[PATCH 0/3\] tcg: Write code through an alias' \
    "$scratch/sent"
ok "that git am takes" received $(grep -l '\[PATCH [1-3]/3\]' \
    "$scratch"/sent/* | while read -r mail; do
        echo "$(header subject "$mail" | cut -c1-10) $mail"
    done | sort | sed 's/.* //')
done_testing
