/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The layers of `check` as mutate names and asks them. */
#ifndef TV_MUTATE_LAYERS_H
#define TV_MUTATE_LAYERS_H

#include "mutate/operators/mutant.h"
#include "mutate/verdict.h"

/* The layers that the engine of check runs on units, as a bit set. */
#define TV_MUTATE_ENGINE_LAYERS ((1u << TV_MUTATE_L1) | (1u << TV_MUTATE_L2))

/* As check names it. */
const char *tv_mutate_layer_name(TvMutateLayerId id);

/* The bit set of a comma list of names; NULL is all of them. */
gboolean tv_mutate_layers_parse(const char *list, guint *layers,
                                GError **error);

/* The layer cannot see such mistakes, by its nature. */
gboolean tv_mutate_layer_is_blind(TvMutateLayerId id,
                                  const TvMutateOperator *operator);

/* Names all that the layer's verdict depends on beyond the units' texts; to be
 * freed. */
char *tv_mutate_layer_version(TvMutateLayerId id, const TvCheckTree *tree,
                              GError **error);

#endif
