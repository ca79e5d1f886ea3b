/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arrays of code pointers. */
#include "tcg.h"

static const tcg_insn_unit *starts[16];
static void *windows[16];

void keep(TCGContext *s, int i)
{
    starts[i] = s->code_ptr;
    windows[i] = TCG_CODE_PTR_RW(s, s->code_ptr);
}

void use(TCGContext *s, int i)
{
    *(uint8_t *)starts[i] = 1; /* expect: units-store-rx */
    *(uint8_t *)starts[3] = 1; /* expect: units-store-rx */
    *(uint8_t *)TCG_CODE_PTR_RW(s, starts[i]) = 1;
    *(uint8_t *)windows[i] = 1;
}

void walk(TCGContext *s)
{
    for (const tcg_insn_unit **p = starts; p < starts + 16; p++) {
        *(uint8_t *)*p = 1; /* expect: units-store-rx */
    }
}

void local(TCGContext *s, int i)
{
    const tcg_insn_unit *both[2] = {s->code_ptr, s->code_buf};

    *(uint8_t *)both[i] = 1; /* expect: units-store-rx */
}

static uintptr_t numbers[2][4];

void two_dimensions(TCGContext *s, int i, int j)
{
    numbers[i][j] = TCG_RX_ADDR(s->code_ptr);
    *(uint8_t *)numbers[j][i] = 1; /* expect: units-store-rx */
}

struct Label {
    int id;
    const void *places[3];
    char name[8];
};

void in_a_structure(TCGContext *s, struct Label *label, int i)
{
    label->places[i] = s->code_ptr;
    label->name[i] = 0;
    label->id = i;
    *(uint8_t *)label->places[0] = 1; /* expect: units-store-rx */
}

void variable_length(TCGContext *s, int n)
{
    const void *many[n];

    many[0] = s->code_ptr;
    *(uint8_t *)many[n - 1] = 1; /* expect: units-store-rx */
}
