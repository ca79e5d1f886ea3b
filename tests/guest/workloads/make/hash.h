/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HASH_H
#define HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH(name) uint64_t name(const uint8_t *data, size_t size);
#include "generated.h"
#undef HASH

#endif
