// SPDX-License-Identifier: GPL-2.0-or-later
// A patched jump is followed by the function that handles the caches.
@flush_missing exists@
identifier f = {${jump-function}};
identifier writer = {${writers}};
expression x, E, I;
assignment operator op;
position p;
@@
 f(...)
 {
   ... when any
(
   *x@p op E
|
   x@p[I] op E
|
   writer@p(...)
)
   ... when != ${written-function}(...)
 }

@script:python@
p << flush_missing.p;
@@
report("cocci-flush-missing", p,
       "a way from this store leads out without ${written-function}()")
