/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/error.h"
#include "ctext/bodies.h"
#include "ctext/branches.h"
#include "project/contract.h"
#include "proof/cocci/rules.h"
#include "proof/cocci/source.h"
#include "proof/cocci/types.h"

static guint count(const char *text, const char *what)
{
    guint found = 0;

    for (; (text = strstr(text, what)); text += strlen(what)) {
        found++;
    }
    return found;
}

static TvSourceText *branches(const char *text)
{
    g_autoptr(GError) error = NULL;
    TvSourceText *out = tv_source_branches(text, "x.c", &error);

    g_assert_no_error(error);
    return out;
}

/* Line of the source at which @what stands in the text, 0 if nowhere. */
static int line_of(const TvSourceText *text, const char *what)
{
    g_auto(GStrv) lines = g_strsplit(text->text, "\n", -1);

    for (guint i = 0; lines[i]; i++) {
        if (strstr(lines[i], what)) {
            g_assert_cmpuint(i, <, text->lines->len);
            return g_array_index(text->lines, int, i);
        }
    }
    return 0;
}

static void test_both_sides(void)
{
    g_autoptr(TvSourceText) text = branches("int f(void)\n"
                                            "{\n"
                                            "#ifdef A\n"
                                            "    one();\n"
                                            "#else\n"
                                            "    two();\n"
                                            "#endif\n"
                                            "    three();\n"
                                            "}\n");

    g_assert_cmpuint(text->ways, ==, 2);
    g_assert_cmpint(line_of(text, "one"), ==, 4);
    g_assert_cmpint(line_of(text, "two"), ==, 6);
    g_assert_cmpuint(count(text->text, "three"), ==, 2);
    g_assert_null(strchr(text->text, '#'));
}

/* Without #else, the way around is a way too. */
static void test_around(void)
{
    g_autoptr(TvSourceText) text = branches("int f(void)\n"
                                            "{\n"
                                            "#if X\n"
                                            "    one();\n"
                                            "#endif\n"
                                            "    two();\n"
                                            "}\n");

    g_assert_cmpuint(count(text->text, "one"), ==, 1);
    g_assert_cmpuint(count(text->text, "two"), ==, 2);
}

/* One condition in two places stays one, in any spelling. */
static void test_consistent(void)
{
    g_autoptr(TvSourceText) text = branches("int f(void)\n"
                                            "{\n"
                                            "#ifdef A\n"
                                            "    a1();\n"
                                            "#else\n"
                                            "    b1();\n"
                                            "#endif\n"
                                            "#if !defined(A)\n"
                                            "    b2();\n"
                                            "#else\n"
                                            "    a2();\n"
                                            "#endif\n"
                                            "}\n");
    const char *second;

    g_assert_cmpuint(text->ways, ==, 2);
    second = strstr(text->text, "b1");
    g_assert_nonnull(second);
    g_assert_nonnull(strstr(second, "b2"));
    g_assert_null(strstr(second, "a2"));
}

static void test_nested(void)
{
    const char *source = "#ifndef G\n"
                         "#define G\n"
                         "#if A\n"
                         "int a(void)\n{\n    a();\n}\n"
                         "#elif B\n"
                         "int b(void)\n{\n"
                         "#ifdef C\n"
                         "    c();\n"
                         "#else\n"
                         "    d();\n"
                         "#endif\n"
                         "}\n"
                         "#else\n"
                         "int e(void)\n{\n    e();\n}\n"
                         "#endif\n"
                         "#endif\n";
    static const char *const all[] = {"    a()", "    c()", "    d()",
                                      "    e()"};
    g_autoptr(TvSourceText) text = branches(source);

    g_assert_cmpuint(tv_source_branches_count(source), ==, 7);
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
        g_assert_cmpuint(count(text->text, all[i]), ==, 1);
    }
}

/* Code that no condition can reach is read all the same. */
static void test_contradiction(void)
{
    g_autoptr(TvSourceText) text = branches("#ifdef A\n"
                                            "#ifndef A\n"
                                            "int f(void)\n{\n    dead();\n}\n"
                                            "#endif\n"
                                            "#endif\n"
                                            "#if 0\n"
                                            "int g(void)\n{\n    zero();\n}\n"
                                            "#endif\n");

    g_assert_nonnull(strstr(text->text, "dead"));
    g_assert_nonnull(strstr(text->text, "zero"));
}

static void test_parameters(void)
{
    g_autoptr(TvSourceText) text = branches("#ifdef A\n"
                                            "int f(int a)\n"
                                            "#else\n"
                                            "int f(long a)\n"
                                            "#endif\n"
                                            "{\n"
                                            "    body();\n"
                                            "}\n");

    g_assert_cmpint(line_of(text, "int a"), ==, 2);
    g_assert_cmpint(line_of(text, "long a"), ==, 4);
    g_assert_cmpuint(count(text->text, "body"), ==, 2);
}

/* A table's other side cannot stand alone: it is reported, not lost. */
static void test_left_out(void)
{
    g_autoptr(TvSourceText) text = branches("static int table[] = {\n"
                                            "#ifdef A\n"
                                            "    1,\n"
                                            "#else\n"
                                            "    TWO(),\n"
                                            "#endif\n"
                                            "};\n"
                                            "#ifdef A\n"
                                            "extern int one;\n"
                                            "#else\n"
                                            "extern int two;\n"
                                            "# define THREE \\\n"
                                            "    3\n"
                                            "#endif\n");

    g_assert_cmpuint(text->left_out->len, ==, 1);
    g_assert_nonnull(strstr(text->left_out->pdata[0], "TWO()"));
    g_assert_cmpint(line_of(text, "int two"), ==, 11);
    g_assert_nonnull(strstr(text->text, "THREE \\\n    3\n"));
}

static void test_unbalanced(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(tv_source_branches("int a;\n#endif\n", "x.c", &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_INPUT);
    g_assert_cmpstr(error->message, ==, "x.c:2: #endif without #if");
    g_clear_error(&error);
    g_assert_null(tv_source_branches("int a;\n#if 1\n", "x.c", &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, "line 2"));
}

static void test_comments(void)
{
    g_autofree char *text = tv_source_uncomment("a /* b\n c */ d // e\n"
                                                "\"/* f */\" '\"' g\n");

    g_assert_cmpstr(text, ==, "a \n  d \n\"/* f */\" '\"' g\n");
}

static void test_bodies(void)
{
    g_auto(GStrv) lines = g_strsplit("struct s {\n    int a;\n};\n"
                                     "static int t[] =\n{\n    1\n};\n"
                                     "static int\nf(int a,\n\n  int b)\n{\n"
                                     "    g();\n}\n"
                                     "int h(void) {\n}\n",
                                     "\n", -1);
    g_autoptr(GArray) bodies = tv_source_bodies(lines);

    g_assert_cmpuint(bodies->len, ==, 2);
    g_assert_cmpint(g_array_index(bodies, TvSourceBody, 0).head, ==, 7);
    g_assert_cmpint(g_array_index(bodies, TvSourceBody, 0).open, ==, 11);
    g_assert_cmpint(g_array_index(bodies, TvSourceBody, 0).close, ==, 13);
    g_assert_cmpint(g_array_index(bodies, TvSourceBody, 1).head, ==, 14);
}

static TvCocciSource *judged(const char *text, const char *const *lines)
{
    g_autoptr(TvContract) contract = tv_contract_load(NULL, NULL);
    TvCocciSource *source = tv_cocci_source_new("tcg/x.c", NULL, NULL);

    g_assert_true(tv_cocci_source_prepare(source, contract, text, NULL));
    for (; *lines; lines++) {
        g_auto(GStrv) words = g_strsplit(*lines, "|", 6);

        g_assert_cmpuint(g_strv_length(words), ==, 6);
        tv_cocci_source_take(source, words);
    }
    tv_cocci_source_judge(source, contract);
    return source;
}

#define TWO_FUNCTIONS \
    "void f(void)\n{\n    TCG_CODE_PTR_RW(s, p);\n}\n" \
    "#ifdef A\nvoid g(void)\n{\n}\n#endif\n"

static void test_all_seen(void)
{
    const char *const said[] = {
        "tv-function||x|1|f|f", "tv-conversion||x|3|f|",
        "tv-function||x|6|g|g", "tv-finding|cocci-rx-cast|x|7|g|bad",
        "tv-finding|cocci-rx-cast|x|7|g|bad", NULL,
    };
    TvCocciSource *source = judged(TWO_FUNCTIONS, said);
    TvCocciSource *again = tv_cocci_source_new("tcg/x.c", NULL, NULL);
    g_autofree char *record = tv_cocci_source_record(source);

    g_assert_null(source->broken);
    g_assert_cmpuint(source->functions, ==, 2);
    g_assert_cmpuint(source->findings->len, ==, 1);
    g_assert_true(tv_cocci_source_recall(again, record));
    g_assert_cmpuint(again->functions, ==, 2);
    g_assert_cmpuint(again->findings->len, ==, 1);
    g_assert_cmpint(((TvCocciFinding *)again->findings->pdata[0])->line, ==, 7);
    tv_cocci_source_free(source);
    tv_cocci_source_free(again);
}

/* Silence about a function or a conversion is no pass. */
static void test_not_seen(void)
{
    const char *const no_function[] = {"tv-function||x|1|f|f",
                                       "tv-conversion||x|3|f|", NULL};
    const char *const no_conversion[] = {"tv-function||x|1|f|f",
                                         "tv-function||x|6|g|g", NULL};
    TvCocciSource *one = judged(TWO_FUNCTIONS, no_function);
    TvCocciSource *two = judged(TWO_FUNCTIONS, no_conversion);

    g_assert_cmpstr(one->broken, ==,
                    "line 6: spatch cannot parse this function");
    g_assert_cmpstr(two->broken, ==,
                    "line 3: spatch does not see this TCG_CODE_PTR_RW()");
    tv_cocci_source_free(one);
    tv_cocci_source_free(two);
}

/* The function for the caches has to be seen doing it. */
static void test_order(void)
{
    const char *const silent[] = {"tv-function||x|1|tcg_code_written|", NULL};
    const char *const good[] = {"tv-function||x|1|tcg_code_written|",
                                "tv-order||x|3|tcg_code_written|", NULL};
    const char *text = "void tcg_code_written(void)\n{\n    x();\n}\n";
    TvCocciSource *one = judged(text, silent);
    TvCocciSource *two = judged(text, good);

    g_assert_cmpuint(one->findings->len, ==, 1);
    g_assert_cmpstr(((TvCocciFinding *)one->findings->pdata[0])->rule, ==,
                    "cocci-hook-order");
    g_assert_cmpuint(two->findings->len, ==, 0);
    g_assert_true(one->defines && two->defines);
    tv_cocci_source_free(one);
    tv_cocci_source_free(two);
}

static void test_names(void)
{
    g_autoptr(TvContract) contract = tv_contract_load(NULL, NULL);
    g_autoptr(GHashTable) rw =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) rx =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    tv_cocci_names(contract,
                   "void f(void)\n{\n"
                   "    uint8_t *a = (void *)TCG_CODE_PTR_RW(s, p);\n"
                   "    uint8_t *b = (uint8_t *)(a + 4);\n"
                   "    uintptr_t c = 4 + TCG_RX_ADDR(p);\n"
                   "    int d = a->x;\n"
                   "}\n"
                   "void g(void)\n{\n    int e = b;\n}\n",
                   rw, rx);
    g_assert_cmpuint(g_hash_table_size(rw), ==, 2);
    g_assert_true(g_hash_table_contains(rw, "a"));
    g_assert_true(g_hash_table_contains(rw, "b"));
    g_assert_cmpuint(g_hash_table_size(rx), ==, 1);
    g_assert_true(g_hash_table_contains(rx, "c"));
}

static void test_fill(void)
{
    g_autoptr(TvContract) contract = tv_contract_load(NULL, NULL);
    g_autofree char *text =
        tv_cocci_fill(contract, "x = {${convert-macros}}; ${write-macro}(y)");

    g_assert_cmpstr(text, ==,
                    "x = {TCG_RX_ADDR, TCG_RX_PTR}; TCG_CODE_PTR_RW(y)");
}

static void note_place(int line, const char *function, const char *spelling,
                       gpointer data)
{
    g_string_append_printf(data, "%d %s %s;", line, function ? function : "-",
                           spelling);
}

static void test_not_const(void)
{
    static const char text[] =
        "typedef uint8_t __rx tcg_insn_unit;\n"
        "static const tcg_insn_unit *good;\n"
        "tcg_insn_unit const *east(const void __rx *p);\n"
        "/* tcg_insn_unit *comment */\n"
        "static int f(tcg_insn_unit *p)\n"
        "{\n"
        "    const tcg_insn_unit *a, **b;\n"
        "    size_t n = sizeof(tcg_insn_unit) * 2;\n"
        "    void __rx *q = (const void\n"
        "        __rx *)a;\n"
        "}\n"
        "#if 0\n"
        "tcg_insn_unit\n"
        "    *other;\n"
        "#endif\n";
    g_autoptr(TvContract) contract = tv_contract_load(NULL, NULL);
    g_autoptr(GString) places = g_string_new(NULL);

    g_assert_true(tv_cocci_const_applies(contract));
    tv_cocci_const_find(contract, text, note_place, places);
    g_assert_cmpstr(places->str, ==,
                    "5 f tcg_insn_unit *;13 - tcg_insn_unit *;"
                    "9 f __rx *;");
}

/* Every way from a declaration to a code pointer is kept, and nothing else. */
static void test_types(void)
{
    static const char text[] =
        "typedef uint8_t tcg_insn_unit;\n"
        "struct Plain {\n"
        "    int count;\n"
        "};\n"
        "typedef const tcg_insn_unit *Place;\n"
        "typedef int (*Far)(Place);\n"
        "typedef int Near;\n"
        "struct QEMU_PACKED Holder {\n"
        "#define HOLDER_FLAG 1\n"
        "    int flag;\n"
        "    Place place;\n"
        "};\n"
        "union Outer\n"
        "{\n"
        "    struct Holder *own[2];\n"
        "};\n"
        "struct Plain *plain_of(struct Plain *p,\n"
        "                       int i);\n"
        "#define NONE \\\n"
        "    1\n"
        "#define CODE \\\n"
        "    tcg_insn_unit_rw\n"
        "#define PLACES(outer) \\\n"
        "    HOLDERS(outer)\n"
        "#define HOLDERS(outer) ((union Outer *)(outer))\n"
        "const tv_rx_void *rx_of(int i);\n"
        "extern CODE *rw;\n"
        "extern Near near;\n"
        "void take(Far far);\n"
        "void show(union Outer *outer);\n"
        "static inline int one(void) { return 1; }\n"
        "extern int two, places_of(PLACES(x));\n";
    static const char *const gone[] = {
        "struct Plain {", "int count", "typedef int Near", "plain_of",
        "int i);\n#", "#define NONE", "    1\n", "near;",
    };
    static const char *const kept[] = {
        "typedef uint8_t tcg_insn_unit;", "*Place;", "(*Far)",
        "struct QEMU_PACKED Holder {\n#define HOLDER_FLAG 1\n    int flag;\n"
        "    Place place;\n};\n",
        "union Outer\n{\n    struct Holder *own[2];\n};\n",
        "#define CODE \\\n    tcg_insn_unit_rw\n",
        "#define PLACES(outer) \\\n    HOLDERS(outer)\n", "#define HOLDERS",
        "rx_of", "*rw;", "take", "show",
        "one(void) { return 1; }\nextern int two, places_of",
    };
    g_autoptr(TvContract) contract = tv_contract_load(NULL, NULL);
    g_autofree char *needed = tv_cocci_types_needed(contract, text);

    for (gsize i = 0; i < G_N_ELEMENTS(gone); i++) {
        g_assert_null(strstr(needed, gone[i]));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(kept); i++) {
        g_assert_nonnull(strstr(needed, kept[i]));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cocci/branches/both-sides", test_both_sides);
    g_test_add_func("/cocci/branches/around", test_around);
    g_test_add_func("/cocci/branches/consistent", test_consistent);
    g_test_add_func("/cocci/branches/nested", test_nested);
    g_test_add_func("/cocci/branches/contradiction", test_contradiction);
    g_test_add_func("/cocci/branches/parameters", test_parameters);
    g_test_add_func("/cocci/branches/left-out", test_left_out);
    g_test_add_func("/cocci/branches/unbalanced", test_unbalanced);
    g_test_add_func("/cocci/text/comments", test_comments);
    g_test_add_func("/cocci/text/bodies", test_bodies);
    g_test_add_func("/cocci/seen/all", test_all_seen);
    g_test_add_func("/cocci/seen/not", test_not_seen);
    g_test_add_func("/cocci/seen/order", test_order);
    g_test_add_func("/cocci/rules/names", test_names);
    g_test_add_func("/cocci/rules/fill", test_fill);
    g_test_add_func("/cocci/not-const", test_not_const);
    g_test_add_func("/cocci/types", test_types);
    return g_test_run();
}
