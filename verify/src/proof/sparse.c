/* L2: sparse, with code pointers in an address space of their own. */
#include "proof/unit.h"

#include "tree/typing.h"

/*
 * @errors: report warnings as errors.  sparse drops every warning that follows
 * an error, but stops at 100 errors; so a run without it comes first.
 */
char **tv_layer_sparse_argv(const TvUnit *unit, const TvCheckTree *tree,
                            const char *path, gboolean errors)
{
    static const char *const options[] = {
        "-fmax-warnings=unlimited", "-Wno-decl", "-Wno-non-pointer-null",
        /* Where RW is canonical, RX becomes an integer by a cast, all over. */
        "-Wcast-from-as", "-Wcast-to-as",
    };
    gsize count = G_N_ELEMENTS(options) -
                  (tree->contract->rw_canonical ? 2 : 0);
    GPtrArray *argv = g_ptr_array_new();
    const TvHost *host = unit->host;

    g_ptr_array_add(argv, g_strdup(tree->tools->sparse));
    for (int i = 0; i < TV_HOST_ARGS && host->sparse_args[i]; i++) {
        g_ptr_array_add(argv, g_strdup(host->sparse_args[i]));
    }
    for (gsize i = 0; i < count; i++) {
        g_ptr_array_add(argv, g_strdup(options[i]));
    }
    if (errors) {
        g_ptr_array_add(argv, g_strdup("-Wsparse-error"));
    }
    g_ptr_array_add(argv, g_strdup("-include"));
    g_ptr_array_add(argv, g_build_filename(tree->headers->common,
                                           "sparse-prelude.h", NULL));
    tv_typing_add_names(tree->contract, TRUE, argv);
    if (unit->mark_dir) {
        g_ptr_array_add(argv,
                        g_strdup("-D" TV_TYPING_SITE "(converted, bare)=bare"));
        g_ptr_array_add(
            argv, g_strdup("-D" TV_TYPING_KEPT "(converted, bare)=converted"));
    }
    g_ptr_array_add(argv, g_strdup(path));
    g_ptr_array_add(argv, NULL);
    return (char **)g_ptr_array_free(argv, FALSE);
}
