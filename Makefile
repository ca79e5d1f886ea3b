# SPDX-License-Identifier: GPL-2.0-or-later
# Generated files go to build/. README.md explains the targets.

BUILD ?= build
TV := $(BUILD)/verify/tcg-verify
JOBS ?= $(shell nproc)
HOSTS ?= all
GUESTS ?= all
TEST_HOSTS ?= $(shell scripts/ci-hosts)
TEST_GUESTS ?= $(shell scripts/ci-hosts --guests)
TREE ?=
MAIL_OPTIONS ?=

.PHONY: help verify test hosts bench each-patch mutate mail drift ready nightly tool apply unapply clean

help:
	@echo 'make verify       fetch QEMU; apply, lint and prove the series; write the report'
	@echo 'make test         test tcg-verify, then build and run QEMU on six hosts'
	@echo 'make hosts        build and run both trees; HOSTS=$(HOSTS) GUESTS=$(GUESTS)'
	@echo 'make bench        measure the costs of proof and split against their limits'
	@echo 'make each-patch   check and link every patch of the series'
	@echo 'make mutate       count the small mistakes that the proof notices'
	@echo 'make mail         write the series as mails; MAIL_OPTIONS=--version=2'
	@echo 'make ready        run mail, then each-patch'
	@echo 'make drift        port the series to the tree of Debian 11, and prove it'
	@echo 'make nightly      run all of these, and every long command of the documents'
	@echo 'make apply        apply the series to your tree: TREE=dir'
	@echo 'make unapply      remove the series from your tree: TREE=dir'
	@echo 'make clean        remove $(BUILD)/, but keep downloads and mails'

# meson configures once. ninja does the rest, and notices changed build files.
tool:
	@scripts/packages verify
	@scripts/configure-tool $(BUILD)
	@ninja -C $(BUILD)/verify --quiet

verify: tool
	$(TV) source
	$(TV) apply
	$(TV) lint --jobs $(JOBS)
	$(TV) check --jobs $(JOBS)
	$(TV) report

# The report with the plots needs a checked series.
bench: verify
	scripts/packages bench
	$(TV) build --host=x86_64 --guest=x86_64,aarch64 --jobs $(JOBS)
	$(TV) bench --jobs $(JOBS)
	$(TV) report

# A patch that compiles may still not link: a later one may define the symbol.
each-patch: tool
	$(TV) source
	$(TV) check --each-patch --jobs $(JOBS)
	scripts/packages bench
	$(TV) build --each-patch --host=x86_64,tci --guest=x86_64 --jobs $(JOBS)

mutate: tool
	$(TV) source
	$(TV) apply
	$(TV) mutate --host=$(HOSTS) --jobs $(JOBS)

mail: tool
	$(TV) source
	$(TV) apply
	$(TV) export --jobs $(JOBS) $(MAIL_OPTIONS)

# The mails come first: they take a minute, each-patch about an hour.
ready:
	$(MAKE) mail
	$(MAKE) each-patch

drift: tool
	$(TV) source
	scripts/drift $(BUILD) --host=$(HOSTS) --jobs $(JOBS)

# The commands of README and docs/ that neither `make verify` nor `make test`
# runs; tests/e2e/documents-run.sh looks commands up here.  It ends with `export
# --results`, which needs complete results, so partial runs come after it.
nightly: tool
	$(MAKE) ready
	$(MAKE) each-patch
	$(MAKE) drift
	$(MAKE) hosts
	$(MAKE) bench
	$(MAKE) mutate
	DESTDIR=$(abspath $(BUILD))/installed meson install -C $(BUILD)/verify
	TCG_VERIFY=$(abspath $(TV)) tests/e2e/documents-run.sh --all
	$(MAKE) hosts HOSTS=arm,ppc64
	$(TV) test --host=i386 --guest=arm --only=sha1
	$(TV) test --policies
	$(TV) bench fork

test: tool
	scripts/packages test
	meson test -C $(BUILD)/verify --print-errorlogs
	$(MAKE) hosts HOSTS=$(TEST_HOSTS) GUESTS=$(TEST_GUESTS)

hosts: tool
	scripts/packages test
	$(TV) source
	$(TV) apply
	$(TV) build --host=$(HOSTS) --guest=$(GUESTS) --jobs $(JOBS)
	$(TV) test --host=$(HOSTS) --guest=$(GUESTS) --jobs $(JOBS)

# Not every shell expands ~ after "TREE=".
apply unapply: tool
	@test -n '$(TREE)' || { echo 'make $@: no tree given: use TREE=dir' >&2; exit 2; }
	$(TV) $@ '$(patsubst ~/%,$(HOME)/%,$(TREE))'

clean:
	rm -rf $(addprefix $(BUILD)/,verify src host run guest sysroot roms drift \
	    installed outer oracle report)
