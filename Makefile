# SPDX-License-Identifier: GPL-2.0
#
#	make			numalens.ko here and tools/numalens
#	make install modules_install uninstall	(DESTDIR, prefix)
#	make dist		numalens-VERSION.tar.gz, of what is committed
#	make packages		Debian's, in .packages/
#	make packages-check	install, upgrade and remove them, and boot what they built
#	make vm [TOPOLOGY=2x2]	a shell in a guest with NUMA nodes
#	make demo check bench	in such guests; they install what they need
#	make bench-compare	what is slower than when bench-store kept the ratios,
#				measured anew, or in BENCH=FILE
#	make bench-document	put what was found into Documentation/performance.rst
#	make check-debug	the tests, in a kernel with KASAN, lockdep, kmemleak
#	make upstream		the kernel's own tests, alone and watched: both end alike
#	make matrix		the module, for each of the kernels that Debian ships
#
# KDIR names the kernel to build for: by default the running one, where its
# headers are installed, else the newest that are. W=1 and C=1 work as in the
# kernel.

headers = $(wildcard /lib/modules/$(1)/build/Makefile)
KDIR ?= $(patsubst %/Makefile,%,$(or $(call headers,$(shell uname -r)), \
	$(lastword $(shell printf '%s\n' $(call headers,*) | sort -V))))
TOPOLOGY ?= 2x2
INSTALL_MOD_DIR ?= updates

# Not kernel.release: Debian's says 6.1.192 for 6.1.0-56-amd64.
release = $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h)
# A kernel that came without its key can't have a module signed by it.
nosign = $(if $(wildcard $(KDIR)/certs/signing_key.pem),,CONFIG_MODULE_SIG_ALL=)

all: module tools

module:
	@test -n "$(KDIR)" || { echo "no kernel headers found; set KDIR" >&2; exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

tools:
	$(MAKE) -C tools

selftests:
	$(MAKE) -C selftests

install:
	$(MAKE) -C tools install

modules_install: module
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_PATH=$(DESTDIR) \
		INSTALL_MOD_DIR=$(INSTALL_MOD_DIR) $(nosign) modules_install
	test -n "$(DESTDIR)" || depmod -a $(release)

uninstall:
	$(MAKE) -C tools uninstall
	rm -f $(DESTDIR)/lib/modules/$(release)/$(INSTALL_MOD_DIR)/numalens.ko*
	test -n "$(DESTDIR)" || depmod -a $(release)

clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) clean
	$(MAKE) -C tools clean
	test ! -e selftests/.kselftest || $(MAKE) -C selftests clean

dist:
	scripts/dist

# Debian's, in .packages/; and whether they come and go as they should.
packages:
	scripts/setup --packages
	scripts/packages build

packages-check:
	scripts/setup --packages
	scripts/packages guest

# The guest's kernel need not be the one that runs here.
guests := check bench bench-compare demo upstream vm
$(guests): export TOPOLOGY := $(TOPOLOGY)
$(guests): export KDIR := $(if $(filter file,$(origin KDIR)),,$(KDIR))

check:
	scripts/check

check-debug:
	scripts/check --debug

upstream:
	scripts/check --upstream

matrix:
	scripts/setup --matrix
	scripts/matrix

demo vm:
	scripts/guest $@

bench:
	scripts/bench

# Of a short run, if not of one that was made before.
bench-compare:
	$(if $(BENCH),,scripts/bench --brief)
	scripts/bench-compare $(or $(BENCH),.bench-brief/results.tsv)

bench-store:
	scripts/bench-compare --store $(or $(BENCH),.bench/results.tsv)

bench-document:
	scripts/bench-report $(or $(BENCH),.bench/results.tsv) Documentation/performance.rst

.PHONY: all module tools selftests install modules_install uninstall clean
.PHONY: dist packages packages-check check check-debug upstream matrix demo vm
.PHONY: bench bench-compare bench-store bench-document
