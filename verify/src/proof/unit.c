/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/unit.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/hash.h"
#include "tree/typing.h"

static const char *const layer_names[TV_N_LAYERS] = {"L1", "L2"};

const char *tv_layer_name(TvLayer layer)
{
    return layer_names[layer];
}

gboolean tv_layer_parse(const char *name, TvLayer *layer)
{
    for (int i = 0; i < TV_N_LAYERS; i++) {
        if (g_str_equal(name, layer_names[i])) {
            *layer = i;
            return TRUE;
        }
    }
    return FALSE;
}

TvUnit *tv_unit_new(const TvCheckTree *tree, const char *file,
                    const TvHost *host, const TvTarget *target,
                    gboolean specific)
{
    TvUnit *unit = g_new0(TvUnit, 1);

    unit->file = g_strdup(file);
    unit->host = host;
    unit->target = target;
    unit->specific = specific;
    tv_unit_update_key(unit, tree);
    return unit;
}

void tv_unit_free(TvUnit *unit)
{
    if (!unit) {
        return;
    }
    for (int i = 0; i < TV_N_LAYERS; i++) {
        g_clear_pointer(&unit->runs[i].diagnostics, g_ptr_array_unref);
        g_free(unit->runs[i].broken);
    }
    g_clear_pointer(&unit->depends, g_ptr_array_unref);
    g_free(unit->file);
    g_free(unit->mark_dir);
    g_free(unit->key);
    g_free(unit->digest);
    g_free(unit->failure);
    g_free(unit->uncompiled);
    g_clear_pointer(&unit->text, tv_cpp_text_free);
    if (unit->bitcode) {
        g_unlink(unit->bitcode);
        g_free(unit->bitcode);
    }
    g_free(unit);
}

static void add(GPtrArray *argv, const char *argument)
{
    g_ptr_array_add(argv, g_strdup(argument));
}

/* Adds the words up to NULL. */
static void add_all(GPtrArray *argv, const char *first, ...)
{
    va_list args;

    va_start(args, first);
    for (const char *word = first; word; word = va_arg(args, const char *)) {
        add(argv, word);
    }
    va_end(args);
}

/* Ends the list; to be freed. */
static char **finish(GPtrArray *argv)
{
    g_ptr_array_add(argv, NULL);
    return (char **)g_ptr_array_free(argv, FALSE);
}

static void add_path(GPtrArray *argv, const char *option, const char *first,
                     const char *second, const char *third)
{
    g_autofree char *path = g_build_filename(first, second, third, NULL);

    if (g_str_has_prefix(option, "-i")) {
        add(argv, option);
        g_ptr_array_add(argv, g_steal_pointer(&path));
    } else {
        g_ptr_array_add(argv, g_strconcat(option, path, NULL));
    }
}

static void add_host(GPtrArray *argv, const TvHost *host)
{
    add_all(argv, "-target", host->triplet, NULL);
    for (char **arg = host->clang_args; *arg; arg++) {
        add(argv, *arg);
    }
}

/* A directory that only some versions of the tree have. */
static void add_if_there(GPtrArray *argv, const TvCheckTree *tree,
                         const char *first, const char *second)
{
    g_autofree char *path =
        g_build_filename(tree->scan->root, first, second, NULL);

    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        add_path(argv, "-I", first, second, NULL);
    }
}

static void add_target(GPtrArray *argv, const TvUnit *unit,
                       const TvCheckTree *tree)
{
    const TvTarget *target = unit->target;
    gboolean user = g_str_equal(target->mode, "user");

    add(argv, "-DNEED_CPU_H");
    g_ptr_array_add(argv,
                    g_strdup_printf("-DCONFIG_TARGET=\"%s-config-target.h\"",
                                    target->name));
    if (!user) {
        g_ptr_array_add(
            argv, g_strdup_printf("-DCONFIG_DEVICES=\"%s-config-devices.h\"",
                                  target->name));
    }
    add_path(argv, "-I", tree->headers->guest_root, target->name, NULL);
    add_path(argv, "-I", "target", target->base_arch, NULL);
    if (user) {
        add_path(argv, "-I", "linux-user/host", unit->host->arch, NULL);
        add_if_there(argv, tree, "linux-user/include/host", unit->host->arch);
        add_if_there(argv, tree, "linux-user/include", "");
        add_if_there(argv, tree, "common-user/host", unit->host->arch);
        add(argv, "-Ilinux-user");
        add_path(argv, "-I", "linux-user", target->abi_dir, NULL);
    }
}

/*
 * The flags of the tree's own build, as far as they bear on what the
 * preprocessor leaves.  CONFIG_DEBUG_TCG: code in debug assertions counts.
 */
static void add_flags(GPtrArray *argv, const TvUnit *unit,
                      const TvCheckTree *tree)
{
    const TvHeaders *headers = tree->headers;
    const TvHost *host = unit->host;
    const char *typing = unit->mark_dir ? unit->mark_dir : tree->typing_dir;
    g_autofree char *backend = tv_check_tree_backend(tree, host);

    g_ptr_array_add(argv, g_strconcat("-std=", tree->c_std, NULL));
    add_all(argv, "-D__CHECKER__=1", "-D_GNU_SOURCE",
            "-D_FILE_OFFSET_BITS=64", "-D_LARGEFILE_SOURCE",
            "-DCONFIG_DEBUG_TCG=1", "-fno-strict-aliasing", "-fwrapv", NULL);
    if (typing) {
        add_path(argv, "-iquote", typing, "include", NULL);
    }
    if (backend) {
        g_autofree char *dir = g_path_get_dirname(backend);

        add_path(argv, "-iquote", dir, NULL, NULL);
    }
    add_all(argv, "-iquote", ".", "-iquote", "accel/tcg", "-iquote", "include",
            "-iquote", "disas/libvixl", NULL);
    add_path(argv, "-I", headers->host_root, host->name, NULL);
    if (unit->specific) {
        add_target(argv, unit, tree);
    }
    add(argv, "-I.");
    add_path(argv, "-I", headers->common, NULL, NULL);
    add_path(argv, "-I", headers->common, "qapi", NULL);
    add_path(argv, "-I", headers->common, "trace", NULL);
    add_path(argv, "-I", headers->pixman, NULL, NULL);
    add_path(argv, "-I", headers->glib, NULL, NULL);
    if (!host->native) {
        add_path(argv, "-isystem", "/usr", host->triplet, "include");
    }
    add_path(argv, "-isystem", headers->host_root, host->name, "linux");
    add_all(argv, "-isystem", "linux-headers", NULL);
}

static void add_canary(GPtrArray *argv, const TvUnit *unit)
{
    if (!unit->canary) {
        return;
    }
    g_ptr_array_add(argv,
                    g_strdup_printf("-DCANARY_HOST_BITS=%d", unit->host->bits));
    g_ptr_array_add(argv, g_strdup_printf("-DCANARY_GUEST_BITS=%d",
                                          unit->target->bits));
}

char **tv_unit_preprocess_argv(const TvUnit *unit, const TvCheckTree *tree,
                               const char *output, const char *depends)
{
    GPtrArray *argv = g_ptr_array_new();

    add(argv, tree->tools->clang);
    add_host(argv, unit->host);
    add(argv, "-E");
    add_flags(argv, unit, tree);
    add_canary(argv, unit);
    add_all(argv, "-MD", "-MF", depends, "-MT", "unit", "-o", output,
            unit->file, NULL);
    return finish(argv);
}

/*
 * -O1 marks what is inline, but no pass may run before the analyser sees the
 * code.  clang folds "if (0)" away unless it counts how each condition comes
 * out (the second option; the first alone keeps "?:" only).
 */
static void add_bitcode(GPtrArray *argv, const TvUnit *unit,
                        const TvCheckTree *tree, const char *output)
{
    /* A finding names lines only, so columns are left out. */
    add_all(argv, "-c", "-emit-llvm", "-O1", "-Xclang", "-disable-llvm-passes",
            "-Xclang", "-fprofile-instrument=clang", "-Xclang",
            "-fcoverage-mcdc", "-g", "-gno-column-info", NULL);
    if (g_str_equal(unit->file, tree->contract->kernel_source)) {
        /*
         * The emitters that this host does not use, too: a fork's backend may.
         * Not so in other units, where it is the headers' functions that
         * nothing calls, and they take more time than all else.
         */
        add_all(argv, "-Xclang", "-femit-all-decls", NULL);
    }
    if (!tv_contract_in_kernel(tree->contract, unit->file)) {
        /*
         * A unit that is analysed alone may know a structure by an extern
         * variable only; in the kernel another unit declares it.
         */
        add(argv, "-fno-eliminate-unused-debug-types");
    }
    add_all(argv, "-o", output, NULL);
}

/* The marks of the reduced macro: which of the two a site is. */
static void add_marks(GPtrArray *argv, const TvUnit *unit)
{
    if (unit->mark_dir) {
        add_all(argv, "-D" TV_TYPING_SITE "(converted, bare)=bare",
                "-D" TV_TYPING_KEPT "(converted, bare)=converted", NULL);
    }
}

/*
 * sparse's attribute takes a name, clang's a number.  The tag leaves a trace in
 * the debug information and changes nothing else.
 */
static void add_typing(GPtrArray *argv, const TvUnit *unit)
{
    add_all(argv, "-Daddress_space(x)=btf_type_tag(#x)", "-Dforce=", NULL);
    add_marks(argv, unit);
}

char **tv_unit_bitcode_argv(const TvUnit *unit, const TvCheckTree *tree,
                            const char *output)
{
    GPtrArray *argv = g_ptr_array_new();

    add(argv, tree->tools->clang);
    add_host(argv, unit->host);
    add_bitcode(argv, unit, tree, output);
    add(argv, "-w");
    add_typing(argv, unit);
    add_flags(argv, unit, tree);
    add_canary(argv, unit);
    add(argv, unit->file);
    return finish(argv);
}

void tv_unit_update_key(TvUnit *unit, const TvCheckTree *tree)
{
    g_auto(GStrv) argv = tv_unit_preprocess_argv(unit, tree, "", "");
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    const char *program =
        tv_file_facts_sha256(tree->facts, tree->tools->clang);

    tv_hash_add(sum, program ? program : "unreadable");
    tv_hash_add(sum, tree->tools->clang_version);
    for (char **argument = argv; *argument; argument++) {
        g_autofree char *text = tv_check_tree_portable(tree, *argument);

        tv_hash_add(sum, text);
    }
    g_free(unit->key);
    unit->key = g_strdup(g_checksum_get_string(sum));
}

char **tv_layer_const_argv(const TvUnit *unit, const TvCheckTree *tree,
                           const char *path, const char *bitcode)
{
    GPtrArray *argv = g_ptr_array_new();

    add(argv, tree->tools->clang);
    add_host(argv, unit->host);
    g_ptr_array_add(argv, g_strconcat("-std=", tree->c_std, NULL));
    add_all(argv, "-x", "c", "-ferror-limit=0", "-fno-color-diagnostics",
            "-fno-caret-diagnostics", "-fno-strict-aliasing", "-fwrapv",
            "-Wno-everything", "-Wcast-qual", "-Wincompatible-pointer-types",
            "-Wincompatible-pointer-types-discards-qualifiers",
            "-Wint-conversion", "-Wincompatible-function-pointer-types",
            "-Wno-error=incompatible-function-pointer-types",
            "-Wno-error=int-conversion",
            "-Werror=implicit-function-declaration", NULL);
    if (bitcode) {
        add_bitcode(argv, unit, tree, bitcode);
    } else {
        add(argv, "-fsyntax-only");
    }
    add_typing(argv, unit);
    tv_typing_add_names(tree->contract, FALSE, argv);
    add(argv, path);
    return finish(argv);
}

/*
 * sparse drops every warning that follows an error, but stops at 100 errors; so
 * a run without -Wsparse-error comes first.
 */
char **tv_layer_sparse_argv(const TvUnit *unit, const TvCheckTree *tree,
                            const char *path, gboolean errors)
{
    GPtrArray *argv = g_ptr_array_new();
    const TvHost *host = unit->host;

    add(argv, tree->tools->sparse);
    for (char **arg = host->sparse_args; *arg; arg++) {
        add(argv, *arg);
    }
    add_all(argv, "-fmax-warnings=unlimited", "-Wno-decl",
            "-Wno-non-pointer-null", NULL);
    /* Where RW is canonical, RX becomes an integer by a cast, all over. */
    if (!tree->contract->rw_canonical) {
        add_all(argv, "-Wcast-from-as", "-Wcast-to-as", NULL);
    }
    if (errors) {
        add(argv, "-Wsparse-error");
    }
    add_path(argv, "-include", tree->headers->common, "sparse-prelude.h", NULL);
    tv_typing_add_names(tree->contract, TRUE, argv);
    add_marks(argv, unit);
    add(argv, path);
    return finish(argv);
}

char *tv_unit_command(const TvCheckTree *tree, const TvUnit *unit,
                      const char *layer, gboolean alone)
{
    g_autofree char *host = g_strconcat("--host=", unit->host->name, NULL);
    g_autofree char *guest =
        g_strconcat("--guest=", unit->target->guest, NULL);
    g_autofree char *mode = g_strconcat("--mode=", unit->target->mode, NULL);
    g_autofree char *option = g_strconcat("--layer=", layer, NULL);
    g_autofree char *file = g_strconcat("--only=", unit->file, NULL);

    return tv_check_tree_command(tree, "check", host, guest, mode, option,
                                 alone ? file : NULL, NULL);
}
