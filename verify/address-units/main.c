/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tcg-address-units: in which alias of the code buffer every address lies.
 *
 * Reads bitcode, prints one JSON object, and exits with 0 if nothing was
 * found, 1 if something was, 2 if it could not run.  A program of its own, so
 * that neither LLVM's memory nor a crash of it is tcg-verify's.
 */
#include <errno.h>
#include <gio/gio.h>
#include <locale.h>
#include <stdio.h>

#include "contract-names.h"
#include "contract-units.h"
#include "findings.h"
#include "flush-paths.h"
#include "judge.h"
#include "modules.h"
#include "program.h"

static char *option_contract;
static char *option_root;
static gboolean option_unconverted;
static gboolean option_version;
static char **option_modules;

static const GOptionEntry entries[] = {
    {"contract", 0, 0, G_OPTION_ARG_FILENAME, &option_contract,
     "What the code pointers are called", "FILE"},
    {"root", 0, 0, G_OPTION_ARG_FILENAME, &option_root,
     "Taken off the front of file names", "DIR"},
    {"unconverted", 0, 0, G_OPTION_ARG_NONE, &option_unconverted,
     "The tree need not have all fields that the contract names", NULL},
    {"version", 0, 0, G_OPTION_ARG_NONE, &option_version,
     "Print the version of LLVM", NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &option_modules,
     NULL, "BITCODE..."},
    {NULL}};

/* What of the contract this program has not; that of all is told by check. */
static JsonArray *unmet_to_json(const AuNames *names, const AuTypes *types)
{
    g_autoptr(GPtrArray) unmet = au_names_unmet(names, types);
    JsonArray *array = json_array_new();

    for (guint i = 0; i < unmet->len; i++) {
        json_array_add_string_element(array, unmet->pdata[i]);
    }
    return array;
}

static void print_result(const AuFindings *findings, const AuCounts *counts,
                         const AuProgram *program, const AuNames *names,
                         guint rounds, guint paths)
{
    g_autoptr(JsonObject) object = json_object_new();
    g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
    g_autofree char *text = NULL;

    json_object_set_int_member(object, "version", 1);
    json_object_set_string_member(object, "llvm", LLVM_VERSION);
    json_object_set_int_member(object, "functions", program->defined->len);
    json_object_set_int_member(object, "values",
                               g_hash_table_size(program->nodes));
    json_object_set_int_member(object, "rounds", rounds);
    json_object_set_int_member(object, "stores", counts->stores);
    json_object_set_int_member(object, "code-stores", counts->code);
    json_object_set_int_member(object, "flush-paths", paths);
    json_object_set_array_member(object, "unmet",
                                 unmet_to_json(names, program->types));
    json_object_set_member(object, "findings", au_findings_to_json(findings));
    json_node_set_object(root, object);
    text = json_to_string(root, TRUE);
    puts(text);
}

static int run(GError **error)
{
    AuContract *contract;
    AuNames *names;
    GPtrArray *modules;
    AuProgram *program;
    AuFindings *findings;
    AuTypes *types = NULL;
    AuCounts counts = {0};
    guint rounds, paths;

    if (!option_contract || !option_modules) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
                    "needs --contract FILE and at least one BITCODE; see "
                    "--help");
        return 2;
    }
    contract = au_contract_load(option_contract, error);
    if (!contract) {
        return 2;
    }
    names = au_names_new(contract);
    modules = au_modules_load(option_modules, contract, &types, names, error);
    if (!modules) {
        return 2;
    }
    program = au_program_new(modules, contract, types);
    if (!option_unconverted && !au_types_check(program->types, error)) {
        return 2;
    }
    if (!program->defined->len) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                    "%s: holds no function: there is nothing to analyse",
                    option_modules[0]);
        return 2;
    }
    rounds = au_program_solve(program);
    findings = au_findings_new(option_root);
    au_judge(program, findings, &counts);
    paths = au_flush_paths_check(program, findings);
    print_result(findings, &counts, program, names, rounds, paths);
    /* A short write (a full disk) must not pass for a result. */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno),
                    "writing the result: %s", g_strerror(errno));
        return 2;
    }
    return au_findings_count(findings) ? 1 : 0;
}

int main(int argc, char **argv)
{
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autoptr(GError) error = NULL;
    int status;

    setlocale(LC_ALL, "");
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(
        context, "Finds writes through the executable alias of a code buffer, "
                 "and addresses that mix its aliases, in LLVM bitcode.");
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "tcg-address-units: %s\n", error->message);
        return 2;
    }
    if (option_version) {
        puts("tcg-address-units " TV_VERSION ", LLVM " LLVM_VERSION);
        return 0;
    }
    status = run(&error);
    if (error) {
        fprintf(stderr, "tcg-address-units: %s\n", error->message);
    }
    return status;
}
