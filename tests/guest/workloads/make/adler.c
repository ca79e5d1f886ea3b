/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "hash.h"

uint64_t adler(const uint8_t *data, size_t size)
{
    uint32_t a = 1, b = 0;

    for (size_t i = 0; i < size; i++) {
        a = (a + data[i]) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}
