#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `tcg-verify import`: edits made with quilt or git come back as patches.
. "$(dirname "$0")/fixture.sh"

export QEMU_TARBALL
export QUILT_PATCHES QUILT_SERIES
quilt='quilt --quiltrc -'

# A committed project with the good series.
use_project() {
    new_project
    QEMU_TARBALL=$tarball
    QUILT_PATCHES=$project/patches
    QUILT_SERIES=$project/series
    src=$project/build/src/qemu-5.2.0
    printf 'build/\ntarballs/\nstage/\n' >"$project/.gitignore"
    git -C "$project" init -q
    git -C "$project" config user.name 'A Tester'
    git -C "$project" config user.email tester@example.org
    commit_project
}

commit_project() {
    git -C "$project" add -A
    git -C "$project" commit -qm project
}

is_unchanged() {
    [ -z "$(git -C "$project" status --porcelain)" ]
}

changed() {
    [ "$(git -C "$project" status --porcelain | cut -c4- | tr '\n' ' ')" = \
      "$* " ]
}

in_src() {
    (cd "$src" && "$@") >"$scratch/out" 2>"$scratch/err"
}

# Import makes a series in which lint finds nothing, and that makes the
# tree that was edited.
comes_back() {
    verify export --cover
    verify lint
    ok "$1: lint is clean" exits 0
    rm -rf "$project/build/src"
    verify apply
    ok "$1: it applies" exits 0
    ok "$1: and makes the same tree" diff -r -x .pc -x .git "$edited" "$src"
}

keep_edited() {
    edited=$scratch/edited
    rm -rf "$edited"
    cp -r "$1" "$edited"
}

# --- quilt -------------------------------------------------------------------
use_project
verify import
ok "without a tree there is nothing to import" refused 'tcg-verify apply'
verify apply
verify import
ok "without an edit" exits 0
ok "nothing changes, byte for byte" is_unchanged
ok "and it says so" says 'has all of it already'

in_src $quilt pop const/i386.patch
in_src $quilt edit tcg/tcg.c </dev/null
EDITOR=true in_src $quilt edit tcg/i386/tcg-target.c.inc
sed -i 's,tiny stand-in,small stand-in,' "$src/tcg/i386/tcg-target.c.inc"
verify import
ok "patches that are popped" refused "'quilt push -a'"
in_src $quilt refresh
in_src $quilt push -a
keep_edited "$src"
verify import
ok "a refreshed patch comes back" exits 0
ok "alone" changed patches/const/i386.patch
ok "in the form of git" grep -q '^diff --git a/tcg/i386' \
    "$project/patches/const/i386.patch"
ok "with its folded subject" grep -qx ' its callers' \
    "$project/patches/const/i386.patch"
verify apply
ok "apply makes the tree again, with the edit" exits 0
comes_back "a refreshed patch"

use_project
verify apply
echo '/* edited */' >>"$src/tcg/tcg.c"
verify import
ok "an edit that no patch has yet" refused "'quilt refresh'"
ok "changes nothing" is_unchanged
in_src $quilt refresh
echo '/* more */' >>"$src/include/tcg/tcg-code-ptr.h"
keep_edited "$src"
verify import
ok "refreshed, it comes back, with a file of the overlay" \
    changed overlay/include/tcg/tcg-code-ptr.h patches/rw/emit.patch
comes_back "patch and overlay"

use_project
verify apply
in_src $quilt new rw/more.patch
in_src $quilt add tcg/tcg.c tcg/more.h
echo '/* more */' | tee "$src/tcg/more.h" >>"$src/tcg/tcg.c"
in_src $quilt refresh
verify import
ok "a patch without a header" refused 'patches/rw/more.patch has no Subject'
printf 'Subject: [PATCH] tcg: Add more\n\nThere was too little.\n' |
    (cd "$src" && $quilt header -r) >/dev/null
keep_edited "$src"
verify import
ok "with one it becomes part of the series" \
    changed series overlay/tcg/ patches/rw/more.patch
ok "in its place" [ "$(tail -n1 "$project/series")" = rw/more.patch ]
ok "its new file is named by a trailer" \
    grep -qx 'Overlay: tcg/more.h' "$project/patches/rw/more.patch"
comes_back "a new patch"

use_project
verify apply
echo '/* more */' >>"$src/include/tcg/tcg-code-ptr.h"
echo '/* other */' >>"$project/overlay/include/tcg/tcg-code-ptr.h"
verify import
ok "an overlay with changes that are not committed" refused 'not committed'
commit_project
verify import
ok "an overlay file that has changed on both sides" refused 'both changed'
ok "changes nothing" is_unchanged

# A plain tree of the user.
use_project
tree=$project/stage/qemu-5.2.0
was=$(tree_hash "$tree")
verify apply "$tree"
src=$tree
in_src $quilt edit VERSION </dev/null
EDITOR=true in_src $quilt edit scripts/checkpatch.pl
echo '# edited' >>"$tree/scripts/checkpatch.pl"
in_src $quilt refresh
cp "$project/series" "$project/patches/mine.txt"
verify import --tree "$tree"
ok "a plain tree" exits 0
ok "gives its edit" changed patches/rw/emit.patch patches/mine.txt
ok "import keeps files that neither series nor git lists" \
    [ -s "$project/patches/mine.txt" ]
rm "$project/patches/mine.txt"
verify apply "$tree"
ok "apply knows it afterwards" says 'were already on'
verify unapply "$tree"
ok "unapply" exits 0
ok "gives the file back that was edited then" [ "$was" = "$(tree_hash "$tree")" ]

# --- git ---------------------------------------------------------------------
use_checkout() {
    use_project
    tree=$project/stage/qemu-5.2.0
    git -C "$tree" init -q
    git -C "$tree" config user.name 'A Tester'
    git -C "$tree" config user.email tester@example.org
    git -C "$tree" add -A
    git -C "$tree" commit -qm base
    base=$(git -C "$tree" rev-parse HEAD)
    verify apply "$tree"
}

commit() {
    git -C "$tree" add -A
    git -C "$tree" commit -q "$@"
}

# picks COMMIT...: HEAD becomes these on top of the base.
picks() {
    local commits

    commits=$(git -C "$tree" rev-parse "$@")
    git -C "$tree" reset -q --hard "$base"
    git -C "$tree" cherry-pick $commits >/dev/null 2>&1
}

use_checkout
verify import --tree "$tree"
ok "git, without an edit" exits 0
ok "nothing changes, byte for byte" is_unchanged
git -C "$tree" config i18n.logOutputEncoding UTF-16
verify import --tree "$tree"
ok "with a git that shows messages in another encoding" exits 0
ok "nothing changes either" is_unchanged
git -C "$tree" config --unset i18n.logOutputEncoding
echo '/* more */' >>"$tree/tcg/tcg.c"
verify import --tree "$tree"
ok "an edit that is not committed" refused 'not committed (M tcg/tcg.c)'
echo '/* more */' >>"$tree/include/tcg/tcg-code-ptr.h"
echo new >"$tree/tcg/new.h"
commit --amend -m 'tcg: Write elsewhere

Because.'
keep_edited "$tree"
echo '# a remark' >>"$project/series"
verify import --tree "$tree"
ok "a project with changes that are not committed" refused 'not committed'
git -C "$project" checkout -q series
verify import --tree "$tree"
ok "an amended commit" changed overlay/include/tcg/tcg-code-ptr.h \
    patches/rw/emit.patch overlay/tcg/
ok "keeps its name under another subject" \
    grep -qx 'Subject: \[PATCH\] tcg: Write elsewhere' \
    "$project/patches/rw/emit.patch"
ok "and names the files that it brings in" [ "$(grep -c '^Overlay: ' \
    "$project/patches/rw/emit.patch")" = 2 ]
verify apply "$tree"
ok "apply knows the tree afterwards" says 'were already on'
comes_back "an amended commit"

use_checkout
picks HEAD~1 HEAD~2 HEAD
keep_edited "$tree"
verify import --tree "$tree"
ok "commits in another order" exits 0
ok "give the patches another order" [ "$(sed '/^#/d;/^$/d' \
    "$project/series" | tr '\n' ' ')" = \
    'const/i386.patch const/ptr-diff.patch rw/emit.patch ' ]
ok "the remark in the series stays" grep -q '^# A series' "$project/series"
comes_back "another order"

use_checkout
picks HEAD~2 HEAD
keep_edited "$tree"
verify import --tree "$tree"
ok "a dropped commit" changed patches/const/i386.patch series
comes_back "a dropped commit"

use_checkout
last=$(git -C "$tree" rev-parse HEAD)
git -C "$tree" reset -q --hard HEAD~1
sed -i 's,tiny stand-in,small stand-in,' "$tree/tcg/i386/tcg-target.c.inc"
commit -m 'tcg/i386: Tell the size'$'\n\n''It matters.'
git -C "$tree" cherry-pick "$last" >/dev/null 2>&1
keep_edited "$tree"
verify import --tree "$tree"
ok "a commit in between" exits 0
ok "gets a name and a place" [ "$(sed '/^#/d;/^$/d' "$project/series" |
    tr '\n' ' ')" = "const/ptr-diff.patch const/i386.patch \
const/tell-the-size.patch rw/emit.patch " ]
comes_back "a commit in between"

use_checkout
echo '/* more */' >>"$tree/include/tcg/tcg-code-ptr.h"
commit -m 'tcg: Say more'
verify import --tree "$tree"
ok "a commit on the overlay's files alone" changed \
    overlay/include/tcg/tcg-code-ptr.h
ok "is reported" says 'is now part of the file in overlay/'

use_checkout
git -C "$tree" checkout -q -b side "$base"
git -C "$tree" commit -q --allow-empty -m side
git -C "$tree" checkout -q -
git -C "$tree" merge -q --no-edit side >/dev/null 2>&1
verify import --tree "$tree"
ok "a merge" refused 'git rebase'
git -C "$tree" reset -q --hard "$base"
verify import --tree "$tree"
ok "no commit at all" refused 'nothing on top of'
git -C "$tree" checkout -q --orphan other
commit -m other
verify import --tree "$tree"
ok "a tree without the series" refused 'does not come from a series'
ok "changes nothing" is_unchanged

# --- cut short ---------------------------------------------------------------
use_project
verify apply
mkdir -p "$project/.tcg-verify-import/old"
cp "$project/series" "$project/.tcg-verify-import/old/series"
echo series >"$project/.tcg-verify-import/list"
echo half >"$project/series"
verify import
ok "reverts the work of a killed run" says 'taking back'
ok "completely" is_unchanged

done_testing
