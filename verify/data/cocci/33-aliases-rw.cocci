// canonical: rw
// SPDX-License-Identifier: GPL-2.0-or-later
// The aliases that the function for the caches gets, where RW is canonical.
@written_swapped@
identifier convert = {${convert-macros}};
expression A;
position p;
@@
(
 ${written-function}@p(<+... ${write-macro}(...) ...+>, ...)
|
 ${written-function}@p(A, <+... convert(...) ...+>, ...)
)

@script:python@
p << written_swapped.p;
@@
report("cocci-written-alias", p,
       "${written-function}() wants RX first and RW second")
