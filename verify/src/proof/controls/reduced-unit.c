/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/controls/reduced-unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "proof/diagnostics.h"
#include "proof/engine.h"
#include "proof/findings.h"
#include "tree/typing.h"

#define RECORD "control"
#define PLACES "control-places"

typedef struct Round {
    const TvCheckTree *tree;
    TvCheckCache *cache;
    GPtrArray *units;
} Round;

TvControlUnit *tv_control_unit_new(const TvCheckTree *tree, const TvUnit *unit,
                                   const char *mark_dir)
{
    TvControlUnit *control = g_new0(TvControlUnit, 1);

    control->only = -1;
    control->before = G_MAXUINT;
    control->unit =
        tv_unit_new(tree, unit->file, unit->host, unit->target, unit->specific);
    control->unit->force = TRUE;
    control->unit->mark_dir = g_strdup(mark_dir);
    tv_unit_update_key(control->unit, tree);
    return control;
}

void tv_control_unit_free(TvControlUnit *control)
{
    if (control) {
        tv_unit_free(control->unit);
        g_clear_pointer(&control->sites, g_ptr_array_unref);
        g_free(control);
    }
}

/* What both layers say of the reduced text decides. */
static char *record_key(const TvCheckTree *tree, const TvUnit *unit)
{
    g_autoptr(GChecksum) sum = tv_check_cache_key(RECORD);

    tv_hash_add(sum, tree->contract->digest);
    for (int layer = 0; layer < TV_N_LAYERS; layer++) {
        g_autofree char *run = tv_check_cache_run_key(tree, unit, layer);

        tv_hash_add(sum, run);
    }
    return g_strdup(g_checksum_get_string(sum));
}

static void write_sites(TvCheckCache *cache, const char *kind, const char *key,
                        const TvControlUnit *control)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < control->sites->len; i++) {
        const TvSite *site = control->sites->pdata[i];

        g_string_append_printf(text, "%d\t%d\t%d\t%s\n", site->line,
                               site->seen[0], site->seen[1], site->file);
    }
    tv_check_cache_put(cache, kind, key, text->str);
}

static gboolean read_sites(TvCheckCache *cache, const char *kind,
                           const char *key, TvControlUnit *control)
{
    g_autofree char *text = tv_check_cache_get(cache, kind, key);
    g_auto(GStrv) lines = NULL;

    if (!text) {
        return FALSE;
    }
    control->sites = tv_sites_new();
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        g_auto(GStrv) part = g_strsplit(*line, "\t", 4);

        if (g_strv_length(part) == 4) {
            TvSite *site = g_new0(TvSite, 1);

            site->line = atoi(part[0]);
            site->seen[0] = atoi(part[1]);
            site->seen[1] = atoi(part[2]);
            site->file = g_strdup(part[3]);
            g_ptr_array_add(control->sites, site);
        }
    }
    return TRUE;
}

/* Where the sites of the text are, whatever layers say of it. */
static char *places_key(const TvCheckTree *tree, const TvUnit *unit)
{
    g_autoptr(GChecksum) sum = tv_check_cache_key(PLACES);

    tv_hash_add(sum, tree->contract->digest);
    tv_hash_add(sum, unit->digest);
    return g_strdup(g_checksum_get_string(sum));
}

static gboolean is_seen(const TvSite *site)
{
    for (int i = 0; i < TV_N_LAYERS; i++) {
        if (!site->seen[i]) {
            return FALSE;
        }
    }
    return TRUE;
}

/* A layer that has seen all sites has nothing more to say. */
static void exclude_layers(TvControlUnit *control)
{
    for (int layer = 0; layer < TV_N_LAYERS; layer++) {
        gboolean all = TRUE;

        for (guint i = 0; i < control->sites->len; i++) {
            const TvSite *site = control->sites->pdata[i];

            all = all && site->seen[layer];
        }
        if (all) {
            control->unit->excluded |= 1u << layer;
        }
    }
}

static guint count_unseen(const TvControlUnit *control)
{
    guint count = 0;

    for (guint i = 0; i < control->sites->len; i++) {
        count += !is_seen(control->sites->pdata[i]);
    }
    return count;
}

static TvControlUnit *find(Round *round, const TvUnit *unit)
{
    for (guint i = 0; i < round->units->len; i++) {
        TvControlUnit *control = round->units->pdata[i];

        if (control->unit == unit) {
            return control;
        }
    }
    return NULL;
}

static gboolean is_covered(const TvControlUnit *control, const char *file,
                           int line)
{
    g_autofree char *key = g_strdup_printf("%s:%d", file, line);

    return control->covered &&
           g_hash_table_contains((GHashTable *)control->covered, key);
}

/* A unit whose sites have all been judged in others needs no layer. */
static void check_idle(TvControlUnit *control)
{
    gboolean news = !control->covered;

    for (guint i = 0; i < control->sites->len && !news; i++) {
        const TvSite *site = control->sites->pdata[i];

        news = !is_covered(control, site->file, site->line);
    }
    if (!news) {
        control->idle = TRUE;
        control->unit->excluded = (1u << TV_N_LAYERS) - 1;
        g_ptr_array_set_size(control->sites, 0);
    }
}

/* Whether a site is the bare pointer in this round. */
static gboolean is_reduced(const TvControlUnit *control, guint index)
{
    return control->only >= 0 ? (guint)control->only == index
                              : !is_seen(control->sites->pdata[index]);
}

static gboolean rename_site(char *at, gboolean reduced)
{
    const char *name = reduced ? TV_TYPING_SITE : TV_TYPING_KEPT;

    if (memcmp(at, name, strlen(name)) == 0) {
        return FALSE;
    }
    memcpy(at, name, strlen(name));
    return TRUE;
}

/* Notes the sites; restores those that have been seen. */
static gboolean edit_text(TvUnit *unit, const TvCppText *text, gpointer data)
{
    Round *round = data;
    TvControlUnit *control = find(round, unit);
    gboolean edited = FALSE;

    if (!control->sites) {
        g_autofree char *key = places_key(round->tree, unit);

        control->sites = tv_sites_find(text);
        write_sites(round->cache, PLACES, key, control);
        check_idle(control);
        return FALSE;
    }
    for (guint i = 0; i < control->sites->len; i++) {
        const TvSite *site = control->sites->pdata[i];

        edited |= rename_site(text->data + site->offset,
                              is_reduced(control, i));
    }
    return edited;
}

/* Findings of @layer in the statement of @site, each column once. */
static guint count_findings(const TvCheckTree *tree, const TvUnit *unit,
                            TvLayer layer, const TvSite *site)
{
    GPtrArray *diagnostics = unit->runs[layer].diagnostics;
    g_autoptr(GHashTable) places = g_hash_table_new(NULL, NULL);

    for (guint i = 0; diagnostics && i < diagnostics->len; i++) {
        const TvDiagnostic *diagnostic = diagnostics->pdata[i];
        g_autofree char *path = NULL;
        g_autofree char *statement = NULL;
        const char *rule;

        if (diagnostic->line < site->first || diagnostic->line > site->last ||
            !g_str_equal(diagnostic->file, site->file)) {
            continue;
        }
        path = tv_check_tree_path(tree, diagnostic->file);
        statement =
            tv_source_lines_statement(tree->lines, path, diagnostic->line);
        rule = tv_unit_findings_rule(tree, unit, layer, diagnostic, statement);
        if (rule && g_str_has_prefix(rule, "rx-")) {
            g_hash_table_add(places, GINT_TO_POINTER(diagnostic->line * 4096 +
                                                     diagnostic->column));
        }
    }
    return g_hash_table_size(places);
}

/*
 * A statement with several reduced sites must have as many findings; which is
 * whose does not matter then.
 */
static void judge(Round *round, TvControlUnit *control)
{
    g_autoptr(GArray) reduced = g_array_new(FALSE, TRUE, sizeof(gboolean));

    g_array_set_size(reduced, control->sites->len);
    for (guint i = 0; i < control->sites->len; i++) {
        g_array_index(reduced, gboolean, i) = is_reduced(control, i);
    }
    for (guint i = 0; i < control->sites->len; i++) {
        TvSite *site = control->sites->pdata[i];
        guint wanted = 0;

        if (!g_array_index(reduced, gboolean, i)) {
            continue;
        }
        for (guint j = 0; j < control->sites->len; j++) {
            const TvSite *other = control->sites->pdata[j];

            wanted += g_array_index(reduced, gboolean, j) &&
                      other->first <= site->last &&
                      site->first <= other->last &&
                      g_str_equal(other->file, site->file);
        }
        for (int layer = 0; layer < TV_N_LAYERS; layer++) {
            site->seen[layer] =
                site->seen[layer] || count_findings(round->tree, control->unit,
                                                    layer, site) >= wanted;
        }
    }
}

static gboolean run_round(Round *round, GError **error)
{
    g_autoptr(GPtrArray) units = g_ptr_array_new();
    TvCheckEngine engine = {
        .tree = round->tree,
        .cache = round->cache,
        .label = "positive control",
        .layers = (1u << TV_N_LAYERS) - 1,
        .no_cache = TRUE,
        .keep_text = TRUE,
        .on_text = edit_text,
        .text_data = round,
    };

    for (guint i = 0; i < round->units->len; i++) {
        TvUnit *unit = ((TvControlUnit *)round->units->pdata[i])->unit;

        for (int layer = 0; layer < TV_N_LAYERS; layer++) {
            g_clear_pointer(&unit->runs[layer].diagnostics, g_ptr_array_unref);
            unit->runs[layer].done = FALSE;
        }
        g_ptr_array_add(units, unit);
    }
    if (!tv_check_engine_run(&engine, units, error)) {
        return FALSE;
    }
    for (guint i = 0; i < round->units->len; i++) {
        TvControlUnit *control = round->units->pdata[i];
        const char *failure = control->unit->failure;

        for (int layer = 0; layer < TV_N_LAYERS && !failure; layer++) {
            failure = control->unit->runs[layer].broken;
        }
        if (failure || !control->sites) {
            g_set_error(error, TV_ERROR, TV_ERROR_TOOL,
                        "positive control of %s (host %s): %s",
                        control->unit->file, control->unit->host->name,
                        failure ? failure : "did not run");
            return FALSE;
        }
        judge(round, control);
    }
    return TRUE;
}

/*
 * sparse may drop what follows a finding, so what was not seen is tried again
 * with the seen sites restored, as long as that helps; then one by one.  FALSE
 * if nothing is left to try.
 */
static gboolean choose_sites(TvControlUnit *control)
{
    guint now = count_unseen(control);

    if (now > 0 && control->only < 0 && now < control->before) {
        control->before = now;
        return TRUE;
    }
    while (now > 0 && ++control->only < (int)control->sites->len) {
        if (!is_seen(control->sites->pdata[control->only])) {
            return TRUE;
        }
    }
    return FALSE;
}

/* A round takes all units that need one, so that no processor waits. */
static gboolean run_unseen(Round *first, GError **error)
{
    Round round = *first;
    gboolean good;

    do {
        g_autoptr(GPtrArray) again = g_ptr_array_new();

        for (guint i = 0; i < round.units->len; i++) {
            TvControlUnit *control = round.units->pdata[i];

            if (choose_sites(control)) {
                exclude_layers(control);
                g_ptr_array_add(again, control);
            } else {
                g_clear_pointer(&control->unit->text, tv_cpp_text_free);
            }
        }
        if (round.units != first->units) {
            g_ptr_array_unref(round.units);
        }
        round.units = g_steal_pointer(&again);
        good = round.units->len == 0 || run_round(&round, error);
    } while (good && round.units->len > 0);
    g_ptr_array_unref(round.units);
    return good;
}

gboolean tv_control_units_run(const TvCheckTree *tree, TvCheckCache *cache,
                              GPtrArray *units, GError **error)
{
    g_autoptr(GPtrArray) fresh = g_ptr_array_new();
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    Round round = {.tree = tree, .cache = cache, .units = fresh};

    for (guint i = 0; i < units->len; i++) {
        TvControlUnit *control = units->pdata[i];

        if (tv_check_cache_lookup_unit(cache, tree, control->unit)) {
            g_autofree char *key = record_key(tree, control->unit);
            g_autofree char *places = places_key(tree, control->unit);

            if (read_sites(cache, RECORD, key, control)) {
                continue;
            }
            if (control->covered &&
                read_sites(cache, PLACES, places, control)) {
                check_idle(control);
                if (control->idle) {
                    continue;
                }
                g_clear_pointer(&control->sites, g_ptr_array_unref);
            }
        }
        g_ptr_array_add(fresh, control);
    }
    if (fresh->len > 0 && !run_round(&round, error)) {
        return FALSE;
    }
    /* The digest of the whole reduced text, before sites are restored. */
    for (guint i = 0; i < fresh->len; i++) {
        TvControlUnit *control = fresh->pdata[i];

        g_ptr_array_add(keys, record_key(tree, control->unit));
    }
    if (!run_unseen(&round, error)) {
        return FALSE;
    }
    for (guint i = 0; i < fresh->len; i++) {
        const TvControlUnit *control = fresh->pdata[i];

        if (!control->idle) {
            write_sites(cache, RECORD, keys->pdata[i], control);
        }
    }
    return TRUE;
}
