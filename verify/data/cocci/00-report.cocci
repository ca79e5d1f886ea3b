// SPDX-License-Identifier: GPL-2.0-or-later
// What every rule reports with.  A line of output is KIND, rule, file, line,
// function and message, separated by tabs; the positions are those of the
// source, because the texts given to spatch keep its lines.
@initialize:python@
@@
# Variables that hold RW pointers, and addresses of the RX alias, by function.
rw_names = {}
rx_names = {}

def scope(p):
    return (p.file, p.current_element)

def say(kind, rule, p, message):
    print("\t".join(("tv-" + kind, rule, p.file, str(p.line),
                     p.current_element, message)))

def report(rule, places, message):
    for p in places:
        say("finding", rule, p, message)

def remember(names, places, name):
    for p in places:
        names.setdefault(scope(p), set()).add(name)

# System calls that invalidate a cache take a pointer that is not to const.
def outside_hook(places):
    return [p for p in places if p.current_element != "${cache-hook}"]

def holds(names, p, name):
    return name in names.get(scope(p), ())

// What was parsed: functions, and uses of the conversion.
@parsed@
identifier f;
position p;
@@
 f@p(...) { ... }

@script:python@
p << parsed.p;
f << parsed.f;
@@
for q in p:
    say("function", "", q, f)

@converted@
position p;
@@
 ${write-macro}@p(...)

@script:python@
p << converted.p;
@@
for q in p:
    say("conversion", "", q, "")
