/* Views of a result. */
#ifndef TV_REPORT_H
#define TV_REPORT_H

#include "result.h"

/* Columns of the terminal on stdout, 0 if stdout is not a terminal. */
int tv_report_terminal_width(void);

/*
 * The table, the findings and one last line that a machine can read.
 * @width is in columns; 0 means plain text without colour or cutting.
 * Without @verbose the cells of one host are folded into one per layer.
 */
char *tv_report_text(const TvResult *result, int width, gboolean verbose);

/* Pretty-printed JSON, ends with a newline. */
char *tv_report_json(const TvResult *result);

#endif
