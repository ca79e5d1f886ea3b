/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "base/data.h"
#include "base/error.h"
#include "project/contract.h"
#include "tree/typing.h"

/* The shipped contract @name, with each "FROM" of @edit (pairs, NULL-ended)
 * replaced by what follows. */
static TvContract *load(const char *name, const char *const *edit,
                        GError **error)
{
    g_autofree char *text = tv_data_text(name);
    g_autoptr(GString) own = g_string_new(text);
    g_autofree char *path = NULL;
    TvContract *contract;
    int file = g_file_open_tmp("contract-XXXXXX", &path, NULL);

    g_assert_cmpint(file, >=, 0);
    for (; edit && *edit; edit += 2) {
        g_assert_cmpuint(g_string_replace(own, edit[0], edit[1], 1), ==, 1);
    }
    g_assert_true(g_file_set_contents(path, own->str, own->len, NULL));
    contract = tv_contract_load(path, error);
    g_unlink(path);
    g_close(file, NULL);
    return contract;
}

static void refuse(const char *name, const char *from, const char *to,
                   const char *message)
{
    const char *const edit[] = {from, to, NULL};
    g_autoptr(GError) error = NULL;

    g_assert_null(load(name, edit, &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_INPUT);
    g_assert_null(strchr(error->message, '\n'));
    if (!strstr(error->message, message)) {
        g_error("'%s' is not in '%s'", message, error->message);
    }
}

static void test_shipped(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(TvContract) own = tv_contract_load(NULL, &error);
    g_autoptr(TvContract) other = tv_contract_load("6.0", &error);

    g_assert_no_error(error);
    g_assert_false(own->rw_canonical);
    g_assert_true(other->rw_canonical);
    g_assert_null(other->header);
    g_assert_null(other->cache_hook);
    g_assert_cmpuint(other->rx_text->len, >, 5);
    g_assert_true(tv_contract_lists(other, "coherent-backends", "s390x"));
    g_assert_false(tv_contract_lists(other, "coherent-backends", "s390y"));
    g_assert_false(tv_contract_has(own, "coherent-backends"));
    g_assert_cmpstr(tv_contract_value(own, "coherent-backends"), ==, "");
}

static void test_absent(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(tv_contract_load("9.9", &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_INPUT);
    g_assert_nonnull(strstr(error->message, "6.0"));
}

static void test_refused(void)
{
    refuse("contract.ini", "write-macro=", "write-makro=",
           "unknown key 'write-makro'");
    refuse("contract.ini", "write-macro=TCG_CODE_PTR_RW", "",
           "key 'write-macro'");
    refuse("contract.ini", "rw-type=tcg_insn_unit_rw", "rw-type=",
           "key 'rw-type': empty");
    refuse("contract.ini", "[units-types]", "[unit-types]",
           "unknown group [unit-types]");
    refuse("contract.ini", "canonical=rx", "canonical=both",
           "'both' is neither rx nor rw");
    refuse("contract.ini", "canonical=rx", "canonical=rw", "rx-type");
    refuse("contract.ini", "cache-hook=tcg_target_invalidate_icache", "",
           "'cache-hook'");
    refuse("contract.ini", "backend-sources=tcg/@BACKEND@/",
           "backend-sources=tcg/arm/", "backend-sources");
    refuse("contracts/6.0.ini", "to-rw=", "to-rw=(", "[rx-text] 'to-rw'");
}

/* Words are joined in place, where they are RX and nowhere else. */
static void test_edit(void)
{
    g_autoptr(TvContract) other = tv_contract_load("6.0", NULL);
    g_autoptr(TvContract) own = tv_contract_load(NULL, NULL);
    char text[] = "const tcg_insn_unit *a; const tcg_insn_units *b; "
                  "tcg_insn_unit *c; const void *tcg_splitwx_to_rx(void *rw); "
                  "void *tcg_splitwx_to_rw(const void *rx); const void *d;";
    g_autofree char *before = g_strdup(text);
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
    gboolean found = FALSE;

    g_assert_false(tv_typing_edit(own, text, strlen(text)));
    g_assert_cmpstr(text, ==, before);
    g_assert_true(tv_typing_edit(other, text, strlen(text)));
    g_assert_cmpstr(text, ==,
                    "const_tcg_insn_unit *a; const tcg_insn_units *b; "
                    "tcg_insn_unit *c; const_void *tcg_splitwx_to_rx(void *rw); "
                    "void *tcg_splitwx_to_rw(const_void *rx); const void *d;");
    tv_typing_add_names(other, TRUE, argv);
    for (guint i = 0; i < argv->len; i++) {
        found = found ||
                g_str_equal(argv->pdata[i],
                            "-Dconst_tcg_insn_unit=const tcg_insn_unit "
                            "__attribute__((address_space(__rx)))");
    }
    g_assert_true(found);
    g_ptr_array_set_size(argv, 0);
    tv_typing_add_names(own, TRUE, argv);
    g_assert_cmpuint(argv->len, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/contract/shipped", test_shipped);
    g_test_add_func("/contract/absent", test_absent);
    g_test_add_func("/contract/refused", test_refused);
    g_test_add_func("/contract/edit", test_edit);
    return g_test_run();
}
