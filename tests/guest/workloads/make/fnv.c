/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hash.h"

uint64_t fnv(const uint8_t *data, size_t size)
{
    uint64_t hash = 0xcbf29ce484222325;

    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ data[i]) * 0x100000001b3;
    }
    return hash;
}
