/*
 * Memory that is locked page by page, when it is used
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#ifndef SYSEMU_MLOCK_ON_FAULT_H
#define SYSEMU_MLOCK_ON_FAULT_H

/**
 * os_mlock_on_fault:
 * @addr: start of memory that is large and may never be used
 * @size: its size in bytes
 *
 * Exempt the memory from being made resident by os_mlock().  Not thread-safe;
 * for start-up.
 */
void os_mlock_on_fault(const void *addr, size_t size);

#endif
