// canonical: rx
// SPDX-License-Identifier: GPL-2.0-or-later
// Where a converted pointer may go: a variable, an argument, a store.
@rw_variable@
local idexpression x;
type T;
position p, q;
@@
(
 x@q = ${write-macro}@p(...)
|
 x@q = (T)${write-macro}@p(...)
)

@script:python@
q << rw_variable.q;
x << rw_variable.x;
@@
remember(rw_names, q, x)

@rw_declared@
identifier x;
type T, U;
position p, q;
@@
(
 T x@q = ${write-macro}@p(...);
|
 T x@q = (U)${write-macro}@p(...);
)

@script:python@
q << rw_declared.q;
x << rw_declared.x;
@@
remember(rw_names, q, x)

@rw_argument@
identifier f;
type T;
expression E;
position p;
@@
(
 f(..., ${write-macro}@p(...), ...)
|
 f(..., (T)${write-macro}@p(...), ...)
|
 f(..., ${write-macro}@p(...) + E, ...)
|
 *(T *)${write-macro}@p(...)
)

// Further variables that a converted pointer reaches.
@rw_copy@
identifier x;
identifier y = {${rw-names}};
expression E;
type T;
position p;
@@
(
 x@p = y
|
 x@p = (T)y
|
 x@p = y + E
)

@script:python@
p << rw_copy.p;
x << rw_copy.x;
y << rw_copy.y;
@@
remember(rw_names, [q for q in p if holds(rw_names, q, y)], x)

@rw_copy_declared@
identifier x;
identifier y = {${rw-names}};
expression E;
type T, U;
position p;
@@
(
 T x@p = y;
|
 T x@p = (U)y;
|
 T x@p = y + E;
|
 T x@p = (U)(y + E);
)

@script:python@
p << rw_copy_declared.p;
x << rw_copy_declared.x;
y << rw_copy_declared.y;
@@
remember(rw_names, [q for q in p if holds(rw_names, q, y)], x)

@rw_returned@
position p;
type T;
@@
(
 return ${write-macro}@p(...);
|
 return (T)${write-macro}@p(...);
)

@script:python@
p << rw_returned.p;
@@
report("cocci-rw-returned", p, "a converted pointer is returned")

@rw_returned_variable@
typedef ${rw-type};
${rw-type} *x;
identifier y = {${rw-names}};
expression E;
position p;
@@
(
 return x@p;
|
 return y@p;
|
 return y@p + E;
)

@script:python@
p << rw_returned_variable.p;
x << rw_returned_variable.x;
@@
report("cocci-rw-returned", p, "an RW pointer is returned")

@script:python@
p << rw_returned_variable.p;
y << rw_returned_variable.y;
@@
report("cocci-rw-returned", [q for q in p if holds(rw_names, q, y)],
       "'%s', which holds a converted pointer, is returned" % y)

@rw_compared@
typedef ${rx-name}, ${rx-void};
binary operator op = {==, !=, <, >, <=, >=, -};
expression E;
position p;
@@
(
 ${write-macro}@p(...) op E
|
 E op ${write-macro}@p(...)
)

@script:python@
p << rw_compared.p;
@@
report("cocci-rw-compared", p, "a converted pointer is compared or subtracted")

@rw_mixed@
typedef ${rx-name}, ${rx-void}, ${rw-type};
binary operator op = {==, !=, <, >, <=, >=, -};
${rx-type} *x;
${rx-void} *v;
identifier y = {${rw-names}};
position p;
@@
(
 x op y@p
|
 y@p op x
|
 v op y@p
|
 y@p op v
)

@script:python@
p << rw_mixed.p;
y << rw_mixed.y;
@@
report("cocci-rw-compared", [q for q in p if holds(rw_names, q, y)],
       "'%s', which is RW, is compared with an RX pointer" % y)

@rw_mixed_type@
typedef ${rx-name}, ${rx-void}, ${rw-type};
binary operator op = {==, !=, <, >, <=, >=, -};
${rx-type} *x;
${rx-void} *v;
${rw-type} *y;
position p;
@@
(
 x op y@p
|
 y@p op x
|
 v op y@p
|
 y@p op v
)

@script:python@
p << rw_mixed_type.p;
@@
report("cocci-rw-compared", p, "an RW pointer is compared with an RX pointer")

// Fields of code pointers that take RW.
@rw_field@
typedef ${rw-type};
${rw-type} *x;
identifier y = {${rw-names}};
expression E, I;
identifier member = {${rx-fields}};
type T;
position p;
@@
(
 E->member@p = x
|
 E->member@p = y
|
 E->member@p = (T)y
|
 E->member@p = x + I
|
 E->member@p = y + I
|
 E.member@p = x
|
 E.member@p = y
|
 E->member@p = ${write-macro}(...)
|
 E.member@p = ${write-macro}(...)
|
 E->${block-field}@p = x
|
 E->${block-field}@p = y
|
 E->${block-field}@p = (T)y
|
 E->${block-field}@p = ${write-macro}(...)
|
 E.${block-field}@p = x
|
 E.${block-field}@p = y
|
 E.${block-field}@p = ${write-macro}(...)
)

@script:python@
p << rw_field.p;
y << rw_field.y = "";
x << rw_field.x = "";
@@
report("cocci-rw-field",
       [q for q in p if not y or holds(rw_names, q, y)],
       "a field for RX pointers takes an RW pointer")

// Any other place keeps it.
@rw_kept@
position p != {rw_variable.p, rw_declared.p, rw_argument.p, rw_returned.p,
               rw_compared.p};
@@
 ${write-macro}@p(...)

@script:python@
p << rw_kept.p;
@@
report("cocci-rw-kept", p, "a converted pointer is used for more than a "
       "variable of the function, an argument or a store")

@rw_kept_variable@
expression E, I;
identifier f;
identifier y = {${rw-names}};
type T;
position p;
@@
(
 E->f@p = y
|
 E->f@p = (T)y
|
 E.f@p = y
|
 E.f@p = (T)y
|
 E@p[I] = y
|
 *E@p = y
)

@script:python@
p << rw_kept_variable.p;
y << rw_kept_variable.y;
@@
report("cocci-rw-kept", [q for q in p if holds(rw_names, q, y)],
       "'%s', which holds a converted pointer, is stored" % y)
