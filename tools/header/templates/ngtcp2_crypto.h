/*
 * rngtcp2: the API that all crypto helper libraries of ngtcp2 have in common.
 * Made by `make header` from the Rust sources; do not edit.
 *
 * A helper joins a connection with a TLS session. An application names the functions that end in
 * _cb in its ngtcp2_callbacks and calls few of the others itself. Where nothing else is said, those
 * return 0 or NGTCP2_ERR_CALLBACK_FAILURE, of which the connection fails.
 */
#ifndef NGTCP2_CRYPTO_H
#define NGTCP2_CRYPTO_H

#include <ngtcp2/ngtcp2.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The longest token of ngtcp2_crypto_generate_retry_token: magic, length and bytes of the original
 * destination connection ID, timestamp, AEAD tag, random bytes.
 */
#define NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN                                       \
  (1 + 1 + NGTCP2_MAX_CIDLEN + sizeof(ngtcp2_tstamp) + 16 +                    \
   NGTCP2_CRYPTO_TOKEN_RAND_DATALEN)

/**
 * The longest token of ngtcp2_crypto_generate_retry_token2: the above and the client's address.
 */
#define NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2                                      \
  (NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN + sizeof(ngtcp2_sockaddr_union))

/**
 * The longest token of ngtcp2_crypto_generate_regular_token: magic, timestamp, AEAD tag, random
 * bytes. The data of ngtcp2_crypto_generate_regular_token2 comes on top.
 */
#define NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN                                     \
  (1 + sizeof(ngtcp2_tstamp) + 16 + NGTCP2_CRYPTO_TOKEN_RAND_DATALEN)

struct ngtcp2_crypto_conn_ref; /* refers to itself through its function type */

@BINDINGS@
#ifdef __cplusplus
}
#endif

#endif /* NGTCP2_CRYPTO_H */
