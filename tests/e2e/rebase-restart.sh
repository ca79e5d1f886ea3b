#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `tcg-verify rebase`, killed before every program that it runs and before every
# file or directory that it renames, removes or makes: the next start detects
# how far it got, and the end is that of a run that nothing has disturbed.
. "$(dirname "$0")/fixture.sh"

new_project
unset QUILT_PATCHES QUILT_SERIES
wrappers=$scratch/wrappers
mkdir "$wrappers"
export calls=$scratch/calls kill_at=0

# Only the program under test is killed: quilt runs patch as well.
for name in git patch quilt; do
    cat >"$wrappers/$name" <<WRAPPER
#!/bin/sh
read -r caller </proc/\$PPID/comm
if [ "\$caller" != tcg-verify ]; then
    exec $(command -v $name) "\$@"
fi
read -r count <"\$calls"
echo \$((count + 1)) >"\$calls"
if [ \$((count + 1)) = "\$kill_at" ]; then
    kill -9 \$PPID
    exit 1
fi
exec $(command -v $name) "\$@"
WRAPPER
    chmod +x "$wrappers/$name"
done

# An identical upstream, but that the last patch stops.
make_template() {
    cp -r "$fixtures/upstream" "$scratch/git"
    sed -i 's/^static void tcg_out8(.*/static void tcg_out8(TCGContext *c, uint8_t v)/' \
        "$scratch/git/tcg/tcg.c"
    cp -r "$scratch/git" "$scratch/plain"
    git -C "$scratch/git" init -q
    git -C "$scratch/git" config user.name 'A Tester'
    git -C "$scratch/git" config user.email tester@example.org
    git -C "$scratch/git" add -A
    git -C "$scratch/git" commit -qm upstream
}

settle() {
    sed -i 's/^    \*s->code_ptr++ = v;/    *TCG_CODE_PTR_RW(s, s->code_ptr) = v;\n    s->code_ptr++;/' \
        "$tree/tcg/tcg.c"
    rm -f "$tree/tcg/tcg.c.rej"
}

# use TEMPLATE: a copy of it.  Its path stays, for quilt and git note it.
use() {
    tree=$scratch/tree
    rm -rf "$tree"
    cp -a "$1" "$tree"
}

rebase() {
    verify rebase --tree "$tree" "$@"
}

# All that one could see of the tree; times and ids of commits aside.
picture() {
    tree_hash "$tree"
    if [ -e "$tree/.git" ]; then
        git -C "$tree" log --format='%an %s%n%b %T'
        git -C "$tree" status --porcelain
        ls "$tree/.git" | grep '^tcg-verify-rebase'
    fi
}

# resume ACTION: what the user does to get a run of it to its end.
resume() {
    if [ "$1" = begin ]; then
        rebase --continue
        if says 'no rebase is under way'; then
            rebase
        fi
        return
    fi
    rebase "--$1"
    if says 'no rebase is under way'; then
        # All was done, but for its last line.
        status=0
    elif says 'has not stopped at a patch that could be left out'; then
        rebase --continue
    fi
}

# killed ACTION WRAPPER...: runs it; sets died.  bash, for it reports a signal
# by its status.
killed() {
    local action=$1 option=

    shift
    [ "$action" = begin ] || option=--$action
    {
        "$@" bash -c 'exec "$@"' - "$TCG_VERIFY" --project "$project" \
            rebase --tree "$tree" $option
    } >/dev/null 2>&1
    died=$?
}

# came_back KIND ACTION STATUS WHERE: the next start brings it to its end.
came_back() {
    resume "$2"
    if [ "$status" = "$3" ] &&
        [ "$(picture)" = "$(cat "$scratch/$1.$2.end")" ]; then
        return
    fi
    bad="$bad $4"
    cat "$scratch/out" "$scratch/err" >"$scratch/worst"
}

# all_good WHAT COUNT STATUS: the last run, to be killed after the last chance,
# was not killed.
all_good() {
    echo "# $1, killed $2 times${bad:+; wrong at$bad}"
    if [ -n "$bad" ]; then
        cp "$scratch/worst" "$scratch/out"
    fi
    [ -z "$bad" ] && [ "$2" -gt 0 ] && [ "$died" = "$3" ]
}

killed_at_programs() {
    local kind=$1 action=$2 want=$3 at bad=

    for at in $(seq 500); do
        use "$scratch/$kind.$action"
        echo 0 >"$calls"
        PATH=$wrappers:$PATH kill_at=$at killed "$action" env
        [ "$died" = 137 ] || break
        came_back "$kind" "$action" "$want" "$at"
    done
    all_good "$kind, $action" $((at - 1)) "$want"
}

killed_at_changes() {
    local kind=$1 action=$2 want=$3 call at total=0 bad=

    for call in rename unlink mkdir; do
        for at in $(seq 500); do
            use "$scratch/$kind.$action"
            killed "$action" strace -qq -o /dev/null -e "trace=$call" \
                -e "inject=$call:signal=KILL:when=$at"
            [ "$died" = 137 ] || break
            total=$((total + 1))
            came_back "$kind" "$action" "$want" "$call-$at"
        done
        [ "$died" = "$want" ] || bad="$bad $call"
    done
    all_good "$kind, $action" "$total" "$want"
}

make_template
for kind in git plain; do
    # The start and the result of a run that is not killed.
    cp -a "$scratch/$kind" "$scratch/$kind.begin"
    use "$scratch/$kind"
    rebase
    ok "$kind: it stops" exits 1
    picture >"$scratch/$kind.begin.end"
    cp -a "$tree" "$scratch/$kind.skip"
    cp -a "$tree" "$scratch/$kind.abort"
    settle
    cp -a "$tree" "$scratch/$kind.continue"
    for action in continue skip abort; do
        use "$scratch/$kind.$action"
        rebase "--$action"
        ok "$kind: --$action" exits 0
        picture >"$scratch/$kind.$action.end"
    done
    for action in begin continue skip abort; do
        want=$([ "$action" = begin ] && echo 1 || echo 0)
        ok "$kind, $action: killed before each program" \
            killed_at_programs "$kind" "$action" "$want"
        ok "$kind, $action: killed before each change of a directory" \
            killed_at_changes "$kind" "$action" "$want"
    done
done

done_testing
