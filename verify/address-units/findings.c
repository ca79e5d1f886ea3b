/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "findings.h"

#include <llvm-c/DebugInfo.h>
#include <string.h>

#include "modules.h"

#define MAX_STEPS 40

struct AuFindings {
    char *root;
    GHashTable *seen;
    JsonArray *all;
};

AuFindings *au_findings_new(const char *root)
{
    AuFindings *findings = g_new0(AuFindings, 1);

    findings->root = g_strdup(root);
    findings->seen = g_hash_table_new(g_str_hash, g_str_equal);
    findings->all = json_array_new();
    return findings;
}

guint au_findings_count(const AuFindings *findings)
{
    return json_array_get_length(findings->all);
}

JsonNode *au_findings_to_json(const AuFindings *findings)
{
    JsonNode *node = json_node_new(JSON_NODE_ARRAY);

    json_node_set_array(node, findings->all);
    return node;
}

/* The subprogram around a scope: lexical blocks lie between. */
static LLVMMetadataRef scope_function(LLVMContextRef context,
                                      LLVMMetadataRef scope)
{
    while (scope &&
           LLVMGetMetadataKind(scope) != LLVMDISubprogramMetadataKind) {
        LLVMValueRef value = LLVMMetadataAsValue(context, scope);
        LLVMValueRef operands[32];
        guint count = LLVMGetMDNodeNumOperands(value);

        if (count < 2 || count > G_N_ELEMENTS(operands)) {
            return NULL;
        }
        LLVMGetMDNodeOperands(value, operands);
        scope = operands[1] && LLVMIsAMDNode(operands[1])
                    ? LLVMValueAsMetadata(operands[1])
                    : NULL;
    }
    return scope;
}

static LLVMMetadataRef location(LLVMValueRef value)
{
    return value && LLVMIsAInstruction(value)
               ? LLVMInstructionGetDebugLoc(value)
               : NULL;
}

static LLVMValueRef parent_function(LLVMValueRef instruction)
{
    return LLVMGetBasicBlockParent(LLVMGetInstructionParent(instruction));
}

/* The function of the source that @where is in; NULL if not known. */
static const char *place_function(LLVMContextRef context,
                                  LLVMMetadataRef where)
{
    LLVMMetadataRef function =
        scope_function(context, LLVMDILocationGetScope(where));
    LLVMValueRef operands[32];
    guint length;

    if (!function ||
        LLVMGetMDNodeNumOperands(LLVMMetadataAsValue(context, function)) >
            G_N_ELEMENTS(operands)) {
        return NULL;
    }
    LLVMGetMDNodeOperands(LLVMMetadataAsValue(context, function), operands);
    return operands[2] && LLVMIsAMDString(operands[2])
               ? LLVMGetMDString(operands[2], &length)
               : NULL;
}

static LLVMContextRef context_of(LLVMValueRef instruction)
{
    return LLVMGetModuleContext(
        LLVMGetGlobalParent(parent_function(instruction)));
}

const char *au_source_function(LLVMValueRef instruction)
{
    LLVMMetadataRef where = location(instruction);

    return where ? place_function(context_of(instruction), where)
                 : au_function_name(parent_function(instruction));
}

static const char *relative(const AuFindings *findings, const char *file)
{
    gsize length = findings->root ? strlen(findings->root) : 0;

    if (length && strncmp(file, findings->root, length) == 0 &&
        file[length] == '/') {
        return file + length + 1;
    }
    return g_str_has_prefix(file, "./") ? file + 2 : file;
}

/* Adds file, line and function; FALSE if the place is not known. */
static gboolean add_location(const AuFindings *findings, JsonObject *object,
                             LLVMContextRef context, LLVMMetadataRef where)
{
    LLVMMetadataRef file = LLVMDIScopeGetFile(LLVMDILocationGetScope(where));
    const char *function = place_function(context, where);
    guint length;

    if (function) {
        json_object_set_string_member(object, "function", function);
    }
    if (!file) {
        return FALSE;
    }
    json_object_set_string_member(
        object, "file",
        relative(findings, LLVMDIFileGetFilename(file, &length)));
    json_object_set_int_member(object, "line",
                               LLVMDILocationGetLine(where));
    return TRUE;
}

static gboolean add_place(const AuFindings *findings, JsonObject *object,
                          LLVMValueRef instruction)
{
    LLVMMetadataRef where = location(instruction);

    if (where) {
        return add_location(findings, object, context_of(instruction), where);
    }
    if (instruction && LLVMIsAInstruction(instruction)) {
        const char *function = au_source_function(instruction);

        if (function) {
            json_object_set_string_member(object, "function", function);
        }
    }
    return FALSE;
}

static char *describe_step(const AuNode *node, LLVMValueRef at, AuSet form)
{
    g_autofree char *set = au_set_describe(form);
    gsize length;

    if (node->is_cell) {
        return node->name ? g_strdup_printf("%s holds %s", node->name, set)
                          : g_strdup_printf("memory holds %s", set);
    }
    if (LLVMIsAArgument(node->value)) {
        LLVMValueRef function = LLVMGetParamParent(node->value);
        guint number = 0;

        while (LLVMGetParam(function, number) != node->value) {
            number++;
        }
        return g_strdup_printf("parameter %u of %s is %s", number + 1,
                               au_function_name(function), set);
    }
    if (LLVMIsACallInst(node->value)) {
        LLVMValueRef callee = LLVMGetCalledValue(node->value);

        return g_strdup_printf("%s returns %s",
                               LLVMIsAFunction(callee)
                                   ? au_function_name(callee)
                                   : "a called pointer",
                               set);
    }
    if (LLVMIsALoadInst(node->value)) {
        return g_strdup_printf("loads %s", set);
    }
    if (LLVMIsAGlobalVariable(node->value)) {
        return g_strdup_printf("%s is %s",
                               LLVMGetValueName2(node->value, &length), set);
    }
    return g_strdup_printf("computes %s", set);
}

static int lowest_form(AuSet set)
{
    for (int i = 0; i < AU_N_FORMS; i++) {
        if (set >> i & 1) {
            return i;
        }
    }
    return -1;
}

/* The form that @node had to have so that what follows has @form. */
static int source_form(const AuNode *node, int form)
{
    if (node->set >> form & 1) {
        return form;
    }
    return lowest_form(node->set & ~AU_PLAIN);
}

static JsonArray *trace(const AuFindings *findings, AuNode *node, AuSet forms)
{
    JsonArray *path = json_array_new();
    g_autoptr(GPtrArray) steps = g_ptr_array_new();
    g_autoptr(GHashTable) visited = g_hash_table_new(NULL, NULL);
    int form = lowest_form(forms);
    g_autofree char *last = NULL;

    while (node && form >= 0 && steps->len < MAX_STEPS) {
        JsonObject *step;
        LLVMValueRef at;
        AuNode *next;
        g_autofree char *what = NULL;

        if (node->is_cell) {
            node = au_cell_find(node);
        }
        if (!g_hash_table_add(visited, node)) {
            break;
        }
        at = node->is_cell || LLVMIsAArgument(node->value) ? node->at[form]
                                                           : node->value;
        what = describe_step(node, at, 1u << form);
        step = json_object_new();
        if (add_place(findings, step, at) || node->name ||
            (!node->is_cell && LLVMIsAArgument(node->value))) {
            if (g_strcmp0(what, last) != 0) {
                json_object_set_string_member(step, "what", what);
                g_ptr_array_add(steps, json_object_ref(step));
                g_free(last);
                last = g_strdup(what);
            }
        }
        json_object_unref(step);
        next = node->why[form];
        form = next ? source_form(next, form) : -1;
        node = next;
    }
    for (guint i = steps->len; i > 0; i--) {
        json_array_add_object_element(path, steps->pdata[i - 1]);
    }
    return path;
}

static void add_step(const AuFindings *findings, JsonArray *path,
                     LLVMContextRef context, LLVMMetadataRef where,
                     const char *what)
{
    JsonObject *step = json_object_new();

    add_location(findings, step, context, where);
    json_object_set_string_member(step, "what", what);
    json_array_add_object_element(path, step);
}

/* The calls, from the outside in, of the inline functions around @where. */
static void add_inlined(const AuFindings *findings, JsonArray *path,
                        LLVMContextRef context, LLVMMetadataRef where)
{
    LLVMMetadataRef outer = LLVMDILocationGetInlinedAt(where);
    g_autofree char *what = NULL;

    if (outer) {
        add_inlined(findings, path, context, outer);
        what = g_strdup_printf("calls %s", place_function(context, where));
        add_step(findings, path, context, outer, what);
    }
}

/* The place itself: the path goes from source to sink. */
static void add_sink(const AuFindings *findings, JsonArray *path,
                     LLVMValueRef at, const char *message)
{
    LLVMMetadataRef where = location(at);

    if (where) {
        add_inlined(findings, path, context_of(at), where);
        add_step(findings, path, context_of(at), where, message);
    }
}

static void add(AuFindings *findings, JsonObject *object, const char *rule,
                const char *message)
{
    char *key = g_strdup_printf(
        "%s %s:%d %s", rule,
        json_object_get_string_member_with_default(object, "file", ""),
        (int)json_object_get_int_member_with_default(object, "line", 0),
        message);

    if (!g_hash_table_add(findings->seen, key)) {
        return;
    }
    json_object_set_string_member(object, "rule", rule);
    json_object_set_string_member(object, "message", message);
    json_array_add_object_element(findings->all, json_object_ref(object));
}

void au_findings_add_in_caller(AuFindings *findings, const char *rule,
                               LLVMValueRef at, const char *format, ...)
{
    g_autoptr(JsonObject) object = json_object_new();
    g_autofree char *message = NULL;
    LLVMMetadataRef where = location(at);
    va_list ap;

    va_start(ap, format);
    message = g_strdup_vprintf(format, ap);
    va_end(ap);
    while (where && LLVMDILocationGetInlinedAt(where)) {
        where = LLVMDILocationGetInlinedAt(where);
    }
    if (where) {
        add_location(findings, object, context_of(at), where);
    }
    add(findings, object, rule, message);
}

void au_findings_add(AuFindings *findings, const char *rule, LLVMValueRef at,
                     AuNode *node, AuSet forms, const char *format, ...)
{
    g_autoptr(JsonObject) object = json_object_new();
    g_autofree char *message = NULL;
    va_list ap;

    va_start(ap, format);
    message = g_strdup_vprintf(format, ap);
    va_end(ap);
    add_place(findings, object, at);
    if (node) {
        JsonArray *path = trace(findings, node, forms);

        add_sink(findings, path, at, message);
        json_object_set_array_member(object, "path", path);
    }
    add(findings, object, rule, message);
}

void au_findings_add_variable(AuFindings *findings, const char *rule,
                              const AuVariable *variable, AuNode *node,
                              AuSet forms, const char *format, ...)
{
    g_autoptr(JsonObject) object = json_object_new();
    g_autofree char *message = NULL;
    LLVMMetadataRef where = location(variable->at);
    LLVMMetadataRef caller =
        where ? LLVMDILocationGetInlinedAt(where) : NULL;
    JsonArray *path = trace(findings, node, forms);
    va_list ap;

    va_start(ap, format);
    message = g_strdup_vprintf(format, ap);
    va_end(ap);
    if (where && variable->is_parameter && caller) {
        where = caller;
        add_location(findings, object, context_of(variable->at), where);
    } else if (where) {
        add_location(findings, object, context_of(variable->at), where);
        json_object_set_int_member(object, "line",
                                   LLVMDIVariableGetLine(variable->variable));
    }
    if (where) {
        JsonObject *step = json_object_new();

        for (GList *member = json_object_get_members(object), *next; member;
             member = next) {
            next = member->next;
            json_object_set_member(
                step, member->data,
                json_node_copy(json_object_get_member(object, member->data)));
            g_list_free_1(member);
        }
        json_object_set_string_member(step, "what", message);
        json_array_add_object_element(path, step);
    }
    json_object_set_array_member(object, "path", path);
    add(findings, object, rule, message);
}
