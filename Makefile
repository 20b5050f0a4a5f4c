# rngtcp2: build, demonstrate, check, install.
#
#   make            both libraries in release, with the names that programs link to, in build/lib; PROFILE= without the
#                   profile that libngtcp2 is built by otherwise
#   make demo       two C programs exchange files over QUIC on loopback
#   make check      everything that has to hold; ends with `N passed, N failed, N skipped`
#   make cargo-deny installs cargo-deny in build/cargo-deny, for `make check` (some minutes, once)
#   make header     writes include/ngtcp2 anew from abi/ and crypto-rustls/
#   make compatibility  writes the tables of COMPATIBILITY.md anew
#   make bench      instructions per packet beside Debian's C library
#   make profile    writes anew by which profile this compiler builds libngtcp2, from where its time goes in the benchmark
#                   (packaging/profiles, docs/performance.md); needs llvm-profdata of rustc's LLVM
#   make sim        the simulated network: interop tests, shared lines, goodput beside the C library's; some minutes
#   make bench-tls  CPU time of sealing beside ring; of full TLS handshakes and downloads, and memory of idle connections,
#                   beside the C library (needs make roots)
#   make bench-transfer  a file over loopback with the examples beside gtlsserver and gtlsclient, CPU per GB (root, make roots)
#   make differential   SEEDS=10000 random plans on random lines; with ROOT=build/roots/sid ROLES="client server" against
#                   ngtcp2's C library (capi-tests/differential/run.sh)
#   make check-post-quantum   the helper with X25519MLKEM768 (aws-lc-rs: some minutes), in build/post-quantum, and its tests
#   make fuzz       all fuzz targets in turn, SECONDS=60 each
#   make coverage   lines of src/ that tests and fuzz corpora reach (LLVM_BIN: llvm-profdata and llvm-cov, tools/coverage/run.sh)
#   make soak       the example server with CONNECTIONS=10000 at once for SECONDS=60, opened, idle, closing, vanishing, and junk
#   make sanitizers UBSan, valgrind, AddressSanitizer and the checks of the compiler over all that runs; five minutes on an idle machine
#   make noalias    the simulation is the same whether the compiler trusts `&mut` to be unique or not
#   make consumers  Debian's programs on our library, on both sides, at the client alone and at the server alone (root)
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
	@CARGO='$(CARGO)' sh packaging/compile.sh
	@mkdir -p $(LIB)
	@cp -f $(TARGET)/release/libngtcp2.so $(LIB)/$(SONAME)
	@cp -f $(TARGET)/release/libngtcp2_crypto_rustls.so $(LIB)/$(HELPER_SONAME)
	@cp -f $(TARGET)/release/libngtcp2.a $(TARGET)/release/libngtcp2_crypto_rustls.a $(LIB)
	@ln -sf $(SONAME) $(LIB)/libngtcp2.so
	@ln -sf $(HELPER_SONAME) $(LIB)/libngtcp2_crypto_rustls.so

prerequisites:
	@tools/check/prerequisites.sh

demo: prerequisites libraries
	@INCDIR=$(CURDIR)/include LIBDIR=$(LIB) BUILD=$(BUILD)/examples examples-c/demo.sh

check:
	@tools/check/prerequisites.sh --all
	@tools/check/run.sh

# Its version is stated, so that what it finds changes only with what is in this repository.
cargo-deny:
	@command -v cargo-deny >/dev/null || [ -x $(BUILD)/cargo-deny/bin/cargo-deny ] || \
	  $(CARGO) install --quiet --locked --version 0.20.2 --root $(BUILD)/cargo-deny cargo-deny

# The other way of building the helper: X25519MLKEM768 by aws-lc-rs.
check-post-quantum: libraries
	@mkdir -p $(BUILD)/post-quantum
	$(CARGO) build --release --locked -p ngtcp2-crypto-rustls --features post-quantum --target-dir $(BUILD)/post-quantum/target
	@cp -f $(LIB)/$(SONAME) $(BUILD)/post-quantum/$(SONAME)
	@cp -f $(BUILD)/post-quantum/target/release/libngtcp2_crypto_rustls.so $(BUILD)/post-quantum/$(HELPER_SONAME)
	@INCDIR=$(CURDIR)/include LIBDIR=$(LIB) CRYPTODIR=$(BUILD)/post-quantum/target/release sh capi-tests/crypto/run.sh
	@CHECK_LIB=$(BUILD)/post-quantum tools/check/run.sh interop

header:
	$(CARGO) run --quiet --locked -p header -- include/ngtcp2
	@$(MAKE) --no-print-directory reference

reference:
	@python3 tools/api-reference/main.py --markdown docs/api include/ngtcp2

# Not made to depend on `libraries`, so that `make && sudo make install` builds nothing as root.
install:
	@[ -f $(LIB)/libngtcp2.a ] || { echo "run make first" >&2; exit 1; }
	@LIB=$(LIB) DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' LIBDIR='$(LIBDIR)' packaging/install.sh

deb:
	packaging/build.sh $(BUILD)/package
	@LIB=$(BUILD)/package/release packaging/deb.sh $(BUILD)/deb

dist:
	@packaging/dist.sh $(BUILD)/dist

dist-check:
	@packaging/dist-test.sh

reproducible:
	@packaging/reproducible.sh

compatibility:
	python3 -B tools/compatibility/compatibility.py

bench: libraries
	@tools/bench/run.sh

profile:
	@packaging/profile.sh $(BUILD)/profile

sim: libraries
	@tools/bench/network.sh

bench-tls: libraries
	@$(CARGO) test --release --locked --quiet -p ngtcp2-crypto-rustls --lib -- --nocapture packets_cost
	@LIB=$(LIB) ROOT=$(or $(ROOTS),$(BUILD)/roots)/sid tools/bench/tls/run.sh
	@LIB=$(LIB) ROOT=$(or $(ROOTS),$(BUILD)/roots)/sid OUT=$(BUILD)/bench-tls tools/bench/tls/bulk.sh

bench-transfer: libraries
	@LIB=$(LIB) ROOT=$(or $(ROOTS),$(BUILD)/roots)/trixie OUT=$(BUILD)/bench-transfer tools/bench/transfer.sh

# Variables: SEEDS, FIRST, ROLES, ROOT, THEIRS, LIBDIR.
differential: libraries
	@LIBDIR=$(or $(LIBDIR),$(LIB)) SEEDS=$(or $(SEEDS),10000) FIRST=$(or $(FIRST),1) ROLES="$(or $(ROLES),self)" \
	  ROOT="$(ROOT)" THEIRS="$(THEIRS)" sh capi-tests/differential/run.sh

SECONDS ?= 60
fuzz:
	@fuzz/run.sh $(SECONDS)

coverage:
	@tools/coverage/run.sh

CONNECTIONS ?= 10000
soak: libraries
	@tools/check/soak.sh $(SECONDS) $(CONNECTIONS)

sanitizers:
	@tools/check/sanitizers.sh

noalias:
	@tools/check/noalias.sh

# ROOTS: where the roots are already.
consumers: libraries
	@[ -n "$(ROOTS)" ] || $(MAKE) --no-print-directory roots
	@$(MAKE) --no-print-directory -s -C examples-c INCDIR=$(CURDIR)/include LIBDIR=$(LIB) OUTDIR=$(BUILD)/examples
	@roots=$(or $(ROOTS),$(BUILD)/roots); ROOT_TRIXIE=$$roots/trixie ROOT_SID=$$roots/sid LIB=$(LIB) EXAMPLES=$(BUILD)/examples \
	  OUT=$(BUILD)/consumers SIDES=all consumers/run.sh

roots:
	@consumers/lib/setup-roots.sh $(BUILD)/roots

clean:
	rm -rf target $(BUILD)/lib $(BUILD)/examples $(BUILD)/check $(BUILD)/package $(BUILD)/deb $(BUILD)/dist $(BUILD)/profile \
	  $(BUILD)/languages $(BUILD)/go-cache

.PHONY: all libraries prerequisites demo check header compatibility profile bench bench-tls bench-transfer sim fuzz coverage sanitizers \
  differential consumers roots clean check-post-quantum cargo-deny noalias install deb dist dist-check reference reproducible soak \
 
