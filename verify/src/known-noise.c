#include "known-noise.h"

#include <string.h>

#include "data.h"
#include "error.h"

struct TvKnownNoise {
    GHashTable *reasons; /* identity to reason */
};

TvKnownNoise *tv_known_noise_parse(const char *text, GError **error)
{
    static const char *const keys[] = {
        "rule", "file", "function", "text", "reason",
    };
    g_autoptr(TvKnownNoise) noise = g_new0(TvKnownNoise, 1);
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_auto(GStrv) groups = NULL;

    noise->reasons =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    if (!g_key_file_load_from_data(file, text, strlen(text), 0, error)) {
        return NULL;
    }
    groups = g_key_file_get_groups(file, NULL);
    for (char **group = groups; *group; group++) {
        char *value[G_N_ELEMENTS(keys)];
        TvFinding finding = {0};
        gboolean complete = TRUE;

        for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
            value[i] = g_key_file_get_string(file, *group, keys[i], NULL);
            complete = complete && value[i];
        }
        finding.rule = value[0];
        finding.file = value[1];
        finding.function = value[2] && *value[2] ? value[2] : NULL;
        finding.text = value[3];
        if (complete) {
            g_hash_table_insert(noise->reasons,
                                tv_finding_compute_identity(&finding),
                                g_strdup(value[4]));
        }
        for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
            g_free(value[i]);
        }
        if (!complete) {
            g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                        "known noise [%s]: needs rule, file, function, text "
                        "and reason",
                        *group);
            return NULL;
        }
    }
    return g_steal_pointer(&noise);
}

TvKnownNoise *tv_known_noise_load(GError **error)
{
    g_autofree char *text = tv_data_text("known-noise.ini");

    return tv_known_noise_parse(text, error);
}

void tv_known_noise_free(TvKnownNoise *noise)
{
    if (noise) {
        g_hash_table_unref(noise->reasons);
        g_free(noise);
    }
}

const char *tv_known_noise_find(const TvKnownNoise *noise,
                                const TvFinding *finding)
{
    g_autofree char *identity = tv_finding_compute_identity(finding);

    return g_hash_table_lookup(noise->reasons, identity);
}
