#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The variables that git sets for hooks, aliases and shells name another
# repository than the one that a command works on.
. "$(dirname "$0")/fixture.sh"

export QEMU_TARBALL

# A project that is a checkout, $tree to work on, and $other, a clone of it
# with a line of its own, which no command is asked to touch.
use_checkouts() {
    new_project
    QEMU_TARBALL=$tarball
    tree=$project/stage/qemu-5.2.0
    other=$(mktemp -d "$scratch/other.XXXXXX")
    git config --global user.name 'A Tester'
    git config --global user.email tester@example.org
    for place in "$tree" "$project"; do
        git -C "$place" init -q
        [ "$place" = "$tree" ] ||
            printf 'build/\ntarballs/\nstage/\n' >"$place/.gitignore"
        git -C "$place" add -A
        git -C "$place" commit -qm base
    done
    git clone -q "$tree" "$other"
    git -C "$other" commit -q --allow-empty -m 'of its own'
    head=$(git -C "$tree" rev-parse HEAD)
    was=$(all_of "$tree" | grep -v ' \./\.git/')
    was_other=$(all_of "$other")
    poison=(
        GIT_DIR="$other/.git"
        GIT_WORK_TREE="$other"
        GIT_INDEX_FILE="$other/.git/index"
        GIT_OBJECT_DIRECTORY="$other/.git/objects"
        GIT_COMMON_DIR="$other/.git"
        GIT_ALTERNATE_OBJECT_DIRECTORIES="$other/.git/objects"
        GIT_QUARANTINE_PATH="$other/.git/objects"
        GIT_NAMESPACE=elsewhere
        GIT_PREFIX=tcg/
        GIT_INTERNAL_SUPER_PREFIX=elsewhere/
        GIT_IMPLICIT_WORK_TREE=0
        GIT_GRAFT_FILE="$other/grafts"
        GIT_SHALLOW_FILE="$other/shallow"
        GIT_NO_REPLACE_OBJECTS=1
        GIT_REPLACE_REF_BASE=refs/heads/
        GIT_CONFIG="$other/.git/config"
        GIT_LITERAL_PATHSPECS=1
        GIT_ATTR_SOURCE=HEAD~1
        GIT_EXTERNAL_DIFF=false
        GIT_DIFF_OPTS=-u0
        GIT_DEFAULT_HASH=sha256
        GIT_TEMPLATE_DIR="$other"
    )
}

# Names, modes and contents, .git and its index as well.
all_of() {
    (cd "$1" && find . -type f -printf '%m %p ' -exec sha256sum {} \;) |
        LC_ALL=C sort
}

other_is_left_alone() {
    [ "$was_other" = "$(all_of "$other")" ]
}

# The program with what a hook of $other might have in its environment.
poisoned() {
    env "${poison[@]}" "$TCG_VERIFY" --project "$project" "$@" \
        >"$scratch/out" 2>"$scratch/err"
    status=$?
}

has_series() {
    [ "$(git -C "$tree" rev-list --count "$head"..HEAD)" = 3 ] &&
        [ -z "$(git -C "$tree" status --porcelain)" ] &&
        git -C "$tree" fsck --no-dangling >"$scratch/fsck" 2>&1 &&
        grep -q 'TCG_CODE_PTR_RW(s, s->code_ptr) = v' "$tree/tcg/tcg.c"
}

is_as_before() {
    [ "$head" = "$(git -C "$tree" rev-parse HEAD)" ] &&
        [ -z "$(git -C "$tree" status --porcelain)" ] &&
        [ "$was" = "$(all_of "$tree" | grep -v ' \./\.git/')" ]
}

export GIT_CONFIG_GLOBAL=$scratch/gitconfig

# --- every variable by itself -------------------------------------------------
use_checkouts
# Those of a later git as well.
known=$(printf '%s\n' "${poison[@]%%=*}" GIT_CONFIG_PARAMETERS GIT_CONFIG_COUNT)
all=("${poison[@]}")
for name in $(git rev-parse --local-env-vars | grep -vxF "$known"); do
    all+=("$name=$other/.git")
done
for one in "${all[@]}"; do
    poison=("$one")
    poisoned apply "$tree"
    applied=$status
    has_series
    right=$?
    poisoned unapply "$tree"
    ok "${one%%=*}: apply and unapply are of the tree that they name" \
        [ "$applied$right$status" = 000 ]
    ok "${one%%=*}: and of that alone" other_is_left_alone
    is_as_before || use_checkouts
done

# --- all of them, every command ----------------------------------------------
use_checkouts
poisoned apply "$tree"
ok "apply" exits 0
ok "apply: the tree has the series" has_series
ok "apply: the other one does not" other_is_left_alone

echo '/* edited */' >>"$tree/tcg/tcg.c"
git -C "$tree" commit -qa --amend --no-edit
poisoned import --tree "$tree"
ok "import" exits 0
ok "import: the edit is in the patch that it amends" \
    grep -q '^+/\* edited \*/' "$project/patches/rw/emit.patch"
ok "import: nothing else has changed" \
    [ "$(git -C "$project" status --porcelain)" = ' M patches/rw/emit.patch' ]
ok "import: the other one is left alone" other_is_left_alone
git -C "$project" commit -qam edited
poisoned import --tree "$tree"
ok "import, again: finds nothing new" says 'has all of it already'
echo uncommitted >>"$project/patches/rw/emit.patch"
poisoned import --tree "$tree"
ok "import: it is the project that has to be committed" \
    refused "$project has changes that are not committed"
git -C "$project" checkout -q patches
poisoned unapply "$tree"
ok "unapply" exits 0
ok "unapply: the tree is restored" is_as_before
ok "unapply: the other one is left alone" other_is_left_alone

use_checkouts
poisoned rebase --tree "$tree"
ok "rebase" exits 0
ok "rebase: the tree has the series" has_series
ok "rebase: the other one does not" other_is_left_alone
poisoned unapply "$tree"
ok "rebase: unapply takes it back" is_as_before
sed -i 's/^static void tcg_out8(.*/static void tcg_out8(TCGContext *c, uint8_t v)/' \
    "$tree/tcg/tcg.c"
git -C "$tree" commit -qam drift
drifted=$(git -C "$tree" rev-parse HEAD)
poisoned rebase --tree "$tree"
ok "rebase stops" exits 1
ok "rebase: with the commit of this tree" says drift
rm "$tree/tcg/tcg.c.rej"
sed -i 's/^    \*s->code_ptr++ = v;/    *TCG_CODE_PTR_RW(s, s->code_ptr) = v;\n    s->code_ptr++;/' \
    "$tree/tcg/tcg.c"
poisoned rebase --continue --tree "$tree"
ok "rebase --continue" exits 0
ok "rebase --continue: the tree has the series" \
    [ "$(git -C "$tree" rev-list --count "$drifted"..HEAD)" = 3 ]
git -C "$tree" reset -q --hard "$drifted"
poisoned rebase --tree "$tree"
poisoned rebase --skip --tree "$tree"
ok "rebase --skip" exits 0
git -C "$tree" reset -q --hard "$drifted"
poisoned rebase --tree "$tree"
poisoned rebase --abort --tree "$tree"
ok "rebase --abort" exits 0
ok "rebase --abort: the tree is restored" \
    [ "$drifted $(git -C "$tree" status --porcelain)" = \
      "$(git -C "$tree" rev-parse HEAD) " ]
ok "rebase: all that leaves the other one alone" other_is_left_alone

use_checkouts
QEMU_SRC=$tree poisoned source
ok "source" exits 0
ok "source: takes the commit of the tree" says "$tree is at commit $head"
ok "source: and its content" diff -r -x .git "$tree" \
    "$project/build/pristine/qemu-5.2.0"
poisoned apply
ok "apply to build/src" exits 0
verify lint
cp "$scratch/out" "$scratch/lint"
poisoned lint
same_lint() {
    [ "$(grep -v seconds "$scratch/lint" | sed 's/[0-9]*\.[0-9]//g')" = \
      "$(grep -v seconds "$scratch/out" | sed 's/[0-9]*\.[0-9]//g')" ]
}
ok "lint reports the same without them" same_lint
verify export --no-cc
mv "$project/build/mail/v1" "$scratch/mails"
rm -rf "$project/build/mail" "$project/build/cache/export"
poisoned export --no-cc
ok "export" exits 0
# Each mail has a date, and identities made of it.
mails_in() {
    (cd "$1" && ls && grep -hvi '^\(date\|message-id\|in-reply-to\|references\): ' \
        -- *)
}
same_mails() {
    [ "$(mails_in "$project/build/mail/v1" | wc -l)" -gt 100 ] &&
        diff <(mails_in "$scratch/mails") <(mails_in "$project/build/mail/v1")
}
ok "export: the mails are the same" same_mails
ok "source, lint and export leave the other one alone" other_is_left_alone

# --- what they run -------------------------------------------------------------
# Whatever a command starts may run git in its turn.
spies=$(mktemp -d "$scratch/spies.XXXXXX")
for name in git quilt patch perl; do
    printf '#!/bin/bash\nenv | grep "^GIT_.*=.*%s" >>%s\nexec %s "$@"\n' \
        "$other" "$spies/seen" "$(command -v "$name")" >"$spies/$name"
    chmod +x "$spies/$name"
done
plain=$scratch/plain
cp -r "$fixtures/upstream" "$plain"
for words in "apply $plain" "unapply $plain" "rebase --tree $plain" \
    "apply $tree" "unapply $tree" "rebase --tree $tree" \
    "import --tree $tree" 'lint' 'export --no-cc'; do
    : >"$spies/seen"
    PATH=$spies:$PATH poisoned $words
    ok "${words%% *}: runs" exits 0
    ok "${words%% *}: no program that it runs sees them" [ ! -s "$spies/seen" ]
done
ok "the other one is left alone" other_is_left_alone

# The tests themselves make repositories.
for harness in fixture tap; do
    sees=$(env "${poison[@]}" bash -c '. "$0"; env' "$here/$harness.sh" |
        grep "^GIT_.*=.*$other")
    ok "a test that begins with $harness.sh does not see them" [ -z "$sees" ]
done

# --- hooks ---------------------------------------------------------------------
# The worst one: of a linked worktree, where GIT_DIR is another directory.
use_checkouts
git -C "$other" worktree add -q "$scratch/linked" 2>/dev/null
for hook in post-commit pre-push; do
    printf '#!/bin/sh\nexec "%s" --project "%s" apply "%s"\n' \
        "$TCG_VERIFY" "$project" "$tree" >"$other/.git/hooks/$hook"
    chmod +x "$other/.git/hooks/$hook"
done
git -C "$scratch/linked" commit -q --allow-empty -m 'runs the hook' \
    >"$scratch/out" 2>&1
ok "a hook of a linked worktree: the tree that it names has the series" \
    has_series
ok "and the worktree its one commit" \
    [ "$(git -C "$scratch/linked" log -2 --format=%s)" = \
      'runs the hook
of its own' ]
verify unapply "$tree"
git init -q --bare "$scratch/bare"
git -C "$other" push -q "$scratch/bare" HEAD:refs/heads/main \
    >"$scratch/out" 2>&1
ok "a hook of git push: the tree that it names has the series" has_series
ok "and the one that is pushed has none of it" \
    [ "$(git -C "$other" log -1 --format=%s)" = 'of its own' ]

# --- configuration by environment ---------------------------------------------
# For commits in the user's tree it counts like the user's configuration.
use_checkouts
git config --global --unset user.name
poison=(GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0=user.name
    GIT_CONFIG_VALUE_0='By Environment' GIT_CONFIG_KEY_1=user.email
    GIT_CONFIG_VALUE_1=env@example.org)
poisoned apply "$tree"
ok "GIT_CONFIG_COUNT says who commits" \
    [ "$(git -C "$tree" log -1 --format='%an <%ae>')" = \
      'By Environment <env@example.org>' ]
poisoned unapply "$tree"
poison=(GIT_CONFIG_PARAMETERS="'user.name'='By Option'")
poisoned apply "$tree"
ok "and so does git -c" \
    [ "$(git -C "$tree" log -1 --format='%an')" = 'By Option' ]
git config --global user.name 'A Tester'
# For the tool's own repositories it does not.
poison=(GIT_CONFIG_COUNT=4
    GIT_CONFIG_KEY_0=diff.noprefix GIT_CONFIG_VALUE_0=true
    GIT_CONFIG_KEY_1=core.autocrlf GIT_CONFIG_VALUE_1=true
    GIT_CONFIG_KEY_2=commit.gpgSign GIT_CONFIG_VALUE_2=true
    GIT_CONFIG_KEY_3=gpg.program GIT_CONFIG_VALUE_3=false
    GIT_CONFIG_PARAMETERS="'format.attach'='true'")
verify lint
cp "$scratch/out" "$scratch/lint"
poisoned lint
ok "lint reports the same with any configuration" same_lint
poisoned import --tree "$tree"
ok "import takes the series as it is" says 'has all of it already'
ok "and writes nothing" [ -z "$(git -C "$project" status --porcelain)" ]
verify apply
verify export --no-cc
rm -rf "$scratch/mails"
mv "$project/build/mail/v1" "$scratch/mails"
rm -rf "$project/build/mail" "$project/build/cache/export"
poisoned export --no-cc
ok "export makes the same mails" same_mails

# --- a .git that leads elsewhere ----------------------------------------------
# git searches the directories above if .git is no repository.
use_checkouts
rm -rf "$tree/.git"
mkdir "$tree/.git"
above=$(git -C "$project" rev-parse HEAD)
for words in "apply $tree" "unapply $tree" "import --tree $tree" \
    "rebase --tree $tree"; do
    verify $words
    ok "${words%% *}: an empty .git is refused" \
        refused "git in $tree works on another tree, $project"
done
QEMU_SRC=$tree verify source
ok "source: an empty .git is refused" \
    refused "git in $tree works on another tree, $project"
ok "the repository above is unchanged" \
    [ "$above $(git -C "$project" status --porcelain)" = \
      "$(git -C "$project" rev-parse HEAD) " ]
use_checkouts
git -C "$tree" config core.worktree "$other"
was_other=$(all_of "$other")
verify apply "$tree"
ok "core.worktree of another tree is refused" \
    refused "git in $tree works on another tree, $other"
ok "and that one is left alone" other_is_left_alone

done_testing
