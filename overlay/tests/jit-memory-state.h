/*
 * Compare a process: descriptors, mappings, address space, named files
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#ifndef JIT_MEMORY_STATE_H
#define JIT_MEMORY_STATE_H

/* A directory of this process alone, for TMPDIR.  */
extern char *private_dir;

/* Note what the process has now, to compare it later.  */
void remember_process(void);

/* Size of the address space then, in pages, without the heap.  */
unsigned long remembered_pages(void);

/*
 * Check that the process has what it had, after removing the leftovers of
 * failed calls.
 */
void assert_nothing_left(void);

/* No file of code has a name in a directory that may have it.  */
void assert_no_names(void);

/**
 * smaps_value:
 * @addr: where a mapping of this process begins
 * @key: a field of its entry in /proc/self/smaps, with the colon
 * @value: gets the text behind it
 * @size: bytes that @value has
 *
 * Returns: true if there is such a mapping and field
 */
bool smaps_value(uintptr_t addr, const char *key, char *value, size_t size);

#endif
