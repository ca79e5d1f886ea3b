// canonical: rx
// SPDX-License-Identifier: GPL-2.0-or-later
// The conversion, spelled by hand.
@difference@
identifier d = {${difference}};
expression A, E;
position p;
@@
(
 A + E->d@p
|
 E->d@p + A
|
 A - E->d@p
|
 A + E.d@p
|
 E.d@p + A
|
 A - E.d@p
|
 A + d@p
|
 d@p + A
|
 A - d@p
|
 A += E->d@p
|
 A -= E->d@p
|
 A += d@p
|
 A -= d@p
)

@script:python@
p << difference.p;
@@
report("cocci-difference", p, "the difference of the aliases is added by hand")
