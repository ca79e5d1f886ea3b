// canonical: rx
// SPDX-License-Identifier: GPL-2.0-or-later
// RX pointers that become numbers without the macro for that.
@rx_plain_number@
typedef ${rx-name}, ${rx-void};
${rx-type} *x;
${rx-void} *v;
type T, U;
position p;
@@
(
 (T *)x
|
 (T *)v
|
 (U)x@p
|
 (U)v@p
)

@script:python@
p << rx_plain_number.p;
U << rx_plain_number.U;
@@
report("cocci-rx-cast", p, "an RX pointer is cast to '%s'" % U)
