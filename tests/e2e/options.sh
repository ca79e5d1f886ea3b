#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every command with every option: either it uses the option, or it refuses it.
#
# The last part needs the project's own trees: what `make verify` makes.
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/tests/e2e/tap.sh"
. "$top/tests/e2e/applied-tree.sh"
project=$work/project
cp -r "$top/tests/fixtures/project" "$project"
cp "$top/base.ini" "$project/base.ini"
unset QEMU_SRC QEMU_TARBALL

# tv ARGUMENT...: leaves status, out and err.
tv()
{
    timeout -k 5 60 "$TCG_VERIFY" "$@" >"$work/out" 2>"$work/err" </dev/null
    status=$?
}

# refused TEXT: status 2, one line on stderr (less the counts of a first run)
# that has TEXT, and no report.
refused()
{
    [ "$status" = 2 ] && [ ! -s "$work/out" ] &&
        [ "$(grep -vc '^[a-z ]* [0-9]*/[0-9]*$' "$work/err")" = 1 ] && grep -qF -- "$1" "$work/err" ||
        { { echo "status $status, wanted: $1"; cat "$work/err"; } \
            >>"$work/failures"; return 1; }
}

# quiet DESCRIPTION: a case that passed if nothing stands in failures.
quiet()
{
    cp "$work/failures" "$work/out"
    [ ! -s "$work/failures" ]
    ok $? "$1"
    : >"$work/failures"
}
: >"$work/failures"

# The shared options that a command uses.
uses()
{
    case $1 in
    source) echo project build-dir format output ;;
    apply) echo project build-dir tree format output ;;
    unapply | import) echo project build-dir tree ;;
    lint) echo project build-dir tree jobs format output baseline verbose ;;
    check | build | test | mutate)
        echo project build-dir tree host guest shard jobs format output \
            baseline verbose ;;
    report) echo project build-dir tree format output baseline verbose ;;
    explain) ;;
    bench) echo project build-dir host jobs format output ;;
    export) echo project build-dir jobs format output baseline verbose ;;
    rebase) echo project tree ;;
    *) echo "a command that this test does not know: $1" ;;
    esac
}

# A value that no command can take, and the message about it.
bad_value()
{
    case $1 in
    project) echo "/nonexistent|/nonexistent" ;;
    build-dir) echo "/dev/null/x|/dev/null" ;;
    tree) echo "/nonexistent|there is no directory /nonexistent" ;;
    host) echo "foo|'foo'" ;;
    guest) echo "bar|bar" ;;
    shard) echo "9/3|'9/3' is not K/N" ;;
    jobs) echo "0|--jobs is 1 or more, not 0" ;;
    format) echo "xml|'xml' is not one of text" ;;
    output) echo "/nonexistent/x|cannot write /nonexistent/x" ;;
    baseline) echo "/nonexistent|/nonexistent" ;;
    esac
}

help_options()
{
    "$TCG_VERIFY" "$@" --help | sed -n '/^Options:/,/^$/p' |
        sed -nE 's/^  (-., )?(--[a-z-]+).*/\2/p' | sort -u
}
commands=$("$TCG_VERIFY" --help | sed -n '/^Commands:/,/^$/p' |
    sed -n 's/^  \([a-z]*\) .*/\1/p')
shared="project build-dir tree host guest shard jobs format output baseline
    verbose"
[ "$(wc -w <<<"$commands")" -ge 14 ]
ok $? "there are commands"
help_options >"$work/shared"
[ "$(tr -d ' -' <"$work/shared" | sort | xargs)" = \
    "$(tr -d - <<<"$shared help version" | xargs -n1 | sort | xargs)" ]
ok $? "the program's --help has the shared options"

for command in $commands; do
    help_options "$command" >"$work/options.$command"
done
cat "$work"/options.* | sort -u >"$work/all"
[ "$(wc -l <"$work/all")" -ge 35 ]
ok $? "the commands have options"

before=$(cd "$project" && find . | sort | sha256sum)
for command in $commands; do
    list=$(uses "$command")
    for name in $shared; do
        grep -qx -e "--$name" "$work/options.$command"
        listed=$?
        grep -qw -- "$name" <<<" $list "
        [ $? = "$listed" ] ||
            echo "$command: --$name is listed or used, but not both" \
                >>"$work/failures"
    done
    quiet "$command --help lists the shared options that it uses, and no other"

    # Options that it does not take, after its name and before it.
    for option in $(comm -23 "$work/all" "$work/options.$command"); do
        tv "$command" "$option"
        refused "tcg-verify: $command: takes no option '$option'"
        if [ "$option" != --version ] &&
            grep -qx -e "$option" "$work/shared"; then
            value=all
            [ "$option" != --jobs ] || value=1
            if [ "$option" = --verbose ]; then
                tv "$option" "$command"
            else
                tv "$option=$value" "$command"
            fi
            refused "tcg-verify: $command: takes no option '$option'"
        fi
    done
    quiet "$command refuses the options that it does not use"

    # A value that is wrong shows that a shared option is read.
    for name in $list; do
        [ "$name" != verbose ] || continue
        IFS='|' read -r value said <<<"$(bad_value "$name")"
        case $command,$name in
        # They ask the tree what guests there are: see below.
        check,guest | mutate,guest) continue ;;
        *,project) tv "$command" "--$name=$value" ;;
        *,build-dir) tv --project "$project" "$command" "--$name=$value" ;;
        rebase,*) tv --project "$project" "$command" "--$name=$value" ;;
        *) tv --project "$project" --build-dir "$work/build" "$command" \
            "--$name=$value" ;;
        esac
        refused "$said"
    done
    quiet "$command: a wrong value is refused in one line"
done
[ "$before" = "$(cd "$project" && find . | sort | sha256sum)" ] &&
    [ ! -e "$work/build/pristine" ]
ok $? "a refused command leaves nothing behind"

# --- spellings ---------------------------------------------------------------
for jobs in -j0 '-j 0' --jobs=0 '--jobs 0' -vj0 '-vj 0' '-v -j 0'; do
    for command in lint check build test mutate export; do
        # shellcheck disable=SC2086 # two words
        tv --project "$project" "$command" $jobs
        refused "--jobs is 1 or more, not 0"
        # shellcheck disable=SC2086
        tv --project "$project" $jobs "$command"
        refused "--jobs is 1 or more, not 0"
    done
done
quiet "-j2, -j 2, --jobs=2 and --jobs 2 are the same"
for output in -o/nonexistent/x '-o /nonexistent/x' -vo/nonexistent/x \
    '--output /nonexistent/x'; do
    # shellcheck disable=SC2086
    tv --project "$project" report $output
    refused "cannot write /nonexistent/x"
done
quiet "so is each other short option"
tv check -j
refused "-j needs a value: N"
tv check --jobs
refused "--jobs needs a value: N"
tv check -vx
refused "takes no option '-x'"
tv check --verbose=2
refused "--verbose takes no value"
tv check -j2x
refused "2x"
quiet "one line reports a missing value, or one for an option without values"
for help in -h --help; do
    tv $help && cp "$work/out" "$work/program"
    tv lint -v$([ $help = -h ] && echo h || echo " $help")
    [ "$status" = 0 ] && grep -q '^  tcg-verify lint' "$work/out" &&
        [ -s "$work/program" ]
    ok $? "$help helps"
done
tv --project "$project" explain --
refused "takes no option '--project'"
tv explain --man=x
refused "--man takes no value"
tv explain -- --man
refused "no rule '--man'"
quiet "after -- there are no options"

# near WORD... EXPECTED: what is proposed.
while IFS='|' read -r words proposed; do
    # shellcheck disable=SC2086
    tv $words
    refused "; did you mean '$proposed'?"
done <<'EOF'
chekc|check
buidl|build
lnt|lint
tset|test
mutat|mutate
explane|explain
exp|explain
check --hots=arm|--host
--hots=arm check|--host
check --gest=arm|--guest
check --layers=L1|--layer
check --eachpatch|--each-patch
test --policy|--policies
mutate --opertor=x|--operator
rebase --contineu|--continue
explain rx-stroe|rx-store
EOF
quiet "a wrong command, option or rule names the nearest right one"
tv frobnicate
refused "no command 'frobnicate'; see --help"
tv source --frobnicate
refused "takes no option '--frobnicate'; see --help"
quiet "and nothing that is far from all"

# --- options that do not go together -----------------------------------------
tv explain --man rx-store
refused "takes one of"
tv --project "$project" apply --tree="$work" "$work"
refused "takes one tree"
tv --project "$project" unapply --tree="$work" "$work"
refused "takes one tree"
tv --project "$project" mutate --list --format=json
refused "--list takes no --format"
tv --project "$project" mutate --show=x --output="$work/x"
refused "--show takes no --output"
tv --project "$project" mutate --show=x --list
refused "--list and --show"
tv --project "$project" export --cover --format=json
refused "--cover takes no --format"
tv --project "$project" export --results -j2
refused "--results takes no --jobs"
tv --project "$project" export --cover --version=2
refused "they take no option of mails"
tv --project "$project" bench emulator fork --host=arm
refused "takes no --host"
tv --project "$project" bench --format=sarif
refused "bench prints text or json only"
tv --project "$project" check --from=rw/emit.patch
refused "go with --each-patch"
tv --project "$project" build --to=rw/emit.patch
refused "go with --each-patch"
tv --project "$project" check --each-patch --layer=L3
refused "--each-patch runs L1 and L2 only"
tv --project "$project" test --only=a --policies
refused "two different things"
quiet "options that do not go together are refused"

# --- values that name nothing -------------------------------------------------
find_applied_tree
mkdir -p "$work/real/report" "$top/build/cache"
for kept in cache pristine src; do
    ln -s "$top/build/$kept" "$work/real/$kept"
done
while IFS='|' read -r words said; do
    # shellcheck disable=SC2086
    tv --project "$top" --build-dir "$work/real" $words
    refused "$said"
done <<'EOF'
check --host=foo|no host target 'foo'
check --host=|--host: empty list
check --host=arm,|no host target ''
check --guest=bar|the tree has no target bar-softmmu
check --guest=|guest
check --shard=9/3|'9/3' is not K/N
check --shard=1/13|13 shards are more than the 12 hosts chosen
check --shard=0/3|'0/3' is not K/N
check --layer=L9|no layer 'L9'
check --layer=|--layer names no layer
check --layer=L1,|no layer ''
check --layer=L2 --host=tci --only=README.rst|--only README.rst
check --mode=foo|'foo' is neither softmmu nor user
check --only=nosuch.c|--only nosuch.c
check --only=nosuch.c --layer=L4|--only nosuch.c
check --only=README.rst --layer=L4|--only README.rst
check --only=README.rst --layer=L0|--only README.rst
check --contract=nosuch|nosuch
check --known=nosuch|nosuch
check --each-patch --from=nosuch|nosuch
check --each-patch --to=nosuch|nosuch
build --each-patch --to=nosuch|nosuch
build --host=foo|'foo'
build --guest=bar|'bar'
build --guest=|guest
build --host=sparc64 --guest=arm|'arm'
test --guest=bar|'bar'
test --guest=|guest
test --shard=2/13|13 shards are more
mutate --host=foo|no host target 'foo'
mutate --guest=bar|the tree has no target bar-softmmu
mutate --layer=L9|L9
mutate --layer=|--layer
mutate --operator=|no mutant to run
mutate --only=nosuch.c|nosuch.c
mutate --operator=nosuch|nosuch
mutate --show=nosuch|nosuch
mutate --sample=-1|--sample
mutate --contract=nosuch|nosuch
export --version=0|--version is 1 or more
export --previous=nosuch|nosuch
export --subject-prefix=]|cannot stand in brackets
apply --to=nosuch|nosuch
apply nosuch|nosuch
unapply nosuch|nosuch
lint --tree=/|there is no /scripts/checkpatch.pl
report --merge nosuch|nosuch
report --baseline=nosuch|nosuch
bench nosuch|no group 'nosuch'
bench --host=foo|no host target 'foo'
EOF
tv explain nosuch
refused "no rule 'nosuch'"
tv explain --completion=fish
refused "'fish' is neither bash nor zsh"
quiet "a value that names nothing is refused in one line"
echo "1..$count"
