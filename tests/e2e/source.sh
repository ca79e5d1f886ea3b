#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# `tcg-verify source`: the sources of the tree, and refused sources.
. "$(dirname "$0")/fixture.sh"

# Stand-ins replace the programs that use the network, and log each use.
no_network() {
    fake=$(mktemp -d "$scratch/fake.XXXXXX")
    for tool in curl apt-get apt-config; do
        printf '#!/bin/sh\necho "%s $*" >>"%s/used"\nexit 6\n' \
            "$tool" "$fake" >"$fake/$tool"
        chmod +x "$fake/$tool"
    done
}

unused() {
    [ ! -e "$fake/used" ]
}

pristine_is_upstream() {
    diff -r "$fixtures/upstream" "$project/build/pristine/qemu-5.2.0" \
        >/dev/null
}

no_pristine() {
    [ ! -e "$project/build/pristine/qemu-5.2.0" ] && nothing_left
}

# A tarball given by the user.
new_project
no_network
PATH=$fake:$PATH QEMU_TARBALL=$tarball verify source
ok "unpacks the user's tarball" exits 0
ok "the tree is upstream's" pristine_is_upstream
ok "the network is not used" unused
ok "the last line is for machines" \
    grep -q '^tcg-verify: command=source status=clean exit=0 ' "$scratch/out"

before=$(stat -c %Y.%i "$project/build/pristine/qemu-5.2.0")
mv "$tarballs" "$tarballs.away"
PATH=$fake:$PATH verify source
ok "a second run needs neither tarball nor network" exits 0
ok "and leaves the tree alone" \
    [ "$before" = "$(stat -c %Y.%i "$project/build/pristine/qemu-5.2.0")" ]
mv "$tarballs.away" "$tarballs"

echo changed >>"$project/build/pristine/qemu-5.2.0/tcg/tcg.c"
QEMU_TARBALL=$tarball verify source
ok "a pristine tree that was changed is made again" exits 0
ok "and is upstream's" pristine_is_upstream

# A directory of tarballs.
new_project
QEMU_TARBALL=$tarballs verify source
ok "a directory of tarballs will do" exits 0
new_project
QEMU_TARBALL=$project/patches verify source
ok "one that has none is refused" refused 'holds none of: qemu-5.2.0.tar.xz'

# Wrong hash.
new_project
wanted=$(sha256sum "$tarball" | cut -d' ' -f1)
echo >>"$tarball"
got=$(sha256sum "$tarball" | cut -d' ' -f1)
QEMU_TARBALL=$tarball verify source
ok "a wrong hash is refused, naming the one it has" refused "$got"
ok "and the one it should have" refused "$wanted"
ok "nothing was unpacked" no_pristine

# Truncated, and pinned like that, so that only unpacking can notice.
new_project
head -c "$(($(stat -c %s "$tarball") - 40))" "$tarball" >"$tarball.cut"
mv "$tarball.cut" "$tarball"
pin "$tarball"
QEMU_TARBALL=$tarball verify source
ok "a truncated tarball is refused" refused 'truncated or damaged'
ok "nothing of it is left" no_pristine
QEMU_TARBALL=$project/nowhere.tar.xz verify source
ok "reports a tarball that does not exist" refused 'nowhere.tar.xz'

# Entries that leave the tree.
new_project
echo x >"$project/outside"
tar -C "$project/stage" -cJPf "$tarball" \
    --transform 's,^outside$,qemu-5.2.0/../../outside2,' \
    qemu-5.2.0 -C "$project" outside
pin "$tarball"
QEMU_TARBALL=$tarball verify source
ok "an entry with .. is refused" refused 'refused'
ok "nothing is left of that" no_pristine
ok "nothing was written outside" [ ! -e "$project/build/outside2" ]

new_project
mkdir "$project/victim"
ln -s "$project/victim" "$project/stage/qemu-5.2.0/link"
tar -C "$project/stage" -cf "$project/t.tar" qemu-5.2.0
mkdir -p "$project/more/qemu-5.2.0/link"
echo x >"$project/more/qemu-5.2.0/link/file"
tar -C "$project/more" -rf "$project/t.tar" qemu-5.2.0/link/file
xz -c "$project/t.tar" >"$tarball"
pin "$tarball"
QEMU_TARBALL=$tarball verify source
ok "nothing is written through a link of the tarball's" \
    [ ! -e "$project/victim/file" ]

new_project
rm "$project/stage/qemu-5.2.0/VERSION"
pack
QEMU_TARBALL=$tarball verify source
ok "a tree without VERSION is refused" refused 'no QEMU source tree'
ok "and not kept" no_pristine

# The cache.
new_project
no_network
mkdir -p "$project/build/cache/tarballs"
cp "$tarball" "$project/build/cache/tarballs/"
PATH=$fake:$PATH verify source
ok "a cached tarball will do without network" exits 0
ok "nothing was fetched" unused

new_project
no_network
pin "$tarball" "uri=http://127.0.0.1:1/x"
mkdir -p "$project/build/cache/tarballs"
echo damaged >"$project/build/cache/tarballs/qemu-5.2.0.tar.xz"
PATH=$fake:$PATH verify source
ok "a damaged file in the cache is no source" refused 'no source has'
ok "it is removed" [ ! -e "$project/build/cache/tarballs/qemu-5.2.0.tar.xz" ]

# The download.
new_project
pin "$tarball" "uri=file://$tarball"
verify source
ok "the upstream download works" exits 0
ok "the tarball is in the cache afterwards" \
    cmp -s "$tarball" "$project/build/cache/tarballs/qemu-5.2.0.tar.xz"
ok "no temporary is left" nothing_left

new_project
echo other >"$project/other"
pin "$tarball" "uri=file://$project/other"
verify source
ok "a download with another hash is refused" \
    refused "$(sha256sum "$project/other" | cut -d' ' -f1)"
ok "and not kept" \
    [ -z "$(ls "$project/build/cache/tarballs" | grep -v lock)" ]

new_project
pin "$tarball" "uri=file://$project/nowhere"
verify source
ok "a failed download names its source" refused "file://$project/nowhere"

# Debian's source package, by an apt-get that records what it is asked.
new_project
pin "$tarball" "debian-source=qemu
debian-suite=bullseye"
fake=$(mktemp -d "$scratch/fake.XXXXXX")
mkdir -p "$fake/etc/sources.list.d"
cat >"$fake/etc/sources.list.d/debian.sources" <<'LIST'
Types: deb
URIs: http://mirror.example.org/debian-security
Suites: bookworm-security
Components: main

# The archive itself.
Types: deb
URIs: http://mirror.example.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/some.gpg
LIST
printf '#!/bin/sh\necho "ETC='\''%s/etc/'\''"\n' "$fake" >"$fake/apt-config"
cat >"$fake/apt-get" <<APT
#!/bin/sh
echo "\$*" >>"$fake/used"
case "\$*" in
*" source "*) cp "$tarball" . ;;
*) cat "$project/build/cache/apt/etc/debian.sources" >"$fake/list" ;;
esac
APT
chmod +x "$fake/apt-get" "$fake/apt-config"
PATH=$fake:$PATH verify source
ok "Debian's source package works" exits 0
ok "from the machine's mirror" \
    grep -qx 'URIs: http://mirror.example.org/debian' "$fake/list"
ok "for the suite of base.ini" grep -qx 'Suites: bullseye' "$fake/list"
ok "with the keyring of the machine's list" \
    grep -qx 'Signed-By: /usr/share/keyrings/some.gpg' "$fake/list"
ok "as sources only" grep -qx 'Types: deb-src' "$fake/list"
private_apt() {
    [ "$(wc -l <"$fake/used")" = 2 ] &&
        [ "$(grep -c "Dir::State::Lists=$project/build/" "$fake/used")" = 2 ] &&
        [ "$(grep -c 'SourceParts=/dev/null' "$fake/used")" = 2 ]
}
ok "nothing of the system's apt is used or written" private_apt

# A tree of the user.
new_project
QEMU_SRC=$project/stage/qemu-5.2.0 verify source
ok "takes the user's tree" exits 0
ok "as it is" pristine_is_upstream
echo 5.1.0 >"$project/stage/qemu-5.2.0/VERSION"
QEMU_SRC=$project/stage/qemu-5.2.0 verify source
ok "another version is refused" refused 'is QEMU 5.1.0, the series is for 5.2.0'

new_project
tree=$project/stage/qemu-5.2.0
git -C "$tree" init -q
git -C "$tree" add -A
git -C "$tree" -c user.name=a -c user.email=a@example.org commit -qm base
echo dirty >>"$tree/tcg/tcg.c"
QEMU_SRC=$tree verify source
ok "takes the user's git checkout" exits 0
ok "shows its commit" says "$(git -C "$tree" rev-parse HEAD)"
ok "its committed state is what is taken" pristine_is_upstream

# Killed while it unpacks.
new_project
for i in $(seq 400); do
    head -c 300000 /dev/zero >"$project/stage/qemu-5.2.0/big.$i"
done
pack
QEMU_TARBALL=$tarball "$TCG_VERIFY" --project "$project" source \
    >/dev/null 2>&1 &
pid=$!
wait_for test -e "$project/build/pristine/.making-qemu-5.2.0/VERSION" -o \
    -e "$project/build/pristine/.making-qemu-5.2.0/big.1"
kill -KILL $pid
wait $pid 2>/dev/null
ok "killed while unpacking: no tree that looks complete" \
    [ ! -e "$project/build/pristine/qemu-5.2.0" ]
QEMU_TARBALL=$tarball verify source
ok "and the next run makes it" exits 0
ok "complete" diff -r "$project/stage/qemu-5.2.0" \
    "$project/build/pristine/qemu-5.2.0"
ok "without a trace of the first" nothing_left

# Interrupted while it downloads.
new_project
pin "$tarball" "uri=file://$tarball"
fake=$(mktemp -d "$scratch/fake.XXXXXX")
cat >"$fake/curl" <<CURL
#!/bin/sh
while [ "\$1" != --output ]; do shift; done
echo half >"\$2"
echo \$\$ >"$fake/pid"
sleep 60
CURL
chmod +x "$fake/curl"
for signal in INT KILL; do
    rm -f "$fake/pid"
    PATH=$fake:$PATH "$TCG_VERIFY" --project "$project" source \
        >"$scratch/out" 2>"$scratch/err" &
    pid=$!
    wait_for test -s "$fake/pid"
    kill -$signal $pid
    wait $pid 2>/dev/null
    status=$?
    child_is_gone() {
        ! kill -0 "$(cat "$fake/pid")" 2>/dev/null
    }
    ok "SIG$signal: the download ends with the program" wait_for child_is_gone
    if [ $signal = INT ]; then
        ok "interrupted is exit 2" refused 'interrupted'
        ok "nothing half-done is left" nothing_left
    fi
done
verify source
ok "the next run fetches it" exits 0
ok "and sweeps what the killed one has left" nothing_left

# --- firmware that the tarball lacks -------------------------------------------
# Debian's tarball has the list of it only, and ./configure asks for the files.
new_project
firmware=$project/stage/qemu-5.2.0/pc-bios
mkdir "$firmware"
cat >"$firmware/meson.build" <<'MESON'
  fds = [
    'edk2-arm-code.fd',
  ]
blobs = files(
  'bios.bin',
  'there.bin',
)
MESON
echo there >"$firmware/there.bin"
pack
export QEMU_TARBALL=$tarball
# has_firmware ROOM: stand-ins for what is missing, and what is not missing.
has_firmware() {
    (cd "$project/build/$1/qemu-5.2.0/pc-bios" &&
        [ -f bios.bin ] && [ ! -s bios.bin ] &&
        bzip2 -dc edk2-arm-code.fd.bz2 | cmp -s - /dev/null &&
        [ "$(cat there.bin)" = there ] && [ "$(ls | wc -l)" = 4 ])
}
verify source
ok "a tree can be configured after source" has_firmware pristine
verify apply
ok "and after apply" has_firmware src
rm "$project"/build/{src,pristine}/qemu-5.2.0/pc-bios/{bios.bin,edk2*}
before=$(stat -c %i "$project"/build/{src,pristine}/qemu-5.2.0)
verify source
ok "one that has lost the firmware gets it again" has_firmware pristine
verify apply
ok "and so does the patched one" has_firmware src
ok "neither is made again" [ "$before" = \
    "$(stat -c %i "$project"/build/{src,pristine}/qemu-5.2.0)" ]
verify lint
ok "it is no finding" exits 0
was=$(tree_hash "$project/patches"; tree_hash "$project/overlay")
verify import
ok "nor a change to import" says 'has all of it already'
ok "and the series stays as it is" [ "$was" = \
    "$(tree_hash "$project/patches"; tree_hash "$project/overlay")" ]
for command in apply unapply; do
    was=$(cd "$firmware" && tree_hash .)
    verify "$command" "$project/stage/qemu-5.2.0"
    ok "$command of the user's tree" exits 0
    ok "leaves its firmware alone" [ "$was" = "$(cd "$firmware" && tree_hash .)" ]
done
rm -r "$project/build"
QEMU_SRC=$project/stage/qemu-5.2.0 verify source
ok "a copy of the user's tree can be configured, too" has_firmware pristine
ok "and the tree itself is left alone" [ "$was" = \
    "$(cd "$firmware" && tree_hash .)" ]
done_testing
