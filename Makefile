# Everything made goes under build/; see README.md for the targets' meaning.

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
	@echo 'make verify       fetch QEMU, apply the series, lint it, prove it (static)'
	@echo 'make test         tests of tcg-verify, then six of the hosts (scripts/ci-hosts)'
	@echo 'make hosts        build both trees and run guest tests; HOSTS=$(HOSTS) GUESTS=$(GUESTS)'
	@echo 'make bench        what the proof and the split cost, beside what they may'
	@echo 'make each-patch   check every patch of the series against its predecessor, and link it'
	@echo 'make mutate       which mistakes the proof notices, of those it puts into the tree'
	@echo 'make mail         the series as mails in $(BUILD)/mail; MAIL_OPTIONS=--version=2'
	@echo 'make ready        mail, then each-patch: git am, checkpatch, every patch on all hosts'
	@echo 'make drift        port the series to 5.2.0 with the patches of Debian 11, and prove it'
	@echo 'make nightly      all of these, and every command of README and docs/ that takes long'
	@echo 'make apply        apply the series to your tree: TREE=dir'
	@echo 'make unapply      take it off again: TREE=dir'
	@echo 'make clean        remove $(BUILD)/ but not what was downloaded or mailed'

# meson configures once; ninja does the rest, and notices changed build files.
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

# The report with the plots is of a series that has been checked.
bench: verify
	scripts/packages bench
	$(TV) build --host=x86_64 --guest=x86_64,aarch64 --jobs $(JOBS)
	$(TV) bench --jobs $(JOBS)
	$(TV) report

# To compile is not to link: a patch may use what only a later one defines.
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

# The mails first: they take a minute, the walks over all patches an hour or so.
ready:
	$(MAKE) mail
	$(MAKE) each-patch

drift: tool
	$(TV) source
	scripts/drift $(BUILD) --host=$(HOSTS) --jobs $(JOBS)

# What README and docs/ name and neither `make verify` nor `make test` runs;
# tests/e2e/documents-run.sh looks commands up here.  At its end `export
# --results` wants results of everything, so parts of a run come after it.
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
	$(TV) test --host=i386 --guest=arm --test=sha1
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

# Not every shell makes a path of ~ after "TREE=".
apply unapply: tool
	@test -n '$(TREE)' || { echo 'make $@: say which tree: TREE=dir' >&2; exit 2; }
	$(TV) $@ '$(patsubst ~/%,$(HOME)/%,$(TREE))'

clean:
	rm -rf $(addprefix $(BUILD)/,verify src host run guest sysroot roms drift \
	    installed outer oracle report)
