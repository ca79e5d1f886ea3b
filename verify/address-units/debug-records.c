/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The structures that the debug information tells, and their fields. */
#include "debug-classes.h"

#include <llvm-c/DebugInfo.h>
#include <string.h>

/* Below typedefs, qualifiers and arrays. */
static LLVMMetadataRef bare_type(const AuTypes *types, LLVMMetadataRef type)
{
    while (type) {
        guint tag = LLVMGetDINodeTag(type);

        if (tag != DW_TAG_const_type && tag != DW_TAG_volatile_type &&
            tag != DW_TAG_typedef && tag != DW_TAG_array_type) {
            break;
        }
        type = au_base_type(types, type);
    }
    return type;
}

static void add_members(const AuTypes *types, GPtrArray *fields,
                        const char *record, LLVMMetadataRef composite,
                        guint64 start)
{
    LLVMMetadataRef list =
        au_metadata_operand(types->context, composite, OPERAND_ELEMENTS);
    LLVMValueRef value =
        list ? LLVMMetadataAsValue(types->context, list) : NULL;
    guint count = value ? LLVMGetMDNodeNumOperands(value) : 0;
    g_autofree LLVMValueRef *members = g_new0(LLVMValueRef, count + 1);

    if (count) {
        LLVMGetMDNodeOperands(value, members);
    }
    for (guint i = 0; i < count; i++) {
        LLVMMetadataRef member =
            members[i] ? LLVMValueAsMetadata(members[i]) : NULL;
        LLVMMetadataRef inner;
        gsize length;
        guint64 offset;
        const char *name;

        if (!au_is_derived_type(member)) {
            continue;
        }
        offset = start + LLVMDITypeGetOffsetInBits(member) / 8;
        inner = bare_type(types, au_base_type(types, member));
        name = LLVMDITypeGetName(member, &length);
        if (au_is_composite_type(inner) && au_is_nameless_type(inner)) {
            add_members(types, fields, record, inner, offset);
        } else {
            Field *field = g_new0(Field, 1);

            field->name = g_strdup(name && length ? name : "?");
            if (au_is_composite_type(inner)) {
                gsize size;
                const char *tag = LLVMDITypeGetName(inner, &size);

                field->record = g_strndup(tag, size);
            }
            field->offset = offset;
            field->class = au_class_of(types, au_base_type(types, member));
            field->allowed = field->class;
            if (!field->class) {
                field->class = au_contract_field(types->contract, record,
                                                 field->name, &field->allowed);
            }
            g_ptr_array_add(fields, field);
        }
    }
}

static void add_record(AuTypes *types, const char *name,
                       LLVMMetadataRef composite)
{
    GPtrArray *fields;
    guint tag = LLVMGetDINodeTag(composite);

    if ((tag != DW_TAG_structure_type && tag != DW_TAG_union_type) ||
        g_hash_table_contains(types->records, name)) {
        return;
    }
    fields = g_ptr_array_new();
    add_members(types, fields, name, composite, 0);
    if (!fields->len) {
        /* A declaration; another module may define it. */
        g_ptr_array_unref(fields);
        return;
    }
    g_hash_table_insert(types->records, g_strdup(name), fields);
}

static void visit(AuTypes *types, LLVMMetadataRef node)
{
    gsize length;
    const char *name;

    if (au_is_composite_type(node)) {
        name = LLVMDITypeGetName(node, &length);
        if (name && length) {
            add_record(types, name, node);
        }
    } else if (au_is_derived_type(node) &&
               LLVMGetDINodeTag(node) == DW_TAG_typedef) {
        LLVMMetadataRef base = au_base_type(types, node);

        /* clang calls a nameless structure after its typedef. */
        name = LLVMDITypeGetName(node, &length);
        if (au_is_composite_type(base) && au_is_nameless_type(base) && name &&
            length) {
            add_record(types, name, base);
        }
    }
}

static void walk(AuTypes *types, LLVMMetadataRef root)
{
    g_autoptr(GPtrArray) stack = g_ptr_array_new();

    g_ptr_array_add(stack, root);
    while (stack->len) {
        LLVMMetadataRef node =
            g_ptr_array_remove_index_fast(stack, stack->len - 1);
        g_autofree LLVMValueRef *all = NULL;
        LLVMValueRef value;
        guint count;

        if (!g_hash_table_add(types->visited, node)) {
            continue;
        }
        visit(types, node);
        value = LLVMMetadataAsValue(types->context, node);
        if (!LLVMIsAMDNode(value)) {
            continue;
        }
        count = LLVMGetMDNodeNumOperands(value);
        all = g_new0(LLVMValueRef, count + 1);
        if (count) {
            LLVMGetMDNodeOperands(value, all);
        }
        for (guint i = 0; i < count; i++) {
            if (all[i] && LLVMIsAMDNode(all[i])) {
                LLVMMetadataRef next = LLVMValueAsMetadata(all[i]);

                if (!g_hash_table_contains(types->visited, next)) {
                    g_ptr_array_add(stack, next);
                }
            }
        }
    }
}

void au_types_read(AuTypes *types, LLVMModuleRef module)
{
    g_autofree LLVMValueRef *operands = NULL;
    guint units;

    /* Types that no function or variable here leads to. */
    units = LLVMGetNamedMetadataNumOperands(module, "llvm.dbg.cu");
    operands = g_new0(LLVMValueRef, units + 1);
    if (units) {
        LLVMGetNamedMetadataOperands(module, "llvm.dbg.cu", operands);
    }
    for (guint i = 0; i < units; i++) {
        walk(types, LLVMValueAsMetadata(operands[i]));
    }
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f;
         f = LLVMGetNextFunction(f)) {
        LLVMMetadataRef subprogram = LLVMGetSubprogram(f);

        if (subprogram) {
            walk(types, subprogram);
        }
    }
    for (LLVMValueRef g = LLVMGetFirstGlobal(module); g;
         g = LLVMGetNextGlobal(g)) {
        LLVMMetadataRef variable = au_metadata_of_global(types->context, g);

        if (variable) {
            walk(types, variable);
        }
    }
}

AuSet au_types_field(const AuTypes *types, const char *record, guint64 offset,
                     char **name, AuSet *allowed)
{
    GPtrArray *fields = g_hash_table_lookup(types->records, record);
    AuSet class = 0;
    guint found = 0;

    *name = NULL;
    for (guint i = 0; fields && i < fields->len; i++) {
        const Field *field = fields->pdata[i];

        if (field->offset == offset) {
            if (!found++) {
                class = field->class;
                *allowed = field->allowed;
                *name = g_strdup(field->name);
            } else if (class != field->class) {
                /* A union whose members disagree is of no class. */
                class = 0;
            }
        }
    }
    return class;
}

gboolean au_types_has_field(const AuTypes *types, const char *record,
                            const char *name)
{
    GPtrArray *fields = g_hash_table_lookup(types->records, record);

    for (guint i = 0; fields && i < fields->len; i++) {
        if (g_str_equal(((Field *)fields->pdata[i])->name, name)) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean knows_field(const char *record, const char *name, gpointer data)
{
    const AuTypes *types = data;

    /* A structure that nothing here uses may have any. */
    return !g_hash_table_contains(types->records, record) ||
           au_types_has_field(types, record, name);
}

gboolean au_types_check(const AuTypes *types, GError **error)
{
    return au_contract_check_fields(types->contract, knows_field,
                                    (gpointer)types, error);
}

gboolean au_types_has_class(const AuTypes *types, const char *record)
{
    GPtrArray *fields = g_hash_table_lookup(types->records, record);

    for (guint i = 0; fields && i < fields->len; i++) {
        if (((Field *)fields->pdata[i])->class) {
            return TRUE;
        }
    }
    return FALSE;
}

void au_types_span(const AuTypes *types, const char *record, guint64 start,
                   guint64 end, GArray *places)
{
    GPtrArray *fields = g_hash_table_lookup(types->records, record);

    for (guint i = 0; fields && i < fields->len; i++) {
        const Field *field = fields->pdata[i];
        GPtrArray *inner =
            field->record ? g_hash_table_lookup(types->records, field->record)
                          : NULL;

        if (inner && field->offset < end) {
            au_types_span(types, field->record,
                          start > field->offset ? start - field->offset : 0,
                          end - field->offset, places);
        } else if (field->offset >= start && field->offset < end) {
            AuFieldPlace place = {g_intern_string(record), field->offset};

            g_array_append_val(places, place);
        }
    }
}
