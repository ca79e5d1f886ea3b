#include "debug-types.h"

#include <llvm-c/DebugInfo.h>
#include <string.h>

/* From the DWARF standard, version 5, table 7.3. */
#define DW_TAG_array_type       0x01
#define DW_TAG_pointer_type     0x0f
#define DW_TAG_structure_type   0x13
#define DW_TAG_typedef          0x16
#define DW_TAG_union_type       0x17
#define DW_TAG_const_type       0x26
#define DW_TAG_volatile_type    0x35
#define DW_TAG_restrict_type    0x37

/* Positions of operands in LLVM's nodes (DebugInfoMetadata.h of LLVM 16 to
 * 19); what a getter of the C interface tells is not read this way. */
#define OPERAND_NAME          2
#define OPERAND_BASE_TYPE     3
#define OPERAND_ELEMENTS      4
#define OPERAND_ANNOTATIONS   5
#define OPERAND_FUNCTION_TYPE 4
#define OPERAND_SIGNATURE     3
#define OPERAND_RETAINED_NODES 7
/* As far as contracts name them. */
#define MAX_PARAMETERS 9

#define OPERAND_VARIABLE_SCOPE 0
#define OPERAND_VARIABLE_NAME 1
#define OPERAND_VARIABLE_TYPE 3

typedef struct Field {
    char *name;
    guint64 offset;
    AuSet class;   /* what it holds; 0: no class */
    AuSet allowed; /* what may be stored there */
    char *record;  /* of a structure within the structure: its name */
} Field;

typedef struct Local {
    const char *name;
    AuSet class;
    gboolean is_parameter;
    gboolean of_conversion;
} Local;

struct AuTypes {
    const AuContract *contract;
    LLVMContextRef context;
    GHashTable *records; /* name to GPtrArray of Field */
    GHashTable *visited;
    GHashTable *locals;  /* variable to Local */
};

static guint operands(LLVMContextRef context, LLVMMetadataRef node,
                      LLVMValueRef *into, guint size)
{
    LLVMValueRef value = LLVMMetadataAsValue(context, node);
    guint count;

    if (!LLVMIsAMDNode(value)) {
        return 0;
    }
    count = LLVMGetMDNodeNumOperands(value);
    if (count > size) {
        return 0;
    }
    LLVMGetMDNodeOperands(value, into);
    return count;
}

static LLVMMetadataRef operand(LLVMContextRef context, LLVMMetadataRef node,
                               guint index)
{
    LLVMValueRef all[64];
    guint count = node ? operands(context, node, all, G_N_ELEMENTS(all)) : 0;

    return index < count && all[index] && LLVMIsAMDNode(all[index])
               ? LLVMValueAsMetadata(all[index])
               : NULL;
}

static const char *operand_string(LLVMContextRef context, LLVMMetadataRef node,
                                  guint index)
{
    LLVMValueRef all[64];
    guint count = node ? operands(context, node, all, G_N_ELEMENTS(all)) : 0;
    guint length;

    return index < count && all[index] && LLVMIsAMDString(all[index])
               ? LLVMGetMDString(all[index], &length)
               : NULL;
}

static gboolean is_derived(LLVMMetadataRef type)
{
    return type &&
           LLVMGetMetadataKind(type) == LLVMDIDerivedTypeMetadataKind;
}

static gboolean is_composite(LLVMMetadataRef type)
{
    return type &&
           LLVMGetMetadataKind(type) == LLVMDICompositeTypeMetadataKind;
}

static LLVMMetadataRef base_type(const AuTypes *types, LLVMMetadataRef type)
{
    return operand(types->context, type, OPERAND_BASE_TYPE);
}

/* The class that a pointer's address space gives it. */
static AuSet class_of_tags(const AuTypes *types, LLVMMetadataRef pointer)
{
    LLVMMetadataRef list =
        operand(types->context, pointer, OPERAND_ANNOTATIONS);
    LLVMValueRef entries[16];
    guint count =
        list ? operands(types->context, list, entries, G_N_ELEMENTS(entries))
             : 0;

    for (guint i = 0; i < count; i++) {
        LLVMMetadataRef entry = LLVMValueAsMetadata(entries[i]);
        const char *key = operand_string(types->context, entry, 0);
        const char *tag = operand_string(types->context, entry, 1);

        if (tag && g_strcmp0(key, "btf_type_tag") == 0) {
            AuSet class = au_contract_tag(types->contract, tag);

            if (class) {
                return class;
            }
        }
    }
    return 0;
}

static AuSet class_of_pointer(const AuTypes *types, LLVMMetadataRef pointer)
{
    LLVMMetadataRef type = base_type(types, pointer);
    AuSet class = class_of_tags(types, pointer);
    gboolean is_const = FALSE;

    while (!class && is_derived(type)) {
        guint tag = LLVMGetDINodeTag(type);
        gsize length;

        if (tag == DW_TAG_const_type) {
            is_const = TRUE;
        } else if (tag == DW_TAG_typedef) {
            class = au_contract_type(types->contract,
                                     LLVMDITypeGetName(type, &length),
                                     is_const);
        } else if (tag != DW_TAG_volatile_type) {
            break;
        }
        type = base_type(types, type);
    }
    return class;
}

static AuSet class_of(const AuTypes *types, LLVMMetadataRef type)
{
    while (type) {
        guint tag = LLVMGetDINodeTag(type);

        if (tag == DW_TAG_pointer_type && is_derived(type)) {
            return class_of_pointer(types, type);
        }
        if (tag != DW_TAG_const_type && tag != DW_TAG_volatile_type &&
            tag != DW_TAG_restrict_type && tag != DW_TAG_typedef &&
            tag != DW_TAG_array_type) {
            return 0;
        }
        type = base_type(types, type);
    }
    return 0;
}

/* Below typedefs, qualifiers and arrays. */
static LLVMMetadataRef bare_type(const AuTypes *types, LLVMMetadataRef type)
{
    while (type) {
        guint tag = LLVMGetDINodeTag(type);

        if (tag != DW_TAG_const_type && tag != DW_TAG_volatile_type &&
            tag != DW_TAG_typedef && tag != DW_TAG_array_type) {
            break;
        }
        type = base_type(types, type);
    }
    return type;
}

static gboolean is_nameless(LLVMMetadataRef composite)
{
    gsize length;
    const char *name = LLVMDITypeGetName(composite, &length);

    return !name || !length;
}

static void add_members(const AuTypes *types, GPtrArray *fields,
                        const char *record, LLVMMetadataRef composite,
                        guint64 start)
{
    LLVMMetadataRef list =
        operand(types->context, composite, OPERAND_ELEMENTS);
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

        if (!is_derived(member)) {
            continue;
        }
        offset = start + LLVMDITypeGetOffsetInBits(member) / 8;
        inner = bare_type(types, base_type(types, member));
        name = LLVMDITypeGetName(member, &length);
        if (is_composite(inner) && is_nameless(inner)) {
            add_members(types, fields, record, inner, offset);
        } else {
            Field *field = g_new0(Field, 1);

            field->name = g_strdup(name && length ? name : "?");
            if (is_composite(inner)) {
                gsize size;
                const char *tag = LLVMDITypeGetName(inner, &size);

                field->record = g_strndup(tag, size);
            }
            field->offset = offset;
            field->class = class_of(types, base_type(types, member));
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

    if (is_composite(node)) {
        name = LLVMDITypeGetName(node, &length);
        if (name && length) {
            add_record(types, name, node);
        }
    } else if (is_derived(node) && LLVMGetDINodeTag(node) == DW_TAG_typedef) {
        LLVMMetadataRef base = base_type(types, node);

        /* clang calls a nameless structure after its typedef. */
        name = LLVMDITypeGetName(node, &length);
        if (is_composite(base) && is_nameless(base) && name && length) {
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

static LLVMMetadataRef global_variable(LLVMContextRef context,
                                       LLVMValueRef global)
{
    size_t count;
    LLVMValueMetadataEntry *entries =
        LLVMGlobalCopyAllMetadata(global, &count);
    LLVMMetadataRef variable = NULL;

    for (size_t i = 0; i < count && !variable; i++) {
        LLVMMetadataRef node =
            LLVMValueMetadataEntriesGetMetadata(entries, i);

        if (LLVMGetMetadataKind(node) ==
            LLVMDIGlobalVariableExpressionMetadataKind) {
            variable = operand(context, node, 0);
        }
    }
    LLVMDisposeValueMetadataEntries(entries);
    return variable;
}

AuTypes *au_types_new(LLVMContextRef context, const AuContract *contract)
{
    AuTypes *types = g_new0(AuTypes, 1);

    types->contract = contract;
    types->context = context;
    types->records = g_hash_table_new(g_str_hash, g_str_equal);
    types->visited = g_hash_table_new(NULL, NULL);
    types->locals = g_hash_table_new(NULL, NULL);
    return types;
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
        LLVMMetadataRef variable = global_variable(types->context, g);

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

static gboolean knows_field(const char *record, const char *name,
                            gpointer data)
{
    const AuTypes *types = data;
    GPtrArray *fields = g_hash_table_lookup(types->records, record);

    for (guint i = 0; fields && i < fields->len; i++) {
        if (g_str_equal(((Field *)fields->pdata[i])->name, name)) {
            return TRUE;
        }
    }
    /* A structure that nothing here uses may have any. */
    return !fields;
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
            field->record
                ? g_hash_table_lookup(types->records, field->record)
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

AuSet au_types_function(const AuTypes *types, LLVMValueRef function,
                        guint parameter)
{
    LLVMMetadataRef subprogram = LLVMGetSubprogram(function);
    const char *name = au_debug_function_name(function);
    LLVMMetadataRef list;
    LLVMValueRef all[64];
    gsize length;
    guint count;
    AuSet class;

    if (!name) {
        name = LLVMGetValueName2(function, &length);
    }
    class = au_contract_function(types->contract, name, parameter);
    if (class || !subprogram) {
        return class == AU_ANY ? 0 : class;
    }
    list = operand(types->context,
                   operand(types->context, subprogram, OPERAND_FUNCTION_TYPE),
                   OPERAND_SIGNATURE);
    count = list ? operands(types->context, list, all, G_N_ELEMENTS(all)) : 0;
    /* Structures by value change the number of parameters: no types then. */
    if (parameter >= count || !all[parameter] ||
        (parameter && count != LLVMCountParams(function) + 1 &&
         !LLVMIsFunctionVarArg(LLVMGlobalGetValueType(function)))) {
        return 0;
    }
    return class_of(types, LLVMValueAsMetadata(all[parameter]));
}

AuSet au_types_global(const AuTypes *types, LLVMValueRef global)
{
    LLVMMetadataRef variable = global_variable(types->context, global);
    const char *name;
    size_t length;
    AuSet class;

    /* Declared here, defined in another module. */
    if (!variable) {
        return au_contract_global(types->contract,
                                  LLVMGetValueName2(global, &length));
    }
    name = operand_string(types->context, variable, OPERAND_VARIABLE_NAME);
    class = name ? au_contract_global(types->contract, name) : 0;
    return class ? class
                 : class_of(types, operand(types->context, variable,
                                           OPERAND_VARIABLE_TYPE));
}

/*
 * The number of a parameter of @function, from 1; 0 if it is none.  The C
 * interface does not tell; clang lists parameters in order before the other
 * variables that are worth keeping.
 */
static guint parameter_number(const AuTypes *types, LLVMMetadataRef function,
                              LLVMMetadataRef variable)
{
    LLVMMetadataRef list =
        operand(types->context, function, OPERAND_RETAINED_NODES);
    LLVMMetadataRef signature = operand(
        types->context,
        operand(types->context, function, OPERAND_FUNCTION_TYPE),
        OPERAND_SIGNATURE);
    guint parameters =
        signature ? LLVMGetMDNodeNumOperands(
                        LLVMMetadataAsValue(types->context, signature))
                  : 0;
    LLVMValueRef value =
        list ? LLVMMetadataAsValue(types->context, list) : NULL;
    guint count = value ? LLVMGetMDNodeNumOperands(value) : 0;
    g_autofree LLVMValueRef *all = g_new0(LLVMValueRef, count + 1);

    if (count) {
        LLVMGetMDNodeOperands(value, all);
    }
    /* The first of a signature is the result. */
    for (guint i = 0; i < count && i + 1 < parameters; i++) {
        if (all[i] && LLVMValueAsMetadata(all[i]) == variable) {
            return i + 1;
        }
    }
    return 0;
}

static Local *read_local(AuTypes *types, LLVMMetadataRef variable)
{
    Local *local = g_new0(Local, 1);
    LLVMMetadataRef function =
        operand(types->context, variable, OPERAND_VARIABLE_SCOPE);
    const char *name =
        operand_string(types->context, variable, OPERAND_VARIABLE_NAME);
    const char *owner =
        function && LLVMGetMetadataKind(function) ==
                        LLVMDISubprogramMetadataKind
            ? operand_string(types->context, function, OPERAND_NAME)
            : NULL;
    gboolean conversion =
        au_contract_has_role(types->contract, owner, AU_ROLE_CONVERSION);
    gboolean named = FALSE;

    local->name = name ? name : "?";
    local->class = class_of(types, operand(types->context, variable,
                                           OPERAND_VARIABLE_TYPE));
    for (guint i = 1; owner && i <= MAX_PARAMETERS; i++) {
        named |= au_contract_function(types->contract, owner, i) != 0;
    }
    if (owner && (local->class || named)) {
        guint number = parameter_number(types, function, variable);
        AuSet class =
            number ? au_contract_function(types->contract, owner, number) : 0;

        local->is_parameter = number != 0;
        local->of_conversion = conversion && number;
        local->class = class ? class : local->class;
    }
    if (owner && local->class) {
        AuSet class =
            au_contract_local(types->contract, owner, local->name);

        local->class = class ? class : local->class;
    }
    if (local->class == AU_ANY) {
        local->class = 0;
    }
    return local;
}

AuSet au_types_variable(AuTypes *types, LLVMMetadataRef variable,
                        const char **name, gboolean *is_parameter,
                        gboolean *of_conversion)
{
    Local *local = g_hash_table_lookup(types->locals, variable);

    if (!local) {
        local = read_local(types, variable);
        g_hash_table_insert(types->locals, variable, local);
    }
    *name = local->name;
    *is_parameter = local->is_parameter;
    *of_conversion = local->of_conversion;
    return local->class;
}

const char *au_debug_function_name(LLVMValueRef function)
{
    LLVMMetadataRef subprogram = LLVMGetSubprogram(function);

    return subprogram
               ? operand_string(LLVMGetModuleContext(
                                    LLVMGetGlobalParent(function)),
                                subprogram, OPERAND_NAME)
               : NULL;
}

char *au_debug_function_place(LLVMValueRef function)
{
    LLVMMetadataRef subprogram = LLVMGetSubprogram(function);
    LLVMMetadataRef file =
        subprogram ? LLVMDIScopeGetFile(subprogram) : NULL;
    const char *name = au_debug_function_name(function);
    unsigned length;
    gsize size;

    return g_strdup_printf(
        "%s:%u %s", file ? LLVMDIFileGetFilename(file, &length) : "",
        subprogram ? LLVMDISubprogramGetLine(subprogram) : 0,
        name ? name : LLVMGetValueName2(function, &size));
}
