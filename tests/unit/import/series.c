/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How import rewrites the series file and messages. */
#include <glib.h>

#include "import/import.h"

static const char series[] = "# First\n"
                             "a.patch\n"
                             "b.patch\n"
                             "\n"
                             "# Second\n"
                             "c.patch\n"
                             "d.patch\n";

static void check_series(const char *names, const char *expected)
{
    g_auto(GStrv) list = g_strsplit(names, " ", -1);
    g_autoptr(GPtrArray) array = g_ptr_array_new();
    g_autofree char *text = NULL;

    for (char **name = list; *name; name++) {
        g_ptr_array_add(array, *name);
    }
    text = tv_import_series(series, array);
    g_assert_cmpstr(text, ==, expected);
}

static void test_series(void)
{
    check_series("a.patch b.patch c.patch d.patch", series);
    /* Dropped. */
    check_series("a.patch c.patch d.patch",
                 "# First\na.patch\n\n# Second\nc.patch\nd.patch\n");
    /* Added at either end and between two sections. */
    check_series("x.patch a.patch b.patch y.patch c.patch d.patch z.patch",
                 "# First\nx.patch\na.patch\nb.patch\ny.patch\n\n# Second\n"
                 "c.patch\nd.patch\nz.patch\n");
    /* One moved: the others stay in their sections. */
    check_series("b.patch c.patch d.patch a.patch",
                 "# First\nb.patch\n\n# Second\nc.patch\nd.patch\na.patch\n");
    check_series("d.patch a.patch b.patch c.patch",
                 "# First\nd.patch\na.patch\nb.patch\n\n# Second\nc.patch\n");
    /* Nothing of the old is left. */
    check_series("x.patch", "# First\n\n# Second\nx.patch\n");
}

static void check_message(const char *message, const char *expected)
{
    g_autoptr(GPtrArray) overlay = g_ptr_array_new();
    g_autofree char *text = NULL;

    g_ptr_array_add(overlay, "tcg/a.h");
    g_ptr_array_add(overlay, "tcg/b.h");
    text = tv_import_message(NULL, message, overlay);
    g_assert_cmpstr(text, ==, expected);
}

static void test_message(void)
{
    check_message("tcg: Do\n\nBecause.\n",
                  "tcg: Do\n\nBecause.\n\n"
                  "Overlay: tcg/a.h\nOverlay: tcg/b.h\n");
    /* Trailers stay together. */
    check_message("tcg: Do\n\nBecause.\n\nFixes: 123\n",
                  "tcg: Do\n\nBecause.\n\nFixes: 123\n"
                  "Overlay: tcg/a.h\nOverlay: tcg/b.h\n");
    /* A line that only begins like one is text. */
    check_message("tcg: Do\n\nNote: this\nis text.\n",
                  "tcg: Do\n\nNote: this\nis text.\n\n"
                  "Overlay: tcg/a.h\nOverlay: tcg/b.h\n");
    /* A subject of two lines. */
    check_message("tcg: Do\nthat\n\nBecause.\n",
                  "tcg: Do that\n\nBecause.\n\n"
                  "Overlay: tcg/a.h\nOverlay: tcg/b.h\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/import/series", test_series);
    g_test_add_func("/import/message", test_message);
    return g_test_run();
}
