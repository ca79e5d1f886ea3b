/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIGINT and SIGTERM as a flag, so that work in progress can be undone.  A
 * second signal ends the process at once.
 */
#ifndef TV_BASE_INTERRUPT_H
#define TV_BASE_INTERRUPT_H

#include <glib.h>

/* Called once by main. */
void tv_interrupt_install(void);

/* FALSE with TV_ERROR_CANCELLED if a signal came; for loops that copy, hash
 * or unpack. */
gboolean tv_interrupt_check(GError **error);

/* Readable when a signal came, -1 when not installed. */
int tv_interrupt_fd(void);

/* Forgets the signal: what follows undoes what was begun, and must run. */
void tv_interrupt_acknowledge(void);

#endif
