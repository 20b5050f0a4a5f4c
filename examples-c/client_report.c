/* What the client tells its user at the end. */
#include <stdio.h>
#include <string.h>

#include "client.h"
#include "stats.h"

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

  if (client->fetch->interrupted) {
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

void client_summarize(const struct fetch *fetch)
{
  const struct client_options *options = fetch->options;
  double seconds = (double)(fetch->ended - fetch->started) / NGTCP2_SECONDS;
  double megabits = (double)fetch->progress.bytes * 8 / 1e6, rtt = 0;
  uint64_t sent = 0, received = 0, lost = 0;
  size_t completed = 0;

  for (size_t i = 0; i < options->parallel; i++) {
    const struct client *client = &fetch->clients[i];
    ngtcp2_conn_info info;
    ngtcp2_conn_get_conn_info2(client->connection.quic, &info);
    completed += client->completed;
    rtt += (double)info.smoothed_rtt / NGTCP2_MILLISECONDS / (double)options->parallel;
    sent += info.pkt_sent;
    received += info.pkt_recv;
    lost += info.pkt_lost;
    if (options->stats) {
      char name[64];
      snprintf(name, sizeof(name), "connection %zu", i + 1);
      stats_print(stdout, name, client->connection.quic);
    }
  }
  say("%zu of %zu files, %llu bytes in %.3f seconds, %.1f Mbit/s, RTT %.3f ms", completed,
      options->path_count * options->parallel, (unsigned long long)fetch->progress.bytes, seconds,
      seconds > 0 ? megabits / seconds : 0, rtt);
  say("packets: %llu sent, %llu received, %llu lost", (unsigned long long)sent, (unsigned long long)received,
      (unsigned long long)lost);
}
