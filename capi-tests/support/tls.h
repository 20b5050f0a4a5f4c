/* A handshake in the place of TLS: ClientHello, ServerHello, a server's parameters with a certificate,
 * and Finished, each a type, a 24-bit length and a body. Keys follow from the random values. */
#ifndef TLS_H
#define TLS_H

#include "endpoint.h"

/* Installs the Initial keys that follow from the connection id. */
int tls_install_initial(endpoint *e, uint32_t version, const ngtcp2_cid *dcid);
/* The same for another version, to which the server has upgraded. */
int tls_install_negotiated_initial(endpoint *e, uint32_t version, const ngtcp2_cid *dcid);

/* Sends the ClientHello, and installs the 0-RTT keys if early data are offered. */
int tls_start(endpoint *client);

/* The first key of 1-RTT packets from one side. */
uint64_t tls_application_key(const endpoint *e, int from_server);

/* Takes bytes of the handshake. Returns what the callback recv_crypto_data returns. */
int tls_receive(endpoint *e, ngtcp2_encryption_level level, uint64_t offset, const uint8_t *data, size_t len);

#endif
