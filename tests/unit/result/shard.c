/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of a run over the hosts, and putting them together. */
#include <glib.h>
#include <string.h>

#include "base/error.h"
#include "result/shard.h"

typedef struct Host {
    const char *name;
} Host;

static Host hosts[] = { { "a" }, { "b" }, { "c" } };

static GPtrArray *chosen(void)
{
    GPtrArray *list = g_ptr_array_new();

    for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++) {
        g_ptr_array_add(list, &hosts[i]);
    }
    return list;
}

/* Shard @number of @count with a clean cell of each of its hosts. */
static TvResult *part(guint number, guint count)
{
    TvOptions options = { .shard = number, .shards = count };
    g_autoptr(GPtrArray) list = chosen();
    g_autoptr(GError) error = NULL;
    TvResult *result = tv_result_new("test");

    result->series = g_strdup("s");
    g_assert_true(tv_shard_apply(&options, list, result, &error));
    g_assert_no_error(error);
    for (guint i = 0; i < list->len; i++) {
        const Host *host = list->pdata[i];

        tv_result_add_cell(result, tv_cell_new("L1", host->name, "user", 64,
                                               TV_CELL_CLEAN));
    }
    return result;
}

static void expect(GPtrArray *parts, const char *message)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(TvResult) whole = tv_shard_merge(parts, &error);

    if (!message) {
        g_assert_no_error(error);
        g_assert_cmpuint(whole->cells->len, ==, G_N_ELEMENTS(hosts));
        g_assert_cmpint(tv_result_exit_status(whole), ==, 0);
    } else {
        g_assert_null(whole);
        g_assert_nonnull(error);
        g_assert_nonnull(strstr(error->message, message));
    }
    g_ptr_array_unref(parts);
}

static GPtrArray *parts_of(TvResult *a, TvResult *b)
{
    GPtrArray *parts =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_result_free);

    g_ptr_array_add(parts, a);
    if (b) {
        g_ptr_array_add(parts, b);
    }
    return parts;
}

static void test_parse(void)
{
    static const char *const wrong[] = { "", "1", "0/2", "3/2", "1/2x", "a/b" };
    guint number, count;

    g_assert_true(tv_shard_parse("2/3", &number, &count, NULL));
    g_assert_cmpuint(number, ==, 2);
    g_assert_cmpuint(count, ==, 3);
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(tv_shard_parse(wrong[i], &number, &count, &error));
        g_assert_error(error, TV_ERROR, TV_ERROR_USAGE);
    }
}

static void test_apply(void)
{
    TvOptions many = { .shard = 1, .shards = 4 };
    TvOptions none = { 0 };
    g_autoptr(TvResult) result = part(1, 2);
    g_autoptr(GPtrArray) list = chosen();
    g_autoptr(GError) error = NULL;

    /* a and c; the whole is known */
    g_assert_cmpuint(result->cells->len, ==, 2);
    g_assert_cmpuint(result->planned->len, ==, 3);
    g_assert_true(tv_shard_apply(&none, list, result, NULL));
    g_assert_cmpuint(list->len, ==, 3);
    g_assert_false(tv_shard_apply(&many, list, result, &error));
    g_assert_error(error, TV_ERROR, TV_ERROR_USAGE);
}

static void test_merge(void)
{
    TvResult *other;

    expect(parts_of(part(1, 2), part(2, 2)), NULL);
    expect(parts_of(part(2, 2), part(1, 2)), NULL);
    expect(parts_of(part(1, 2), NULL), "shard 2/2 of 'test' is missing");
    expect(parts_of(part(1, 2), part(1, 2)), "there twice");
    expect(parts_of(part(1, 2), part(2, 3)), "not shards of one run");
    other = part(2, 2);
    g_free(other->series);
    other->series = g_strdup("t");
    expect(parts_of(part(1, 2), other), "not shards of one run");
    other = part(2, 2);
    g_ptr_array_set_size(other->cells, 0);
    expect(parts_of(part(1, 2), other), "no cell of host b");
    other = part(2, 2);
    tv_result_add_cell(other,
                       tv_cell_new("L1", "a", "user", 64, TV_CELL_CLEAN));
    expect(parts_of(part(1, 2), other), "not its own");
    other = part(2, 2);
    tv_result_add_cell(other,
                       tv_cell_new("L1", "b", "user", 64, TV_CELL_CLEAN));
    expect(parts_of(part(1, 2), other), "twice");
}

/* A result of `check` for each host of @number/2, less @missing of host b. */
static TvResult *checked(guint number, const char *missing)
{
    static const char *const layers[] = { "L0", "L1", "L2" };
    TvResult *result = part(number, 2);

    g_free(result->command);
    result->command = g_strdup("check");
    g_ptr_array_set_size(result->cells, 0);
    for (guint h = number - 1; h < result->planned->len; h += 2) {
        for (gsize l = 0; l < G_N_ELEMENTS(layers); l++) {
            if (h != 1 || g_strcmp0(layers[l], missing) != 0) {
                tv_result_add_cell(
                    result, tv_cell_new(layers[l], result->planned->pdata[h],
                                        NULL, 0, TV_CELL_CLEAN));
            }
        }
    }
    return result;
}

/* Every cell that can be lost is missed. */
static void test_cells(void)
{
    static const char *const lost[] = { "L0", "L1", "L2" };
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) parts =
        parts_of(checked(1, NULL), checked(2, NULL));
    g_autoptr(TvResult) whole = tv_shard_merge(parts, &error);
    TvResult *other;

    g_assert_no_error(error);
    g_assert_cmpuint(whole->cells->len, ==, 9);
    for (guint i = 0; i < whole->cells->len; i++) {
        const TvCell *cell = whole->cells->pdata[i];

        g_assert_cmpstr(cell->host, ==, hosts[i / 3].name);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(lost); i++) {
        g_autofree char *message = g_strdup_printf(
            "'check' has no cell %s of host b, which host a has", lost[i]);

        expect(parts_of(checked(1, NULL), checked(2, lost[i])), message);
    }
    /* Of a host that is not converted less is asked. */
    other = checked(2, "L1");
    ((TvCell *)other->cells->pdata[0])->status = TV_CELL_NOT_CONVERTED;
    g_clear_pointer(&parts, g_ptr_array_unref);
    parts = parts_of(checked(1, NULL), other);
    g_clear_pointer(&whole, tv_result_free);
    whole = tv_shard_merge(parts, &error);
    g_assert_no_error(error);
    other = checked(2, NULL);
    other->guests = g_strdup("arm");
    expect(parts_of(checked(1, NULL), other), "not shards of one run");
    /* Cells about no host count as well. */
    other = checked(2, NULL);
    for (int i = 0; i < 2; i++) {
        tv_result_add_cell(other, tv_cell_new("series", NULL, NULL, 0,
                                              TV_CELL_CLEAN));
    }
    expect(parts_of(checked(1, NULL), other), "of no host twice");
}

/* The result of a whole run merges with no other. */
static void test_whole(void)
{
    TvResult *whole = tv_result_new("lint");
    g_autoptr(GPtrArray) one = NULL;
    g_autoptr(TvResult) same = NULL;

    tv_result_add_cell(whole,
                       tv_cell_new("series", NULL, NULL, 0, TV_CELL_CLEAN));
    one = parts_of(whole, NULL);
    same = tv_shard_merge(one, NULL);
    g_assert_true(same == whole);
    expect(parts_of(tv_result_new("test"), part(1, 2)), "not shards of one");
    expect(parts_of(part(1, 2), tv_result_new("test")), "not shards of one");
    expect(parts_of(tv_result_new("test"), tv_result_new("test")),
           "not shards of one");
}

static void test_json(void)
{
    g_autoptr(TvResult) result = part(2, 2);
    g_autoptr(JsonNode) node = tv_result_to_json(result);
    g_autoptr(GError) error = NULL;
    TvResult *copy = tv_result_from_json(node, &error);

    g_assert_no_error(error);
    expect(parts_of(part(1, 2), copy), NULL);
}

static GPtrArray *texts(const char *list)
{
    GPtrArray *array = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) items = g_strsplit(list, " ", -1);

    for (char **item = items; *item; item++) {
        g_ptr_array_add(array, g_strdup(*item));
    }
    return array;
}

/* Of the contract only what no shard has is a finding. */
static void expect_unmet(const char *first, const char *second,
                         const char *both)
{
    g_autoptr(GPtrArray) parts = parts_of(part(1, 2), part(2, 2));
    g_autoptr(GPtrArray) wanted = both ? texts(both) : g_ptr_array_new();
    g_autoptr(JsonNode) node = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(TvResult) whole = NULL;
    TvResult *one = parts->pdata[0];
    TvResult *two = parts->pdata[1];

    one->unmet = first ? texts(first) : NULL;
    two->unmet = second ? texts(second) : NULL;
    node = tv_result_to_json(two);
    tv_result_free(two);
    parts->pdata[1] = tv_result_from_json(node, &error);
    g_assert_no_error(error);
    whole = tv_shard_merge(parts, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(whole->findings->len, ==, wanted->len);
    g_assert_cmpint(tv_result_exit_status(whole), ==, wanted->len ? 1 : 0);
    for (guint i = 0; i < wanted->len; i++) {
        const TvFinding *finding = whole->findings->pdata[i];

        g_assert_cmpstr(finding->rule, ==, "units-contract-unused");
        g_assert_cmpstr(finding->text, ==, wanted->pdata[i]);
    }
}

static void test_unmet(void)
{
    expect_unmet("f g.1 h", "e g.1 h", "g.1 h");
    expect_unmet("f", "g", NULL);
    expect_unmet("f", "", NULL);
    /* A shard that does not know may have it. */
    expect_unmet("f", NULL, NULL);
    expect_unmet(NULL, "f", NULL);
    expect_unmet(NULL, NULL, NULL);
}

static void test_unmet_json(void)
{
    static const char *const wrong[] = { "{}", "[1]", "[{}]", "\"f\"" };
    TvResult *result = part(1, 2);
    g_autoptr(JsonNode) node = tv_result_to_json(result);

    tv_result_free(result);
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;

        json_object_set_member(json_node_get_object(node), "unmet",
                               json_from_string(wrong[i], NULL));
        g_assert_null(tv_result_from_json(node, &error));
        g_assert_error(error, TV_ERROR, TV_ERROR_INPUT);
    }
}

/* What one shard's hosts build is built; the last to end gives the date. */
static void test_origin(void)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new();
    g_autoptr(TvResult) whole = NULL;

    for (guint i = 1; i <= 2; i++) {
        TvResult *one = part(i, 2);

        one->unbuilt = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(one->unbuilt, g_strdup("both.c"));
        g_ptr_array_add(one->unbuilt, g_strdup_printf("not-by-%u.c", i));
        one->date = g_strdup_printf("2026-12-01 09:3%u UTC", 3 - i);
        one->machine = g_strdup_printf("machine %u", i);
        g_ptr_array_add(parts, one);
    }
    whole = tv_shard_merge(parts, NULL);
    g_assert_nonnull(whole);
    g_assert_cmpuint(whole->unbuilt->len, ==, 1);
    g_assert_cmpstr(whole->unbuilt->pdata[0], ==, "both.c");
    g_assert_cmpstr(whole->date, ==, "2026-12-01 09:32 UTC");
    g_assert_cmpstr(whole->machine, ==, "machine 1; machine 2");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/shard/parse", test_parse);
    g_test_add_func("/shard/apply", test_apply);
    g_test_add_func("/shard/merge", test_merge);
    g_test_add_func("/shard/cells", test_cells);
    g_test_add_func("/shard/whole", test_whole);
    g_test_add_func("/shard/json", test_json);
    g_test_add_func("/shard/unmet", test_unmet);
    g_test_add_func("/shard/unmet-json", test_unmet_json);
    g_test_add_func("/shard/origin", test_origin);
    return g_test_run();
}
