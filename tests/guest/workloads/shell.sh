# SPDX-License-Identifier: GPL-2.0-or-later
# Guest workload for bash: pipes, subshells, traps, job control.
set -u

echo "== arithmetic and functions"
fib()
{
    if (($1 < 2)); then
        result=$1
        return
    fi
    fib $(($1 - 1))
    local first=$result
    fib $(($1 - 2))
    result=$((first + result))
}
fib 15
echo "fib(15) = $result"

declare -A words
text='the quick brown fox jumps over the lazy dog and the other dog'
for word in $text; do
    words[$word]=$((${words[$word]-0} + 1))
done
for word in "${!words[@]}"; do
    echo "$word ${words[$word]}"
done | sort

echo "== pipes"
for ((i = 0; i < 300; i++)); do
    echo "$((i * 7919 % 1000)) line"
done | sort -n | uniq | head -n 20 | tr a-z A-Z | wc -c
printf '%s\n' one two three | while read -r line; do
    echo "[$line]"
done | sed 's/o/0/g' | cat
false | true | (exit 3)
echo "status ${PIPESTATUS[*]}"

echo "== subshells"
depth()
{
    if (($1 == 0)); then
        echo "bottom of $BASH_SUBSHELL"
    else
        (depth $(($1 - 1)))
    fi
}
depth 8
value=outer
(
    value=inner
    cd / && echo "$value in $PWD"
)
echo "$value"
for i in 1 2 3 4 5 6 7 8; do
    (
        sum=0
        for ((j = 0; j < 200 * i; j++)); do
            sum=$((sum + j))
        done
        echo "$i $sum"
    ) &
done | sort -n
wait

echo "== substitution"
nested=$(echo "a$(echo "b$(echo "c$(echo d)")")")
echo "$nested"
mapfile -t lines < <(for i in 3 1 2; do echo "$i"; done | sort)
echo "${#lines[@]}: ${lines[*]}"
cat <<END
here $((6 * 7)) $(echo document)
END
coproc doubler { while read -r n; do echo $((n * 2)); done; }
pid=$doubler_PID
for n in 4 21; do
    echo "$n" >&"${doubler[1]}"
    read -r answer <&"${doubler[0]}"
    echo "twice $n is $answer"
done
exec {doubler[1]}>&-
wait "$pid"
echo "coprocess ended with $?"

echo "== traps"
trap 'echo "got USR1"' USR1
for i in 1 2 3; do
    kill -USR1 $$
done
(
    trap 'echo "child got TERM"; exit 7' TERM
    kill -TERM "$BASHPID"
    echo "not reached"
)
echo "status $?"
trap 'echo "error trapped"' ERR
false
trap - ERR
{ bash -c 'kill -SEGV $$'; } 2>/dev/null # names the process
echo "a shell that faults: $?"
(trap 'echo "subshell exits"' EXIT; true)

echo "== job control"
set -m
sleep 30 &
kill -STOP %1
until [[ $(jobs -s) == *Stopped* ]]; do :; done
jobs | cut -c1-3
kill -CONT %1
kill -TERM %1
wait %1
echo "ended by $?"
set +m
for i in 3 1 2; do
    (exit $i) &
    wait $!
    echo "job $i: $?"
done
{ sleep 0.2; echo late; } &
echo early
wait
failures=0
for ((i = 0; i < 40; i++)); do
    (exit $((i % 5))) || ((failures++))
done
echo "$failures of 40 failed"

trap 'echo "exit trap, status $?"' EXIT
exit 0
