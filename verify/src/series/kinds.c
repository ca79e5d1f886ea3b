#include "series/kinds.h"

#include <string.h>
#include <sys/stat.h>

#include "result/result.h"

/*
 * What the header of one file's diff says that quilt, patch(1) and git do not
 * all make and keep.
 */
static const struct {
    const char *start;
    const char *end; /* of the line, or NULL */
    const char *what;
} kinds[] = {
    {"old mode ", NULL, "changes the mode of %s, which quilt does not keep"},
    {"new file mode ", "120000", "makes a symbolic link of %s"},
    {"deleted file mode ", "120000", "removes the symbolic link %s"},
    {"index ", " 120000", "changes the symbolic link %s"},
    {"new file mode ", "160000", "makes a submodule of %s"},
    {"deleted file mode ", "160000", "removes the submodule %s"},
    {"index ", " 160000", "changes the submodule %s"},
    {"rename from ", NULL, "is written as a rename, to %s"},
    {"copy from ", NULL, "is written as a copy, to %s"},
    {"GIT binary patch", NULL, "changes %s, which quilt takes for binary"},
    {"Binary files ", NULL, "changes %s, which quilt takes for binary"},
};

/* "a/X b/Y", the rest of a line "diff --git". */
static gboolean are_plain(const char *names)
{
    g_auto(GStrv) two = g_strsplit(names, " ", -1);

    return g_strv_length(two) == 2 && tv_patch_path_is_plain(two[0]) &&
           tv_patch_path_is_plain(two[1]);
}

void tv_patch_kinds(const TvPatch *patch, GPtrArray *findings)
{
    g_auto(GStrv) lines = g_strsplit(patch->diff, "\n", -1);
    const char *name = "";
    gboolean header = FALSE; /* of a file of which nothing was said yet */
    int number = 1;

    for (const char *c = patch->text; c < patch->diff; c++) {
        number += *c == '\n';
    }
    for (char **line = lines; *line; line++, number++) {
        if (g_str_has_prefix(*line, "diff --git ")) {
            const char *names = *line + strlen("diff --git ");
            const char *second = g_strrstr(names, " b/");

            name = second ? second + strlen(" b/") : names;
            header = are_plain(names);
            if (!header) {
                tv_patch_finding(findings, patch, "series-kind", number,
                                 "changes %s: a name has to be of printable "
                                 "ASCII, without blanks, quotes and "
                                 "backslashes",
                                 name);
            }
        } else if (g_str_has_prefix(*line, "@@ ")) {
            header = FALSE;
        }
        for (gsize i = 0; header && i < G_N_ELEMENTS(kinds); i++) {
            if (g_str_has_prefix(*line, kinds[i].start) &&
                (!kinds[i].end || g_str_has_suffix(*line, kinds[i].end))) {
                g_autoptr(GString) what = g_string_new(kinds[i].what);

                g_string_replace(what, "%s", name, 1);
                tv_patch_finding(findings, patch, "series-kind", number, "%s",
                                 what->str);
                header = FALSE;
            }
        }
    }
}

const char *tv_patch_unfit_file(const char *path)
{
    g_autoptr(GMappedFile) map = NULL;
    struct stat info;

    if (lstat(path, &info) != 0) {
        return NULL;
    }
    if (S_ISLNK(info.st_mode)) {
        return "is a symbolic link";
    }
    if (!S_ISREG(info.st_mode)) {
        return "is no regular file";
    }
    map = g_mapped_file_new(path, FALSE, NULL);
    return map && g_mapped_file_get_length(map) &&
                   memchr(g_mapped_file_get_contents(map), '\0',
                          g_mapped_file_get_length(map))
               ? "is binary"
               : NULL;
}
