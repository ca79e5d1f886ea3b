/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/probes/fork.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

#define NEXT "next" /* a line after each run */
#define PARENT "parent "
#define CHILD "child "
#define LAST_WORDS 400 /* bytes of gdb's output in an error */

/*
 * The signals of both are the emulator's affair.  gdb indents the lines of the
 * maps with spaces, or with a tab where addresses have 32 bits.
 */
const char tv_fork_script[] =
    "command -v gdb >&2 || exit 3\n"
    "cat >fork.gdb <<'END'\n"
    "set pagination off\n"
    "set confirm off\n"
    "set width 0\n"
    "set debuginfod enabled off\n"
    "handle all nostop noprint pass\n"
    "catch fork\n"
    "run\n"
    "pipe info proc mappings | sed -n 's/^[[:space:]]*0x/" PARENT "0x/p'\n"
    "set follow-fork-mode child\n"
    "break pthread_create\n"
    "continue\n"
    "pipe info proc mappings | sed -n 's/^[[:space:]]*0x/" CHILD "0x/p'\n"
    "kill\n"
    "END\n"
    "for command; do\n"
    "    eval \"set -- $command\"\n"
    "    gdb -nx -batch -x fork.gdb --args \"$@\" 2>&1\n"
    "    echo " NEXT "\n"
    "done\n"
    "rm -f fork.gdb\n";

typedef struct Mapping {
    guint64 start, end;
    char permissions[5]; /* "r-xs" */
    char name[64];
} Mapping;

/* The mappings in those lines of @text that begin with @whose. */
static GArray *parse(const char *text, const char *whose)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GArray *mappings = g_array_new(FALSE, TRUE, sizeof(Mapping));

    for (char **line = lines; *line; line++) {
        Mapping mapping;
        unsigned long long start, end;

        /* Start, end, size, offset; what has no name is none of a file. */
        if (g_str_has_prefix(*line, whose) &&
            sscanf(*line + strlen(whose), "%llx %llx %*x %*x %4s %63s", &start,
                   &end, mapping.permissions, mapping.name) == 4) {
            mapping.start = start;
            mapping.end = end;
            g_array_append_val(mappings, mapping);
        }
    }
    return mappings;
}

/* The r-xs mapping is of the file that the code lies in. */
static const Mapping *find_rx(const GArray *mappings)
{
    for (guint i = 0; i < mappings->len; i++) {
        const Mapping *mapping = &g_array_index(mappings, Mapping, i);

        if (g_str_equal(mapping->permissions, "r-xs")) {
            return mapping;
        }
    }
    return NULL;
}

/* A child may keep a part as a private copy: shared or not is left out. */
static gboolean same_kind(const Mapping *a, const Mapping *b)
{
    return strncmp(a->permissions, b->permissions, 3) == 0 &&
           g_str_equal(a->name, b->name);
}

/*
 * The first address of @wanted that @mappings, in the order of addresses, lack;
 * its end if they have all.
 */
static guint64 mapped_up_to(const GArray *mappings, const Mapping *wanted)
{
    guint64 at = wanted->start;

    for (guint i = 0; i < mappings->len; i++) {
        const Mapping *mapping = &g_array_index(mappings, Mapping, i);

        if (same_kind(mapping, wanted) && mapping->start <= at &&
            mapping->end > at) {
            at = MIN(mapping->end, wanted->end);
        }
    }
    return at;
}

static char *judge_run(const char *text, GError **error)
{
    g_autoptr(GArray) parent = parse(text, PARENT);
    g_autoptr(GArray) child = parse(text, CHILD);
    const Mapping *rx = find_rx(parent);
    gsize length = strlen(text);

    if (!rx || child->len == 0) {
        g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                    "gdb does not show %s; it says: %s",
                    rx ? "a forked child that starts a thread"
                       : "code of a parent that forks",
                    text + (length > LAST_WORDS ? length - LAST_WORDS : 0));
        return NULL;
    }
    for (guint i = 0; i < parent->len; i++) {
        const Mapping *mapping = &g_array_index(parent, Mapping, i);
        gboolean code = g_str_equal(mapping->permissions, "r-xs") ||
                        g_str_equal(mapping->permissions, "rw-s");
        guint64 up_to;

        if (!code || !g_str_equal(mapping->name, rx->name)) {
            continue;
        }
        up_to = mapped_up_to(child, mapping);
        if (up_to < mapping->end) {
            return g_strdup_printf(
                "a child starts a thread before %#" G_GINT64_MODIFIER "x, %s "
                "of its code, is mapped",
                up_to, mapping->permissions[2] == 'x' ? "RX" : "RW");
        }
    }
    return NULL;
}

char *tv_fork_judge(const char *text, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, NEXT "\n", -1);
    guint count = g_strv_length(parts);

    /* After the last one there is nothing. */
    if (count != TV_FORK_RUNS + 1) {
        g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                    "gdb ran %u emulators, not %u", count ? count - 1 : 0,
                    TV_FORK_RUNS);
        return NULL;
    }
    for (guint i = 0; i < TV_FORK_RUNS; i++) {
        g_autoptr(GError) local = NULL;
        g_autofree char *wrong = judge_run(parts[i], &local);

        if (wrong) {
            return g_steal_pointer(&wrong);
        }
        if (local) {
            g_propagate_error(error, g_steal_pointer(&local));
            return NULL;
        }
    }
    return NULL;
}
