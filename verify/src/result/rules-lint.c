/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "result/rules.h"

const TvRule tv_rules_lint[] = {
    {
        .id = "series-unlisted",
        .layer = "series",
        .summary = "a file under patches/ is not in the series",
        .text = "quilt applies only what the series file lists, so a patch "
                "that is not listed is dead weight or was forgotten.",
        .fix = "Add the file to series at its place, or delete it.",
    },
    {
        .id = "series-missing",
        .layer = "series",
        .summary = "the series lists a patch that does not exist",
        .text = "Every line of the series file that is neither empty nor a "
                "comment is the path of one file below patches/.  Options "
                "after the name, which quilt allows, are not used here: every "
                "patch applies with -p1 and without fuzz.",
        .fix = "Add the file, or take the line out of series.",
    },
    {
        .id = "series-duplicate",
        .layer = "series",
        .summary = "the series lists a patch twice",
        .text = "A patch applies once; its second application fails, or worse, "
                "does something else.",
        .fix = "Delete one of the two lines.",
    },
    {
        .id = "series-apply",
        .layer = "series",
        .summary = "a patch does not apply to the tree before it",
        .text = "Patches apply with zero fuzz: every line of context has to "
                "be there as the patch has it.  Fuzz puts code at a place "
                "that no person has reviewed.",
        .fix = "Apply the patches before it, make the change by hand and "
               "'quilt refresh' it in the layout of git format-patch.",
    },
    {
        .id = "series-kind",
        .layer = "series",
        .summary = "a patch has a change that a series cannot have",
        .text = "quilt, patch(1) and git have to produce the same tree from a "
                "patch, and import has to read it back.  quilt refuses binary "
                "changes and loses modes; symbolic links and submodules are "
                "not lines of text; a rename is written as a removal and a "
                "new file of the overlay; names have to be in diffs as they "
                "are.",
        .fix = "Leave such a file as upstream has it; if you need another "
               "one, add a text file with a plain name.",
    },
    {
        .id = "header-grammar",
        .layer = "header",
        .summary = "the header of a patch is not in the form of the series",
        .text =
            "A patch starts with 'Subject: [PATCH] area: text', where the "
            "text after [PATCH] has at most 76 characters and no full stop at "
            "its end; an empty line; a body that says why, in lines of at "
            "most 76 characters of ASCII; trailers, if any, as the body's "
            "last paragraph; a line '---'; the diffstat; the diff.",
        .fix = "Reword the header.",
    },
    {
        .id = "header-identity",
        .layer = "header",
        .summary = "a patch stores an identity or a date",
        .text = "apply (on a git checkout) and export add From:, Date: and "
                "Signed-off-by: from the user's git configuration.  The "
                "patches store no identity, so that they invent none.",
        .fix = "Delete the line.",
    },
    {
        .id = "header-trailer",
        .layer = "header",
        .summary = "a patch has a trailer that is not known",
        .text = "Known are Overlay:, Fixes:, Reported-by:, Suggested-by:, "
                "Link:, Buglink: and Resolves:.  An unknown one is likely a "
                "misspelt Overlay:, which would leave a file out.",
        .fix = "Correct its name, or move it into the body's text.",
    },
    {
        .id = "diff-stat",
        .layer = "header",
        .summary = "the diffstat of a patch does not match its diff",
        .text = "Reviewers read the diffstat first; it has to be what git "
                "makes of this diff.",
        .fix = "Export the patch again with git format-patch.",
    },
    {
        .id = "diff-index",
        .layer = "header",
        .summary = "an index line of a patch names the wrong blobs",
        .text = "The full index line says which content the patch was made "
                "against and which one results.  If the blobs are not those "
                "of the tree before and after the patch, then the patch was "
                "edited by hand or moved, and 'git am -3' cannot fall back to "
                "a merge.",
        .fix = "Export the patch again with git format-patch --full-index.",
    },
    {
        .id = "round-trip",
        .layer = "round-trip",
        .summary = "a patch changes when it is applied and exported again",
        .text = "Every patch is committed in a scratch repository and written "
                "by git format-patch -N --zero-commit --no-signature "
                "--full-index again.  Less identity, and with the overlay "
                "files left out, that has to be the file in patches/, byte by "
                "byte.",
        .fix = "Export the patch again; the finding names the first line that "
               "differs.",
    },
    {
        .id = "overlay-missing",
        .layer = "overlay",
        .summary = "an Overlay: trailer names a file that does not exist",
        .text = "A trailer 'Overlay: PATH' says that the patch brings in the "
                "new file overlay/PATH.",
        .fix = "Add the file, or correct the trailer.",
    },
    {
        .id = "overlay-kind",
        .layer = "overlay",
        .summary = "an overlay file is not a text file with a plain name",
        .text = "Mails, and the patches that rebase puts on a tree, have the "
                "file as a diff: it has to be a regular file of text, with a "
                "name of printable ASCII without blanks, quotes and "
                "backslashes.",
        .fix = "Replace the file, or rename it.",
    },
    {
        .id = "overlay-twice",
        .layer = "overlay",
        .summary = "two patches bring in the same overlay file",
        .text = "A new file enters the tree with exactly one patch.",
        .fix = "Keep the trailer of the patch that needs the file first.",
    },
    {
        .id = "overlay-unnamed",
        .layer = "overlay",
        .summary = "no patch brings in an overlay file",
        .text = "Without an Overlay: trailer the file never reaches the tree.",
        .fix = "Add 'Overlay: PATH' to the patch that needs the file first, "
               "or delete the file.",
    },
    {
        .id = "overlay-clash",
        .layer = "overlay",
        .summary = "an overlay file collides with upstream or with a patch",
        .text = "The overlay holds new files only.  A file that upstream has "
                "is changed by a patch; a file of the overlay is changed in "
                "the overlay.",
        .fix = "Make the change where the file lives.",
    },
    {
        .id = "checkpatch",
        .layer = "checkpatch",
        .summary = "scripts/checkpatch.pl objects to a patch",
        .text = "The applied tree's own checkpatch.pl sees every patch as it "
                "would be mailed: with its overlay files, and with a sender's "
                "identity stamped in.  Exceptions are listed in "
                "verify/data/checkpatch-exceptions.ini by patch, message and "
                "file, each with its reason.",
        .fix = "Follow what it says, or list an exception with a reason.",
    },
    {
        .id = "checkpatch-exception",
        .layer = "checkpatch",
        .summary = "a listed exception of checkpatch is wrong or matches "
                   "nothing",
        .text = "An exception that no longer matches hides nothing now, but "
                "would hide the next mistake.",
        .fix = "Delete its section from "
               "verify/data/checkpatch-exceptions.ini, or complete it.",
    },
    {
        .id = "cover-form",
        .layer = "cover",
        .summary = "COVER_LETTER.md cannot become a mail",
        .text = "Its first line is '# ' and the subject of the cover letter; "
                "all of it is ASCII, as the patches are.",
        .fix = "Reword it.",
    },
    {
        .id = "cover-marker",
        .layer = "cover",
        .summary = "a generated part of COVER_LETTER.md has no place",
        .text = "Each generated part stands once between a line "
                "'<!-- generated: NAME -->' and a line '<!-- end: NAME -->'. "
                "Without its markers nothing keeps it true.",
        .fix = "Put both lines where the part belongs, and run 'tcg-verify "
               "export --cover'.",
    },
    {
        .id = "cover-stale",
        .layer = "cover",
        .summary = "a generated part of COVER_LETTER.md is out of date",
        .text = "The numbers of patches and files, the exceptions of "
                "checkpatch, the results and the costs are made from series, patches/, "
                "verify/data/checkpatch-exceptions.ini and "
                "verify/data/results.ini.",
        .fix = "Run 'tcg-verify export --cover'.",
    },
    {
        .id = "mail-tree",
        .layer = "am",
        .summary = "the mails do not give the tree that apply makes",
        .text = "git am of the mails on upstream 5.2.0 has to give every file "
                "byte for byte as 'tcg-verify apply' does.  A file that was "
                "changed by hand in BUILD/src differs, too.",
        .fix = "Run 'tcg-verify lint', which finds patches that git writes "
               "differently; undo changes by hand with 'tcg-verify apply "
               "--force'.",
    },
    {NULL},
};
