/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tree/tree.h"

#include <string.h>

#include "base/error.h"
#include "base/job-pool.h"
#include "base/file.h"
#include "base/shell-line.h"
#include "ctext/preprocessed.h"
#include "tree/headers-text.h"
#include "tree/typing.h"

/*
 * The code pointers do not depend on the guest beyond its word size, so the
 * default guests are the two with the smallest headers among those that have
 * multi-threaded TCG, in both modes.
 */
#define DEFAULT_GUESTS "alpha,xtensa"

#define BUILD_MARK "@BUILD@"

static const char *const modes[] = {"softmmu", "user"};

static void target_free(gpointer data)
{
    TvTarget *target = data;

    g_free(target->name);
    g_free(target->guest);
    g_free(target->base_arch);
    g_free(target->abi_dir);
    g_free(target);
}

void tv_check_tree_free(TvCheckTree *tree)
{
    if (!tree) {
        return;
    }
    g_clear_pointer(&tree->scan, tv_tree_scan_free);
    g_clear_pointer(&tree->headers, tv_headers_free);
    g_clear_pointer(&tree->sources, tv_meson_sources_free);
    g_clear_pointer(&tree->lines, tv_source_lines_free);
    g_clear_pointer(&tree->targets, g_ptr_array_unref);
    for (guint i = 0; tree->backends && tv_host_nth(i); i++) {
        g_free(tree->backends[i]);
    }
    g_free(tree->backends);
    g_free(tree->c_std);
    g_free(tree->typing_dir);
    g_free(tree);
}

/* Every guest that has both modes. */
static char *all_guests(const TvTreeScan *scan)
{
    static const char suffix[] = "-softmmu.mak";
    g_autoptr(GString) list = g_string_new(NULL);

    for (guint i = 0; i < scan->files->len; i++) {
        g_autofree char *base = g_path_get_basename(scan->files->pdata[i]);
        g_autofree char *system = NULL;
        g_autofree char *user = NULL;
        g_autofree char *system_mak = NULL;
        g_autofree char *user_mak = NULL;

        if (!g_str_has_suffix(base, suffix)) {
            continue;
        }
        base[strlen(base) - strlen(suffix)] = '\0';
        system = g_strconcat(base, "-softmmu", NULL);
        user = g_strconcat(base, "-linux-user", NULL);
        system_mak = tv_headers_target_mak(scan, system);
        user_mak = tv_headers_target_mak(scan, user);
        if (system_mak && user_mak) {
            g_string_append_printf(list, "%s%s", list->len ? "," : "", base);
        }
    }
    return g_string_free(g_steal_pointer(&list), FALSE);
}

static gboolean add_targets(TvCheckTree *tree, const char *guests,
                            GError **error)
{
    g_autofree char *all =
        g_strcmp0(guests, "all") == 0 ? all_guests(tree->scan) : NULL;
    g_auto(GStrv) names = g_strsplit(all      ? all
                                     : guests ? guests
                                              : DEFAULT_GUESTS,
                                     ",", -1);

    tree->targets = g_ptr_array_new_with_free_func(target_free);
    if (!*names) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE, "--guest names no guest");
        return FALSE;
    }
    for (char **guest = names; *guest; guest++) {
        for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
            TvTarget *target = g_new0(TvTarget, 1);
            g_autofree char *mak = NULL;
            g_autofree char *path = NULL;
            g_autofree char *text = NULL;

            g_ptr_array_add(tree->targets, target);
            target->guest = g_strdup(g_strstrip(*guest));
            target->mode = modes[i];
            target->name = g_strdup_printf("%s-%s%s", target->guest,
                                           i ? "linux-" : "", modes[i]);
            mak = tv_headers_target_mak(tree->scan, target->name);
            if (!mak) {
                g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                            "--guest: the tree has no target %s; a guest must "
                            "have both -softmmu and -linux-user",
                            target->name);
                return FALSE;
            }
            path = g_build_filename(tree->scan->root, mak, NULL);
            if (!g_file_get_contents(path, &text, NULL, error)) {
                return FALSE;
            }
            target->base_arch = tv_headers_mak_value(text, "TARGET_BASE_ARCH");
            target->abi_dir = tv_headers_mak_value(text, "TARGET_ABI_DIR");
            if (!target->base_arch) {
                target->base_arch = tv_headers_mak_value(text, "TARGET_ARCH");
            }
            if (!target->abi_dir) {
                target->abi_dir = tv_headers_mak_value(text, "TARGET_ARCH");
            }
        }
    }
    return TRUE;
}

/* TARGET_LONG_BITS, out of the guest's own header. */
static gboolean probe_bits(TvCheckTree *tree, TvTarget *target, GError **error)
{
    g_autofree char *dir =
        g_build_filename(tree->headers->guest_root, target->name, NULL);
    g_autofree char *config =
        g_strdup_printf("%s/%s-config-target.h", dir, target->name);
    g_autofree char *param =
        g_strdup_printf("target/%s/cpu-param.h", target->base_arch);
    g_autoptr(TvJob) job = tv_job_new_args(tree->tools->clang, "-E", "-dM",
                                           "-include", config, param, NULL);
    const char *at;

    job->cwd = g_strdup(tree->scan->root);
    if (!tv_job_run_ok(job, error)) {
        return FALSE;
    }
    at = strstr(job->out->str, "#define TARGET_LONG_BITS ");
    target->bits = at ? atoi(at + strlen("#define TARGET_LONG_BITS ")) : 0;
    if (target->bits != 32 && target->bits != 64) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s does not define TARGET_LONG_BITS for %s", param,
                    target->name);
        return FALSE;
    }
    return TRUE;
}

/* Directories whose trace headers the checked units may include. */
static GPtrArray *trace_groups(TvCheckTree *tree, GHashTable *touched)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < tree->scan->files->len; i++) {
        const char *file = tree->scan->files->pdata[i];
        g_autofree char *dir = g_path_get_dirname(file);
        gboolean wanted = FALSE;
        GHashTableIter iter;
        gpointer path;

        if (!g_str_equal(file, "trace-events") &&
            !g_str_has_suffix(file, "/trace-events")) {
            continue;
        }
        if (g_str_equal(dir, ".") || g_str_has_prefix(dir, "accel/") ||
            g_str_equal(dir, "linux-user")) {
            wanted = TRUE;
        }
        for (guint j = 0; j < tree->targets->len && !wanted; j++) {
            const TvTarget *target = tree->targets->pdata[j];
            g_autofree char *own =
                g_build_filename("target", target->base_arch, NULL);

            wanted = g_str_equal(dir, own);
        }
        g_hash_table_iter_init(&iter, touched);
        while (!wanted && g_hash_table_iter_next(&iter, &path, NULL)) {
            g_autofree char *of = g_path_get_dirname(path);

            wanted = g_str_equal(of, dir);
        }
        if (wanted) {
            g_ptr_array_add(groups, g_steal_pointer(&dir));
        }
    }
    return groups;
}

/* The standard that the tree's meson.build names. */
static char *find_c_std(const TvTreeScan *scan)
{
    g_autofree char *path = g_build_filename(scan->root, "meson.build", NULL);
    g_autofree char *text = NULL;
    const char *at;

    g_file_get_contents(path, &text, NULL, NULL);
    at = text ? strstr(text, "c_std=") : NULL;
    if (!at) {
        return g_strdup("gnu99");
    }
    at += strlen("c_std=");
    return g_strndup(at, strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789"));
}

char *tv_check_tree_keep(const TvCheckTree *tree, const char *kind,
                         const char *name, const char *text, GError **error)
{
    g_autofree char *digest =
        g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
    g_autofree char *dir =
        tv_options_build_path(tree->options, "cache", kind, digest, NULL);
    g_autofree char *path = g_build_filename(dir, name, NULL);

    return tv_kept_file(path, text, error) ? g_steal_pointer(&dir) : NULL;
}

static gboolean impose_typing(TvCheckTree *tree, GError **error)
{
    const TvContract *contract = tree->contract;
    g_autofree char *from =
        g_build_filename(tree->scan->root, contract->typedef_file, NULL);
    g_autofree char *text = NULL;
    g_autofree char *typed = NULL;

    /* Where RW is canonical both aliases have the same typedef. */
    if (contract->rw_canonical ||
        tv_tree_scan_has(tree->scan, contract->header)) {
        return TRUE;
    }
    if (!g_file_get_contents(from, &text, NULL, error)) {
        return FALSE;
    }
    typed = tv_typing_impose(contract, text, error);
    tree->typing_dir = typed ? tv_check_tree_keep(tree, "typing",
                                                  contract->typedef_file,
                                                  typed, error)
                             : NULL;
    return tree->typing_dir != NULL;
}

/* The first source of the contract's list that the tree has. */
static char *find_backend(const TvCheckTree *tree, const TvHost *host)
{
    g_auto(GStrv) patterns =
        g_strsplit(tree->contract->backend_sources, ";", -1);
    const char *const names[] = {host->backend, host->arch};

    for (char **pattern = patterns; *pattern; pattern++) {
        for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
            g_autoptr(GString) path = g_string_new(g_strstrip(*pattern));

            /* tci's arch is that of the machine it runs on. */
            if (i > 0 && host->interpreter) {
                continue;
            }
            g_string_replace(path, TV_CONTRACT_BACKEND, names[i], 0);
            if (tv_tree_scan_has(tree->scan, path->str)) {
                return g_string_free(g_steal_pointer(&path), FALSE);
            }
        }
    }
    return NULL;
}

static gboolean find_backends(TvCheckTree *tree, GError **error)
{
    const TvHost *host;
    guint count = 0;

    if (!tv_tree_scan_has(tree->scan, tree->contract->kernel_source)) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s is no QEMU source tree: it has no %s (key "
                    "'kernel-source' of contract %s). Run tcg-verify apply, "
                    "or give --tree DIR",
                    tree->scan->root, tree->contract->kernel_source,
                    tree->contract->name);
        return FALSE;
    }
    if (!tv_tree_scan_has(tree->scan, "meson.build")) {
        g_set_error(error, TV_ERROR, TV_ERROR_TREE,
                    "%s (QEMU %s) has no meson.build: which sources are built "
                    "is read there, so trees before 5.2 cannot be checked",
                    tree->scan->root, tree->scan->version);
        return FALSE;
    }
    while (tv_host_nth(count)) {
        count++;
    }
    tree->backends = g_new0(char *, count);
    for (guint i = 0; (host = tv_host_nth(i)); i++) {
        tree->backends[i] = find_backend(tree, host);
    }
    return TRUE;
}

TvCheckTree *tv_check_tree_open(const TvOptions *options, const char *root,
                                const TvContract *contract,
                                const TvCheckTools *tools, TvFileFacts *facts,
                                const char *guests, GHashTable *touched,
                                GError **error)
{
    g_autoptr(TvCheckTree) tree = g_new0(TvCheckTree, 1);
    g_autoptr(GPtrArray) groups = NULL;
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    tree->options = options;
    tree->contract = contract;
    tree->tools = tools;
    tree->facts = facts;
    tree->lines = tv_source_lines_new();
    tree->scan = tv_tree_scan(root, error);
    if (!tree->scan || !find_backends(tree, error) ||
        !add_targets(tree, guests, error)) {
        return NULL;
    }
    tree->c_std = find_c_std(tree->scan);
    tree->sources = tv_meson_sources_read(tree->scan, error);
    if (!tree->sources) {
        return NULL;
    }
    groups = trace_groups(tree, touched);
    for (guint i = 0; i < tree->targets->len; i++) {
        g_ptr_array_add(names, ((TvTarget *)tree->targets->pdata[i])->name);
    }
    g_ptr_array_add(names, NULL);
    tree->headers =
        tv_headers_make(options, tree->scan, facts,
                        (const char *const *)names->pdata, groups, error);
    if (!tree->headers) {
        return NULL;
    }
    for (guint i = 0; i < tree->targets->len; i++) {
        if (!probe_bits(tree, tree->targets->pdata[i], error)) {
            return NULL;
        }
    }
    return impose_typing(tree, error) ? g_steal_pointer(&tree) : NULL;
}

char *tv_check_tree_backend(const TvCheckTree *tree, const TvHost *host)
{
    const TvHost *other;

    for (guint i = 0; tree->backends && (other = tv_host_nth(i)); i++) {
        if (other == host) {
            return g_strdup(tree->backends[i]);
        }
    }
    return NULL;
}

gboolean tv_check_tree_owns(const TvCheckTree *tree, const TvHost *host,
                            const char *file)
{
    g_autofree char *source = tv_check_tree_backend(tree, host);
    g_autofree char *dir = source ? g_path_get_dirname(source) : NULL;

    return dir && g_str_has_prefix(file, dir) && file[strlen(dir)] == '/';
}

const TvHost *tv_check_tree_owner(const TvCheckTree *tree, const char *file)
{
    const TvHost *host;

    for (guint i = 0; (host = tv_host_nth(i)); i++) {
        if (tv_check_tree_owns(tree, host, file)) {
            return host;
        }
    }
    return NULL;
}

gboolean tv_check_tree_coherent(const TvCheckTree *tree, const char *file)
{
    g_autofree char *dir = g_path_get_dirname(file);
    g_autofree char *name = g_path_get_basename(dir);

    return tv_check_tree_owner(tree, file) &&
           tv_contract_lists(tree->contract, "coherent-backends", name);
}

gboolean tv_check_tree_converted(const TvCheckTree *tree, const TvHost *host)
{
    g_autofree char *source = tv_check_tree_backend(tree, host);
    g_autofree char *path = NULL;
    g_autofree char *hook = NULL;
    g_autofree char *pattern = NULL;
    g_autofree char *text = NULL;

    if (!source || !tree->contract->cache_hook) {
        return source != NULL;
    }
    path = g_build_filename(tree->scan->root, source, NULL);
    hook = g_regex_escape_string(tree->contract->cache_hook, -1);
    pattern = g_strdup_printf("^static\\b.*\\b%s\\(", hook);
    return g_file_get_contents(path, &text, NULL, NULL) &&
           g_regex_match_simple(pattern, text, G_REGEX_MULTILINE, 0);
}

char *tv_check_tree_relative(const TvCheckTree *tree, const char *name)
{
    g_autofree char *clean = tv_cpp_text_clean_name(name);

    name = clean;
    if (tree->typing_dir && g_str_has_prefix(name, tree->typing_dir) &&
        name[strlen(tree->typing_dir)] == '/') {
        return g_strdup(name + strlen(tree->typing_dir) + 1);
    }
    if (g_str_has_prefix(name, tree->scan->root) &&
        name[strlen(tree->scan->root)] == '/') {
        return g_strdup(name + strlen(tree->scan->root) + 1);
    }
    return g_strdup(name);
}

/* @from as a whole path or the beginning of one becomes @to. */
static char *replace_path(const char *text, const char *from, const char *to)
{
    GString *result = g_string_new(NULL);
    gsize length = strlen(from);
    const char *at;

    for (; (at = strstr(text, from)); text = at + length) {
        gboolean whole = strchr("/ \t\n\"',:;)", at[length]) != NULL;

        g_string_append_len(result, text, at - text);
        g_string_append(result, whole ? to : from);
    }
    g_string_append(result, text);
    return g_string_free(result, FALSE);
}

char *tv_check_portable(const char *build_dir, const char *text)
{
    return replace_path(text, build_dir, BUILD_MARK);
}

char *tv_check_local(const char *build_dir, const char *text)
{
    return replace_path(text, BUILD_MARK, build_dir);
}

char *tv_check_tree_portable(const TvCheckTree *tree, const char *text)
{
    return tv_check_portable(tree->options->build_dir, text);
}

char *tv_check_tree_path(const TvCheckTree *tree, const char *name)
{
    return g_path_is_absolute(name)
               ? g_strdup(name)
               : g_build_filename(tree->scan->root, name, NULL);
}

char *tv_check_tree_command(const TvCheckTree *tree, const char *command, ...)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    va_list args;

    g_ptr_array_add(words, g_strdup("tcg-verify"));
    va_start(args, command);
    for (const char *word = command; word; word = va_arg(args, const char *)) {
        g_ptr_array_add(words, g_strdup(word));
    }
    va_end(args);
    if (tree->contract->given) {
        g_ptr_array_add(words,
                        g_strconcat("--contract=", tree->contract->name, NULL));
    }
    if (tree->options->tree) {
        g_ptr_array_add(words,
                        g_strconcat("--tree=", tree->options->tree, NULL));
    }
    g_ptr_array_add(words, NULL);
    return tv_shell_line((char **)words->pdata);
}
