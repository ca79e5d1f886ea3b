#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `tcg-verify export` of the project's own series, put on a checkout of all of
# upstream.
#
# Needs the project's own trees: what `make verify` makes.
top=$(cd "$(dirname "$0")/../.." && pwd)
given=${QEMU_TARBALL-}
. "$(dirname "$0")/fixture.sh"
. "$(dirname "$0")/link-tree.sh"

[ -z "$given" ] || export QEMU_TARBALL=$given
export HOME=$scratch
export GIT_CONFIG_GLOBAL=$scratch/gitconfig
git config --global user.name 'Sam Sender'
git config --global user.email sam@example.org
project=$top
mails=$scratch/mails
tree=$scratch/tree

verify export --output-dir "$mails"
ok "the series is exported" exits 0
count=$(sed -n 's/#.*//; /./p' "$top/series" | wc -l)
ok "a mail for each of its $count patches" \
    [ "$(ls "$mails" | grep -cv '^0000-')" = "$count" ]
ok "every one has recipients" [ -z "$(grep -L '^Cc: ' "$mails"/*)" ]

# Not the tool's own way: all files, and another directory.
# git replaces a file and never writes into it, so that links will do.
pristine=$(echo "$top"/build/pristine/qemu-*[0-9])
link_tree "$pristine" "$tree"
git -C "$tree" init -q
git -C "$tree" -c core.looseCompression=0 add -Af
git -C "$tree" commit -qm upstream
git -C "$tree" am -q --empty=drop "$mails"/* >"$scratch/out" 2>&1
ok "git am takes the mails" \
    [ "$(git -C "$tree" rev-list --count HEAD)" = $((count + 1)) ]
diff -r --no-dereference -x .git -x .pc "$tree" "$(echo "$top"/build/src/qemu-*[0-9])" \
    >"$scratch/out" 2>&1
ok "every file equals that of apply" [ ! -s "$scratch/out" ]
done_testing
