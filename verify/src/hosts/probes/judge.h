/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a probe of a running emulator showed. */
#ifndef TV_HOSTS_PROBES_JUDGE_H
#define TV_HOSTS_PROBES_JUDGE_H

#include <glib.h>

#include "base/job-pool.h"
#include "hosts/guests.h"
#include "hosts/host.h"
#include "hosts/tests/run.h"
#include "result/result.h"

typedef enum {
    TV_PROBE_LIVE,    /* /proc/PID/maps of a running emulator */
    TV_PROBE_STRACE,  /* system calls of an emulator run by another */
    TV_PROBE_MDWE,    /* pristine under PR_SET_MDWE: must die */
    TV_PROBE_REFUSAL, /* an order that cannot be carried out: must be refused */
    TV_PROBE_ICACHE,  /* without the icache invalidate: must fail if split */
    TV_PROBE_LINK,    /* jumps patched and blocks entered, split or not */
    TV_PROBE_AUTO,    /* the maps of auto and of pristine: must be alike */
    TV_PROBE_ADDRESSES, /* of code, in logs, gdb and range checks */
    TV_PROBE_FORK,    /* a child's code is mapped before it starts a thread */
    TV_PROBE_PAGES,   /* no page is ever writable and executable */
} TvProbeKind;

#define TV_PROBE_KINDS (TV_PROBE_PAGES + 1)

/* Between the maps of two emulators in the output of one job. */
#define TV_LIVE_NEXT "next"

typedef struct TvProbe {
    TvProbeKind kind;
    const TvHost *host;
    const TvGuest *guest;
    gboolean system;
    const TvConfiguration *configuration;
    const char *split; /* "on", "off" or what was asked for; NULL: none */
    char *command;     /* owned */

    /* Set by tv_probe_judge; at most one of the three. */
    char *rule_message; /* a finding, of @rule */
    const char *rule;
    char *voided; /* a control did not behave: nothing is proved */
    char *failed; /* could not be run */
    double seconds;
} TvProbe;

void tv_probe_free(TvProbe *probe);

/* Judges the ended @job of @probe. */
void tv_probe_judge(TvProbe *probe, const TvJob *job);

/* Adds a cell for each kind among @probes, and their findings. */
void tv_probes_report(GPtrArray *probes, const TvHost *host,
                      TvResult *result);

#endif
