/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SipHash-2-4 with a fixed key (Aumasson and Bernstein, 2012). */
#include <string.h>

#include "hash.h"

static uint64_t rotate(uint64_t value, int bits)
{
    return value << bits | value >> (64 - bits);
}

static void rounds(uint64_t v[4], int count)
{
    while (count--) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotate(v[1], 13) ^ v[0];
        v[3] = rotate(v[3], 16) ^ v[2];
        v[0] = rotate(v[0], 32);
        v[2] += v[1];
        v[0] += v[3];
        v[1] = rotate(v[1], 17) ^ v[2];
        v[3] = rotate(v[3], 21) ^ v[0];
        v[2] = rotate(v[2], 32);
    }
}

uint64_t siphash(const uint8_t *data, size_t size)
{
    const uint64_t key[2] = { 0x0706050403020100, 0x0f0e0d0c0b0a0908 };
    uint64_t v[4] = {
        key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
        key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573,
    };
    uint64_t last = (uint64_t)size << 56;
    uint64_t word;
    size_t i;

    for (i = 0; i + 8 <= size; i += 8) {
        memcpy(&word, data + i, 8);
        v[3] ^= word;
        rounds(v, 2);
        v[0] ^= word;
    }
    for (size_t j = i; j < size; j++) {
        last |= (uint64_t)data[j] << 8 * (j - i);
    }
    v[3] ^= last;
    rounds(v, 2);
    v[0] ^= last;
    v[2] ^= 0xff;
    rounds(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
