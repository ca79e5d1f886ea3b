// SPDX-License-Identifier: GPL-2.0-or-later
// Stores through an RX pointer, by operator.
@rx_store@
typedef ${rx-name};
${rx-type} *x;
expression E, I;
assignment operator op;
position p;
@@
(
 *x@p op E
|
 x@p[I] op E
|
 (*x@p)++
|
 (*x@p)--
|
 ++*x@p
|
 --*x@p
|
 x@p[I]++
|
 x@p[I]--
)

@script:python@
p << rx_store.p;
@@
report("cocci-rx-store", p, "a store through an RX pointer")

// RX pointers that are cast to a pointer that is not to const.
@rx_cast@
typedef ${rx-name}, ${rx-void};
${rx-type} *x;
${rx-void} *v;
type T;
position p;
@@
(
 (const T *)x
|
 (const T *)v
|
 (T *)x@p
|
 (T *)v@p
)

@script:python@
p << rx_cast.p;
T << rx_cast.T;
@@
report("cocci-rx-cast", p, "an RX pointer is cast to '%s *'" % T)

// The same by way of an integer.
@rx_number@
identifier convert = {${convert-macros}};
expression E;
type T;
position p;
@@
(
 (const T *)convert(E)
|
 (T *)convert@p(E)
)

@script:python@
p << rx_number.p;
T << rx_number.T;
@@
report("cocci-rx-cast", outside_hook(p),
       "the address of RX is cast to '%s *'" % T)

@rx_variable@
identifier convert = {${convert-macros}};
identifier x;
position p;
@@
 x@p = <+... convert(...) ...+>

@script:python@
p << rx_variable.p;
x << rx_variable.x;
@@
remember(rx_names, p, x)

@rx_declared@
identifier convert = {${convert-macros}};
identifier x;
type T;
position p;
@@
 T x@p = <+... convert(...) ...+>;

@script:python@
p << rx_declared.p;
x << rx_declared.x;
@@
remember(rx_names, p, x)

@rx_variable_cast@
identifier x = {${rx-names}};
expression E;
type T;
position p;
@@
(
 (const T *)x
|
 (T *)x@p
|
 (const T *)(x + E)
|
 (T *)(x@p + E)
)

@script:python@
p << rx_variable_cast.p;
x << rx_variable_cast.x;
T << rx_variable_cast.T;
@@
report("cocci-rx-cast", [q for q in outside_hook(p) if holds(rx_names, q, x)],
       "'%s', which holds an address of RX, is cast to '%s *'" % (x, T))

// Writers that are handed an RX pointer.
@rx_writer@
typedef ${rx-name}, ${rx-void};
identifier writer = {${writers}};
${rx-type} *x;
${rx-void} *v;
expression E;
type T;
position p;
@@
(
 writer@p(x, ...)
|
 writer@p(v, ...)
|
 writer@p((T)x, ...)
|
 writer@p((T)v, ...)
|
 writer@p((T)(x + E), ...)
|
 writer@p(&x[E], ...)
)

@script:python@
p << rx_writer.p;
w << rx_writer.writer;
@@
report("cocci-rx-writer", p, "%s() writes through an RX pointer" % w)

@rx_reader@
typedef ${rx-name}, ${rx-void};
identifier writer = {${second-writers}};
${rx-type} *x;
${rx-void} *v;
expression A;
type T;
position p;
@@
(
 writer@p(A, x, ...)
|
 writer@p(A, v, ...)
|
 writer@p(A, (T)x, ...)
|
 writer@p(A, (T)v, ...)
)

@script:python@
p << rx_reader.p;
w << rx_reader.writer;
@@
report("cocci-rx-writer", p, "%s() writes through an RX pointer" % w)
