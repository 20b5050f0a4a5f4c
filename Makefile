# rngtcp2: build, demonstrate, check, install.
#
#   make            both libraries in release, with the names that programs link to, in build/lib
#   make demo       two C programs exchange files over QUIC on loopback
#   make check      everything that has to hold; ends with `N passed, N failed, N skipped`
#   make header     writes include/ngtcp2 anew from abi/ and crypto-rustls/
#   make bench      instructions per packet beside Debian's C library
#   make bench-tls  CPU time of full TLS handshakes and memory of idle connections, beside the C library (needs make roots)
#   make check-post-quantum   the helper with X25519MLKEM768 (aws-lc-rs: some minutes), in build/post-quantum, and its tests
#   make roots      Debian chroots for the real programs of `make check` (root, some minutes once)

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

check: prerequisites
	@tools/check/run.sh

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

bench: libraries
	@tools/bench/run.sh

bench-tls: libraries
	@LIB=$(LIB) ROOT=$(or $(ROOTS),$(BUILD)/roots)/sid tools/bench/tls/run.sh

roots:
	@consumers/lib/setup-roots.sh $(BUILD)/roots

clean:
	rm -rf target $(BUILD)/lib $(BUILD)/examples $(BUILD)/check

.PHONY: all libraries prerequisites demo check check-post-quantum header bench bench-tls roots clean
