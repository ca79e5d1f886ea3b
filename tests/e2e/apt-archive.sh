#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# scripts/apt-archive on the ways in which apt's lists can be written, and
# scripts/debs with a stand-in for apt.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/tap.sh"
script=$top/scripts/apt-archive

# is EXPECTED-STATUS EXPECTED-OUTPUT DESCRIPTION: for the lists in $work/etc
is()
{
    local output status
    output=$(APT_ETC=$work/etc "$script" bookworm "$work/key" 2>"$work/err")
    status=$?
    echo "status $status, output '$output'" >"$work/out"
    [ "$status" = "$1" ] && [ "$output" = "$2" ]
    ok $? "$3"
    rm -rf "$work/etc"
    mkdir -p "$work/etc/sources.list.d"
}

mkdir -p "$work/etc/sources.list.d"
is 2 "" "no list at all is an error"

echo 'deb http://mirror.invalid/debian bookworm main contrib' \
    >"$work/etc/sources.list"
is 0 "http://mirror.invalid/debian" "one line"

cat >"$work/etc/sources.list" <<'EOF'
# deb http://commented.invalid/debian bookworm main
deb-src http://source.invalid/debian bookworm main
deb http://security.invalid/debian bookworm-security main
deb http://other.invalid/debian bookworm contrib
deb [arch=amd64 signed-by=/keys/a.gpg] https://right.invalid/debian/ bookworm main
EOF
is 0 "https://right.invalid/debian/
/keys/a.gpg" "options, and entries that do not serve"

cat >"$work/etc/sources.list.d/debian.sources" <<'EOF'
# Comment
Types: deb
URIs: http://vendor.invalid/repo
Suites: stable
Components: main

Types: deb deb-src
# Comment inside
URIs: http://mirror.invalid/debian http://second.invalid/debian
Suites: bookworm bookworm-updates
Components: main non-free-firmware
Signed-By: /keys/b.gpg
EOF
is 0 "http://mirror.invalid/debian
/keys/b.gpg" "deb822"

cat >"$work/etc/sources.list.d/off.sources" <<'EOF'
Types: deb
URIs: http://off.invalid/debian
Suites: bookworm
Components: main
Enabled: no
EOF
is 2 "" "deb822 that is disabled"

cat >"$work/etc/sources.list.d/key.sources" <<'EOF'
Types: deb
URIs: http://mirror.invalid/debian
Suites: bookworm
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 bWFkZSB1cA==
 -----END PGP PUBLIC KEY BLOCK-----
EOF
is 0 "http://mirror.invalid/debian
$work/key" "deb822 with a key of its own"
printf '%s\n' '-----BEGIN PGP PUBLIC KEY BLOCK-----' '' 'bWFkZSB1cA==' \
    '-----END PGP PUBLIC KEY BLOCK-----' >"$work/expected"
cp "$work/key" "$work/got" 2>/dev/null
mkdir -p "$work/etc/sources.list.d"
diff "$work/expected" "$work/got" >"$work/out" 2>&1
ok $? "the key is written as apt wants it"

# A list without a key of its own, as debootstrap leaves it.
mkdir -p "$work/bin" "$work/etc/sources.list.d"
codename=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
echo "deb http://mirror.invalid/debian $codename main" \
    >"$work/etc/sources.list"
cat >"$work/bin/apt-get" <<'EOF'
#!/bin/sh
echo "$*" >>"$LOG"
case "$*" in
*" download no-such") echo "E: Unable to locate package no-such" >&2; exit 100 ;;
*" download "*) : >one.deb ;;
esac
EOF
printf '#!/bin/sh\nmkdir -p "$3/usr"; : >"$3/usr/file"\n' >"$work/bin/dpkg-deb"
chmod +x "$work/bin/apt-get" "$work/bin/dpkg-deb"

# debs EXPECTED-STATUS DESCRIPTION PACKAGE; what apt-get was called with is in
# $work/log.
debs()
{
    : >"$work/log"
    PATH=$work/bin:$PATH LOG=$work/log APT_ETC=$work/etc \
        "$(dirname "$script")/debs" "$work/build" i386 "" "$work/root" "$3" \
        >"$work/out" 2>&1
    local status=$?
    echo "exit status $status" >>"$work/out"
    [ "$status" = "$1" ]
    ok $? "$2"
}

# holds DESCRIPTION COMMAND...
holds()
{
    local what=$1
    shift
    "$@"
    ok $? "$what"
}

debs 2 "a package that the archive lacks is an error" no-such
holds "that names it" grep -q 'does not provide all of: no-such' "$work/out"
holds "and nothing is left behind" test ! -e "$work/root"
debs 0 "packages are unpacked" good
holds "where they should be" test -f "$work/root/usr/file"
holds "by a configuration of their own" \
    grep -q "Dir::State=$work/build/cache/apt/i386/state" "$work/log"
debs 0 "a second run is content" good
holds "without calling apt" test ! -s "$work/log"
debs 0 "other packages replace them" better
holds "by a new download" grep -q 'download better' "$work/log"

echo "1..$count"
