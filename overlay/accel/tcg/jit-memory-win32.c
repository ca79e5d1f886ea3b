/*
 * Windows: one section of the paging file, two views of it
 *
 * Windows API, CreateFileMapping(): a section with the protection
 * PAGE_EXECUTE_READWRITE allows any view.  MapViewOfFile(): a view with
 * FILE_MAP_READ | FILE_MAP_EXECUTE is mapped PAGE_EXECUTE_READ, one with
 * FILE_MAP_WRITE is mapped PAGE_READWRITE; the section lives as long as a view
 * of it does.  No page is ever writable and executable through one address.
 *
 * Copyright (c) 2026 The TCG split-wx authors
 *
 * This work is licensed under the terms of the GNU GPL, version 2 or later.
 * See the COPYING file in the top-level directory.
 */

#include "qemu/osdep.h"
#include "qapi/error.h"
#include "tcg/jit-memory.h"

/* Returns: ERROR_SUCCESS, or the error with @step set and nothing mapped */
static DWORD map_views(void **rw, void **rx, size_t size, const char **step)
{
    DWORD error = ERROR_SUCCESS;
    HANDLE section;

    *step = "CreateFileMapping";
    section = CreateFileMapping(INVALID_HANDLE_VALUE, NULL,
                                PAGE_EXECUTE_READWRITE | SEC_COMMIT,
                                (uint64_t)size >> 32, (uint32_t)size, NULL);
    if (!section) {
        return GetLastError();
    }
    *step = "MapViewOfFile RW";
    *rw = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, size);
    if (!*rw) {
        error = GetLastError();
    } else {
        *step = "MapViewOfFile RX";
        *rx = MapViewOfFile(section, FILE_MAP_READ | FILE_MAP_EXECUTE, 0, 0,
                            size);
        if (!*rx) {
            error = GetLastError();
            UnmapViewOfFile(*rw);
        }
    }
    CloseHandle(section);
    return error;
}

bool jit_memory_map(JitMemory *mem, size_t size, size_t boundary,
                    Error **errp)
{
    ERRP_GUARD();
    const char *step;
    void *rw = NULL, *rx = NULL;
    DWORD error;

    /* Only mips has a boundary, and there is no Windows for it.  */
    assert(!boundary);

    size = ROUND_UP(size, qemu_real_host_page_size);
    error = map_views(&rw, &rx, size, &step);
    if (error != ERROR_SUCCESS) {
        error_setg_win32(errp, error, "split-wx: cannot map %zu bytes of code "
                         "twice (section: %s)", size, step);
        if (error == ERROR_NOT_ENOUGH_MEMORY ||
            error == ERROR_COMMITMENT_LIMIT) {
            error_append_hint(errp, "The whole buffer counts against the "
                              "paging file: a smaller tb-size may help.\n");
        } else {
            error_append_hint(errp, "The process mitigation 'arbitrary code "
                              "guard' forbids any translated code: see "
                              "Set-ProcessMitigation, DynamicCode.\n");
        }
        return false;
    }
    mem->rx = TCG_RX_PTR((uintptr_t)rx);
    mem->rw = rw;
    mem->size = size;
    mem->provider = "section with two views";
    return true;
}

void jit_memory_unmap(JitMemory *mem)
{
    UnmapViewOfFile((void *)TCG_RX_ADDR(mem->rx));
    UnmapViewOfFile(mem->rw);
    memset(mem, 0, sizeof(*mem));
}

/* Windows has no fork(): no process inherits a view.  */
bool jit_memory_private_to_process(JitMemory *mem, Error **errp)
{
    return true;
}
