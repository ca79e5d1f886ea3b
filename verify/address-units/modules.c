/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "modules.h"

#include <llvm-c/DebugInfo.h>
#include <llvm-c/IRReader.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <gio/gio.h>
#include <string.h>

#include "debug-types.h"

/* Keeps LLVM from printing and exiting; the first error is the one to tell. */
static void on_diagnostic(LLVMDiagnosticInfoRef info, void *data)
{
    char **message = data;
    char *text;

    if (LLVMGetDiagInfoSeverity(info) != LLVMDSError || *message) {
        return;
    }
    text = LLVMGetDiagInfoDescription(info);
    *message = g_strdup(text);
    LLVMDisposeMessage(text);
}

static void fail(GError **error, const char *path, const char *tried,
                 const char *message)
{
    g_autofree char *line = g_strdup(message ? message : "unknown error");

    g_strdelimit(line, "\n", ' ');
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                "%s: %s: %s (this program is built with LLVM " LLVM_VERSION
                "; the bitcode must come from the clang of that version)",
                path, tried, g_strstrip(line));
}

static LLVMModuleRef read_module(LLVMContextRef context, const char *path,
                                 char **problem, GError **error)
{
    LLVMMemoryBufferRef buffer;
    LLVMModuleRef module;
    char *message = NULL;

    if (LLVMCreateMemoryBufferWithContentsOfFile(path, &buffer, &message)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", path,
                    message);
        LLVMDisposeMessage(message);
        return NULL;
    }
    if (LLVMParseIRInContext(context, buffer, &module, &message)) {
        fail(error, path, "reading bitcode", *problem ? *problem : message);
        LLVMDisposeMessage(message);
        return NULL;
    }
    return module;
}

const char *au_function_name(LLVMValueRef function)
{
    const char *name = au_debug_function_name(function);
    gsize length;

    return name ? name : LLVMGetValueName2(function, &length);
}

static gboolean has_attribute(LLVMValueRef function, const char *name)
{
    guint kind = LLVMGetEnumAttributeKindForName(name, strlen(name));

    return LLVMGetEnumAttributeAtIndex(function, LLVMAttributeFunctionIndex,
                                       kind) != NULL;
}

static void set_attribute(LLVMContextRef context, LLVMValueRef function,
                          const char *name)
{
    guint kind = LLVMGetEnumAttributeKindForName(name, strlen(name));

    LLVMAddAttributeAtIndex(function, LLVMAttributeFunctionIndex,
                            LLVMCreateEnumAttribute(context, kind, 0));
}

/* Whether calls to the function must be seen as calls. */
static gboolean stays(const AuContract *contract, const char *name)
{
    return au_contract_has_role(contract, name, AU_ROLE_FLUSH) ||
           au_contract_has_role(contract, name, AU_ROLE_INVALIDATE) ||
           au_contract_has_role(contract, name, AU_ROLE_ENTRY) ||
           au_contract_has_role(contract, name, AU_ROLE_PATCHER);
}

/*
 * Inlining drops static functions that are called nowhere else.  External
 * names keep them; one copy of an inline function of a header is enough.
 */
static void keep_functions(LLVMContextRef context, LLVMModuleRef module,
                           const AuContract *contract, guint number,
                           GHashTable *seen)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f;
         f = LLVMGetNextFunction(f)) {
        const char *name = au_function_name(f);
        gboolean is_inline = has_attribute(f, "inlinehint");

        if (LLVMIsDeclaration(f)) {
            continue;
        }
        if (is_inline && !has_attribute(f, "noinline") &&
            !stays(contract, name)) {
            set_attribute(context, f, "alwaysinline");
        }
        if (LLVMGetLinkage(f) == LLVMInternalLinkage) {
            char *place = au_debug_function_place(f);
            g_autofree char *unique = NULL;

            if (is_inline && !g_hash_table_add(seen, place)) {
                continue;
            }
            if (!is_inline) {
                g_free(place);
            }
            unique = g_strdup_printf("%s..%u", name, number);
            LLVMSetValueName2(f, unique, strlen(unique));
            LLVMSetLinkage(f, LLVMExternalLinkage);
        }
    }
}

/* Whether an operand can bring in a code pointer by itself. */
static gboolean brings_code(const AuTypes *types, LLVMValueRef operand)
{
    while (LLVMIsAConstantExpr(operand)) {
        operand = LLVMGetOperand(operand, 0);
    }
    if (LLVMIsAFunction(operand)) {
        return au_types_function(types, operand, 0) != 0;
    }
    return LLVMIsAGlobalVariable(operand) && !LLVMIsGlobalConstant(operand);
}

/* Whether a code pointer can come into a function that nobody calls. */
static gboolean sees_code(const AuTypes *types, LLVMValueRef function)
{
    for (guint i = 0; i <= LLVMCountParams(function); i++) {
        if (au_types_function(types, function, i)) {
            return TRUE;
        }
    }
    for (LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(function); block;
         block = LLVMGetNextBasicBlock(block)) {
        for (LLVMValueRef in = LLVMGetFirstInstruction(block); in;
             in = LLVMGetNextInstruction(in)) {
            guint count = LLVMGetNumOperands(in);

            for (guint i = 0; i < count; i++) {
                if (brings_code(types, LLVMGetOperand(in, i))) {
                    return TRUE;
                }
            }
            if (LLVMIsAGetElementPtrInst(in)) {
                LLVMTypeRef type = LLVMGetGEPSourceElementType(in);
                const char *name =
                    LLVMGetTypeKind(type) == LLVMStructTypeKind
                        ? LLVMGetStructName(type)
                        : NULL;

                if (name && strchr(name, '.') &&
                    au_types_has_class(types, strchr(name, '.') + 1)) {
                    return TRUE;
                }
            }
        }
    }
    return FALSE;
}

static gboolean is_of_header(LLVMValueRef function)
{
    g_autofree char *place = au_debug_function_place(function);

    return strstr(place, ".h:") || strstr(place, ".h.inc:");
}

/* Headers bring in hundreds of functions that nothing here calls. */
static void drop_functions(LLVMModuleRef module, const AuTypes *types)
{
    LLVMValueRef previous;

    for (LLVMValueRef f = LLVMGetLastFunction(module); f; f = previous) {
        previous = LLVMGetPreviousFunction(f);
        if (!LLVMIsDeclaration(f) &&
            LLVMGetLinkage(f) == LLVMInternalLinkage && !LLVMGetFirstUse(f) &&
            has_attribute(f, "inlinehint") && is_of_header(f) &&
            !sees_code(types, f)) {
            LLVMDeleteFunction(f);
        }
    }
}

/* The counters of branches, by which clang was made to keep all of them. */
static void drop_counters(LLVMModuleRef module)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f;
         f = LLVMGetNextFunction(f)) {
        gsize length;
        LLVMUseRef use;

        if (!g_str_has_prefix(LLVMGetValueName2(f, &length),
                              "llvm.instrprof.")) {
            continue;
        }
        while ((use = LLVMGetFirstUse(f))) {
            LLVMInstructionEraseFromParent(LLVMGetUser(use));
        }
    }
}

/*
 * Scalars out of memory, but no more: simplification would fold the address
 * of a first field into the address of its structure.
 */
static gboolean run_passes(LLVMModuleRef module, GError **error)
{
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    LLVMErrorRef failed =
        LLVMRunPasses(module, "always-inline,function(sroa)", NULL, options);

    LLVMDisposePassBuilderOptions(options);
    if (failed) {
        char *message = LLVMGetErrorMessage(failed);

        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                    "LLVM's passes failed: %s", message);
        LLVMDisposeErrorMessage(message);
        return FALSE;
    }
    return TRUE;
}

static gboolean is_same_host(LLVMModuleRef a, LLVMModuleRef b)
{
    return g_str_equal(LLVMGetTarget(a), LLVMGetTarget(b)) &&
           g_str_equal(LLVMGetDataLayoutStr(a), LLVMGetDataLayoutStr(b));
}

/* No linker tells that two units define one function. */
static gboolean add_definitions(LLVMModuleRef module, const char *path,
                                GHashTable *defined, GError **error)
{
    for (LLVMValueRef f = LLVMGetFirstFunction(module); f;
         f = LLVMGetNextFunction(f)) {
        gsize length;
        const char *name =
            g_intern_string(LLVMGetValueName2(f, &length));
        const char *other = g_hash_table_lookup(defined, name);

        if (LLVMIsDeclaration(f) ||
            LLVMGetLinkage(f) != LLVMExternalLinkage) {
            continue;
        }
        if (other) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                        "%s: defines %s, and so does %s: analyse units that "
                        "make one program",
                        path, name, other);
            return FALSE;
        }
        g_hash_table_insert(defined, (gpointer)name, (gpointer)path);
    }
    return TRUE;
}

GPtrArray *au_modules_load(char **paths, const AuContract *contract,
                           AuTypes **types, AuNames *names, GError **error)
{
    LLVMContextRef context = LLVMContextCreate();
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) defined = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) modules = g_ptr_array_new();
    g_autofree char *problem = NULL;

    *types = au_types_new(context, contract);
    LLVMContextSetDiagnosticHandler(context, on_diagnostic, &problem);
    for (guint i = 0; paths[i]; i++) {
        LLVMModuleRef module = read_module(context, paths[i], &problem, error);

        if (!module) {
            return NULL;
        }
        if (modules->len && !is_same_host(modules->pdata[0], module)) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED,
                        "%s: is for %s, but %s is for %s: analyse the units "
                        "of one host together",
                        paths[i], LLVMGetTarget(module), paths[0],
                        LLVMGetTarget(modules->pdata[0]));
            return NULL;
        }
        if (!add_definitions(module, paths[i], defined, error)) {
            return NULL;
        }
        au_types_read(*types, module);
        au_names_read(names, module);
        drop_counters(module);
        drop_functions(module, *types);
        keep_functions(context, module, contract, i, seen);
        if (!run_passes(module, error)) {
            return NULL;
        }
        /* Variables as calls, which the C interface can read. */
        LLVMSetIsNewDbgInfoFormat(module, FALSE);
        g_ptr_array_add(modules, module);
    }
    LLVMContextSetDiagnosticHandler(context, NULL, NULL);
    return g_steal_pointer(&modules);
}
