/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How check reads sources: preprocessed text, names, source sets. */
#include <string.h>
#include <unistd.h>

#include "ctext/bodies.h"
#include "ctext/lines.h"
#include "ctext/preprocessed.h"
#include "proof/controls/sites.h"
#include "tree/meson.h"
#include "tree/names.h"

static TvCppText *make(const char *text)
{
    return tv_cpp_text_new(g_strdup(text), strlen(text));
}

static void test_position(void)
{
    g_autoptr(TvCppText) text = make("# 1 \"tcg/a.c\"\n# 1 \"x.h\" 1\nint a;\n"
                                     "# 7 \"tcg/a.c\" 2\nint b;\n\nint c;\n");
    int line;

    g_assert_cmpstr(tv_cpp_text_position(text, 3, &line), ==, "x.h");
    g_assert_cmpint(line, ==, 1);
    g_assert_cmpstr(tv_cpp_text_position(text, 5, &line), ==, "tcg/a.c");
    g_assert_cmpint(line, ==, 7);
    g_assert_cmpstr(tv_cpp_text_position(text, 7, &line), ==, "tcg/a.c");
    g_assert_cmpint(line, ==, 9);
    g_assert_null(tv_cpp_text_position(text, 99, &line));
}

static void test_clean_name(void)
{
    static const char *const rows[][2] = {
        {"tcg/i386/../tcg-pool.c.inc", "tcg/tcg-pool.c.inc"},
        {"./tcg/tcg.c", "tcg/tcg.c"},
        {"/usr/include/./a/../b.h", "/usr/include/b.h"},
        {"<built-in>", "<built-in>"},
        {"", ""},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *clean = tv_cpp_text_clean_name(rows[i][0]);

        g_assert_cmpstr(clean, ==, rows[i][1]);
    }
}

static char *digest(const char *source)
{
    g_autoptr(TvCppText) text = make(source);

    return tv_cpp_text_digest(text);
}

static void test_digest(void)
{
    g_autofree char *one = digest("# 1 \"/here/x.h\" 3\nint a;\n");
    g_autofree char *moved = digest("# 1 \"/there/deep/x.h\" 3\nint a;\n");
    g_autofree char *line = digest("# 2 \"/here/x.h\" 3\nint a;\n");
    g_autofree char *body = digest("# 1 \"/here/x.h\" 3\nint b;\n");

    g_assert_cmpstr(one, ==, moved);
    g_assert_cmpstr(one, !=, line);
    g_assert_cmpstr(one, !=, body);
}

static gboolean sees(const char *own)
{
    g_autoptr(TvContract) contract = tv_contract_load(NULL, NULL);
    g_autofree char *source =
        g_strconcat("# 1 \"include/tcg/tcg.h\" 1\n"
                    "typedef unsigned char tcg_insn_unit;\n"
                    "void tcg_get(\n    tcg_insn_unit *p);\n"
                    "struct S { int used; tcg_insn_unit *where; };\n"
                    "struct T { int other; };\n"
                    "# 9 \"tcg/a.c\" 2\n",
                    own, NULL);
    g_autoptr(TvCppText) text = make(source);

    return tv_cpp_text_sees(text, contract);
}

static void test_sees(void)
{
    g_assert_false(sees("int f(struct T *t) { return t->other; }\n"));
    g_assert_true(sees("tcg_insn_unit *x;\n"));
    g_assert_false(sees("int tcg_insn_unit_size;\n"));
    /* A header's declaration with such a name leads there as well. */
    g_assert_true(sees("void f(struct S *s) { use(s->where); }\n"));
    g_assert_true(sees("void f(void *p) { tcg_get(p); }\n"));
    g_assert_true(sees("void f(void) { use(tb->tc.ptr); }\n"));
}

static void test_sites(void)
{
    g_autoptr(TvCppText) text =
        make("# 10 \"tcg/a.c\"\nvoid f(void)\n{\n    int i;\n"
             "    memcpy(a,\n           __tcg_verify_site((c(1, 2)), (p)),\n"
             "           4);\n    *__tcg_verify_site((c), (q)) = 1;\n}\n");
    g_autoptr(GPtrArray) sites = tv_sites_find(text);
    const TvSite *site;

    g_assert_cmpint(sites->len, ==, 2);
    site = sites->pdata[0];
    g_assert_cmpstr(site->file, ==, "tcg/a.c");
    g_assert_cmpint(site->line, ==, 14);
    g_assert_cmpint(site->first, ==, 13);
    g_assert_cmpint(site->last, ==, 15);
    site = sites->pdata[1];
    g_assert_cmpint(site->first, ==, 16);
    g_assert_cmpint(site->last, ==, 16);
}

static gboolean knows(GHashTable *names, const char *name)
{
    return g_hash_table_contains(names, name);
}

static void test_names(void)
{
    g_autoptr(GHashTable) known =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) found =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *text = tv_source_uncomment(
        "/* old_name(tcg_insn_unit) */\n"
        "#define PEEK(s) \\\n    peek((s)->code_ptr)\n#define TWICE PEEK(s)\n"
        "#define OTHER 1\n"
        "static inline int inner(int a)\n{\n    other(tcg_insn_unit);\n}\n"
        "struct C { tcg_insn_unit *code_ptr; };\nvoid free_one(int a);\n"
        "tcg_insn_unit *get(int a);\n");

    g_hash_table_add(known, g_strdup("tcg_insn_unit"));
    tv_code_names_declarations(known, text, found);
    g_assert_true(knows(found, "code_ptr"));
    g_assert_true(knows(found, "get"));
    g_assert_cmpint(g_hash_table_size(found), ==, 2);
    g_assert_true(tv_code_names_macros(found, text));
    g_assert_true(knows(found, "PEEK"));
    while (tv_code_names_macros(found, text)) {
    }
    g_assert_true(knows(found, "TWICE"));
    g_assert_false(knows(found, "OTHER"));
}

static TvSourceKind kind(const TvMesonSources *sources, const char *file,
                         const char *first, const char *second)
{
    g_autoptr(GHashTable) symbols = g_hash_table_new(g_str_hash, g_str_equal);

    g_hash_table_add(symbols, (gpointer)first);
    g_hash_table_add(symbols, (gpointer)second);
    return tv_meson_sources_kind(sources, file, symbols);
}

static void test_meson(void)
{
    g_autoptr(TvMesonSources) sources = tv_meson_sources_new();

    tv_meson_sources_parse(
        sources, "",
        "# specific_ss.add(files('no.c'))\n"
        "common_ss.add_all(when: 'CONFIG_SOFTMMU', if_true: [softmmu_ss])\n"
        "softmmu_ss.add(files('vl.c'), sdl)\n");
    tv_meson_sources_parse(
        sources, "accel/tcg",
        "tcg_ss.add(files(\n  'cpu-exec.c',\n))\n"
        "tcg_ss.add(when: 'CONFIG_SOFTMMU', if_false: files('stub.c'))\n"
        "specific_ss.add_all(when: 'CONFIG_TCG', if_true: tcg_ss)\n"
        "specific_ss.add(when: ['CONFIG_SOFTMMU', 'CONFIG_TCG'], if_true: "
        "files('tcg-all.c'))\nutil_ss.add(when: libdep, if_true: "
        "files('dep.c'))\n");
    g_assert_cmpint(kind(sources, "no.c", "CONFIG_TCG", ""), ==,
                    TV_SOURCE_UNKNOWN);
    g_assert_cmpint(kind(sources, "vl.c", "CONFIG_SOFTMMU", ""), ==,
                    TV_SOURCE_COMMON);
    g_assert_cmpint(kind(sources, "vl.c", "CONFIG_TCG", ""), ==,
                    TV_SOURCE_NOT_HERE);
    g_assert_cmpint(kind(sources, "accel/tcg/cpu-exec.c", "CONFIG_TCG", ""), ==,
                    TV_SOURCE_SPECIFIC);
    g_assert_cmpint(kind(sources, "accel/tcg/cpu-exec.c", "CONFIG_KVM", ""), ==,
                    TV_SOURCE_NOT_HERE);
    g_assert_cmpint(kind(sources, "accel/tcg/stub.c", "CONFIG_TCG", ""), ==,
                    TV_SOURCE_SPECIFIC);
    g_assert_cmpint(
        kind(sources, "accel/tcg/stub.c", "CONFIG_TCG", "CONFIG_SOFTMMU"), ==,
        TV_SOURCE_NOT_HERE);
    g_assert_cmpint(
        kind(sources, "accel/tcg/tcg-all.c", "CONFIG_TCG", "CONFIG_SOFTMMU"),
        ==, TV_SOURCE_SPECIFIC);
    g_assert_cmpint(kind(sources, "accel/tcg/dep.c", "CONFIG_TCG", ""), ==,
                    TV_SOURCE_NOT_HERE);
}

static void test_lines(void)
{
    g_autofree char *path = NULL;
    g_autofree char *name = NULL;
    g_autofree char *outside = NULL;
    g_autofree char *attribute = NULL;
    g_autofree char *statement = NULL;
    int handle = g_file_open_tmp(NULL, &path, NULL);
    TvSourceLines *lines = tv_source_lines_new();

    close(handle);
    g_assert_true(g_file_set_contents(
        path,
        "static int f(int a,\n             int b)\n{\n    int c;\n\n"
        "    g(a,\n      b);\n}\nint x;\n"
        "static __attribute__((unused)) void h(int a)\n{\n}\n",
        -1, NULL));
    name = tv_source_lines_function(lines, path, 7);
    g_assert_cmpstr(name, ==, "f");
    outside = tv_source_lines_function(lines, path, 9);
    g_assert_null(outside);
    attribute = tv_source_lines_function(lines, path, 11);
    g_assert_cmpstr(attribute, ==, "h");
    statement = tv_source_lines_statement(lines, path, 7);
    g_assert_cmpstr(statement, ==, "    g(a,\n      b);\n");
    tv_source_lines_free(lines);
    unlink(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/check/text/position", test_position);
    g_test_add_func("/check/text/clean-name", test_clean_name);
    g_test_add_func("/check/text/digest", test_digest);
    g_test_add_func("/check/text/sees", test_sees);
    g_test_add_func("/check/text/sites", test_sites);
    g_test_add_func("/check/text/names", test_names);
    g_test_add_func("/check/text/meson", test_meson);
    g_test_add_func("/check/text/lines", test_lines);
    return g_test_run();
}
