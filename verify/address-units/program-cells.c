/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "program-cells.h"

#include <string.h>

/* Structures are told apart by name; linking adds a number to doubles. */
static char *record_name(const char *name)
{
    char *copy, *dot;

    if (!name ||
        (!g_str_has_prefix(name, "struct.") &&
         !g_str_has_prefix(name, "union.")) ||
        strstr(name, ".anon")) {
        return NULL;
    }
    copy = g_strdup(strchr(name, '.') + 1);
    dot = strchr(copy, '.');
    if (dot) {
        *dot = '\0';
    }
    return copy;
}

/*
 * The innermost named structure that an address is computed through, and the
 * offset in it; an array counts as its first element.
 */
static const char *address_record(const AuProgram *program,
                                  LLVMValueRef address, guint64 *offset)
{
    LLVMTypeRef type = LLVMGetGEPSourceElementType(address);
    guint count = LLVMGetNumOperands(address);
    const char *record = NULL;

    *offset = 0;
    for (guint i = 2; i < count; i++) {
        LLVMValueRef index = LLVMGetOperand(address, i);

        if (LLVMGetTypeKind(type) == LLVMStructTypeKind) {
            g_autofree char *name = record_name(LLVMGetStructName(type));
            guint element = LLVMConstIntGetZExtValue(index);

            if (name) {
                record = g_intern_string(name);
                *offset = 0;
            }
            *offset += LLVMOffsetOfElement(program->layout, type, element);
            type = LLVMStructGetTypeAtIndex(type, element);
        } else if (LLVMGetTypeKind(type) == LLVMArrayTypeKind) {
            type = LLVMGetElementType(type);
        } else {
            break;
        }
    }
    return record;
}

void au_node_lock(AuNode *node, AuSet class, AuSet allowed)
{
    node->set = class;
    node->allowed = allowed;
    node->locked = TRUE;
    node->stored = TRUE;
}

AuNode *au_program_field(AuProgram *program, const char *record, guint64 offset)
{
    g_autofree char *key =
        g_strdup_printf("%s+%" G_GUINT64_FORMAT, record, offset);
    AuNode *cell = g_hash_table_lookup(program->fields, key);

    if (!cell) {
        g_autofree char *field = NULL;
        AuSet allowed = 0;
        AuSet class =
            au_types_field(program->types, record, offset, &field, &allowed);
        g_autofree char *name =
            g_strdup_printf("%s.%s", record, field ? field : key);

        cell = au_node_new_cell(g_intern_string(name));
        if (class) {
            au_node_lock(cell, class, allowed);
        }
        g_hash_table_insert(program->fields, g_steal_pointer(&key), cell);
    }
    return au_cell_find(cell);
}

AuNode *au_program_element(AuProgram *program, const AuInstruction *address)
{
    AuNode *base = address->operands[0];

    if (address->record) {
        return au_program_field(program, address->record, address->offset);
    }
    return base->cell ? au_cell_find(base->cell) : NULL;
}

/* The type of a variable, if @address is the address of one. */
static LLVMTypeRef variable_type(LLVMValueRef address)
{
    LLVMTypeRef type = NULL;

    if (LLVMIsAAllocaInst(address)) {
        type = LLVMGetAllocatedType(address);
    } else if (LLVMIsAGlobalVariable(address)) {
        type = LLVMGlobalGetValueType(address);
    }
    while (type && LLVMGetTypeKind(type) == LLVMArrayTypeKind) {
        type = LLVMGetElementType(type);
    }
    return type;
}

/* The structure that @address is a variable of; NULL if it is none. */
static const char *variable_record(LLVMValueRef address)
{
    LLVMTypeRef type = variable_type(address);
    g_autofree char *name = type && LLVMGetTypeKind(type) == LLVMStructTypeKind
                                ? record_name(LLVMGetStructName(type))
                                : NULL;

    return name ? g_intern_string(name) : NULL;
}

/*
 * A nameless structure counts as part of the named one around it, as far as
 * its address is computed from that one's.  So are the pieces in which a
 * structure is passed and returned.  A structure that is laid over a variable
 * that is none is just its bytes.
 */
void au_cells_find_record(const AuProgram *program, LLVMValueRef value,
                          const AuNode *base, AuNode *result,
                          const char **record, guint64 *offset)
{
    LLVMTypeRef type = variable_type(base->value);

    *record = address_record(program, value, offset);
    if (*record && type && LLVMGetTypeKind(type) != LLVMStructTypeKind) {
        *record = NULL;
    } else if (!*record && base->record) {
        *record = base->record;
        *offset += base->offset;
    } else if (!*record && type) {
        *record = variable_record(base->value);
    }
    result->record = *record;
    result->offset = *offset;
}

/* The cells of @size bytes at @address, if they are fields. */
static GPtrArray *fields_at(AuProgram *program, const AuNode *address,
                            guint64 size)
{
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(AuFieldPlace));
    const char *record = address->record;
    GPtrArray *cells;

    if (!record && address->value) {
        record = variable_record(address->value);
    } else if (record && size <= LLVMPointerSize(program->layout)) {
        return NULL;
    }
    if (!record) {
        return NULL;
    }
    au_types_span(program->types, record, address->offset,
                  address->offset + size, places);
    if (!places->len) {
        return NULL;
    }
    cells = g_ptr_array_new();
    for (guint i = 0; i < places->len; i++) {
        const AuFieldPlace *place = &g_array_index(places, AuFieldPlace, i);

        g_ptr_array_add(
            cells, au_program_field(program, place->record, place->offset));
    }
    return cells;
}

guint au_program_n_cells(const AuInstruction *own)
{
    return own->span ? own->span->len : 1;
}

AuNode *au_program_cell(const AuInstruction *own, guint index)
{
    if (own->span) {
        return au_cell_find(own->span->pdata[index]);
    }
    return au_node_cell(own->operands[own->opcode == LLVMStore ? 1 : 0]);
}

void au_cells_find(AuProgram *program, AuInstruction *own)
{
    LLVMTypeRef type = NULL;
    guint address = 0;

    switch (own->opcode) {
    case LLVMLoad:
        type = LLVMTypeOf(own->value);
        break;
    case LLVMStore:
        type = LLVMTypeOf(LLVMGetOperand(own->value, 0));
        address = 1;
        break;
    case LLVMAtomicRMW:
    case LLVMAtomicCmpXchg:
        type = LLVMTypeOf(LLVMGetOperand(own->value, 1));
        break;
    default:
        return;
    }
    own->span = fields_at(program, own->operands[address],
                          LLVMStoreSizeOfType(program->layout, type));
}

/* Whether the type of what is at @address is known: a variable or a field. */
static gboolean is_typed(const AuNode *address)
{
    return address->record || variable_type(address->value);
}

/*
 * What a copy of memory takes from where to where.  A copy by way of a pointer
 * to anything is one between objects of a type, whose fields are the same.
 */
void au_cells_find_copied(AuProgram *program, AuInstruction *own)
{
    guint64 size = G_MAXINT32;

    if (own->n_operands < 3 || !is_typed(own->operands[0]) ||
        !is_typed(own->operands[1])) {
        return;
    }
    if (LLVMIsAConstantInt(LLVMGetOperand(own->value, 2))) {
        size = LLVMConstIntGetZExtValue(LLVMGetOperand(own->value, 2));
    }
    own->span = fields_at(program, own->operands[0], size);
    own->source = fields_at(program, own->operands[1], size);
}
