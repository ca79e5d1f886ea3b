/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of a unit's headers that the layers read. */
#include <string.h>

#include "ctext/reduce.h"

/* The headers of the texts below, then @own in tcg/a.c from line 9 on. */
static char *source_of(const char *headers, const char *own)
{
    return g_strconcat("# 1 \"tcg/a.c\"\n# 1 \"include/x.h\" 1\n", headers,
                       "\n# 9 \"tcg/a.c\" 2\n", own, "\n", NULL);
}

static char *reduce(const char *source)
{
    g_autoptr(TvContract) contract = tv_contract_load(NULL, NULL);
    g_autoptr(TvCppText) text =
        tv_cpp_text_new(g_strdup(source), strlen(source));
    gsize length = 0;
    char *result = tv_cpp_reduce(text, contract, &length);

    g_assert_cmpuint(length, ==, result ? strlen(result) : 0);
    return result;
}

/* The header's declaration is kept if and only if @own needs it. */
static void test_needs(void)
{
    static const struct {
        const char *header;
        const char *own;
        gboolean kept;
    } rows[] = {
        {"int mark;", "int b = mark;", TRUE},
        {"int mark;", "int b;", FALSE},
        {"extern int mark[3], other;", "int b = sizeof other;", TRUE},
        {"typedef unsigned long mark;", "mark b;", TRUE},
        {"typedef int (*mark)(int a, char *b);", "mark f;", TRUE},
        {"typedef int (*mark)(int a, char *b);", "int a, b;", FALSE},
        {"typedef int (*const *mark)(void);", "mark f;", TRUE},
        {"typedef int mark(int);", "mark *f;", TRUE},
        {"int (mark)(int a);", "int b = mark(1);", TRUE},
        {"int (*mark(int a))(int);", "int b = mark(1)(2);", TRUE},
        {"int mark(int a) __attribute__((pure));", "int b = mark(1);", TRUE},
        {"int __attribute__((pure)) mark(int a);", "int b = mark(1);", TRUE},
        {"int mark(int a) __asm__(\"\" \"other\");", "int other;", FALSE},
        {"static inline int mark(int a) { return a; }", "int b;", FALSE},
        {"static inline int mark(int a) { return a; }", "int b = mark(1);",
         TRUE},
        {"struct mark { int a; };", "struct mark b;", TRUE},
        {"struct mark { int a; };", "int a;", FALSE},
        {"struct mark;", "int f(struct mark *);", TRUE},
        {"struct x { struct mark *p; };", "int f(struct mark *);", TRUE},
        {"struct __attribute__((packed)) mark { int a; };", "struct mark b;",
         TRUE},
        {"enum { FIRST = 1, mark = (2), LAST };", "int b = LAST;", TRUE},
        {"enum { FIRST = 1, mark = (2), LAST };", "int b = FIRST;", TRUE},
        {"enum { FIRST = 1, mark = (2), LAST };", "int b;", FALSE},
        {"struct s { enum { mark } e; };", "int b = mark;", TRUE},
        {"typedef struct { int mark; } a_type;", "int b;", FALSE},
        {"int mark[] = {1, 2};", "int *b = mark;", TRUE},
        {"_Static_assert(sizeof(int) == 4, \"mark\");", "int b;", TRUE},
        {"#pragma pack(mark)", "int b;", TRUE},
        /* Names of the contract: its header is kept whole. */
        {"int mark; tcg_insn_unit *p;", "int b;", TRUE},
        /* A declaration that mentions a name of the contract. */
        {"int mark(int); static int f(void) { return mark(1); }",
         "int b = f();", TRUE},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *source = source_of(rows[i].header, rows[i].own);
        g_autofree char *reduced = reduce(source);

        g_test_message("%s | %s", rows[i].header, rows[i].own);
        g_assert_nonnull(reduced);
        g_assert_nonnull(strstr(reduced, rows[i].own));
        if (rows[i].kept) {
            g_assert_nonnull(strstr(reduced, rows[i].header));
        } else {
            g_assert_null(strstr(reduced, rows[i].header));
        }
    }
}

/* A field typed by the contract makes functions of other headers count. */
static void test_derived(void)
{
    g_autofree char *source =
        source_of("struct S { int used; tcg_insn_unit *where; };\n"
                  "# 1 \"include/y.h\"\n"
                  "static inline int f(struct S *s) { return *s->where; }\n"
                  "static inline int g(struct S *s) { return s->used; }",
                  "int b;");
    g_autofree char *reduced = reduce(source);

    g_assert_nonnull(strstr(reduced, "int f("));
    g_assert_null(strstr(reduced, "int g("));
}

/* Lines and columns are those of the source. */
static void test_places(void)
{
    g_autofree char *source =
        source_of("int away;\nint one; int gone; int two;\n\n\nint three;",
                  "int b = one + two + three;\nint c;");
    g_autofree char *reduced = reduce(source);
    g_autoptr(TvCppText) text = NULL;
    static const struct {
        const char *name;
        const char *file;
        int line;
        guint column;
    } rows[] = {
        {"one;", "include/x.h", 2, 4},   {"two;", "include/x.h", 2, 23},
        {"three;", "include/x.h", 5, 4}, {"b =", "tcg/a.c", 9, 4},
        {"c;", "tcg/a.c", 10, 4},
    };

    g_assert_null(strstr(reduced, "away"));
    g_assert_null(strstr(reduced, "gone"));
    text = tv_cpp_text_new(g_strdup(reduced), strlen(reduced));
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const char *at = strstr(text->data, rows[i].name);
        const char *start = at;
        guint physical = 1;
        int line;

        for (const char *c = text->data; c < at; c++) {
            physical += *c == '\n';
        }
        while (start[-1] != '\n') {
            start--;
        }
        g_assert_cmpstr(tv_cpp_text_position(text, physical, &line), ==,
                        rows[i].file);
        g_assert_cmpint(line, ==, rows[i].line);
        g_assert_cmpuint(at - start, ==, rows[i].column);
    }
}

/* Text that the reader does not understand stays unchanged. */
static void test_refused(void)
{
    static const char *const own[] = {
        "int f(a) int a; { return a; }", "int a; }", "int f(void) { return 1;",
        "int a) = 1;", "int unfinished",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(own); i++) {
        g_autofree char *source = source_of("int mark;", own[i]);

        g_test_message("%s", own[i]);
        g_assert_null(reduce(source));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/check/reduce/needs", test_needs);
    g_test_add_func("/check/reduce/derived", test_derived);
    g_test_add_func("/check/reduce/places", test_places);
    g_test_add_func("/check/reduce/refused", test_refused);
    return g_test_run();
}
