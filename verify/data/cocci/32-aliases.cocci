// canonical: rx
// SPDX-License-Identifier: GPL-2.0-or-later
// The aliases that it gets.
@written_alias@
typedef ${rx-name}, ${rx-void}, ${rw-type};
${rx-type} *x;
${rx-void} *v;
${rw-type} *y;
expression A;
position p;
@@
(
 ${written-function}@p(${write-macro}(...), ...)
|
 ${written-function}@p(y, ...)
|
 ${written-function}@p(A, x, ...)
|
 ${written-function}@p(A, v, ...)
)

@script:python@
p << written_alias.p;
@@
report("cocci-written-alias", p,
       "${written-function}() wants RX first and RW second")
