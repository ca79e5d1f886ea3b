/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tree/headers-generate.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "tree/headers-text.h"

typedef struct Output {
    TvGenerate *generate;
    char *path;      /* stdout goes there; NULL: the job writes itself */
    char *transform; /* "devices": stdout is a .mak */
} Output;

static void output_done(TvJobPool *pool, TvJob *job, gpointer data)
{
    Output *output = data;
    TvGenerate *generate = output->generate;

    if (!generate->error && !tv_job_ok(job)) {
        g_autofree char *what = tv_job_describe(job);
        g_autofree char *command = g_strjoinv(" ", job->argv);

        generate->error = g_error_new(TV_ERROR, TV_ERROR_TOOL,
                                      "the tree's generator failed: %s (in "
                                      "%s): %s",
                                      command, job->cwd, what);
    }
    if (!generate->error && output->path) {
        g_autofree char *text = NULL;

        text = output->transform ? tv_headers_config_devices(job->out->str)
                                 : g_strdup(job->out->str);
        g_file_set_contents(output->path, text, -1, &generate->error);
    }
    g_free(output->path);
    g_free(output->transform);
    g_free(output);
}

/* Takes @job and @path. */
static void add(TvGenerate *generate, TvJob *job, char *path,
                const char *transform)
{
    Output *output = g_new0(Output, 1);

    output->generate = generate;
    output->path = path;
    output->transform = g_strdup(transform);
    job->cwd = g_strdup(generate->scan->root);
    job->timeout_s = 120;
    tv_job_pool_add(generate->pool, job, output_done, output);
}

/* meson's underscorify. */
static char *underscorify(const char *text)
{
    char *result = g_strdup(text);

    for (char *c = result; *c; c++) {
        if (!g_ascii_isalnum(*c)) {
            *c = '_';
        }
    }
    return result;
}

/* Since 6.0 the tracer writes the file that its last argument names. */
static gboolean writes_itself(const TvGenerate *generate)
{
    g_autofree char *path = g_build_filename(generate->scan->root, "scripts",
                                             "tracetool.py", NULL);
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) &&
           strstr(text, "out_open(") != NULL;
}

static void trace(TvGenerate *generate, const char *directory,
                  const char *format, const char *name)
{
    gboolean root = g_str_equal(directory, ".");
    g_autofree char *flat = root ? g_strdup("root") : underscorify(directory);
    g_autofree char *group = g_strconcat("--group=", flat, NULL);
    g_autofree char *form = g_strconcat("--format=", format, NULL);
    g_autofree char *events = g_build_filename(directory, "trace-events", NULL);
    g_autofree char *file =
        name ? g_strdup(name) : g_strdup_printf("trace-%s.h", flat);
    g_autofree char *path = NULL;
    gboolean own;
    TvJob *job;

    path = g_build_filename(generate->dir, "common", "trace", file, NULL);
    own = writes_itself(generate);
    /* -B: no byte code is left in the tree. */
    job = tv_job_new_args("python3", "-B", "scripts/tracetool.py",
                          "--backend=nop", group, form, events,
                          own ? path : NULL, NULL);
    add(generate, job, own ? NULL : g_strdup(path), NULL);
}

void tv_generate_trace(TvGenerate *generate, GPtrArray *groups)
{
    static const char *const rows[][2] = {
        {"tcg-h", "generated-tcg-tracers.h"},
        {"tcg-helper-c", "generated-helpers.c"},
        {"tcg-helper-h", "generated-helpers.h"},
        {"tcg-helper-wrapper-h", "generated-helpers-wrappers.h"},
    };

    for (guint i = 0; i < groups->len; i++) {
        trace(generate, groups->pdata[i], "h", NULL);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *file =
            g_strdup_printf("scripts/tracetool/format/%s.py", rows[i][0]);
        g_autofree char *module = underscorify(rows[i][0]);
        g_autofree char *other =
            g_strdup_printf("scripts/tracetool/format/%s.py", module);

        /* Later trees have dropped these formats. */
        if (tv_tree_scan_has(generate->scan, file) ||
            tv_tree_scan_has(generate->scan, other)) {
            trace(generate, ".", rows[i][0], rows[i][1]);
        }
    }
}

void tv_generate_qapi(TvGenerate *generate)
{
    g_autofree char *out =
        g_build_filename(generate->dir, "common", "qapi", NULL);

    add(generate,
        tv_job_new_args("python3", "-B", "scripts/qapi-gen.py", "-o", out, "-b",
                        "qapi/qapi-schema.json", NULL),
        NULL, NULL);
}

void tv_generate_hx(TvGenerate *generate)
{
    static const char *const suffixes[] = {"h", "def"};

    for (guint i = 0; i < generate->scan->files->len; i++) {
        const char *file = generate->scan->files->pdata[i];
        g_autofree char *base = NULL;

        if (strchr(file, '/') || !g_str_has_suffix(file, ".hx")) {
            continue;
        }
        base = g_strndup(file, strlen(file) - strlen(".hx"));
        /* Which of the two names is included differs by file; make both. */
        for (gsize j = 0; j < G_N_ELEMENTS(suffixes); j++) {
            g_autofree char *name = g_strconcat(base, ".", suffixes[j], NULL);
            g_autofree char *path =
                g_build_filename(generate->scan->root, file, NULL);
            TvJob *job;

            /* A header of the tree's own, which includes the other one. */
            if (tv_tree_scan_has(generate->scan, name)) {
                continue;
            }
            /* It reads the file that it is given or, in older trees, stdin. */
            job = tv_job_new_args("sh", "scripts/hxtool", "-h", path, NULL);

            g_file_get_contents(path, &job->input, NULL, NULL);
            add(generate, job,
                g_build_filename(generate->dir, "common", name, NULL), NULL);
        }
    }
}

void tv_generate_syscalls(TvGenerate *generate, const char *target,
                          const char *mak)
{
    g_autofree char *abis = tv_headers_mak_value(mak, "TARGET_SYSTBL_ABI");
    g_autofree char *table = tv_headers_mak_value(mak, "TARGET_SYSTBL");
    g_autofree char *dir = tv_headers_mak_value(mak, "TARGET_ABI_DIR");
    g_autofree char *in = NULL;
    g_autofree char *script = NULL;
    g_autofree char *out = NULL;
    g_autofree char *name = NULL;

    if (!abis || !table) {
        return; /* the tree holds its syscall_nr.h ready-made */
    }
    if (!dir) {
        dir = tv_headers_mak_value(mak, "TARGET_ARCH");
    }
    in = g_build_filename("linux-user", dir, table, NULL);
    script = g_build_filename("linux-user", dir, "syscallhdr.sh", NULL);
    name = g_strndup(table, strcspn(table, "."));
    out = g_strdup_printf("%s/guest/%s/%s_nr.h", generate->dir, target, name);
    add(generate, tv_job_new_args("sh", script, in, out, abis, NULL), NULL,
        NULL);
}

void tv_generate_devices(TvGenerate *generate, const char *target)
{
    static const char *const patterns[] = {
        "default-configs/devices/%s.mak",
        "configs/devices/%s/default.mak",
        "default-configs/%s.mak",
    };
    g_autofree char *depends =
        g_strdup_printf("%s/guest/%s/devices.d", generate->dir, target);

    for (gsize i = 0; i < G_N_ELEMENTS(patterns); i++) {
        g_autoptr(GString) in = g_string_new(patterns[i]);

        g_string_replace(in, "%s", target, 1);
        if (tv_tree_scan_has(generate->scan, in->str)) {
            add(generate,
                tv_job_new_args("python3", "-B", "scripts/minikconf.py",
                                "--defconfig", "config-devices.mak", depends,
                                in->str, "Kconfig", "CONFIG_LINUX=y",
                                "CONFIG_TPM=y", "CONFIG_IVSHMEM=y",
                                "CONFIG_VHOST_USER=y", "CONFIG_VHOST_VDPA=y",
                                "CONFIG_VHOST_KERNEL=y", NULL),
                g_strdup_printf("%s/guest/%s/%s-config-devices.h",
                                generate->dir, target, target),
                "devices");
            return;
        }
    }
    if (!generate->error) {
        generate->error = g_error_new(TV_ERROR, TV_ERROR_TREE,
                                      "the tree has no device configuration "
                                      "for %s",
                                      target);
    }
}
