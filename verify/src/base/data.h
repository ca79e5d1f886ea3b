/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verify/data/, compiled into the program. */
#ifndef TV_BASE_DATA_H
#define TV_BASE_DATA_H

#include <glib.h>

/* The file's text, to be freed; aborts if the program was built without it. */
char *tv_data_text(const char *name);

/* Names of the files in a directory of data, sorted; NULL-ended. */
char **tv_data_list(const char *directory);

#endif
