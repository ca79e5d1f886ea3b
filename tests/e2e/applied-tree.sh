# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by tests that need the project's own applied tree, which is what
# `make verify` makes.

. "$top/tests/e2e/tap.sh"
. "$top/tests/e2e/link-tree.sh"
: "${TCG_VERIFY:?the program under test}"

# find_applied_tree: sets $applied; makes the tree if there is none.  A case of
# its own.
find_applied_tree()
{
    applied=$(echo "$top"/build/src/qemu-*[0-9])
    if [ ! -f "$applied/tcg/tcg.c" ]; then
        "$TCG_VERIFY" --project "$top" source >"$work/out" 2>&1 &&
            "$TCG_VERIFY" --project "$top" apply >>"$work/out" 2>&1
        applied=$(echo "$top"/build/src/qemu-*[0-9])
    fi
    [ -f "$applied/tcg/tcg.c" ]
    ok $? "there is an applied tree"
}
