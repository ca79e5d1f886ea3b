/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/probes/addresses.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

#define LAST_WORDS 600 /* bytes of gdb's output in an error */

/*
 * "ask FUNCTION A B C" calls it, on x86, and leaves in $answer what it returns
 * to main, which runs no more.  gdb 13's own calls end with "Couldn't write
 * extended state status" where the processor has AMX: for Linux (5.16, its
 * xstateregs_set()) that is more than gdb knows of.  Nothing is put back after
 * a call; in the end the process is killed.
 */
#define ASK                                                       \
    "define ask\n"                                                \
    "set $top = ((unsigned long)$sp - 512) & -16\n"               \
    "if sizeof(long) == 8\n"                                      \
    "set $rdi = (long)($arg1)\n"                                  \
    "set $rsi = (long)($arg2)\n"                                  \
    "set $rdx = (long)($arg3)\n"                                  \
    "else\n"                                                      \
    "set {long}$top = (long)($arg1)\n"                            \
    "set {long}($top + 4) = (long)($arg2)\n"                      \
    "set {long}($top + 8) = (long)($arg3)\n"                      \
    "end\n"                                                       \
    "set $top = $top - sizeof(long)\n"                            \
    "set {unsigned long}$top = (unsigned long)main\n"             \
    "set $sp = $top\n"                                            \
    "set $pc = (unsigned long)$arg0\n"                            \
    "signal 0\n"                                                  \
    "if (unsigned long)$pc != (unsigned long)main\n"              \
    "printf \"$arg0 does not return\\n\"\n"                       \
    "quit\n"                                                      \
    "end\n"                                                       \
    "if sizeof(long) == 8\n"                                      \
    "set $answer = $rax\n"                                        \
    "else\n"                                                      \
    "set $answer = $eax\n"                                        \
    "end\n"                                                       \
    "end\n"

#define LOOKUP(what, pc)            \
    "ask tcg_tb_lookup " pc " 0 0\n" \
    "printf \"lookup " what " %d\\n\", $answer != 0\n"
/* Without a CPU: for a pc that is no code it must not be looked at. */
#define RESTORE(pc)                     \
    "ask cpu_restore_state 0 " pc " 0\n" \
    "printf \"restore %d\\n\", ($answer & 0xff) != 0\n"

/* gdb reads the maps itself, into a file of its own commands. */
const char tv_addresses_script[] =
    "command -v gdb >&2 || exit 3\n"
    "rm -f addresses.*\n"
    "cat >addresses.gdb <<'END'\n"
    ASK
    "set pagination off\n"
    "set confirm off\n"
    "set width 0\n"
    "set debuginfod enabled off\n"
    "handle SIGSEGV nostop noprint pass\n"
    "catch signal SIGSEGV\n"
    "condition 1 ((unsigned long)$_siginfo._sifields._sigfault.si_addr"
    " & 0xfff) == 0xabd\n"
    "run\n"
    "pipe info proc mappings | awk '$5 == \"r-xs\" && !rx++"
    " {print \"set $rx=\" $1; print \"set $rx_end=\" $2}"
    " $5 == \"rw-s\" && !rw++ {print \"set $rw=\" $1}' >addresses.set\n"
    "source addresses.set\n"
    /* gdb would extend the sign of a 32-bit host's addresses. */
    "printf \"maps %#lx %#lx %#lx\\n\", (unsigned long)$rx,"
    " (unsigned long)$rx_end, (unsigned long)$rw\n"
    "printf \"pc %#lx\\n\", (unsigned long)$pc\n"
    "info symbol $pc\n"
    "info address code_gen_buffer\n"
    "backtrace 4\n"
    "break *main\n"
    "set $fault = (unsigned long)$pc\n"
    "set $alias = $fault - $rx + $rw\n"
    LOOKUP("pc", "$fault") LOOKUP("end", "$rx_end") LOOKUP("rw", "$alias")
    RESTORE("$rx_end") RESTORE("$rx_end-1") RESTORE("$rx-1")
    RESTORE("$alias") RESTORE("$rw") RESTORE("(long)main")
    RESTORE("0") RESTORE("-1")
    "printf \"asked\\n\"\n"
    "kill\n"
    "END\n"
    "eval \"set -- $1\"\n"
    "gdb -nx -batch -x addresses.gdb --args \"$@\" 2>&1\n"
    "grep -o '^0x[0-9a-f]*' addresses.log | sed 's/^/out /'\n"
    "rm -f addresses.log\n";

static gboolean hex(const char *text, guint64 *value)
{
    char *end = NULL;

    *value = g_ascii_strtoull(text, &end, 16);
    return end != text;
}

static gboolean parse_maps(TvAddresses *addresses, const char *line)
{
    unsigned long long rx, rx_end, rw;

    if (sscanf(line, "maps %llx %llx %llx", &rx, &rx_end, &rw) != 3) {
        return FALSE;
    }
    addresses->rx = rx;
    addresses->rx_end = rx_end;
    addresses->rw = rw;
    return TRUE;
}

static void parse_line(TvAddresses *addresses, const char *line)
{
    static const char before[] = "code_gen_buffer\" is a function at address ";
    const char *place = strstr(line, before);
    guint64 value;
    int result;

    if (g_str_has_prefix(line, "pc ")) {
        hex(line + strlen("pc "), &addresses->pc);
    } else if (g_str_has_prefix(line, "code_gen_buffer + ")) {
        addresses->jit_symbol = strstr(line, "in-memory") != NULL;
    } else if (place) {
        hex(place + strlen(before), &addresses->jit_start);
    } else if (g_str_has_prefix(line, "#1 ") && strstr(line, "cpu_")) {
        addresses->jit_frame = TRUE;
    } else if (sscanf(line, "lookup pc %d", &result) == 1) {
        addresses->found_pc = result;
    } else if (sscanf(line, "lookup end %d", &result) == 1) {
        addresses->found_end = result;
    } else if (sscanf(line, "lookup rw %d", &result) == 1) {
        addresses->found_rw = result;
    } else if (strcmp(line, "asked") == 0) {
        addresses->asked = TRUE;
    } else if (sscanf(line, "restore %d", &result) == 1) {
        addresses->tried++;
        addresses->restored += result != 0;
    } else if (g_str_has_prefix(line, "out ") &&
               hex(line + strlen("out "), &value)) {
        addresses->logged++;
        if (value >= addresses->rx && value < addresses->rx_end) {
            addresses->logged_rx++;
        } else if (!addresses->stray) {
            addresses->stray = value;
        }
    }
}

/* What gdb said last: why it went no further.  The log's lines follow it. */
static char *last_words(const char *text)
{
    const char *log = g_str_has_prefix(text, "out ") ? text
                                                     : strstr(text, "\nout ");
    gsize length = log ? (gsize)(log - text) : strlen(text);
    gsize from = length > LAST_WORDS ? length - LAST_WORDS : 0;

    return g_strndup(text + from, length - from);
}

gboolean tv_addresses_parse(TvAddresses *addresses, const char *text,
                            GError **error)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    const char *missing;
    gboolean maps = FALSE;

    *addresses = (TvAddresses){ 0 };
    for (char **line = lines; *line; line++) {
        if (!maps) {
            maps = parse_maps(addresses, *line);
        } else {
            parse_line(addresses, *line);
        }
    }
    missing = !maps                ? "two mappings of one file"
              : !addresses->pc     ? "where the guest faults"
              : !addresses->asked  ? "what the emulator says of addresses"
              : !addresses->logged ? "anything in the log"
                                   : NULL;
    if (missing) {
        g_autofree char *said = last_words(text);

        g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                    "gdb does not show %s; it says: %s", missing, said);
        return FALSE;
    }
    return TRUE;
}

static gboolean in_rx(const TvAddresses *addresses, guint64 address)
{
    return address >= addresses->rx && address < addresses->rx_end;
}

char *tv_addresses_judge(const TvAddresses *addresses)
{
    if (!in_rx(addresses, addresses->pc)) {
        return g_strdup_printf("the fault is at %#" G_GINT64_MODIFIER "x, not "
                               "in the executable alias", addresses->pc);
    }
    if (addresses->logged_rx != addresses->logged) {
        return g_strdup_printf(
            "-d out_asm: %u of %u addresses are not in the executable alias, "
            "the first is %#" G_GINT64_MODIFIER "x",
            addresses->logged - addresses->logged_rx, addresses->logged,
            addresses->stray);
    }
    if (!addresses->jit_symbol || !in_rx(addresses, addresses->jit_start)) {
        return g_strdup_printf(
            "gdb does not know the pc by the JIT interface, which reports "
            "code at %#" G_GINT64_MODIFIER "x", addresses->jit_start);
    }
    if (!addresses->jit_frame) {
        return g_strdup("gdb does not show the function that called the code");
    }
    if (!addresses->found_pc) {
        return g_strdup("tcg_tb_lookup() does not know the pc of the fault");
    }
    if (addresses->found_end || addresses->found_rw) {
        return g_strdup_printf(
            "tcg_tb_lookup() takes %s for code",
            addresses->found_end ? "the address past the end"
                                 : "the pc in the writable alias");
    }
    if (addresses->restored) {
        return g_strdup_printf("cpu_restore_state() takes %d of %d addresses "
                               "for code that are none",
                               addresses->restored, addresses->tried);
    }
    return NULL;
}
