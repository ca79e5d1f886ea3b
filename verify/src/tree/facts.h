/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of files by their content: hash and mention of the contract.
 *
 * Facts are kept between runs under the file's device, inode, size, mtime and
 * ctime, so that a warm run reads no file that did not change.  Main thread.
 */
#ifndef TV_TREE_FACTS_H
#define TV_TREE_FACTS_H

#include "project/contract.h"

typedef struct TvFileFacts TvFileFacts;

/* @path: where facts are kept; a missing or foreign file is an empty one. */
TvFileFacts *tv_file_facts_open(const char *path, const TvContract *contract);

/* Writes them back if anything was learnt; failure costs time only. */
void tv_file_facts_close(TvFileFacts *facts);

/* Hex SHA-256 of the file, owned by @facts; NULL if it cannot be read. */
const char *tv_file_facts_sha256(TvFileFacts *facts, const char *path);

/* Whether a name of the contract stands in the file; FALSE if unreadable. */
gboolean tv_file_facts_mentions(TvFileFacts *facts, const char *path);

/* A tree is about to change: look at files again. */
void tv_file_facts_forget(TvFileFacts *facts);

/*
 * A file whose content is no longer what it was when it was looked at (since
 * tv_file_facts_forget), or that is gone; NULL if there is none.  Owned by
 * @facts.
 */
const char *tv_file_facts_changed(const TvFileFacts *facts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TvFileFacts, tv_file_facts_close)

#endif
