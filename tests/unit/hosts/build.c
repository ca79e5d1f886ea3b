/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

#include "base/error.h"
#include "hosts/build-log.h"
#include "hosts/guests.h"
#include "hosts/host.h"
#include "hosts/source-copy.h"
#include "upstream/firmware.h"

typedef struct Fixture {
    char *dir;
    char *from;
    char *to;
} Fixture;

static void write_text(const char *dir, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(g_mkdir_with_parents(parent, 0777), ==, 0);
    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
}

static char *read_text(const char *dir, const char *name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    char *text = NULL;

    g_file_get_contents(path, &text, NULL, NULL);
    return text;
}

/* Sets the file's time stamp to a fixed one in the past. */
static void make_old(const char *dir, const char *name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    struct utimbuf times = { 1000000, 1000000 };

    g_assert_cmpint(utime(path, &times), ==, 0);
}

static gboolean is_old(const char *dir, const char *name)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);
    struct stat st;

    g_assert_cmpint(stat(path, &st), ==, 0);
    return st.st_mtime == 1000000;
}

static void copy(Fixture *f, GHashTable *overrides)
{
    g_autoptr(GError) error = NULL;

    tv_source_copy(f->from, f->to, overrides, &error);
    g_assert_no_error(error);
}

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    f->dir = g_dir_make_tmp("tcg-verify-XXXXXX", NULL);
    f->from = g_build_filename(f->dir, "from", NULL);
    f->to = g_build_filename(f->dir, "to", NULL);
    write_text(f->from, "a.c", "int a;\n");
    write_text(f->from, "tcg/b.c", "int b;\n");
    write_text(f->from, ".pc/b.c", "quilt's\n");
    write_text(f->from, "roms/big", "firmware\n");
}

static void tear_down(Fixture *f, gconstpointer data)
{
    g_autofree char *command = g_strdup_printf("rm -rf '%s'", f->dir);

    (void)data;
    g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL);
    g_free(f->dir);
    g_free(f->from);
    g_free(f->to);
}

static void test_copy(Fixture *f, gconstpointer data)
{
    g_autofree char *b = NULL;
    g_autofree char *gone = g_build_filename(f->from, "a.c", NULL);

    (void)data;
    copy(f, NULL);
    b = read_text(f->to, "tcg/b.c");
    g_assert_cmpstr(b, ==, "int b;\n");
    g_assert_null(read_text(f->to, ".pc/b.c"));
    g_assert_null(read_text(f->to, "roms/big"));

    /* Equal files stay, whatever their time stamps; changed ones are new. */
    make_old(f->to, "a.c");
    make_old(f->to, "tcg/b.c");
    write_text(f->from, "tcg/b.c", "int c;\n");
    make_old(f->from, "tcg/b.c");
    copy(f, NULL);
    g_assert_true(is_old(f->to, "a.c"));
    g_assert_false(is_old(f->to, "tcg/b.c"));

    g_assert_cmpint(g_unlink(gone), ==, 0);
    copy(f, NULL);
    g_assert_null(read_text(f->to, "a.c"));
}

static void test_overrides(Fixture *f, gconstpointer data)
{
    g_autoptr(GHashTable) overrides = tv_firmware_table();
    g_autofree char *a = NULL;
    g_autofree char *added = NULL;
    g_autofree char *back = NULL;

    (void)data;
    g_hash_table_replace(overrides, g_strdup("a.c"),
                         g_bytes_new_static("edited", 6));
    g_hash_table_replace(overrides, g_strdup("pc-bios/x.bin"),
                         g_bytes_new_static("", 0));
    copy(f, overrides);
    a = read_text(f->to, "a.c");
    added = read_text(f->to, "pc-bios/x.bin");
    g_assert_cmpstr(a, ==, "edited");
    g_assert_cmpstr(added, ==, "");
    make_old(f->to, "a.c");
    copy(f, overrides);
    g_assert_true(is_old(f->to, "a.c"));
    copy(f, NULL);
    back = read_text(f->to, "a.c");
    g_assert_cmpstr(back, ==, "int a;\n");
    g_assert_null(read_text(f->to, "pc-bios/x.bin"));
}

static void test_firmware(Fixture *f, gconstpointer data)
{
    g_autoptr(GHashTable) overrides = tv_firmware_table();
    g_autoptr(GError) error = NULL;

    (void)data;
    write_text(f->from, "pc-bios/meson.build",
               "  fds = [\n    'edk2-arm-code.fd',\n  ]\n"
               "blobs = files(\n  'bios.bin',\n  'there.bin',\n)\n");
    write_text(f->from, "pc-bios/there.bin", "x");
    tv_firmware_stand_ins(f->from, overrides, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(g_hash_table_size(overrides), ==, 2);
    g_assert_true(g_hash_table_contains(overrides,
                                        "pc-bios/edk2-arm-code.fd.bz2"));
    g_assert_true(g_hash_table_contains(overrides, "pc-bios/bios.bin"));
}

static void test_log(void)
{
    g_autofree char *error = tv_build_log_errors(
        "[1/9] Compiling\n"
        "../qemu-5.2.0/tcg/tcg.c:12:3: error: no such thing\n"
        "../qemu-5.2.0/tcg/tcg.c:13:3: error: another\nninja: stopped\n", 1);
    g_autofree char *last = tv_build_log_errors("one\ntwo\n\n", 3);
    g_autofree char *file = NULL;
    int line = 0;

    g_assert_cmpstr(error, ==,
                    "../qemu-5.2.0/tcg/tcg.c:12:3: error: no such thing");
    g_assert_cmpstr(last, ==, "two");
    g_assert_true(tv_build_log_place(error, &file, &line));
    g_assert_cmpstr(file, ==, "tcg/tcg.c");
    g_assert_cmpint(line, ==, 12);
    g_assert_false(tv_build_log_place("collect2: error", &file, &line));
}

/* Each guest of the table has a compiler. */
static void test_guests(void)
{
    const TvHost *host;

    for (guint i = 0; (host = tv_host_nth(i)); i++) {
        char **kinds[] = {host->user_guests, host->system_guests};

        for (gsize kind = 0; kind < G_N_ELEMENTS(kinds); kind++) {
            for (char **guest = kinds[kind]; *guest; guest++) {
                g_assert_nonnull(tv_guest_find(*guest));
            }
        }
    }
}

static void test_select(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) none = tv_run_hosts_select("x86_64,vax", &error);
    const TvHost *i386 = tv_host_find("i386");
    g_autofree const char **guests = NULL;
    g_autofree const char **system = NULL;
    g_autofree const char **named = NULL;
    const TvHost *x86_64 = tv_host_find("x86_64");
    g_autofree const char **user = NULL;
    g_autofree const char **softmmu = NULL;

    g_assert_null(none);
    g_assert_error(error, TV_ERROR, TV_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, "'vax'"));
    guests = tv_run_guests_select(i386, FALSE, "arm,s390x");
    g_assert_cmpstr(guests[0], ==, "arm");
    g_assert_null(guests[1]);
    system = tv_run_guests_select(i386, TRUE, "x86_64");
    g_assert_null(system[0]);
    named = tv_run_guests_select(i386, FALSE, "x86_64/arm,i386/i386");
    g_assert_cmpstr(named[0], ==, "i386");
    g_assert_null(named[1]);
    user = tv_run_guests_select(x86_64, FALSE, "arm-linux-user,x86_64-softmmu");
    g_assert_cmpstr(user[0], ==, "arm");
    g_assert_null(user[1]);
    softmmu = tv_run_guests_select(x86_64, TRUE, "arm-linux-user,"
                                                 "x86_64/x86_64-softmmu");
    g_assert_cmpstr(softmmu[0], ==, "x86_64");
    g_assert_null(softmmu[1]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/source-copy/copy", Fixture, NULL, set_up, test_copy,
               tear_down);
    g_test_add("/source-copy/overrides", Fixture, NULL, set_up,
               test_overrides, tear_down);
    g_test_add("/source-copy/firmware", Fixture, NULL, set_up, test_firmware,
               tear_down);
    g_test_add_func("/build-log/errors", test_log);
    g_test_add_func("/run-host/guests", test_guests);
    g_test_add_func("/run-host/select", test_select);
    return g_test_run();
}
