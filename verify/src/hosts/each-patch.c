/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hosts/each-patch.h"

#include <stdio.h>

#include "apply/walk.h"
#include "base/error.h"
#include "base/shell-line.h"
#include "hosts/build.h"
#include "hosts/host.h"

typedef struct Walk {
    const TvOptions *options;
    GPtrArray *hosts;
    GHashTable *broken; /* hosts that do not build since an earlier patch */
    GString *row;       /* what a patch came to, shown when it is known */
    TvResult *result;
} Walk;

/* Only the first patch of those in a row is to blame. */
static void take_findings(Walk *walk, const TvResult *built,
                          const TvHost *host, const char *patch)
{
    gboolean was_broken = g_hash_table_contains(walk->broken, host);

    if (built->findings->len == 0) {
        g_hash_table_remove(walk->broken, host);
        return;
    }
    g_hash_table_add(walk->broken, (gpointer)host);
    for (guint i = 0; i < built->findings->len && !was_broken; i++) {
        TvFinding *finding = tv_finding_copy(built->findings->pdata[i]);

        finding->patch = g_strdup(patch);
        g_free(finding->reproduce);
        finding->reproduce =
            tv_shell_command("tcg-verify", "build", "--each-patch", "--from",
                             patch, "--to", patch, "--host", host->name, NULL);
        tv_result_add_finding(walk->result, finding);
    }
}

static void take_cells(Walk *walk, const TvResult *built, const char *patch)
{
    for (guint i = 0; i < built->cells->len; i++) {
        const TvCell *one = built->cells->pdata[i];
        TvCell *cell = tv_cell_new("linked", one->host, NULL, 0, one->status);

        cell->patch = g_strdup(patch);
        cell->checked = one->checked;
        cell->findings = one->findings;
        cell->seconds = one->seconds;
        tv_result_add_cell(walk->result, cell);
        g_string_append_printf(walk->row, "  %s %s", one->host,
                               one->status == TV_CELL_CLEAN ? "links"
                                                            : "fails");
    }
}

static gboolean build_step(const TvPatchStep *step, gpointer data,
                           GError **error)
{
    Walk *walk = data;

    g_string_printf(walk->row, "%-28s", step->patch ? step->patch : "");
    if (!tv_host_build_step_sources(walk->options, step->directory, error)) {
        return FALSE;
    }
    for (guint i = 0; i < walk->hosts->len; i++) {
        const TvHost *host = walk->hosts->pdata[i];
        g_autoptr(TvResult) built = tv_result_new("build");

        if (!tv_host_build_guests(walk->options, host, TV_SIDE_STEP, built,
                                  error)) {
            return FALSE;
        }
        if (step->patch) {
            take_findings(walk, built, host, step->patch);
            take_cells(walk, built, step->patch);
        } else if (built->findings->len) {
            const TvFinding *finding = built->findings->pdata[0];

            g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                        "the tree before the first patch does not build for "
                        "host %s: %s",
                        host->name, finding->text);
            return FALSE;
        }
    }
    if (step->patch) {
        fprintf(stderr, "%s\n", walk->row->str);
    }
    return TRUE;
}

gboolean tv_build_each_patch(const TvOptions *options, GPtrArray *hosts,
                             const char *from, const char *to, TvResult *result,
                             GError **error)
{
    g_autoptr(GHashTable) broken = g_hash_table_new(NULL, NULL);
    g_autoptr(GString) row = g_string_new(NULL);
    Walk walk = {
        .options = options,
        .hosts = hosts,
        .broken = broken,
        .row = row,
        .result = result,
    };

    return tv_patch_walk(options, "build-each-patch", from, to, build_step,
                         &walk, error);
}
