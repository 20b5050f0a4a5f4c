/* The handshake and packet protection of an endpoint. crypto.c: protection that costs nothing, and a handshake of messages
 * of the size that TLS has. tls/crypto.c: TLS. */
#ifndef BENCH_CRYPTO_H
#define BENCH_CRYPTO_H

#include <ngtcp2/ngtcp2.h>
#include <stdbool.h>

struct endpoint;

/* Every handshake is like the others, to the byte: signatures of TLS have various lengths. */
extern const bool crypto_repeats;

void crypto_callbacks(ngtcp2_callbacks *callbacks);

/* Stand after a connection is made, and after it is deleted. */
void crypto_begin(struct endpoint *endpoint);
void crypto_end(struct endpoint *endpoint);

#endif
