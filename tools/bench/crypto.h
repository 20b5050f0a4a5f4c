/* Packet protection that costs nothing, and a handshake of messages of the size that TLS has. */
#ifndef BENCH_CRYPTO_H
#define BENCH_CRYPTO_H

#include <ngtcp2/ngtcp2.h>

void crypto_callbacks(ngtcp2_callbacks *callbacks);

#endif
