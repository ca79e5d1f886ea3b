#!/usr/bin/env bash
# scripts/apt-archive on the ways in which apt's lists can be written.
set -u

script=$(cd "$(dirname "$0")/../.." && pwd)/scripts/apt-archive
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0
failed=0

# is EXPECTED-STATUS EXPECTED-OUTPUT DESCRIPTION: for the lists in $work/etc
is()
{
    local output status
    output=$(APT_ETC=$work/etc "$script" bookworm "$work/key" 2>"$work/err")
    status=$?
    count=$((count + 1))
    if [ "$status" = "$1" ] && [ "$output" = "$2" ]; then
        echo "ok $count - $3"
    else
        echo "not ok $count - $3"
        echo "# status $status, output '$output'"
        failed=1
    fi
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
count=$((count + 1))
if cmp -s "$work/expected" "$work/got"; then
    echo "ok $count - the key is written as apt wants it"
else
    echo "not ok $count - the key is written as apt wants it"
    sed 's/^/# /' "$work/got"
    failed=1
fi

echo "1..$count"
exit $failed
