/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The algebra of aliases, and the contract that names them. */
#include <glib/gstdio.h>

#include "algebra.h"
#include "contract-units.h"

/* The value of each form in units of RX and of RW. */
static const int worth[AU_N_FORMS - 1][2] = {
    {0, 0}, {1, 0}, {0, 1}, {-1, 1}, {1, -1}, {-1, 0}, {0, -1},
};

static AuSet form_of(int rx, int rw)
{
    for (int i = 0; i < AU_N_FORMS - 1; i++) {
        if (worth[i][0] == rx && worth[i][1] == rw) {
            return 1u << i;
        }
    }
    return AU_OTHER;
}

static void test_sums(void)
{
    for (int i = 0; i < AU_N_FORMS - 1; i++) {
        for (int j = 0; j < AU_N_FORMS - 1; j++) {
            g_assert_cmpint(au_add(1u << i, 1u << j), ==,
                            form_of(worth[i][0] + worth[j][0],
                                    worth[i][1] + worth[j][1]));
            g_assert_cmpint(au_subtract(1u << i, 1u << j), ==,
                            form_of(worth[i][0] - worth[j][0],
                                    worth[i][1] - worth[j][1]));
        }
        g_assert_cmpint(au_add(1u << i, AU_OTHER), ==, AU_OTHER);
        g_assert_cmpint(au_subtract(AU_OTHER, 1u << i), ==, AU_OTHER);
    }
    /* The sums on which the conversion macro rests. */
    g_assert_cmpint(au_add(AU_RX, AU_DIFF), ==, AU_RW);
    g_assert_cmpint(au_add(AU_RW, AU_DIFF), ==, AU_OTHER);
    g_assert_cmpint(au_subtract(AU_RX, AU_DIFF), ==, AU_OTHER);
    g_assert_cmpint(au_subtract(AU_RW, AU_RX), ==, AU_DIFF);
    g_assert_cmpint(au_subtract(AU_RX, AU_RX), ==, AU_PLAIN);
}

/* Sets: each element of the one with each of the other, and nothing else. */
static void test_sets(void)
{
    for (int a = 0; a < 256; a++) {
        for (int b = 0; b < 256; b++) {
            AuSet sum = 0, difference = 0;

            for (int i = 0; i < AU_N_FORMS; i++) {
                for (int j = 0; j < AU_N_FORMS; j++) {
                    if ((a >> i & 1) && (b >> j & 1)) {
                        sum |= au_add(1u << i, 1u << j);
                        difference |= au_subtract(1u << i, 1u << j);
                    }
                }
            }
            g_assert_cmpint(au_add(a, b), ==, sum);
            g_assert_cmpint(au_subtract(a, b), ==, difference);
            g_assert_cmpint(au_add(a, b), ==, au_add(b, a));
            g_assert_cmpint(au_mix(a, b), ==, au_mix(b, a));
            /* Nothing is lost when parts are put together. */
            if (a && b) {
                g_assert_cmpint(~au_mix(a, b) & (a | b) & ~AU_PLAIN, ==, 0);
            }
        }
        g_assert_cmpint(au_add(a, 0), ==, 0);
        g_assert_cmpint(au_add(a, AU_PLAIN), ==, a);
        g_assert_cmpint(au_mix(a, AU_PLAIN), ==, a);
    }
}

/* Larger operands have larger results: the fixed point depends on it. */
static void test_monotonic(void)
{
    for (int a = 0; a < 256; a++) {
        for (int b = 0; b < 256; b++) {
            for (int i = 0; i < AU_N_FORMS; i++) {
                AuSet more = a | 1u << i;

                g_assert_cmpint(au_add(a, b) & ~au_add(more, b), ==, 0);
                g_assert_cmpint(au_subtract(b, a) & ~au_subtract(b, more), ==,
                                0);
                g_assert_cmpint(au_mix(a, b) & ~au_mix(more, b), ==, 0);
            }
        }
    }
}

static void test_names(void)
{
    static const char *const names[] = {"plain", "rx",    "rw",
                                        "diff",  "-diff", "any"};
    static const AuSet sets[] = {AU_PLAIN, AU_RX,    AU_RW,
                                 AU_DIFF,  AU_NDIFF, AU_ANY};
    g_autofree char *nothing = au_set_describe(0);
    g_autofree char *two = au_set_describe(AU_PLAIN | AU_DIFF);

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        AuSet set = 0;

        g_assert_true(au_set_parse(names[i], &set));
        g_assert_cmpint(set, ==, sets[i]);
    }
    for (const char *const *bad = (const char *const[]){"", "RX", "rwx", NULL};
         *bad; bad++) {
        AuSet set;

        g_assert_false(au_set_parse(*bad, &set));
    }
    g_assert_cmpstr(nothing, ==, "nothing");
    g_assert_cmpstr(two, ==, "plain | RW - RX");
}

static AuContract *load(const char *text, GError **error)
{
    g_autofree char *path = NULL;
    AuContract *contract;
    int fd = g_file_open_tmp("contract-XXXXXX", &path, NULL);

    g_assert_cmpint(fd, >=, 0);
    g_close(fd, NULL);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    contract = au_contract_load(path, error);
    g_unlink(path);
    return contract;
}

#define TYPES "[units-types]\nrx=unit;@__rx;const other\nrw=unit_rw\n"
#define CHECKS "[units-checks]\ncanonical=rx\nconversions=to_rw\n"

static gboolean knows_only_p(const char *record, const char *field,
                             gpointer data)
{
    return g_str_equal(record, "S") && g_str_equal(field, "p");
}

static void test_contract(void)
{
    g_autoptr(GError) error = NULL;
    AuSet allowed = 0;
    AuContract *contract =
        load(TYPES "[units-fields]\nS.p=rx\nS.q=plain;rx\n"
                   "[units-functions]\nf=rw\nf.2=diff\ng.1=any\nf.local=rx\n"
                   "[units-externs]\nlog=prints\ngen_*=emits\n"
                   "[units-caches]\nflush=fl\ninvalidate=inv\n"
                   "entries=make\npatchers=patch;patch_two\n" CHECKS,
             &error);

    g_assert_no_error(error);
    g_assert_cmpint(au_contract_type(contract, "unit", FALSE), ==, AU_RX);
    g_assert_cmpint(au_contract_type(contract, "unit", TRUE), ==, AU_RX);
    g_assert_cmpint(au_contract_type(contract, "other", TRUE), ==, AU_RX);
    g_assert_cmpint(au_contract_type(contract, "other", FALSE), ==, 0);
    g_assert_cmpint(au_contract_type(contract, "unit_rw", FALSE), ==, AU_RW);
    g_assert_cmpint(au_contract_tag(contract, "__rx"), ==, AU_RX);
    g_assert_cmpint(au_contract_tag(contract, "unit"), ==, 0);
    g_assert_cmpint(au_contract_field(contract, "S", "p", &allowed), ==, AU_RX);
    g_assert_cmpint(allowed, ==, AU_RX);
    g_assert_cmpint(au_contract_field(contract, "S", "q", &allowed), ==,
                    AU_PLAIN);
    g_assert_cmpint(allowed, ==, AU_PLAIN | AU_RX);
    g_assert_cmpint(au_contract_field(contract, "T", "p", &allowed), ==, 0);
    g_assert_cmpint(au_contract_function(contract, "f", 0), ==, AU_RW);
    g_assert_cmpint(au_contract_function(contract, "f", 1), ==, 0);
    g_assert_cmpint(au_contract_function(contract, "f", 2), ==, AU_DIFF);
    g_assert_cmpint(au_contract_function(contract, "g", 1), ==, AU_ANY);
    g_assert_cmpint(au_contract_local(contract, "f", "local"), ==, AU_RX);
    g_assert_cmpstr(au_contract_extern(contract, "log"), ==, "prints");
    g_assert_cmpstr(au_contract_extern(contract, "gen_add"), ==, "emits");
    g_assert_null(au_contract_extern(contract, "logs"));
    g_assert_true(au_contract_has_role(contract, "patch_two", AU_ROLE_PATCHER));
    g_assert_false(au_contract_has_role(contract, "make", AU_ROLE_PATCHER));
    g_assert_true(au_contract_has_role(contract, "to_rw", AU_ROLE_CONVERSION));
    g_assert_false(au_contract_has_role(contract, NULL, AU_ROLE_FLUSH));

    g_assert_false(
        au_contract_check_fields(contract, knows_only_p, NULL, &error));
    g_assert_nonnull(strstr(error->message, "S.q"));
}

static void test_bad_contracts(void)
{
    static const struct {
        const char *text;
        const char *names;
    } bad[] = {
        {"[units-types]\nrx=unit\n" CHECKS, "rw"},
        {TYPES "[units-fields]\nS.p=rwx\n" CHECKS, "S.p"},
        {TYPES "[units-fields]\nS.p=\n" CHECKS, "S.p"},
        {TYPES "[units-fields]\nS.p=rx;nothing\n" CHECKS, "S.p"},
        {TYPES "[units-externs]\nlog=\n" CHECKS, "log"},
        {TYPES, "canonical"},
        {TYPES "[units-checks]\ncanonical=both\n", "canonical"},
        {"no key file", "no key file"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(load(bad[i].text, &error));
        g_assert_nonnull(error);
        g_assert_nonnull(strstr(error->message, bad[i].names));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/address-algebra/sums", test_sums);
    g_test_add_func("/address-algebra/sets", test_sets);
    g_test_add_func("/address-algebra/monotonic", test_monotonic);
    g_test_add_func("/address-algebra/names", test_names);
    g_test_add_func("/address-algebra/contract", test_contract);
    g_test_add_func("/address-algebra/bad-contracts", test_bad_contracts);
    return g_test_run();
}
