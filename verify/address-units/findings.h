/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings with their path, and their output as JSON. */
#ifndef AU_FINDINGS_H
#define AU_FINDINGS_H

#include <json-glib/json-glib.h>

#include "program.h"

typedef struct AuFindings AuFindings;

/* @root or NULL: taken off the front of file names. */
AuFindings *au_findings_new(const char *root);

/*
 * @at: the instruction that is wrong.  @node or NULL: the value that makes it
 * so, and @forms those of its forms that do; the path is traced from where
 * they come from.  The same place with the same rule counts once.
 */
void au_findings_add(AuFindings *findings, const char *rule, LLVMValueRef at,
                     AuNode *node, AuSet forms, const char *format, ...)
    G_GNUC_PRINTF(6, 7);

/*
 * The same without a value, for what is wrong where inline functions were
 * called: the place is that of the outermost call that @at was inlined into.
 */
void au_findings_add_in_caller(AuFindings *findings, const char *rule,
                               LLVMValueRef at, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/*
 * For the variable that the debug intrinsic @at is about: a parameter of an
 * inlined function is told where it was called, others where they stand.
 */
void au_findings_add_variable(AuFindings *findings, const char *rule,
                              const AuVariable *variable, AuNode *node,
                              AuSet forms, const char *format, ...)
    G_GNUC_PRINTF(6, 7);

guint au_findings_count(const AuFindings *findings);

/* An array of objects; for the caller to unref. */
JsonNode *au_findings_to_json(const AuFindings *findings);

/* The function of the source that @instruction was written in, before it was
 * inlined; owned by LLVM.  NULL without debug information. */
const char *au_source_function(LLVMValueRef instruction);

#endif
