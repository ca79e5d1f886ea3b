#include "result/fold.h"

void tv_fold_add(TvFold *fold, const TvCell *cell)
{
    fold->worst = fold->cells ? MAX(fold->worst, cell->status) : cell->status;
    fold->cells++;
    fold->clean += cell->status == TV_CELL_CLEAN;
    fold->findings += cell->findings;
    fold->checked += cell->checked;
    fold->seconds += cell->seconds;
}

char *tv_fold_text(const TvFold *fold)
{
    if (fold->cells == 0) {
        return g_strdup("-");
    }
    switch (fold->worst) {
    case TV_CELL_NOT_CONVERTED:
        return g_strdup("not converted");
    case TV_CELL_FINDINGS:
        return g_strdup_printf("%d finding%s", fold->findings,
                               fold->findings == 1 ? "" : "s");
    case TV_CELL_CLEAN:
        if (fold->clean < fold->cells) {
            return g_strdup_printf("clean %d/%d", fold->clean, fold->cells);
        }
        break;
    default:
        break;
    }
    return g_strdup(tv_cell_status_name(fold->worst));
}

static int layer_place(const char *layer)
{
    static const char *const order[] = {"L0", "caches", "L1", "L2", "L3", "L4"};

    for (gsize i = 0; i < G_N_ELEMENTS(order); i++) {
        if (g_str_equal(layer, order[i])) {
            return (int)i;
        }
    }
    return G_N_ELEMENTS(order);
}

static int compare_layers(gconstpointer a, gconstpointer b)
{
    return layer_place(*(const char *const *)a) -
           layer_place(*(const char *const *)b);
}

void tv_fold_sort_layers(GPtrArray *layers)
{
    g_ptr_array_sort(layers, compare_layers);
}

void tv_fold_add_name(GPtrArray *names, const char *name)
{
    if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL)) {
        g_ptr_array_add(names, g_strdup(name));
    }
}
