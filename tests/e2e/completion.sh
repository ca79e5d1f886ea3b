#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The completions of bash and zsh, from the shells themselves.
. "$(dirname "$0")/fixture.sh"

project=$(mktemp -d "$scratch/project.XXXXXX")
cp -r "$fixtures/project/." "$project/"
touch "$project/base.ini"
top=$here/../..

"$TCG_VERIFY" explain --completion=bash >"$scratch/bash"
"$TCG_VERIFY" explain --completion=zsh >"$scratch/_tcg-verify"
. "$scratch/bash"
PATH=$(dirname "$TCG_VERIFY"):$PATH

# completes WORD...: what bash offers for the last of the words.
completes() {
    COMP_WORDS=(tcg-verify "$@")
    COMP_CWORD=$#
    COMPREPLY=()
    (cd "$project/patches" && { _tcg_verify; printf '%s\n' "${COMPREPLY[@]}"; }) \
        2>/dev/null | sort | xargs
}

# All options of a command as its --help has them, "--x".
help_options() {
    "$TCG_VERIFY" "$@" --help |
        grep -oE '^ +(-[a-z], )?--[a-z-]+' | grep -oE -e '--[a-z-]+' |
        sort -u | xargs
}

commands=$("$TCG_VERIFY" --help | sed -n '/^Commands:/,/^$/p' |
    sed -n 's/^  \([a-z]*\) .*/\1/p' | sort | xargs)
ok "there are commands" [ "$(wc -w <<<"$commands")" -ge 9 ]
ok "bash: all commands" [ "$(completes '')" = "$commands" ]
ok "bash: a command begun" [ "$(completes expl)" = explain ]
ok "bash: shared options" [ "$(completes -- | tr -d =)" = "$(help_options)" ]
for command in $commands; do
    ok "bash: options of $command" \
        [ "$(completes "$command" -- | tr -d = | tr ' ' '\n' | sort | xargs)" = \
          "$(help_options "$command")" ]
done
ok "bash: all rules" [ "$(completes explain '' | wc -w)" = \
    "$("$TCG_VERIFY" explain | wc -l)" ]
ok "bash: all hosts" [ "$(completes check --host = '')" = "$(
    { echo all; "$here/../../scripts/hosts" bits | cut -d' ' -f1; } |
        sort | xargs)" ]
ok "bash: the next of a list" \
    [ "$(completes check --host = arm,mips)" = "arm,mips32 arm,mips64" ]
ok "bash: a value without =" \
    [ "$(completes --format s)" = sarif ]
ok "bash: all formats" [ "$(completes report --format =)" = \
    "html json junit sarif tap text" ]
ok "bash: patches of the project" [ "$(completes check --from = rw/)" = \
    "$(grep '^rw/' "$project/series" | sort | xargs)" ]
ok "bash: directories for apply" grep -q const <<<"$(completes apply '')"

# zsh_completes LINE TEXT...: zsh, asked through a terminal, fills in or lists
# each of these after LINE and a tab.
zsh_completes() {
    (cd "$project" && zsh -f -c '
        zmodload zsh/zpty
        export TERM=dumb
        zpty z zsh -f -i
        zpty -w z "PS1=; unsetopt zle_bracketed_paste; fpath=('"$scratch"' \
\$fpath); autoload -U compinit; compinit -u -D; setopt no_beep; echo REA""DY"
        zpty -r z out "*READY*"
        zpty -w -n z "$1"$'"'\\t'"'
        for i in {1..100}; do
            sleep 0.1
            zpty -rt z part && all+=$part
            missing=
            for text in ${@:2}; do
                [[ $all == *$text* ]] || missing="$missing $text"
            done
            [[ -z $missing ]] && exit 0
        done
        print -r -- "$all" >&2
        print -r -- "missing: $missing" >&2
        exit 1' zsh "$@") >"$scratch/out" 2>"$scratch/err"
}

ok "zsh: a command" zsh_completes 'tcg-verify expl' 'tcg-verify explain'
for command in $commands; do
    ok "zsh: options of $command" \
        zsh_completes "tcg-verify $command --" $(help_options "$command")
done
ok "zsh: an option" zsh_completes 'tcg-verify check --each' \
    'check --each-patch'
ok "zsh: a host" zsh_completes 'tcg-verify check --host=spar' 'host=sparc64'
ok "zsh: the next host" zsh_completes 'tcg-verify build --host=arm,ppc3' \
    'host=arm,ppc32'
ok "zsh: a rule" zsh_completes 'tcg-verify explain backend' \
    'backend-not-converted'
ok "zsh: a patch" zsh_completes 'tcg-verify check --from=rw/em' \
    'from=rw/emit.patch'

"$TCG_VERIFY" explain --completion=fish \
    >"$scratch/out" 2>"$scratch/err"
status=$?
ok "another shell is refused" refused "'fish' is neither bash nor zsh"
done_testing
