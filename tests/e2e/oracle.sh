#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The scripts around the coherence oracle, without building it.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/tap.sh"

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
# One that was moved: its emulators run, what it was configured with is of no
# use.
oracle=$work/moved/oracle
mkdir -p "$oracle/bin" "$oracle/obj"
{ "$top/scripts/hosts" oracle | cut -d' ' -f2 | paste -sd' ' -
  cat "$top/scripts/oracle" "$top/scripts/source-tarball" \
      "$top/tests/oracle/series" "$top/tests/oracle/patches"/*.patch
  gcc -dumpfullversion; } | sha256sum >"$oracle/recipe"
echo /elsewhere/oracle >"$oracle/configured"
: >"$oracle/bin/qemu-arm"
chmod +x "$oracle/bin/qemu-arm"
run 0 "an emulator that was built elsewhere is not built again" '' \
    "$top/scripts/oracle" "$work/moved" arm
mkdir -p "$work/more/verify/data"
cp -R "$top/scripts" "$top/tests" "$work/more/"
{ cat "$top/verify/data/hosts.ini"; printf '\n[vax]\noracle=vax\n'; } \
    >"$work/more/verify/data/hosts.ini"
cp -R "$work/moved" "$work/other"
run 2 "a host with another target makes it start over" 'refused' \
    "$work/more/scripts/oracle" "$work/other" arm
run 2 "but the next one is built from fresh sources" 'refused' \
    "$top/scripts/oracle" "$work/moved" arm ppc
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

# --- mutants of the cache hooks -------------------------------------------------
mutants=$top/scripts/cache-mutants
host=$work/build/host/arm/applied
tests=$work/build/run/arm/on/tests/tcg/x86_64-linux-user
run 2 "mutants of no host are refused" usage "$mutants" "$work/build"
run 2 "a host that sees every store has none" 'needs no cache hooks' \
    "$mutants" "$work/build" s390x
run 2 "a host that is not built cannot be asked" 'build and test --host=arm' \
    "$mutants" "$work/build" arm
mkdir -p "$work/build/oracle/bin" "$host/obj" "$host/qemu-5.2.0/tcg" \
    "$tests/own"
touch "$tests/own/code-churn" "$tests/own/rewrite-churn"
cat >"$host/qemu-5.2.0/tcg/tcg.c" <<'EOF'
static inline void tcg_code_written(const void __rx *rx, void *rw, size_t len)
{
    tcg_target_flush_dcache(rw, len);
    tcg_target_invalidate_icache(rx, len);
}
EOF
cat >"$work/bin/fake-cc" <<'EOF'
#!/bin/sh
# Objects and programs are their source.
while [ $# -gt 0 ]; do
    case $1 in -o) to=$2; shift ;; -iquote) shift ;; -*) ;; *) from=$1 ;; esac
    shift
done
cat "$from" >"$to"
EOF
cat >"$host/obj/build.ninja" <<'EOF'
rule cc
  command = fake-cc -MD -MQ $out -MF $out.d -o $out -c $in
rule ld
  command = fake-cc -o $out $in -lm
build libqemu-x86_64-linux-user.fa.p/tcg_tcg.c.o: cc ../qemu-5.2.0/tcg/tcg.c
build qemu-x86_64: ld libqemu-x86_64-linux-user.fa.p/tcg_tcg.c.o
EOF
cat >"$work/build/oracle/bin/qemu-arm" <<'EOF'
#!/bin/sh
# Stale but for the whole range at RX; blind to the order.
[ "$2 $3" = "-split-wx on" ] || exit 9
grep -q 'tcg_target_invalidate_icache(rx, len);' "$1" || kill -SEGV $$
EOF
cat >"$work/expected" <<'EOF'
arm none passes
arm drop fails: own/code-churn exits 139
arm alias fails: own/code-churn exits 139
arm order passes
arm short fails: own/code-churn exits 139
exit status 0
EOF
chmod +x "$work/bin/fake-cc" "$work/build/oracle/bin/qemu-arm"
cat "$host/qemu-5.2.0/tcg/tcg.c" >"$host/obj/qemu-x86_64"
run 0 "each mutant is made and run" '^arm none passes$' \
    "$mutants" "$work/build" arm
cmp -s "$work/expected" "$work/out"
ok $? "and the verdict is that of its run"
sed -i 's/(rx, len);$/(rx , len);/' "$host/qemu-5.2.0/tcg/tcg.c"
run 2 "a tree that has no place for a mutant is an error" \
    'no place for mutant drop' "$mutants" "$work/build" arm
sed -i 's/(rx , len);$/(rx, len);/' "$host/qemu-5.2.0/tcg/tcg.c"
printf '#!/bin/sh\nexit 1\n' >"$work/bin/fake-cc"
run 2 "so is a mutant that does not compile" 'cannot make .* see ' \
    "$mutants" "$work/build" arm
printf '#!/bin/sh\nexit 1\n' >"$work/build/oracle/bin/qemu-arm"
run 2 "an applied tree that fails says nothing of its mutants" \
    '^arm none fails: ' "$mutants" "$work/build" arm
! grep -q drop "$work/out"
ok $? "not even of the first"

echo "1..$count"
