/* The helper against those of the C library: all that can go well in a handshake, and some that cannot.
 *
 * Each program run is against the one that FOREIGN names, a shared object made of foreign/. */
#define _GNU_SOURCE
#include "foreign/thread.h"
#include "pair.h"

#include <dlfcn.h>
#include <unistd.h>

enum { BAD_CERTIFICATE = 42, UNKNOWN_CA = 48, CERTIFICATE_REQUIRED = 116 };

static const foreign_api *foreign;
static int is_gnutls;

static ngtcp2_crypto_rustls_client *client;
static ngtcp2_crypto_rustls_server *server;
static void *context;

/* One connection. */
typedef struct wish {
  uint32_t version, preferred_version;
  int retry, update_key;
} wish;

typedef struct account {
  foreign_result theirs;
  int resumed, early_accepted, early_rejected, completed, error, alert, peer_alert;
  size_t received_early;
  char cipher[64], group[64];
} account;

static void begin(int foreign_is_server, foreign_options options) {
  options.is_server = foreign_is_server;
  options.ca = strdup(cert_path("ca.pem"));
  if (foreign_is_server && options.cert == NULL) {
    options.cert = "server.pem";
    options.key = "server.key";
  }
  if (options.cert != NULL) {
    options.cert = strdup(cert_path(options.cert));
    options.key = strdup(cert_path(options.key));
  }
  context = foreign->context_new(&options);
  CHECK(context != NULL);
  client = new_client();
  server = new_server();
}

static void end(void) {
  foreign->context_del(context);
  ngtcp2_crypto_rustls_client_del(client);
  ngtcp2_crypto_rustls_server_del(server);
}

static account connect_once(int foreign_is_server, wish w) {
  account a = {.alert = -1};
  endpoint *ours, *theirs;
  pair p;

  pair_init(&p, client, server);
  ours = foreign_is_server ? &p.client : &p.server;
  theirs = foreign_is_server ? &p.server : &p.client;
  theirs->foreign = foreign;
  theirs->foreign_context = context;
  theirs->foreign_wish = (foreign_wish){.version = w.version ? w.version : NGTCP2_PROTO_VER_V1,
                                        .preferred_version = w.preferred_version,
                                        .retry = w.retry,
                                        .update_key = w.update_key,
                                        .echo_len = foreign_is_server ? 0 : ECHO_LEN};
  p.version = theirs->foreign_wish.version;
  p.preferred_version = w.preferred_version;
  p.retry = w.retry;
  p.early_data = foreign_is_server;
  pair_run(&p, 20 * NGTCP2_SECONDS);
  a.completed = ours->handshake_completed;
  if (a.completed && foreign_is_server && !ours->draining) {
    if (w.update_key) {
      CHECK_EQ(ngtcp2_conn_initiate_key_update(ours->conn, p.now), 0);
    }
    if (p.early_offered == 1 && !ours->early_rejected) {
      pair_check_echo(&p);
    } else {
      pair_echo(&p);
    }
  }
  foreign->result(theirs->foreign_conn, &a.theirs);
  a.error = ours->error;
  a.peer_alert = endpoint_peer_alert(ours);
  a.early_rejected = ours->early_rejected;
  a.received_early = ours->received_early;
  if (ours->session != NULL) {
    a.alert = ngtcp2_crypto_rustls_session_alert(ours->session);
    a.resumed = ngtcp2_crypto_rustls_session_resumed(ours->session);
    a.early_accepted = ngtcp2_crypto_rustls_session_early_data_accepted(ours->session);
    snprintf(a.cipher, sizeof(a.cipher), "%s", ngtcp2_crypto_rustls_session_cipher(ours->session));
    snprintf(a.group, sizeof(a.group), "%s", ngtcp2_crypto_rustls_session_group(ours->session));
  }
  pair_free(&p);
  return a;
}

static account connected(int foreign_is_server, wish w) {
  account a = connect_once(foreign_is_server, w);
  if (!a.completed || !a.theirs.completed || a.error || a.theirs.error) {
    fprintf(stderr, "completed %d and %d, errors %d and %d, alerts %d and %d\n", a.completed, a.theirs.completed,
            a.error, a.theirs.error, a.alert, a.theirs.alert);
  }
  CHECK(a.completed && a.theirs.completed);
  CHECK_EQ(a.error, 0);
  CHECK_EQ(a.theirs.error, 0);
  CHECK_EQ(a.theirs.resumed, a.resumed);
  CHECK(foreign_is_server || a.theirs.echoed);
  if (getenv("PAIR_LOG") && *getenv("PAIR_LOG")) {
    fprintf(stderr, "resumed %d, early data %d, rejected %d and %d, received %zu and %zu\n", a.resumed,
            a.early_accepted, a.early_rejected, a.theirs.early_rejected, a.received_early, a.theirs.early_received);
  }
  return a;
}

static void every_suite_and_version(void) {
  static const char *suites[] = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                                 "TLS_CHACHA20_POLY1305_SHA256"};
  static const uint32_t versions[][2] = {{NGTCP2_PROTO_VER_V1, 0}, {NGTCP2_PROTO_VER_V2, 0},
                                         {NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2},
                                         {NGTCP2_PROTO_VER_V2, NGTCP2_PROTO_VER_V1}};
  for (int side = 0; side < 2; side++) {
    for (size_t i = 0; i < 3; i++) {
      begin(side, (foreign_options){.suite = suites[i]});
      CHECK_EQ(ngtcp2_crypto_rustls_client_set_session_cache(client, 0), 0);
      for (size_t j = 0; j < 4; j++) {
        for (int retry = 0; retry < 2; retry++) {
          wish w = {.version = versions[j][0], .preferred_version = versions[j][1], .retry = retry, .update_key = 1};
          account a = connected(side, w);
          CHECK_STR(a.cipher, suites[i]);
          CHECK_EQ(a.theirs.version, versions[j][1] ? versions[j][1] : versions[j][0]);
          CHECK(side || a.theirs.keys_updated);
        }
      }
      end();
    }
  }
}

/* The group that the server wants is not the one that the client tried first. */
static void hello_retry_request(void) {
  begin(0, (foreign_options){0});
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_groups(server, "P-384"), 0);
  CHECK_STR(connected(0, (wish){0}).group, "P-384");
  end();
  begin(1, (foreign_options){.groups = "P-256"});
  CHECK_STR(connected(1, (wish){0}).group, "P-256");
  end();
}

/* Only if both have it. */
static void post_quantum(void) {
  static const char *group = "X25519MLKEM768";
  begin(0, (foreign_options){.groups = is_gnutls ? NULL : group});
  if (is_gnutls || ngtcp2_crypto_rustls_server_set_groups(server, group) != 0) {
    puts("    (not built in: left out)");
    end();
    return;
  }
  CHECK_STR(connected(0, (wish){0}).group, group);
  CHECK_STR(connected(0, (wish){.retry = 1}).group, group);
  end();
  begin(1, (foreign_options){.groups = group});
  CHECK_STR(connected(1, (wish){0}).group, group);
  CHECK_STR(connected(1, (wish){.retry = 1}).group, group);
  end();
}

static void large_chains(void) {
  begin(0, (foreign_options){0});
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_cert_files(server, cert_path("longchain.pem"), cert_path("longchain.key")),
           0);
  connected(0, (wish){0});
  end();
  begin(1, (foreign_options){.cert = "longchain.pem", .key = "longchain.key"});
  connected(1, (wish){0});
  end();
}

static void client_certificates(void) {
  account a;
  begin(0, (foreign_options){.cert = "client.pem", .key = "client.key"});
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_client_ca_file(server, cert_path("ca.pem"), 1), 0);
  connected(0, (wish){0});
  end();
  begin(1, (foreign_options){.wants_client_cert = 1});
  CHECK_EQ(ngtcp2_crypto_rustls_client_set_cert_files(client, cert_path("client.pem"), cert_path("client.key")), 0);
  connected(1, (wish){0});
  end();

  begin(0, (foreign_options){.cert = "wrong-client.pem", .key = "wrong-client.key"});
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_client_ca_file(server, cert_path("ca.pem"), 1), 0);
  a = connect_once(0, (wish){0});
  /* GnuTLS does not send a certificate whose issuer was not asked for. */
  CHECK_EQ(a.alert, is_gnutls ? CERTIFICATE_REQUIRED : UNKNOWN_CA);
  CHECK_EQ(a.theirs.peer_alert, a.alert);
  end();
  begin(1, (foreign_options){.wants_client_cert = 1});
  a = connect_once(1, (wish){0});
  CHECK_EQ(a.peer_alert, CERTIFICATE_REQUIRED);
  end();
}

static void refused_servers(void) {
  account a;
  begin(1, (foreign_options){.cert = "untrusted.pem", .key = "untrusted.key"});
  a = connect_once(1, (wish){0});
  CHECK_EQ(a.alert, UNKNOWN_CA);
  CHECK_EQ(a.theirs.peer_alert, UNKNOWN_CA);
  end();
  begin(0, (foreign_options){0});
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_cert_files(server, cert_path("untrusted.pem"), cert_path("untrusted.key")),
           0);
  a = connect_once(0, (wish){0});
  CHECK(a.peer_alert == UNKNOWN_CA || a.peer_alert == BAD_CERTIFICATE);
  CHECK_EQ(a.theirs.alert, a.peer_alert);
  end();
}

/* Early data of theirs, in our two modes and under limits and contexts that change. */
static void their_early_data(void) {
  uint8_t key[NGTCP2_CRYPTO_RUSTLS_TICKET_KEYLEN] = {1};
  account a;

  for (int version = 0; version < 2; version++) {
    wish w = {.version = version ? NGTCP2_PROTO_VER_V2 : NGTCP2_PROTO_VER_V1};
    begin(0, (foreign_options){.early_data = 1});
    CHECK_EQ(ngtcp2_crypto_rustls_server_set_session_cache(server, 10, 1), 0);
    CHECK_EQ(connected(0, w).resumed, 0);
    a = connected(0, w);
    CHECK(a.resumed && a.early_accepted && !a.theirs.early_rejected);
    CHECK(a.received_early > 1000);
    CHECK_EQ(ngtcp2_crypto_rustls_server_set_early_data_context(server, (const uint8_t *)"x", 1), 0);
    a = connected(0, w);
    CHECK(a.resumed && !a.early_accepted && a.theirs.early_rejected);
    CHECK_EQ(a.received_early, 0);
    a = connected(0, w);
    CHECK(a.resumed && a.early_accepted);
    /* Not shown here: early data before a HelloRetryRequest. GnuTLS gives its client the key for them a second time,
     * at which the C library aborts, and the client of OpenSSL fails. */
    end();
  }

  begin(0, (foreign_options){.early_data = 1});
  CHECK_EQ(ngtcp2_crypto_rustls_server_set_ticket_keys(server, key, 1, NGTCP2_SECONDS * 3600), 0);
  CHECK_EQ(connected(0, (wish){0}).resumed, 0);
  a = connected(0, (wish){0});
  CHECK(a.resumed && !a.early_accepted);
  CHECK_EQ(a.received_early, 0);
  end();
}

/* Our early data, which their server accepts, and then does not. */
static void our_early_data(void) {
  void *accepting, *refusing;
  account a;

  for (int version = 0; version < 2; version++) {
    wish w = {.version = version ? NGTCP2_PROTO_VER_V2 : NGTCP2_PROTO_VER_V1};
    begin(1, (foreign_options){.early_data = 1});
    /* rustls knows the age of a ticket to the second, so that one may seem a second older than it is; and GnuTLS refuses
     * early data with a ticket that seems older than its server. */
    usleep(1100 * 1000);
    CHECK_EQ(connected(1, w).resumed, 0);
    for (int i = 0; i < 2; i++) {
      a = connected(1, w);
      CHECK(a.resumed && a.early_accepted && !a.early_rejected);
      CHECK(a.theirs.early_received > 1000);
    }
    /* Another server, which cannot read the ticket. */
    accepting = context;
    refusing = NULL;
    {
      foreign_options options = {.is_server = 1, .early_data = 1, .ca = strdup(cert_path("ca.pem")),
                                 .cert = strdup(cert_path("server.pem")), .key = strdup(cert_path("server.key"))};
      refusing = foreign->context_new(&options);
    }
    CHECK(refusing != NULL);
    context = refusing;
    a = connected(1, w);
    CHECK(!a.resumed && !a.early_accepted && a.early_rejected);
    CHECK_EQ(a.theirs.early_received, 0);
    foreign->context_del(accepting);
    end();
  }
}

int main(void) {
  void *handle = dlmopen(LM_ID_NEWLM, getenv("FOREIGN"), RTLD_NOW | RTLD_LOCAL);
  const foreign_api *(*get_api)(void);

  if (handle == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  get_api = (const foreign_api *(*)(void))dlsym(handle, "foreign_get_api");
  CHECK(get_api != NULL);
  foreign = foreign_on_a_thread(get_api());
  CHECK(foreign != NULL);
  is_gnutls = strcmp(foreign->name, "GnuTLS") == 0;
  RUN(every_suite_and_version);
  RUN(hello_retry_request);
  RUN(post_quantum);
  RUN(large_chains);
  RUN(client_certificates);
  RUN(refused_servers);
  RUN(their_early_data);
  RUN(our_early_data);
  printf("interop with %s: ok\n", foreign->name);
  fflush(stdout);
  /* Without what libraries of both namespaces do at the end, on a thread that is not theirs. */
  _exit(0);
}
