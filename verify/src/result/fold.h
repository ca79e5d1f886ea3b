/* Cells of a result that share one field of a table. */
#ifndef TV_RESULT_FOLD_H
#define TV_RESULT_FOLD_H

#include "result/result.h"

typedef struct TvFold {
    TvCellStatus worst;
    int cells; /* 0: the field is empty */
    int clean;
    int findings;
    int checked;
    double seconds;
} TvFold;

void tv_fold_add(TvFold *fold, const TvCell *cell);

/* "clean", "clean 3/4", "2 findings", "void", ...; "-" if empty. */
char *tv_fold_text(const TvFold *fold);

/* Sorts names of layers: those of `check` as they build on each other, the
 * others after them as they came. */
void tv_fold_sort_layers(GPtrArray *layers);

/* Adds a copy of @name unless it is there. */
void tv_fold_add_name(GPtrArray *names, const char *name);

#endif
