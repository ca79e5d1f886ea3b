#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The hosts that one run of CI builds.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/tap.sh"

always=x86_64,i386,tci,aarch64
rotating=' arm mips32 mips64 ppc32 ppc64 riscv64 s390x sparc64 '
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

echo "1..$count"
