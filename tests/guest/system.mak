# SPDX-License-Identifier: GPL-2.0-or-later
# The project's own system-mode guest programs.  Run in the directory to build
# in, with GUEST, CC and FLAGS set.

DIR := $(dir $(lastword $(MAKEFILE_LIST)))
PROGRAMS-aarch64 := smp-churn smp-hold

# Bare metal with the MMU off: no vector registers, no unaligned accesses.
CFLAGS := -Wall -Wextra -O1 -g -ffreestanding -nostdlib -static -fno-pie \
          -no-pie -fno-stack-protector -mgeneral-regs-only -mstrict-align \
          -mno-outline-atomics -Wl,--build-id=none -Wl,-z,noexecstack \
          -Wl,--no-warn-rwx-segments

all: $(PROGRAMS-$(GUEST))

SOURCES := $(addprefix $(DIR),smp-boot.S smp-churn.c smp.ld)

smp-churn: $(SOURCES)
	$(CC) $(CFLAGS) $(FLAGS) -T $(filter %.ld,$^) $(filter-out %.ld,$^) -o $@

smp-hold: $(SOURCES)
	$(CC) $(CFLAGS) $(FLAGS) -DHOLD -T $(filter %.ld,$^) \
	    $(filter-out %.ld,$^) -o $@

.PHONY: all
