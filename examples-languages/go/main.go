// qget fetches a file from qserver: QUIC in Go, through cgo.
//
// usage: qget HOST PORT CA_FILE PATH [--stats]    (the file goes to standard output)
package main

/*
#cgo pkg-config: libngtcp2_crypto_rustls libngtcp2
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>
#include <ngtcp2/ngtcp2_crypto_rustls.h>

// What C keeps pointers to lives in C's memory, one block for each connection.
struct quic {
  ngtcp2_conn *conn;
  ngtcp2_crypto_rustls_client *config;
  ngtcp2_crypto_rustls_session *tls;
  ngtcp2_crypto_conn_ref ref;
  ngtcp2_path_storage path;
  uint8_t packet[65536];
};

int goRandom(uint8_t *dest, size_t len);
int goHandshakeCompleted(ngtcp2_conn *conn, void *user_data);
int goStreamData(ngtcp2_conn *conn, uint32_t flags, int64_t id, uint64_t offset, uint8_t *data, size_t len, void *user_data,
                 void *stream_user_data);
int goStreamClosed(ngtcp2_conn *conn, uint32_t flags, int64_t id, uint64_t code, void *user_data, void *stream_user_data);

static void fill_random(uint8_t *dest, size_t len, const ngtcp2_rand_ctx *context)
{
  (void)context;
  if (goRandom(dest, len) != 0) {
    abort();
  }
}

static int give_cid(ngtcp2_conn *conn, ngtcp2_cid *cid, ngtcp2_stateless_reset_token *token, size_t len, void *user_data)
{
  (void)conn;
  (void)user_data;
  cid->datalen = len;
  return goRandom(cid->data, len) != 0 || goRandom(token->data, sizeof(token->data)) != 0 ? NGTCP2_ERR_CALLBACK_FAILURE : 0;
}

static ngtcp2_conn *get_conn(ngtcp2_crypto_conn_ref *ref) { return ((struct quic *)ref->user_data)->conn; }

// Go cannot take the address of a C function that is a member of a struct, nor call macros: this does both.
static int quic_new(struct quic *q, const char *host, uint64_t window, ngtcp2_tstamp now, uintptr_t handle)
{
  ngtcp2_callbacks callbacks = {
    .client_initial = ngtcp2_crypto_client_initial_cb,
    .recv_crypto_data = ngtcp2_crypto_recv_crypto_data_cb,
    .encrypt = ngtcp2_crypto_encrypt_cb,
    .decrypt = ngtcp2_crypto_decrypt_cb,
    .hp_mask = ngtcp2_crypto_hp_mask_cb,
    .recv_retry = ngtcp2_crypto_recv_retry_cb,
    .update_key = ngtcp2_crypto_update_key_cb,
    .delete_crypto_aead_ctx = ngtcp2_crypto_delete_crypto_aead_ctx_cb,
    .delete_crypto_cipher_ctx = ngtcp2_crypto_delete_crypto_cipher_ctx_cb,
    .version_negotiation = ngtcp2_crypto_version_negotiation_cb,
    .get_path_challenge_data2 = ngtcp2_crypto_get_path_challenge_data2_cb,
    .rand = fill_random,
    .get_new_connection_id2 = give_cid,
    .handshake_completed = goHandshakeCompleted,
    .recv_stream_data = (ngtcp2_recv_stream_data)goStreamData,
    .stream_close = goStreamClosed,
  };
  ngtcp2_settings settings;
  ngtcp2_transport_params params;
  ngtcp2_cid dcid = {.datalen = NGTCP2_MAX_CIDLEN}, scid = {.datalen = 8};
  ngtcp2_settings_default(&settings);
  settings.initial_ts = now;
  ngtcp2_transport_params_default(&params);
  params.initial_max_data = params.initial_max_stream_data_bidi_local = window;
  params.max_idle_timeout = 30 * NGTCP2_SECONDS;
  if (goRandom(dcid.data, dcid.datalen) != 0 || goRandom(scid.data, scid.datalen) != 0) {
    return NGTCP2_ERR_INTERNAL;
  }
  int error = ngtcp2_conn_client_new(&q->conn, &dcid, &scid, &q->path.path, NGTCP2_PROTO_VER_V1, &callbacks, &settings,
                                     &params, NULL, (void *)handle);
  if (error != 0) {
    return error;
  }
  q->ref = (ngtcp2_crypto_conn_ref){.get_conn = get_conn, .user_data = q};
  error = ngtcp2_crypto_rustls_session_client_new(&q->tls, q->config, host, &q->ref);
  ngtcp2_conn_set_tls_native_handle(q->conn, q->tls);
  return error;
}

static int quic_read(struct quic *q, size_t len, ngtcp2_tstamp now)
{
  return ngtcp2_conn_read_pkt(q->conn, &q->path.path, NULL, q->packet, len, now);
}

static ngtcp2_ssize quic_write(struct quic *q, int64_t id, uint8_t *data, size_t len, ngtcp2_ssize *taken, ngtcp2_tstamp now)
{
  ngtcp2_vec vec = {.base = data, .len = len};
  return ngtcp2_conn_writev_stream(q->conn, NULL, NULL, q->packet, 1452, taken,
                                   id >= 0 ? NGTCP2_WRITE_STREAM_FLAG_FIN : 0, id, &vec, 1, now);
}

static ngtcp2_ssize quic_close(struct quic *q, ngtcp2_tstamp now)
{
  ngtcp2_ccerr reason;
  ngtcp2_ccerr_set_application_error(&reason, 0, NULL, 0);
  return ngtcp2_conn_write_connection_close(q->conn, NULL, NULL, q->packet, 1452, &reason, now);
}

static void quic_set_addresses(struct quic *q, const void *local, size_t local_len, const void *remote, size_t remote_len)
{
  ngtcp2_path_storage_init(&q->path, local, (ngtcp2_socklen)local_len, remote, (ngtcp2_socklen)remote_len, NULL);
}
*/
import "C"

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/cgo"
	"time"
	"unsafe"
)

const (
	alpn    = "hq-interop"
	window  = 4 << 20
	unknown = ^uint64(0)
)

var start = time.Now()

// now is the library's clock: it only has to go forward.
func now() C.ngtcp2_tstamp {
	return C.ngtcp2_tstamp(time.Since(start)) + 1
}

type client struct {
	quic     *C.struct_quic
	handle   cgo.Handle
	socket   *net.UDPConn
	request  unsafe.Pointer // in C's memory: the library keeps the pointer until the bytes are acknowledged
	length   C.size_t
	sent     C.size_t
	finSent  bool
	stream   C.int64_t
	output   io.Writer
	progress progress
	finished bool
	refused  uint64 // the server's error code
	err      error
}

// sockaddr makes a struct sockaddr_in or sockaddr_in6.
func sockaddr(a *net.UDPAddr) []byte {
	if ip := a.IP.To4(); ip != nil {
		b := make([]byte, C.sizeof_struct_sockaddr_in)
		*(*C.sa_family_t)(unsafe.Pointer(&b[0])) = C.AF_INET
		binary.BigEndian.PutUint16(b[2:], uint16(a.Port))
		copy(b[4:], ip)
		return b
	}
	b := make([]byte, C.sizeof_struct_sockaddr_in6)
	*(*C.sa_family_t)(unsafe.Pointer(&b[0])) = C.AF_INET6
	binary.BigEndian.PutUint16(b[2:], uint16(a.Port))
	copy(b[8:], a.IP.To16())
	return b
}

func check(result C.ngtcp2_ssize) error {
	if result < 0 {
		return errors.New(C.GoString(C.ngtcp2_strerror(C.int(result))))
	}
	return nil
}

func newClient(host, port, ca, path string, output io.Writer) (*client, error) {
	address, err := net.ResolveUDPAddr("udp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, err
	}
	socket, err := net.DialUDP("udp", nil, address)
	if err != nil {
		return nil, err
	}
	request := "GET " + path + "\r\n"
	c := &client{socket: socket, output: output, progress: progress{begun: time.Now()}, stream: -1, refused: unknown, length: C.size_t(len(request))}
	c.request = C.CBytes([]byte(request))
	c.quic = (*C.struct_quic)(C.calloc(1, C.sizeof_struct_quic))
	c.handle = cgo.NewHandle(c)
	local, remote := sockaddr(socket.LocalAddr().(*net.UDPAddr)), sockaddr(address)
	C.quic_set_addresses(c.quic, unsafe.Pointer(&local[0]), C.size_t(len(local)), unsafe.Pointer(&remote[0]),
		C.size_t(len(remote)))
	if err := c.setUpTLS(host, ca); err != nil {
		c.free()
		return nil, err
	}
	return c, nil
}

func (c *client) setUpTLS(host, ca string) error {
	cHost, cCA, cALPN := C.CString(host), C.CString(ca), C.CBytes([]byte(alpn))
	defer C.free(unsafe.Pointer(cHost))
	defer C.free(unsafe.Pointer(cCA))
	defer C.free(cALPN)
	if err := check(C.ngtcp2_ssize(C.ngtcp2_crypto_rustls_client_new(&c.quic.config))); err != nil {
		return err
	}
	if C.ngtcp2_crypto_rustls_client_add_ca_file(c.quic.config, cCA) != 0 ||
		C.ngtcp2_crypto_rustls_client_add_alpn(c.quic.config, (*C.uint8_t)(cALPN), C.size_t(len(alpn))) != 0 {
		return errors.New(C.GoString(C.ngtcp2_crypto_rustls_client_error(c.quic.config)))
	}
	return check(C.ngtcp2_ssize(C.quic_new(c.quic, cHost, window, now(), C.uintptr_t(c.handle))))
}

// write sends until the library has nothing more.
func (c *client) write() error {
	for {
		id, taken := c.stream, C.ngtcp2_ssize(-1)
		if c.finSent {
			id = -1
		}
		data := (*C.uint8_t)(unsafe.Add(c.request, int(c.sent)))
		length := C.quic_write(c.quic, id, data, c.length-c.sent, &taken, now())
		if id >= 0 && taken >= 0 {
			c.sent += C.size_t(taken)
			c.finSent = c.sent == c.length
		}
		if err := check(length); err != nil {
			return err
		}
		if length == 0 {
			C.ngtcp2_conn_update_pkt_tx_time(c.quic.conn, now())
			return nil
		}
		if _, err := c.socket.Write(c.packet(int(length))); err != nil {
			return err
		}
	}
}

func (c *client) packet(length int) []byte {
	return unsafe.Slice((*byte)(&c.quic.packet[0]), length)
}

// read waits for a datagram or the timer.
func (c *client) read() error {
	deadline := time.Time{}
	if expiry := C.ngtcp2_conn_get_expiry2(c.quic.conn); expiry != C.UINT64_MAX {
		deadline = start.Add(time.Duration(expiry))
	}
	if err := c.socket.SetReadDeadline(deadline); err != nil {
		return err
	}
	length, err := c.socket.Read(c.packet(len(c.quic.packet)))
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return check(C.ngtcp2_ssize(C.ngtcp2_conn_handle_expiry(c.quic.conn, now())))
	}
	if err != nil {
		return err
	}
	result := C.quic_read(c.quic, C.size_t(length), now())
	if result == C.NGTCP2_ERR_CRYPTO {
		return errors.New(C.GoString(C.ngtcp2_crypto_rustls_session_error(c.quic.tls)))
	}
	return check(C.ngtcp2_ssize(result))
}

func (c *client) run() error {
	for !c.finished && c.refused == unknown {
		if err := c.write(); err != nil {
			return err
		}
		if err := c.read(); err != nil {
			if c.err != nil {
				return c.err
			}
			return err
		}
	}
	if !c.finished {
		return fmt.Errorf("the server refuses: error %d", c.refused)
	}
	return nil
}

func (c *client) printStats() {
	var info C.ngtcp2_conn_info
	C.ngtcp2_conn_get_conn_info2_versioned(c.quic.conn, C.NGTCP2_CONN_INFO_VERSION, &info)
	for _, row := range []struct {
		name  string
		value C.uint64_t
	}{{"packets sent", info.pkt_sent}, {"packets received", info.pkt_recv}, {"packets lost", info.pkt_lost},
		{"bytes received", info.bytes_recv}} {
		fmt.Fprintf(os.Stderr, "%-18s %14d\n", row.name, row.value)
	}
	fmt.Fprintf(os.Stderr, "%-18s %11.3f ms\n", "smoothed RTT", float64(info.smoothed_rtt)/1e6)
}

// progress tells what has arrived, ten times a second on a terminal. The server does not announce sizes, so there is no bar
// to fill.
type progress struct {
	bytes        float64
	begun, drawn time.Time
}

func (p *progress) add(length int) {
	p.bytes += float64(length)
	info, err := os.Stderr.Stat()
	if err == nil && info.Mode()&os.ModeCharDevice != 0 && time.Since(p.drawn) > 100*time.Millisecond {
		p.drawn = time.Now()
		fmt.Fprintf(os.Stderr, "\r%.1f MB, %.0f Mbit/s\033[K", p.bytes/1e6, p.bytes*8/1e6/time.Since(p.begun).Seconds())
	}
}

func (p *progress) clear() {
	if !p.drawn.IsZero() {
		fmt.Fprint(os.Stderr, "\r\033[K")
	}
}

func (c *client) free() {
	if c.quic.conn != nil {
		if length := C.quic_close(c.quic, now()); length > 0 {
			c.socket.Write(c.packet(int(length))) // a goodbye: if it is lost, the server finds out by itself
		}
	}
	C.ngtcp2_conn_del(c.quic.conn)
	C.ngtcp2_crypto_rustls_session_del(c.quic.tls)
	C.ngtcp2_crypto_rustls_client_del(c.quic.config)
	C.free(unsafe.Pointer(c.quic))
	C.free(c.request)
	c.handle.Delete()
	c.socket.Close()
}

func main() {
	stats := len(os.Args) == 6 && os.Args[5] == "--stats"
	if len(os.Args) != 5 && !stats {
		fmt.Fprintln(os.Stderr, "usage: qget HOST PORT CA_FILE PATH [--stats]")
		os.Exit(1)
	}
	c, err := newClient(os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Stdout)
	if err == nil {
		err = c.run()
		c.progress.clear()
		if stats {
			c.printStats()
		}
		c.free()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "qget:", err)
		os.Exit(1)
	}
}
