/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proof/findings.h"

#include <string.h>

/*
 * Whether a diagnostic is about code pointers.  In the JIT kernel and in any
 * source that can see a code pointer every lost qualifier counts, since clang
 * names the types without their typedefs (but a pointer to a structure is no
 * code pointer); in other headers the message or the statement must name the
 * contract.
 */
static gboolean concerns(const TvCheckTree *tree, const TvUnit *unit,
                         const TvDiagnostic *diagnostic, const char *statement)
{
    return tv_contract_in_kernel(tree->contract, diagnostic->file) ||
           ((unit->sees || unit->canary) &&
            g_str_equal(unit->file, diagnostic->file) &&
            !g_str_has_prefix(diagnostic->message,
                              "cast from 'const struct ")) ||
           tv_contract_mentioned(tree->contract, diagnostic->message,
                                 strlen(diagnostic->message)) ||
           tv_contract_mentioned(tree->contract, statement, strlen(statement));
}

typedef struct Row {
    const char *pattern; /* option of clang, part of sparse's message */
    const char *rule;
    gboolean any; /* also where it is not about code pointers */
} Row;

static const Row const_options[] = {
    {"incompatible-pointer-types-discards-qualifiers", "rx-discard-const"},
    {"cast-qual", "rx-cast-const"},
    {"incompatible-pointer-types", "rx-pointer-type"},
    {"incompatible-function-pointer-types", "rx-pointer-type"},
    {"int-conversion", "rx-pointer-type"},
    {"implicit-function-declaration", "build-error", TRUE},
    {NULL},
};

static const Row sparse_messages[] = {
    {"different address spaces", "rx-address-space", TRUE},
    {"cast between address spaces", "rx-address-space", TRUE},
    {"cast removes address space", "rx-cast-drops", TRUE},
    {"cast adds address space", "rx-cast-adds", TRUE},
    {"assignment to const expression", "rx-store", TRUE},
    {"different modifiers", "rx-modifiers", FALSE},
    {NULL},
};

const char *tv_unit_findings_rule(const TvCheckTree *tree, const TvUnit *unit,
                                  TvLayer layer, const TvDiagnostic *diagnostic,
                                  const char *statement)
{
    gboolean sparse = layer == TV_LAYER_SPARSE;
    const Row *rows = sparse ? sparse_messages : const_options;
    const char *message = diagnostic->message;

    for (; rows->pattern; rows++) {
        if (sparse ? strstr(message, rows->pattern) != NULL
                   : g_strcmp0(rows->pattern, diagnostic->option) == 0) {
            return rows->any || concerns(tree, unit, diagnostic, statement)
                       ? rows->rule
                       : NULL;
        }
    }
    if (sparse || diagnostic->severity == TV_DIAGNOSTIC_WARNING) {
        return NULL;
    }
    return strstr(message, "not assignable") || strstr(message, "non-const") ||
                   strstr(message, "const-qualified")
               ? "rx-store"
               : "build-error";
}

TvFinding *tv_finding_at(const TvCheckTree *tree, const TvHost *host,
                         const char *rule, const char *file, int line,
                         const char *message)
{
    TvFinding *finding = tv_finding_new(rule, file, line, "%s", message);
    g_autofree char *path = file ? tv_check_tree_path(tree, file) : NULL;
    const char *text =
        path ? tv_source_lines_get(tree->lines, path, line) : NULL;

    if (text && *text) {
        finding->text = g_strstrip(g_strdup(text));
    }
    finding->host = g_strdup(host->name);
    return finding;
}

TvFinding *tv_finding_in_unit(const TvCheckTree *tree, const TvUnit *unit,
                              const char *layer, const char *rule,
                              const char *file, int line, const char *message)
{
    TvFinding *finding =
        tv_finding_at(tree, unit->host, rule, file, line, message);
    g_autofree char *path = tv_check_tree_path(tree, file);

    finding->function = tv_source_lines_function(tree->lines, path, line);
    finding->mode = g_strdup(unit->target->mode);
    finding->guest_bits = unit->target->bits;
    finding->reproduce = tv_unit_command(tree, unit, layer, TRUE);
    return finding;
}

static TvFinding *make(const TvCheckTree *tree, const TvUnit *unit,
                       TvLayer layer, const char *rule,
                       const TvDiagnostic *diagnostic)
{
    return tv_finding_in_unit(tree, unit, tv_layer_name(layer), rule,
                              diagnostic->file, diagnostic->line,
                              diagnostic->message);
}

/*
 * After an error that is no finding sparse drops what it would have said of
 * the rest: that is @broken, unless the error is known to do no harm.
 */
static void judge_error(const TvCheckTree *tree, TvKnownFindings *known,
                        const TvUnit *unit, const TvDiagnostic *diagnostic,
                        GPtrArray *findings, char **broken)
{
    g_autoptr(TvFinding) finding =
        make(tree, unit, TV_LAYER_SPARSE, "sparse-error", diagnostic);

    if (tv_known_findings_apply(known, finding)) {
        g_ptr_array_add(findings, g_steal_pointer(&finding));
    } else if (!*broken) {
        *broken = g_strdup_printf("%s:%d: sparse: %s", diagnostic->file,
                                  diagnostic->line, diagnostic->message);
    }
}

/*
 * Where RW is canonical, the conversions are functions that mix the aliases,
 * RX becomes an integer by a cast, and a void pointer does not say which alias
 * it is: all that is left to L3.
 */
static gboolean is_left_to_units(const TvCheckTree *tree,
                                 const TvDiagnostic *diagnostic,
                                 const TvFinding *finding)
{
    const TvContract *contract = tree->contract;
    g_auto(GStrv) sides = NULL;

    if (!contract->rw_canonical) {
        return FALSE;
    }
    if (finding->function &&
        (g_str_equal(finding->function, contract->write_macro) ||
         tv_contract_lists(contract, "convert-macros", finding->function))) {
        return TRUE;
    }
    if (strstr(diagnostic->message, "cast removes address space") &&
        finding->text && strstr(finding->text, "intptr_t)")) {
        return TRUE;
    }
    /* "...; expected TYPE; got TYPE": the side that is not RX. */
    sides = g_strsplit(diagnostic->message, ";", -1);
    for (char **side = sides; *side && sides[1]; side++) {
        if (side > sides && !strstr(*side, contract->address_space) &&
            g_regex_match_simple("\\bvoid (const )?\\*", *side, 0, 0)) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean is_there(GPtrArray *findings, const TvFinding *wanted)
{
    for (guint i = 0; i < findings->len; i++) {
        const TvFinding *finding = findings->pdata[i];

        if (finding->line == wanted->line &&
            g_str_equal(finding->rule, wanted->rule) &&
            g_str_equal(finding->file, wanted->file) &&
            g_str_equal(finding->message, wanted->message)) {
            return TRUE;
        }
    }
    return FALSE;
}

GPtrArray *tv_unit_findings(const TvCheckTree *tree, TvKnownFindings *known,
                            const TvUnit *unit, TvLayer layer, char **broken)
{
    const TvLayerRun *run = &unit->runs[layer];
    GPtrArray *findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)tv_finding_free);

    for (guint i = 0; run->diagnostics && i < run->diagnostics->len; i++) {
        const TvDiagnostic *diagnostic = run->diagnostics->pdata[i];
        g_autofree char *path = tv_check_tree_path(tree, diagnostic->file);
        g_autofree char *statement =
            tv_source_lines_statement(tree->lines, path, diagnostic->line);
        const char *rule =
            tv_unit_findings_rule(tree, unit, layer, diagnostic, statement);
        g_autoptr(TvFinding) finding = NULL;

        if (!rule && layer == TV_LAYER_SPARSE &&
            diagnostic->severity != TV_DIAGNOSTIC_WARNING) {
            judge_error(tree, known, unit, diagnostic, findings, broken);
        }
        if (!rule) {
            continue;
        }
        finding = make(tree, unit, layer, rule, diagnostic);
        if (is_left_to_units(tree, diagnostic, finding)) {
            continue;
        }
        tv_known_findings_apply(known, finding);
        if (!is_there(findings, finding)) {
            g_ptr_array_add(findings, g_steal_pointer(&finding));
        }
    }
    return findings;
}
