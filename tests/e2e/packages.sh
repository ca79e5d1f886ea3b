#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# scripts/packages where another process holds a lock of apt or dpkg: it waits,
# says for whom, and installs; or ends with a reason.  apt and dpkg are the real
# ones; a directory of the test stands for the machine.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/tap.sh"
root=$work/root
archive=$work/debian
arch=$(dpkg --print-architecture)
codename=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
export PATH=$PATH:/usr/sbin:/sbin
unset PACKAGES_WAIT

# --- the machine ------------------------------------------------------------
# A machine without packages, whose apt has read no lists yet.
new_machine()
{
    rm -rf "$root"
    mkdir -p "$root"/etc/apt/{apt.conf,preferences,sources.list,trusted.gpg}.d \
        "$root"/var/lib/apt/lists/partial "$root/var/log/apt" \
        "$root"/var/cache/apt/archives/partial \
        "$root"/var/lib/dpkg/{info,triggers,updates}
    : >"$root/var/lib/dpkg/status"
    echo "deb file:$archive $codename main" >"$root/etc/apt/sources.list"
}
cat >"$work/apt.conf" <<CONF
Dir "$root";
Dir::State::status "$root/var/lib/dpkg/status";
DPkg::Options { "--root=$root"; "--force-not-root"; "--log=$work/dpkg.log"; };
APT::Sandbox::User "";
Acquire::AllowInsecureRepositories "true";
APT::Get::AllowUnauthenticated "true";
CONF
export APT_CONFIG=$work/apt.conf DPKG_ROOT=$root APT_ETC=$root/etc/apt

# packages USER-ID [VARIABLE=VALUE]: leaves $work/out, status.
mkdir "$work/bin"
printf '#!/bin/sh\necho "$USER_ID"\n' >"$work/bin/id"
chmod +x "$work/bin/id"
packages()
{
    env PATH="$work/bin:$PATH" USER_ID="$1" ${2:+"$2"} \
        "$top/scripts/packages" verify >"$work/out" 2>&1
    status=$?
    echo "exit status $status" >>"$work/out"
}

new_machine
packages 1000
names=$(sed -n 's/.*--no-install-recommends//p' "$work/out")
[ "$status" = 2 ] && [ "$(wc -w <<<"$names")" -gt 40 ]
ok $? "without privileges it prints the command to run"

# Packages of these names, with nothing in them.
place=dists/$codename/main/binary-$arch
mkdir -p "$archive/$place" "$archive/pool" "$work/deb/DEBIAN"
for name in $names; do
    cat >"$work/deb/DEBIAN/control" <<CONTROL
Package: $name
Version: 1
Architecture: all
Maintainer: Test <test@example.org>
Description: nothing
CONTROL
    file=pool/${name}_1_all.deb
    dpkg-deb -Znone -b "$work/deb" "$archive/$file" >"$work/out" 2>&1
    cat "$work/deb/DEBIAN/control"
    echo "Filename: $file"
    echo "Size: $(stat -c %s "$archive/$file")"
    echo "SHA256: $(sha256sum "$archive/$file" | cut -d' ' -f1)"
    echo
done >"$archive/$place/Packages"
cat >"$archive/dists/$codename/Release" <<RELEASE
Suite: $codename
Codename: $codename
Architectures: $arch
Components: main
SHA256:
 $(sha256sum "$archive/$place/Packages" | cut -d' ' -f1) $(stat -c %s \
    "$archive/$place/Packages") main/binary-$arch/Packages
RELEASE

installed()
{
    [ "$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' |
        grep -c '^installed ')" = "$(wc -w <<<"$names")" ]
}

packages 0
[ "$status" = 0 ] && installed
ok $? "as root it installs them"
packages 1000
[ "$status" = 0 ] && [ "$(wc -l <"$work/out")" = 1 ]
ok $? "then it has nothing to say"

# --- a lock -----------------------------------------------------------------
# hold FILE: a process of ours has the lock until release; $HOLDER_PID.
hold()
{
    local word

    coproc HOLDER { exec python3 -c '
import fcntl, os, sys
lock = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o640)
fcntl.lockf(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()' "$1"; }
    read -r word <&"${HOLDER[0]}"
    [ "$word" = held ]
}
release()
{
    local pid=$HOLDER_PID input=${HOLDER[1]}

    exec {input}>&-
    wait "$pid"
}

locks="var/lib/apt/lists/lock var/cache/apt/archives/lock
    var/lib/dpkg/lock-frontend var/lib/dpkg/lock"
for lock in $locks; do
    new_machine
    hold "$root/$lock"
    holder=$HOLDER_PID
    rm -f "$work/out"
    packages 0 &
    pid=$!
    while kill -0 "$pid" 2>/dev/null &&
        ! grep -q 'packages: waiting' "$work/out" 2>/dev/null; do
        sleep 0.1
    done
    release
    wait "$pid"
    installed && grep -qx 'exit status 0' "$work/out"
    ok $? "$lock is held for a while: it installs after that"
    [ "$(grep -c 'packages: waiting' "$work/out")" = 1 ] &&
        grep -q "packages: waiting, 600 s at most: .*$root/$lock.* held by\
 process $holder (python3)" "$work/out"
    ok $? "and has said once who held it, and how long it waits"

    new_machine
    hold "$root/$lock"
    packages 0 PACKAGES_WAIT=1
    [ "$status" = 2 ] && ! installed &&
        grep -q "packages: gave up after 1 s: .*$root/$lock.* held by process\
 $HOLDER_PID (python3)" "$work/out"
    ok $? "it is not released: exit status 2, and why"
    release
done

# --- apt with a configuration of its own ------------------------------------
# Debian's source package of QEMU: upstream's tarball is what is taken of it.
project=$work/project
cp -r "$top/tests/fixtures/project" "$project"
cp -r "$top/tests/fixtures/upstream" "$work/qemu-5.2.0"
sources=dists/$codename/main/source
mkdir -p "$archive/$sources"
tar -C "$work" -cJf "$archive/pool/qemu_5.2.orig.tar.xz" qemu-5.2.0
printf 'Format: 3.0 (quilt)\nSource: qemu\n' >"$archive/pool/qemu_5.2-1.dsc"
{
    printf '%s\n' 'Package: qemu' 'Binary: qemu' 'Version: 5.2-1' \
        'Maintainer: Test <test@example.org>' 'Architecture: any' \
        'Format: 3.0 (quilt)' 'Directory: pool' 'Checksums-Sha256:'
    for file in qemu_5.2-1.dsc qemu_5.2.orig.tar.xz; do
        echo " $(sha256sum "$archive/pool/$file" | cut -d' ' -f1)" \
            "$(stat -c %s "$archive/pool/$file") $file"
    done
} >"$archive/$sources/Sources"
echo " $(sha256sum "$archive/$sources/Sources" | cut -d' ' -f1)" \
    "$(stat -c %s "$archive/$sources/Sources") main/source/Sources" \
    >>"$archive/dists/$codename/Release"
cat >"$project/base.ini" <<INI
[upstream]
version=5.2.0
commit=553032db17440f8de011390e5a1cfddd13751b0b
directory=qemu-5.2.0

[tarball debian]
file=qemu_5.2.orig.tar.xz
sha256=$(sha256sum "$archive/pool/qemu_5.2.orig.tar.xz" | cut -d' ' -f1)
debian-source=qemu
debian-suite=$codename
INI
unset QEMU_SRC QEMU_TARBALL

# The machine's locks do not hinder it.
for lock in $locks; do
    new_machine
    rm -rf "$work/build" "$work/unpacked"
    hold "$root/$lock"
    "$top/scripts/debs" "$work/build" "$arch" "" "$work/unpacked" git make \
        >"$work/out" 2>&1 && [ -f "$work/unpacked/.packages" ]
    ok $? "scripts/debs works while $lock is held"
    "${TCG_VERIFY:?the program under test}" --project "$project" \
        --build-dir "$work/build" source >"$work/out" 2>&1 &&
        [ -f "$work/build/pristine/qemu-5.2.0/tcg/tcg.c" ]
    ok $? "and so does tcg-verify source"
    release
done

echo "1..$count"
