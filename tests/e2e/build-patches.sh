#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `tcg-verify build --each-patch` on a tiny tree whose build is a shell script.
. "$(dirname "$0")/fixture.sh"

# with_build SCRIPT: a project whose emulator SCRIPT links, in the source tree.
with_build() {
    local tree

    new_project
    tree=$project/stage/qemu-5.2.0
    mkdir -p "$tree/pc-bios" "$tree/default-configs" "$project/scripts"
    printf "blobs = files(\n  'bios.bin',\n)\n" >"$tree/pc-bios/meson.build"
    printf '%s\n' "$1" >"$tree/link"
    cat >"$tree/configure" <<'EOF'
#!/bin/sh
cd "$(dirname "$0")" && source=$PWD && cd "$OLDPWD" || exit 1
cat >build.ninja <<END
rule link
  command = cd $source && sh ./link && touch $PWD/\$out
build qemu-arm: link $source/tcg $source/include/tcg/tcg.h $
  $source/tcg/i386/tcg-target.c.inc
END
EOF
    chmod +x "$tree/configure"
    pack
}

build() {
    export QEMU_TARBALL=$tarballs
    verify build --each-patch --host=x86_64 --guest=arm "$@"
}

findings() {
    [ "$(grep -c '\[host-build\]' "$scratch/out")" = "$1" ]
}

with_build '! grep -q TCG_CODE_PTR_RW tcg/tcg.c ||
test -e include/tcg/tcg-code-ptr.h'
build
ok "a series whose every patch links is clean" exits 0
ok "each patch is a cell" says "cells=3 clean=3"
ok "and reports it" says "rw/emit.patch                 x86_64 links"
ok "the walk leaves no tree" test ! -e "$project/build/cache/build-each-patch/qemu-5.2.0"
build --to=const/i386
ok "a part of it" says "cells=2 clean=2"
build --from=rw/emit --to=const/i386
ok "no range" refused "--from and --to name no range"
build --tree="$scratch"
ok "no tree but its own" refused "takes no --tree"

# const/ptr-diff needs a definition that only const/i386 brings.
needs='grep -q "byte_diff(const" include/tcg/tcg.h || exit 0'
gives='grep -q "const tcg_insn_unit" tcg/i386/tcg-target.c.inc || {'
with_build "$needs
$gives
echo 'ld: tcg.o: undefined reference to tcg_out_jmp'; exit 1; }"
build
ok "a patch that does not link is a finding" \
    finds host-build "undefined reference to tcg_out_jmp"
ok "of that patch" says "patch const/ptr-diff.patch"
ok "and of no other" findings 1
ok "the next one links again" says "const/i386.patch              x86_64 links"
ok "the result says so" says "findings=1"
build --from=const/i386
ok "a tree that does not link before the range is no finding" \
    refused "the tree before the first patch does not build for host x86_64: "
ok "and the linker's words are there" refused "undefined reference"

with_build "$needs
echo 'ld: undefined reference to lost'; exit 1"
build
ok "it stays so: the first of them is to blame" findings 1
ok "and reports all" says "rw/emit.patch                 x86_64 fails"

done_testing
