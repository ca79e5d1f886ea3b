# SPDX-License-Identifier: GPL-2.0-or-later
# Sourced by the end-to-end tests: TAP output, and a project of its own for
# every case, made of tests/fixtures.  TCG_VERIFY is the program under test.

set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
fixtures=$here/../fixtures
: "${TCG_VERIFY:?the program under test}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset QEMU_SRC QEMU_TARBALL
# In a git hook, these would point the tests at the user's repository.
unset "${!GIT_@}"
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export LC_ALL=C
cases=0

# ok DESCRIPTION COMMAND...: one TAP case; what the program said is shown when
# it fails.
ok() {
    local what=$1

    shift
    cases=$((cases + 1))
    if "$@"; then
        echo "ok $cases - $what"
    else
        echo "not ok $cases - $what"
        echo "# failed: $*"
        sed 's/^/# out: /' "$scratch/out" 2>/dev/null
        sed 's/^/# err: /' "$scratch/err" 2>/dev/null
    fi
}

done_testing() {
    echo "1..$cases"
}

# verify ARGUMENTS...: runs the program in $project; leaves status, out, err.
verify() {
    "$TCG_VERIFY" --project "$project" "$@" \
        >"$scratch/out" 2>"$scratch/err"
    status=$?
}

exits() {
    [ "$status" = "$1" ]
}

# refused TEXT: exit 2, and one line on stderr that has TEXT.
refused() {
    [ "$status" = 2 ] &&
        [ "$(grep -c '^tcg-verify: ' "$scratch/err")" = 1 ] &&
        grep '^tcg-verify: ' "$scratch/err" | grep -qF -- "$1"
}

says() {
    grep -qF -- "$1" "$scratch/out" "$scratch/err"
}

# finds RULE TEXT: exit 1, and a finding of RULE whose line has TEXT.
finds() {
    [ "$status" = 1 ] &&
        grep -F "[$1]" "$scratch/out" | grep -qF -- "$2"
}

# Hash over names, modes and contents of a tree, .git left out.
tree_hash() {
    (cd "$1" && find . -path ./.git -prune -o \
        \( -type f -printf '%p %m ' -exec sha256sum {} \; \
           -o -type l -printf '%p -> %l\n' -o -type d -printf '%p/\n' \) |
        LC_ALL=C sort | sha256sum)
}

# Writes base.ini for the tarball $1 with the further lines $2.
pin() {
    cat >"$project/base.ini" <<INI
[upstream]
version=5.2.0
commit=553032db17440f8de011390e5a1cfddd13751b0b
directory=qemu-5.2.0

[tarball fixture]
file=$(basename "$1")
sha256=$(sha256sum "$1" | cut -d' ' -f1)
${2:-}
INI
}

# A project of its own with the good series; its tarball is in $tarballs.
new_project() {
    project=$(mktemp -d "$scratch/project.XXXXXX")
    tarballs=$project/tarballs
    tarball=$tarballs/qemu-5.2.0.tar.xz
    cp -r "$fixtures/project/." "$project/"
    mkdir -p "$tarballs" "$project/stage"
    cp -r "$fixtures/upstream" "$project/stage/qemu-5.2.0"
    pack
}

# Packs the stage, as it is now, and pins the result.
pack() {
    tar -C "$project/stage" --sort=name --mtime=@1600000000 --owner=0 \
        --group=0 --numeric-owner -cJf "$tarball" qemu-5.2.0
    pin "$tarball"
}

# No temporary file of a download, an unpacking or an apply is left.
nothing_left() {
    [ -z "$(find "$project/build" \( -name '.making-*' -o -name '*.new' \
        -o -name '*.part' -o -name '*.mail' \) 2>/dev/null)" ]
}

# A copy of the tools in PATH without those named.
path_without() {
    local directory name

    directory=$(mktemp -d "$scratch/path.XXXXXX")
    ln -s /usr/bin/* /bin/* "$directory/" 2>/dev/null
    for name in "$@"; do
        rm -f "$directory/$name"
    done
    echo "$directory"
}

# wait_for COMMAND...: until it succeeds, for at most 20 seconds.
wait_for() {
    local i

    for i in $(seq 2000); do
        "$@" && return 0
        sleep 0.01
    done
    return 1
}
