#include "proof/controls/control.h"

#include <string.h>

#include "tree/typing.h"

static void site_free(gpointer data)
{
    TvSite *site = data;

    g_free(site->file);
    g_free(site);
}

GPtrArray *tv_sites_new(void)
{
    return g_ptr_array_new_with_free_func(site_free);
}

static guint line_index(const TvCppText *text, gsize offset)
{
    guint low = 0, high = text->lines->len;

    while (high - low > 1) {
        guint middle = (low + high) / 2;

        if (g_array_index(text->lines, TvCppLine, middle).offset <= offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Source line of @offset if it lies in @file, else @otherwise. */
static int source_line(const TvCppText *text, gsize offset, const char *file,
                       int otherwise)
{
    int line;
    const char *name =
        tv_cpp_text_position(text, line_index(text, offset) + 1, &line);

    return line && g_strcmp0(name, file) == 0 ? line : otherwise;
}

static void find_statement(const TvCppText *text, TvSite *site)
{
    gsize start = site->offset;
    gsize end = site->offset;

    while (start > 0 && !strchr(";{}", text->data[start - 1])) {
        start--;
    }
    while (start < site->offset &&
           (g_ascii_isspace(text->data[start]) || text->data[start] == '#')) {
        if (text->data[start] == '#') {
            start += strcspn(text->data + start, "\n");
        } else {
            start++;
        }
    }
    while (end < text->length && !strchr(";{}", text->data[end])) {
        end++;
    }
    site->first =
        source_line(text, MIN(start, site->offset), site->file, site->line);
    site->last =
        source_line(text, MIN(end, text->length - 1), site->file, site->line);
    site->first = MIN(site->first, site->line);
    site->last = MAX(site->last, site->line);
}

GPtrArray *tv_sites_find(const TvCppText *text)
{
    static const char mark[] = TV_TYPING_SITE "(";
    GPtrArray *sites = tv_sites_new();
    const char *end = text->data + text->length;

    for (const char *at = text->data;
         (at = memmem(at, end - at, mark, sizeof(mark) - 1)); at++) {
        TvSite *site = g_new0(TvSite, 1);
        guint index = line_index(text, at - text->data);

        site->offset = at - text->data;
        site->file =
            g_strdup(tv_cpp_text_position(text, index + 1, &site->line));
        find_statement(text, site);
        g_ptr_array_add(sites, site);
    }
    return sites;
}
