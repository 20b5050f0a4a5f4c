/* Values without a connection: defaults, error codes and what they become, versions. */
#include "endpoint.h"
#ifndef REFERENCE
#include <ngtcp2/rngtcp2.h>
#endif

static void version(void) {
  const ngtcp2_info *info = ngtcp2_version(0);
  CHECK_EQ(info->age, NGTCP2_VERSION_AGE);
  CHECK(info == ngtcp2_version(info->version_num));
  CHECK(ngtcp2_version(info->version_num + 1) == NULL);
  CHECK(strlen(info->version_str) >= 5);
}

#ifndef REFERENCE
static void own_version(void) {
  const ngtcp2_info *info = rngtcp2_version(RNGTCP2_VERSION_NUM);
  CHECK(info && info == rngtcp2_version(0) && info != ngtcp2_version(0));
  CHECK_EQ(info->age, 1);
  CHECK_EQ(info->version_num, RNGTCP2_VERSION_NUM);
  CHECK(strcmp(info->version_str, RNGTCP2_VERSION) == 0);
  CHECK(rngtcp2_version(RNGTCP2_VERSION_NUM + 1) == NULL);
}
#endif

static void settings(void) {
  ngtcp2_settings s;
  memset(&s, 0xa5, sizeof(s));
  ngtcp2_settings_default_versioned(newest_settings_version(), &s);
  CHECK(!s.qlog_write && !s.log_printf && !s.token && !s.rand_ctx.native_handle && !s.preferred_versions);
  CHECK(!s.available_versions && !s.pmtud_probes && !s.log_write);
  CHECK_EQ(s.cc_algo, NGTCP2_CC_ALGO_CUBIC);
  CHECK_EQ(s.initial_ts, 0);
  CHECK_EQ(s.initial_rtt, 333 * MS);
  CHECK_EQ(s.max_tx_udp_payload_size, 1452);
  CHECK_EQ(s.tokenlen, 0);
  CHECK_EQ(s.max_window, 0);
  CHECK_EQ(s.max_stream_window, 0);
  CHECK_EQ(s.ack_thresh, 2);
  CHECK_EQ(s.no_tx_udp_payload_size_shaping, 0);
  CHECK(s.handshake_timeout == UINT64_MAX);
  CHECK_EQ(s.preferred_versionslen + s.available_versionslen + s.pmtud_probeslen, 0);
  CHECK_EQ(s.original_version, 0);
  CHECK_EQ(s.no_pmtud, 0);
  CHECK_EQ(s.initial_pkt_num, 0);
  CHECK_EQ(s.glitch_ratelim_burst, 10000);
  CHECK_EQ(s.glitch_ratelim_rate, 330);
}

static void transport_params(void) {
  ngtcp2_transport_params p, none;
  memset(&p, 0xa5, sizeof(p));
  memset(&none, 0, sizeof(none));
  ngtcp2_transport_params_default(&p);
  CHECK_EQ(p.max_udp_payload_size, 65527);
  CHECK_EQ(p.active_connection_id_limit, 2);
  CHECK_EQ(p.ack_delay_exponent, 3);
  CHECK_EQ(p.max_ack_delay, 25 * MS);
  none.max_udp_payload_size = p.max_udp_payload_size;
  none.active_connection_id_limit = p.active_connection_id_limit;
  none.ack_delay_exponent = p.ack_delay_exponent;
  none.max_ack_delay = p.max_ack_delay;
  CHECK(memcmp(&p, &none, sizeof(p)) == 0);
}

static const struct {
  int code;
  const char *name;
  uint64_t on_the_wire;
} errors[] = {
    {0, "NO_ERROR", NGTCP2_NO_ERROR},
#define X(name, wire) {NGTCP2_##name, #name, NGTCP2_##wire},
    X(ERR_INVALID_ARGUMENT, INTERNAL_ERROR)
    X(ERR_NOBUF, PROTOCOL_VIOLATION)
    X(ERR_PROTO, PROTOCOL_VIOLATION)
    X(ERR_INVALID_STATE, PROTOCOL_VIOLATION)
    X(ERR_ACK_FRAME, FRAME_ENCODING_ERROR)
    X(ERR_STREAM_ID_BLOCKED, PROTOCOL_VIOLATION)
    X(ERR_STREAM_IN_USE, PROTOCOL_VIOLATION)
    X(ERR_STREAM_DATA_BLOCKED, PROTOCOL_VIOLATION)
    X(ERR_FLOW_CONTROL, FLOW_CONTROL_ERROR)
    X(ERR_CONNECTION_ID_LIMIT, CONNECTION_ID_LIMIT_ERROR)
    X(ERR_STREAM_LIMIT, STREAM_LIMIT_ERROR)
    X(ERR_FINAL_SIZE, FINAL_SIZE_ERROR)
    X(ERR_CRYPTO, PROTOCOL_VIOLATION)
    X(ERR_PKT_NUM_EXHAUSTED, INTERNAL_ERROR)
    X(ERR_REQUIRED_TRANSPORT_PARAM, TRANSPORT_PARAMETER_ERROR)
    X(ERR_MALFORMED_TRANSPORT_PARAM, TRANSPORT_PARAMETER_ERROR)
    X(ERR_FRAME_ENCODING, FRAME_ENCODING_ERROR)
    X(ERR_DECRYPT, PROTOCOL_VIOLATION)
    X(ERR_STREAM_SHUT_WR, PROTOCOL_VIOLATION)
    X(ERR_STREAM_NOT_FOUND, PROTOCOL_VIOLATION)
    X(ERR_STREAM_STATE, STREAM_STATE_ERROR)
    X(ERR_RECV_VERSION_NEGOTIATION, PROTOCOL_VIOLATION)
    X(ERR_CLOSING, PROTOCOL_VIOLATION)
    X(ERR_DRAINING, PROTOCOL_VIOLATION)
    X(ERR_TRANSPORT_PARAM, TRANSPORT_PARAMETER_ERROR)
    X(ERR_DISCARD_PKT, PROTOCOL_VIOLATION)
    X(ERR_CONN_ID_BLOCKED, PROTOCOL_VIOLATION)
    X(ERR_INTERNAL, INTERNAL_ERROR)
    X(ERR_CRYPTO_BUFFER_EXCEEDED, CRYPTO_BUFFER_EXCEEDED)
    X(ERR_WRITE_MORE, PROTOCOL_VIOLATION)
    X(ERR_RETRY, PROTOCOL_VIOLATION)
    X(ERR_DROP_CONN, PROTOCOL_VIOLATION)
    X(ERR_AEAD_LIMIT_REACHED, AEAD_LIMIT_REACHED)
    X(ERR_NO_VIABLE_PATH, NO_VIABLE_PATH)
    X(ERR_VERSION_NEGOTIATION, PROTOCOL_VIOLATION)
    X(ERR_HANDSHAKE_TIMEOUT, INTERNAL_ERROR)
    X(ERR_VERSION_NEGOTIATION_FAILURE, VERSION_NEGOTIATION_ERROR)
    X(ERR_IDLE_CLOSE, PROTOCOL_VIOLATION)
    X(ERR_NOMEM, INTERNAL_ERROR)
    X(ERR_CALLBACK_FAILURE, INTERNAL_ERROR)
#undef X
};
#define ERRORS (sizeof(errors) / sizeof(errors[0]))

static void error_codes(void) {
  for (int code = 0; code >= -520; code--) {
    size_t i = 0;
    note_case("code %d", code);
    while (i < ERRORS && errors[i].code != code) {
      i++;
    }
    CHECK_EQ(ngtcp2_err_is_fatal(code), code < -500);
    CHECK_STR(ngtcp2_strerror(code), i < ERRORS ? errors[i].name : "(unknown)");
    CHECK_EQ(ngtcp2_err_infer_quic_transport_error_code(code),
             i < ERRORS ? errors[i].on_the_wire : NGTCP2_PROTOCOL_VIOLATION);
  }
}

static void close_errors(void) {
  static const struct {
    int code;
    ngtcp2_ccerr_type type;
    uint64_t error_code;
  } cases[] = {
      {0, NGTCP2_CCERR_TYPE_TRANSPORT, 0},
      {NGTCP2_ERR_RECV_VERSION_NEGOTIATION, NGTCP2_CCERR_TYPE_VERSION_NEGOTIATION, 0},
      {NGTCP2_ERR_IDLE_CLOSE, NGTCP2_CCERR_TYPE_IDLE_CLOSE, 0},
      {NGTCP2_ERR_DROP_CONN, NGTCP2_CCERR_TYPE_DROP_CONN, 0},
      {NGTCP2_ERR_RETRY, NGTCP2_CCERR_TYPE_RETRY, 0},
      {NGTCP2_ERR_NOMEM, NGTCP2_CCERR_TYPE_TRANSPORT, NGTCP2_INTERNAL_ERROR},
      {NGTCP2_ERR_PROTO, NGTCP2_CCERR_TYPE_TRANSPORT, NGTCP2_PROTOCOL_VIOLATION},
  };
  static const uint8_t reason[] = "why";
  ngtcp2_ccerr error;
  memset(&error, 0xa5, sizeof(error));
  ngtcp2_ccerr_default(&error);
  CHECK(error.type == NGTCP2_CCERR_TYPE_TRANSPORT && !error.error_code && !error.frame_type && !error.reason && !error.reasonlen);
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    ngtcp2_ccerr_set_liberr(&error, cases[i].code, reason, 3);
    CHECK_EQ(error.type, cases[i].type);
    CHECK_EQ(error.error_code, cases[i].error_code);
    CHECK(error.reason == reason && error.reasonlen == 3);
  }
  ngtcp2_ccerr_set_tls_alert(&error, 42, NULL, 0);
  CHECK_EQ(error.type, NGTCP2_CCERR_TYPE_TRANSPORT);
  CHECK_EQ(error.error_code, NGTCP2_CRYPTO_ERROR | 42);
}

static void versions(void) {
  static const uint32_t preferred[] = {NGTCP2_PROTO_VER_V2, NGTCP2_PROTO_VER_V1};
  static const uint32_t offered[] = {0x0a1a2a3a, NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2};
  CHECK_EQ(ngtcp2_select_version(preferred, 2, offered, 3), NGTCP2_PROTO_VER_V2);
  CHECK_EQ(ngtcp2_select_version(preferred, 2, offered, 2), NGTCP2_PROTO_VER_V1);
  CHECK_EQ(ngtcp2_select_version(preferred, 1, offered, 2), 0);
  CHECK(ngtcp2_is_supported_version(NGTCP2_PROTO_VER_V1) && ngtcp2_is_supported_version(NGTCP2_PROTO_VER_V2));
  CHECK(!ngtcp2_is_supported_version(0xff00001d) && !ngtcp2_is_supported_version(0));
  CHECK(ngtcp2_is_reserved_version(0x1a2a3a4a) && !ngtcp2_is_reserved_version(NGTCP2_PROTO_VER_V1));
  CHECK(!ngtcp2_is_reserved_version(0));
}

static const test tests[] = {
    TEST(version), TEST(settings), TEST(transport_params), TEST(error_codes), TEST(close_errors), TEST(versions),
#ifndef REFERENCE
    TEST(own_version),
#endif
};
MAIN("values", tests)
