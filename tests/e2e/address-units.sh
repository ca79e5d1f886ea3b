#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# tcg-address-units reports exactly what the fixtures in tests/address-units mark, on
# hosts of each size, byte order and ABI; and refuses input it cannot read.
#
# FIXTURES="store.c flush.c" and TARGETS="..." narrow it.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/tap.sh"
: "${ADDRESS_UNITS:?the program under test}"
clang=${CLANG:-clang-19}
targets=${TARGETS:-x86_64-linux-gnu i686-linux-gnu arm-linux-gnueabihf
    mips-linux-gnu s390x-linux-gnu sparc64-linux-gnu}

cd "$top/tests/address-units" || exit 2
# bitcode FIXTURE TARGET OUTPUT: with the flags that `check` uses, and all that
# nobody calls.
bitcode()
{
    "$clang" -target "$2" -nostdinc -Wno-atomic-alignment -Werror -O1 \
        -Xclang -disable-llvm-passes -Xclang -fprofile-instrument=clang \
        -Xclang -fcoverage-mcdc -g \
        -fno-eliminate-unused-debug-types -Xclang -femit-all-decls \
        -emit-llvm -c "$1" -o "$3"
}

# run NAME TARGET BITCODE...: leaves what the program says and its status.
run()
{
    local base=$work/result/$2/$1

    shift 2
    timeout -s KILL 60 "$ADDRESS_UNITS" --contract contract.ini \
        --root "$PWD" "$@" >"$base.json" 2>"$base.stderr"
    echo $? >"$base.status"
}

one()
{
    local name=${1%.c}

    if bitcode "$1" "$2" "$work/$2/$name.bc" 2>"$work/result/$2/$name.stderr"
    then
        run "$name" "$2" "$work/$2/$name.bc"
    else
        echo 99 >"$work/result/$2/$name.status"
    fi
}

export -f bitcode run one
export clang work ADDRESS_UNITS
fixtures=${FIXTURES:-$(ls ./*.c | sed 's,^\./,,' | grep -v '^link-')}
for target in $targets; do
    mkdir -p "$work/$target" "$work/result/$target"
done
for target in $targets; do
    for fixture in $fixtures; do
        echo "$fixture $target"
    done
done | xargs -P "$(nproc)" -n 2 bash -c 'one "$1" "$2"' one

# Two units of which neither is wrong alone.
if [ -z "${FIXTURES-}" ]; then
    for target in $targets; do
        bitcode link-source.c "$target" "$work/$target/link-source.bc"
        bitcode link-sink.c "$target" "$work/$target/link-sink.bc"
        run link-sink "$target" "$work/$target/link-source.bc" \
            "$work/$target/link-sink.bc"
    done
    fixtures="$fixtures link-sink.c"
fi

while IFS= read -r line; do
    case "$line" in
    ok*) ok 0 "${line#ok }" ;;
    'not ok'*) ok 1 "${line#not ok }" ;;
    *) echo "$line" ;;
    esac
done < <(python3 judge.py "$work/result" $fixtures || echo "not ok judge.py")
[ "$count" = "$(wc -w <<<"$fixtures")" ]
ok $? "each fixture was judged"

# refuses TITLE PATTERN ARGUMENT...: status 2, nothing on stdout, and one line
# on stderr that holds PATTERN.
refuses()
{
    local title=$1 pattern=$2 status

    shift 2
    timeout -s KILL 60 "$ADDRESS_UNITS" "$@" >"$work/out" 2>"$work/err"
    status=$?
    [ "$status" = 2 ] && [ ! -s "$work/out" ] &&
        [ "$(wc -l <"$work/err")" = 1 ] && grep -q -e "$pattern" "$work/err"
    ok $? "$title"
    [ "$status" = 2 ] || echo "# status $status"
    sed 's/^/# /' "$work/err"
}

if [ -z "${FIXTURES-}" ]; then
    target=$(set -- $targets; echo "$1")
    good=$work/$target/store.bc
    other=$work/$(set -- $targets; eval "echo \${$#}")/store.bc
    size=$(stat -c %s "$good")
    head -c $((size / 2)) "$good" >"$work/half.bc"
    head -c $((size - 4)) "$good" >"$work/less.bc"
    head -c 100 "$good" >"$work/start.bc"
    : >"$work/empty.bc"
    echo 'int main(void) { return 0; }' >"$work/text.bc"
    echo 'typedef int nothing;' >"$work/nothing.c"
    bitcode "$work/nothing.c" "$target" "$work/nothing.bc"
    # The epoch, by which LLVM tells bitcode of a later format, is the last
    # record of the first block.
    python3 - "$good" "$work/later.bc" <<'EOF'
import sys

data = bytearray(open(sys.argv[1], 'rb').read())
position = 32


def read(bits):
    global position
    value = 0
    for i in range(bits):
        value |= (data[position // 8] >> position % 8 & 1) << i
        position += 1
    return value


def variable(bits):
    value = shift = 0
    while True:
        piece = read(bits)
        value |= (piece & (1 << bits - 1) - 1) << shift
        shift += bits - 1
        if not piece >> bits - 1:
            return value


assert read(2) == 1 and variable(8) == 13
width = variable(4)
position += -position % 32
read(32)
abbreviations = []
while True:
    kind = read(width)
    if kind == 2:
        operands = []
        for _ in range(variable(5)):
            if read(1):
                operands.append(('literal', variable(8)))
            else:
                encoding = read(3)
                operands.append((encoding, variable(5)
                                 if encoding in (1, 2) else 0))
        abbreviations.append(operands)
        continue
    operands = abbreviations[kind - 4]
    assert operands[0][0] == 'literal'
    if operands[0][1] == 2:
        assert operands[1][0] == 2
        data[position // 8] ^= 1 << position % 8
        break
    assert operands[1][0] == 3
    length = variable(6)
    for _ in range(length):
        read({4: 6, 2: 0}.get(operands[2][0]) or operands[2][1])
open(sys.argv[2], 'wb').write(data)
EOF
    ok $? "there is bitcode of a later format"

    refuses "not bitcode" text.bc --contract contract.ini "$work/text.bc"
    refuses "an empty file" empty.bc --contract contract.ini "$work/empty.bc"
    refuses "half of a file" half.bc --contract contract.ini "$work/half.bc"
    refuses "most of a file" less.bc --contract contract.ini "$work/less.bc"
    refuses "the start of a file" start.bc --contract contract.ini \
        "$work/start.bc"
    refuses "a later version of LLVM" later.bc --contract contract.ini \
        "$work/later.bc"
    refuses "a unit with nothing in it" nothing.bc --contract contract.ini \
        "$work/nothing.bc"
    refuses "no such unit" 'absent.bc.*No such file' --contract contract.ini \
        "$work/absent.bc"
    refuses "a good unit and a bad one" text.bc --contract contract.ini \
        "$good" "$work/text.bc"
    refuses "units of two hosts" store.bc --contract contract.ini "$good" \
        "$other"
    refuses "the same unit twice" store.bc --contract contract.ini "$good" \
        "$good"
    refuses "no unit" . --contract contract.ini
    refuses "no contract" contract "$good"
    refuses "no such contract" 'absent.ini.*No such file' --contract \
        "$work/absent.ini" "$good"
    sed 's/^tb_tc.ptr=.*/tb_tc.ptr=rwx/' contract.ini >"$work/class.ini"
    refuses "an unknown class" 'class.ini.*tb_tc.ptr' --contract \
        "$work/class.ini" "$good"
    sed 's/^qemu_log=.*/qemu_log=/' contract.ini >"$work/reason.ini"
    refuses "an extern without a reason" 'reason.ini.*qemu_log' --contract \
        "$work/reason.ini" "$good"
    sed '/^rw=/d' contract.ini >"$work/types.ini"
    refuses "no type for an alias" 'types.ini.*rw' --contract \
        "$work/types.ini" "$good"
    sed 's/^canonical=.*/canonical=both/' contract.ini >"$work/both.ini"
    refuses "no such convention" 'both.ini.*canonical' --contract \
        "$work/both.ini" "$good"
    echo garbage >"$work/garbage.ini"
    refuses "a file that is no contract" garbage.ini --contract \
        "$work/garbage.ini" "$good"
    refuses "an unknown option" no-such-option --no-such-option

    "$ADDRESS_UNITS" --contract contract.ini "$good" >/dev/full 2>"$work/err"
    [ $? = 2 ] && [ "$(wc -l <"$work/err")" = 1 ]
    ok $? "output that cannot be written"

    # A field that the contract names must exist: a typing error there would
    # otherwise turn the proof off.
    sed 's/^tb_tc.ptr=.*/tb_tc.pointer=rx/' contract.ini >"$work/field.ini"
    refuses "a field that the structure lacks" 'field.ini.*tb_tc.pointer' \
        --contract "$work/field.ini" "$good"
fi

# unmet TARGET: the entries of names.ini that names.c does not have.
unmet()
{
    timeout -s KILL 60 "$ADDRESS_UNITS" --contract names.ini --root "$PWD" \
        "$work/$1/names.bc" 2>"$work/err" |
        python3 -c 'import json, sys
print(*json.load(sys.stdin)["unmet"], sep="\n")'
}

if [ -z "${FIXTURES-}" ]; then
    cat >"$work/unmet" <<'EOF'
[units-caches] asm: uncaled
[units-caches] entries: declared
[units-caches] entries: entri
[units-caches] flush: tcg_target_flush_cache
[units-caches] invalidate: tcg_target_invalidate
[units-caches] patchers: entri
[units-checks] conversions: tcg_code_ptr_r
[units-checks] data-distances: inlind
[units-checks] makers: tcg_rx_pointer
[units-checks] shows: declare
[units-fields] TCGContex.code_ptr
[units-functions] by_value.3
[units-functions] declared.2
[units-functions] declared.p
[units-functions] entri.1
[units-functions] entri.inner
[units-functions] entry
[units-functions] entry.0
[units-functions] entry.02
[units-functions] entry.3
[units-functions] entry.iner
[units-functions] entry.persistent
[units-functions] unused_too.1
[units-globals] keptt
[units-globals] unused
EOF
    for target in $targets; do
        unmet "$target" | diff "$work/unmet" - >"$work/out" 2>&1
        ok $? "names of the contract that a program lacks, $target"
        sed 's/^/# /' "$work/out" "$work/err"
    done
fi

echo "1..$count"
