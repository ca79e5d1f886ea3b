// canonical: rx
// SPDX-License-Identifier: GPL-2.0-or-later
// The hooks belong to one function, and have an order in it.
@hook_caller@
identifier hook = {${flush-hook}, ${cache-hook}};
position p;
@@
 hook@p(...)

@script:python@
p << hook_caller.p;
h << hook_caller.hook;
@@
report("cocci-hook-caller",
       [q for q in p if q.current_element != "${written-function}"],
       "%s() is called outside of ${written-function}()" % h)

@hook_order exists@
identifier f = {${written-function}};
position p;
@@
 f(...)
 {
   ... when != ${flush-hook}(...)
   ${cache-hook}@p(...)
   ... when any
 }

@script:python@
p << hook_order.p;
@@
report("cocci-hook-order", p,
       "${cache-hook}() without ${flush-hook}() before it")

@hook_missing exists@
identifier f = {${written-function}};
position p;
@@
 f(...)
 {
   ... when any
   ${flush-hook}@p(...)
   ... when != ${cache-hook}(...)
 }

@script:python@
p << hook_missing.p;
@@
report("cocci-hook-order", p,
       "${flush-hook}() without ${cache-hook}() after it")

@hook_good exists@
identifier f = {${written-function}};
position p;
@@
 f(...)
 {
   ... when any
   ${flush-hook}(...)
   ... when any
   ${cache-hook}@p(...)
   ... when any
 }

@script:python@
p << hook_good.p;
@@
for q in p:
    say("order", "", q, "")
