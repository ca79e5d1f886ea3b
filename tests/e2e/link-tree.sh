# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by tests that work on a copy of the applied tree.

# link_tree FROM TO: a copy of a tree that shares the files of the other, if both
# are on one file system.  Remove a file before you write it.
link_tree()
{
    cp -al "$1" "$2" 2>/dev/null || cp -a "$1/." "$2"
}
