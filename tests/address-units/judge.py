# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares what tcg-address-units reports with the marks of the fixtures.

judge.py DIRECTORY FIXTURE...: DIRECTORY/TARGET/NAME.json and NAME.status are
what the analyser said of each fixture.  Prints a line for each fixture, "ok"
or "not ok", and why not.

Marks stand in comments on the line that they are about:
  expect: RULE, RULE   exactly these rules are reported for this line
  expect-64: RULE      the same on targets of 64 bits; likewise expect-32
  expect-in: F RULE    the rule is reported in an inline function of a header
  misses: RULE reason  this mistake is not seen yet.  That is asserted too:
                       when it is seen, the mark becomes expect
  alarms: RULE reason  a false alarm that is known, asserted likewise
  path N               the Nth line of the way from source to sink
"""

import json
import os
import re
import sys

MARK = re.compile(r'/\* (expect|expect-32|expect-64|expect-in|misses|'
                  r'alarms|path):? (.*?) \*/')


def marks_of(fixture, target):
    expected, missed, elsewhere, path = set(), set(), set(), {}
    wide = '64' in target or target.startswith('s390x')
    size = 'expect-64' if wide else 'expect-32'
    with open(fixture) as lines:
        for number, line in enumerate(lines, 1):
            for kind, text in MARK.findall(line):
                if kind == 'expect-in':
                    elsewhere.add(tuple(text.split()))
                elif kind in ('expect', size):
                    for rule in text.split(','):
                        expected.add((number, rule.strip()))
                elif kind == 'alarms':
                    expected.add((number, text.split()[0]))
                elif kind == 'misses':
                    missed.add((number, text.split()[0]))
                elif kind == 'path':
                    path[int(text)] = number
    return expected, missed, elsewhere, [path[n] for n in sorted(path)]


def in_order(wanted, lines):
    rest = iter(lines)
    return all(line in rest for line in wanted)


def judge(directory, target, fixture):
    name = os.path.basename(fixture)[:-2]
    base = os.path.join(directory, target, name)
    expected, missed, elsewhere, path = marks_of(fixture, target)
    with open(base + '.status') as file:
        status = int(file.read())
    if status not in (0, 1):
        with open(base + '.stderr') as file:
            return ['exit status %d: %s' % (status, file.read().strip())]
    with open(base + '.json') as file:
        result = json.load(file)
    problems = []
    seen, inside = set(), set()
    for finding in result['findings']:
        where = os.path.basename(finding['file'])
        if (finding['function'], finding['rule']) in elsewhere:
            inside.add((finding['function'], finding['rule']))
            continue
        if where != name + '.c':
            problems.append('reports %s:%d %s' % (where, finding['line'],
                                                  finding['rule']))
            continue
        seen.add((finding['line'], finding['rule']))
        if not finding['message'] or not finding['function']:
            problems.append('line %d: no message or function' %
                            finding['line'])
        steps = [step.get('line', 0) for step in finding.get('path', [])]
        if path and finding['line'] == path[-1] and \
                not in_order(path, steps):
            problems.append('path is %s, not %s' % (steps, path))
    for function, rule in sorted(elsewhere - inside):
        problems.append('%s: misses %s' % (function, rule))
    for line, rule in sorted(expected - seen):
        problems.append('line %d: misses %s' % (line, rule))
    for line, rule in sorted(seen - expected):
        if (line, rule) in missed:
            problems.append('line %d: %s is seen now: mark it expect' %
                            (line, rule))
        else:
            problems.append('line %d: reports %s' % (line, rule))
    if (status == 1) != bool(result['findings']):
        problems.append('exit status %d' % status)
    if not result['stores'] or not result['values'] or not result['rounds']:
        problems.append('nothing was looked at')
    return problems


def main():
    directory = sys.argv[1]
    targets = sorted(os.listdir(directory))
    for fixture in sys.argv[2:]:
        problems = {}
        for target in targets:
            for problem in judge(directory, target, fixture):
                problems.setdefault(problem, []).append(target)
        print('%s %s on %s' % ('not ok' if problems else 'ok',
                               os.path.basename(fixture), ' '.join(targets)))
        for problem, where in problems.items():
            if len(where) == len(targets):
                where = ['all targets']
            print('# %s (%s)' % (problem, ' '.join(where)))


main()
