#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Two runs on one tree, the locks that a killed run leaves, and git's messages
# about locks, complete.
. "$(dirname "$0")/fixture.sh"

export QEMU_TARBALL
export GIT_CONFIG_GLOBAL=$scratch/gitconfig
git config --global user.name 'A Tester'
git config --global user.email tester@example.org

use_plain() {
    new_project
    QEMU_TARBALL=$tarball
    tree=$project/stage/qemu-5.2.0
    was=$(tree_hash "$tree")
}

use_checkout() {
    use_plain
    git -C "$tree" init -q
    git -C "$tree" add -A
    git -C "$tree" commit -qm base
    head=$(git -C "$tree" rev-parse HEAD)
}

has_series() {
    grep -q 'TCG_CODE_PTR_RW(s, s->code_ptr) = v' "$tree/tcg/tcg.c" || return
    [ ! -e "$tree/.git" ] ||
        [ "$(git -C "$tree" rev-list --count "$head"..HEAD)$(
            git -C "$tree" status --porcelain)" = 3 ]
}

git_is_as_before() {
    [ "$head" = "$(git -C "$tree" rev-parse HEAD)" ] &&
        [ "$was" = "$(tree_hash "$tree")" ] &&
        [ -z "$(find "$tree/.git" -name 'tcg-verify*')" ]
}

# fake PROGRAM WORDS SHELL: PROGRAM, which runs SHELL first when it is called
# with WORDS.
fake() {
    fake=$(mktemp -d "$scratch/fake.XXXXXX")
    cat >"$fake/$1" <<SHELL
#!/bin/bash
case "\$*" in
*"$2"*) $3 ;;
esac
exec $(command -v "$1") "\$@"
SHELL
    chmod +x "$fake/$1"
}

# hold_at PROGRAM WORDS [BEFORE AFTER]: waits, once, until there is a file
# $fake/go; the two are more to run.
hold_at() {
    fake "$1" "$2" "${3-}"'
if mkdir "${0%/*}/reached" 2>/dev/null; then
    for i in {1..6000}; do [ -e "${0%/*}/go" ] && break; sleep 0.05; done
fi
'"${4-}"
}

# first WORDS...: a run that waits in the middle.
first() {
    PATH=$fake:$PATH "$TCG_VERIFY" --project "$project" "$@" \
        >"$scratch/first" 2>&1 &
    pid=$!
    wait_for test -d "$fake/reached"
}

first_ends() {
    touch "$fake/go"
    wait $pid
}

# --- two runs on one tree ------------------------------------------------------
# beside COMMAND: the commands that may not run on the tree while COMMAND does.
beside() {
    local words

    for words in "apply $tree" "unapply $tree" "rebase --tree $tree" \
        "rebase --abort --tree $tree" "import --tree $tree"; do
        verify $words
        ok "$kind, during $1: $words is refused by name" refused \
            "$tree is in use by '$TCG_VERIFY --project $project $1"
        ok "and by process" says "(process $pid)"
    done
    ln -s "$tree" "$scratch/link"
    verify apply "$scratch/link"
    ok "$kind, during $1: by another path as well" refused 'is in use by'
    rm "$scratch/link"
}

kind=checkout
use_checkout
hold_at git 'apply --cached'
first apply "$tree"
beside apply
ok "the first one does not mind" first_ends
ok "and its series is there" has_series
verify apply "$tree"
ok "then the second finds it done" says 'were already on'

hold_at git 'reset --quiet'
first unapply "$tree"
beside unapply
ok "unapply does not mind either" first_ends
ok "and gives the tree back" git_is_as_before

hold_at git 'reset --quiet'
first rebase --tree "$tree"
beside rebase
ok "nor does rebase" first_ends
ok "and the tree has the series" has_series

hold_at git 'rev-list'
first import --tree "$tree"
beside import
ok "nor does import" first_ends

kind='plain tree'
use_plain
hold_at patch ''
first apply "$tree"
beside apply
ok "the first one does not mind" first_ends
ok "and its series is there" has_series
verify unapply "$tree"
ok "no lock is left in the tree" [ "$was" = "$(tree_hash "$tree")" ]

# A hook that runs the tool on the tree of the run that has started it.
use_checkout
printf '#!/bin/sh\n"%s" --project "%s" apply "%s" >>"%s" 2>&1\n' \
    "$TCG_VERIFY" "$project" "$tree" "$scratch/hook" \
    >"$tree/.git/hooks/post-index-change"
chmod +x "$tree/.git/hooks/post-index-change"
timeout 60 "$TCG_VERIFY" --project "$project" rebase --tree "$tree" \
    >"$scratch/out" 2>"$scratch/err"
status=$?
ok "a hook that runs the tool on the same tree does not wait for itself" \
    exits 0
ok "but is refused" grep -q "is in use by .*rebase --tree" "$scratch/hook"
ok "and the tree has the series" has_series

# --- what a killed run leaves ----------------------------------------------------
use_checkout
fake git 'apply --cached' 'touch "$GIT_INDEX_FILE.lock"; kill -KILL $PPID'
PATH=$fake:$PATH verify apply "$tree"
ok "killed while git has its index locked" exits 137
ok "the lock is left" [ -e "$tree/.git/tcg-verify.index.lock" ]
verify apply "$tree"
ok "the next apply does not mind" exits 0
ok "and the tree has the series" has_series
verify unapply "$tree"
ok "and nothing is left" git_is_as_before

# In the repository that export keeps.
verify apply
verify export --no-cc
kept=$project/build/cache/export/repository/.git
for lock in index.lock applied.index.lock pristine.index.lock \
    series.index.lock config.lock HEAD.lock info/sparse-checkout.lock \
    refs/heads/received.lock; do
    touch "$kept/$lock"
    rm -rf "$project/build/mail"
    verify export --no-cc
    ok "export: $lock of a killed run" exits 0
done

# git's own index.lock: the tool kills git with what it has started, but not
# while git has it.
use_checkout
hold_at git 'reset --quiet' ": >'$tree/.git/index.lock'" \
    "rm '$tree/.git/index.lock'"
first rebase --tree "$tree"
kill -INT $pid
first_ends
ok "rebase, interrupted while git has its index locked" [ $? = 2 ]
ok "leaves no lock" [ ! -e "$tree/.git/index.lock" ]
verify rebase --abort --tree "$tree"
ok "--abort" exits 0
ok "gives the tree back" git_is_as_before
touch "$tree/VERSION"
echo '/* mine */' >>"$tree/tcg/tcg.c"
index=$(stat -c '%i %y' "$tree/.git/index")
verify apply "$tree"
ok "a refused apply" refused 'tcg/tcg.c'
ok "has not locked the index" \
    [ "$index" = "$(stat -c '%i %y' "$tree/.git/index")" ]

# --- what git says ---------------------------------------------------------------
use_checkout
touch "$tree/.git/index.lock"
verify apply "$tree"
ok "an index.lock of the user's git: exit 2" refused 'git: exit 128:'
ok "with the file" says "    fatal: Unable to create '$tree/.git/index.lock'"
ok "the possible cause" says '    Another git process seems to be running'
ok "and the remedy" says '    remove the file manually to continue.'
rm "$tree/.git/index.lock"
ok "the checkout is unchanged" git_is_as_before
fake git '' 'export GIT_TEST_ASSUME_DIFFERENT_OWNER=1'
for words in "apply $tree" "unapply $tree" "rebase --tree $tree" \
    "import --tree $tree"; do
    PATH=$fake:$PATH verify $words
    ok "${words%% *}: a tree of another user" refused "$tree: git: exit 128:"
    ok "why" says "    fatal: detected dubious ownership in repository at '$tree'"
    ok "and the remedy" says "git config --global --add safe.directory $tree"
done
sed -i 's/^-    \*s->code_ptr++ = v;/-    *s->code_ptr-- = v;/' \
    "$project/patches/rw/emit.patch"
verify apply "$tree"
ok "a patch that does not apply" refused 'patches/rw/emit.patch does not apply'
ok "with the place" says '    error: patch failed: tcg/tcg.c:'
ok "and the file" says '    error: tcg/tcg.c: patch does not apply'

# Not of git alone.
use_plain
fake patch '' 'printf "patch: first\n\npatch: last\n" >&2; exit 2'
PATH=$fake:$PATH verify rebase --tree "$tree"
ok "patch" refused 'patch: exit 2:'
ok "the first line" says '    patch: first'
ok "and the last" says '    patch: last'

done_testing
