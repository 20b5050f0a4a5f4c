/* What foreign.c needs of a TLS library. */
#ifndef FOREIGN_TLS_H
#define FOREIGN_TLS_H

#include "foreign.h"

#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>

extern const char tls_name[];

void *tls_context_new(const foreign_options *options);
void tls_context_del(void *context);

/* Sets |*native_handle| for the connection. |*offers_early_data| is set if a session for that is there. */
void *tls_session_new(void *context, ngtcp2_crypto_conn_ref *conn_ref, void **native_handle, int *offers_early_data);
void tls_session_del(void *session);
int tls_session_resumed(void *session);
int tls_session_early_data_accepted(void *session);
/* The cipher suite that was agreed on, under the name that RFC 8446 has for it. */
const char *tls_session_suite(void *session);

#endif
