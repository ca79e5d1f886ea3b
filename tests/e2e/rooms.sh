#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The rooms of verify/src: a room sees itself and the rooms left of it, and an
# include that points right does not compile.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/tap.sh"

# Their order, as verify/meson.build has it.
rooms=$(sed -n '/^rooms = \[/,/\]/p' "$top/verify/meson.build" |
        grep -o "'[a-z]*'" | tr -d "'")
[ "$(wc -w <<<"$rooms")" -ge 15 ]
ok $? "verify/meson.build lists the rooms"

unlisted=$(cd "$top/verify/src" &&
           find . -name '*.[ch]' ! -path ./main.c | cut -d/ -f2 | sort -u |
           grep -vxF "$rooms")
echo "$unlisted" >"$work/out"
[ -z "$unlisted" ]
ok $? "every source file lies in one of them"

# An include by any other path would go around the order.
(cd "$top/verify/src" && grep -rnE '^ *# *include "' --include='*.[ch]' . |
 grep -vE "include \"($(echo $rooms | tr ' ' '|'))/[a-z/-]+\.h\"" |
 grep -vE 'include "[a-z]+-(digest|resource)\.h"') >"$work/out"
[ ! -s "$work/out" ]
ok $? "every include is written room/file.h"

# The include path with which the build compiles the files of room $1.
flags()
{
    python3 - "$(dirname "$TCG_VERIFY")" "$1" <<'PYTHON'
import json, os, shlex, sys
build, room = sys.argv[1:]
for entry in json.load(open(build + '/compile_commands.json')):
    if '/src/%s/' % room in entry['file']:
        for word in shlex.split(entry['command']):
            if word.startswith('-I'):
                print('-I' + os.path.join(entry['directory'], word[2:]))
        break
PYTHON
}

# sees ROOM OTHER: whether a file of ROOM can include all headers of OTHER.
sees()
{
    (cd "$top/verify/src" && ls "$2"/*.h) | sed 's/.*/#include "&"/' |
        cc -M $path -x c - >/dev/null 2>"$work/out"
}

libraries=$(pkg-config --cflags glib-2.0 gio-unix-2.0 json-glib-1.0)
left=
for room in $rooms; do
    left="$left $room"
    mapfile -t include < <(flags "$room")
    path="${include[*]} $libraries"
    wrong=
    for other in $rooms; do
        case " $left " in
        *" $other "*) expected=0 ;;
        *) expected=1 ;;
        esac
        case $room:$other in
        # Proof and hosts never meet.
        hosts:proof | hosts:mutate) expected=1 ;;
        esac
        sees "$room" "$other"
        [ $? = $expected ] || wrong="$wrong $other"
    done
    echo "wrong: $wrong" >"$work/out"
    [ "${#include[@]}" -gt 0 ] && [ -z "$wrong" ]
    ok $? "$room sees itself and the rooms left of it, and no other"
done

# --- the build refuses ---------------------------------------------------------
# wrong FILE HEADER: a copy in which FILE includes HEADER does not compile.
cp -R "$top/verify" "$work/verify"
cp -R "$top/tests" "$work/tests"
meson setup "$work/build" "$work/verify" >"$work/out" 2>&1
ok $? "a copy is configured"

refused()
{
    local object=libtv-${1%%/*}.a.p/src_${1//\//_}.o

    ninja -C "$work/build" "$object" >"$work/out" 2>&1
    ok $? "$1 compiles as it is"
    sed -i "1i #include \"$2\"" "$work/verify/src/$1"
    ! ninja -C "$work/build" "$object" >"$work/out" 2>&1 &&
        grep -q "$2: No such file" "$work/out"
    ok $? "with an include of $2 the build refuses it"
}

refused base/error.c commands/finish.h
refused result/result.c report/report.h
refused hosts/oracle.c proof/engine.h

echo "1..$count"
