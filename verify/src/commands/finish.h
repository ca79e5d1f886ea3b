/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How every command begins and ends: its result is kept and shown. */
#ifndef TV_COMMANDS_FINISH_H
#define TV_COMMANDS_FINISH_H

#include "commands/command-line.h"

/* Removes what an earlier run of @command has left in BUILD/report, so that it
 * cannot be taken for this run's when this one fails. */
void tv_finish_forget(const TvOptions *options, const char *command);

/*
 * The exit status of a command that has returned @result and @problem (each may
 * be NULL; see TvCommand.run); 0 is clean, 1 findings, 2 no findings, but
 * something could not run.  Writes BUILD/report/COMMAND.json, then the report
 * in the format asked for to --output or stdout.  A command that broke off has
 * its findings up to then reported, with a cell for @problem.  Prints what
 * cannot be reported in one line to stderr.
 */
int tv_finish(const TvCommandLine *line, TvResult *result,
              const GError *problem);

#endif
