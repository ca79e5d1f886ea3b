/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/manifest.h"
#include "project/upstream.h"
#include "upstream/apt.h"

typedef struct Fixture {
    char *top;
    char *tree;
} Fixture;

static void put(const char *top, const char *path, const char *text)
{
    g_autofree char *file = g_build_filename(top, path, NULL);
    g_autofree char *directory = g_path_get_dirname(file);

    g_assert_true(tv_tree_make_directory(directory, NULL));
    g_assert_true(g_file_set_contents(file, text, -1, NULL));
}

static char *get(const char *top, const char *path)
{
    g_autofree char *file = g_build_filename(top, path, NULL);
    char *text = NULL;

    g_file_get_contents(file, &text, NULL, NULL);
    return text;
}

static void set_up(Fixture *fixture, gconstpointer data)
{
    g_autofree char *script = NULL;
    g_autofree char *link = NULL;

    fixture->top = g_dir_make_tmp("tree-XXXXXX", NULL);
    fixture->tree = g_build_filename(fixture->top, "tree", NULL);
    put(fixture->tree, "a/b/file", "text\n");
    put(fixture->tree, "script", "#!/bin/sh\n");
    put(fixture->tree, "empty", "");
    script = g_build_filename(fixture->tree, "script", NULL);
    g_assert_cmpint(chmod(script, 0750), ==, 0);
    link = g_build_filename(fixture->tree, "link", NULL);
    g_assert_cmpint(symlink("nowhere", link), ==, 0);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    g_assert_true(tv_tree_remove(fixture->top, NULL));
    g_assert_false(g_file_test(fixture->top, G_FILE_TEST_EXISTS));
    g_free(fixture->top);
    g_free(fixture->tree);
}

static void test_copy(Fixture *fixture, gconstpointer data)
{
    static const char *const skip[] = {"empty", "a", NULL};
    g_autofree char *copy = g_build_filename(fixture->top, "copy", NULL);
    g_autofree char *part = g_build_filename(fixture->top, "part", NULL);
    g_autofree char *before = tv_manifest_of(fixture->tree, NULL);
    g_autofree char *after = NULL;
    g_autofree char *left = g_build_filename(part, "a", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_true(tv_tree_copy(fixture->tree, copy, NULL, &error));
    g_assert_no_error(error);
    after = tv_manifest_of(copy, NULL);
    g_assert_cmpstr(before, ==, after);
    g_assert_false(tv_tree_copy(fixture->tree, copy, NULL, &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_IO);
    g_assert_true(tv_tree_copy(fixture->tree, part, skip, NULL));
    g_assert_false(g_file_test(left, G_FILE_TEST_EXISTS));
}

/* A link is removed, not what it leads to. */
static void test_remove_link(Fixture *fixture, gconstpointer data)
{
    g_autofree char *outside = g_build_filename(fixture->top, "out", NULL);
    g_autofree char *link = g_build_filename(fixture->tree, "dir", NULL);
    g_autofree char *text = NULL;

    put(outside, "file", "kept\n");
    g_assert_cmpint(symlink(outside, link), ==, 0);
    g_assert_true(tv_tree_remove(fixture->tree, NULL));
    g_assert_true(tv_tree_remove(fixture->tree, NULL));
    text = get(outside, "file");
    g_assert_cmpstr(text, ==, "kept\n");
}

static void test_replace(Fixture *fixture, gconstpointer data)
{
    g_autofree char *fresh = g_build_filename(fixture->top, "fresh", NULL);
    g_autofree char *text = NULL;
    g_autofree char *old = NULL;

    put(fresh, "script", "new\n");
    g_assert_true(tv_tree_replace(fixture->tree, fresh, NULL));
    text = get(fixture->tree, "script");
    old = get(fixture->tree, "a/b/file");
    g_assert_cmpstr(text, ==, "new\n");
    g_assert_null(old);
    g_assert_false(g_file_test(fresh, G_FILE_TEST_EXISTS));
}

static void test_manifest(Fixture *fixture, gconstpointer data)
{
    g_autofree char *manifest = tv_manifest_of(fixture->tree, NULL);
    g_autofree char *first = NULL;
    g_autofree char *script = g_build_filename(fixture->tree, "script", NULL);

    g_assert_cmpuint(tv_manifest_changed(manifest, fixture->tree, NULL), ==, 0);
    put(fixture->tree, "more", "not ours\n");
    g_assert_cmpuint(tv_manifest_changed(manifest, fixture->tree, NULL), ==, 0);
    g_assert_cmpint(chmod(script, 0755), ==, 0);
    g_assert_cmpuint(tv_manifest_changed(manifest, fixture->tree, &first), ==,
                     1);
    g_assert_cmpstr(first, ==, "script");
    put(fixture->tree, "a/b/file", "TEXT\n");
    g_unlink(script);
    g_assert_cmpuint(tv_manifest_changed(manifest, fixture->tree, NULL), ==, 2);
}

static void test_sweep(Fixture *fixture, gconstpointer data)
{
    g_autofree char *kept = NULL;
    g_autofree char *gone = NULL;

    put(fixture->tree, ".making-x/file", "");
    put(fixture->tree, "making-y", "kept\n");
    g_assert_true(tv_tree_sweep(fixture->tree, ".making-", NULL));
    kept = get(fixture->tree, "making-y");
    gone = get(fixture->tree, ".making-x/file");
    g_assert_nonnull(kept);
    g_assert_null(gone);
}

/* Of "abc", from the standard. */
static void test_hash(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = g_build_filename(fixture->tree, "abc", NULL);
    g_autofree char *hash = NULL;
    g_autoptr(GError) error = NULL;

    put(fixture->tree, "abc", "abc");
    hash = tv_hash_file(path, NULL);
    g_assert_cmpstr(hash, ==,
                    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61"
                    "f20015ad");
    g_unlink(path);
    g_assert_null(tv_hash_file(path, &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_IO);
}

static void test_base(Fixture *fixture, gconstpointer data)
{
    static const char *const bad[] = {
        "",
        "[upstream]\nversion=1\ncommit=2\ndirectory=d\n",
        "[upstream]\nversion=1\ncommit=2\ndirectory=../d\n"
        "[tarball x]\nfile=f\nsha256=0\n",
        "[upstream]\nversion=1\ncommit=2\ndirectory=d\n"
        "[tarball x]\nfile=f\nsha256=0\n",
        "[upstream]\nversion=1\ncommit=2\ndirectory=d\n"
        "[tarball x]\nfile=../f\nsha256=0123456789abcdef0123456789abcdef"
        "0123456789abcdef0123456789abcdef\n",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        put(fixture->top, "base.ini", bad[i]);
        g_assert_null(tv_base_load(fixture->top, &error));
        g_assert_error(error, TV_ERROR, TV_ERROR_INPUT);
    }
}

static void test_deb822(void)
{
    g_autoptr(GPtrArray) sources =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_apt_source_free);
    const TvAptSource *source;

    tv_apt_sources_parse_deb822(
        "# comment\nTypes: deb\nURIs: http://a/debian-security http://b/x\n"
        "Suites: s1\n\n"
        "Types: deb\nEnabled: no\nURIs: http://off/debian\nSuites: s1\n\n"
        "types: deb deb-src\n# in between\nuris: http://c/debian/\n"
        "SUITES: s1 s2\nSigned-By:\n -----BEGIN-----\n .\n key\n",
        sources);
    g_assert_cmpuint(sources->len, ==, 3);
    source = g_ptr_array_index(sources, 1);
    g_assert_cmpstr(source->uri, ==, "http://b/x");
    source = g_ptr_array_index(sources, 2);
    g_assert_cmpstr(source->uri, ==, "http://c/debian/");
    g_assert_cmpstr(source->signed_by, ==, "\n -----BEGIN-----\n .\n key");
}

static void test_list(Fixture *fixture, gconstpointer data)
{
    g_autoptr(TvAptSource) source = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_null(tv_apt_sources_find_debian(fixture->top, "bookworm", &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_INPUT);
    put(fixture->top, "sources.list",
        "# deb http://no/debian bookworm main\n"
        "deb cdrom:[x]/debian bookworm main\n"
        "deb http://s/debian-security bookworm-security main\n"
        "deb http://old/debian bullseye main\n"
        "deb [arch=amd64 signed-by=/k.gpg] http://m/debian bookworm main\n");
    source = tv_apt_sources_find_debian(fixture->top, "bookworm", NULL);
    g_assert_nonnull(source);
    g_assert_cmpstr(source->uri, ==, "http://m/debian");
    g_assert_cmpstr(source->signed_by, ==, "/k.gpg");
}

int main(int argc, char **argv)
{
#define ADD(name, function) \
    g_test_add("/tree/" name, Fixture, NULL, set_up, function, tear_down)
    g_test_init(&argc, &argv, NULL);
    ADD("copy", test_copy);
    ADD("remove-link", test_remove_link);
    ADD("replace", test_replace);
    ADD("manifest", test_manifest);
    ADD("sweep", test_sweep);
    ADD("hash", test_hash);
    ADD("base", test_base);
    g_test_add_func("/tree/deb822", test_deb822);
    ADD("list", test_list);
    return g_test_run();
}
