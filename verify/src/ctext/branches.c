/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ctext/branches.h"

#include <string.h>

#include "base/error.h"
#include "ctext/bodies.h"

typedef struct Group Group;

typedef struct Branch {
    char *condition;   /* in one spelling; NULL for #else */
    gboolean negative; /* it is taken where the condition does not hold */
    gboolean implicit; /* the empty one where there is no #else */
    gboolean covered;
    int start, end;    /* lines, the end not included */
    GPtrArray *groups; /* of Group: the conditionals in it */
    Group *owner;
} Branch;

struct Group {
    GPtrArray *branches; /* of Branch */
    int end;             /* line after #endif */
    Branch *within;
    Branch *chosen;
};

static void group_free(gpointer data);

static void branch_free(gpointer data)
{
    Branch *branch = data;

    g_ptr_array_unref(branch->groups);
    g_free(branch->condition);
    g_free(branch);
}

static Branch *branch_new(Group *owner, int start)
{
    Branch *branch = g_new0(Branch, 1);

    branch->groups = g_ptr_array_new_with_free_func(group_free);
    branch->start = start;
    branch->owner = owner;
    if (owner) {
        g_ptr_array_add(owner->branches, branch);
    }
    return branch;
}

static Group *group_new(Branch *within)
{
    Group *group = g_new0(Group, 1);

    group->branches = g_ptr_array_new_with_free_func(branch_free);
    group->within = within;
    g_ptr_array_add(within->groups, group);
    return group;
}

static void group_free(gpointer data)
{
    Group *group = data;

    g_ptr_array_unref(group->branches);
    g_free(group);
}

/* The directive on a line and what follows it, or NULL. */
static char *directive_of(const char *line, const char **rest)
{
    const char *at = line + strspn(line, " \t");
    gsize length;

    if (*at != '#') {
        return NULL;
    }
    at += 1 + strspn(at + 1, " \t");
    length = strspn(at, "abcdefghijklmnopqrstuvwxyz");
    *rest = at + length;
    return g_strndup(at, length);
}

/* Lines that a backslash at the end joins to @first; returns the next. */
static int logical_end(char *const *lines, int first)
{
    int i = first;

    while (lines[i] && g_str_has_suffix(lines[i], "\\")) {
        i++;
    }
    return lines[i] ? i + 1 : i;
}

static char *join(char *const *lines, int first, int end, const char *from)
{
    GString *text = g_string_new(from);

    for (int i = first + 1; i < end; i++) {
        g_string_append(text, lines[i]);
    }
    g_string_replace(text, "\\", " ", 0);
    return g_string_free(text, FALSE);
}

/* One spelling for the ways to ask the same. */
static void set_condition(Branch *branch, const char *keyword, char *text)
{
    g_autoptr(GRegex) defined =
        g_regex_new("\\bdefined\\s*\\(?\\s*(\\w+)\\s*\\)?", 0, 0, NULL);
    g_autoptr(GRegex) space = g_regex_new("\\s+", 0, 0, NULL);
    g_autoptr(GRegex) single = g_regex_new("^!(defined\\(\\w+\\))$", 0, 0,
                                           NULL);
    g_autofree char *same = NULL;
    g_autofree char *condition = NULL;
    g_autoptr(GMatchInfo) match = NULL;

    if (g_str_equal(keyword, "ifdef") || g_str_equal(keyword, "ifndef")) {
        branch->condition = g_strdup_printf("defined(%s)", g_strstrip(text));
        branch->negative = g_str_equal(keyword, "ifndef");
        return;
    }
    same = g_regex_replace(defined, text, -1, 0, "defined(\\1)", 0, NULL);
    condition = g_regex_replace_literal(space, same, -1, 0, "", 0, NULL);
    if (g_regex_match(single, condition, 0, &match)) {
        branch->condition = g_match_info_fetch(match, 1);
        branch->negative = TRUE;
    } else {
        branch->condition = g_steal_pointer(&condition);
    }
}

static Branch *begin_branch(Group *group, const char *keyword, char *text,
                            int line, int next)
{
    Branch *branch;

    if (group->branches->len) {
        ((Branch *)group->branches->pdata[group->branches->len - 1])->end =
            line;
    }
    branch = branch_new(group, next);
    if (!g_str_equal(keyword, "else")) {
        set_condition(branch, keyword, text);
    }
    return branch;
}

static Branch *end_group(Branch *branch, int line, int next)
{
    Group *group = branch->owner;

    branch->end = line;
    if (branch->condition) {
        Branch *none = branch_new(group, line);

        none->end = line;
        none->implicit = TRUE;
    }
    group->end = next;
    return group->within;
}

/*
 * The tree of conditionals below a root branch.  Directives are taken out of
 * @lines, but for #define.
 */
static Branch *parse(char **lines, const char *name, GError **error)
{
    Branch *root = branch_new(NULL, 0);
    Branch *branch = root;
    int i = 0;

    while (lines[i]) {
        const char *rest;
        g_autofree char *keyword = directive_of(lines[i], &rest);
        g_autofree char *text = NULL;
        int next;

        if (!keyword) {
            i++;
            continue;
        }
        next = logical_end(lines, i);
        text = join(lines, i, next, rest);
        if (g_str_has_prefix(keyword, "if")) {
            branch =
                begin_branch(group_new(branch), keyword, text, i, next);
        } else if (g_str_has_prefix(keyword, "el") ||
                   g_str_equal(keyword, "endif")) {
            if (!branch->owner) {
                g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                            "%s:%d: #%s without #if", name, i + 1, keyword);
                branch_free(root);
                return NULL;
            }
            branch = g_str_equal(keyword, "endif")
                         ? end_group(branch, i, next)
                         : begin_branch(branch->owner, keyword, text, i, next);
        }
        for (; i < next; i++) {
            if (!g_str_equal(keyword, "define")) {
                lines[i][0] = '\0';
            }
        }
    }
    if (branch != root) {
        g_set_error(error, TV_ERROR, TV_ERROR_INPUT,
                    "%s: #if in line %d has no #endif", name, branch->start);
        branch_free(root);
        return NULL;
    }
    root->end = i;
    return root;
}

static Branch *first_uncovered(Branch *branch, gboolean implicit)
{
    if (!branch->covered && branch->implicit == implicit) {
        return branch;
    }
    for (guint i = 0; i < branch->groups->len; i++) {
        Group *group = branch->groups->pdata[i];

        for (guint j = 0; j < group->branches->len; j++) {
            Branch *found = first_uncovered(group->branches->pdata[j],
                                            implicit);

            if (found) {
                return found;
            }
        }
    }
    return NULL;
}

static gboolean wants(Branch *branch)
{
    return first_uncovered(branch, FALSE) || first_uncovered(branch, TRUE);
}

/* The branch's condition: TRUE, FALSE, or -1 for unknown. */
static int known(GHashTable *facts, const Branch *branch)
{
    gpointer value;

    if (!branch->condition ||
        !g_hash_table_lookup_extended(facts, branch->condition, NULL,
                                      &value)) {
        return -1;
    }
    return (GPOINTER_TO_INT(value) != 0) != branch->negative;
}

static void assume(GHashTable *facts, const Branch *branch, gboolean taken)
{
    if (branch->condition && known(facts, branch) < 0) {
        g_hash_table_insert(facts, branch->condition,
                            GINT_TO_POINTER(taken != branch->negative));
    }
}

static void choose(GHashTable *facts, Group *group, Branch *branch)
{
    group->chosen = branch;
    for (guint i = 0; i < group->branches->len; i++) {
        Branch *other = group->branches->pdata[i];

        assume(facts, other, other == branch);
        if (other == branch) {
            return;
        }
    }
}

/* Decides what was not decided, and notes what is covered. */
static void descend(GHashTable *facts, Branch *branch)
{
    branch->covered = TRUE;
    for (guint i = 0; i < branch->groups->len; i++) {
        Group *group = branch->groups->pdata[i];
        Branch *first = NULL, *wanted = NULL;

        for (guint j = 0; j < group->branches->len && !group->chosen; j++) {
            Branch *candidate = group->branches->pdata[j];
            int value = known(facts, candidate);

            if (value == FALSE) {
                continue;
            }
            first = first ? first : candidate;
            if (wants(candidate) && (!wanted || !candidate->implicit)) {
                wanted = wanted ? wanted : candidate;
            }
            if (value == TRUE) {
                break;
            }
        }
        if (!group->chosen) {
            Branch *last = group->branches->pdata[group->branches->len - 1];

            choose(facts, group, wanted ? wanted : first ? first : last);
        }
        descend(facts, group->chosen);
    }
}

static void forget(Branch *branch)
{
    for (guint i = 0; i < branch->groups->len; i++) {
        Group *group = branch->groups->pdata[i];

        group->chosen = NULL;
        for (guint j = 0; j < group->branches->len; j++) {
            forget(group->branches->pdata[j]);
        }
    }
}

static void emit(const Branch *branch, char *const *lines, char **out)
{
    int line = branch->start;

    for (guint i = 0; i < branch->groups->len; i++) {
        const Group *group = branch->groups->pdata[i];
        const Branch *head = group->branches->pdata[0];

        for (; line < head->start; line++) {
            out[line] = lines[line];
        }
        emit(group->chosen, lines, out);
        line = group->end;
    }
    for (; line < branch->end; line++) {
        out[line] = lines[line];
    }
}

static void append(TvSourceText *out, GString *text, const char *line,
                   int number)
{
    int source = number + 1;

    g_string_append(text, line);
    g_string_append_c(text, '\n');
    g_array_append_val(out->lines, source);
}

/* TRUE if lines @first to @last, all of them, are new. */
static gboolean is_new(GHashTable *seen, char *const *lines, int first,
                       int last)
{
    GString *key = g_string_new(NULL);

    g_string_printf(key, "%d", first);
    for (int i = first; i <= last; i++) {
        g_string_append_printf(key, "\n%s", lines[i]);
    }
    return g_hash_table_add(seen, g_string_free(key, FALSE));
}

/* A declaration in one line, or a macro: complete, so that it can stand
 * anywhere. */
static gboolean is_complete(const char *line)
{
    const char *rest;
    g_autofree char *directive = directive_of(line, &rest);

    return directive || (g_regex_match_simple("^\\w.*;\\s*$", line, 0, 0) &&
                         !strpbrk(line, "{}"));
}

/* Adds what the way @lines has beyond @seen (set of "LINE TEXT"). */
static void add_way(TvSourceText *out, GString *text, char *const *lines,
                    GHashTable *seen)
{
    g_autoptr(GArray) bodies = tv_source_bodies(lines);
    gboolean first = out->ways++ == 0;
    guint next = 0;

    for (int i = 0; lines[i];) {
        const TvSourceBody *body =
            next < bodies->len ? &g_array_index(bodies, TvSourceBody, next)
                               : NULL;
        gboolean function = body && body->head == i;
        int last = function               ? body->close
                   : is_complete(lines[i]) ? logical_end(lines, i) - 1
                                          : i;
        gboolean news = is_new(seen, lines, i, last);

        next += function;
        if (first || (news && (function || is_complete(lines[i])))) {
            for (int j = i; j <= last; j++) {
                append(out, text, lines[j], j);
            }
        } else if (news && *lines[i]) {
            g_ptr_array_add(out->left_out, g_strdup(lines[i]));
        }
        i = last + 1;
    }
}

/* The lines that the choices take; the others are empty. */
static char **way_of(const Branch *root, char *const *lines, int count)
{
    g_autofree char **chosen = g_new0(char *, count + 1);
    char **way = g_new0(char *, count + 1);

    emit(root, lines, chosen);
    for (int i = 0; i < count; i++) {
        way[i] = g_strdup(chosen[i] ? chosen[i] : "");
    }
    return way;
}

/* Chooses a way that takes @target. */
static void find_way(Branch *root, Branch *target)
{
    g_autoptr(GHashTable) facts = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) chain = g_ptr_array_new();

    for (; target->owner; target = target->owner->within) {
        g_ptr_array_insert(chain, 0, target);
    }
    for (guint i = 0; i < chain->len; i++) {
        Branch *branch = chain->pdata[i];

        choose(facts, branch->owner, branch);
    }
    descend(facts, root);
}

TvSourceText *tv_source_branches(const char *text, const char *name,
                                 GError **error)
{
    g_autoptr(TvSourceText) out = g_new0(TvSourceText, 1);
    g_autoptr(GString) all = g_string_new(NULL);
    g_autofree char *bare = tv_source_uncomment(text);
    g_auto(GStrv) lines = g_strsplit(bare, "\n", -1);
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    int count = g_strv_length(lines);
    Branch *root;
    Branch *target;

    out->lines = g_array_new(FALSE, FALSE, sizeof(int));
    out->left_out = g_ptr_array_new_with_free_func(g_free);
    root = parse(lines, name, error);
    if (!root) {
        return NULL;
    }
    while ((target = first_uncovered(root, FALSE)) ||
           (target = first_uncovered(root, TRUE))) {
        g_auto(GStrv) way = NULL;

        find_way(root, target);
        way = way_of(root, lines, count);
        add_way(out, all, way, seen);
        forget(root);
    }
    branch_free(root);
    out->text = g_string_free(g_steal_pointer(&all), FALSE);
    return g_steal_pointer(&out);
}

void tv_source_text_free(TvSourceText *text)
{
    if (text) {
        g_clear_pointer(&text->lines, g_array_unref);
        g_clear_pointer(&text->left_out, g_ptr_array_unref);
        g_free(text->text);
        g_free(text);
    }
}

static guint count_branches(const Branch *branch)
{
    guint count = 0;

    for (guint i = 0; i < branch->groups->len; i++) {
        const Group *group = branch->groups->pdata[i];

        for (guint j = 0; j < group->branches->len; j++) {
            count += 1 + count_branches(group->branches->pdata[j]);
        }
    }
    return count;
}

guint tv_source_branches_count(const char *text)
{
    g_autofree char *bare = tv_source_uncomment(text);
    g_auto(GStrv) lines = g_strsplit(bare, "\n", -1);
    Branch *root = parse(lines, "", NULL);
    guint count = root ? count_branches(root) : 0;

    g_clear_pointer(&root, branch_free);
    return count;
}
