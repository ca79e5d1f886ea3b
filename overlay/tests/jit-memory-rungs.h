/*
 * Test one rung of the ladder of providers, or all, with and without faults
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#ifndef JIT_MEMORY_RUNGS_H
#define JIT_MEMORY_RUNGS_H

#include "jit-memory-file.h"

#define SMALL   (4 * qemu_real_host_page_size)

/* Test one rung, or the whole ladder if @rung is NULL.  */
bool map_one(JitMemory *mem, const JitMemoryRung *rung, size_t size,
             size_t boundary, Error **errp);

/* True if jit_memory_map() tries it in the present environment.  */
bool rung_applies(const JitMemoryRung *rung);

/* True if it works here, without any fault.  */
bool works(const JitMemoryRung *rung);

/* The number of rungs that work.  */
int n_working(void);

/* To be called before a test: see remember_process().  */
void begin(void);

uint8_t read_rx(const JitMemory *mem, size_t offset);

/* A write at RW shows at RX, from the first to the last byte.  */
void assert_usable(const JitMemory *mem, size_t size, size_t boundary);

/*
 * RX cannot be made writable; after a fault in sealing it can, and without a
 * file.
 */
void assert_rx_stays(const JitMemory *mem);

/* One attempt under the fault that is set; everything is given back.  */
void attempt(const JitMemoryRung *rung, size_t size, size_t boundary,
             bool must_work);

/*
 * Let each call fail with each of its errors: for memory of some sizes, with
 * room where the kernel looks first, and without.
 */
void fault_each_placement(const JitMemoryRung *rung, bool must_work);

/* With a TMPDIR, and without.  */
void in_each_environment(void (*test)(void));

/* In a process of its own, because limits and policies stay.  */
void in_child(void (*test)(void));

/* For a child: from here on, no memory that is writable and executable.  */
void refuse_write_exec(void);

/* Instead of g_test_run(): with calls that can be made to fail.  */
int run_tests(void);

#endif
