#!/bin/bash
# The scripts around the coherence oracle, without building it.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0

ok()
{
    count=$((count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        sed 's/^/# /' "$work/out"
    fi
}

# run EXPECTED-STATUS DESCRIPTION PATTERN COMMAND...
run()
{
    local expected=$1 what=$2 pattern=$3 status
    shift 3
    "$@" >"$work/out" 2>&1
    status=$?
    echo "exit status $status" >>"$work/out"
    [ "$status" = "$expected" ] && grep -qe "$pattern" "$work/out"
    ok $? "$what"
}

# --- what is fetched ----------------------------------------------------------
mkdir "$work/tarballs"
echo bad >"$work/tarballs/qemu_10.0.2+ds.orig.tar.xz"
export QEMU_TARBALL=$work/tarballs
run 2 "a tarball with another hash is refused" 'refused .* sha256' \
    "$top/scripts/source-tarball" "$work/build" qemu_10.0.2+ds.orig.tar.xz
run 2 "a tarball without a hash is refused" "no hash is pinned" \
    "$top/scripts/source-tarball" "$work/build" qemu_9.tar.xz
run 2 "the oracle is not built of it" 'refused' \
    "$top/scripts/oracle" "$work/build" arm
run 2 "nor at the second try" 'refused' \
    "$top/scripts/oracle" "$work/build" arm
run 2 "a target without an oracle is refused" "no oracle for 'vax'" \
    "$top/scripts/oracle" "$work/build" arm vax
run 2 "a sysroot for an unknown architecture is refused" 'usage' \
    "$top/scripts/sysroot" "$work/build" vax

# --- the series against the emulator ------------------------------------------
grep -v '^#' "$top/tests/oracle/series" | sort >"$work/series"
(cd "$top/tests/oracle/patches" && ls) | sort >"$work/out"
cmp -s "$work/series" "$work/out"
ok $? "every patch is listed, and every listed one is there"

# --- the self-test's verdict ----------------------------------------------------
mkdir "$work/bin"
cat >"$work/bin/fake-gcc" <<'EOF'
#!/bin/sh
while [ $# -gt 0 ]; do
    [ "$1" = -o ] && : >"$2" && chmod +x "$2"
    shift
done
EOF
cat >"$work/emulator" <<'EOF'
#!/bin/sh
case "$2" in none) echo "$NONE" ;; rx) echo "$RX" ;; rw) echo "$RW" ;; esac
EOF
chmod +x "$work/bin/fake-gcc" "$work/emulator"
PATH=$work/bin:$PATH
verdict()
{
    NONE=$1 RX=$2 RW=$3 run 0 "$1, $2 and $3 stale results are $4" "^$4\$" \
        "$top/scripts/oracle-selftest" "$work/build" fake "$work/emulator"
}
export NONE RX RW
verdict 19 0 19 strict
verdict 0 0 0 coherent
verdict 19 0 0 lax
verdict 19 19 19 lax
verdict 0 0 3 lax
echo 'kill -9 $$' >"$work/emulator"
run 2 "an emulator that dies is an error" 'does not run' \
    "$top/scripts/oracle-selftest" "$work/build" fake "$work/emulator"

# --- the hosts of one run -------------------------------------------------------
good=0
for hash in 000000 000001 abcdef 123456 ffffff 00ff00 7f3a91; do
    "$top/scripts/ci-hosts" "$hash" >"$work/out"
    [ "$(tr ',' '\n' <"$work/out" | sort -u | wc -l)" = 6 ] || good=1
    grep -q '^x86_64,i386,tci,aarch64,' "$work/out" || good=1
done
ok $good "a run of CI has six different hosts, four of them always"
[ "$(for i in $(seq 0 55); do "$top/scripts/ci-hosts" \
    "$(printf %06x "$i")"; done | tr ',' '\n' | sort -u | wc -l)" = 12 ]
ok $? "and every host has its turn"

echo "1..$count"
