/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/probes/pages.h"

#include <stdio.h>
#include <string.h>

#include "hosts/probes/maps.h"

#define PROGRAM "program "
#define LOOKS "looks "
#define SEEN "seen "

/*
 * With -ff, strace writes a file for each thread: no call is cut in two by that
 * of another thread, and the files' names are the processes to look at.
 */
const char tv_pages_script[] =
    "command -v strace >&2 || exit 3\n"
    "for program in own/*; do\n"
    "    rm -f pages.log.*\n"
    "    looks=0\n"
    "    sh -c \"exec strace -ff -qq -e signal=none -e trace=mmap,mmap2,"
    "mprotect,pkey_mprotect,mremap,shmat,personality -o pages.log "
    "$1 $program\" >pages.out 2>&1 </dev/null &\n"
    "    pid=$!\n"
    "    while " TV_SHELL_PID_LIVES "; do\n"
    "        for log in pages.log.*; do\n"
    "            maps=/proc/${log##*.}/maps\n"
    "            test -r \"$maps\" || continue\n"
    "            looks=$((looks + 1))\n"
    "            grep -s ' .wx[ps] ' \"$maps\" |\n"
    "                sed \"s,^," SEEN "$program: ,\"\n"
    "        done\n"
    "    done\n"
    "    wait $pid || {\n"
    "        echo \"$program: $(tail -n 1 pages.out)\" >&2\n"
    "        exit 4\n"
    "    }\n"
    "    echo \"" PROGRAM "$program\"\n"
    "    echo \"" LOOKS "$looks\"\n"
    "    cat pages.log.*\n"
    "done\n"
    "rm -f pages.log.* pages.out\n";

void tv_pages_parse(TvPages *pages, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    *pages = (TvPages){ 0 };
    for (char **line = lines; *line; line++) {
        guint looks;

        if (g_str_has_prefix(*line, PROGRAM)) {
            pages->programs++;
        } else if (sscanf(*line, LOOKS "%u", &looks) == 1) {
            pages->looks += looks;
        } else if (g_str_has_prefix(*line, SEEN) && !pages->seen) {
            pages->seen = g_strdup(*line + strlen(SEEN));
        }
    }
}

void tv_pages_clear(TvPages *pages)
{
    g_clear_pointer(&pages->seen, g_free);
}
