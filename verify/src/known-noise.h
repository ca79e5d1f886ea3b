/* Findings of the upstream that are not about code pointers. */
#ifndef TV_KNOWN_NOISE_H
#define TV_KNOWN_NOISE_H

#include "result.h"

typedef struct TvKnownNoise TvKnownNoise;

/* The built-in list; TV_ERROR_INPUT if a group is incomplete. */
TvKnownNoise *tv_known_noise_load(GError **error);
/* The same out of @text. */
TvKnownNoise *tv_known_noise_parse(const char *text, GError **error);
void tv_known_noise_free(TvKnownNoise *noise);

/* The reason why @finding (with file, function and text) is noise, or NULL. */
const char *tv_known_noise_find(const TvKnownNoise *noise,
                                const TvFinding *finding);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvKnownNoise, tv_known_noise_free)

#endif
