#!/usr/bin/env bash
# Which hosts a run of CI takes.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
count=0
failed=0

ok()
{
    count=$((count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        failed=1
    fi
}

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
"$TCG_VERIFY" build --host="$("$top/scripts/ci-hosts")" --guest=vax 2>&1 |
    grep -q "no chosen host runs guest 'vax'"
ok $? "tcg-verify knows them all"

echo "1..$count"
exit $failed
