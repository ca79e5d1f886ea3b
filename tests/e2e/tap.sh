# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by tests that look at the project itself: a place to work in, which
# is removed at the end, and TAP output.

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0
# In a git hook, these would point the tests at the user's repository.
unset "${!GIT_@}"

# ok STATUS DESCRIPTION: a case that passed if STATUS is 0; otherwise the end of
# $work/out is shown, if there is one.
ok()
{
    count=$((count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        [ ! -f "$work/out" ] || tail -n 25 "$work/out" | sed 's/^/# /'
    fi
}
