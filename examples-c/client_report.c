/* What the client tells its user at the end. */
#include <stdio.h>
#include <string.h>

#include "client.h"

#define TLS_ALERT_BASE 0x100 /* RFC 9001 section 4.8: alerts as transport error codes */
#define TLS_ALERT_NO_APPLICATION_PROTOCOL 120

/* The server closed the connection: with an alert of its TLS, or another code. */
static void explain_close(const struct client *client, const ngtcp2_ccerr *reason)
{
  const char *host = client->options->host;
  unsigned long long code = reason->error_code;
  int text_len = (int)reason->reasonlen;
  const char *text = (const char *)reason->reason;

  if (reason->type == NGTCP2_CCERR_TYPE_APPLICATION) {
    complain("%s ended the connection (application error %llu)", host, code);
  } else if (code == TLS_ALERT_BASE + TLS_ALERT_NO_APPLICATION_PROTOCOL) {
    complain("%s speaks no protocol that we offer (%s)", host, client->options->alpn);
  } else if (code >= TLS_ALERT_BASE && code < TLS_ALERT_BASE + 256) {
    complain("%s refused the handshake: TLS alert %llu", host, code - TLS_ALERT_BASE);
  } else {
    complain("%s ended the connection (transport error 0x%llx) %.*s", host, code, text_len,
             text != NULL ? text : "");
  }
}

static void explain_tls_failure(const struct client *client)
{
  const char *text = ngtcp2_crypto_rustls_session_error(client->connection.tls);
  complain("the TLS handshake with %s failed: %s", client->options->host,
           *text != '\0' ? text : "no reason given");
}

void client_explain_failure(const struct client *client)
{
  const struct client_options *options = client->options;
  const struct connection *c = &client->connection;

  if (client->interrupted) {
    complain("interrupted");
    return;
  }
  switch (c->failure) {
  case NGTCP2_ERR_HANDSHAKE_TIMEOUT:
  case NGTCP2_ERR_IDLE_CLOSE:
    if (client->heard) {
      complain("%s has vanished: nothing heard from it for too long", options->host);
    } else {
      complain("no answer from %s port %s", options->host, options->port);
    }
    return;
  case NGTCP2_ERR_RECV_VERSION_NEGOTIATION:
    complain("%s speaks no version of QUIC that we do", options->host);
    return;
  case NGTCP2_ERR_CRYPTO:
    explain_tls_failure(client);
    return;
  case NGTCP2_ERR_DRAINING:
    explain_close(client, &c->close_reason);
    return;
  default:
    complain("the connection to %s failed: %s", options->host, ngtcp2_strerror(c->failure));
  }
}

void client_summarize(const struct client *client)
{
  ngtcp2_conn_info info;
  double seconds = (double)((client->interrupted ? timestamp() : client->ended) - client->started) / NGTCP2_SECONDS;
  double megabits = (double)client->progress.bytes * 8 / 1e6;

  ngtcp2_conn_get_conn_info2(client->connection.quic, &info);
  say("%zu of %zu files, %llu bytes in %.3f seconds, %.1f Mbit/s, RTT %.3f ms", client->completed,
      client->options->path_count, (unsigned long long)client->progress.bytes, seconds,
      seconds > 0 ? megabits / seconds : 0, (double)info.smoothed_rtt / NGTCP2_MILLISECONDS);
  say("packets: %llu sent, %llu received, %llu lost", (unsigned long long)info.pkt_sent,
      (unsigned long long)info.pkt_recv, (unsigned long long)info.pkt_lost);
}
