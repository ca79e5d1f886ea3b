/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nodes.h"

guint au_changes;

AuNode *au_node_new_value(LLVMValueRef value)
{
    AuNode *node = g_new0(AuNode, 1);

    node->value = value;
    node->is_pointer =
        LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMPointerTypeKind;
    node->is_null = LLVMIsUndef(value) || LLVMIsPoison(value) ||
                    (LLVMIsConstant(value) && node->is_pointer &&
                     LLVMIsAConstantPointerNull(value));
    return node;
}

AuNode *au_node_new_cell(const char *name)
{
    AuNode *node = g_new0(AuNode, 1);

    node->is_cell = TRUE;
    node->is_pointer = TRUE;
    node->name = name;
    return node;
}

AuNode *au_cell_find(AuNode *cell)
{
    while (cell->united) {
        if (cell->united->united) {
            cell->united = cell->united->united;
        }
        cell = cell->united;
    }
    return cell;
}

AuNode *au_node_cell(AuNode *value)
{
    if (!value->cell) {
        value->cell = au_node_new_cell(NULL);
    }
    value->cell = au_cell_find(value->cell);
    return value->cell;
}

AuNode *au_cell_content(AuNode *cell)
{
    cell = au_cell_find(cell);
    if (!cell->content) {
        cell->content = au_node_new_cell(NULL);
    }
    return au_cell_find(cell->content);
}

static void inherit(AuNode *node, const AuNode *from)
{
    AuSet added = from->set & ~node->set;

    if (node->locked) {
        return;
    }
    for (int i = 0; i < AU_N_FORMS; i++) {
        if (added >> i & 1) {
            node->why[i] = from->why[i];
            node->at[i] = from->at[i];
        }
    }
    node->set |= added;
}

AuNode *au_cell_unite(AuNode *a, AuNode *b)
{
    AuNode *content;

    a = au_cell_find(a);
    b = au_cell_find(b);
    if (a == b) {
        return a;
    }
    /* The one with a contract, or at least a name, speaks for both. */
    if ((b->locked && !a->locked) ||
        (b->locked == a->locked && b->name && !a->name)) {
        AuNode *swap = a;

        a = b;
        b = swap;
    }
    au_changes++;
    inherit(a, b);
    a->stored |= b->stored;
    a->is_code |= b->is_code;
    content = b->content;
    b->united = a;
    b->content = NULL;
    if (!a->content) {
        a->content = content;
    } else if (content) {
        au_cell_unite(a->content, content);
    }
    return au_cell_find(a);
}

void au_node_add(AuNode *node, AuSet set, AuNode *from, LLVMValueRef at)
{
    AuSet added;

    if (node->is_cell) {
        node = au_cell_find(node);
    }
    added = set & ~node->set;
    if (!added || node->locked) {
        return;
    }
    for (int i = 0; i < AU_N_FORMS; i++) {
        if ((added >> i & 1) && from != node) {
            node->why[i] = from;
            node->at[i] = at;
        }
    }
    node->set |= added;
    au_changes++;
}

void au_node_point(AuNode *value, AuNode *cell)
{
    if (!cell || !value->is_pointer) {
        return;
    }
    if (!value->cell) {
        value->cell = cell;
    } else {
        au_cell_unite(value->cell, cell);
    }
}

void au_node_flow(AuNode *to, AuNode *from, LLVMValueRef at)
{
    if (from->is_null) {
        return;
    }
    au_node_add(to, from->set, from, at);
    if (from->is_pointer && to->is_pointer) {
        au_node_point(to, au_node_cell(from));
    }
}
