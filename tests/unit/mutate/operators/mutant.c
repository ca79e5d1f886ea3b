/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The mutants that each operator makes from small texts. */
#include <glib.h>
#include <string.h>

#include "mutate/operators/mutant.h"

static TvContract contract = {
    .header = (char *)"code-ptr.h",
    .address_space = (char *)"__rx",
    .rx_type = (char *)"insn",
    .write_macro = (char *)"RW",
    .cache_hook = (char *)"invalidate",
    .flush_hook = (char *)"flush",
    .written_function = (char *)"written",
};

static const char names_text[] = "[mutate]\n"
                                 "address-macro=ADDR\n"
                                 "pointer-macro=PTR\n"
                                 "context-type=Ctx\n"
                                 "context=ctx\n"
                                 "difference=diff\n"
                                 "base=base\n"
                                 "distance=distance\n"
                                 "store-macro=atomic_set\n"
                                 "fields=code_ptr;tc.ptr\n"
                                 "stored=.label\n"
                                 "pointers=distance:0,1\n"
                                 "integers=patch:1\n";

static TvMutateNames *names;

static GPtrArray *mutate_file(const char *file, const char *text)
{
    return tv_mutants_make(names, file, text, TRUE);
}

/* The text that operator @id makes of @body, its @index-th mutant (from 0). */
static char *nth(const char *file, const char *text, const char *id,
                 guint index)
{
    g_autoptr(GPtrArray) mutants = mutate_file(file, text);

    for (guint i = 0; i < mutants->len; i++) {
        const TvMutant *mutant = mutants->pdata[i];

        if (g_str_equal(mutant->operator->id, id) && index-- == 0) {
            return tv_mutant_apply(mutant, text);
        }
    }
    return NULL;
}

#define HEAD "void f(int a, Ctx *s)\n{\n"
#define TAIL "}\n"

/* The @index-th mutant of the statements @body is @wanted; NULL: none. */
static void check(const char *body, const char *id, guint index,
                  const char *wanted)
{
    g_autofree char *text = g_strconcat(HEAD, body, TAIL, NULL);
    g_autofree char *got = nth("tcg/f.c", text, id, index);
    g_autofree char *whole =
        wanted ? g_strconcat(HEAD, wanted, TAIL, NULL) : NULL;

    g_assert_cmpstr(got, ==, whole);
}

static guint count(const char *file, const char *text)
{
    g_autoptr(GPtrArray) mutants = mutate_file(file, text);

    return mutants->len;
}

static void test_convert(void)
{
    check("*RW(s, p) = 1;\n", "rw-drop", 0, "*(p) = 1;\n");
    check("*RW(s, p) = 1;\n", "rw-drop-cast", 0, "*((void *)(p)) = 1;\n");
    check("*RW(s, p) = 1;\n", "rw-twice", 0, "*RW(s, RW(s, p)) = 1;\n");
    check("*RW(s, p) = 1;\n", "rw-twice-cast", 0,
          "*RW(s, PTR((uintptr_t)RW(s, p))) = 1;\n");
    check("*RW(&c, p) = 1;\n", "rw-negate", 0,
          "*((void *)(ADDR(p) - (&c)->diff)) = 1;\n");
    check("x = ADDR(p);\n", "addr-drop", 0, "x = ((uintptr_t)(p));\n");
    /* the context is the function's parameter */
    check("x = ADDR(p);\n", "addr-swap", 0, "x = ((uintptr_t)RW(s, p));\n");
    check("p = PTR(x);\n", "ptr-drop", 0, "p = ((const void *)(x));\n");
    check("p = PTR(x);\n", "ptr-swap", 0, "p = PTR((x) + (s)->diff);\n");
}

static void test_places(void)
{
    /* nested parentheses, commas in them */
    check("*RW(s, g(a, (b))) = 1;\n", "rw-drop", 0, "*(g(a, (b))) = 1;\n");
    /* a call over two lines stays two lines */
    check("memcpy(RW(s,\n          p), q, n);\n", "rw-drop", 0,
          "memcpy((p)\n, q, n);\n");
    /* a comment in an argument is no part of it */
    check("*RW(s, /* here */ p) = 1;\n", "rw-drop", 0, "*(p) = 1;\n");
    check("*RW(s, p) = 1;\n*RW(s, q) = 2;\n", "rw-drop", 1,
          "*RW(s, p) = 1;\n*(q) = 2;\n");
    check("*RW (s, p) = 1;\n", "rw-drop", 0, "*(p) = 1;\n");
    /* other names, strings, comments, directives */
    check("*XRW(s, p) = RWX(s, p);\n", "rw-drop", 0, NULL);
    check("puts(\"RW(s, p)\"); /* RW(s, p) */ // RW(s, p)\n", "rw-drop", 0,
          NULL);
    check("#define W(s, p) \\\n    RW(s, p)\n", "rw-drop", 0, NULL);
    check("puts(\"\\\"\"); *RW(s, p) = '\"';\n", "rw-drop", 0,
          "puts(\"\\\"\"); *(p) = '\"';\n");
    g_assert_cmpuint(count("tcg/f.c", "int a = RW(s, p);\n"), ==, 0);
    g_assert_cmpuint(count("tcg/f.c", "int RW(Ctx *s, const char *p);\n"), ==,
                     0);
}

static void test_context(void)
{
    g_autofree char *text =
        nth("tcg/f.c",
            "static __attribute__((unused)) int g(int a)\n{\n"
            "    return ADDR(p);\n}\n",
            "addr-swap", 0);
    g_autoptr(GPtrArray) mutants = mutate_file(
        "tcg/f.c", "int HELPER(look)(int a)\n{\n    return ADDR(p);\n}\n");

    g_assert_nonnull(strstr(text, "((uintptr_t)RW(ctx, p))"));
    g_assert_cmpstr(((TvMutant *)mutants->pdata[0])->function, ==,
                    "HELPER(look)");
    g_assert_cmpint(((TvMutant *)mutants->pdata[0])->line, ==, 3);
}

#define SWAPPED(e) "((typeof(" e "))PTR((uintptr_t)RW(s, " e ")))"

static void test_alias(void)
{
    check("s->code_ptr = a;\n", "store-swap", 0, "s->code_ptr = RW(s, a);\n");
    check("s->code_ptr = a;\n", "store-swap-cast", 0,
          "s->code_ptr = " SWAPPED("a") ";\n");
    check("s->code_ptr = NULL;\n", "store-swap", 0, NULL);
    check("atomic_set(&s->code_ptr, a + 1);\n", "store-swap", 0,
          "atomic_set(&s->code_ptr, RW(s, a + 1));\n");
    check("read(&s->code_ptr, a + 1);\n", "store-swap", 0, NULL);
    check("x = (struct t){ .label = a, .b = 1 };\n", "store-swap", 0,
          "x = (struct t){ .label = RW(s, a), .b = 1 };\n");
    check("label = a;\n", "store-swap", 0, NULL);
    check("l->label = a;\n", "store-swap", 0, "l->label = RW(s, a);\n");
    check("if (p > t[i].code_ptr) {\n}\n", "range-swap", 0,
          "if (p > " SWAPPED("t[i].code_ptr") ") {\n}\n");
    check("if (tb->tc.ptr == p) {\n}\n", "range-swap", 0,
          "if (" SWAPPED("tb->tc.ptr") " == p) {\n}\n");
    check("if (tb->tc.ptr != NULL) {\n}\n", "range-swap", 0, NULL);
    check("x = s->code_ptr - p;\n", "distance-swap", 0,
          "x = " SWAPPED("s->code_ptr") " - p;\n");
    check("x = p - s->code_ptr;\n", "distance-swap", 0,
          "x = p - " SWAPPED("s->code_ptr") ";\n");
    check("g(s->code_ptr);\n", "use-swap", 0,
          "g(" SWAPPED("s->code_ptr") ");\n");
    check("g(&s->code_ptr); s->code_ptr++;\n", "use-swap", 0, NULL);
    /* the macro to integers is mutated as a whole */
    check("x = ADDR(s->code_ptr);\n", "use-swap", 0, NULL);
    check("x = distance(a, g(b, c));\n", "argument-swap", 1,
          "x = distance(a, " SWAPPED("g(b, c)") ");\n");
    check("patch(p, v);\n", "value-swap", 0, "patch(p, ((v) + (s)->diff));\n");
}

static void test_caches(void)
{
    static const char call[] = "set(j, v);\nwritten(rx, rw, 4);\n";

    check(call, "cache-drop", 0, "set(j, v);\n;\n");
    check(call, "cache-short", 0, "set(j, v);\nwritten(rx, rw, (4) / 2);\n");
    check(call, "cache-shift", 0, "set(j, v);\nwritten((rx) + 1, rw, 4);\n");
    check(call, "cache-reorder", 0, "written(rx, rw, 4); set(j, v);\n\n");
    check("x = 1;\nwritten(rx, rw, 4);\n", "cache-reorder", 0, NULL);
    check(call, "cache-sometimes", 0,
          "set(j, v);\nif ((4) > 4096) { written(rx, rw, 4); }\n");
    check(call, "cache-swap", 0,
          "set(j, v);\nwritten(PTR((uintptr_t)(rw)), (void *)ADDR(rx), 4);\n");
    check(call, "cache-alias-rx", 0,
          "set(j, v);\nwritten(" SWAPPED("rx") ", rw, 4);\n");
    check(call, "cache-alias-rw", 0,
          "set(j, v);\n"
          "written(rx, ((void *)((uintptr_t)(rw) - (s)->diff)), 4);\n");
    check("flush(rw, n);\ninvalidate(rx, n);\n", "cache-reorder", 0,
          "invalidate(rx, n); flush(rw, n);\n\n");
}

static void test_hooks(void)
{
    static const char hook[] = "static void flush(void *rw, size_t len)\n{\n"
                               "    int x = 1;\n\n"
                               "    if (x) {\n        clean(rw, len);\n    }\n"
                               "    asm volatile(\"sync\" : : : \"memory\");\n"
                               "}\n";
    g_autofree char *drop = nth("tcg/f.c", hook, "hook-drop", 0);
    g_autofree char *barrier = nth("tcg/f.c", hook, "hook-drop", 1);
    g_autofree char *shorter = nth("tcg/f.c", hook, "hook-short", 0);
    g_autofree char *alias = nth("tcg/f.c", hook, "hook-alias", 0);
    g_autofree char *none = nth("tcg/f.c", hook, "hook-drop", 2);

    g_assert_nonnull(strstr(drop, "    if (x) {\n        ;\n    }\n"));
    g_assert_nonnull(strstr(barrier, "    }\n    ;\n}\n"));
    g_assert_nonnull(strstr(shorter, "clean(rw, (len / 2));"));
    g_assert_nonnull(
        strstr(alias, "clean(((void *)((uintptr_t)rw - (ctx)->diff)), len);"));
    g_assert_null(none);
    /* a declaration is no hook */
    g_assert_cmpuint(
        count("tcg/f.c", "static void flush(void *rw, size_t len);\n"), ==, 0);
}

static void test_types(void)
{
    g_autoptr(GPtrArray) heads =
        mutate_file("tcg/f.c", "void h(int a, const insn *p);\n"
                               "static void g(int a,\n"
                               "              const insn *p)\n{\n}\n");
    g_autofree char *dropped =
        nth("tcg/f.c", "static void g(const insn *p, const char *q);\n",
            "const-drop", 0);
    g_autofree char *field = nth("tcg/f.h",
                                 "struct t {\n"
                                 "    const void __rx *p;\n};\n",
                                 "space-drop", 0);
    g_autofree char *macro =
        nth("code-ptr.h",
            "static inline void *rw(ptrdiff_t d, "
            "const void __rx *p)\n{\n    return p + d;\n}\n",
            "macro-negate", 0);

    g_assert_cmpstr(dropped, ==, "static void g(insn *p, const char *q);\n");
    /* a parameter is the function's; a declaration belongs to no function */
    for (guint i = 0; i < heads->len; i++) {
        g_assert_cmpstr(((TvMutant *)heads->pdata[i])->function, ==,
                        i == 0 ? NULL : "g");
    }
    g_assert_cmpuint(heads->len, ==, 2);
    g_assert_cmpstr(field, ==, "struct t {\n    const void *p;\n};\n");
    g_assert_nonnull(strstr(macro, "return p - d;"));
    g_assert_cmpuint(count("tcg/f.c", "const char *p;\nint __rx q;\n"), ==, 0);
}

static void test_launder(void)
{
    check("*RW(s, p) = 1;\n", "launder-address", 0,
          "*((void *)ADDR(p)) = 1;\n");
    check("*RW(s, p) = 1;\n", "launder-arithmetic", 0,
          "*((void *)(ADDR((s)->base) + distance(p, (s)->base))) = 1;\n");
    check("*RW(s, p) = 1;\n", "launder-pun", 0,
          "*({ const void __rx *l_ = (p); *(void **)&l_; }) = 1;\n");
}

static void routes_of(const char *file, GHashTable *operators,
                      GHashTable *lines)
{
    static const char body[] =
        HEAD "*RW(s, a) = 1;\n*RW(s, b) = 1;\n*RW(s, c) = 1;\n" TAIL;
    g_autoptr(GPtrArray) mutants = tv_mutants_make(names, file, body, FALSE);

    for (guint i = 0; i < mutants->len; i++) {
        const TvMutant *mutant = mutants->pdata[i];

        if (g_str_has_prefix(mutant->operator->id, "launder-")) {
            /* once in a file */
            g_assert_true(
                g_hash_table_add(operators, (gpointer)mutant->operator));
            g_hash_table_add(lines, GINT_TO_POINTER(mutant->line));
        }
    }
}

/* Half of the ways in a file, at all its sites; the others in another. */
static void test_routes(void)
{
    g_autoptr(GHashTable) operators = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) lines = g_hash_table_new(NULL, NULL);
    guint half;

    routes_of("tcg/a.c", operators, lines);
    half = g_hash_table_size(operators);
    g_assert_cmpuint(g_hash_table_size(lines), ==, 3);
    routes_of("tcg/b.c", operators, lines);
    g_assert_cmpuint(g_hash_table_size(operators), ==, 2 * half);
    for (const TvMutateOperator *row = tv_mutate_launder_operators; row->id;
         row++) {
        g_assert_true(g_hash_table_contains(operators, row));
    }
}

static void test_identity(void)
{
    static const char text[] = HEAD "x = ADDR(p);\nx = ADDR(p);\n" TAIL;
    g_autofree char *moved = g_strconcat("\n\n", text, NULL);
    g_autoptr(GPtrArray) one = mutate_file("tcg/f.c", text);
    g_autoptr(GPtrArray) two = mutate_file("tcg/f.c", moved);
    g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);

    g_assert_cmpuint(one->len, ==, 4);
    g_assert_cmpuint(two->len, ==, 4);
    for (guint i = 0; i < one->len; i++) {
        const TvMutant *a = one->pdata[i], *b = two->pdata[i];

        g_assert_cmpstr(a->id, ==, b->id);
        g_assert_cmpint(a->line + 2, ==, b->line);
        g_assert_true(g_hash_table_add(ids, a->id));
    }
    /* equal mistakes in equal statements */
    g_assert_cmpstr(((TvMutant *)one->pdata[0])->identity, ==,
                    ((TvMutant *)one->pdata[2])->identity);
}

static void test_diff(void)
{
    static const char text[] = HEAD "x = ADDR(p);\n" TAIL;
    g_autoptr(GPtrArray) mutants = mutate_file("tcg/f.c", text);
    const TvMutant *mutant = mutants->pdata[0];
    g_autofree char *diff = tv_mutant_diff(mutant, text);
    g_autofree char *brief = tv_mutant_brief(mutant);

    g_assert_cmpstr(diff, ==,
                    "--- a/tcg/f.c\n+++ b/tcg/f.c\n@@ -3,1 +3,1 @@\n"
                    "-x = ADDR(p);\n+x = ((uintptr_t)(p));\n");
    g_assert_cmpstr(brief, ==, "x = ADDR(p); -> x = ((uintptr_t)(p));");
}

static void test_names(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(TvMutateNames) bad = tv_mutate_names_parse(
        &contract, "[mutate]\naddress-macro=A\n", "my.ini", &error);

    g_assert_null(bad);
    g_assert_nonnull(strstr(error->message, "my.ini: [mutate] needs pointer"));
}

static void test_operators(void)
{
    g_assert_true(tv_mutate_operator_matches("a,launder-*", "launder-asm"));
    g_assert_true(tv_mutate_operator_matches("a, b", "b"));
    g_assert_false(tv_mutate_operator_matches("launder", "launder-asm"));
    g_assert_nonnull(tv_mutate_operator_find("cache-drop"));
    g_assert_null(tv_mutate_operator_find("cache-"));
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    names = tv_mutate_names_parse(&contract, names_text, "test", NULL);
    g_assert_nonnull(names);
    g_test_add_func("/mutant/convert", test_convert);
    g_test_add_func("/mutant/places", test_places);
    g_test_add_func("/mutant/context", test_context);
    g_test_add_func("/mutant/alias", test_alias);
    g_test_add_func("/mutant/caches", test_caches);
    g_test_add_func("/mutant/hooks", test_hooks);
    g_test_add_func("/mutant/types", test_types);
    g_test_add_func("/mutant/launder", test_launder);
    g_test_add_func("/mutant/routes", test_routes);
    g_test_add_func("/mutant/identity", test_identity);
    g_test_add_func("/mutant/diff", test_diff);
    g_test_add_func("/mutant/names", test_names);
    g_test_add_func("/mutant/operators", test_operators);
    status = g_test_run();
    tv_mutate_names_free(names);
    return status;
}
