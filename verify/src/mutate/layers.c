/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mutate/layers.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "proof/cocci/rules.h"
#include "proof/cocci/run.h"

/* Operators that change types only: the compiled code stays the same. */
#define TYPES "space-drop,addr-drop,ptr-drop"

static const struct {
    const char *name;
    const char *blind; /* operators, as --operator takes them; or NULL */
} layers[TV_MUTATE_LAYERS] = {
    [TV_MUTATE_CACHES] = {"caches", NULL},
    /* Only sparse knows address spaces. */
    [TV_MUTATE_L1] = {"L1", "space-drop"},
    [TV_MUTATE_L2] = {"L2", NULL},
    [TV_MUTATE_L3] = {"L3", "const-drop," TYPES},
    [TV_MUTATE_L4] = {"L4", TYPES},
};

const char *tv_mutate_layer_name(TvMutateLayerId id)
{
    return layers[id].name;
}

gboolean tv_mutate_layers_parse(const char *list, guint *set, GError **error)
{
    g_auto(GStrv) names = g_strsplit(list ? list : "", ",", -1);
    const char *wrong = NULL;

    *set = list ? 0 : (1u << TV_MUTATE_LAYERS) - 1;
    for (char **name = names; *name && !wrong; name++) {
        wrong = g_strstrip(*name);
        for (int i = 0; i < TV_MUTATE_LAYERS; i++) {
            if (g_str_equal(*name, layers[i].name)) {
                *set |= 1u << i;
                wrong = NULL;
            }
        }
    }
    if (wrong || !*set) {
        g_set_error(error, TV_ERROR, TV_ERROR_USAGE,
                    "--layer%s%s%s; known are: caches L1 L2 L3 L4",
                    wrong ? ": no layer '" : " names no layer",
                    wrong ? wrong : "", wrong ? "'" : "");
        return FALSE;
    }
    return TRUE;
}

gboolean tv_mutate_layer_is_blind(TvMutateLayerId id,
                                  const TvMutateOperator *operator)
{
    return layers[id].blind &&
           tv_mutate_operator_matches(layers[id].blind, operator->id);
}

static char *version_units(const TvCheckTree *tree, GError **error)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    const char *program = tv_file_facts_sha256(tree->facts, tree->tools->units);

    if (!program) {
        tv_error_set_errno(error, errno, "read", tree->tools->units, NULL);
        return NULL;
    }
    tv_hash_add(sum, program);
    tv_hash_add(sum, tree->contract->digest);
    return g_strdup(g_checksum_get_string(sum));
}

static char *version_cocci(const TvCheckTree *tree, GError **error)
{
    TvCocciRun run = {.contract = tree->contract};
    g_autofree char *rules = tv_cocci_rules_digest(tree->contract);
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    gboolean good = tv_cocci_run_open(&run, error);

    if (good) {
        tv_hash_add(sum, run.version);
        tv_hash_add(sum, rules);
    }
    tv_cocci_run_close(&run);
    return good ? g_strdup(g_checksum_get_string(sum)) : NULL;
}

char *tv_mutate_layer_version(TvMutateLayerId id, const TvCheckTree *tree,
                              GError **error)
{
    switch (id) {
    case TV_MUTATE_L2:
        return g_compute_checksum_for_string(G_CHECKSUM_SHA256,
                                             tree->tools->sparse_version, -1);
    case TV_MUTATE_L3:
        return version_units(tree, error);
    case TV_MUTATE_L4:
        return version_cocci(tree, error);
    default:
        return g_strdup(layers[id].name);
    }
}
