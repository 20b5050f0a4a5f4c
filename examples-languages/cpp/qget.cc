// qget: fetches a file from qserver. C++17, with the connection and its TLS in objects that free themselves.
//
// usage: qget HOST PORT CA_FILE PATH [--stats]    (the file goes to standard output)
#include <netdb.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>
#include <ngtcp2/ngtcp2_crypto_rustls.h>

namespace {

template <auto Delete> struct Deleter {
  template <typename T> void operator()(T *object) const { Delete(object); }
};
using Conn = std::unique_ptr<ngtcp2_conn, Deleter<ngtcp2_conn_del>>;
using Config = std::unique_ptr<ngtcp2_crypto_rustls_client, Deleter<ngtcp2_crypto_rustls_client_del>>;
using Session = std::unique_ptr<ngtcp2_crypto_rustls_session, Deleter<ngtcp2_crypto_rustls_session_del>>;
using Packet = std::array<uint8_t, 1452>;

constexpr uint64_t window = 4 << 20;

ngtcp2_tstamp now()
{
  return static_cast<ngtcp2_tstamp>(std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count());
}

void check(ngtcp2_ssize result)
{
  if (result < 0) {
    throw std::runtime_error(ngtcp2_strerror(static_cast<int>(result)));
  }
}

void fill_random(uint8_t *dest, size_t len, const ngtcp2_rand_ctx *)
{
  if (getentropy(dest, len) != 0) {
    std::terminate(); // no exception may leave a callback
  }
}

ngtcp2_cid random_cid(size_t len)
{
  ngtcp2_cid cid;
  cid.datalen = len;
  fill_random(cid.data, len, nullptr);
  return cid;
}

// What has arrived, ten times a second on a terminal. The server does not announce sizes, so there is no bar to fill.
class Progress {
public:
  void add(size_t len)
  {
    bytes_ += len;
    if (ngtcp2_tstamp t = now(); shown_ && t - drawn_ > 100 * NGTCP2_MILLISECONDS) {
      drawn_ = t;
      std::fprintf(stderr, "\r%.1f MB, %.0f Mbit/s\033[K", bytes_ / 1e6, bytes_ * 8e3 / static_cast<double>(t - begun_));
    }
  }
  ~Progress()
  {
    if (drawn_ != 0) {
      std::fputs("\r\033[K", stderr);
    }
  }

private:
  bool shown_ = isatty(STDERR_FILENO) != 0;
  double bytes_ = 0;
  ngtcp2_tstamp begun_ = now(), drawn_ = 0;
};

class Client {
public:
  Client(const std::string &host, const std::string &port, const std::string &ca, const std::string &path)
      : request_("GET " + path + "\r\n")
  {
    connect_socket(host, port);
    set_up_tls(host, ca);
    set_up_quic();
  }
  ~Client()
  {
    Packet packet;
    ngtcp2_ccerr reason;
    ngtcp2_ccerr_set_application_error(&reason, 0, nullptr, 0);
    ngtcp2_ssize len =
      ngtcp2_conn_write_connection_close(conn_.get(), nullptr, nullptr, packet.data(), packet.size(), &reason, now());
    if (len > 0) {
      send(fd_, packet.data(), static_cast<size_t>(len), 0);
    }
    close(fd_);
  }
  Client(const Client &) = delete;
  Client &operator=(const Client &) = delete;

  // True if the whole file came.
  bool run()
  {
    write();
    while (!finished_ && !refused_) {
      pollfd ready{fd_, POLLIN, 0};
      poll(&ready, 1, milliseconds_to(ngtcp2_conn_get_expiry2(conn_.get())));
      read();
      if (ngtcp2_conn_get_expiry2(conn_.get()) <= now()) {
        check(ngtcp2_conn_handle_expiry(conn_.get(), now()));
      }
      write();
    }
    progress_.reset();
    return finished_;
  }

  void print_stats() const
  {
    ngtcp2_conn_info info;
    ngtcp2_conn_get_conn_info2(conn_.get(), &info);
    const std::pair<const char *, uint64_t> rows[] = {{"packets sent", info.pkt_sent},
                                                      {"packets received", info.pkt_recv},
                                                      {"packets lost", info.pkt_lost},
                                                      {"bytes received", info.bytes_recv}};
    for (auto [name, value] : rows) {
      std::fprintf(stderr, "%-18s %14llu\n", name, static_cast<unsigned long long>(value));
    }
    std::fprintf(stderr, "%-18s %11.3f ms\n", "smoothed RTT", static_cast<double>(info.smoothed_rtt) / NGTCP2_MILLISECONDS);
  }

private:
  static int milliseconds_to(ngtcp2_tstamp at)
  {
    ngtcp2_tstamp t = now();
    return at == UINT64_MAX ? -1 : at <= t ? 0 : static_cast<int>((at - t + NGTCP2_MILLISECONDS - 1) / NGTCP2_MILLISECONDS);
  }

  void connect_socket(const std::string &host, const std::string &port)
  {
    addrinfo hints{}, *found;
    hints.ai_socktype = SOCK_DGRAM;
    if (int error = getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0) {
      throw std::runtime_error(host + ": " + gai_strerror(error));
    }
    std::unique_ptr<addrinfo, Deleter<freeaddrinfo>> address(found);
    fd_ = socket(address->ai_family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    ngtcp2_path_storage_zero(&path_);
    path_.path.local.addrlen = sizeof(path_.local_addrbuf);
    if (fd_ < 0 || connect(fd_, address->ai_addr, address->ai_addrlen) != 0 ||
        getsockname(fd_, path_.path.local.addr, &path_.path.local.addrlen) != 0) {
      throw std::system_error(errno, std::generic_category(), host);
    }
    ngtcp2_addr_copy_byte(&path_.path.remote, address->ai_addr, address->ai_addrlen);
  }

  void set_up_tls(const std::string &host, const std::string &ca)
  {
    static constexpr uint8_t alpn[] = {'h', 'q', '-', 'i', 'n', 't', 'e', 'r', 'o', 'p'};
    ngtcp2_crypto_rustls_client *config;
    ngtcp2_crypto_rustls_session *session;
    check(ngtcp2_crypto_rustls_client_new(&config));
    config_.reset(config);
    ref_.user_data = this;
    ref_.get_conn = [](ngtcp2_crypto_conn_ref *ref) { return static_cast<Client *>(ref->user_data)->conn_.get(); };
    if (ngtcp2_crypto_rustls_client_add_ca_file(config, ca.c_str()) != 0 ||
        ngtcp2_crypto_rustls_client_add_alpn(config, alpn, sizeof(alpn)) != 0 ||
        ngtcp2_crypto_rustls_session_client_new(&session, config, host.c_str(), &ref_) != 0) {
      throw std::runtime_error(ngtcp2_crypto_rustls_client_error(config));
    }
    session_.reset(session);
  }

  void set_up_quic()
  {
    ngtcp2_callbacks callbacks{};
    callbacks.client_initial = ngtcp2_crypto_client_initial_cb;
    callbacks.recv_crypto_data = ngtcp2_crypto_recv_crypto_data_cb;
    callbacks.encrypt = ngtcp2_crypto_encrypt_cb;
    callbacks.decrypt = ngtcp2_crypto_decrypt_cb;
    callbacks.hp_mask = ngtcp2_crypto_hp_mask_cb;
    callbacks.recv_retry = ngtcp2_crypto_recv_retry_cb;
    callbacks.update_key = ngtcp2_crypto_update_key_cb;
    callbacks.delete_crypto_aead_ctx = ngtcp2_crypto_delete_crypto_aead_ctx_cb;
    callbacks.delete_crypto_cipher_ctx = ngtcp2_crypto_delete_crypto_cipher_ctx_cb;
    callbacks.version_negotiation = ngtcp2_crypto_version_negotiation_cb;
    callbacks.get_path_challenge_data2 = ngtcp2_crypto_get_path_challenge_data2_cb;
    callbacks.rand = fill_random;
    callbacks.get_new_connection_id2 = [](ngtcp2_conn *, ngtcp2_cid *cid, ngtcp2_stateless_reset_token *token, size_t len,
                                          void *) {
      *cid = random_cid(len);
      fill_random(token->data, sizeof(token->data), nullptr);
      return 0;
    };
    callbacks.handshake_completed = [](ngtcp2_conn *conn, void *self) {
      return ngtcp2_conn_open_bidi_stream(conn, &static_cast<Client *>(self)->stream_, nullptr);
    };
    callbacks.recv_stream_data = [](ngtcp2_conn *conn, uint32_t flags, int64_t id, uint64_t, const uint8_t *data, size_t len,
                                    void *self, void *) {
      std::fwrite(data, 1, len, stdout);
      static_cast<Client *>(self)->progress_->add(len);
      ngtcp2_conn_extend_max_stream_offset(conn, id, len);
      ngtcp2_conn_extend_max_offset(conn, len);
      static_cast<Client *>(self)->finished_ = (flags & NGTCP2_STREAM_DATA_FLAG_FIN) != 0;
      return 0;
    };
    callbacks.stream_close = [](ngtcp2_conn *, uint32_t, int64_t, uint64_t error, void *self, void *) {
      auto *client = static_cast<Client *>(self);
      client->refused_ = !client->finished_;
      if (client->refused_) {
        std::fprintf(stderr, "the server refuses: error %llu\n", static_cast<unsigned long long>(error));
      }
      return 0;
    };

    ngtcp2_settings settings;
    ngtcp2_settings_default(&settings);
    settings.initial_ts = now();
    ngtcp2_transport_params params;
    ngtcp2_transport_params_default(&params);
    params.initial_max_data = params.initial_max_stream_data_bidi_local = window;
    params.max_idle_timeout = 30 * NGTCP2_SECONDS;
    ngtcp2_cid dcid = random_cid(NGTCP2_MAX_CIDLEN), scid = random_cid(8);
    ngtcp2_conn *conn;
    check(ngtcp2_conn_client_new(&conn, &dcid, &scid, &path_.path, NGTCP2_PROTO_VER_V1, &callbacks, &settings, &params,
                                 nullptr, this));
    conn_.reset(conn);
    ngtcp2_conn_set_tls_native_handle(conn, session_.get());
  }

  void read()
  {
    std::array<uint8_t, 65536> packet;
    for (;;) {
      ssize_t len = recv(fd_, packet.data(), packet.size(), 0);
      if (len < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
      }
      if (len < 0) {
        throw std::system_error(errno, std::generic_category(), "no server there");
      }
      int error = ngtcp2_conn_read_pkt(conn_.get(), &path_.path, nullptr, packet.data(), static_cast<size_t>(len), now());
      if (error == NGTCP2_ERR_CRYPTO) {
        throw std::runtime_error(ngtcp2_crypto_rustls_session_error(session_.get()));
      }
      check(error);
    }
  }

  void write()
  {
    Packet packet;
    for (;;) {
      bool has_data = stream_ >= 0 && !fin_sent_;
      ngtcp2_vec data{reinterpret_cast<uint8_t *>(request_.data()) + sent_, request_.size() - sent_};
      ngtcp2_ssize taken = -1;
      ngtcp2_ssize len = ngtcp2_conn_writev_stream(conn_.get(), nullptr, nullptr, packet.data(), packet.size(), &taken,
                                                   has_data ? NGTCP2_WRITE_STREAM_FLAG_FIN : NGTCP2_WRITE_STREAM_FLAG_NONE,
                                                   has_data ? stream_ : -1, &data, has_data ? 1 : 0, now());
      if (has_data && taken >= 0) {
        sent_ += static_cast<size_t>(taken);
        fin_sent_ = sent_ == request_.size();
      }
      check(len);
      if (len == 0) {
        break;
      }
      send(fd_, packet.data(), static_cast<size_t>(len), 0);
    }
    ngtcp2_conn_update_pkt_tx_time(conn_.get(), now());
  }

  std::optional<Progress> progress_{std::in_place};
  std::string request_; // stays where it is until the connection is gone: the library does not copy it
  int fd_ = -1;
  ngtcp2_path_storage path_;
  ngtcp2_crypto_conn_ref ref_{};
  Config config_;
  Session session_;
  Conn conn_; // last, so that it goes first
  int64_t stream_ = -1;
  size_t sent_ = 0;
  bool fin_sent_ = false, finished_ = false, refused_ = false;
};

} // namespace

int main(int argc, char **argv)
{
  bool stats = argc == 6 && std::string_view(argv[5]) == "--stats";
  if (argc != 5 && !stats) {
    std::fprintf(stderr, "usage: qget HOST PORT CA_FILE PATH [--stats]\n");
    return 1;
  }
  try {
    Client client(argv[1], argv[2], argv[3], argv[4]);
    bool finished = client.run();
    if (stats) {
      client.print_stats();
    }
    return finished ? 0 : 1;
  } catch (const std::exception &error) {
    std::fprintf(stderr, "qget: %s\n", error.what());
    return 1;
  }
}
