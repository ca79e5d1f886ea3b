/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/policies/policy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "hosts/probes/maps.h"

/* As policy-exec.c has it. */
#define EXIT_POLICY 125
/* What a shell makes of a signal; 255 is an exit status of QEMU's own. */
#define EXIT_SIGNAL 128
#define SIGNALS 64

/*
 * Below policy-exec: script COMMAND PATTERN.  The end of the emulator, or its
 * memory map while it is up; then what it has left behind, killed or not.
 */
static const char script[] =
    "sh -c \"exec $1\" >out 2>err </dev/null &\n"
    "pid=$! tries=0\n"
    "while :; do\n"
    "    if grep -q \"$2\" out; then\n"
    "        echo 'end up'\n"
    "        cat /proc/$pid/maps\n"
    "        kill -9 $pid\n"
    "        wait $pid\n"
    "        break\n"
    "    fi\n"
    "    if ! " TV_SHELL_PID_LIVES "; then\n"
    "        wait $pid\n"
    "        echo \"end $?\"\n"
    "        break\n"
    "    fi\n"
    "    if [ $tries = 600 ]; then\n"
    "        kill -9 $pid\n"
    "        echo 'end late'\n"
    "        break\n"
    "    fi\n"
    "    tries=$((tries + 1))\n"
    "    sleep 0.05\n"
    "done 2>/dev/null\n"
    "cat err >&2\n"
    "for dir in tmp /dev/shm; do\n"
    "    ls -A $dir | sed \"s,^,left $dir/,\"\n"
    "done\n";

const char *tv_code_name(TvCode code)
{
    static const char *const names[] = {
        [TV_CODE_RWX] = "writable and executable memory",
        [TV_CODE_MEMFD] = "a split memfd",
        [TV_CODE_SHM] = "split shared memory",
        [TV_CODE_FILE] = "a split file in TMPDIR",
        [TV_CODE_NO_FILE] = "split anonymous memory",
        [TV_CODE_REFUSED] = "an error message",
    };

    return names[code];
}

const char *tv_split_name(TvSplit split)
{
    static const char *const names[] = {
        [TV_SPLIT_OFF] = "off",
        [TV_SPLIT_ON] = "on",
        [TV_SPLIT_AUTO] = "auto",
    };

    return names[split];
}

void tv_policy_run_free(TvPolicyRun *run)
{
    if (run) {
        g_free(run->error_name);
        g_free(run->guest);
        g_free(run->command);
        g_free(run->wrong);
        g_free(run->failed);
        g_free(run);
    }
}

char *tv_policy_run_name(const TvPolicyRun *run)
{
    return g_strdup_printf("%s, policy %s%s%s, split %s", run->guest,
                           run->policy->name, run->error_name ? " " : "",
                           run->error_name ? run->error_name : "",
                           tv_split_name(run->split));
}

/* The options, with the errno put in. */
static char *policy_options(const TvPolicyRun *run)
{
    g_auto(GStrv) parts = g_strsplit(run->policy->options, "%s", -1);

    return g_strjoinv(run->error_name ? run->error_name : "", parts);
}

char **tv_policy_argv(const TvPolicyRun *run, const char *launcher,
                      const char *command, const char *pattern)
{
    g_autofree char *text = policy_options(run);
    g_auto(GStrv) options = g_strsplit(text, " ", -1);
    g_autoptr(GStrvBuilder) argv = g_strv_builder_new();
    gboolean shm = strstr(text, "=/dev/shm") != NULL;

    g_strv_builder_add_many(argv, "sh", "-c",
                            "rm -rf tmp out err && mkdir tmp && "
                            "TMPDIR=$PWD/tmp exec \"$@\"",
                            "policy", launcher, NULL);
    for (char **option = options; *option; option++) {
        if (**option) {
            g_strv_builder_add(argv, *option);
        }
    }
    /* Of its own, so that no other program leaves files there. */
    if (!shm) {
        g_strv_builder_add(argv, "--mount=/dev/shm");
    }
    g_strv_builder_add_many(argv, "sh", "-c", script, "policy", command,
                            pattern, NULL);
    return g_strv_builder_end(argv);
}

static gboolean has_words(const char *text, const char *words)
{
    g_auto(GStrv) list = g_strsplit(words, "+", -1);

    for (char **word = list; *word; word++) {
        if (!strstr(text, *word)) {
            return FALSE;
        }
    }
    return TRUE;
}

/* How the message of @run's emulator falls short; NULL if it does not. */
static char *message_lacks(const TvPolicyRun *run, const char *text)
{
    const char *says = run->policy->says ? run->policy->says : "";
    g_auto(GStrv) alternatives = g_strsplit(says, "|", -1);
    gboolean found = FALSE;

    if (run->error_name) {
        for (int i = 1; i < 256; i++) {
            if (g_strcmp0(strerrorname_np(i), run->error_name) == 0 &&
                !strstr(text, strerror(i))) {
                return g_strdup_printf("the error '%s'", strerror(i));
            }
        }
    }
    for (char **words = alternatives; *words; words++) {
        found |= has_words(text, *words);
    }
    return found ? NULL : g_strdup_printf("'%s'", says);
}

static gboolean classify_maps(const char *text, TvCode *code, GError **error)
{
    g_auto(TvMaps) maps = { 0 };
    const char *path;

    if (!tv_maps_parse(&maps, text, error)) {
        return FALSE;
    }
    *code = TV_CODE_RWX;
    if (maps.wx) {
        return TRUE;
    }
    path = maps.split ? strchr(maps.rx, '/') : NULL;
    if (!path) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
                    "it runs without memory for code");
        return FALSE;
    }
    *code = g_str_has_prefix(path, "/memfd:")     ? TV_CODE_MEMFD
            : g_str_has_prefix(path, "/dev/shm/") ? TV_CODE_SHM
            : g_str_has_prefix(path, "/dev/zero ") ? TV_CODE_NO_FILE
                                                  : TV_CODE_FILE;
    return TRUE;
}

/* Cuts the lines of @text that begin with @prefix out, and returns them. */
static char *take_lines(char *text, const char *prefix)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    GString *taken = g_string_new(NULL);
    char *out = text;

    for (char **line = lines; *line; line++) {
        if (g_str_has_prefix(*line, prefix)) {
            g_string_append_printf(taken, "%s%s", taken->len ? ", " : "",
                                   *line + strlen(prefix));
        } else if (**line) {
            out = g_stpcpy(out, *line);
            *out++ = '\n';
        }
    }
    *out = '\0';
    return g_string_free(taken, FALSE);
}

static char *one_line(const char *text)
{
    char *line = g_strstrip(g_strdup(text));

    return g_strdelimit(line, "\n", ' ');
}

/* What happened, as a finding if it is not what should have. */
static char *judge(const TvPolicyRun *run, const char *end, const char *maps,
                   const char *left, const char *err)
{
    TvCode expected = run->policy->expected[run->split];
    g_autofree char *message = one_line(err);
    g_autoptr(GError) error = NULL;
    TvCode code = TV_CODE_REFUSED;
    int status = atoi(end);

    if (g_str_equal(end, "late")) {
        return g_strdup_printf("neither comes up nor ends: %s", message);
    }
    if (g_str_equal(end, "up")) {
        if (!classify_maps(maps, &code, &error)) {
            return g_strdup(error->message);
        }
    } else if (status > EXIT_SIGNAL && status <= EXIT_SIGNAL + SIGNALS) {
        return g_strdup_printf("ends by signal %d (%s): %s",
                               status - EXIT_SIGNAL,
                               g_strsignal(status - EXIT_SIGNAL), message);
    } else if (status == 0) {
        return g_strdup("ends at once with status 0");
    }
    if (code != expected) {
        return g_strdup_printf("%s, should be %s%s%s", tv_code_name(code),
                               tv_code_name(expected), *message ? ": " : "",
                               message);
    }
    if (code == TV_CODE_REFUSED) {
        g_autofree char *lacks = message_lacks(run, err);

        if (lacks) {
            return g_strdup_printf("the message lacks %s: %s", lacks, message);
        }
    }
    if (*left) {
        return g_strdup_printf("leaves behind: %s", left);
    }
    return NULL;
}

void tv_policy_judge(TvPolicyRun *run, const TvJob *job)
{
    g_autofree char *text = g_strdup(job->out->str);
    g_autofree char *left = take_lines(text, "left ");
    g_autofree char *end = take_lines(text, "end ");

    run->seconds = job->seconds;
    if (!tv_job_ok(job)) {
        /* policy-exec says which policy this machine does not have. */
        run->failed = job->exit_code == EXIT_POLICY
                          ? one_line(job->err->str)
                          : tv_job_describe(job);
    } else if (!*end) {
        run->failed = g_strdup("the shell around it reports no end");
    } else {
        run->wrong = judge(run, end, text, left, job->err->str);
    }
}
