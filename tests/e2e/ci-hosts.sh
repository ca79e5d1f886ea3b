#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The hosts that one run of CI builds.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/tap.sh"

always=aarch64,x86_64,i386,tci
rotating=" $("$top/scripts/hosts" ci | sed -n 's/ turn$//p' | xargs) "
seen=' '
wrong=0
for number in $(seq 0 255); do
    commit=$(printf '%s' "$number" | sha1sum | cut -d' ' -f1)
    list=$("$top/scripts/ci-hosts" "$commit") || wrong=1
    IFS=, read -r first second rest <<<"${list#"$always,"}"
    [ "$list" = "$always,$first,$second" ] && [ -z "$rest" ] &&
        [ "$first" != "$second" ] || wrong=1
    for host in "$first" "$second"; do
        case "$rotating" in
        *" $host "*) ;;
        *) wrong=1 ;;
        esac
        case "$seen" in
        *" $host "*) ;;
        *) seen="$seen$host " ;;
        esac
    done
done
ok $wrong "four hosts always, and two others by the commit"
[ "$(wc -w <<<"$seen")" = "$(wc -w <<<"$rotating")" ]
ok $? "every other host has its turn"
[ "$("$top/scripts/ci-hosts" 0123456789abcdef)" = \
  "$("$top/scripts/ci-hosts" 0123456789abcdef)" ]
ok $? "the same commit always has the same hosts"
git init -q "$work/other"
git -C "$work/other" -c user.name=a -c user.email=a@example.org \
    commit -q --allow-empty -m other
[ "$(GIT_DIR=$work/other/.git "$top/scripts/ci-hosts")" = \
  "$("$top/scripts/ci-hosts")" ] &&
    [ "$(GIT_DIR=$work/other/.git "$top/scripts/ci-hosts" --guests)" = \
      "$("$top/scripts/ci-hosts" --guests)" ]
ok $? "the commit is this project's, also where a git hook runs it"
wrong=0
seen=' '
for number in $(seq 0 63); do
    commit=$(printf '%s' "$number" | sha1sum | cut -d' ' -f1)
    list=$("$top/scripts/ci-hosts" "$commit")
    guests=$("$top/scripts/ci-hosts" --guests "$commit") || wrong=1
    case "$guests" in
    x86_64-linux-user,x86_64/*-softmmu,x86_64/*-linux-user,i386/*) ;;
    *) wrong=1 ;;
    esac
    case "$list/$guests" in
    *,sparc64/*,sparc64) ;;
    *sparc64*) wrong=1 ;;
    esac
    # Well-formed, and run by these hosts: the complaint is about what follows.
    if [ "$number" -lt 8 ]; then
        "$TCG_VERIFY" build --host="$list" --guest="$guests,vax" 2>&1 |
            grep -q "no chosen host runs guest 'vax'" || wrong=1
    fi
    seen="$seen${guests//,/ } "
done
ok $wrong "the guest x86_64 always, and another one on two of the hosts"
wrong=0
for guest in x86_64/{x86_64,aarch64}-softmmu \
    x86_64/{arm,aarch64,i386,s390x,ppc64le}-linux-user i386/{i386,arm} \
    sparc64; do
    case "$seen" in
    *" $guest "*) ;;
    *) wrong=1 ;;
    esac
done
ok $wrong "every other guest has its turn"
"$TCG_VERIFY" build --host=i386,tci --guest=x86_64,tci/i386 2>&1 |
    grep -q "no chosen host runs guest 'tci/i386'"
ok $? "a guest of one host is looked for there only"

"$TCG_VERIFY" build --host="$("$top/scripts/ci-hosts")" --guest=vax 2>&1 |
    grep -q "no chosen host runs guest 'vax'"
ok $? "tcg-verify knows them all"

# --- a new host ----------------------------------------------------------------
# It is one section of verify/data/hosts.ini; tests/unit/project/hosts.c reads it.
mkdir -p "$work/copy/verify/data"
cp -R "$top/scripts" "$work/copy/"
cp "$top/verify/data/hosts.ini" "$work/copy/verify/data/"
cat >>"$work/copy/verify/data/hosts.ini" <<'INI'

[vax]
triplet=vax-linux-gnu
sysroot=vax
sysroot-glib=vax little
oracle=vax
verify-packages=libc6-dev-vax-cross
test-packages=gcc-vax-linux-gnu
user-guests=vax
ci=always
INI
list=$("$work/copy/scripts/ci-hosts" 0)
[[ ,$list, == *,vax,* ]]
ok $? "CI builds a host with a section of its own"
[[ ,$("$work/copy/scripts/ci-hosts" --guests 0), == *,vax,* ]]
ok $? "and runs its first guest if it has no x86_64"
[ "$("$work/copy/scripts/hosts" test-packages vax)" = gcc-vax-linux-gnu ]
ok $? "scripts/packages gets its compiler"
"$work/copy/scripts/static-glib" "$work/build" vax >"$work/out" 2>&1
grep -q 'vax-linux-gnu-gcc is missing' "$work/out"
ok $? "scripts/static-glib looks for its compiler"
"$work/copy/scripts/sysroot" "$work/build" pdp >"$work/out" 2>&1
[ $? = 2 ] && grep -q '^usage:' "$work/out"
ok $? "scripts/sysroot refuses an architecture that no host has"
"$work/copy/scripts/oracle" "$work/build" pdp >"$work/out" 2>&1
[ $? = 2 ] && grep -q "no oracle for 'pdp'; .* vax" "$work/out"
ok $? "scripts/oracle names the targets of all hosts"

# refuses DESCRIPTION PATTERN LINE: the scripts refuse a table with LINE.
refuses()
{
    { cat "$top/verify/data/hosts.ini"; echo "$3"; } \
        >"$work/copy/verify/data/hosts.ini"
    for script in ci-hosts packages "oracle $work/build arm" \
        "sysroot $work/build arm64" "static-glib $work/build riscv64" \
        "cache-mutants $work arm"; do
        # Words of the line: a script and its arguments.
        "$work/copy/scripts/"$script >"$work/out" 2>&1
        [ $? = 2 ] && grep -q "hosts.ini: $2" "$work/out" || {
            ok 1 "$1 ($script)"
            return
        }
    done
    ok 0 "$1"
}
refuses "scripts refuse a section that stands twice" \
    'section \[arm\] stands twice' '[arm]'
refuses "and a line that is no key" 'line [0-9]* is no section' 'bits 32'
cp "$top/verify/data/hosts.ini" "$work/copy/verify/data/hosts.ini"
for arguments in triplett 'triplett arm' 'triplet pdp'; do
    "$work/copy/scripts/hosts" $arguments >"$work/out" 2>&1
    [ $? = 2 ] && grep -q "hosts.ini: .* '\(triplett\|pdp\)'" "$work/out"
    ok $? "scripts/hosts refuses $arguments"
done

echo "1..$count"
