/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The cache of check: the inputs of each key, and damaged entries. */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/directory.h"
#include "proof/diagnostics.h"
#include "proof/store.h"

/* A tree of two files, and tools that are files, made by hand. */
typedef struct Fixture {
    char *dir;
    TvOptions options;
    TvContract contract;
    TvCheckTools tools;
    TvTreeScan scan;
    TvHeaders headers;
    TvTarget target;
    TvCheckTree tree;
    TvCheckCache *cache;
} Fixture;

static void put(const Fixture *fixture, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(fixture->dir, name, NULL);

    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    /* The facts go by stat, as a run would find the file. */
    if (fixture->tree.facts) {
        tv_file_facts_forget(fixture->tree.facts);
    }
}

static char *path_of(const Fixture *fixture, const char *name)
{
    return g_build_filename(fixture->dir, name, NULL);
}

static void set_up(Fixture *fixture, gconstpointer data)
{
    g_autofree char *cache = NULL;
    g_autofree char *facts = NULL;

    memset(fixture, 0, sizeof(*fixture));
    fixture->dir = g_dir_make_tmp("tcg-verify-XXXXXX", NULL);
    put(fixture, "a.c", "int a;\n");
    put(fixture, "a.h", "int b;\n");
    put(fixture, "clang", "a compiler");
    put(fixture, "sparse", "a checker");
    fixture->options.build_dir = path_of(fixture, "build");
    fixture->contract.digest = "contract";
    fixture->contract.names = g_ptr_array_new();
    fixture->contract.general = g_ptr_array_new();
    fixture->contract.kernel = g_ptr_array_new();
    fixture->tools.clang = path_of(fixture, "clang");
    fixture->tools.clang_version = "clang 1";
    fixture->tools.sparse = path_of(fixture, "sparse");
    fixture->tools.sparse_version = "sparse 1";
    fixture->scan.root = fixture->dir;
    fixture->scan.header_digest = "names";
    fixture->headers.common = "/common";
    fixture->headers.host_root = "/host";
    fixture->headers.guest_root = "/guest";
    fixture->headers.glib = "/glib";
    fixture->headers.pixman = "/pixman";
    fixture->target.name = "alpha-softmmu";
    fixture->target.guest = "alpha";
    fixture->target.mode = "softmmu";
    fixture->target.base_arch = "alpha";
    fixture->target.abi_dir = "alpha";
    fixture->target.bits = 64;
    fixture->tree.options = &fixture->options;
    fixture->tree.contract = &fixture->contract;
    fixture->tree.tools = &fixture->tools;
    fixture->tree.scan = &fixture->scan;
    fixture->tree.headers = &fixture->headers;
    fixture->tree.c_std = "gnu99";
    cache = path_of(fixture, "cache");
    facts = path_of(fixture, "facts");
    fixture->tree.facts = tv_file_facts_open(facts, &fixture->contract);
    fixture->cache = tv_check_cache_open(cache, fixture->options.build_dir,
                                         NULL);
    g_assert_nonnull(fixture->cache);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    tv_check_cache_free(fixture->cache);
    tv_file_facts_close(fixture->tree.facts);
    g_ptr_array_unref(fixture->contract.names);
    g_ptr_array_unref(fixture->contract.general);
    g_ptr_array_unref(fixture->contract.kernel);
    g_free(fixture->tools.clang);
    g_free(fixture->tools.sparse);
    g_free(fixture->options.build_dir);
    tv_tree_remove(fixture->dir, NULL);
    g_free(fixture->dir);
}

static TvUnit *new_unit(const Fixture *fixture)
{
    return tv_unit_new(&fixture->tree, "a.c", tv_host_find("x86_64"),
                       &fixture->target, TRUE);
}

/* A unit that was run: its text, and a warning of each layer. */
static void store(const Fixture *fixture)
{
    g_autoptr(GPtrArray) found = tv_diagnostics_parse("a.c:1:5: warning: bad\n");
    TvUnit *unit = new_unit(fixture);

    unit->digest = g_strdup("text");
    unit->sees = TRUE;
    unit->depends = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(unit->depends, g_strdup("a.c"));
    g_ptr_array_add(unit->depends, g_strdup("a.h"));
    tv_check_cache_store_unit(fixture->cache, &fixture->tree, unit);
    for (int layer = 0; layer < TV_N_LAYERS; layer++) {
        unit->runs[layer].diagnostics = g_ptr_array_ref(found);
        unit->runs[layer].done = TRUE;
        tv_check_cache_store_run(fixture->cache, &fixture->tree, unit, layer);
    }
    tv_unit_free(unit);
}

enum { TEXT = 1, CONST = 2, SPARSE = 4, ALL = 7 };

/* The parts of the stored unit that are found again, as a set of the above. */
static int found(const Fixture *fixture)
{
    TvUnit *unit = new_unit(fixture);
    int result = 0;

    if (tv_check_cache_lookup_unit(fixture->cache, &fixture->tree, unit)) {
        result |= TEXT;
        g_assert_cmpstr(unit->digest, ==, "text");
        g_assert_true(unit->sees);
        g_assert_cmpuint(unit->depends->len, ==, 2);
    } else {
        /* As if it had been preprocessed to the same text. */
        unit->digest = g_strdup("text");
    }
    for (int layer = 0; layer < TV_N_LAYERS; layer++) {
        if (tv_check_cache_lookup_run(fixture->cache, &fixture->tree, unit,
                                      layer)) {
            result |= layer == TV_LAYER_CONST ? CONST : SPARSE;
            g_assert_cmpuint(unit->runs[layer].diagnostics->len, ==, 1);
            g_assert_true(unit->runs[layer].cached);
        }
    }
    tv_unit_free(unit);
    return result;
}

static void test_same(Fixture *fixture, gconstpointer data)
{
    g_assert_cmpint(found(fixture), ==, 0);
    store(fixture);
    g_assert_cmpint(found(fixture), ==, ALL);
    /* The same content under another time stamp. */
    put(fixture, "a.h", "int b;\n");
    put(fixture, "clang", "a compiler");
    g_assert_cmpint(found(fixture), ==, ALL);
}

static void test_files(Fixture *fixture, gconstpointer data)
{
    g_autofree char *header = path_of(fixture, "a.h");

    store(fixture);
    put(fixture, "a.c", "int c;\n");
    g_assert_cmpint(found(fixture), ==, CONST | SPARSE);
    put(fixture, "a.c", "int a;\n");
    g_assert_cmpint(found(fixture), ==, ALL);
    put(fixture, "a.h", "int c;\n");
    g_assert_cmpint(found(fixture), ==, CONST | SPARSE);
    g_unlink(header);
    tv_file_facts_forget(fixture->tree.facts);
    g_assert_cmpint(found(fixture), ==, CONST | SPARSE);
    put(fixture, "a.h", "int b;\n");
    g_assert_cmpint(found(fixture), ==, ALL);
    /* A header that now exists may shadow another. */
    fixture->scan.header_digest = "more names";
    g_assert_cmpint(found(fixture), ==, CONST | SPARSE);
}

static void test_text(Fixture *fixture, gconstpointer data)
{
    TvUnit *unit = new_unit(fixture);

    store(fixture);
    unit->digest = g_strdup("another text");
    for (int layer = 0; layer < TV_N_LAYERS; layer++) {
        g_assert_false(tv_check_cache_lookup_run(fixture->cache, &fixture->tree,
                                                 unit, layer));
    }
    tv_unit_free(unit);
}

static void test_tools(Fixture *fixture, gconstpointer data)
{
    store(fixture);
    fixture->tools.clang_version = "clang 2";
    g_assert_cmpint(found(fixture), ==, SPARSE);
    fixture->tools.clang_version = "clang 1";
    fixture->tools.sparse_version = "sparse 2";
    g_assert_cmpint(found(fixture), ==, TEXT | CONST);
    fixture->tools.sparse_version = "sparse 1";
    /* Another program that calls itself the same. */
    put(fixture, "sparse", "another checker");
    g_assert_cmpint(found(fixture), ==, TEXT | CONST);
    put(fixture, "sparse", "a checker");
    put(fixture, "clang", "another compiler");
    g_assert_cmpint(found(fixture), ==, SPARSE);
    put(fixture, "clang", "a compiler");
    g_assert_cmpint(found(fixture), ==, ALL);
}

static void test_contract(Fixture *fixture, gconstpointer data)
{
    store(fixture);
    fixture->contract.digest = "another contract";
    g_assert_cmpint(found(fixture) & TEXT, ==, 0);
    fixture->contract.digest = "contract";
    g_assert_cmpint(found(fixture), ==, ALL);
}

static void test_flags(Fixture *fixture, gconstpointer data)
{
    store(fixture);
    fixture->tree.c_std = "gnu11";
    g_assert_cmpint(found(fixture), ==, SPARSE);
    fixture->tree.c_std = "gnu99";
    /* The directory's name is the hash of the prelude and the templates. */
    fixture->headers.common = "/other";
    g_assert_cmpint(found(fixture), ==, CONST);
    fixture->headers.common = "/common";
    fixture->target.base_arch = "arm";
    g_assert_cmpint(found(fixture), ==, CONST | SPARSE);
    fixture->target.base_arch = "alpha";
    g_assert_cmpint(found(fixture), ==, ALL);
}

/* The build directory may move; its name is in flags and paths. */
static void test_moved(Fixture *fixture, gconstpointer data)
{
    g_autofree char *common = g_build_filename(fixture->options.build_dir,
                                               "common", NULL);
    g_autofree char *other = path_of(fixture, "elsewhere");
    g_autofree char *moved = g_build_filename(other, "common", NULL);
    char *build = fixture->options.build_dir;

    fixture->headers.common = common;
    store(fixture);
    fixture->options.build_dir = other;
    g_assert_cmpint(found(fixture), !=, ALL);
    fixture->headers.common = moved;
    g_assert_cmpint(found(fixture), ==, ALL);
    fixture->options.build_dir = build;
}

/* An entry names files where they are now, whatever else begins alike. */
static void test_relocated(Fixture *fixture, gconstpointer data)
{
    g_autofree char *dir = path_of(fixture, "cache");
    g_autoptr(TvCheckCache) there = tv_check_cache_open(dir, "/new/b", NULL);
    g_autofree char *stored = g_strdup_printf(
        "%s/a.h\t-I%s/x %s \"%s\" %s-other/a.h", fixture->options.build_dir,
        fixture->options.build_dir, fixture->options.build_dir,
        fixture->options.build_dir, fixture->options.build_dir);
    g_autofree char *wanted = g_strdup_printf(
        "/new/b/a.h\t-I/new/b/x /new/b \"/new/b\" %s-other/a.h",
        fixture->options.build_dir);
    g_autofree char *here = NULL;
    g_autofree char *moved = NULL;

    tv_check_cache_put(fixture->cache, "kind", "one", stored);
    here = tv_check_cache_get(fixture->cache, "kind", "one");
    moved = tv_check_cache_get(there, "kind", "one");
    g_assert_cmpstr(here, ==, stored);
    g_assert_cmpstr(moved, ==, wanted);
}

/* Keys begin with the hash of the sources that judge. */
static void test_rules(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GChecksum) a = tv_check_cache_key("kind");
    g_autoptr(GChecksum) b = tv_check_cache_key("other");
    g_autoptr(GChecksum) bare = g_checksum_new(G_CHECKSUM_SHA256);

    g_checksum_update(bare, (const guchar *)"kind", sizeof("kind"));
    g_assert_cmpstr(g_checksum_get_string(a), !=, g_checksum_get_string(b));
    g_assert_cmpstr(g_checksum_get_string(a), !=, g_checksum_get_string(bare));
}

static void test_broken_run(Fixture *fixture, gconstpointer data)
{
    TvUnit *unit = new_unit(fixture);

    unit->digest = g_strdup("text");
    unit->runs[0].diagnostics = tv_diagnostics_parse("");
    unit->runs[0].broken = g_strdup("it crashed");
    unit->runs[0].done = TRUE;
    tv_check_cache_store_run(fixture->cache, &fixture->tree, unit, 0);
    g_clear_pointer(&unit->runs[0].broken, g_free);
    unit->runs[0].done = FALSE;
    tv_check_cache_store_run(fixture->cache, &fixture->tree, unit, 0);
    tv_unit_free(unit);
    g_assert_cmpint(found(fixture), ==, 0);
}

static char *entry_path(const Fixture *fixture, const char *kind)
{
    g_autofree char *dir = g_build_filename(fixture->dir, "cache", kind, NULL);
    g_autoptr(GDir) list = g_dir_open(dir, 0, NULL);

    return g_build_filename(dir, g_dir_read_name(list), NULL);
}

/* Every way in which an entry may be damaged makes it absent. */
static void test_damage(Fixture *fixture, gconstpointer data)
{
    static const char *const kinds[] = {"depends", "units", "runs"};

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *text = NULL;
        gsize length;

        for (int way = 0; way < 6; way++) {
            g_autofree char *path = NULL;
            g_autofree char *bad = NULL;

            store(fixture);
            g_assert_cmpint(found(fixture), ==, ALL);
            path = entry_path(fixture, kinds[i]);
            g_clear_pointer(&text, g_free);
            g_file_get_contents(path, &text, &length, NULL);
            g_assert_cmpuint(length, >, 66);
            bad = g_memdup2(text, length + 1);
            switch (way) {
            case 0:
                length = 0;
                break;
            case 1:
                length -= 1;
                break;
            case 2:
                length = 65;
                break;
            case 3:
                bad[length - 2] ^= 1;
                break;
            case 4:
                bad[66] = '\0';
                break;
            default:
                memset(bad, 'x', length);
                break;
            }
            g_file_set_contents(path, bad, (gssize)length, NULL);
            g_assert_cmpint(found(fixture), !=, ALL);
        }
    }
}

/* An entry copied to another name does not count. */
static void test_renamed(Fixture *fixture, gconstpointer data)
{
    g_autofree char *from = path_of(fixture, "cache/kind/one");
    g_autofree char *to = path_of(fixture, "cache/kind/two");
    g_autofree char *text = NULL;

    tv_check_cache_put(fixture->cache, "kind", "one", "text");
    text = tv_check_cache_get(fixture->cache, "kind", "one");
    g_assert_cmpstr(text, ==, "text");
    g_assert_cmpint(g_rename(from, to), ==, 0);
    g_assert_null(tv_check_cache_get(fixture->cache, "kind", "one"));
    g_assert_null(tv_check_cache_get(fixture->cache, "kind", "two"));
}

/* A failed store is reported, and leaves nothing behind. */
static void test_no_room(Fixture *fixture, gconstpointer data)
{
    g_autofree char *blocked = path_of(fixture, "cache/kind");
    g_autoptr(GDir) scratch = NULL;

    g_assert_null(tv_check_cache_trouble(fixture->cache));
    g_assert_true(g_file_set_contents(blocked, "a file", -1, NULL));
    tv_check_cache_put(fixture->cache, "kind", "one", "text");
    g_assert_nonnull(tv_check_cache_trouble(fixture->cache));
    g_assert_nonnull(strstr(tv_check_cache_trouble(fixture->cache), "kind/one"));
    scratch = g_dir_open(tv_check_cache_scratch(fixture->cache), 0, NULL);
    g_assert_null(g_dir_read_name(scratch));
}

/* Files of a run that was killed go, those of a run that lives stay. */
static void test_sweep(Fixture *fixture, gconstpointer data)
{
    g_autofree char *dir = path_of(fixture, "cache");
    g_autofree char *dead = NULL;
    g_autofree char *alive = NULL;
    g_autoptr(TvCheckCache) again = NULL;
    GPid pid;
    char *argv[] = {"/bin/true", NULL};

    g_assert_true(g_spawn_async(NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL,
                                &pid, NULL));
    dead = g_strdup_printf("cache/scratch/%d-1.i", (int)pid);
    alive = g_strdup_printf("cache/scratch/%d-1.i", (int)getppid());
    put(fixture, dead, "left");
    put(fixture, alive, "in use");
    for (int i = 0; i < 500 && kill(pid, 0) == 0; i++) {
        g_usleep(10000);
    }
    again = tv_check_cache_open(dir, fixture->options.build_dir, NULL);
    {
        g_autofree char *dead_path = path_of(fixture, dead);
        g_autofree char *alive_path = path_of(fixture, alive);

        g_assert_false(g_file_test(dead_path, G_FILE_TEST_EXISTS));
        g_assert_true(g_file_test(alive_path, G_FILE_TEST_EXISTS));
        g_unlink(alive_path);
    }
}

static void add(const char *name, void (*test)(Fixture *, gconstpointer))
{
    g_autofree char *path = g_strconcat("/check-cache/", name, NULL);

    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("same", test_same);
    add("files", test_files);
    add("text", test_text);
    add("tools", test_tools);
    add("contract", test_contract);
    add("flags", test_flags);
    add("moved", test_moved);
    add("relocated", test_relocated);
    add("rules", test_rules);
    add("broken-run", test_broken_run);
    add("damage", test_damage);
    add("renamed", test_renamed);
    add("no-room", test_no_room);
    add("sweep", test_sweep);
    return g_test_run();
}
