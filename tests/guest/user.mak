# SPDX-License-Identifier: GPL-2.0-or-later
# The project's own user-mode guest programs.  Run in the directory to build
# in, with GUEST, CC and FLAGS set.

DIR := $(dir $(lastword $(MAKEFILE_LIST)))
PROGRAMS := code-churn exec-bss fault-churn fork-both fork-churn \
	fork-cost fork-server map-over-code process-attributes rewrite-churn

# No position independence: code-churn copies the template unchanged.
CFLAGS := -Wall -Wextra -O1 -g -static -fno-pie -no-pie -fno-stack-protector

all: $(PROGRAMS)

%: $(DIR)%.c $(DIR)churn.h
	$(CC) $(CFLAGS) $(FLAGS) $< -o $@ -pthread

.PHONY: all
