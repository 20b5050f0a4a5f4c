#include "writer.h"

/* A WRITE_MORE sequence goes on in the buffer of the call before. */
static uint8_t buffers[2][MAX_PACKET];

const uint8_t *test_data(void) {
  static uint8_t data[MAX_DATA];
  if (data[1] == 0) {
    generator g = {0x64617461};
    random_bytes(&g, data, sizeof(data));
    data[1] |= 1;
  }
  return data;
}

written write_stream_at(endpoint *e, int64_t id, uint32_t flags, size_t offset, size_t len) {
  ngtcp2_vec piece = {(uint8_t *)test_data() + offset, len};
  uint8_t *packet = buffers[e->is_server];
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info = {0};
  written w = {0, -99};
  ngtcp2_path_storage_zero(&path);
  w.len = ngtcp2_conn_writev_stream(e->conn, &path.path, &info, packet, PACKET_LEN, &w.accepted, flags, id,
                                    len ? &piece : NULL, len ? 1 : 0, e->net->now);
  if (w.len > 0) {
    send_packet(e, &path.path, info.ecn, packet, (size_t)w.len);
  }
  return w;
}

written write_stream_into(endpoint *e, int64_t id, uint32_t flags, size_t len, size_t destlen) {
  uint8_t *packet = buffers[e->is_server];
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info = {0};
  written w = {0, -99};
  ngtcp2_path_storage_zero(&path);
  w.len = ngtcp2_conn_write_stream(e->conn, &path.path, &info, packet, destlen, &w.accepted, flags, id, test_data(), len,
                                   e->net->now);
  if (w.len > 0) {
    send_packet(e, &path.path, info.ecn, packet, (size_t)w.len);
  }
  return w;
}

written write_stream(endpoint *e, int64_t id, uint32_t flags, size_t len) {
  return write_stream_at(e, id, flags, 0, len);
}

written write_datagram(endpoint *e, uint32_t flags, uint64_t id, size_t len, size_t destlen) {
  ngtcp2_vec piece = {(uint8_t *)test_data(), len};
  uint8_t *packet = buffers[e->is_server];
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info = {0};
  written w = {0, -99};
  int accepted = -99;
  ngtcp2_path_storage_zero(&path);
  w.len = ngtcp2_conn_writev_datagram(e->conn, &path.path, &info, packet, destlen, &accepted, flags, id, &piece, 1,
                                      e->net->now);
  w.accepted = accepted;
  if (w.len > 0) {
    send_packet(e, &path.path, info.ecn, packet, (size_t)w.len);
  }
  return w;
}

static ngtcp2_ssize close_with(endpoint *e, const ngtcp2_ccerr *error, int send) {
  uint8_t *packet = buffers[e->is_server];
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info = {0};
  ngtcp2_ccerr no_error;
  ngtcp2_ssize len;
  ngtcp2_ccerr_default(&no_error);
  ngtcp2_path_storage_zero(&path);
  len = ngtcp2_conn_write_connection_close(e->conn, &path.path, &info, packet, MAX_PACKET, error ? error : &no_error,
                                           e->net->now);
  if (len > 0 && send) {
    send_packet(e, &path.path, info.ecn, packet, (size_t)len);
  }
  return len;
}

ngtcp2_ssize write_close(endpoint *e, const ngtcp2_ccerr *error) { return close_with(e, error, 0); }

ngtcp2_ssize send_close(endpoint *e, const ngtcp2_ccerr *error) { return close_with(e, error, 1); }

int64_t open_bidi(endpoint *e) {
  int64_t id = -1;
  CHECK_EQ(ngtcp2_conn_open_bidi_stream(e->conn, &id, NULL), 0);
  return id;
}

int64_t open_uni(endpoint *e) {
  int64_t id = -1;
  CHECK_EQ(ngtcp2_conn_open_uni_stream(e->conn, &id, NULL), 0);
  return id;
}

int64_t until_expiry(endpoint *e) { return (int64_t)(ngtcp2_conn_get_expiry(e->conn) - e->net->now); }
