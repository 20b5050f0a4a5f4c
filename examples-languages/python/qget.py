"""Fetches a file from qserver: QUIC in Python, through cffi.

usage: qget.py HOST PORT CA_FILE PATH [--stats]    (the file goes to standard output)
"""

import os
import select
import socket
import struct
import sys
import time

from ngtcp2 import ffi, quic, tls

ALPN = b"hq-interop"
PACKET = 1452
WINDOW = 4 << 20
NONE = 2**64 - 1


def now():
    return time.monotonic_ns()


class Progress:
    """What has arrived, ten times a second on a terminal. The server does not announce sizes, so there is no bar to fill."""

    def __init__(self):
        self.shown = sys.stderr.isatty()
        self.bytes, self.begun, self.drawn = 0, now(), 0

    def add(self, length):
        self.bytes += length
        if self.shown and now() - self.drawn > 10**8:
            self.drawn = now()
            rate = self.bytes * 8e3 / (self.drawn - self.begun)
            print(f"\r{self.bytes / 1e6:.1f} MB, {rate:.0f} Mbit/s\033[K", end="", file=sys.stderr, flush=True)

    def clear(self):
        if self.drawn:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


class Client:
    """One connection that fetches one file. What C keeps a pointer to is kept alive here: cffi frees what Python forgets."""

    def __init__(self, host, port, ca, path, output):
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        self.socket = socket.socket(family, kind)
        self.socket.setblocking(False)
        self.socket.connect(address)
        self.request = ffi.new("uint8_t[]", f"GET {path}\r\n".encode())
        self.request_left = len(self.request) - 1
        self.request_sent = 0
        self.stream = -1
        self.finished = self.closed = self.fin_sent = False
        self.output = output
        self.progress = Progress()
        self.handle = ffi.new_handle(self)
        self.conn = ffi.NULL
        self._set_up_path(family)
        self._set_up_tls(host, ca)
        self._set_up_quic()

    def _set_up_path(self, family):
        def c_address(name):
            port, address = socket.htons(name[1]), socket.inet_pton(family, name[0])
            if family == socket.AF_INET6:
                raw = struct.pack("=HHI16sI", family, port, 0, address, name[3])
            else:
                raw = struct.pack("=HH4s8x", family, port, address)
            return ffi.new("uint8_t[]", raw), len(raw)

        self.path = ffi.new("ngtcp2_path *")
        self.local, self.path.local.addrlen = c_address(self.socket.getsockname())
        self.remote, self.path.remote.addrlen = c_address(self.socket.getpeername())
        self.path.local.addr = ffi.cast("ngtcp2_sockaddr *", self.local)
        self.path.remote.addr = ffi.cast("ngtcp2_sockaddr *", self.remote)

    def _set_up_tls(self, host, ca):
        created = ffi.new("ngtcp2_crypto_rustls_client **")
        check(tls.ngtcp2_crypto_rustls_client_new(created))
        self.config = created[0]
        if tls.ngtcp2_crypto_rustls_client_add_ca_file(self.config, ca.encode()) != 0:
            raise OSError(ffi.string(tls.ngtcp2_crypto_rustls_client_error(self.config)).decode())
        check(tls.ngtcp2_crypto_rustls_client_add_alpn(self.config, ALPN, len(ALPN)))
        self.ref = ffi.new("ngtcp2_crypto_conn_ref *", {"get_conn": get_conn, "user_data": self.handle})
        session = ffi.new("ngtcp2_crypto_rustls_session **")
        check(tls.ngtcp2_crypto_rustls_session_client_new(session, self.config, host.encode(), self.ref))
        self.session = session[0]

    def _set_up_quic(self):
        callbacks = ffi.new("ngtcp2_callbacks *")
        for name in ["client_initial", "recv_crypto_data", "encrypt", "decrypt", "hp_mask", "recv_retry", "update_key",
                     "delete_crypto_aead_ctx", "delete_crypto_cipher_ctx", "version_negotiation", "get_path_challenge_data2"]:
            setattr(callbacks, name, ffi.addressof(tls, f"ngtcp2_crypto_{name}_cb"))
        callbacks.rand = fill_random
        callbacks.get_new_connection_id2 = give_connection_id
        callbacks.handshake_completed = on_handshake
        callbacks.recv_stream_data = on_stream_data
        callbacks.stream_close = on_stream_close
        settings = ffi.new("ngtcp2_settings *")
        quic.ngtcp2_settings_default_versioned(quic.NGTCP2_SETTINGS_VERSION, settings)
        settings.initial_ts = now()
        params = ffi.new("ngtcp2_transport_params *")
        quic.ngtcp2_transport_params_default_versioned(quic.NGTCP2_TRANSPORT_PARAMS_VERSION, params)
        params.initial_max_data = params.initial_max_stream_data_bidi_local = WINDOW
        params.max_idle_timeout = 30 * 10**9
        ids = ffi.new("ngtcp2_cid[2]")
        for cid, length in ((ids[0], 20), (ids[1], 8)):
            quic.ngtcp2_cid_init(ffi.addressof(cid), os.urandom(length), length)
        created = ffi.new("ngtcp2_conn **")
        check(quic.ngtcp2_conn_client_new_versioned(
            created, ids, ids + 1, self.path, quic.NGTCP2_PROTO_VER_V1, quic.NGTCP2_CALLBACKS_VERSION, callbacks,
            quic.NGTCP2_SETTINGS_VERSION, settings, quic.NGTCP2_TRANSPORT_PARAMS_VERSION, params, ffi.NULL, self.handle))
        self.conn = created[0]
        quic.ngtcp2_conn_set_tls_native_handle(self.conn, self.session)

    def read(self):
        """Everything that is there."""
        while True:
            try:
                packet = self.socket.recv(65536)
            except BlockingIOError:
                return
            result = quic.ngtcp2_conn_read_pkt_versioned(self.conn, self.path, quic.NGTCP2_PKT_INFO_VERSION, ffi.NULL,
                                                         packet, len(packet), now())
            if result == quic.NGTCP2_ERR_DRAINING:
                self.closed = True
                return
            self.check(result)

    def write(self):
        """Until the library has nothing to send."""
        packet = ffi.new(f"uint8_t[{PACKET}]")
        taken = ffi.new("ngtcp2_ssize *")
        data = ffi.new("ngtcp2_vec *")
        while not self.closed:
            has_data = self.stream >= 0 and not self.fin_sent
            data.base = self.request + self.request_sent
            data.len = self.request_left if has_data else 0
            length = quic.ngtcp2_conn_writev_stream_versioned(
                self.conn, ffi.NULL, quic.NGTCP2_PKT_INFO_VERSION, ffi.NULL, packet, PACKET, taken,
                quic.NGTCP2_WRITE_STREAM_FLAG_FIN if has_data else 0, self.stream if has_data else -1, data, 1, now())
            if has_data and taken[0] >= 0:
                self.request_sent += taken[0]
                self.request_left -= taken[0]
                self.fin_sent = self.request_left == 0
            if length == 0:
                break
            self.check(length)
            self.socket.send(ffi.buffer(packet, length))
        quic.ngtcp2_conn_update_pkt_tx_time(self.conn, now())

    def check(self, result):
        if result < 0:
            reason = ffi.string(tls.ngtcp2_crypto_rustls_session_error(self.session)).decode()
            raise OSError(reason or ffi.string(quic.ngtcp2_strerror(result)).decode())

    def run(self):
        self.write()
        while not self.finished and not self.closed:
            expiry = quic.ngtcp2_conn_get_expiry2(self.conn)
            select.select([self.socket], [], [], None if expiry == NONE else max(0, expiry - now()) / 1e9)
            self.read()
            if quic.ngtcp2_conn_get_expiry2(self.conn) <= now():
                self.check(quic.ngtcp2_conn_handle_expiry(self.conn, now()))
            self.write()

    def print_stats(self):
        info = ffi.new("ngtcp2_conn_info *")
        quic.ngtcp2_conn_get_conn_info2_versioned(self.conn, quic.NGTCP2_CONN_INFO_VERSION, info)
        for name, value in (("packets sent", info.pkt_sent), ("packets received", info.pkt_recv),
                            ("packets lost", info.pkt_lost), ("bytes received", info.bytes_recv),
                            ("smoothed RTT", f"{info.smoothed_rtt / 1e6:.3f} ms")):
            print(f"{name:18} {value:>14}", file=sys.stderr)

    def close(self):
        packet = ffi.new(f"uint8_t[{PACKET}]")
        reason = ffi.new("ngtcp2_ccerr *")
        quic.ngtcp2_ccerr_set_application_error(reason, 0, ffi.NULL, 0)
        length = quic.ngtcp2_conn_write_connection_close_versioned(
            self.conn, ffi.NULL, quic.NGTCP2_PKT_INFO_VERSION, ffi.NULL, packet, PACKET, reason, now())
        if length > 0:
            self.socket.send(ffi.buffer(packet, length))
        quic.ngtcp2_conn_del(self.conn)
        tls.ngtcp2_crypto_rustls_session_del(self.session)
        tls.ngtcp2_crypto_rustls_client_del(self.config)
        self.socket.close()


def check(result):
    if result != 0:
        raise OSError(ffi.string(quic.ngtcp2_strerror(result)).decode())


# Callbacks. One that raises an exception prints it and returns `error`, which ends the connection.
FAILURE = quic.NGTCP2_ERR_CALLBACK_FAILURE


@ffi.callback("ngtcp2_conn *(ngtcp2_crypto_conn_ref *)", error=ffi.NULL)
def get_conn(ref):
    return ffi.from_handle(ref.user_data).conn


@ffi.callback("ngtcp2_rand")
def fill_random(dest, length, _context):
    ffi.buffer(dest, length)[:] = os.urandom(length)


@ffi.callback("ngtcp2_get_new_connection_id2", error=FAILURE)
def give_connection_id(_conn, cid, token, length, _user_data):
    quic.ngtcp2_cid_init(cid, os.urandom(length), length)
    ffi.buffer(token)[:] = os.urandom(ffi.sizeof("ngtcp2_stateless_reset_token"))
    return 0


@ffi.callback("ngtcp2_handshake_completed", error=FAILURE)
def on_handshake(conn, user_data):
    stream = ffi.new("int64_t *")
    result = quic.ngtcp2_conn_open_bidi_stream(conn, stream, ffi.NULL)
    ffi.from_handle(user_data).stream = stream[0]
    return result


@ffi.callback("ngtcp2_recv_stream_data", error=FAILURE)
def on_stream_data(conn, flags, stream, _offset, data, length, user_data, _stream_user_data):
    client = ffi.from_handle(user_data)
    client.output.write(ffi.buffer(data, length))
    client.progress.add(length)
    quic.ngtcp2_conn_extend_max_stream_offset(conn, stream, length)
    quic.ngtcp2_conn_extend_max_offset(conn, length)
    client.finished = bool(flags & quic.NGTCP2_STREAM_DATA_FLAG_FIN)
    return 0


@ffi.callback("ngtcp2_stream_close", error=FAILURE)
def on_stream_close(_conn, _flags, _stream, error, user_data, _stream_user_data):
    client = ffi.from_handle(user_data)
    if not client.finished:
        print(f"the server refuses: error {error}", file=sys.stderr)
        client.closed = True
    return 0


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--stats"]
    if len(arguments) != 4:
        sys.exit(__doc__)
    client = Client(*arguments, sys.stdout.buffer)
    try:
        client.run()
    finally:
        client.progress.clear()
        if "--stats" in sys.argv:
            client.print_stats()
        client.close()
    sys.exit(0 if client.finished else 1)


main()
