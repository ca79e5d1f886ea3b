/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "contract-names.h"

#include <llvm-c/DebugInfo.h>
#include <string.h>

#include "debug-metadata.h"
#include "modules.h"

struct AuNames {
    GPtrArray *entries;  /* of AuEntry */
    GHashTable *wanted;  /* functions that entries name, or a part of */
    GHashTable *has[AU_N_ENTRIES]; /* what was met of each kind */
};

static GHashTable *set(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

AuNames *au_names_new(const AuContract *contract)
{
    AuNames *names = g_new0(AuNames, 1);

    names->entries = au_contract_entries(contract);
    names->wanted = set();
    for (int i = 0; i < AU_N_ENTRIES; i++) {
        names->has[i] = set();
    }
    for (guint i = 0; i < names->entries->len; i++) {
        const AuEntry *entry = names->entries->pdata[i];

        g_hash_table_add(names->wanted,
                         g_strndup(entry->name, strcspn(entry->name, ".")));
    }
    return names;
}

static void add(AuNames *names, AuEntryKind kind, const char *name)
{
    g_hash_table_add(names->has[kind], g_strdup(name));
}

/* A function of that name has a part: a parameter's number, a variable. */
static void add_part(AuNames *names, const char *function, const char *part)
{
    g_hash_table_add(names->has[AU_ENTRY_PART],
                     g_strconcat(function, ".", part, NULL));
}

static LLVMValueRef *operands_of(LLVMContextRef context, LLVMMetadataRef node,
                                 guint *count)
{
    LLVMValueRef value = node ? LLVMMetadataAsValue(context, node) : NULL;
    LLVMValueRef *all;

    *count = value ? LLVMGetMDNodeNumOperands(value) : 0;
    all = g_new0(LLVMValueRef, *count + 1);
    if (*count) {
        LLVMGetMDNodeOperands(value, all);
    }
    return all;
}

/* Result and parameters as the source has them: structures by value are other
 * than LLVM's. */
static void read_signature(AuNames *names, LLVMContextRef context,
                           LLVMValueRef function, const char *name)
{
    LLVMMetadataRef subprogram = LLVMGetSubprogram(function);
    guint parameters = LLVMCountParams(function);
    gboolean returns =
        LLVMGetTypeKind(LLVMGetReturnType(LLVMGlobalGetValueType(function))) !=
        LLVMVoidTypeKind;

    if (subprogram) {
        guint count;
        LLVMMetadataRef type = au_metadata_operand(context, subprogram,
                                                   OPERAND_FUNCTION_TYPE);
        g_autofree LLVMValueRef *all = operands_of(
            context, au_metadata_operand(context, type, OPERAND_SIGNATURE),
            &count);

        /* The result comes first; variable arguments are NULL at the end. */
        returns = count && all[0];
        parameters = count ? count - 1 : 0;
        parameters -= parameters && !all[count - 1];
    }
    if (returns) {
        add(names, AU_ENTRY_PART, name);
    }
    for (guint i = 1; i <= parameters; i++) {
        g_autofree char *number = g_strdup_printf("%u", i);

        add_part(names, name, number);
    }
}

/* clang lists all variables with their function, also those of inner blocks;
 * where it is inlined does not matter. */
static void read_variables(AuNames *names, LLVMContextRef context,
                           LLVMValueRef function, const char *name)
{
    guint count;
    g_autofree LLVMValueRef *all = operands_of(
        context, au_metadata_operand(context, LLVMGetSubprogram(function),
                                     OPERAND_RETAINED_NODES),
        &count);

    for (guint i = 0; i < count; i++) {
        LLVMMetadataRef node = all[i] ? LLVMValueAsMetadata(all[i]) : NULL;
        const char *variable =
            node && LLVMGetMetadataKind(node) == LLVMDILocalVariableMetadataKind
                ? au_metadata_string(context, node, OPERAND_VARIABLE_NAME)
                : NULL;

        if (variable) {
            add_part(names, name, variable);
        }
    }
}

void au_names_read(AuNames *names, LLVMModuleRef module)
{
    LLVMContextRef context = LLVMGetModuleContext(module);

    for (LLVMValueRef f = LLVMGetFirstFunction(module); f;
         f = LLVMGetNextFunction(f)) {
        const char *name = au_function_name(f);

        if (!g_hash_table_contains(names->wanted, name)) {
            continue;
        }
        add(names, AU_ENTRY_FUNCTION, name);
        read_signature(names, context, f, name);
        if (!LLVMIsDeclaration(f)) {
            add(names, AU_ENTRY_DEFINED, name);
            read_variables(names, context, f, name);
        }
    }
    for (LLVMValueRef g = LLVMGetFirstGlobal(module); g;
         g = LLVMGetNextGlobal(g)) {
        LLVMMetadataRef variable = au_metadata_of_global(context, g);
        gsize length;
        /* As au_types_global() calls it. */
        const char *name =
            variable
                ? au_metadata_string(context, variable, OPERAND_VARIABLE_NAME)
                : LLVMGetValueName2(g, &length);

        if (name && g_hash_table_contains(names->wanted, name)) {
            add(names, AU_ENTRY_GLOBAL, name);
        }
    }
}

static gboolean has_field(const AuTypes *types, const char *entry)
{
    g_auto(GStrv) part = g_strsplit(entry, ".", 2);

    return part[0] && part[1] && au_types_has_field(types, part[0], part[1]);
}

static int compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *au_names_unmet(const AuNames *names, const AuTypes *types)
{
    GPtrArray *unmet = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < names->entries->len; i++) {
        const AuEntry *entry = names->entries->pdata[i];

        if (entry->kind == AU_ENTRY_FIELD
                ? !has_field(types, entry->name)
                : !g_hash_table_contains(names->has[entry->kind],
                                         entry->name)) {
            g_ptr_array_add(unmet, g_strdup(entry->text));
        }
    }
    g_ptr_array_sort(unmet, compare_texts);
    return unmet;
}
