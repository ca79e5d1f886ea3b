#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `tcg-verify import`, for each kind of change that git or quilt can make. It
# brings the change back, and apply makes the same tree, byte for byte, in all
# ways; or it refuses the change before it writes anything.
. "$(dirname "$0")/fixture.sh"

export QEMU_TARBALL
unset QUILT_PATCHES QUILT_SERIES

# A project with an upstream that has a file of each kind, a git checkout and
# BUILD/src with the series.  All have the same paths in every case.
make_template() {
    local upstream

    new_project
    upstream=$project/stage/qemu-5.2.0
    mkdir "$upstream/kinds"
    printf 'a\r\nb\r\nc\r\n' >"$upstream/kinds/crlf.c"
    printf 'a\nb\nc' >"$upstream/kinds/cut.c"
    printf 'a\0b' >"$upstream/kinds/binary.c"
    printf 'Zu\337\n' >"$upstream/kinds/latin.c"
    printf '#!/bin/sh\n' >"$upstream/kinds/tool"
    chmod +x "$upstream/kinds/tool"
    printf 'a\nb\nc\n' >"$upstream/kinds/text.c"
    ln -s text.c "$upstream/kinds/link.c"
    pack
    QEMU_TARBALL=$tarball
    printf 'build/\ntarballs/\nstage/\n' >"$project/.gitignore"
    git -C "$project" init -q
    git -C "$project" config user.name 'A Tester'
    git -C "$project" config user.email tester@example.org
    git -C "$project" add -A
    git -C "$project" commit -qm project
    tree=$project/stage/git
    cp -a "$upstream" "$tree"
    git -C "$tree" init -q
    git -C "$tree" config user.name 'A Tester'
    git -C "$tree" config user.email tester@example.org
    git -C "$tree" add -A
    git -C "$tree" commit -qm base
    cp -a "$tree" "$project/stage/pristine-git"
    verify apply "$tree"
    verify apply
    src=$project/build/src/qemu-5.2.0
    contents "$src" >"$scratch/unedited"
    cp -a "$project" "$scratch/template"
}

use_template() {
    rm -rf "$project"
    cp -a "$scratch/template" "$project"
}

is_unchanged() {
    [ -z "$(git -C "$project" status --porcelain)" ]
}

# Names, x bits and contents.
contents() {
    (cd "$1" && find . \( -path ./.pc -o -path ./.git \) -prune -o \
        \( -type f -printf '%p ' \( -perm -100 -printf 'x ' -o -true \) \
           -exec sha256sum {} \; -o -type l -printf '%p -> %l\n' \) |
        LC_ALL=C sort)
}

# same_everywhere WHAT: BUILD/src, a plain tree and a git checkout get the tree
# whose contents are in $scratch/edited.
same_everywhere() {
    rm -rf "$project/build/src"
    verify apply
    ok "$1: it applies" exits 0
    contents "$src" >"$scratch/made"
    ok "$1: and makes the same tree" diff "$scratch/edited" "$scratch/made"
    cp -a "$project/stage/qemu-5.2.0" "$project/stage/plain"
    verify apply "$project/stage/plain"
    contents "$project/stage/plain" >"$scratch/made"
    ok "$1: of a plain tree, too" diff "$scratch/edited" "$scratch/made"
    verify apply "$project/stage/pristine-git"
    contents "$project/stage/pristine-git" >"$scratch/made"
    ok "$1: and of a git checkout" diff "$scratch/edited" "$scratch/made"
}

# refusal WHAT TEXT
refusal() {
    ok "$1: is refused" refused "$2"
    ok "$1: before anything is written" is_unchanged
}

# in_git WHAT COMMANDS [TEXT]: a commit of what these do in the checkout.
in_git() {
    use_template
    (cd "$tree" && eval "$2" && git add -A && git commit -qm 'tcg: Edit

Because.') >"$scratch/out" 2>"$scratch/err" || { ok "git, $1: is made" false; }
    contents "$tree" >"$scratch/edited"
    verify import --tree "$tree"
    if [ $# = 3 ]; then
        refusal "git, $1" "$3"
        return
    fi
    ok "git, $1: comes back" exits 0
    same_everywhere "git, $1"
}

# in_quilt WHAT FILES COMMANDS [TEXT]: a refreshed edit of them in BUILD/src.
in_quilt() {
    use_template
    (cd "$src" && export QUILT_PATCHES=$project/patches \
        QUILT_SERIES=$project/series &&
        for file in $2; do
            quilt --quiltrc - files | grep -qx "$file" ||
                quilt --quiltrc - add "$file"
        done && eval "$3" && quilt --quiltrc - refresh
    ) >"$scratch/out" 2>"$scratch/err" || true
    # quilt has written to the project's patches.
    git -C "$project" add -A
    git -C "$project" commit -qm quilt --allow-empty
    contents "$src" >"$scratch/edited"
    ! cmp -s "$scratch/unedited" "$scratch/edited" ||
        ok "quilt, $1: is made" false
    verify import
    if [ $# = 4 ]; then
        refusal "quilt, $1" "$4"
        return
    fi
    ok "quilt, $1: comes back" exits 0
    same_everywhere "quilt, $1"
}

more='echo "/* more */" >>tcg/tcg.c'
new=include/tcg/tcg-code-ptr.h
make_template

# --- git ---------------------------------------------------------------------
in_git "lines" "$more"
in_git "a binary file" "printf 'a\\0c' >kinds/binary.c" \
    'changes kinds/binary.c, which quilt takes for binary'
in_git "text that becomes binary" "printf 'a\\0c' >kinds/text.c" \
    'changes kinds/text.c, which quilt takes for binary'
in_git "a binary file that goes" "rm kinds/binary.c" \
    'changes kinds/binary.c, which quilt takes for binary'
in_git "a new binary file" "$more; printf 'a\\0c' >tcg/new.c" \
    'overlay/tcg/new.c: is binary'
in_git "a mode alone" 'chmod +x kinds/text.c' \
    'changes the mode of kinds/text.c, which quilt does not keep'
in_git "a mode taken away" 'chmod -x kinds/tool' \
    'changes the mode of kinds/tool'
in_git "a mode and lines" 'chmod +x kinds/text.c; echo d >>kinds/text.c' \
    'changes the mode of kinds/text.c'
in_git "lines of an executable" 'echo : >>kinds/tool'
in_git "a new executable" "$more; printf '#!/bin/sh\\n' >tcg/new; chmod +x tcg/new"
in_git "the mode of an overlay's file" "chmod +x $new; $more"
in_git "a new symbolic link" "$more; ln -s tcg.c tcg/new.c" \
    'changes tcg/new.c, a symbolic link'
in_git "another target" 'ln -sfn crlf.c kinds/link.c' \
    'changes kinds/link.c, a symbolic link'
in_git "a file into a link" 'ln -sf crlf.c kinds/text.c' \
    'changes kinds/text.c, a symbolic link'
in_git "a link into a file" 'rm kinds/link.c; echo a >kinds/link.c' \
    'changes kinds/link.c, a symbolic link'
in_git "a link that goes" 'rm kinds/link.c' \
    'changes kinds/link.c, a symbolic link'
in_git "a rename" 'git mv kinds/text.c kinds/other.c'
in_git "a rename with an edit" \
    'git mv tcg/tcg.c tcg/tcg2.c; echo "/* more */" >>tcg/tcg2.c'
in_git "a copy" "$more; cp tcg/tcg.c tcg/copy.c"
in_git "a file that goes" 'rm kinds/text.c'
in_git "a submodule" "$more; git init -q sub
    git -C sub -c user.name=a -c user.email=a@b commit -q --allow-empty -m s" \
    'changes sub, a submodule'
in_git "CR LF in lines that were so" "sed -i 's/b/B/' kinds/crlf.c"
in_git "CR LF in lines that were not" "sed -i 's/\$/\\r/' kinds/text.c"
in_git "CR LF in a new file" "$more; printf 'a\\r\\n' >tcg/new.c"
in_git "CR LF in the message" "$more; git add -A
    printf 'tcg: Edit\\r\\n\\r\\nWhy.\\r\\n' | git commit -q --cleanup=verbatim -F -
    echo d >>kinds/text.c" 'has carriage returns'
in_git "no newline at the end, before" 'printf "\nd\n" >>kinds/cut.c'
in_git "none after" 'printf "a\nb\nc\nd" >kinds/text.c'
in_git "none before and after" 'printf "A\nb\nc" >kinds/cut.c'
in_git "a new file without" "$more; printf a >tcg/new.c"
in_git "text that is no UTF-8" 'echo a >>kinds/latin.c'
in_git "a file that is emptied" ': >kinds/text.c'
in_git "a new file that is empty" "$more; : >tcg/new.c"
in_git "an overlay file that is emptied" ": >$new; $more"
in_git "a blank in a name" "$more; echo a >'tcg/a b.c'" \
    'changes tcg/a b.c, a name that is not'
in_git "a quote in a name" "$more; echo a >'tcg/a\"b.c'" \
    'a name that is not'
in_git "UTF-8 in a name" "$more; echo a >tcg/ä.c" \
    'changes tcg/ä.c, a name that is not'
in_git "an overlay file that goes later" "git rm -q $new; $more" \
    "$new comes with commit"
in_git "a directory in the place of a file" \
    'rm kinds/text.c; mkdir kinds/text.c; echo a >kinds/text.c/a.c' \
    'overlay/kinds/text.c/a.c: the tree has a file in the place of the directory'

# An overlay file that goes with its own commit.
use_template
git -C "$tree" rm -q "$new"
git -C "$tree" commit -q --amend --no-edit
contents "$tree" >"$scratch/edited"
verify import --tree "$tree"
ok "git, an overlay file that goes: comes back" exits 0
ok "git, an overlay file that goes: is gone" [ ! -e "$project/overlay/$new" ]
same_everywhere "git, an overlay file that goes"

# --- quilt -------------------------------------------------------------------
in_quilt "lines" kinds/text.c 'echo d >>kinds/text.c'
in_quilt "a binary file" kinds/binary.c "printf 'a\\0c' >kinds/binary.c" \
    'patches/rw/emit.patch changes kinds/binary.c, and that is binary'
in_quilt "a new binary file" tcg/new.c "printf 'a\\0c' >tcg/new.c" \
    'patches/rw/emit.patch changes tcg/new.c, and that is binary'
in_quilt "an overlay file that becomes binary" "" "printf 'a\\0c' >$new" \
    "$new is binary; overlay/ has files of text only"
in_quilt "a mode alone" kinds/text.c 'chmod +x kinds/text.c' \
    'changes kinds/text.c, and that has got an x bit'
in_quilt "a mode taken away" kinds/tool 'chmod -x kinds/tool; echo >>kinds/tool' \
    'changes kinds/tool, and that has lost its x bit'
in_quilt "a mode and lines" kinds/text.c 'chmod +x kinds/text.c
    echo d >>kinds/text.c' 'changes kinds/text.c, and that has got an x bit'
in_quilt "lines of an executable" kinds/tool 'echo : >>kinds/tool'
in_quilt "a new executable" tcg/new 'echo : >tcg/new; chmod +x tcg/new'
in_quilt "the mode of an overlay's file" "" "chmod +x $new"
in_quilt "a new symbolic link" tcg/new.c 'ln -s tcg.c tcg/new.c' \
    'changes tcg/new.c, and that is a symbolic link'
in_quilt "a file into a link" kinds/text.c 'ln -sf crlf.c kinds/text.c' \
    'changes kinds/text.c, and that is a symbolic link'
in_quilt "an overlay's file into a link" "" "ln -sf tcg.h $new" \
    "$new is a symbolic link; overlay/ has files of text only"
in_quilt "a rename" 'kinds/text.c kinds/other.c' \
    'mv kinds/text.c kinds/other.c'
in_quilt "a copy" 'kinds/other.c' 'cp kinds/text.c kinds/other.c'
in_quilt "a file that goes" kinds/text.c 'rm kinds/text.c'
in_quilt "CR LF in lines that were so" kinds/crlf.c "sed -i 's/b/B/' kinds/crlf.c"
in_quilt "CR LF in lines that were not" kinds/text.c \
    "sed -i 's/\$/\\r/' kinds/text.c"
in_quilt "no newline at the end" 'kinds/cut.c kinds/text.c' \
    'printf "\nd\n" >>kinds/cut.c; printf "a\nb" >kinds/text.c'
in_quilt "text that is no UTF-8" kinds/latin.c 'echo a >>kinds/latin.c'
in_quilt "a file that is emptied" kinds/text.c ': >kinds/text.c' \
    'changes kinds/text.c, and that is empty'
in_quilt "a new file that is empty" tcg/new.c ': >tcg/new.c' \
    'changes tcg/new.c, and that is empty'
in_quilt "UTF-8 in a name" tcg/ä.c 'echo a >tcg/ä.c' 'a name that is not'
in_quilt "an overlay file that goes" "" "rm $new"

# One that a later patch removes.
use_template
(cd "$src" && export QUILT_PATCHES=$project/patches \
    QUILT_SERIES=$project/series && quilt --quiltrc - new rw/later.patch &&
    quilt --quiltrc - add "$new" tcg/tcg.c && rm "$new" &&
    echo '/* more */' >>tcg/tcg.c && quilt --quiltrc - refresh &&
    printf 'Subject: [PATCH] tcg: Later\n\nWhy.\n' |
    quilt --quiltrc - header -r) >"$scratch/out" 2>"$scratch/err"
git -C "$project" add -A
git -C "$project" commit -qm quilt
verify import
refusal "quilt, an overlay file that goes later" \
    "patches/rw/later.patch removes $new, which an earlier patch brings in"

done_testing
