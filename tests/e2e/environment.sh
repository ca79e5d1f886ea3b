#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `tcg-verify check` in an environment that changes what compilers, checkers
# and interpreters do: same result, same cache.
#
# Needs the project's own applied tree: what `make verify` makes.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/applied-tree.sh"
find_applied_tree

# check BUILD-DIR [VARIABLE=VALUE...]: in that environment; leaves $status.
check()
{
    local build=$1
    shift
    env "$@" "$TCG_VERIFY" --project "$top" --build-dir "$build" check \
        --guest=alpha --host=x86_64 --mode=softmmu --only=tcg/tcg.c \
        --tree "$applied" >"$work/out" 2>&1
    status=$?
    echo "exit status $status" >>"$work/out"
}

# same BUILD-DIR: the last run of check there says what the first of all said.
same()
{
    python3 - "$work/clean/report/check.json" "$1/report/check.json" \
        >>"$work/out" 2>&1 <<'PYTHON'
import json, sys

def less(value):
    """The parts that do not depend on the speed of the machine."""
    if isinstance(value, dict):
        return {name: less(inner) for name, inner in value.items()
                if name not in ('seconds', 'time', 'date')}
    return [less(i) for i in value] if isinstance(value, list) else value

first, last = [less(json.load(open(path))) for path in sys.argv[1:]]
assert len(first['cells']) >= 6, first['cells']
assert first == last, last
PYTHON
}

# --- variables that break a program, or make it say something else -----------
mkdir "$work/poison" "$work/bin"
cat >"$work/poison/stdint.h" <<'C'
#include_next <stdint.h>
#define const
C
echo 'exit 3' >"$work/poison/fail.sh"
cat >"$work/bin/ld" <<'SH'
#!/bin/sh
exit 3
SH
chmod +x "$work/bin/ld"
poison=(
    CPATH="$work/poison"
    C_INCLUDE_PATH="$work/poison"
    COMPILER_PATH="$work/bin"
    GCC_EXEC_PREFIX="$work/none/"
    CCC_OVERRIDE_OPTIONS='# +--no-such-option'
    DEPENDENCIES_OUTPUT="$work/leak.d"
    SUNPRO_DEPENDENCIES="$work/leak.sunpro"
    SOURCE_DATE_EPOCH=never
    LD_PRELOAD="$work/none.so"
    LD_LIBRARY_PATH="$work/none"
    LD_BIND_NOW=1
    GLIBC_TUNABLES=glibc.malloc.check=3
    OCAMLRUNPARAM=v=0x400
    COCCINELLE_HOME="$work/none"
    PYTHONHOME="$work/none"
    PYTHONPATH="$work/none"
    PERL5OPT=-Mno_such_module
    PKG_CONFIG_DEBUG_SPEW=1
    G_MESSAGES_DEBUG=all
    BASH_ENV="$work/poison/fail.sh"
    ENV="$work/poison/fail.sh"
    POSIXLY_CORRECT=1
    MAKEFLAGS=-n
    CC=false
    CFLAGS=-fno-such-option
)
check "$work/clean"
cold=$(grep -o '[0-9]* are new' "$work/out")
[ "$status" = 0 ] && same "$work/clean"
ok $? "the applied tree is clean"
check "$work/build" "${poison[@]}"
[ "$status" = 0 ] && same "$work/build"
ok $? "and clean when every program is given a reason to fail"
[ ! -e "$work/leak.d" ] && [ ! -e "$work/leak.sunpro" ]
ok $? "no compiler writes the files that the environment asks for"
check "$work/build"
[ "$status" = 0 ] && same "$work/build" &&
    grep -q 'check: [1-9][0-9]* entries of the cache were used, 0 are new' \
        "$work/out"
ok $? "a run without the variables finds the results of that run"

# --- one at a time: headers of one's own -------------------------------------
for name in CPATH C_INCLUDE_PATH; do
    rm -rf "$work/build/cache/check"
    check "$work/build" "$name=$work/poison"
    [ "$status" = 0 ] && same "$work/build"
    ok $? "a stdint.h by $name, which takes const away, is not read"
    ! grep -rqF "$work/poison" "$work/build/cache/check"
    ok $? "and no entry of the cache depends on it"
done

# --- variables that are part of the key --------------------------------------
for name in PKG_CONFIG_PATH PKG_CONFIG_LIBDIR; do
    check "$work/build" "$name=$work/none:$(pkg-config --variable pc_path \
                                                       pkg-config)"
    [ "$status" = 0 ] && same "$work/build" &&
        grep -qF ", $cold" "$work/out"
    ok $? "with another $name all is new to the cache"
done

# --- of the user -------------------------------------------------------------
check "$work/build" LANG=tr_TR.UTF-8 LC_ALL=tr_TR.UTF-8 TZ=Asia/Kolkata \
    NO_COLOR=1 CLICOLOR_FORCE=1 COLUMNS=20
[ "$status" = 0 ] && same "$work/build" &&
    grep -q 'check: [1-9][0-9]* entries of the cache were used, 0 are new' \
        "$work/out"
ok $? "language, time zone and terminal change neither result nor key"

echo "1..$count"
