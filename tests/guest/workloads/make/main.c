/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prints each hash of the same bytes. */
#include <stdio.h>

#include "hash.h"

static const struct {
    const char *name;
    uint64_t (*hash)(const uint8_t *data, size_t size);
} hashes[] = {
#define HASH(name) { #name, name },
#include "generated.h"
#undef HASH
};

int main(void)
{
    static uint8_t data[10000];
    uint32_t state = 1;

    for (size_t i = 0; i < sizeof(data); i++) {
        state = state * 1664525 + 1013904223;
        data[i] = (uint8_t)(state >> 24);
    }
    for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
        for (size_t size = 1; size <= sizeof(data); size *= 10) {
            printf("%s %zu %016llx\n", hashes[i].name, size,
                   (unsigned long long)hashes[i].hash(data, size));
        }
    }
    return 0;
}
