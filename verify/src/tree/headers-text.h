/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text of the headers that configure and meson make without a script that
 * could run here. */
#ifndef TV_TREE_HEADERS_TEXT_H
#define TV_TREE_HEADERS_TEXT_H

#include "project/hosts.h"

/*
 * config-host.h out of the template: rows marked "only: HOST... | 64-bit |
 * 32-bit" stay for those hosts, @ARCH@ and @VERSION@ are filled in.
 * @version is "5.2.0".
 */
char *tv_headers_config_host(const char *template, const TvHost *host,
                             const char *version);

/*
 * glibconfig.h of a host whose pointers are @bits wide, out of the machine's
 * own (64-bit) one.  NULL and TV_ERROR_INPUT if that one looks otherwise than
 * the rules expect.
 */
char *tv_headers_glibconfig(const char *native, int bits, GError **error);

/*
 * TARGET-config-target.h out of the target's .mak (key=value lines).
 * @target: "alpha-linux-user"; @disassemblers: NULL-ended CONFIG_ names.
 */
char *tv_headers_config_target(const char *mak, const char *target,
                               const char *const *disassemblers);

/* Value of @key in the text of a .mak, or NULL. */
char *tv_headers_mak_value(const char *mak, const char *key);

/* "CONFIG_X=y" lines to "#define CONFIG_X 1". */
char *tv_headers_config_devices(const char *mak);

#endif
