/* Changes that a series cannot have: quilt, patch(1) and git have to make the
 * same files of it, and import has to be able to bring them back. */
#ifndef TV_SERIES_KINDS_H
#define TV_SERIES_KINDS_H

#include <glib.h>

#include "series/patch.h"

/* Adds a finding of series-kind for each file that the diff of @patch changes
 * in such a way. */
void tv_patch_kinds(const TvPatch *patch, GPtrArray *findings);

/* What the file @path is that can neither be in the overlay nor be changed by a
 * patch, as "is binary"; NULL if it can, or is not there. */
const char *tv_patch_unfit_file(const char *path);

#endif
