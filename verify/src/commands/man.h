/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The manual page, made from the tables of commands, options and rules. */
#ifndef TV_COMMANDS_MAN_H
#define TV_COMMANDS_MAN_H

/* The whole page in roff; to be freed. */
char *tv_man_page(void);

#endif
