#!/bin/bash
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

# A context line that is not beside what changes.
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

# What the patch does, by hand.
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
ok "and is told how it is proved" says "tcg-verify check --tree $tree"
rebase
ok "a second time is refused" refused 'quilt is in use there'
in_tree quilt --quiltrc - pop -qa >/dev/null
rm -rf "$tree/.pc" "$tree/patches"
ok "quilt takes all of it back" [ "$was" = "$(tree_hash "$tree")" ]

plain offset
rebase
ok "offsets are accepted" exits 0
ok "and told" says 'rw/emit.patch: tcg/tcg.c, hunk #1: applied 1 line below'

plain context
rebase
ok "a changed context line stops it" exits 1
ok "it names the patch" says 'rw/emit.patch does not apply; patch 3 of 3'
ok "and the hunk" says 'tcg/tcg.c, hunk #1 of 1'
ok "what the patch expects" says \
    '-|static void tcg_out8(TCGContext *s, uint8_t v)'
ok "and what the tree has" says \
    '+|static void tcg_out8(TCGContext *c, uint8_t v)'
ok "the rest is in a .rej" [ -s "$tree/tcg/tcg.c.rej" ]
ok "quilt is at the patch" applied 3
ok "with what applies of it" grep -q code_rw_diff "$tree/include/tcg/tcg.h"
rebase
ok "while that stands, no other rebase" refused 'give --continue'
rebase --continue
ok "with the .rej there it does not go on" refused 'tcg/tcg.c.rej is still'
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
rebase --abort
ok "--abort" exits 0
ok "gives the tree back as it was" [ "$was" = "$(tree_hash "$tree")" ]
rebase --continue
ok "then there is nothing to go on with" refused 'no rebase is under way'

plain far_context
rebase
ok "fuzz is not accepted" exits 1
ok "but told" says 'with fuzz 1 it would apply'
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
ok "and what follows applies" exits 0
ok "all of it" applied 3

plain missing_file
rebase
ok "a missing file is told" says 'tcg-target.c.inc: the tree does not have'
ok "with the one that it may be" says 'may be tcg/i386/tcg-target.inc.c there'
ok "its diff is in a .rej" grep -q '^+static void tcg_out_jmp' \
    "$tree/tcg/i386/tcg-target.c.inc.rej"
(in_tree quilt --quiltrc - add tcg/i386/tcg-target.inc.c) >/dev/null
sed -i 's/tcg_insn_unit \*dest/const &/' "$tree/tcg/i386/tcg-target.inc.c"
rm "$tree/tcg/i386/tcg-target.c.inc.rej"
rebase --continue
ok "settled in that file, it goes on" exits 0

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
ok "with a word on what it lacks" says 'has no meson.build'
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
ok "git: it goes on" exits 0
ok "with a commit of what was settled" commits 3
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

done_testing
