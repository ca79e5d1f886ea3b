/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process treats each variable as the table says. */
#include <string.h>

#include "base/environment.h"
#include "hosts/build.h"
#include "proof/store.h"

/* Calls @function with each name of the table, and an example of each pattern;
 * @value: what it is to be set to, or NULL. */
static void walk(void (*function)(const TvVariableGroup *group,
                                  const char *name, const char *value))
{
    const TvVariableGroup *group;
    guint count = 0;

    for (guint i = 0; (group = tv_environment_nth(i)); i++) {
        g_auto(GStrv) words = g_strsplit(group->names, " ", -1);

        g_assert_cmpuint(strlen(group->text), >, 0);
        for (char **word = words; *word; word++) {
            g_auto(GStrv) pair = g_strsplit(*word, "=", 2);
            g_autoptr(GString) name = g_string_new(pair[0]);

            g_string_replace(name, "*", "REST", 0);
            function(group, name->str, pair[1]);
            count++;
        }
    }
    g_assert_cmpuint(count, >, 100);
}

/* A name of a later group that an earlier one has would mean nothing. */
static void check_found(const TvVariableGroup *group, const char *name,
                        const char *value)
{
    g_assert_cmpuint(strlen(name), >, 0);
    g_assert_true(tv_environment_find(name) == group);
    g_assert_true((value != NULL) == (group->fate == TV_VARIABLE_SET));
}

static void test_table(void)
{
    walk(check_found);
    g_assert_null(tv_environment_find("NOBODY_READS_THIS"));
    g_assert_null(tv_environment_find("CPATHS"));
    g_assert_null(tv_environment_find("CPAT"));
    g_assert_null(tv_environment_find(""));
}

static void poison(const TvVariableGroup *group, const char *name,
                   const char *value)
{
    g_setenv(name, "poison", TRUE);
}

static void check_clean(const TvVariableGroup *group, const char *name,
                        const char *value)
{
    switch (group->fate) {
    case TV_VARIABLE_KEPT:
    case TV_VARIABLE_KEYED:
        g_assert_cmpstr(g_getenv(name), ==, "poison");
        break;
    case TV_VARIABLE_SET:
        g_assert_cmpstr(g_getenv(name), ==, value);
        break;
    case TV_VARIABLE_REMOVED:
        g_assert_null(g_getenv(name));
        break;
    }
}

static void test_clean(void)
{
    walk(poison);
    g_setenv("NOBODY_READS_THIS", "poison", TRUE);
    tv_environment_clean();
    walk(check_clean);
    g_assert_cmpstr(g_getenv("NOBODY_READS_THIS"), ==, "poison");
}

static void check_keyed(const TvVariableGroup *group, const char *name,
                        const char *value)
{
    g_autoptr(GChecksum) before = NULL;
    g_autoptr(GChecksum) after = NULL;

    g_setenv(name, "before", TRUE);
    before = tv_check_cache_key("kind");
    g_setenv(name, "after", TRUE);
    after = tv_check_cache_key("kind");
    g_assert_cmpint(strcmp(g_checksum_get_string(before),
                           g_checksum_get_string(after)) != 0,
                    ==, group->fate == TV_VARIABLE_KEYED);
}

static void test_keyed(void)
{
    walk(check_keyed);
}

static char **build;

/* Those that a build sets for itself have other values. */
static void check_build(const TvVariableGroup *group, const char *name,
                        const char *value)
{
    gboolean gone = group->fate == TV_VARIABLE_REMOVED ||
                    group->fate == TV_VARIABLE_KEYED;

    if (gone) {
        g_assert_cmpstr(g_environ_getenv(build, name), !=, "poison");
    } else {
        g_assert_cmpstr(g_environ_getenv(build, name), ==,
                        value ? value : "poison");
    }
}

static void test_build(void)
{
    TvOptions options = {.build_dir = (char *)"/somewhere/build"};

    walk(poison);
    tv_environment_clean();
    g_setenv("CCACHE_DIR", "poison", TRUE);
    build = tv_build_environment(&options);
    walk(check_build);
    g_assert_cmpstr(g_environ_getenv(build, "CCACHE_DIR"), ==,
                    "/somewhere/build/cache/ccache");
    g_strfreev(build);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/environment/table", test_table);
    g_test_add_func("/environment/clean", test_clean);
    g_test_add_func("/environment/keyed", test_keyed);
    g_test_add_func("/environment/build", test_build);
    return g_test_run();
}
