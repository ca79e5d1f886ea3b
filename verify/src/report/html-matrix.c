/* The tables of the HTML page that have hosts. */
#include "report/cases.h"
#include "report/html.h"
#include "report/xml.h"
#include "result/fold.h"
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

static gboolean in_matrix(const TvCell *cell)
{
    return cell->host && !cell->patch;
}

static void append_field(TvPage *page, const char *host, const char *layer)
{
    GString *out = page->out;
    g_autoptr(GPtrArray) cells = g_ptr_array_new();
    g_autofree char *text = NULL;
    TvFold fold = {0};
    guint finding;

    for (guint i = 0; i < page->result->cells->len; i++) {
        TvCell *cell = page->result->cells->pdata[i];

        if (in_matrix(cell) && g_str_equal(cell->host, host) &&
            g_str_equal(cell->layer, layer)) {
            tv_fold_add(&fold, cell);
            g_ptr_array_add(cells, cell);
        }
    }
    if (fold.cells == 0) {
        g_string_append(out, "<td class=\"empty\"></td>");
        return;
    }
    tv_markup_start(out, "td", "class", tv_cell_status_name(fold.worst), NULL);
    text = tv_fold_text(&fold);
    finding = fold.findings ? first_finding(page, host, layer) : 0;
    if (finding) {
        g_autofree char *target = g_strdup_printf("#f%u", finding);

        tv_markup_leaf(out, "a", text, "href", target, NULL);
    } else {
        tv_markup_leaf(out, "span", text, NULL);
    }
    tv_markup_start(out, "span", "class", "dots", NULL);
    for (guint i = 0; i < cells->len; i++) {
        const TvCell *cell = cells->pdata[i];
        g_autofree char *title = cell_title(cell);

        tv_markup_leaf(out, "i", NULL, "class",
                       tv_cell_status_name(cell->status), "title", title, NULL);
    }
    tv_markup_end(out, "span");
    tv_markup_end(out, "td");
}

void tv_page_matrix(TvPage *page)
{
    GString *out = page->out;
    g_autoptr(GPtrArray) hosts = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) layers = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < page->result->cells->len; i++) {
        const TvCell *cell = page->result->cells->pdata[i];

        if (in_matrix(cell)) {
            tv_fold_add_name(hosts, cell->host);
            tv_fold_add_name(layers, cell->layer);
        }
    }
    if (hosts->len == 0) {
        return;
    }
    tv_fold_sort_layers(layers);
    tv_page_section(page, "matrix", "Hosts and layers");
    g_string_append(out, "<div class=\"wide\"><table class=\"matrix\">\n"
                         "<thead><tr><th>host</th>");
    for (guint l = 0; l < layers->len; l++) {
        tv_markup_leaf(out, "th", layers->pdata[l], "title",
                       layer_text(layers->pdata[l]), NULL);
    }
    g_string_append(out, "</tr></thead>\n<tbody>\n");
    for (guint h = 0; h < hosts->len; h++) {
        g_string_append(out, "<tr>");
        tv_markup_leaf(out, "th", hosts->pdata[h], "scope", "row", NULL);
        for (guint l = 0; l < layers->len; l++) {
            append_field(page, hosts->pdata[h], layers->pdata[l]);
        }
        g_string_append(out, "</tr>\n");
    }
    g_string_append(out, "</tbody></table></div>\n"
                         "<p class=\"legend\">A square is a cell: a mode and "
                         "a guest width; point at it for the numbers. ");
    for (guint l = 0; l < layers->len; l++) {
        const char *text = layer_text(layers->pdata[l]);

        if (text) {
            tv_markup_leaf(out, "b", layers->pdata[l], NULL);
            tv_markup_printf(out, " %s. ", text);
        }
    }
    g_string_append(out, "</p>\n");
    tv_page_section_end(page);
}

void tv_page_project(TvPage *page)
{
    GString *out = page->out;
    gboolean any = FALSE;

    for (guint i = 0; i < page->result->cells->len; i++) {
        const TvCell *cell = page->result->cells->pdata[i];
        g_autofree char *checked = g_strdup_printf("%d", cell->checked);
        g_autofree char *findings = g_strdup_printf("%d", cell->findings);
        g_autofree char *seconds = g_strdup_printf("%.1f", cell->seconds);

        if (cell->host || cell->patch) {
            continue;
        }
        if (!any) {
            tv_page_section(page, "project", "Series and machine");
            g_string_append(out, "<table>\n<thead><tr><th>check</th><th>result"
                                 "</th><th>looked at</th><th>findings</th>"
                                 "<th>seconds</th><th>note</th></tr></thead>\n"
                                 "<tbody>\n");
            any = TRUE;
        }
        g_string_append(out, "<tr>");
        tv_markup_leaf(out, "th", cell->layer, "scope", "row", NULL);
        tv_markup_leaf(out, "td", tv_cell_status_name(cell->status), "class",
                       tv_cell_status_name(cell->status), NULL);
        tv_markup_leaf(out, "td", checked, "class", "number", NULL);
        tv_markup_leaf(out, "td", findings, "class", "number", NULL);
        tv_markup_leaf(out, "td", seconds, "class", "number", NULL);
        tv_markup_leaf(out, "td", cell->note, "class", "note", NULL);
        g_string_append(out, "</tr>\n");
    }
    if (any) {
        g_string_append(out, "</tbody></table>\n");
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

/* The field of a patch and a host: what is left to find there. */
static void append_patch_field(TvPage *page, const TvFold *fold,
                               const char *host, const char *patch)
{
    g_autofree char *title = NULL;
    g_autofree char *text = NULL;

    if (fold->cells == 0) {
        g_string_append(page->out, "<td class=\"empty\"></td>");
        return;
    }
    title =
        g_strdup_printf("%s, %s: %s, %d looked at, %d finding%s", patch, host,
                        tv_cell_status_name(fold->worst), fold->checked,
                        fold->findings, fold->findings == 1 ? "" : "s");
    text = fold->worst >= TV_CELL_VOID
               ? g_strdup(tv_cell_status_name(fold->worst))
               : g_strdup_printf("%d", fold->findings);
    tv_markup_leaf(page->out, "td", text, "class",
                   tv_cell_status_name(fold->worst), "title", title, NULL);
}

void tv_page_patches(TvPage *page)
{
    GString *out = page->out;
    g_autoptr(GPtrArray) hosts = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) patches = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) folds =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    for (guint i = 0; i < page->result->cells->len; i++) {
        const TvCell *cell = page->result->cells->pdata[i];
        g_autofree char *key = NULL;
        TvFold *fold;

        /* Controls and builds of a patch are told of when they fail. */
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
                         "each patch; they may only fall.</p>\n"
                         "<div class=\"wide\"><table class=\"patches\">\n"
                         "<thead><tr><th>patch</th>");
    for (guint h = 0; h < hosts->len; h++) {
        tv_markup_leaf(out, "th", hosts->pdata[h], NULL);
    }
    g_string_append(out, "</tr></thead>\n<tbody>\n");
    for (guint p = 0; p < patches->len; p++) {
        g_string_append(out, "<tr>");
        tv_markup_leaf(out, "th", patches->pdata[p], "scope", "row", NULL);
        for (guint h = 0; h < hosts->len; h++) {
            g_autofree char *key = g_strdup_printf(
                "%s\n%s", (char *)patches->pdata[p], (char *)hosts->pdata[h]);
            const TvFold *fold = g_hash_table_lookup(folds, key);
            TvFold none = {0};

            append_patch_field(page, fold ? fold : &none, hosts->pdata[h],
                               patches->pdata[p]);
        }
        g_string_append(out, "</tr>\n");
    }
    g_string_append(out, "</tbody></table></div>\n");
    tv_page_section_end(page);
}
