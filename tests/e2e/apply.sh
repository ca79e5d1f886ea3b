#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `tcg-verify apply` and `unapply`: in build/, on plain trees, on git checkouts.
. "$(dirname "$0")/fixture.sh"

export QEMU_TARBALL
use_project() {
    new_project
    QEMU_TARBALL=$tarball
    src=$project/build/src/qemu-5.2.0
}

has_series() {
    grep -q 'TCG_CODE_PTR_RW(s, s->code_ptr) = v' "$1/tcg/tcg.c" &&
        cmp -s "$project/overlay/include/tcg/tcg-code-ptr.h" \
            "$1/include/tcg/tcg-code-ptr.h"
}

mtime() {
    stat -c %y "$1"
}

# --- build/src -------------------------------------------------------------
use_project
verify apply
ok "the good series applies" exits 0
ok "the tree has it, with the overlay" has_series "$src"
before=$(stat -c %i "$src")
verify apply
ok "a second run does nothing" [ "$before" = "$(stat -c %i "$src")" ]
ok "and says so" says 'were already on'

# Only what changes is newer afterwards.
header=$(mtime "$src/include/tcg/tcg.h")
source_time=$(mtime "$src/tcg/tcg.c")
version=$(mtime "$src/VERSION")
echo '/* more */' >>"$project/overlay/include/tcg/tcg-code-ptr.h"
overlay=$(mtime "$src/include/tcg/tcg-code-ptr.h")
verify apply
ok "a changed overlay is applied" has_series "$src"
ok "its file is newer" \
    [ "$overlay" != "$(mtime "$src/include/tcg/tcg-code-ptr.h")" ]
ok "patched files that stay the same keep their time" \
    [ "$header.$source_time" = \
      "$(mtime "$src/include/tcg/tcg.h").$(mtime "$src/tcg/tcg.c")" ]
verify apply --to const/i386
ok "--to stops after a patch" exits 0
ok "so its files are there" grep -q 'const tcg_insn_unit \*dest' \
    "$src/tcg/i386/tcg-target.c.inc"
ok "and those of later ones are not" \
    [ ! -e "$src/include/tcg/tcg-code-ptr.h" ]
ok "a file that is upstream's again is newer, for the compiler's sake" \
    [ "$source_time" '<' "$(mtime "$src/tcg/tcg.c")" ]
ok "a file that no patch touches keeps upstream's time" \
    [ "$version" = "$(mtime "$src/VERSION")" ]
verify apply --to no/such
ok "--to an unknown patch is refused" refused "no patch 'no/such'"
verify unapply
ok "unapply without a tree" exits 0
rm -rf "$src/.pc"
ok "gives upstream" diff -r "$fixtures/upstream" "$src"

# Changes by hand.
use_project
verify apply
echo '/* mine */' >>"$src/tcg/tcg.c"
verify apply
ok "a change by hand in build/src is kept" grep -q mine "$src/tcg/tcg.c"
ok "and reported" says 'changed by hand'
echo '/* more */' >>"$project/overlay/include/tcg/tcg-code-ptr.h"
verify apply
ok "when the series changes as well, it is refused" refused 'changed by hand'
ok "and still there" grep -q mine "$src/tcg/tcg.c"
verify apply --force
ok "--force makes the tree again" exits 0
ok "without the change" has_series "$src"

# --- bad series: one line, exit 2, the old tree untouched -------------------
# bad DESCRIPTION TEXT: what use_bad has broken is refused everywhere.
use_bad() {
    use_project
    verify apply
    plain=$project/stage/qemu-5.2.0
    was_src=$(tree_hash "$src")
    was_plain=$(tree_hash "$plain")
}

bad() {
    verify apply
    ok "$1 is refused" refused "$2"
    ok "$1: the applied tree is what it was" \
        [ "$was_src" = "$(tree_hash "$src")" ]
    ok "$1: nothing half-done is left" nothing_left
    verify apply "$plain"
    ok "$1: refused on a plain tree" refused "$2"
    ok "$1: the plain tree is what it was" \
        [ "$was_plain" = "$(tree_hash "$plain")" ]
}

use_bad
sed -i 's/^     return s->code_ptr - s->code_buf;/     return s->code_ptr - 0;/' \
    "$project/patches/const/ptr-diff.patch"
bad "a hunk that needs fuzz" \
    'patches/const/ptr-diff.patch does not apply without fuzz'

use_bad
sed -i 's/^-    \*s->code_ptr++ = v;/-    *s->code_ptr-- = v;/' \
    "$project/patches/rw/emit.patch"
bad "a series broken in the middle" \
    'patches/rw/emit.patch does not apply without fuzz: tcg/tcg.c'

use_bad
cp "$project/patches/rw/emit.patch" "$project/patches/rw/more.patch"
bad "an unlisted patch" 'patches/rw/more.patch is not listed'

use_bad
rm "$project/patches/const/i386.patch"
bad "a missing patch" 'there is no file patches/const/i386.patch'

use_bad
echo const/ptr-diff.patch >>"$project/series"
bad "a patch that is listed twice" 'is listed already in line 2'

use_bad
mkdir -p "$project/overlay/tcg"
echo clash >"$project/overlay/tcg/tcg.c"
sed -i 's,^Overlay: .*,&\nOverlay: tcg/tcg.c,' "$project/patches/rw/emit.patch"
bad "an overlay file that a patch touches" 'overlay/tcg/tcg.c: is touched by'

use_bad
mkdir -p "$project/overlay/scripts"
echo clash >"$project/overlay/scripts/checkpatch.pl"
sed -i 's,^Overlay: .*,&\nOverlay: scripts/checkpatch.pl,' \
    "$project/patches/rw/emit.patch"
bad "an overlay file that upstream has" 'scripts/checkpatch.pl'

use_bad
echo stray >"$project/overlay/stray.h"
bad "an overlay file that no patch names" \
    'overlay/stray.h: is named by no Overlay: trailer'

use_bad
rm "$project/overlay/include/tcg/tcg-code-ptr.h"
bad "a trailer without its file" 'does not exist'

use_bad
sed -i 's,^Overlay: .*,Overlay: ../../outside,' "$project/patches/rw/emit.patch"
bad "a path that leaves the tree" "'../../outside' is no path inside"

use_project
verify apply
was_src=$(tree_hash "$src")
rm -rf "$project/build/src"
PATH=$(path_without quilt) verify apply
ok "without quilt: one line that names it" refused "cannot run 'quilt'"
ok "without quilt: no tree" [ ! -e "$src" ]
PATH=$(path_without patch) verify apply
ok "without patch: one line that names it" refused "cannot run 'patch'"
ok "without patch: no tree" [ ! -e "$src" ]

# --- a plain tree -----------------------------------------------------------
use_project
tree=$project/stage/qemu-5.2.0
was=$(tree_hash "$tree")
times=$(cd "$tree" && find . -type f -printf '%p %T@\n' | sort)
verify apply "$tree"
ok "a plain tree gets the series" exits 0
ok "all of it" has_series "$tree"
on_stack() {
    [ "$(cd "$tree" && QUILT_PATCHES=$project/patches quilt --quiltrc - \
        applied | wc -l)" = 3 ]
}
ok "quilt can continue from there" on_stack
verify apply "$tree"
ok "again: nothing to do" says 'were already on'
verify unapply "$tree"
ok "unapply" exits 0
ok "gives the exact original back" [ "$was" = "$(tree_hash "$tree")" ]
ok "also its times" \
    [ "$times" = "$(cd "$tree" && find . -type f -printf '%p %T@\n' | sort)" ]
verify unapply "$tree"
ok "unapply twice is refused" refused 'no series that apply has put on it'

# quilt is a shell script, and patch reads variables as well.
echo 'exit 3' >"$scratch/fail.sh"
env SHELLOPTS=nounset BASH_ENV="$scratch/fail.sh" QUILT_PATCH_OPTS=-R \
    'BASH_FUNC_patch%%=() { false; }' POSIXLY_CORRECT=1 \
    VERSION_CONTROL=numbered PATCH_GET=1 \
    "$TCG_VERIFY" --project "$project" apply "$tree" \
    >"$scratch/out" 2>"$scratch/err"
status=$?
ok "with any settings of bash, quilt and patch in the environment" exits 0
ok "the tree gets the series" has_series "$tree"
verify unapply "$tree"
ok "and unapply takes it off" [ "$was" = "$(tree_hash "$tree")" ]

verify apply "$tree"
echo '/* mine */' >>"$tree/tcg/tcg.c"
was_edited=$(tree_hash "$tree")
verify unapply "$tree"
ok "a file changed after apply is not lost" refused 'was changed after apply'
ok "and reverts nothing" [ "$was_edited" = "$(tree_hash "$tree")" ]
sed -i '/mine/d' "$tree/tcg/tcg.c"
verify unapply "$tree"
ok "once that is undone, unapply works" [ "$was" = "$(tree_hash "$tree")" ]

mkdir "$tree/.pc"
verify apply "$tree"
ok "a tree in use by quilt is refused" refused 'in use by quilt'
rmdir "$tree/.pc"
echo 5.1.0 >"$tree/VERSION"
verify apply "$tree"
ok "another version is refused" refused 'the series is for 5.2.0'
verify apply "$project/nowhere"
ok "reports a tree that does not exist" refused 'nowhere'

# --- a git checkout ---------------------------------------------------------
use_checkout() {
    use_project
    tree=$project/stage/qemu-5.2.0
    git -C "$tree" init -q
    git -C "$tree" add -A
    git -C "$tree" -c user.name=a -c user.email=a@example.org commit -qm base
    head=$(git -C "$tree" rev-parse HEAD)
    was=$(tree_hash "$tree")
}

git_is_as_before() {
    [ "$head" = "$(git -C "$tree" rev-parse HEAD)" ] &&
        [ "$was" = "$(tree_hash "$tree")" ] &&
        [ -z "$(git -C "$tree" status --porcelain)" ]
}

use_checkout
HOME=$scratch verify apply "$tree"
ok "commits nothing without an identity" refused 'no identity'
ok "nothing has changed" git_is_as_before
git -C "$tree" config user.name 'A Tester'
git -C "$tree" config user.email tester@example.org
verify apply "$tree"
ok "a checkout gets the series" exits 0
ok "all of it" has_series "$tree"
ok "one commit for each patch" \
    [ "$(git -C "$tree" rev-list --count "$head"..HEAD)" = 3 ]
ok "under the user's name" \
    [ "$(git -C "$tree" log -1 --format='%an <%ae>')" = \
      'A Tester <tester@example.org>' ]
ok "with the patch's subject" \
    [ "$(git -C "$tree" log -1 --format=%s)" = \
      'tcg: Write through TCG_CODE_PTR_RW' ]
overlay_in_commit() {
    git -C "$tree" show --name-only --format= HEAD |
        grep -qx include/tcg/tcg-code-ptr.h &&
        ! git -C "$tree" log -1 --format=%B | grep -q '^Overlay:'
}
ok "the overlay file is part of it, its trailer is not" overlay_in_commit
ok "nothing is left uncommitted" [ -z "$(git -C "$tree" status --porcelain)" ]
verify apply "$tree"
ok "again: nothing to do" says 'were already on'
verify unapply "$tree"
ok "unapply" exits 0
ok "gives the same HEAD and tree back" git_is_as_before
verify unapply "$tree"
ok "unapply twice is refused" refused 'is not the end of a series'

verify apply "$tree"
git -C "$tree" commit -q --allow-empty -m 'on top'
top=$(git -C "$tree" rev-parse HEAD)
verify unapply "$tree"
ok "commits on top are not lost" refused 'is not the end of a series'
ok "HEAD stays" [ "$top" = "$(git -C "$tree" rev-parse HEAD)" ]

# Messages show names unchanged, in any encoding of the user's commits.
# applies_as NAME ENCODING [ENCODING-OF-NAME]
applies_as() {
    use_checkout
    git -C "$tree" config i18n.commitEncoding "$2"
    git -C "$tree" config user.email tester@example.org
    git -C "$tree" config user.name "$(iconv -f UTF-8 -t "${3:-UTF-8}" <<<"$1")"
    verify apply "$tree"
    ok "$1, $2: applied" exits 0
    ok "and committed under that name" \
        [ "$(git -C "$tree" -c i18n.logOutputEncoding=UTF-8 log \
            --format='%an, %cn' "$head"..HEAD | sort -u)" = "$1, $1" ]
}
applies_as 'José Núñez' ISO-8859-1
applies_as 'José Núñez' ISO-8859-1 ISO-8859-1
applies_as 'Фёдор' KOI8-R KOI8-R
git -C "$tree" config --unset i18n.commitEncoding
verify unapply "$tree"
verify apply "$tree"
ok "a name in no known encoding is refused" refused 'is not UTF-8; set user.name'
ok "and nothing changes" git_is_as_before

use_checkout
git -C "$tree" config user.name 'A Tester'
git -C "$tree" config user.email tester@example.org
echo dirty >>"$tree/tcg/tcg.c"
dirty=$(tree_hash "$tree")
verify apply "$tree"
ok "a dirty tree is refused" refused 'not committed (M tcg/tcg.c)'
ok "and left alone" [ "$dirty" = "$(tree_hash "$tree")" ]
git -C "$tree" checkout -q tcg/tcg.c
cp -a "$tree" "$project/copy"
verify apply "$project/copy"
ok "a copied checkout, with other times than its index has" exits 0
rm -rf "$project/copy"
sed -i 's/^-    \*s->code_ptr++ = v;/-    *s->code_ptr-- = v;/' \
    "$project/patches/rw/emit.patch"
verify apply "$tree"
ok "reports a patch that does not apply" \
    refused 'patches/rw/emit.patch does not apply'
ok "the checkout is unchanged" git_is_as_before
cp "$fixtures/project/patches/rw/emit.patch" "$project/patches/rw/"
mkdir -p "$tree/include/tcg"
echo mine >"$tree/include/tcg/tcg-code-ptr.h"
verify apply "$tree"
ok "an untracked file in the overlay's way is refused" refused 'exists already'
ok "and kept" grep -qx mine "$tree/include/tcg/tcg-code-ptr.h"
rm "$tree/include/tcg/tcg-code-ptr.h"
PATH=$(path_without git) verify apply "$tree"
ok "without git: one line that names it" refused "cannot run 'git'"
ok "the checkout is still unchanged" git_is_as_before

# --- killed on the way ------------------------------------------------------
# A quilt that stops to be killed in the middle of the series.
slow_quilt() {
    fake=$(mktemp -d "$scratch/fake.XXXXXX")
    cat >"$fake/patch" <<PATCH
#!/bin/sh
if [ ! -e "$fake/on" ]; then exec $(command -v patch) "\$@"; fi
echo \$\$ >"$fake/pid"
sleep 60
PATCH
    chmod +x "$fake/patch"
    touch "$fake/on"
}

kill_in_patch() {
    rm -f "$fake/pid"
    PATH=$fake:$PATH "$TCG_VERIFY" --project "$project" apply "${@:2}" \
        >"$scratch/out" 2>"$scratch/err" &
    pid=$!
    wait_for test -s "$fake/pid"
    kill -"$1" $pid
    wait $pid 2>/dev/null
    status=$?
}

child_is_gone() {
    ! kill -0 "$(cat "$fake/pid")" 2>/dev/null
}

use_project
verify apply
was=$(tree_hash "$src")
echo '/* more */' >>"$project/overlay/include/tcg/tcg-code-ptr.h"
slow_quilt
kill_in_patch INT
ok "Ctrl-C ends with exit 2" refused 'interrupted'
ok "the children end, too" wait_for child_is_gone
ok "the applied tree is unchanged" [ "$was" = "$(tree_hash "$src")" ]
ok "nothing half-done is left" nothing_left
kill_in_patch KILL
kill "$(cat "$fake/pid")" 2>/dev/null
ok "killed: the applied tree is unchanged" [ "$was" = "$(tree_hash "$src")" ]
verify apply
ok "the next run applies" exits 0
ok "completely" has_series "$src"
ok "and removes the files that the killed run left" nothing_left

use_project
tree=$project/stage/qemu-5.2.0
was=$(tree_hash "$tree")
slow_quilt
kill_in_patch KILL "$tree"
kill "$(cat "$fake/pid")" 2>/dev/null
ok "killed on a plain tree: the tree is unchanged" [ "$was" = "$(tree_hash "$tree")" ]

# Killed between the first file put in place and the last.
verify apply "$tree"
cp "$tree/.pc/tcg-verify/original/tcg/tcg.c" "$tree/tcg/tcg.c"
sed -i '/^complete=/d' "$tree/.pc/tcg-verify/state"
verify apply "$tree"
ok "half-way on a plain tree: the next apply starts over" says 'taking back'
ok "and ends well" has_series "$tree"
cp "$tree/.pc/tcg-verify/original/tcg/tcg.c" "$tree/tcg/tcg.c"
sed -i '/^complete=/d' "$tree/.pc/tcg-verify/state"
verify unapply "$tree"
ok "half-way on a plain tree: unapply takes it back" \
    [ "$was" = "$(tree_hash "$tree")" ]

# A file that cannot be written: what was put in place before it goes back.
use_project
tree=$project/stage/qemu-5.2.0
mkdir -p "$tree/tcg/tcg.c.tcg-verify/in-the-way"
was=$(tree_hash "$tree")
verify apply "$tree"
ok "reports a file that cannot be written" refused 'tcg/tcg.c.tcg-verify'
ok "and the plain tree is unchanged" [ "$was" = "$(tree_hash "$tree")" ]

# A git that can be killed in the middle of its work.
slow_git() {
    fake=$(mktemp -d "$scratch/fake.XXXXXX")
    cat >"$fake/git" <<GIT
#!/bin/sh
case "\$*" in
*"$1"*) echo \$\$ >"$fake/pid"; sleep 1 ;;
esac
exec $(command -v git) "\$@"
GIT
    chmod +x "$fake/git"
}

head_has_moved() {
    [ "$head" != "$(git -C "$tree" rev-parse HEAD)" ] &&
        [ ! -e "$tree/.git/index.lock" ]
}

use_checkout
git -C "$tree" config user.name 'A Tester'
git -C "$tree" config user.email tester@example.org
for signal in INT KILL; do
    slow_git commit-tree
    kill_in_patch $signal "$tree"
    ok "SIG$signal while committing: the checkout is what it was" \
        git_is_as_before
done
slow_git 'reset --quiet'
kill_in_patch KILL "$tree"
ok "killed while git moves HEAD: git ends its work" wait_for head_has_moved
verify apply "$tree"
ok "the next apply finds it done" says 'were already on'
ok "completely" has_series "$tree"
verify unapply "$tree"
ok "and unapply takes it back" git_is_as_before

done_testing
