/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "algebra.h"

static const int rx_factor[AU_N_FORMS - 1] = {0, 1, 0, -1, 1, -1, 0};
static const int rw_factor[AU_N_FORMS - 1] = {0, 0, 1, 1, -1, 0, -1};

static const char *const descriptions[AU_N_FORMS] = {
    "plain", "RX", "RW", "RW - RX", "RX - RW", "-RX", "-RW", "neither alias",
};

static AuSet combine_forms(int x, int y, int sign)
{
    int rx, rw;

    if (x == AU_N_FORMS - 1 || y == AU_N_FORMS - 1) {
        return AU_OTHER;
    }
    rx = rx_factor[x] + sign * rx_factor[y];
    rw = rw_factor[x] + sign * rw_factor[y];
    for (int i = 0; i < AU_N_FORMS - 1; i++) {
        if (rx_factor[i] == rx && rw_factor[i] == rw) {
            return 1u << i;
        }
    }
    return AU_OTHER;
}

static AuSet combine(AuSet a, AuSet b, int sign)
{
    static AuSet tables[2][256][256];
    static gsize ready;

    if (g_once_init_enter(&ready)) {
        for (int m = 0; m < 256; m++) {
            for (int n = 0; n < 256; n++) {
                for (int i = 0; i < AU_N_FORMS; i++) {
                    for (int j = 0; j < AU_N_FORMS; j++) {
                        if ((m >> i & 1) && (n >> j & 1)) {
                            tables[0][m][n] |= combine_forms(i, j, 1);
                            tables[1][m][n] |= combine_forms(i, j, -1);
                        }
                    }
                }
            }
        }
        g_once_init_leave(&ready, 1);
    }
    return tables[sign < 0][a][b];
}

AuSet au_add(AuSet a, AuSet b)
{
    return combine(a, b, 1);
}

AuSet au_subtract(AuSet a, AuSet b)
{
    return combine(a, b, -1);
}

AuSet au_mix(AuSet a, AuSet b)
{
    AuSet mixed = 0;

    if (!a || !b) {
        return 0;
    }
    if (a & AU_PLAIN) {
        mixed |= b;
    }
    if (b & AU_PLAIN) {
        mixed |= a;
    }
    if ((a & ~AU_PLAIN) && (b & ~AU_PLAIN)) {
        mixed |= (a | b) & ~AU_PLAIN;
    }
    return mixed;
}

char *au_set_describe(AuSet set)
{
    GString *text = g_string_new(NULL);

    for (int i = 0; i < AU_N_FORMS; i++) {
        if (set >> i & 1) {
            g_string_append_printf(text, "%s%s", text->len ? " | " : "",
                                   descriptions[i]);
        }
    }
    if (!text->len) {
        g_string_append(text, "nothing");
    }
    return g_string_free(text, FALSE);
}

gboolean au_set_parse(const char *name, AuSet *set)
{
    static const struct {
        const char *name;
        AuSet set;
    } classes[] = {
        {"plain", AU_PLAIN}, {"rx", AU_RX},       {"rw", AU_RW},
        {"diff", AU_DIFF},   {"-diff", AU_NDIFF}, {"any", AU_ANY},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(classes); i++) {
        if (g_str_equal(classes[i].name, name)) {
            *set = classes[i].set;
            return TRUE;
        }
    }
    return FALSE;
}
