# rngtcp2: build, demonstrate, check, install.
#
#   make            both libraries in release, with the names that programs link to, in build/lib
#   make demo       two C programs exchange files over QUIC on loopback
#   make check      everything that has to hold; ends with `N passed, N failed, N skipped`
#   make header     writes include/ngtcp2 anew from abi/ and crypto-rustls/
#   make bench      instructions per packet beside Debian's C library
#   make roots      Debian chroots for the real programs of `make check` (root, some minutes once)
#   make install    libraries, headers, pkg-config and CMake files, man pages (DESTDIR, PREFIX, LIBDIR)
#   make deb        Debian packages in build/deb that take the place of libngtcp2-16 and libngtcp2-dev
#   make dist       a source tarball in build/dist that builds without a network
#   make reference  writes docs/api anew from include/ngtcp2
#   make reproducible  builds twice in two folders and compares; make dist-check builds the tarball offline

CARGO ?= cargo
BUILD ?= $(CURDIR)/build
TARGET = $(or $(CARGO_TARGET_DIR),target)
LIB = $(BUILD)/lib
SONAME = libngtcp2.so.16
HELPER_SONAME = libngtcp2_crypto_rustls.so.0

all: libraries

libraries:
	$(CARGO) build --release --locked -p ngtcp2 -p ngtcp2-crypto-rustls
	@mkdir -p $(LIB)
	@cp -f $(TARGET)/release/libngtcp2.so $(LIB)/$(SONAME)
	@cp -f $(TARGET)/release/libngtcp2_crypto_rustls.so $(LIB)/$(HELPER_SONAME)
	@ln -sf $(SONAME) $(LIB)/libngtcp2.so
	@ln -sf $(HELPER_SONAME) $(LIB)/libngtcp2_crypto_rustls.so

prerequisites:
	@tools/check/prerequisites.sh

demo: prerequisites libraries
	@INCDIR=$(CURDIR)/include LIBDIR=$(LIB) BUILD=$(BUILD)/examples examples-c/demo.sh

check:
	@tools/check/prerequisites.sh --all
	@tools/check/run.sh

header:
	$(CARGO) run --quiet --locked -p header -- include/ngtcp2
	@$(MAKE) --no-print-directory reference

reference:
	@python3 tools/api-reference/main.py --markdown docs/api include/ngtcp2

# Not made to depend on `libraries`, so that `make && sudo make install` builds nothing as root.
install:
	@[ -f $(TARGET)/release/libngtcp2.so ] || { echo "run make first" >&2; exit 1; }
	@RELEASE=$(TARGET)/release DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' LIBDIR='$(LIBDIR)' packaging/install.sh

deb:
	packaging/build.sh $(BUILD)/package
	@RELEASE=$(BUILD)/package/release packaging/deb.sh $(BUILD)/deb

dist:
	@packaging/dist.sh $(BUILD)/dist

dist-check:
	@packaging/dist-test.sh

reproducible:
	@packaging/reproducible.sh

bench: libraries
	@tools/bench/run.sh

roots:
	@consumers/lib/setup-roots.sh $(BUILD)/roots

clean:
	rm -rf target $(BUILD)/lib $(BUILD)/examples $(BUILD)/check

.PHONY: all libraries prerequisites demo check header bench roots clean install deb dist dist-check reference reproducible
