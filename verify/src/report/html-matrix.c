/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of the HTML page that have hosts. */
#include "report/cases.h"
#include "report/html.h"
#include "report/xml.h"
#include "result/rules.h"

/* What a column proves, for those who do not know the layers by heart. */
static const struct {
    const char *layer;
    const char *proves;
} layer_texts[] = {
    {"L0", "canaries: the check can fail"},
    {"caches", "cache maintenance: order, range and alias, from the source"},
    {"L1", "const: no writable view without a conversion (clang)"},
    {"L2", "address spaces: RX, RW and plain never mix (sparse)"},
    {"L3", "address units: every store's address and value (LLVM)"},
    {"L4", "both sides of every #ifdef (coccinelle)"},
    {"mutate", "how many seeded mistakes the layers find"},
    {"build", "pristine and applied QEMU build for the host"},
    {"oracle", "the emulator that runs the host keeps stale code"},
};

static const char *layer_text(const char *layer)
{
    for (gsize i = 0; i < G_N_ELEMENTS(layer_texts); i++) {
        if (g_str_equal(layer_texts[i].layer, layer)) {
            return layer_texts[i].proves;
        }
    }
    return NULL;
}

static char *cell_title(const TvCell *cell)
{
    g_autofree char *place = tv_cell_place(cell);
    GString *title = g_string_new(place);

    g_string_append_printf(title, "%s%s, %d looked at", *place ? ": " : "",
                           tv_cell_status_name(cell->status), cell->checked);
    if (cell->findings) {
        g_string_append_printf(title, ", %d finding%s", cell->findings,
                               cell->findings == 1 ? "" : "s");
    }
    if (cell->seconds > 0) {
        g_string_append_printf(title, ", %.1f s", cell->seconds);
    }
    if (cell->note) {
        g_string_append_printf(title, "; %s", cell->note);
    }
    return g_string_free(title, FALSE);
}

/* Number of the first finding that is about the host, and the layer if any. */
static guint first_finding(const TvPage *page, const char *host,
                           const char *layer)
{
    guint of_host = 0;

    for (guint i = 0; i < page->groups->len; i++) {
        const TvFindingGroup *group = page->groups->pdata[i];
        const TvRule *rule = tv_rule_find(group->first->rule);

        if (!g_ptr_array_find_with_equal_func(group->hosts, host, g_str_equal,
                                              NULL)) {
            continue;
        }
        if (rule && g_str_equal(rule->layer, layer)) {
            return i + 1;
        }
        of_host = of_host ? of_host : i + 1;
    }
    return of_host;
}

/* The worst of a field's cells, a square for each, and below what each is. */
static void append_field(TvPage *page, const char *host, const char *layer)
{
    GString *out = page->out;
    g_autoptr(GString) squares = g_string_new(NULL);
    g_autoptr(GString) list = g_string_new(NULL);
    g_autofree char *text = NULL;
    TvFold fold = {0};
    guint finding;

    for (guint i = 0; i < page->result->cells->len; i++) {
        const TvCell *cell = page->result->cells->pdata[i];

        if (!cell->patch && g_strcmp0(cell->host, host) == 0 &&
            g_str_equal(cell->layer, layer)) {
            g_autofree char *title = cell_title(cell);

            tv_fold_add(&fold, cell);
            tv_markup_leaf(squares, "i", NULL, "class",
                           tv_cell_status_name(cell->status), NULL);
            tv_markup_leaf(list, "li", title, NULL);
        }
    }
    if (fold.cells == 0) {
        g_string_append(out, "<td class=\"empty\"></td>");
        return;
    }
    tv_markup_start(out, "td", "class", tv_cell_status_name(fold.worst), NULL);
    g_string_append(out, "<details><summary>");
    text = tv_fold_text(&fold);
    finding = fold.findings ? first_finding(page, host, layer) : 0;
    if (finding) {
        g_autofree char *target = g_strdup_printf("#f%u", finding);

        tv_markup_leaf(out, "a", text, "href", target, NULL);
    } else {
        tv_markup_leaf(out, "span", text, NULL);
    }
    g_string_append_printf(out,
                           "<span class=\"dots\">%s</span></summary>"
                           "<ul>%s</ul></details></td>",
                           squares->str, list->str);
}

void tv_page_matrix(TvPage *page)
{
    GString *out = page->out;

    if (page->hosts->len == 0) {
        return;
    }
    tv_page_section(page, "matrix", "Hosts and layers");
    g_string_append(out, "<p class=\"legend\">A square is a cell: a mode and "
                         "a guest width; open a field for its numbers. ");
    for (guint l = 0; l < page->layers->len; l++) {
        const char *text = layer_text(page->layers->pdata[l]);

        if (text) {
            tv_markup_leaf(out, "b", page->layers->pdata[l], NULL);
            tv_markup_printf(out, " %s. ", text);
        }
    }
    g_string_append(out, "</p>\n");
    tv_page_table(page, "matrix", "host",
                  (const char *const *)page->layers->pdata);
    for (guint h = 0; h < page->hosts->len; h++) {
        tv_page_row(page, NULL, page->hosts->pdata[h]);
        for (guint l = 0; l < page->layers->len; l++) {
            append_field(page, page->hosts->pdata[h], page->layers->pdata[l]);
        }
        g_string_append(out, "</tr>\n");
    }
    tv_page_table_end(page);
    tv_page_section_end(page);
}

void tv_page_project(TvPage *page)
{
    static const char *const headings[] = {"result", "looked at", "findings",
                                           "seconds", "note", NULL};
    gboolean any = FALSE;

    for (guint i = 0; i < page->result->cells->len; i++) {
        const TvCell *cell = page->result->cells->pdata[i];
        const char *status = tv_cell_status_name(cell->status);

        if (cell->host || cell->patch) {
            continue;
        }
        if (!any) {
            tv_page_section(page, "project", "Series and machine");
            tv_page_table(page, NULL, "check", headings);
            any = TRUE;
        }
        tv_page_row(page, NULL, cell->layer);
        tv_page_field(page, status, "%s", status);
        tv_page_field(page, "number", "%d", cell->checked);
        tv_page_field(page, "number", "%d", cell->findings);
        tv_page_field(page, "number", "%.1f", cell->seconds);
        tv_page_field(page, "note", "%s", cell->note ? cell->note : "");
        g_string_append(page->out, "</tr>\n");
    }
    if (any) {
        tv_page_table_end(page);
        tv_page_section_end(page);
    }
}

void tv_page_trouble(TvPage *page)
{
    GString *out = page->out;
    gboolean any = FALSE;

    for (guint i = 0; i < page->result->cells->len; i++) {
        const TvCell *cell = page->result->cells->pdata[i];
        g_autofree char *place = tv_cell_place(cell);

        if (cell->status < TV_CELL_VOID) {
            continue;
        }
        if (!any) {
            tv_page_section(page, "trouble", "What proves nothing");
            g_string_append(out, "<ul class=\"trouble\">\n");
            any = TRUE;
        }
        g_string_append(out, "<li>");
        tv_markup_leaf(out, "b", tv_cell_status_name(cell->status), "class",
                       "error", NULL);
        tv_markup_printf(out, " %s%s%s %s: %s", cell->host ? cell->host : "",
                         cell->host ? " " : "", cell->layer, place,
                         cell->note ? cell->note : "no reason given");
        g_string_append(out, "</li>\n");
    }
    if (any) {
        g_string_append(out, "</ul>\n");
        tv_page_section_end(page);
    }
}

void tv_page_patches(TvPage *page)
{
    GString *out = page->out;
    g_autoptr(GPtrArray) hosts =
        g_ptr_array_new_null_terminated(0, g_free, TRUE);
    g_autoptr(GPtrArray) patches = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) folds =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    for (guint i = 0; i < page->result->cells->len; i++) {
        const TvCell *cell = page->result->cells->pdata[i];
        g_autofree char *key = NULL;
        TvFold *fold;

        /* Controls and builds of a patch show only when they fail. */
        if (!cell->patch || !cell->host ||
            (!g_str_equal(cell->layer, "patch") &&
             cell->status < TV_CELL_FINDINGS)) {
            continue;
        }
        tv_fold_add_name(hosts, cell->host);
        tv_fold_add_name(patches, cell->patch);
        key = g_strdup_printf("%s\n%s", cell->patch, cell->host);
        fold = g_hash_table_lookup(folds, key);
        if (!fold) {
            fold = g_new0(TvFold, 1);
            g_hash_table_insert(folds, g_steal_pointer(&key), fold);
        }
        tv_fold_add(fold, cell);
    }
    if (patches->len == 0) {
        return;
    }
    tv_page_section(page, "patches", "Patch by patch");
    g_string_append(out, "<p class=\"legend\">Findings that are left after "
                         "each patch, and of how many units; they may only "
                         "fall.</p>\n");
    tv_page_table(page, "patches", "patch", (const char *const *)hosts->pdata);
    for (guint p = 0; p < patches->len; p++) {
        g_string_append(out, "<tr><th scope=\"row\">");
        tv_page_patch(page, patches->pdata[p]);
        g_string_append(out, "</th>");
        for (guint h = 0; h < hosts->len; h++) {
            g_autofree char *key = g_strdup_printf(
                "%s\n%s", (char *)patches->pdata[p], (char *)hosts->pdata[h]);
            const TvFold *fold = g_hash_table_lookup(folds, key);
            const char *status = fold ? tv_cell_status_name(fold->worst) : NULL;

            if (!fold) {
                tv_page_field(page, "empty", "%s", "");
            } else if (fold->worst >= TV_CELL_VOID) {
                tv_page_field(page, status, "%s", status);
            } else {
                tv_page_field(page, status, "%d of %d", fold->findings,
                              fold->checked);
            }
        }
        g_string_append(out, "</tr>\n");
    }
    tv_page_table_end(page);
    tv_page_section_end(page);
}
