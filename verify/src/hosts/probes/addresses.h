/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses of translated code that others see: logs, gdb, signal handlers.
 * All must be of the executable alias, and none of another range must be
 * taken for one.
 */
#ifndef TV_HOSTS_PROBES_ADDRESSES_H
#define TV_HOSTS_PROBES_ADDRESSES_H

#include <glib.h>

/*
 * Shell script: COMMAND, an emulator that writes "-d out_asm" to
 * addresses.log, is run by gdb until its guest touches address 0x40 from
 * translated code.  Needs gdb; ends with another status than 0 without it.
 */
extern const char tv_addresses_script[];

typedef struct TvAddresses {
    guint64 rx, rx_end; /* the r-x mapping */
    guint64 rw;         /* where the same file is mapped rw- */
    guint64 pc;         /* in translated code */
    gboolean jit_symbol; /* gdb knows what that is, from the JIT interface */
    gboolean jit_frame;  /* and who called it */
    guint64 jit_start;   /* where QEMU reports to gdb that the code begins */
    /* What tcg_tb_lookup() finds: at pc, one past the end, at pc in RW. */
    gboolean found_pc, found_end, found_rw;
    /* How many pcs outside cpu_restore_state() took for code, of how many. */
    int restored, tried;
    gboolean asked; /* gdb came to the end of its questions */
    guint logged;    /* addresses in the log */
    guint logged_rx; /* of them within the r-x mapping */
    guint64 stray;   /* the first that is not */
} TvAddresses;

/* Parses what the script prints; TV_ERROR_TOOL if something is missing. */
gboolean tv_addresses_parse(TvAddresses *addresses, const char *text,
                            GError **error);

/* What is wrong with them, or NULL. */
char *tv_addresses_judge(const TvAddresses *addresses);

#endif
