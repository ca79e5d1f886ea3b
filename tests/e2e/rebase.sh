#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `tcg-verify rebase`: the series on trees that have drifted.
. "$(dirname "$0")/fixture.sh"

new_project
unset QUILT_PATCHES QUILT_SERIES

# The drifted forms of the fixture's upstream.
offset() {
    sed -i '1i /* A line that upstream does not have. */' "$tree/tcg/tcg.c"
}

# The line above the first that a hunk of rw/emit changes.
context() {
    sed -i 's/^static void tcg_out8(.*/static void tcg_out8(TCGContext *c, uint8_t v)/' \
        "$tree/tcg/tcg.c"
}

# A context line that is not next to the change.
far_context() {
    sed -i '3s/.*/\/* not empty *\//' "$tree/tcg/tcg.c"
}

renamed_function() {
    sed -i 's/tcg_out_jmp/tcg_out_goto/' "$tree/tcg/i386/tcg-target.c.inc"
}

# As it is called before 5.2.
missing_file() {
    mv "$tree/tcg/i386/tcg-target.c.inc" "$tree/tcg/i386/tcg-target.inc.c"
}

# plain DRIFT... / checkout DRIFT...: a tree with these.
plain() {
    local drift

    tree=$(mktemp -d "$scratch/tree.XXXXXX")
    cp -r "$fixtures/upstream/." "$tree/"
    for drift in "$@"; do
        "$drift"
    done
    was=$(tree_hash "$tree")
}

checkout() {
    local drift

    plain
    git -C "$tree" init -q
    git -C "$tree" config user.name 'A Tester'
    git -C "$tree" config user.email tester@example.org
    git -C "$tree" add -A
    git -C "$tree" commit -qm upstream
    for drift in "$@"; do
        "$drift"
        git -C "$tree" add -A
        git -C "$tree" commit -qm "drift: $drift"
    done
    head=$(git -C "$tree" rev-parse HEAD)
    was=$(tree_hash "$tree")
}

rebase() {
    verify rebase --tree "$tree" "$@"
}

in_tree() {
    (cd "$tree" && "$@")
}

applied() {
    [ "$(in_tree quilt --quiltrc - applied 2>/dev/null | wc -l)" = "$1" ]
}

commits() {
    [ "$(git -C "$tree" rev-list --count "$head"..HEAD)" = "$1" ]
}

has_overlay() {
    cmp -s "$project/overlay/include/tcg/tcg-code-ptr.h" \
        "$tree/include/tcg/tcg-code-ptr.h"
}

# The change of the patch, by hand.
settle_emit() {
    sed -i 's/^    \*s->code_ptr++ = v;/    *TCG_CODE_PTR_RW(s, s->code_ptr) = v;\n    s->code_ptr++;/' \
        "$tree/tcg/tcg.c"
    rm -f "$tree/tcg/tcg.c.rej"
}

# --- a plain tree ------------------------------------------------------------
plain
rebase
ok "upstream itself" exits 0
ok "gets all patches" applied 3
ok "and the overlay, as part of its patch" has_overlay
ok "and names the command that proves it" says "tcg-verify check --tree $tree"
rebase
ok "a second time is refused" refused 'quilt is in use there'
in_tree quilt --quiltrc - pop -qa >/dev/null
rm -rf "$tree/.pc" "$tree/patches"
ok "quilt takes all of it back" [ "$was" = "$(tree_hash "$tree")" ]

plain offset
rebase
ok "offsets are accepted" exits 0
ok "and reported" says 'rw/emit.patch: tcg/tcg.c, hunk #1: applied 1 line below'

plain context
rebase
ok "a changed context line stops it" exits 1
ok "it names the patch" says 'rw/emit.patch does not apply; patch 3 of 3'
ok "and the hunk" says 'tcg/tcg.c, hunk #1 of 1'
ok "the lines that the patch expects" says \
    '-|static void tcg_out8(TCGContext *s, uint8_t v)'
ok "and those that the tree has" says \
    '+|static void tcg_out8(TCGContext *c, uint8_t v)'
ok "the rest is in a .rej" [ -s "$tree/tcg/tcg.c.rej" ]
ok "quilt is at the patch" applied 3
ok "with the hunks that apply" grep -q code_rw_diff "$tree/include/tcg/tcg.h"
rebase
ok "while that stands, no other rebase" refused 'give --continue'
rebase --continue
ok "it does not continue while the .rej is there" refused 'tcg/tcg.c.rej is still'
settle_emit
rebase --continue
ok "without it, it does" exits 0
refreshed() {
    grep -q '^+    \*TCG_CODE_PTR_RW' "$tree/patches/rw/emit.patch" &&
        [ -z "$(in_tree quilt --quiltrc - diff -z)" ]
}
ok "and has refreshed the patch" refreshed

plain context
rebase
sed -i 's/^    \*s->code_ptr++ = v;/    *TCG_CODE_PTR_RW(s, s->code_ptr) = v;\n    s->code_ptr++;/' \
    "$tree/tcg/tcg.c"
in_tree quilt --quiltrc - refresh >/dev/null
rebase --continue
ok "refreshed by hand, the .rej still has to go" refused 'tcg/tcg.c.rej is still'
rm "$tree/tcg/tcg.c.rej"
rebase --continue
ok "then it continues" exits 0
ok "and the patch is in git's form" refreshed

plain context
rebase
rebase --abort
ok "--abort" exits 0
ok "gives the tree back as it was" [ "$was" = "$(tree_hash "$tree")" ]
rebase --continue
ok "then there is nothing to continue" refused 'no rebase is under way'

plain far_context
rebase
ok "fuzz is not accepted" exits 1
ok "but reported" says 'with fuzz 1 it would apply'
rebase --skip
ok "--skip leaves the patch out" exits 0
ok "and says how many there are" says '2 of 3 patches are on'
ok "nothing of it is left" [ ! -e "$tree/tcg/tcg.c.rej" ]
ok "nor its new file" [ ! -e "$tree/include/tcg/tcg-code-ptr.h" ]

plain renamed_function
rebase
ok "a renamed function is shown" says \
    '+|static void tcg_out_goto(TCGContext *s, tcg_insn_unit *dest)'
sed -i 's/tcg_insn_unit \*dest/const &/' "$tree/tcg/i386/tcg-target.c.inc"
rm "$tree/tcg/i386/tcg-target.c.inc.rej"
rebase --continue
ok "and the following patches apply" exits 0
ok "all of it" applied 3

plain missing_file
rebase
ok "reports a missing file" says 'tcg-target.c.inc: the tree does not have'
ok "with the one that it may be" says 'may be tcg/i386/tcg-target.inc.c there'
ok "its diff is in a .rej" grep -q '^+static void tcg_out_jmp' \
    "$tree/tcg/i386/tcg-target.c.inc.rej"
(in_tree quilt --quiltrc - add tcg/i386/tcg-target.inc.c) >/dev/null
sed -i 's/tcg_insn_unit \*dest/const &/' "$tree/tcg/i386/tcg-target.inc.c"
rm "$tree/tcg/i386/tcg-target.c.inc.rej"
rebase --continue
ok "settled in that file, it continues" exits 0

plain
sed -i 's/void tcg_out_jmp(TCGContext \*s, /&const /' \
    "$tree/tcg/i386/tcg-target.c.inc"
rebase
ok "a change that the tree has already" says 'has this change already'

plain
mkdir -p "$tree/include/tcg"
echo mine >"$tree/include/tcg/tcg-code-ptr.h"
rebase
ok "a file in the overlay's place" says 'the patch creates this file'
ok "is not written over" grep -qx mine "$tree/include/tcg/tcg-code-ptr.h"

plain
echo 5.1.0 >"$tree/VERSION"
rebase
ok "5.1 is tried" exits 0
ok "and names the missing file" says 'has no meson.build'
plain
echo 6.2.0 >"$tree/VERSION"
rebase
ok "6.2 is not" refused 'can be ported to 5.x'
verify rebase
ok "no tree" refused 'takes --tree DIR'

# --- a git checkout ----------------------------------------------------------
checkout offset
git -C "$tree" config i18n.commitEncoding ISO-8859-1
git -C "$tree" config user.name 'José'
rebase
ok "git: a name in another encoding than commits are" exits 0
ok "is that name" [ "$(git -C "$tree" -c i18n.logOutputEncoding=UTF-8 log \
    --format='%an, %cn' "$head"..HEAD | sort -u)" = 'José, José' ]

checkout offset
rebase
ok "git: all patches" exits 0
ok "a commit each" commits 3
ok "with the overlay" [ -z "$(git -C "$tree" status --porcelain)" ]
ok "that is upstream's in content" has_overlay
verify unapply "$tree"
ok "unapply takes them back" [ "$was" = "$(tree_hash "$tree")" ]

checkout offset context
rebase
ok "git: a changed context line stops it" exits 1
ok "it names the commit that changed it" says 'drift: context'
ok "and no other" [ "$(grep -c 'changed by' "$scratch/out")" = 1 ]
ok "the patches before are commits" commits 2
settle_emit
rebase --continue
ok "git: it continues" exits 0
ok "with a commit of the resolved patch" commits 3
ok "under the patch's subject" [ "$(git -C "$tree" log -1 --format=%s)" = \
    'tcg: Write through TCG_CODE_PTR_RW' ]
ok "complete" has_overlay
ok "and nothing left over" [ -z "$(git -C "$tree" status --porcelain)" ]

checkout missing_file
rebase
ok "git: who has removed a file" says 'drift: missing_file'
rebase --skip
ok "git: --skip" commits 2
checkout context
rebase
rebase --abort
ok "git: --abort gives HEAD back" [ "$head" = \
    "$(git -C "$tree" rev-parse HEAD)" ]
ok "and the tree" [ "$was" = "$(tree_hash "$tree")" ]

checkout
echo dirty >>"$tree/tcg/tcg.c"
rebase
ok "a dirty checkout" refused 'not committed'

# A file that git does not know, where a patch has one to create.
checkout
mkdir -p "$tree/include/tcg"
echo mine >"$tree/include/tcg/tcg-code-ptr.h"
was=$(tree_hash "$tree")
rebase
ok "git: a file in the overlay's place" says 'the patch creates this file'
rebase --abort
ok "git: --abort leaves it alone" [ "$was" = "$(tree_hash "$tree")" ]

# --- line ends, and files that are not there ---------------------------------
crlf() {
    sed -i 's/$/\r/' "$tree/tcg/tcg.c"
}
plain crlf
rebase
ok "CR LF: it stops" exits 1
ok "and says why" says 'lines end in CR LF, those of the patch in LF'
ok "that is all" says 'line 3 of the tree is what the patch expects'
checkout crlf
rebase
ok "git: CR LF in the commits" says 'convert the file, commit that, and begin'

# overlays_in COMMIT: it has the overlay's file, to the byte.
overlay_in() {
    git -C "$tree" cat-file blob "$1:include/tcg/tcg-code-ptr.h" |
        cmp -s - "$project/overlay/include/tcg/tcg-code-ptr.h"
}
converting() {
    git -C "$tree" config core.autocrlf true
    git -C "$tree" rm -q --cached -r . && git -C "$tree" reset -q --hard
    was=$(tree_hash "$tree")
}
checkout
converting
rebase
ok "a checkout with core.autocrlf" exits 0
ok "gets all patches" commits 3
ok "in the form that git keeps" overlay_in HEAD
ok "and its own in the work tree" grep -q 'code_rw_diff;.$' \
    "$tree/include/tcg/tcg.h"
ok "clean" [ -z "$(git -C "$tree" status --porcelain)" ]
verify unapply "$tree"
ok "unapply takes them back" [ "$was" = "$(tree_hash "$tree")" ]
checkout context
converting
rebase
ok "core.autocrlf: a stop" exits 1
ok "shows what has drifted" says \
    '+|static void tcg_out8(TCGContext *c, uint8_t v)'
ok "and no line ends" [ "$(grep -c 'CR LF' "$scratch/out")" = 0 ]
sed -i 's/^    \*s->code_ptr++ = v;/    *TCG_CODE_PTR_RW(s, s->code_ptr) = v;\r\n    s->code_ptr++;/' \
    "$tree/tcg/tcg.c"
rm "$tree/tcg/tcg.c.rej"
rebase --continue
ok "settled, it continues" exits 0
ok "without a CR in the commit" [ "$(git -C "$tree" show HEAD | grep -c \
    "$(printf '\r')")" = 0 ]

sparse() {
    git -C "$tree" sparse-checkout set "$@"
}
checkout
sparse scripts
rebase
ok "a sparse checkout" exits 0
ok "gets all patches" commits 3
ok "and stays sparse" [ ! -e "$tree/tcg/tcg.c" ]
ok "with the overlay in its commit" overlay_in HEAD
ok "clean" [ -z "$(git -C "$tree" status --porcelain)" ]
git -C "$tree" sparse-checkout disable
ok "the files are the patches'" has_overlay
checkout context
sparse scripts
rebase
ok "sparse: a stop" exits 1
ok "is not for lack of a file" [ "$(grep -c 'does not have this file' \
    "$scratch/out")" = 0 ]
ok "the file to edit is there" [ -s "$tree/tcg/tcg.c" ]
settle_emit
rebase --continue
ok "settled, it continues" commits 3
ok "with what was settled" git -C "$tree" grep -q TCG_CODE_PTR_RW HEAD -- \
    tcg/tcg.c
ok "clean" [ -z "$(git -C "$tree" status --porcelain)" ]

# --- signing and hooks -------------------------------------------------------
# failed_with TEXT: exit 2, and TEXT in what git has said.
failed_with() {
    exits 2 && says "$1"
}
# A stand-in for gpg that works if $scratch/key exists.
cat >"$scratch/gpg" <<GPG
#!/bin/sh
[ -e "$scratch/key" ] || { echo 'gpg: no secret key' >&2; exit 2; }
cat >/dev/null
echo '[GNUPG:] SIG_CREATED D 1 8 00 1 0' >&2
echo '-----BEGIN PGP SIGNATURE-----'
echo '-----END PGP SIGNATURE-----'
GPG
chmod +x "$scratch/gpg"
signing() {
    git -C "$tree" config commit.gpgSign true
    git -C "$tree" config gpg.program "$scratch/gpg"
}
signed() {
    [ "$(git -C "$tree" log --format=%H "$head"..HEAD | while read -r id; do
        git -C "$tree" cat-file commit "$id" | grep -c '^gpgsig'
    done | xargs)" = "$1" ]
}
rm -f "$scratch/key"
checkout
signing
verify apply "$tree"
ok "apply without the key of commit.gpgSign" failed_with 'gpg failed to sign'
ok "changes nothing" [ "$head" = "$(git -C "$tree" rev-parse HEAD)" ]
touch "$scratch/key"
verify apply "$tree"
ok "with it" exits 0
ok "signs" signed '1 1 1'
rm "$scratch/key"
checkout
signing
rebase
ok "rebase without the key" failed_with 'gpg failed to sign'
ok "leaves a clean tree" [ "$was" = "$(tree_hash "$tree")" ]
touch "$scratch/key"
rebase --continue
ok "--continue with it" exits 0
ok "signs as apply does" signed '1 1 1'
checkout context
signing
rebase
settle_emit
rm "$scratch/key"
rebase --continue
ok "a settled patch without the key" failed_with 'gpg failed to sign'
touch "$scratch/key"
rebase --continue
ok "--continue with it" exits 0
ok "signs that, too" signed '1 1 1'
ok "and leaves nothing over" [ -z "$(git -C "$tree" status --porcelain)" ]

# hooks: every one of a commit fails, and leaves a trace.
hooks() {
    local hook

    for hook in pre-commit prepare-commit-msg commit-msg post-commit \
        applypatch-msg pre-applypatch post-applypatch pre-rebase; do
        printf '#!/bin/sh\necho %s >>"%s"\nexit 1\n' "$hook" \
            "$scratch/hooks" >"$tree/.git/hooks/$hook"
        chmod +x "$tree/.git/hooks/$hook"
    done
}
checkout context
hooks
rebase
ok "hooks: the stop" exits 1
settle_emit
rebase --continue
ok "hooks: rebase does not run them" exits 0
checkout
hooks
verify apply "$tree"
ok "nor does apply" exits 0
ok "none of them" [ ! -e "$scratch/hooks" ]

# A disk that is full: no object, no commit; root writes to whatever it likes,
# so a file is in the place of the directory.
full() {
    mv "$tree/.git/objects" "$tree/.git/objects.away"
    mkdir -p "$tree/.git/objects/info"
    echo "$tree/.git/objects.away" >"$tree/.git/objects/info/alternates"
    for i in $(seq 0 255); do
        : >"$tree/.git/objects/$(printf %02x "$i")"
    done
}
free() {
    rm -r "$tree/.git/objects"
    mv "$tree/.git/objects.away" "$tree/.git/objects"
}
checkout
full
rebase
ok "no room for objects" exits 2
ok "leaves a clean tree" [ "$was" = "$(tree_hash "$tree")" ]
free
rebase --continue
ok "--continue with room" exits 0
ok "makes all commits" commits 3
checkout context
rebase
settle_emit
full
rebase --continue
ok "no room for what was settled" exits 2
free
rebase --continue
ok "--continue with room" exits 0
ok "makes that commit" commits 3

# --- what git itself has left half done --------------------------------------
half() {
    checkout
    GIT_TRACE=0 PATH=$scratch/half:$PATH rebase
    made=$(sed -n 's/^made=//p' "$tree/.git/tcg-verify-rebase/state")
}
mkdir "$scratch/half"
cat >"$scratch/half/git" <<GIT
#!/bin/sh
# The last patch does not get into the work tree.
for last; do
    :
done
case " \$* " in
*' reset '*' --keep '*)
    $(command -v git) cat-file -e "\$last:include/tcg/tcg-code-ptr.h" && exit 1
    ;;
esac
exec $(command -v git) "\$@"
GIT
chmod +x "$scratch/half/git"
half
ok "git cannot move to a commit" exits 2
git -C "$tree" show "$made:tcg/tcg.c" >"$tree/tcg/tcg.c"
git -C "$tree" show "$made:include/tcg/tcg-code-ptr.h" \
    >"$tree/include/tcg/tcg-code-ptr.h"
rebase --continue
ok "with half of it there, --continue" exits 0
ok "makes the commit" commits 3
ok "and has all of it" has_overlay
ok "clean" [ -z "$(git -C "$tree" status --porcelain)" ]
half
echo mine >>"$tree/tcg/tcg.c"
rebase --continue
ok "a change by the user" refused 'tcg/tcg.c was changed after the rebase'
ok "stays" grep -qx mine "$tree/tcg/tcg.c"
git -C "$tree" stash -q
rebase --continue
ok "after git stash, it continues" exits 0

done_testing
