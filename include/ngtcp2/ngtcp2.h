/*
 * rngtcp2: QUIC transport (RFC 9000, RFC 9001, RFC 9002) behind the C API of ngtcp2 1.25.0.
 * Made by `make header` from the Rust sources; do not edit.
 *
 * Rules that hold for the whole API:
 *
 * - The library does no I/O and reads no clock. The application passes received datagrams in,
 *   fetches datagrams to send, and gives the time with each call.
 * - One thread at a time uses a connection. Different connections share nothing.
 * - Times (ngtcp2_tstamp) are nanoseconds of a clock of the application that never goes backwards,
 *   and durations (ngtcp2_duration) nanoseconds. Lengths, offsets and limits are in bytes.
 * - What is passed in stays the caller's, and is needed during the call alone; what a callback is
 *   given is valid until it returns; what a function returns a pointer to stays the library's. Where
 *   something else holds, the description says so.
 * - Functions that return int or ngtcp2_ssize return a negative NGTCP2_ERR_* code on failure.
 *   Misuse is answered with NGTCP2_ERR_INVALID_ARGUMENT or NGTCP2_ERR_INVALID_STATE, or with a
 *   neutral value where the return type has no error. It does not abort the process.
 * - Callbacks may call every function on their connection, except where their description forbids it:
 *   then reading, writing, closing and expiry give NGTCP2_ERR_INVALID_STATE. Callbacks without a
 *   connection argument may not call into a connection at all.
 * - Callbacks must return normally: no C++ exception and no longjmp(3) may leave them.
 * - A function named x_versioned is called through the macro x at the end of this header, which
 *   tells the library how long the structs of the caller are.
 */
#ifndef NGTCP2_H
#define NGTCP2_H

#if (defined(_WIN32) || defined(__WIN32__)) && !defined(WIN32)
#  define WIN32
#endif

#ifdef _MSC_VER
#  pragma warning(push)
#  pragma warning(disable : 4324) /* a struct was padded because of its alignment */
#endif

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/types.h>

#ifndef NGTCP2_USE_GENERIC_SOCKADDR
#  ifdef WIN32
#    ifndef WIN32_LEAN_AND_MEAN
#      define WIN32_LEAN_AND_MEAN
#    endif
#    include <ws2tcpip.h>
#  else
#    include <netinet/in.h>
#    include <sys/socket.h>
#  endif
#endif

#include <ngtcp2/version.h>

/**
 * Marks the functions of the library. An application that links the static library on Windows
 * defines NGTCP2_STATICLIB.
 */
#if defined(NGTCP2_STATICLIB)
#  define NGTCP2_EXTERN
#elif defined(WIN32) && defined(BUILDING_NGTCP2)
#  define NGTCP2_EXTERN __declspec(dllexport)
#elif defined(WIN32)
#  define NGTCP2_EXTERN __declspec(dllimport)
#elif defined(BUILDING_NGTCP2)
#  define NGTCP2_EXTERN __attribute__((visibility("default")))
#else
#  define NGTCP2_EXTERN
#endif

/**
 * Sets the alignment of a struct.
 */
#ifdef _MSC_VER
#  define NGTCP2_ALIGN(N) __declspec(align(N))
#else
#  define NGTCP2_ALIGN(N) __attribute__((aligned(N)))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Socket addresses are those of the system. An application that defines
 * NGTCP2_USE_GENERIC_SOCKADDR gets types of the same layout without any system header, and has to
 * define NGTCP2_AF_INET and NGTCP2_AF_INET6 to the system's values of AF_INET and AF_INET6.
 */
#ifdef NGTCP2_USE_GENERIC_SOCKADDR
#  if !defined(NGTCP2_AF_INET) || !defined(NGTCP2_AF_INET6)
#    error NGTCP2_USE_GENERIC_SOCKADDR needs NGTCP2_AF_INET and NGTCP2_AF_INET6
#  endif

typedef unsigned short int ngtcp2_sa_family;
typedef uint16_t ngtcp2_in_port;
typedef uint32_t ngtcp2_socklen;

typedef struct ngtcp2_sockaddr {
  ngtcp2_sa_family sa_family;
  uint8_t sa_data[14];
} ngtcp2_sockaddr;

typedef struct ngtcp2_in_addr {
  uint32_t s_addr;
} ngtcp2_in_addr;

typedef struct ngtcp2_sockaddr_in {
  ngtcp2_sa_family sin_family;
  ngtcp2_in_port sin_port;
  ngtcp2_in_addr sin_addr;
  uint8_t sin_zero[8];
} ngtcp2_sockaddr_in;

typedef struct ngtcp2_in6_addr {
  uint8_t s6_addr[16];
} ngtcp2_in6_addr;

typedef struct ngtcp2_sockaddr_in6 {
  ngtcp2_sa_family sin6_family;
  ngtcp2_in_port sin6_port;
  uint32_t sin6_flowinfo;
  ngtcp2_in6_addr sin6_addr;
  uint32_t sin6_scope_id;
} ngtcp2_sockaddr_in6;
#else
#  define NGTCP2_AF_INET AF_INET
#  define NGTCP2_AF_INET6 AF_INET6

typedef struct sockaddr ngtcp2_sockaddr;
typedef struct in_addr ngtcp2_in_addr;
typedef struct sockaddr_in ngtcp2_sockaddr_in;
typedef struct in6_addr ngtcp2_in6_addr;
typedef struct sockaddr_in6 ngtcp2_sockaddr_in6;
typedef socklen_t ngtcp2_socklen;
#endif

/**
 * A QUIC connection. Made by ngtcp2_conn_client_new or ngtcp2_conn_server_new, freed by
 * ngtcp2_conn_del.
 */
typedef struct ngtcp2_conn ngtcp2_conn;

/**
 * One nanosecond, the unit of ngtcp2_duration.
 */
#define NGTCP2_NANOSECONDS ((ngtcp2_duration)1)

/**
 * The AEAD key of the Retry integrity tag in QUIC version 1 (RFC 9001, section 5.8).
 */
#define NGTCP2_RETRY_KEY_V1 "\xbe\x0c\x69\x0b\x9f\x66\x57\x5a\x1d\x76\x6b\x54\xe3\x68\xc8\x4e"

/**
 * The AEAD nonce of the Retry integrity tag in QUIC version 1.
 */
#define NGTCP2_RETRY_NONCE_V1 "\x46\x15\x99\xd3\x5d\x63\x2b\xf2\x23\x98\x25\xbb"

/**
 * The AEAD key of the Retry integrity tag in QUIC version 2 (RFC 9369, section 3.3.3).
 */
#define NGTCP2_RETRY_KEY_V2 "\x8f\xb4\xb0\x1b\x56\xac\x48\xe2\x60\xfb\xcb\xce\xad\x7c\xcc\x92"

/**
 * The AEAD nonce of the Retry integrity tag in QUIC version 2.
 */
#define NGTCP2_RETRY_NONCE_V2 "\xd8\x69\x69\xbc\x2d\x7c\x6d\x99\x90\xef\xb0\x4a"

/**
 * One microsecond.
 */
#define NGTCP2_MICROSECONDS (1000 * NGTCP2_NANOSECONDS)

/**
 * One millisecond.
 */
#define NGTCP2_MILLISECONDS (1000 * NGTCP2_MICROSECONDS)

/**
 * One second.
 */
#define NGTCP2_SECONDS (1000 * NGTCP2_MILLISECONDS)

/**
 * One minute.
 */
#define NGTCP2_MINUTES (60 * NGTCP2_SECONDS)

/**
 * The largest value of a variable-length integer, 2^62 - 1 (RFC 9000, section 16).
 */
#define NGTCP2_MAX_VARINT 4611686018427387903ull

/**
 * QUIC version 1 (RFC 9000).
 */
#define NGTCP2_PROTO_VER_V1 1u

/**
 * QUIC version 2 (RFC 9369): 0x6b3343cf.
 */
#define NGTCP2_PROTO_VER_V2 1798521807u

/**
 * The highest QUIC version for `ngtcp2_conn_client_new`. Kept for old code: supported versions are
 * not a range.
 */
#define NGTCP2_PROTO_VER_MAX NGTCP2_PROTO_VER_V1

/**
 * The lowest QUIC version for `ngtcp2_conn_client_new`. Kept for old code: supported versions are
 * not a range.
 */
#define NGTCP2_PROTO_VER_MIN NGTCP2_PROTO_VER_V1

/**
 * The bits that reserved versions have in common: 0x0a0a0a0a (RFC 9000, section 15).
 */
#define NGTCP2_RESERVED_VERSION_MASK 168430090u

/**
 * The generation of `ngtcp2_info`.
 */
#define NGTCP2_VERSION_AGE 1

/**
 * An argument is not acceptable.
 */
#define NGTCP2_ERR_INVALID_ARGUMENT -201

/**
 * The buffer is too small.
 */
#define NGTCP2_ERR_NOBUF -202

/**
 * The peer broke the protocol.
 */
#define NGTCP2_ERR_PROTO -203

/**
 * The call is not allowed in the present state.
 */
#define NGTCP2_ERR_INVALID_STATE -204

/**
 * The peer sent an ACK frame that cannot be true.
 */
#define NGTCP2_ERR_ACK_FRAME -205

/**
 * The peer allows no more streams at present.
 */
#define NGTCP2_ERR_STREAM_ID_BLOCKED -206

/**
 * The stream ID is in use.
 */
#define NGTCP2_ERR_STREAM_IN_USE -207

/**
 * Flow control of the stream lets no more data through at present.
 */
#define NGTCP2_ERR_STREAM_DATA_BLOCKED -208

/**
 * The peer sent more data than flow control allows.
 */
#define NGTCP2_ERR_FLOW_CONTROL -209

/**
 * The peer gave out more connection IDs than allowed.
 */
#define NGTCP2_ERR_CONNECTION_ID_LIMIT -210

/**
 * The peer opened more streams than allowed.
 */
#define NGTCP2_ERR_STREAM_LIMIT -211

/**
 * The peer changed the final size of a stream, or sent data past it.
 */
#define NGTCP2_ERR_FINAL_SIZE -212

/**
 * The TLS handshake failed.
 */
#define NGTCP2_ERR_CRYPTO -213

/**
 * All packet numbers are used up.
 */
#define NGTCP2_ERR_PKT_NUM_EXHAUSTED -214

/**
 * The peer left out a transport parameter that it must send.
 */
#define NGTCP2_ERR_REQUIRED_TRANSPORT_PARAM -215

/**
 * A transport parameter cannot be decoded.
 */
#define NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM -216

/**
 * A frame cannot be decoded.
 */
#define NGTCP2_ERR_FRAME_ENCODING -217

/**
 * A packet cannot be decrypted. `ngtcp2_decrypt` returns it when authentication fails.
 */
#define NGTCP2_ERR_DECRYPT -218

/**
 * Nothing more can be sent on the stream: it was finished, shut down or stopped by the peer.
 */
#define NGTCP2_ERR_STREAM_SHUT_WR -219

/**
 * There is no such stream.
 */
#define NGTCP2_ERR_STREAM_NOT_FOUND -220

/**
 * The peer sent a frame that the state of the stream does not allow.
 */
#define NGTCP2_ERR_STREAM_STATE -221

/**
 * A Version Negotiation packet ended the connection attempt.
 */
#define NGTCP2_ERR_RECV_VERSION_NEGOTIATION -222

/**
 * The connection is in the closing period (RFC 9000, section 10.2.1).
 */
#define NGTCP2_ERR_CLOSING -223

/**
 * The connection is in the draining period (RFC 9000, section 10.2.2).
 */
#define NGTCP2_ERR_DRAINING -224

/**
 * A transport parameter of the peer has a value that is not allowed.
 */
#define NGTCP2_ERR_TRANSPORT_PARAM -225

/**
 * The packet was discarded.
 */
#define NGTCP2_ERR_DISCARD_PKT -226

/**
 * The peer has given out no unused connection ID.
 */
#define NGTCP2_ERR_CONN_ID_BLOCKED -227

/**
 * Something went wrong inside the library.
 */
#define NGTCP2_ERR_INTERNAL -228

/**
 * The peer sent more handshake data out of order than can be kept.
 */
#define NGTCP2_ERR_CRYPTO_BUFFER_EXCEEDED -229

/**
 * The packet has room for more; call the write function again. Not a failure.
 */
#define NGTCP2_ERR_WRITE_MORE -230

/**
 * The server should answer with a Retry packet and delete the connection.
 */
#define NGTCP2_ERR_RETRY -231

/**
 * The application should delete the connection without sending anything.
 */
#define NGTCP2_ERR_DROP_CONN -232

/**
 * The usage limits of the AEAD are reached and the keys cannot be replaced.
 */
#define NGTCP2_ERR_AEAD_LIMIT_REACHED -233

/**
 * No path is left that could carry packets.
 */
#define NGTCP2_ERR_NO_VIABLE_PATH -234

/**
 * A server should answer with a Version Negotiation packet.
 */
#define NGTCP2_ERR_VERSION_NEGOTIATION -235

/**
 * The handshake did not complete in time.
 */
#define NGTCP2_ERR_HANDSHAKE_TIMEOUT -236

/**
 * Version negotiation was tampered with or led to no common version (RFC 9368).
 */
#define NGTCP2_ERR_VERSION_NEGOTIATION_FAILURE -237

/**
 * The connection was idle for too long and is silently closed (RFC 9000, section 10.1).
 */
#define NGTCP2_ERR_IDLE_CLOSE -238

/**
 * Codes below this one are fatal: the connection can only be closed.
 */
#define NGTCP2_ERR_FATAL -500

/**
 * The allocator returned NULL.
 */
#define NGTCP2_ERR_NOMEM -501

/**
 * A callback reported failure. Callbacks return this value to do so.
 */
#define NGTCP2_ERR_CALLBACK_FAILURE -502

/**
 * The connection is closed without an error.
 */
#define NGTCP2_NO_ERROR 0u

/**
 * The endpoint cannot continue because of a fault of its own.
 */
#define NGTCP2_INTERNAL_ERROR 1u

/**
 * The server refuses a new connection.
 */
#define NGTCP2_CONNECTION_REFUSED 2u

/**
 * More data was sent than allowed.
 */
#define NGTCP2_FLOW_CONTROL_ERROR 3u

/**
 * More streams were opened than allowed.
 */
#define NGTCP2_STREAM_LIMIT_ERROR 4u

/**
 * A frame does not fit the state of its stream.
 */
#define NGTCP2_STREAM_STATE_ERROR 5u

/**
 * The final size of a stream was changed or exceeded.
 */
#define NGTCP2_FINAL_SIZE_ERROR 6u

/**
 * A frame is badly formed.
 */
#define NGTCP2_FRAME_ENCODING_ERROR 7u

/**
 * A transport parameter is badly formed, missing or not allowed.
 */
#define NGTCP2_TRANSPORT_PARAMETER_ERROR 8u

/**
 * More connection IDs were given out than allowed.
 */
#define NGTCP2_CONNECTION_ID_LIMIT_ERROR 9u

/**
 * A violation that no other code describes.
 */
#define NGTCP2_PROTOCOL_VIOLATION 10u

/**
 * The server does not accept the token of an Initial packet.
 */
#define NGTCP2_INVALID_TOKEN 11u

/**
 * The application closed the connection. Stands for its code outside 1-RTT packets.
 */
#define NGTCP2_APPLICATION_ERROR 12u

/**
 * More handshake data arrived than can be buffered.
 */
#define NGTCP2_CRYPTO_BUFFER_EXCEEDED 13u

/**
 * A key update broke the rules (RFC 9001, section 6).
 */
#define NGTCP2_KEY_UPDATE_ERROR 14u

/**
 * The usage limits of the AEAD are reached (RFC 9001, section 6.6).
 */
#define NGTCP2_AEAD_LIMIT_REACHED 15u

/**
 * The path cannot carry QUIC.
 */
#define NGTCP2_NO_VIABLE_PATH 16u

/**
 * 0x100, the first of 256 codes for TLS alerts: the alert is added to it (RFC 9001, section 4.8).
 */
#define NGTCP2_CRYPTO_ERROR 256u

/**
 * Version negotiation failed (RFC 9368, section 10.2).
 */
#define NGTCP2_VERSION_NEGOTIATION_ERROR 17

/**
 * The longest connection ID of QUIC versions 1 and 2, in bytes.
 */
#define NGTCP2_MAX_CIDLEN 20

/**
 * The shortest connection ID that is not empty, in bytes.
 */
#define NGTCP2_MIN_CIDLEN 1

/**
 * The shortest destination connection ID that a client may choose for its first Initial packet
 * (RFC 9000, section 7.2).
 */
#define NGTCP2_MIN_INITIAL_DCIDLEN 8

/**
 * The length of a stateless reset token in bytes.
 */
#define NGTCP2_STATELESS_RESET_TOKENLEN 16

/**
 * The fewest unpredictable bytes that a stateless reset packet carries before its token.
 */
#define NGTCP2_MIN_STATELESS_RESET_RANDLEN 5

/**
 * The length of the data in PATH_CHALLENGE and PATH_RESPONSE frames, in bytes.
 */
#define NGTCP2_PATH_CHALLENGE_DATALEN 8

/**
 * No flag.
 */
#define NGTCP2_PATH_VALIDATION_FLAG_NONE 0u

/**
 * The path leads to the server's preferred address.
 */
#define NGTCP2_PATH_VALIDATION_FLAG_PREFERRED_ADDR 1u

/**
 * The server should send a NEW_TOKEN frame for the new address of the client.
 */
#define NGTCP2_PATH_VALIDATION_FLAG_NEW_TOKEN 2u

/**
 * The UDP payload that every path has to carry (RFC 9000, section 14). A datagram with a client's
 * Initial packet is at least this long.
 */
#define NGTCP2_MAX_UDP_PAYLOAD_SIZE 1200

/**
 * The largest UDP payload that can be sent at all.
 */
#define NGTCP2_MAX_TX_UDP_PAYLOAD_SIZE 65527

/**
 * The largest UDP payload that path MTU discovery tries unless the settings say otherwise.
 */
#define NGTCP2_MAX_PMTUD_UDP_PAYLOAD_SIZE 1452

/**
 * Not ECN-capable (RFC 3168, section 5).
 */
#define NGTCP2_ECN_NOT_ECT 0

/**
 * ECN-capable transport, ECT(1).
 */
#define NGTCP2_ECN_ECT_1 1

/**
 * ECN-capable transport, ECT(0).
 */
#define NGTCP2_ECN_ECT_0 2

/**
 * Congestion experienced.
 */
#define NGTCP2_ECN_CE 3

/**
 * The two ECN bits of the IP header's traffic class.
 */
#define NGTCP2_ECN_MASK 3

/**
 * The first generation of `ngtcp2_pkt_info`.
 */
#define NGTCP2_PKT_INFO_V1 1

/**
 * The generation of `ngtcp2_pkt_info` in this header.
 */
#define NGTCP2_PKT_INFO_VERSION NGTCP2_PKT_INFO_V1

/**
 * No flag.
 */
#define NGTCP2_PKT_FLAG_NONE 0u

/**
 * The packet has a long header.
 */
#define NGTCP2_PKT_FLAG_LONG_FORM 1u

/**
 * The fixed bit is clear (RFC 9287).
 */
#define NGTCP2_PKT_FLAG_FIXED_BIT_CLEAR 2u

/**
 * The key phase bit is set.
 */
#define NGTCP2_PKT_FLAG_KEY_PHASE 4u

/**
 * 0x39, the TLS extension that carries transport parameters (RFC 9001, section 8.2).
 */
#define NGTCP2_TLSEXT_QUIC_TRANSPORT_PARAMETERS_V1 57u

/**
 * The default of max_udp_payload_size, in bytes.
 */
#define NGTCP2_DEFAULT_MAX_RECV_UDP_PAYLOAD_SIZE 65527

/**
 * The default of ack_delay_exponent.
 */
#define NGTCP2_DEFAULT_ACK_DELAY_EXPONENT 3

/**
 * The default of max_ack_delay: 25 ms.
 */
#define NGTCP2_DEFAULT_MAX_ACK_DELAY (25 * NGTCP2_MILLISECONDS)

/**
 * The default of active_connection_id_limit.
 */
#define NGTCP2_DEFAULT_ACTIVE_CONNECTION_ID_LIMIT 2

/**
 * The first generation of `ngtcp2_transport_params`.
 */
#define NGTCP2_TRANSPORT_PARAMS_V1 1

/**
 * The generation of `ngtcp2_transport_params` in this header.
 */
#define NGTCP2_TRANSPORT_PARAMS_VERSION NGTCP2_TRANSPORT_PARAMS_V1

/**
 * The default of `initial_rtt`: 333 ms (RFC 9002, section 6.2.2).
 */
#define NGTCP2_DEFAULT_INITIAL_RTT (333 * NGTCP2_MILLISECONDS)

/**
 * No flag.
 */
#define NGTCP2_QLOG_WRITE_FLAG_NONE 0u

/**
 * This is the last call for the connection.
 */
#define NGTCP2_QLOG_WRITE_FLAG_FIN 1u

/**
 * The first generation of `ngtcp2_settings`, up to `initial_pkt_num`.
 */
#define NGTCP2_SETTINGS_V1 1

/**
 * Adds `pmtud_probes`. Since 1.4.
 */
#define NGTCP2_SETTINGS_V2 2

/**
 * Adds `glitch_ratelim_burst`. Since 1.15.
 */
#define NGTCP2_SETTINGS_V3 3

/**
 * Adds `log_write`. Since 1.23.
 */
#define NGTCP2_SETTINGS_V4 4

/**
 * The generation of `ngtcp2_settings` in this header.
 */
#define NGTCP2_SETTINGS_VERSION NGTCP2_SETTINGS_V4

/**
 * The length of a header protection mask in bytes (RFC 9001, section 5.4).
 */
#define NGTCP2_HP_MASKLEN 5

/**
 * The length of the ciphertext sample that the mask is made from, in bytes.
 */
#define NGTCP2_HP_SAMPLELEN 16

/**
 * No flag.
 */
#define NGTCP2_WRITE_STREAM_FLAG_NONE 0u

/**
 * More data may follow for the same packet: do not finish it while there is room.
 */
#define NGTCP2_WRITE_STREAM_FLAG_MORE 1u

/**
 * The data is the end of the stream.
 */
#define NGTCP2_WRITE_STREAM_FLAG_FIN 2u

/**
 * Fill the packet with padding to the size of the path.
 */
#define NGTCP2_WRITE_STREAM_FLAG_PADDING 4u

/**
 * No flag.
 */
#define NGTCP2_WRITE_DATAGRAM_FLAG_NONE 0u

/**
 * More data may follow for the same packet: do not finish it while there is room.
 */
#define NGTCP2_WRITE_DATAGRAM_FLAG_MORE 1u

/**
 * Fill the packet with padding to the size of the path.
 */
#define NGTCP2_WRITE_DATAGRAM_FLAG_PADDING 2u

/**
 * The first generation of `ngtcp2_conn_info`, up to `bytes_in_flight`.
 */
#define NGTCP2_CONN_INFO_V1 1

/**
 * Adds the counters from `pkt_sent` on. Since 1.16.
 */
#define NGTCP2_CONN_INFO_V2 2

/**
 * The generation of `ngtcp2_conn_info` in this header.
 */
#define NGTCP2_CONN_INFO_VERSION NGTCP2_CONN_INFO_V2

/**
 * No flag.
 */
#define NGTCP2_STREAM_DATA_FLAG_NONE 0u

/**
 * The data is the end of the stream.
 */
#define NGTCP2_STREAM_DATA_FLAG_FIN 1u

/**
 * The data came in a 0-RTT packet and the handshake is not complete: it may be a replay.
 */
#define NGTCP2_STREAM_DATA_FLAG_0RTT 2u

/**
 * No flag.
 */
#define NGTCP2_STREAM_CLOSE_FLAG_NONE 0u

/**
 * `app_error_code` is given.
 */
#define NGTCP2_STREAM_CLOSE_FLAG_APP_ERROR_CODE_SET 1u

/**
 * No flag.
 */
#define NGTCP2_STREAM_CLOSE2_FLAG_NONE 0u

/**
 * `rx_app_error_code` is given.
 */
#define NGTCP2_STREAM_CLOSE2_FLAG_RX_APP_ERROR_CODE_SET 1u

/**
 * `tx_app_error_code` is given.
 */
#define NGTCP2_STREAM_CLOSE2_FLAG_TX_APP_ERROR_CODE_SET 2u

/**
 * No flag.
 */
#define NGTCP2_DATAGRAM_FLAG_NONE 0u

/**
 * The datagram came in a 0-RTT packet and the handshake is not complete: it may be a replay.
 */
#define NGTCP2_DATAGRAM_FLAG_0RTT 1u

/**
 * The first generation of `ngtcp2_callbacks`, up to `tls_early_data_rejected`.
 */
#define NGTCP2_CALLBACKS_V1 1

/**
 * Adds `begin_path_validation`. Since 1.14.
 */
#define NGTCP2_CALLBACKS_V2 2

/**
 * Adds the callbacks from `recv_stateless_reset2` to `get_path_challenge_data2`. Since 1.22.
 */
#define NGTCP2_CALLBACKS_V3 3

/**
 * Adds `recv_stop_sending`. Since 1.24.
 */
#define NGTCP2_CALLBACKS_V4 4

/**
 * Adds `stream_close2`. Since 1.25.
 */
#define NGTCP2_CALLBACKS_V5 5

/**
 * The generation of `ngtcp2_callbacks` in this header.
 */
#define NGTCP2_CALLBACKS_VERSION NGTCP2_CALLBACKS_V5

/**
 * The congestion control algorithms.
 */
typedef enum ngtcp2_cc_algo {
  /**
   * NewReno (RFC 9002, section 7).
   */
  NGTCP2_CC_ALGO_RENO = 0,
  /**
   * CUBIC (RFC 9438).
   */
  NGTCP2_CC_ALGO_CUBIC = 1,
  /**
   * BBR version 3.
   */
  NGTCP2_CC_ALGO_BBR = 2,
} ngtcp2_cc_algo;

/**
 * Why a connection is closed.
 */
typedef enum ngtcp2_ccerr_type {
  /**
   * A QUIC error: CONNECTION_CLOSE of type 0x1c.
   */
  NGTCP2_CCERR_TYPE_TRANSPORT = 0,
  /**
   * An error of the application: CONNECTION_CLOSE of type 0x1d.
   */
  NGTCP2_CCERR_TYPE_APPLICATION = 1,
  /**
   * A Version Negotiation packet came. Nothing is sent.
   */
  NGTCP2_CCERR_TYPE_VERSION_NEGOTIATION = 2,
  /**
   * The idle timer ran out. Nothing is sent.
   */
  NGTCP2_CCERR_TYPE_IDLE_CLOSE = 3,
  /**
   * The connection is dropped. Nothing is sent.
   */
  NGTCP2_CCERR_TYPE_DROP_CONN = 4,
  /**
   * The server answers with a Retry packet. Nothing is sent for this connection.
   */
  NGTCP2_CCERR_TYPE_RETRY = 5,
} ngtcp2_ccerr_type;

/**
 * What happened to a destination connection ID.
 */
typedef enum ngtcp2_connection_id_status_type {
  /**
   * Packets are sent with it from now on, and a stateless reset may carry its token.
   */
  NGTCP2_CONNECTION_ID_STATUS_TYPE_ACTIVATE = 0,
  /**
   * It is out of use, and so is its stateless reset token.
   */
  NGTCP2_CONNECTION_ID_STATUS_TYPE_DEACTIVATE = 1,
} ngtcp2_connection_id_status_type;

/**
 * The encryption levels of a handshake (RFC 9001, section 2.1).
 */
typedef enum ngtcp2_encryption_level {
  /**
   * Initial packets.
   */
  NGTCP2_ENCRYPTION_LEVEL_INITIAL = 0,
  /**
   * Handshake packets.
   */
  NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE = 1,
  /**
   * 1-RTT packets.
   */
  NGTCP2_ENCRYPTION_LEVEL_1RTT = 2,
  /**
   * 0-RTT packets.
   */
  NGTCP2_ENCRYPTION_LEVEL_0RTT = 3,
} ngtcp2_encryption_level;

/**
 * How a path validation ended.
 */
typedef enum ngtcp2_path_validation_result {
  /**
   * The peer answered: it receives packets at this address.
   */
  NGTCP2_PATH_VALIDATION_RESULT_SUCCESS = 0,
  /**
   * The peer did not answer in time.
   */
  NGTCP2_PATH_VALIDATION_RESULT_FAILURE = 1,
  /**
   * It was given up, for example because another migration took its place.
   */
  NGTCP2_PATH_VALIDATION_RESULT_ABORTED = 2,
} ngtcp2_path_validation_result;

/**
 * The kinds of QUIC packets. The values are ngtcp2's own, not those on the wire.
 */
typedef enum ngtcp2_pkt_type {
  /**
   * Version Negotiation.
   */
  NGTCP2_PKT_VERSION_NEGOTIATION = 128,
  /**
   * Stateless reset.
   */
  NGTCP2_PKT_STATELESS_RESET = 129,
  /**
   * Initial.
   */
  NGTCP2_PKT_INITIAL = 16,
  /**
   * 0-RTT.
   */
  NGTCP2_PKT_0RTT = 17,
  /**
   * Handshake.
   */
  NGTCP2_PKT_HANDSHAKE = 18,
  /**
   * Retry.
   */
  NGTCP2_PKT_RETRY = 19,
  /**
   * 1-RTT: the packet with a short header.
   */
  NGTCP2_PKT_1RTT = 64,
} ngtcp2_pkt_type;

/**
 * Where a token came from.
 */
typedef enum ngtcp2_token_type {
  /**
   * Not known, or no token.
   */
  NGTCP2_TOKEN_TYPE_UNKNOWN = 0,
  /**
   * A Retry packet.
   */
  NGTCP2_TOKEN_TYPE_RETRY = 1,
  /**
   * A NEW_TOKEN frame.
   */
  NGTCP2_TOKEN_TYPE_NEW_TOKEN = 2,
} ngtcp2_token_type;

/**
 * What `ngtcp2_version` tells about the library at run time.
 */
typedef struct ngtcp2_info {
  /**
   * The generation of this struct, `NGTCP2_VERSION_AGE` of the library.
   */
  int age;
  /**
   * The version as a number, like `NGTCP2_VERSION_NUM`.
   */
  int version_num;
  /**
   * The version as text, like `NGTCP2_VERSION`. A static string.
   */
  const char *version_str;
} ngtcp2_info;

/**
 * Allocates `size` bytes, like malloc(3). `user_data` is the field of `ngtcp2_mem`.
 */
typedef void *(*ngtcp2_malloc)(size_t size, void *user_data);

/**
 * Frees memory, like free(3). `ptr` may be NULL. `user_data` is the field of `ngtcp2_mem`.
 */
typedef void (*ngtcp2_free)(void *ptr, void *user_data);

/**
 * Allocates `nmemb` zeroed objects of `size` bytes each, like calloc(3). `user_data` is the field
 * of `ngtcp2_mem`.
 */
typedef void *(*ngtcp2_calloc)(size_t nmemb, size_t size, void *user_data);

/**
 * Resizes a block, like realloc(3). `user_data` is the field of `ngtcp2_mem`.
 */
typedef void *(*ngtcp2_realloc)(void *ptr, size_t size, void *user_data);

/**
 * An allocator for all memory of one connection.
 *
 * All four functions are needed. Returned blocks need an alignment of 8 only. A function that
 * returns NULL makes the library call in progress return `NGTCP2_ERR_NOMEM`; the connection stays
 * intact and can be deleted. The functions must not call into the connection.
 */
typedef struct ngtcp2_mem {
  /**
   * Passed to each of the functions.
   */
  void *user_data;
  /**
   * Takes the place of malloc(3).
   */
  ngtcp2_malloc malloc;
  /**
   * Takes the place of free(3).
   */
  ngtcp2_free free;
  /**
   * Takes the place of calloc(3).
   */
  ngtcp2_calloc calloc;
  /**
   * Takes the place of realloc(3).
   */
  ngtcp2_realloc realloc;
} ngtcp2_mem;

/**
 * Writes a piece of qlog in the JSON text sequence format (RFC 7464). `user_data` is the
 * connection's.
 *
 * `flags` is zero or more of `NGTCP2_QLOG_WRITE_FLAG_*`. The last call comes from
 * `ngtcp2_conn_del`, with `NGTCP2_QLOG_WRITE_FLAG_FIN` and `datalen` 0. The function must not call
 * into the connection.
 */
typedef void (*ngtcp2_qlog_write)(
  void *user_data, uint32_t flags, const void *data, size_t datalen);

/**
 * A point in time in nanoseconds.
 *
 * The library never reads a clock. The application supplies the time with each call, from a clock
 * that does not go backwards. `UINT64_MAX` is not a valid time: it stands for "never".
 */
typedef uint64_t ngtcp2_tstamp;

/**
 * A length of time in nanoseconds.
 */
typedef uint64_t ngtcp2_duration;

/**
 * Writes a line of the log, printf(3) style, without a newline. `user_data` is the connection's.
 *
 * It must not call into the connection. New code uses `ngtcp2_log_write`.
 */
typedef void (*ngtcp2_printf)(void *user_data, const char *format, ...);

/**
 * What the `rand` callback needs to do its work.
 */
typedef struct ngtcp2_rand_ctx {
  /**
   * Anything of the application's.
   */
  void *native_handle;
} ngtcp2_rand_ctx;

/**
 * Writes a line of the log. `user_data` is the connection's.
 *
 * `msg` has `len` bytes, no newline, and a NUL that is not counted. It is valid during the call
 * only, and may be altered. The function must not call into the connection. Since 1.23.
 */
typedef void (*ngtcp2_log_write)(void *user_data, char *msg, size_t len);

/**
 * The settings of a connection. Start from `ngtcp2_settings_default`.
 *
 * `ngtcp2_conn_client_new` and `ngtcp2_conn_server_new` copy what they need, the memory behind the
 * pointers included.
 */
typedef struct ngtcp2_settings {
  /**
   * Receives the qlog of the connection, or NULL.
   */
  ngtcp2_qlog_write qlog_write;
  /**
   * The congestion control algorithm. CUBIC by default.
   */
  ngtcp2_cc_algo cc_algo;
  /**
   * The time at which the connection is made. Required: the default is 0.
   */
  ngtcp2_tstamp initial_ts;
  /**
   * The round-trip time that is assumed before there is a sample.
   */
  ngtcp2_duration initial_rtt;
  /**
   * Receives the log of the connection, or NULL. Not used if `log_write` is set.
   */
  ngtcp2_printf log_printf;
  /**
   * The largest UDP payload to send, in bytes. At least 1200, and 1452 by default.
   */
  size_t max_tx_udp_payload_size;
  /**
   * A client sends this token in its Initial packets. A server that received and verified a
   * token gives it here, which lifts the anti-amplification limit (RFC 9000, section 8.1).
   */
  const uint8_t *token;
  /**
   * The number of bytes at `token`.
   */
  size_t tokenlen;
  /**
   * Where `token` came from.
   */
  ngtcp2_token_type token_type;
  /**
   * Passed to the `rand` callback.
   */
  struct ngtcp2_rand_ctx rand_ctx;
  /**
   * The largest flow control window of the connection, in bytes, that auto-tuning may reach.
   * 0 switches auto-tuning off.
   */
  uint64_t max_window;
  /**
   * The largest flow control window of a stream, in bytes, that auto-tuning may reach. 0
   * switches auto-tuning off.
   */
  uint64_t max_stream_window;
  /**
   * The number of ack-eliciting packets after which an acknowledgement is sent without delay.
   */
  size_t ack_thresh;
  /**
   * 1: `max_tx_udp_payload_size` is used as it is, without waiting for proof that the path
   * carries it.
   */
  uint8_t no_tx_udp_payload_size_shaping;
  /**
   * How long the handshake may take, counted from `initial_ts`. `UINT64_MAX`, the default, means
   * for ever.
   */
  ngtcp2_duration handshake_timeout;
  /**
   * QUIC versions in order of preference. A server picks the first that the client offers too; a
   * client prefers them in answer to a Version Negotiation packet. NULL for the library's own.
   */
  const uint32_t *preferred_versions;
  /**
   * The number of versions at `preferred_versions`.
   */
  size_t preferred_versionslen;
  /**
   * The QUIC versions that are sent in the version_information transport parameter (RFC 9368).
   * NULL for the library's own.
   */
  const uint32_t *available_versions;
  /**
   * The number of versions at `available_versions`.
   */
  size_t available_versionslen;
  /**
   * The QUIC version of the client's first attempt, if this connection follows a Version
   * Negotiation packet. Otherwise 0. Clients only.
   */
  uint32_t original_version;
  /**
   * 1 switches path MTU discovery off.
   */
  uint8_t no_pmtud;
  /**
   * The number of the first packet. At most 2^31 - 1.
   */
  uint32_t initial_pkt_num;
  /**
   * The sizes of UDP payloads that path MTU discovery tries, in bytes, each at least 1200. NULL
   * for the library's own. Since `NGTCP2_SETTINGS_V2`.
   */
  const uint16_t *pmtud_probes;
  /**
   * The number of sizes at `pmtud_probes`. Since `NGTCP2_SETTINGS_V2`.
   */
  size_t pmtud_probeslen;
  /**
   * How many glitches are taken at once: frames of the peer that are legal and of no use, such as
   * data that is there already. With one more `ngtcp2_conn_read_pkt` returns
   * `NGTCP2_ERR_INTERNAL`. 0 takes none. Since `NGTCP2_SETTINGS_V3`.
   */
  uint64_t glitch_ratelim_burst;
  /**
   * How many glitches are forgiven a second. Besides, each 1200 bytes received make up for one.
   * Since `NGTCP2_SETTINGS_V3`.
   */
  uint64_t glitch_ratelim_rate;
  /**
   * Receives the log of the connection, or NULL. Since `NGTCP2_SETTINGS_V4`.
   */
  ngtcp2_log_write log_write;
} ngtcp2_settings;

/**
 * A connection ID.
 */
typedef struct ngtcp2_cid {
  /**
   * The number of bytes of `data` that are in use.
   */
  size_t datalen;
  /**
   * The bytes.
   */
  uint8_t data[NGTCP2_MAX_CIDLEN];
} ngtcp2_cid;

/**
 * The preferred_address transport parameter (RFC 9000, section 18.2).
 */
typedef struct ngtcp2_preferred_addr {
  /**
   * The connection ID to use with the preferred address.
   */
  struct ngtcp2_cid cid;
  /**
   * The IPv4 address. Meaningful only if `ipv4_present` is set.
   */
  ngtcp2_sockaddr_in ipv4;
  /**
   * The IPv6 address. Meaningful only if `ipv6_present` is set.
   */
  ngtcp2_sockaddr_in6 ipv6;
  /**
   * 1 if `ipv4` is given.
   */
  uint8_t ipv4_present;
  /**
   * 1 if `ipv6` is given.
   */
  uint8_t ipv6_present;
  /**
   * The stateless reset token of `cid`.
   */
  uint8_t stateless_reset_token[NGTCP2_STATELESS_RESET_TOKENLEN];
} ngtcp2_preferred_addr;

/**
 * The version_information transport parameter (RFC 9368, section 3).
 */
typedef struct ngtcp2_version_info {
  /**
   * The version that the sender chose.
   */
  uint32_t chosen_version;
  /**
   * The versions that the sender can use, 4 bytes each in network byte order.
   */
  const uint8_t *available_versions;
  /**
   * The number of bytes at `available_versions`.
   */
  size_t available_versionslen;
} ngtcp2_version_info;

/**
 * The transport parameters of one endpoint. Start from `ngtcp2_transport_params_default`.
 */
typedef struct ngtcp2_transport_params {
  /**
   * The server's preferred address. Servers only, and only if `preferred_addr_present` is set.
   */
  struct ngtcp2_preferred_addr preferred_addr;
  /**
   * The destination connection ID of the client's very first Initial packet. Servers only; a
   * server must set it together with `original_dcid_present`.
   */
  struct ngtcp2_cid original_dcid;
  /**
   * The source connection ID of the sender's first Initial packet. The library sets it.
   */
  struct ngtcp2_cid initial_scid;
  /**
   * The source connection ID of the Retry packet. A server that sent one must set it together
   * with `retry_scid_present`.
   */
  struct ngtcp2_cid retry_scid;
  /**
   * The initial flow control limit, in bytes, for bidirectional streams that the sender of the
   * parameters opens.
   */
  uint64_t initial_max_stream_data_bidi_local;
  /**
   * The initial flow control limit, in bytes, for bidirectional streams that the receiver of the
   * parameters opens.
   */
  uint64_t initial_max_stream_data_bidi_remote;
  /**
   * The initial flow control limit, in bytes, for unidirectional streams.
   */
  uint64_t initial_max_stream_data_uni;
  /**
   * The initial flow control limit of the whole connection, in bytes.
   */
  uint64_t initial_max_data;
  /**
   * The number of bidirectional streams that the receiver of the parameters may open at first.
   */
  uint64_t initial_max_streams_bidi;
  /**
   * The number of unidirectional streams that the receiver of the parameters may open at first.
   */
  uint64_t initial_max_streams_uni;
  /**
   * The idle timeout; 0 means none. Sent in milliseconds.
   */
  ngtcp2_duration max_idle_timeout;
  /**
   * The largest UDP payload that the sender of the parameters receives, in bytes.
   */
  uint64_t max_udp_payload_size;
  /**
   * The number of connection IDs that the sender of the parameters stores. At least 2.
   */
  uint64_t active_connection_id_limit;
  /**
   * The exponent that scales the delay in ACK frames. At most 20.
   */
  uint64_t ack_delay_exponent;
  /**
   * The longest time by which acknowledgements are delayed. Below 2^14 milliseconds.
   */
  ngtcp2_duration max_ack_delay;
  /**
   * The largest DATAGRAM frame that the sender of the parameters receives, in bytes with its
   * header; 0 means that DATAGRAM frames are not wanted (RFC 9221).
   */
  uint64_t max_datagram_frame_size;
  /**
   * 1 if `stateless_reset_token` is given.
   */
  uint8_t stateless_reset_token_present;
  /**
   * 1 if the peer must not migrate on its own.
   */
  uint8_t disable_active_migration;
  /**
   * 1 if `original_dcid` is given.
   */
  uint8_t original_dcid_present;
  /**
   * 1 if `initial_scid` is given. The library sets it.
   */
  uint8_t initial_scid_present;
  /**
   * 1 if `retry_scid` is given.
   */
  uint8_t retry_scid_present;
  /**
   * 1 if `preferred_addr` is given.
   */
  uint8_t preferred_addr_present;
  /**
   * The stateless reset token of the connection ID with sequence number 0. Servers only.
   */
  uint8_t stateless_reset_token[NGTCP2_STATELESS_RESET_TOKENLEN];
  /**
   * 1 if the sender of the parameters accepts packets with a clear fixed bit (RFC 9287).
   */
  uint8_t grease_quic_bit;
  /**
   * The versions of the sender. The library fills it from the settings.
   */
  struct ngtcp2_version_info version_info;
  /**
   * 1 if `version_info` is given.
   */
  uint8_t version_info_present;
} ngtcp2_transport_params;

/**
 * The signed counterpart of `size_t`: a length, or a negative `NGTCP2_ERR_*` code.
 */
typedef ptrdiff_t ngtcp2_ssize;

/**
 * A socket address somewhere in memory.
 */
typedef struct ngtcp2_addr {
  /**
   * The address.
   */
  ngtcp2_sockaddr *addr;
  /**
   * Its length in bytes.
   */
  ngtcp2_socklen addrlen;
} ngtcp2_addr;

/**
 * A path: the two socket addresses that a packet travels between.
 */
typedef struct ngtcp2_path {
  /**
   * Our address.
   */
  struct ngtcp2_addr local;
  /**
   * The peer's address.
   */
  struct ngtcp2_addr remote;
  /**
   * Anything of the application's that belongs to the path, such as a socket. It takes no part
   * in comparisons.
   */
  void *user_data;
} ngtcp2_path;

/**
 * Room for an IPv4 or an IPv6 socket address.
 */
typedef union ngtcp2_sockaddr_union {
  /**
   * The generic view, for reading the address family.
   */
  ngtcp2_sockaddr sa;
  /**
   * The IPv4 address.
   */
  ngtcp2_sockaddr_in in;
  /**
   * The IPv6 address.
   */
  ngtcp2_sockaddr_in6 in6;
} ngtcp2_sockaddr_union;

/**
 * A path together with the memory of its addresses.
 *
 * Prepare it with `ngtcp2_path_storage_init` or `ngtcp2_path_storage_zero`. Do not copy it by
 * assignment: `path` points into the struct itself.
 */
typedef struct ngtcp2_path_storage {
  /**
   * The path. Its addresses point to the buffers below.
   */
  struct ngtcp2_path path;
  /**
   * The memory of the local address.
   */
  union ngtcp2_sockaddr_union local_addrbuf;
  /**
   * The memory of the remote address.
   */
  union ngtcp2_sockaddr_union remote_addrbuf;
} ngtcp2_path_storage;

/**
 * The part of a packet header that is the same in all versions of QUIC (RFC 8999).
 */
typedef struct ngtcp2_version_cid {
  /**
   * The version, or 0 for a short header.
   */
  uint32_t version;
  /**
   * The destination connection ID. It points into the packet that was decoded.
   */
  const uint8_t *dcid;
  /**
   * The number of bytes at `dcid`, up to 255.
   */
  size_t dcidlen;
  /**
   * The source connection ID, or NULL for a short header. It points into the packet that was
   * decoded.
   */
  const uint8_t *scid;
  /**
   * The number of bytes at `scid`, up to 255.
   */
  size_t scidlen;
} ngtcp2_version_cid;

/**
 * A packet header.
 */
typedef struct ngtcp2_pkt_hd {
  /**
   * The destination connection ID.
   */
  struct ngtcp2_cid dcid;
  /**
   * The source connection ID. Long headers only.
   */
  struct ngtcp2_cid scid;
  /**
   * The packet number.
   */
  int64_t pkt_num;
  /**
   * The token of an Initial packet, or NULL. It points into the packet that was decoded.
   */
  const uint8_t *token;
  /**
   * The number of bytes at `token`.
   */
  size_t tokenlen;
  /**
   * The number of bytes that the packet number takes.
   */
  size_t pkt_numlen;
  /**
   * The Length field of a long header: packet number and payload together.
   */
  size_t len;
  /**
   * The QUIC version. Long headers only.
   */
  uint32_t version;
  /**
   * The packet type, one of `ngtcp2_pkt_type`.
   */
  uint8_t type;
  /**
   * Zero or more of `NGTCP2_PKT_FLAG_*`.
   */
  uint8_t flags;
} ngtcp2_pkt_hd;

/**
 * An AEAD algorithm.
 */
typedef struct ngtcp2_crypto_aead {
  /**
   * Known to the crypto code only.
   */
  void *native_handle;
  /**
   * The number of bytes by which a ciphertext is longer than its plaintext.
   */
  size_t max_overhead;
} ngtcp2_crypto_aead;

/**
 * An AEAD algorithm with its key. Freed by the `delete_crypto_aead_ctx` callback.
 */
typedef struct ngtcp2_crypto_aead_ctx {
  /**
   * Known to the crypto code only.
   */
  void *native_handle;
} ngtcp2_crypto_aead_ctx;

/**
 * Encrypts `plaintext` with `nonce` and the associated data `aad`, and writes ciphertext and tag,
 * `plaintextlen + aead->max_overhead` bytes, to `dest`.
 *
 * `dest` and `plaintext` may be the same address. Any value but 0 means failure.
 */
typedef int (*ngtcp2_encrypt)(
  uint8_t *dest, const struct ngtcp2_crypto_aead *aead,
  const struct ngtcp2_crypto_aead_ctx *aead_ctx, const uint8_t *plaintext,
  size_t plaintextlen, const uint8_t *nonce, size_t noncelen,
  const uint8_t *aad, size_t aadlen);

/**
 * A cipher for header protection.
 */
typedef struct ngtcp2_crypto_cipher {
  /**
   * Known to the crypto code only.
   */
  void *native_handle;
} ngtcp2_crypto_cipher;

/**
 * A cipher for header protection with its key. Freed by the `delete_crypto_cipher_ctx` callback.
 */
typedef struct ngtcp2_crypto_cipher_ctx {
  /**
   * Known to the crypto code only.
   */
  void *native_handle;
} ngtcp2_crypto_cipher_ctx;

/**
 * Writes the header protection mask for `sample`, which has `NGTCP2_HP_SAMPLELEN` bytes, to `dest`,
 * which takes at least `NGTCP2_HP_MASKLEN` bytes.
 */
typedef int (*ngtcp2_hp_mask)(
  uint8_t *dest, const struct ngtcp2_crypto_cipher *hp,
  const struct ngtcp2_crypto_cipher_ctx *hp_ctx, const uint8_t *sample);

/**
 * A stateless reset token. Since 1.22.
 */
typedef struct ngtcp2_stateless_reset_token {
  /**
   * The bytes.
   */
  uint8_t data[NGTCP2_STATELESS_RESET_TOKENLEN];
} ngtcp2_stateless_reset_token;

/**
 * A connection close error. Fill it with one of the `ngtcp2_ccerr_set_*` functions.
 */
typedef struct ngtcp2_ccerr {
  /**
   * The kind of error.
   */
  ngtcp2_ccerr_type type;
  /**
   * The error code, of QUIC or of the application depending on `type`.
   */
  uint64_t error_code;
  /**
   * The type of the frame that caused a transport error, or 0.
   */
  uint64_t frame_type;
  /**
   * The reason phrase, or NULL. The memory is not copied.
   */
  const uint8_t *reason;
  /**
   * The number of bytes at `reason`.
   */
  size_t reasonlen;
} ngtcp2_ccerr;

/**
 * A client starts: install the Initial keys and the Retry AEAD, and submit the ClientHello.
 *
 * Called from the first write of a client.
 */
typedef int (*ngtcp2_client_initial)(ngtcp2_conn *conn, void *user_data);

/**
 * A server received its first Initial packet: install the Initial keys, derived from `dcid`, the
 * destination connection ID that the client chose.
 */
typedef int (*ngtcp2_recv_client_initial)(
  ngtcp2_conn *conn, const struct ngtcp2_cid *dcid, void *user_data);

/**
 * TLS messages arrived: hand them to the TLS stack, and submit its answer with
 * `ngtcp2_conn_submit_crypto_data`.
 *
 * At each encryption level the data comes in order and without gaps, in pieces of any size.
 * `offset` counts from the first byte of the level. Returns 0 on success, `NGTCP2_ERR_CRYPTO` if
 * the TLS stack fails, or any other error code of the library; `ngtcp2_conn_read_pkt` returns it.
 */
typedef int (*ngtcp2_recv_crypto_data)(
  ngtcp2_conn *conn, ngtcp2_encryption_level encryption_level, uint64_t offset,
  const uint8_t *data, size_t datalen, void *user_data);

/**
 * The handshake is complete (RFC 9001, section 4.1.1).
 */
typedef int (*ngtcp2_handshake_completed)(ngtcp2_conn *conn, void *user_data);

/**
 * A Version Negotiation packet arrived that offers the `nsv` versions at `sv`.
 *
 * `ngtcp2_conn_read_pkt` then returns `NGTCP2_ERR_RECV_VERSION_NEGOTIATION`: this connection is
 * over, and the application may try a new one with another version. Clients only.
 */
typedef int (*ngtcp2_recv_version_negotiation)(
  ngtcp2_conn *conn, const struct ngtcp2_pkt_hd *hd, const uint32_t *sv,
  size_t nsv, void *user_data);

/**
 * Decrypts `ciphertext`, its tag included, with `nonce` and the associated data `aad`, and writes
 * the plaintext, `ciphertextlen - aead->max_overhead` bytes, to `dest`.
 *
 * Returns 0, or `NGTCP2_ERR_DECRYPT` if authentication fails, or
 * `NGTCP2_ERR_CALLBACK_FAILURE`.
 */
typedef int (*ngtcp2_decrypt)(
  uint8_t *dest, const struct ngtcp2_crypto_aead *aead,
  const struct ngtcp2_crypto_aead_ctx *aead_ctx, const uint8_t *ciphertext,
  size_t ciphertextlen, const uint8_t *nonce, size_t noncelen,
  const uint8_t *aad, size_t aadlen);

/**
 * Data of a stream arrived, in order and without gaps. `flags` is zero or more of
 * `NGTCP2_STREAM_DATA_FLAG_*`.
 *
 * `offset` is the position of `data` in the stream. `datalen` is 0 only together with
 * `NGTCP2_STREAM_DATA_FLAG_FIN`. When the data is consumed, give the room back with
 * `ngtcp2_conn_extend_max_stream_offset` and `ngtcp2_conn_extend_max_offset`.
 */
typedef int (*ngtcp2_recv_stream_data)(
  ngtcp2_conn *conn, uint32_t flags, int64_t stream_id, uint64_t offset,
  const uint8_t *data, size_t datalen, void *user_data, void *stream_user_data);

/**
 * The peer acknowledged the bytes from `offset` to `offset + datalen` of a stream.
 *
 * Calls for a stream come in order and without gaps. The library does not read these bytes again:
 * the application may free them. `datalen` may be 0 when only the end of the stream was
 * acknowledged.
 */
typedef int (*ngtcp2_acked_stream_data_offset)(
  ngtcp2_conn *conn, int64_t stream_id, uint64_t offset, uint64_t datalen,
  void *user_data, void *stream_user_data);

/**
 * The peer opened the stream `stream_id`. Streams with lower IDs are not reported with it.
 */
typedef int (*ngtcp2_stream_open)(
  ngtcp2_conn *conn, int64_t stream_id, void *user_data);

/**
 * A stream is finished in both directions and forgotten. `flags` is zero or more of
 * `NGTCP2_STREAM_CLOSE_FLAG_*`.
 *
 * `app_error_code` is the first error code that either side gave for the stream. No callback for
 * the stream follows. The library no longer reads the application's data of this stream. For a
 * stream that the peer opened, allow it another one with `ngtcp2_conn_extend_max_streams_bidi` or
 * `ngtcp2_conn_extend_max_streams_uni`. New code uses `ngtcp2_stream_close2`.
 */
typedef int (*ngtcp2_stream_close)(
  ngtcp2_conn *conn, uint32_t flags, int64_t stream_id, uint64_t app_error_code,
  void *user_data, void *stream_user_data);

/**
 * A stateless reset packet that was received. New code uses `ngtcp2_pkt_stateless_reset2`.
 */
typedef struct ngtcp2_pkt_stateless_reset {
  /**
   * The token at the end of the packet.
   */
  uint8_t stateless_reset_token[NGTCP2_STATELESS_RESET_TOKENLEN];
  /**
   * The bytes before the token. Valid during the callback only.
   */
  const uint8_t *rand;
  /**
   * The number of bytes at `rand`.
   */
  size_t randlen;
} ngtcp2_pkt_stateless_reset;

/**
 * A stateless reset arrived: the connection is in the draining period. New code uses
 * `ngtcp2_recv_stateless_reset2`.
 */
typedef int (*ngtcp2_recv_stateless_reset)(
  ngtcp2_conn *conn, const struct ngtcp2_pkt_stateless_reset *sr,
  void *user_data);

/**
 * A valid Retry packet arrived: install Initial keys derived from `hd->scid`. Clients only.
 *
 * The library has taken the token already.
 */
typedef int (*ngtcp2_recv_retry)(
  ngtcp2_conn *conn, const struct ngtcp2_pkt_hd *hd, void *user_data);

/**
 * A limit on the number of streams was raised. `max_streams` is the new limit, counted from the
 * start of the connection.
 */
typedef int (*ngtcp2_extend_max_streams)(
  ngtcp2_conn *conn, uint64_t max_streams, void *user_data);

/**
 * Fills `dest` with `destlen` random bytes. It cannot fail.
 *
 * The bytes must be unpredictable: the order of what hash tables hold and the packet numbers that
 * are skipped depend on them. `rand_ctx` is the field of `ngtcp2_settings`.
 */
typedef void (*ngtcp2_rand)(
  uint8_t *dest, size_t destlen, const struct ngtcp2_rand_ctx *rand_ctx);

/**
 * Makes a new connection ID of ours: `cid` gets `cidlen` bytes, `token` its stateless reset token
 * of `NGTCP2_STATELESS_RESET_TOKENLEN` bytes.
 *
 * Packets with the new connection ID have to find this connection from now on. Called while a
 * packet is written: the connection must not be read from, written to or closed in it. New code
 * uses `ngtcp2_get_new_connection_id2`.
 */
typedef int (*ngtcp2_get_new_connection_id)(
  ngtcp2_conn *conn, struct ngtcp2_cid *cid, uint8_t *token, size_t cidlen,
  void *user_data);

/**
 * The connection ID `cid` of ours is out of use: packets with it no longer belong to this
 * connection.
 */
typedef int (*ngtcp2_remove_connection_id)(
  ngtcp2_conn *conn, const struct ngtcp2_cid *cid, void *user_data);

/**
 * Derives the next generation of 1-RTT keys (RFC 9001, section 6).
 *
 * The current secrets and the new ones have `secretlen` bytes. The new initialization vectors have
 * the length given to `ngtcp2_conn_install_rx_key`. Called some time before the keys are needed,
 * from reading or while a packet is written: the connection must not be read from, written to or
 * closed in it.
 */
typedef int (*ngtcp2_update_key)(
  ngtcp2_conn *conn, uint8_t *rx_secret, uint8_t *tx_secret,
  struct ngtcp2_crypto_aead_ctx *rx_aead_ctx, uint8_t *rx_iv,
  struct ngtcp2_crypto_aead_ctx *tx_aead_ctx, uint8_t *tx_iv,
  const uint8_t *current_rx_secret, const uint8_t *current_tx_secret,
  size_t secretlen, void *user_data);

/**
 * The validation of `path` ended with `res`. `flags` is zero or more of
 * `NGTCP2_PATH_VALIDATION_FLAG_*`. `fallback_path` is the path to return to, or NULL.
 */
typedef int (*ngtcp2_path_validation)(
  ngtcp2_conn *conn, uint32_t flags, const struct ngtcp2_path *path,
  const struct ngtcp2_path *fallback_path, ngtcp2_path_validation_result res,
  void *user_data);

/**
 * The server offers the preferred address `paddr`. To migrate there, fill in the addresses of
 * `dest` (the local one, too) and its `user_data`. To stay, leave `dest` as it is. Clients only.
 */
typedef int (*ngtcp2_select_preferred_addr)(
  ngtcp2_conn *conn, struct ngtcp2_path *dest,
  const struct ngtcp2_preferred_addr *paddr, void *user_data);

/**
 * The peer gave up sending on a stream (RESET_STREAM frame), which has `final_size` bytes.
 *
 * Data that was not delivered yet is dropped.
 */
typedef int (*ngtcp2_stream_reset)(
  ngtcp2_conn *conn, int64_t stream_id, uint64_t final_size,
  uint64_t app_error_code, void *user_data, void *stream_user_data);

/**
 * The peer raised the flow control limit of a stream. `max_data` is the new limit, counted from the
 * start of the stream.
 */
typedef int (*ngtcp2_extend_max_stream_data)(
  ngtcp2_conn *conn, int64_t stream_id, uint64_t max_data, void *user_data,
  void *stream_user_data);

/**
 * The connection ID `cid` of the peer, with sequence number `seq`, came into use or went out of it.
 *
 * `token` is its stateless reset token, or NULL if it has none. Called while a packet is written:
 * the connection must not be read from, written to or closed in it. New code uses
 * `ngtcp2_connection_id_status2`.
 */
typedef int (*ngtcp2_connection_id_status)(
  ngtcp2_conn *conn, ngtcp2_connection_id_status_type type, uint64_t seq,
  const struct ngtcp2_cid *cid, const uint8_t *token, void *user_data);

/**
 * The handshake is confirmed (RFC 9001, section 4.1.2). Called on a client only: for a server the
 * handshake is confirmed when it completes.
 */
typedef int (*ngtcp2_handshake_confirmed)(ngtcp2_conn *conn, void *user_data);

/**
 * The server sent a token for the Initial packets of a later connection (RFC 9000, section 8.1.3).
 * Clients only.
 */
typedef int (*ngtcp2_recv_new_token)(
  ngtcp2_conn *conn, const uint8_t *token, size_t tokenlen, void *user_data);

/**
 * Frees `aead_ctx`. Called exactly once for each one that the connection took over.
 */
typedef void (*ngtcp2_delete_crypto_aead_ctx)(
  ngtcp2_conn *conn, struct ngtcp2_crypto_aead_ctx *aead_ctx, void *user_data);

/**
 * Frees `cipher_ctx`. Called exactly once for each one that the connection took over.
 */
typedef void (*ngtcp2_delete_crypto_cipher_ctx)(
  ngtcp2_conn *conn, struct ngtcp2_crypto_cipher_ctx *cipher_ctx,
  void *user_data);

/**
 * A datagram arrived. `flags` is zero or more of `NGTCP2_DATAGRAM_FLAG_*`.
 */
typedef int (*ngtcp2_recv_datagram)(
  ngtcp2_conn *conn, uint32_t flags, const uint8_t *data, size_t datalen,
  void *user_data);

/**
 * The packet with the datagram `dgram_id` was acknowledged. `dgram_id` is what was given to
 * `ngtcp2_conn_writev_datagram`.
 */
typedef int (*ngtcp2_ack_datagram)(
  ngtcp2_conn *conn, uint64_t dgram_id, void *user_data);

/**
 * The packet with the datagram `dgram_id` was declared lost.
 *
 * The library does not send datagrams again. An acknowledgement may still follow, if the packet
 * was only late.
 */
typedef int (*ngtcp2_lost_datagram)(
  ngtcp2_conn *conn, uint64_t dgram_id, void *user_data);

/**
 * Fills `data` with `NGTCP2_PATH_CHALLENGE_DATALEN` unpredictable bytes.
 *
 * Called while a packet is written: the connection must not be read from, written to or closed in
 * it. New code uses `ngtcp2_get_path_challenge_data2`.
 */
typedef int (*ngtcp2_get_path_challenge_data)(
  ngtcp2_conn *conn, uint8_t *data, void *user_data);

/**
 * The library asks the peer to stop sending on a stream (STOP_SENDING frame): no more data of it is
 * delivered.
 *
 * Called while a packet is written: the connection must not be read from, written to or closed in
 * it.
 */
typedef int (*ngtcp2_stream_stop_sending)(
  ngtcp2_conn *conn, int64_t stream_id, uint64_t app_error_code,
  void *user_data, void *stream_user_data);

/**
 * The endpoints agreed on `version`, which differs from that of the first packet (RFC 9368,
 * compatible version negotiation): install Initial keys for it with
 * `ngtcp2_conn_install_vneg_initial_key`, derived from `client_dcid`.
 */
typedef int (*ngtcp2_version_negotiation)(
  ngtcp2_conn *conn, uint32_t version, const struct ngtcp2_cid *client_dcid,
  void *user_data);

/**
 * The keys of `level` were installed in one direction. Called from within the install functions.
 */
typedef int (*ngtcp2_recv_key)(
  ngtcp2_conn *conn, ngtcp2_encryption_level level, void *user_data);

/**
 * The server rejected 0-RTT: all streams are gone, and the settings of the earlier session with
 * them. Clients only.
 */
typedef int (*ngtcp2_tls_early_data_rejected)(
  ngtcp2_conn *conn, void *user_data);

/**
 * The validation of `path` begins. `flags` is zero or more of `NGTCP2_PATH_VALIDATION_FLAG_*`.
 *
 * `fallback_path` is the path to return to if the validation fails, or NULL. May be called while a
 * packet is written: the connection must not be read from, written to or closed in it. Since 1.14.
 */
typedef int (*ngtcp2_begin_path_validation)(
  ngtcp2_conn *conn, uint32_t flags, const struct ngtcp2_path *path,
  const struct ngtcp2_path *fallback_path, void *user_data);

/**
 * A stateless reset packet that was received. Since 1.22.
 */
typedef struct ngtcp2_pkt_stateless_reset2 {
  /**
   * The token at the end of the packet.
   */
  struct ngtcp2_stateless_reset_token token;
  /**
   * The bytes before the token. Valid during the callback only.
   */
  const uint8_t *rand;
  /**
   * The number of bytes at `rand`.
   */
  size_t randlen;
} ngtcp2_pkt_stateless_reset2;

/**
 * Like `ngtcp2_recv_stateless_reset`, with a token type. Since 1.22.
 */
typedef int (*ngtcp2_recv_stateless_reset2)(
  ngtcp2_conn *conn, const struct ngtcp2_pkt_stateless_reset2 *sr,
  void *user_data);

/**
 * Like `ngtcp2_get_new_connection_id`, with a token type. Since 1.22.
 */
typedef int (*ngtcp2_get_new_connection_id2)(
  ngtcp2_conn *conn, struct ngtcp2_cid *cid,
  struct ngtcp2_stateless_reset_token *token, size_t cidlen, void *user_data);

/**
 * Like `ngtcp2_connection_id_status`, with a token type. Since 1.22.
 */
typedef int (*ngtcp2_connection_id_status2)(
  ngtcp2_conn *conn, ngtcp2_connection_id_status_type type, uint64_t seq,
  const struct ngtcp2_cid *cid,
  const struct ngtcp2_stateless_reset_token *token, void *user_data);

/**
 * The data of a PATH_CHALLENGE frame. Since 1.22.
 */
typedef struct ngtcp2_path_challenge_data {
  /**
   * The bytes.
   */
  uint8_t data[NGTCP2_PATH_CHALLENGE_DATALEN];
} ngtcp2_path_challenge_data;

/**
 * Like `ngtcp2_get_path_challenge_data`, with a data type. Since 1.22.
 */
typedef int (*ngtcp2_get_path_challenge_data2)(
  ngtcp2_conn *conn, struct ngtcp2_path_challenge_data *data, void *user_data);

/**
 * The peer wants us to stop sending on a stream (STOP_SENDING frame). Since 1.24.
 *
 * The library answers with RESET_STREAM by itself, and no longer reads the data of the stream.
 */
typedef int (*ngtcp2_recv_stop_sending)(
  ngtcp2_conn *conn, int64_t stream_id, uint64_t app_error_code,
  void *user_data, void *stream_user_data);

/**
 * Like `ngtcp2_stream_close`, with an error code for each direction. `flags` is zero or more of
 * `NGTCP2_STREAM_CLOSE2_FLAG_*`. Since 1.25.
 *
 * `rx_app_error_code` ended the receiving direction, `tx_app_error_code` the sending one.
 */
typedef int (*ngtcp2_stream_close2)(
  ngtcp2_conn *conn, uint32_t flags, int64_t stream_id,
  uint64_t rx_app_error_code, uint64_t tx_app_error_code, void *user_data,
  void *stream_user_data);

/**
 * The callbacks of a connection. Optional ones may be NULL.
 *
 * A callback returns 0 on success; anything else makes the library call in progress return
 * `NGTCP2_ERR_CALLBACK_FAILURE`, unless the type of the callback says otherwise. `user_data` is
 * what was given to `ngtcp2_conn_client_new` or `ngtcp2_conn_server_new`, `stream_user_data` what
 * was given when the stream was opened. Pointers are valid during the call only.
 *
 * Callbacks must return normally: no C++ exception and no longjmp(3) may leave them. Those that
 * are called while a packet is written must not read from, write to or close the connection.
 */
typedef struct ngtcp2_callbacks {
  /**
   * A client starts. Required for clients.
   */
  ngtcp2_client_initial client_initial;
  /**
   * The first Initial packet arrived. Required for servers.
   */
  ngtcp2_recv_client_initial recv_client_initial;
  /**
   * TLS messages arrived. Required.
   */
  ngtcp2_recv_crypto_data recv_crypto_data;
  /**
   * The handshake is complete. Optional.
   */
  ngtcp2_handshake_completed handshake_completed;
  /**
   * A Version Negotiation packet arrived. Optional.
   */
  ngtcp2_recv_version_negotiation recv_version_negotiation;
  /**
   * Encrypts a packet. Required.
   */
  ngtcp2_encrypt encrypt;
  /**
   * Decrypts a packet. Required.
   */
  ngtcp2_decrypt decrypt;
  /**
   * Makes a header protection mask. Required.
   */
  ngtcp2_hp_mask hp_mask;
  /**
   * Data of a stream arrived. Optional.
   */
  ngtcp2_recv_stream_data recv_stream_data;
  /**
   * Data of a stream was acknowledged. Optional.
   */
  ngtcp2_acked_stream_data_offset acked_stream_data_offset;
  /**
   * The peer opened a stream. Optional.
   */
  ngtcp2_stream_open stream_open;
  /**
   * A stream is finished. Optional. Not used if `stream_close2` is set.
   */
  ngtcp2_stream_close stream_close;
  /**
   * A stateless reset arrived. Optional. Not used if `recv_stateless_reset2` is set.
   */
  ngtcp2_recv_stateless_reset recv_stateless_reset;
  /**
   * A Retry packet arrived. Required for clients.
   */
  ngtcp2_recv_retry recv_retry;
  /**
   * The peer allows us more bidirectional streams. Optional.
   */
  ngtcp2_extend_max_streams extend_max_local_streams_bidi;
  /**
   * The peer allows us more unidirectional streams. Optional.
   */
  ngtcp2_extend_max_streams extend_max_local_streams_uni;
  /**
   * Makes random bytes. Required.
   */
  ngtcp2_rand rand;
  /**
   * Makes a connection ID. Required unless `get_new_connection_id2` is set, which goes first.
   */
  ngtcp2_get_new_connection_id get_new_connection_id;
  /**
   * A connection ID of ours is out of use. Optional.
   */
  ngtcp2_remove_connection_id remove_connection_id;
  /**
   * Derives the next keys. Required.
   */
  ngtcp2_update_key update_key;
  /**
   * The validation of a path ended. Optional.
   */
  ngtcp2_path_validation path_validation;
  /**
   * The server offers a preferred address. Optional.
   */
  ngtcp2_select_preferred_addr select_preferred_addr;
  /**
   * The peer gave up sending on a stream. Optional.
   */
  ngtcp2_stream_reset stream_reset;
  /**
   * We allow the peer more bidirectional streams. Optional. Called while a packet is written.
   */
  ngtcp2_extend_max_streams extend_max_remote_streams_bidi;
  /**
   * We allow the peer more unidirectional streams. Optional. Called while a packet is written.
   */
  ngtcp2_extend_max_streams extend_max_remote_streams_uni;
  /**
   * The peer allows us more data on a stream. Optional.
   */
  ngtcp2_extend_max_stream_data extend_max_stream_data;
  /**
   * A connection ID of the peer came into use or went out of it. Optional. Not used if
   * `dcid_status2` is set.
   */
  ngtcp2_connection_id_status dcid_status;
  /**
   * The handshake is confirmed. Optional.
   */
  ngtcp2_handshake_confirmed handshake_confirmed;
  /**
   * The server sent a token for a later connection. Optional.
   */
  ngtcp2_recv_new_token recv_new_token;
  /**
   * Frees an AEAD context. Required.
   */
  ngtcp2_delete_crypto_aead_ctx delete_crypto_aead_ctx;
  /**
   * Frees a header protection context. Required.
   */
  ngtcp2_delete_crypto_cipher_ctx delete_crypto_cipher_ctx;
  /**
   * A datagram arrived. Optional.
   */
  ngtcp2_recv_datagram recv_datagram;
  /**
   * A datagram was acknowledged. Optional.
   */
  ngtcp2_ack_datagram ack_datagram;
  /**
   * A datagram was declared lost. Optional.
   */
  ngtcp2_lost_datagram lost_datagram;
  /**
   * Makes the data of a PATH_CHALLENGE frame. Required unless `get_path_challenge_data2` is set,
   * which goes first.
   */
  ngtcp2_get_path_challenge_data get_path_challenge_data;
  /**
   * The library asks the peer to stop sending on a stream. Optional.
   */
  ngtcp2_stream_stop_sending stream_stop_sending;
  /**
   * The endpoints agreed on another version. Required for version negotiation (RFC 9368).
   */
  ngtcp2_version_negotiation version_negotiation;
  /**
   * A key for receiving was installed. Optional.
   */
  ngtcp2_recv_key recv_rx_key;
  /**
   * A key for sending was installed. Optional.
   */
  ngtcp2_recv_key recv_tx_key;
  /**
   * The server rejected 0-RTT. Optional.
   */
  ngtcp2_tls_early_data_rejected tls_early_data_rejected;
  /**
   * The validation of a path begins. Optional. Since `NGTCP2_CALLBACKS_V2`.
   */
  ngtcp2_begin_path_validation begin_path_validation;
  /**
   * A stateless reset arrived. Optional. Since `NGTCP2_CALLBACKS_V3`.
   */
  ngtcp2_recv_stateless_reset2 recv_stateless_reset2;
  /**
   * Makes a connection ID. Since `NGTCP2_CALLBACKS_V3`.
   */
  ngtcp2_get_new_connection_id2 get_new_connection_id2;
  /**
   * A connection ID of the peer came into use or went out of it. Optional. Since
   * `NGTCP2_CALLBACKS_V3`.
   */
  ngtcp2_connection_id_status2 dcid_status2;
  /**
   * Makes the data of a PATH_CHALLENGE frame. Since `NGTCP2_CALLBACKS_V3`.
   */
  ngtcp2_get_path_challenge_data2 get_path_challenge_data2;
  /**
   * The peer wants us to stop sending on a stream. Optional. Since `NGTCP2_CALLBACKS_V4`.
   */
  ngtcp2_recv_stop_sending recv_stop_sending;
  /**
   * A stream is finished. Optional. Since `NGTCP2_CALLBACKS_V5`.
   */
  ngtcp2_stream_close2 stream_close2;
} ngtcp2_callbacks;

/**
 * What the IP layer tells about a UDP datagram.
 */
typedef struct NGTCP2_ALIGN(8) ngtcp2_pkt_info {
  /**
   * The ECN mark, one of `NGTCP2_ECN_*`.
   */
  uint8_t ecn;
} ngtcp2_pkt_info;

/**
 * One piece of scattered data, like `struct iovec`.
 *
 * `ngtcp2_conn_writev_stream` only reads through `base`, and may read again until the data is
 * acknowledged or the stream no longer needs it.
 */
typedef struct ngtcp2_vec {
  /**
   * The first byte.
   */
  uint8_t *base;
  /**
   * The number of bytes.
   */
  size_t len;
} ngtcp2_vec;

/**
 * Writes one packet for `ngtcp2_conn_write_aggregate_pkt`.
 *
 * It has the return values of `ngtcp2_conn_writev_stream`, which it is expected to call with the
 * arguments that it gets. It must not call `ngtcp2_conn_update_pkt_tx_time`.
 */
typedef ngtcp2_ssize (*ngtcp2_write_pkt)(
  ngtcp2_conn *conn, struct ngtcp2_path *path, struct ngtcp2_pkt_info *pi,
  uint8_t *dest, size_t destlen, ngtcp2_tstamp ts, void *user_data);

/**
 * A hash function.
 */
typedef struct ngtcp2_crypto_md {
  /**
   * Known to the crypto code only.
   */
  void *native_handle;
} ngtcp2_crypto_md;

/**
 * The algorithms of a cipher suite, with their usage limits (RFC 9001, section 6.6).
 */
typedef struct ngtcp2_crypto_ctx {
  /**
   * Protects packets.
   */
  struct ngtcp2_crypto_aead aead;
  /**
   * Derives keys.
   */
  struct ngtcp2_crypto_md md;
  /**
   * Protects headers.
   */
  struct ngtcp2_crypto_cipher hp;
  /**
   * How many packets may be encrypted with one key.
   */
  uint64_t max_encryption;
  /**
   * How many packets may fail to decrypt before the connection has to close.
   */
  uint64_t max_decryption_failure;
} ngtcp2_crypto_ctx;

/**
 * A destination connection ID in use, with the path that uses it.
 *
 * Filled by `ngtcp2_conn_get_active_dcid3`. Since 1.22.
 */
typedef struct ngtcp2_cid_token2 {
  /**
   * The sequence number of the connection ID.
   */
  uint64_t seq;
  /**
   * The connection ID.
   */
  struct ngtcp2_cid cid;
  /**
   * The path that uses it.
   */
  struct ngtcp2_path_storage ps;
  /**
   * The stateless reset token. Meaningful only if `token_present` is set.
   */
  struct ngtcp2_stateless_reset_token token;
  /**
   * 1 if the connection ID came with a stateless reset token.
   */
  uint8_t token_present;
} ngtcp2_cid_token2;

/**
 * A destination connection ID in use, with the path that uses it.
 *
 * Filled by `ngtcp2_conn_get_active_dcid`. New code uses `ngtcp2_cid_token2`.
 */
typedef struct ngtcp2_cid_token {
  /**
   * The sequence number of the connection ID.
   */
  uint64_t seq;
  /**
   * The connection ID.
   */
  struct ngtcp2_cid cid;
  /**
   * The path that uses it.
   */
  struct ngtcp2_path_storage ps;
  /**
   * The stateless reset token. Meaningful only if `token_present` is set.
   */
  uint8_t token[NGTCP2_STATELESS_RESET_TOKENLEN];
  /**
   * 1 if the connection ID came with a stateless reset token.
   */
  uint8_t token_present;
} ngtcp2_cid_token;

/**
 * A snapshot of a connection, made by `ngtcp2_conn_get_conn_info2`.
 */
typedef struct ngtcp2_conn_info {
  /**
   * The latest sample of the round-trip time, or 0 before there is one.
   */
  ngtcp2_duration latest_rtt;
  /**
   * The smallest round-trip time, or `UINT64_MAX` before there is a sample.
   */
  ngtcp2_duration min_rtt;
  /**
   * The smoothed round-trip time.
   */
  ngtcp2_duration smoothed_rtt;
  /**
   * The mean deviation of the round-trip time.
   */
  ngtcp2_duration rttvar;
  /**
   * The congestion window in bytes.
   */
  uint64_t cwnd;
  /**
   * The slow start threshold in bytes, or `UINT64_MAX` before there was congestion.
   */
  uint64_t ssthresh;
  /**
   * The number of bytes in flight.
   */
  uint64_t bytes_in_flight;
  /**
   * The number of QUIC packets sent. Since `NGTCP2_CONN_INFO_V2`, like all that follow.
   */
  uint64_t pkt_sent;
  /**
   * The bytes in them.
   */
  uint64_t bytes_sent;
  /**
   * The number of QUIC packets received, discarded ones left out.
   */
  uint64_t pkt_recv;
  /**
   * The bytes in them.
   */
  uint64_t bytes_recv;
  /**
   * The number of sent packets that were declared lost.
   */
  uint64_t pkt_lost;
  /**
   * The bytes in them.
   */
  uint64_t bytes_lost;
  /**
   * The number of PING frames received.
   */
  uint64_t ping_recv;
  /**
   * The number of received packets that were discarded.
   */
  uint64_t pkt_discarded;
} ngtcp2_conn_info;

/**
 * Returns the version of the library at run time, or NULL if it is older than `least_version`,
 * which has the form of `NGTCP2_VERSION_NUM`; 0 accepts any. The memory is static.
 */
NGTCP2_EXTERN const struct ngtcp2_info *ngtcp2_version(int least_version);

/**
 * Returns nonzero if the library implements the QUIC version `version`.
 */
NGTCP2_EXTERN int ngtcp2_is_supported_version(uint32_t version);

/**
 * Returns nonzero if `version` is one of those that are reserved to exercise version
 * negotiation, 0x?a?a?a?a (RFC 9000, section 15).
 */
NGTCP2_EXTERN int ngtcp2_is_reserved_version(uint32_t version);

/**
 * Returns the first of the `preferred_versionslen` versions at `preferred_versions` that is also
 * among the `offered_versionslen` versions at `offered_versions`, or 0 if there is none.
 *
 * For clients that received a Version Negotiation packet.
 */
NGTCP2_EXTERN uint32_t ngtcp2_select_version(
  const uint32_t *preferred_versions, size_t preferred_versionslen,
  const uint32_t *offered_versions, size_t offered_versionslen);

/**
 * Returns the name of the error code `liberr` without its prefix `NGTCP2_`, such as "ERR_NOBUF".
 *
 * 0 gives "NO_ERROR", and a number that is no error code gives "(unknown)". The memory is
 * static.
 */
NGTCP2_EXTERN const char *ngtcp2_strerror(int liberr);

/**
 * Returns nonzero if `liberr` is below `NGTCP2_ERR_FATAL`: the connection cannot go on, it can
 * only be closed and deleted.
 */
NGTCP2_EXTERN int ngtcp2_err_is_fatal(int liberr);

/**
 * Returns the QUIC transport error code, one of those in RFC 9000, section 20.1, that tells the
 * peer about the error code `liberr`.
 */
NGTCP2_EXTERN uint64_t ngtcp2_err_infer_quic_transport_error_code(int liberr);

/**
 * Returns an allocator made of malloc(3), free(3), calloc(3) and realloc(3). The memory is
 * static.
 */
NGTCP2_EXTERN const struct ngtcp2_mem *ngtcp2_mem_default(void);

/**
 * Overwrites the `len` bytes at `data` with zeros in a way that the compiler cannot leave out.
 * For keys and other secrets.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN void ngtcp2_secure_clear(void *data, size_t len);

/**
 * Fills in default settings. Call it as `ngtcp2_settings_default`, and then set `initial_ts` at
 * least.
 */
NGTCP2_EXTERN void ngtcp2_settings_default_versioned(
  int settings_version, struct ngtcp2_settings *settings);

/**
 * Fills in the defaults of the protocol (RFC 9000, section 18.2): all limits on data and streams
 * are 0, so nearly every application raises some. Call it as `ngtcp2_transport_params_default`.
 */
NGTCP2_EXTERN void ngtcp2_transport_params_default_versioned(
  int transport_params_version, struct ngtcp2_transport_params *params);

/**
 * Writes `params` in the form of the TLS extension (RFC 9000, section 18) into the `destlen`
 * bytes at `dest`. Call it as `ngtcp2_transport_params_encode`.
 *
 * Parameters with their default value are left out. Returns the number of bytes written,
 * `NGTCP2_ERR_NOBUF` if they do not fit, or `NGTCP2_ERR_INVALID_ARGUMENT`. If `dest` is NULL and
 * `destlen` is 0, it returns the number of bytes needed.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_transport_params_encode_versioned(
  uint8_t *dest, size_t destlen, int transport_params_version,
  const struct ngtcp2_transport_params *params);

/**
 * Reads the TLS extension in the `datalen` bytes at `data` into `params`. Call it as
 * `ngtcp2_transport_params_decode`.
 *
 * Parameters that are not there get their defaults. `params->version_info` points into `data`
 * afterwards. Returns 0, or `NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM`, and then `params` is as it
 * was.
 */
NGTCP2_EXTERN int ngtcp2_transport_params_decode_versioned(
  int transport_params_version, struct ngtcp2_transport_params *params,
  const uint8_t *data, size_t datalen);

/**
 * Reads the TLS extension in the `datalen` bytes at `data` into a struct of its own, which does
 * not point into `data`, and stores it in `*pparams`. `mem` may be NULL, for
 * `ngtcp2_mem_default`.
 *
 * Returns 0, `NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM` or `NGTCP2_ERR_NOMEM`. Free the struct with
 * `ngtcp2_transport_params_del`.
 */
NGTCP2_EXTERN int ngtcp2_transport_params_decode_new(
  struct ngtcp2_transport_params **pparams, const uint8_t *data, size_t datalen,
  const struct ngtcp2_mem *mem);

/**
 * Frees what `ngtcp2_transport_params_decode_new` made with the same `mem`. `params` may be
 * NULL.
 */
NGTCP2_EXTERN void ngtcp2_transport_params_del(
  struct ngtcp2_transport_params *params, const struct ngtcp2_mem *mem);

/**
 * Sets `cid` to the `datalen` bytes at `data`.
 *
 * `datalen` is at most `NGTCP2_MAX_CIDLEN`; with more, `cid` becomes empty.
 */
NGTCP2_EXTERN void ngtcp2_cid_init(
  struct ngtcp2_cid *cid, const uint8_t *data, size_t datalen);

/**
 * Returns nonzero if `a` and `b` have the same length and bytes.
 */
NGTCP2_EXTERN int ngtcp2_cid_eq(
  const struct ngtcp2_cid *a, const struct ngtcp2_cid *b);

/**
 * Sets `dest` to `addr` and `addrlen`, and returns `dest`. The address itself is not copied.
 */
NGTCP2_EXTERN struct ngtcp2_addr *ngtcp2_addr_init(
  struct ngtcp2_addr *dest, const ngtcp2_sockaddr *addr,
  ngtcp2_socklen addrlen);

/**
 * Copies the `addrlen` bytes of the address `addr` into the memory that `dest->addr` points to,
 * which must be large enough, and sets `dest->addrlen`. `addrlen` may be 0.
 */
NGTCP2_EXTERN void ngtcp2_addr_copy_byte(
  struct ngtcp2_addr *dest, const ngtcp2_sockaddr *addr,
  ngtcp2_socklen addrlen);

/**
 * Copies the two addresses into `ps`, and makes `ps->path` point to the copies, with
 * `user_data`.
 */
NGTCP2_EXTERN void ngtcp2_path_storage_init(
  struct ngtcp2_path_storage *ps, const ngtcp2_sockaddr *local_addr,
  ngtcp2_socklen local_addrlen, const ngtcp2_sockaddr *remote_addr,
  ngtcp2_socklen remote_addrlen, void *user_data);

/**
 * Makes `ps->path` point to the empty buffers in `ps`: a place where the library can write a
 * path.
 */
NGTCP2_EXTERN void ngtcp2_path_storage_zero(struct ngtcp2_path_storage *ps);

/**
 * Copies the addresses of `src`, byte by byte, into the memory that the addresses of `dest`
 * point to, which must be large enough, and copies `user_data`.
 */
NGTCP2_EXTERN void ngtcp2_path_copy(
  struct ngtcp2_path *dest, const struct ngtcp2_path *src);

/**
 * Returns nonzero if `a` and `b` have the same local and the same remote address. `user_data`
 * does not count.
 */
NGTCP2_EXTERN int ngtcp2_path_eq(
  const struct ngtcp2_path *a, const struct ngtcp2_path *b);

/**
 * Reads the version and the connection IDs at the start of a datagram, which is enough to find
 * the connection that it belongs to (RFC 8999).
 *
 * `short_dcidlen` is the length of the connection IDs that this endpoint gives out, since a
 * short header does not tell it. The fields of `dest` point into `data`. Connection IDs of
 * unknown versions may have up to 255 bytes.
 *
 * Returns:
 *
 * - 0: a short header, or a long header of a supported version or of version 0 (Version
 *   Negotiation).
 * - `NGTCP2_ERR_VERSION_NEGOTIATION`: a version that is not supported, in a datagram of at least
 *   1200 bytes. `dest` is filled in, and a server answers with
 *   `ngtcp2_pkt_write_version_negotiation`.
 * - `NGTCP2_ERR_INVALID_ARGUMENT`: anything else. `dest` is as it was.
 */
NGTCP2_EXTERN int ngtcp2_pkt_decode_version_cid(
  struct ngtcp2_version_cid *dest, const uint8_t *data, size_t datalen,
  size_t short_dcidlen);

/**
 * Checks whether a datagram may start a new connection on a server: an Initial packet of a
 * supported version in at least 1200 bytes, with a destination connection ID of at least 8
 * bytes.
 *
 * Returns 0, or `NGTCP2_ERR_INVALID_ARGUMENT`. On success, `dest` has the header, of which the
 * packet number is not read because it is protected; `dest` may be NULL.
 */
NGTCP2_EXTERN int ngtcp2_accept(
  struct ngtcp2_pkt_hd *dest, const uint8_t *pkt, size_t pktlen);

/**
 * Reads a long header. Fields that header protection covers, the packet number above all, are
 * not read.
 *
 * Returns the number of bytes before the packet number, or `NGTCP2_ERR_INVALID_ARGUMENT`, also
 * for a version that is not supported. `dest->token` points into `pkt`.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_pkt_decode_hd_long(
  struct ngtcp2_pkt_hd *dest, const uint8_t *pkt, size_t pktlen);

/**
 * Reads a short header whose connection ID has `dcidlen` bytes. Fields that header protection
 * covers are not read.
 *
 * Returns the number of bytes before the packet number, or `NGTCP2_ERR_INVALID_ARGUMENT`.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_pkt_decode_hd_short(
  struct ngtcp2_pkt_hd *dest, const uint8_t *pkt, size_t pktlen,
  size_t dcidlen);

/**
 * Writes a Version Negotiation packet (RFC 9000, section 17.2.1) that offers the `nsv` versions
 * at `sv`.
 *
 * `dcid` is the source connection ID of the packet that is answered, `scid` its destination
 * connection ID. `unused_random` is any byte, for the bits without a meaning. Returns the length
 * of the packet, or `NGTCP2_ERR_NOBUF`.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_pkt_write_version_negotiation(
  uint8_t *dest, size_t destlen, uint8_t unused_random, const uint8_t *dcid,
  size_t dcidlen, const uint8_t *scid, size_t scidlen, const uint32_t *sv,
  size_t nsv);

/**
 * Writes a Retry packet (RFC 9000, section 17.2.5) with the `tokenlen` bytes of `token`, which
 * are at least one.
 *
 * `dcid` is the source connection ID of the client's Initial packet and `odcid` its destination
 * connection ID. `scid` is chosen by the server and differs from `odcid`. `encrypt`, `aead` and
 * `aead_ctx` make the integrity tag: AES-128-GCM with `NGTCP2_RETRY_KEY_V1` or
 * `NGTCP2_RETRY_KEY_V2`. `ngtcp2_crypto_write_retry` is easier to use.
 *
 * Returns the length of the packet, `NGTCP2_ERR_NOBUF`, `NGTCP2_ERR_CALLBACK_FAILURE`, or
 * `NGTCP2_ERR_INVALID_ARGUMENT`.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_pkt_write_retry(
  uint8_t *dest, size_t destlen, uint32_t version,
  const struct ngtcp2_cid *dcid, const struct ngtcp2_cid *scid,
  const struct ngtcp2_cid *odcid, const uint8_t *token, size_t tokenlen,
  ngtcp2_encrypt encrypt, const struct ngtcp2_crypto_aead *aead,
  const struct ngtcp2_crypto_aead_ctx *aead_ctx);

/**
 * Writes an Initial packet with a CONNECTION_CLOSE frame, for a server that refuses a connection
 * and keeps none.
 *
 * `dcid` is the source connection ID of the client's Initial packet and `scid` its destination
 * connection ID. `error_code` is a transport error, `reason` its explanation in `reasonlen`
 * bytes. The keys are the server's Initial keys for `scid`.
 * `ngtcp2_crypto_write_connection_close` is easier to use.
 *
 * Returns the length of the packet, `NGTCP2_ERR_NOBUF`, `NGTCP2_ERR_CALLBACK_FAILURE`, or
 * `NGTCP2_ERR_INVALID_ARGUMENT`.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_pkt_write_connection_close(
  uint8_t *dest, size_t destlen, uint32_t version,
  const struct ngtcp2_cid *dcid, const struct ngtcp2_cid *scid,
  uint64_t error_code, const uint8_t *reason, size_t reasonlen,
  ngtcp2_encrypt encrypt, const struct ngtcp2_crypto_aead *aead,
  const struct ngtcp2_crypto_aead_ctx *aead_ctx, const uint8_t *iv,
  ngtcp2_hp_mask hp_mask, const struct ngtcp2_crypto_cipher *hp,
  const struct ngtcp2_crypto_cipher_ctx *hp_ctx);

/**
 * Writes a stateless reset (RFC 9000, section 10.3) that ends in `token`.
 *
 * The `randlen` bytes at `rand` are unpredictable, and at least
 * `NGTCP2_MIN_STATELESS_RESET_RANDLEN`. With more of them the packet looks like an ordinary one,
 * but it should stay shorter than the packet that it answers. Returns the length of the packet,
 * `NGTCP2_ERR_NOBUF` if `dest` has less than 21 bytes, or `NGTCP2_ERR_INVALID_ARGUMENT` if
 * `randlen` is too small.
 *
 * Since 1.22.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_pkt_write_stateless_reset2(
  uint8_t *dest, size_t destlen,
  const struct ngtcp2_stateless_reset_token *token, const uint8_t *rand,
  size_t randlen);

/**
 * Like `ngtcp2_pkt_write_stateless_reset2`, with a token of `NGTCP2_STATELESS_RESET_TOKENLEN`
 * bytes.
 *
 * @deprecated Since 1.22. Use `ngtcp2_pkt_write_stateless_reset2`.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_pkt_write_stateless_reset(
  uint8_t *dest, size_t destlen, const uint8_t *stateless_reset_token,
  const uint8_t *rand, size_t randlen);

/**
 * Fills in a transport error with code `NGTCP2_NO_ERROR`, frame type 0 and no reason.
 */
NGTCP2_EXTERN void ngtcp2_ccerr_default(struct ngtcp2_ccerr *ccerr);

/**
 * Fills in a transport error with the QUIC error code `error_code`.
 *
 * The `reasonlen` bytes at `reason` are not copied, and have to stay where they are while
 * `ccerr` is in use. This holds for all functions of this kind.
 */
NGTCP2_EXTERN void ngtcp2_ccerr_set_transport_error(
  struct ngtcp2_ccerr *ccerr, uint64_t error_code, const uint8_t *reason,
  size_t reasonlen);

/**
 * Fills in the error that fits the error code `liberr` of the library.
 *
 * `NGTCP2_ERR_RECV_VERSION_NEGOTIATION`, `NGTCP2_ERR_IDLE_CLOSE`, `NGTCP2_ERR_DROP_CONN` and
 * `NGTCP2_ERR_RETRY` have types of their own, for which `ngtcp2_conn_write_connection_close`
 * sends nothing. Anything else becomes the transport error of
 * `ngtcp2_err_infer_quic_transport_error_code`.
 */
NGTCP2_EXTERN void ngtcp2_ccerr_set_liberr(
  struct ngtcp2_ccerr *ccerr, int liberr, const uint8_t *reason,
  size_t reasonlen);

/**
 * Fills in the transport error for the TLS alert `tls_alert`: 0x100 + `tls_alert` (RFC 9001,
 * section 4.8).
 */
NGTCP2_EXTERN void ngtcp2_ccerr_set_tls_alert(
  struct ngtcp2_ccerr *ccerr, uint8_t tls_alert, const uint8_t *reason,
  size_t reasonlen);

/**
 * Fills in an error of the application with its own code `error_code`, which is below 2^62.
 */
NGTCP2_EXTERN void ngtcp2_ccerr_set_application_error(
  struct ngtcp2_ccerr *ccerr, uint64_t error_code, const uint8_t *reason,
  size_t reasonlen);

/**
 * Makes the client side of a connection and stores it in `*pconn`. Call it as
 * `ngtcp2_conn_client_new`.
 *
 * `dcid` is an unpredictable connection ID of at least `NGTCP2_MIN_INITIAL_DCIDLEN` bytes for
 * the first packet; `scid` is a connection ID of our own. `client_chosen_version` is the QUIC
 * version of the first packet. `params` are our transport parameters. `mem` may be NULL, for
 * `ngtcp2_mem_default`; the other pointers may not. All structs are copied, `*mem` included.
 * `user_data` is passed to the callbacks. Nothing is sent before the first write.
 *
 * Returns 0, `NGTCP2_ERR_NOMEM`, or `NGTCP2_ERR_INVALID_ARGUMENT`: a callback that is required
 * is NULL, a setting or parameter is out of range, or the generation of a struct is not known.
 * On failure `*pconn` is NULL.
 */
NGTCP2_EXTERN int ngtcp2_conn_client_new_versioned(
  ngtcp2_conn **pconn, const struct ngtcp2_cid *dcid,
  const struct ngtcp2_cid *scid, const struct ngtcp2_path *path,
  uint32_t client_chosen_version, int callbacks_version,
  const struct ngtcp2_callbacks *callbacks, int settings_version,
  const struct ngtcp2_settings *settings, int transport_params_version,
  const struct ngtcp2_transport_params *params, const struct ngtcp2_mem *mem,
  void *user_data);

/**
 * Makes the server side of a connection and stores it in `*pconn`. Call it as
 * `ngtcp2_conn_server_new`.
 *
 * `dcid` is the source connection ID of the client's Initial packet, which `ngtcp2_accept`
 * decoded; `scid` is a connection ID of our own. `client_chosen_version` is the version of that
 * packet. `params->original_dcid` is its destination connection ID, or after a Retry packet the
 * one that the token holds, with `params->retry_scid` set to the connection ID in the Retry
 * packet. `mem` may be NULL, for `ngtcp2_mem_default`; the other pointers may not. All structs
 * are copied, `*mem` included. `user_data` is passed to the callbacks. The packet itself is then
 * given to `ngtcp2_conn_read_pkt`.
 *
 * Returns 0, `NGTCP2_ERR_NOMEM`, or `NGTCP2_ERR_INVALID_ARGUMENT` as `ngtcp2_conn_client_new`
 * does. On failure `*pconn` is NULL.
 */
NGTCP2_EXTERN int ngtcp2_conn_server_new_versioned(
  ngtcp2_conn **pconn, const struct ngtcp2_cid *dcid,
  const struct ngtcp2_cid *scid, const struct ngtcp2_path *path,
  uint32_t client_chosen_version, int callbacks_version,
  const struct ngtcp2_callbacks *callbacks, int settings_version,
  const struct ngtcp2_settings *settings, int transport_params_version,
  const struct ngtcp2_transport_params *params, const struct ngtcp2_mem *mem,
  void *user_data);

/**
 * Frees a connection. `conn` may be NULL.
 *
 * No callback is called but those that free keys, and the last one of qlog. Called from a
 * callback of the connection, it takes effect when the outermost call returns; the application
 * may free its own data right away. Nothing is sent: see `ngtcp2_conn_write_connection_close`.
 */
NGTCP2_EXTERN void ngtcp2_conn_del(ngtcp2_conn *conn);

/**
 * Returns nonzero if the connection is a server's.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN int ngtcp2_conn_is_server2(const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_is_server2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_is_server2`.
 */
NGTCP2_EXTERN int ngtcp2_conn_is_server(ngtcp2_conn *conn);

/**
 * Returns nonzero if the connection is a client's and has received a valid Retry packet.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN int ngtcp2_conn_after_retry2(const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_after_retry2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_after_retry2`.
 */
NGTCP2_EXTERN int ngtcp2_conn_after_retry(ngtcp2_conn *conn);

/**
 * Takes a received UDP datagram with one or more QUIC packets, and does all that follows from
 * it: most callbacks are called from here. Call it as `ngtcp2_conn_read_pkt`.
 *
 * `path` tells where the datagram came from and arrived. `pi` may be NULL. `ts` is the time of
 * arrival. The datagram is not changed, and not needed afterwards. Call a write function next,
 * as there may be something to answer.
 *
 * Packets that are not valid or do not belong to the connection are dropped silently. Returns 0,
 * or:
 *
 * - `NGTCP2_ERR_RETRY`: the server should verify the client's address first. Send a Retry packet
 *   and delete the connection.
 * - `NGTCP2_ERR_DROP_CONN`: the server should delete the connection and send nothing.
 * - `NGTCP2_ERR_RECV_VERSION_NEGOTIATION`: the server does not speak the client's version.
 *   Delete the connection, and perhaps try another version.
 * - `NGTCP2_ERR_DRAINING`: the peer closed the connection. Nothing may be sent; keep the
 *   connection for three times `ngtcp2_conn_get_pto2`, then delete it.
 * - `NGTCP2_ERR_CLOSING`: we closed the connection. The packet of
 *   `ngtcp2_conn_write_connection_close` may be sent again, not for every packet received.
 * - `NGTCP2_ERR_CRYPTO`: the TLS handshake failed; see `ngtcp2_conn_get_tls_alert2`.
 * - Any other error: close the connection with `ngtcp2_ccerr_set_liberr` and
 *   `ngtcp2_conn_write_connection_close`.
 *
 * Not from a callback that is called while a packet is written: `NGTCP2_ERR_INVALID_STATE`.
 */
NGTCP2_EXTERN int ngtcp2_conn_read_pkt_versioned(
  ngtcp2_conn *conn, const struct ngtcp2_path *path, int pkt_info_version,
  const struct ngtcp2_pkt_info *pi, const uint8_t *pkt, size_t pktlen,
  ngtcp2_tstamp ts);

/**
 * Writes a packet without stream data of the application: `ngtcp2_conn_writev_stream` with
 * stream -1. Call it as `ngtcp2_conn_write_pkt`.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_conn_write_pkt_versioned(
  ngtcp2_conn *conn, struct ngtcp2_path *path, int pkt_info_version,
  struct ngtcp2_pkt_info *pi, uint8_t *dest, size_t destlen, ngtcp2_tstamp ts);

/**
 * Like `ngtcp2_conn_writev_stream`, for data in one piece. Call it as
 * `ngtcp2_conn_write_stream`.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_conn_write_stream_versioned(
  ngtcp2_conn *conn, struct ngtcp2_path *path, int pkt_info_version,
  struct ngtcp2_pkt_info *pi, uint8_t *dest, size_t destlen,
  ngtcp2_ssize *pdatalen, uint32_t flags, int64_t stream_id,
  const uint8_t *data, size_t datalen, ngtcp2_tstamp ts);

/**
 * Writes the next UDP datagram to send, of one or more QUIC packets, into the `destlen` bytes at
 * `dest`. It carries data of the stream `stream_id`, if there is room and flow control allows
 * it, beside all that the connection itself has to send. Call it as `ngtcp2_conn_writev_stream`.
 *
 * `stream_id` -1 means that there is no stream data. The data is in the `datavcnt` pieces at
 * `datav`; `NGTCP2_WRITE_STREAM_FLAG_FIN` makes it the end of the stream. `*pdatalen` becomes
 * the number of bytes taken, or -1 if the datagram has no data of the stream; `pdatalen` may be
 * NULL. The end of the stream is taken when all bytes are. Data without bytes is sent only with
 * the end of the stream, or to open the stream at the peer.
 *
 * The library does not copy the data: it must stay unchanged until it is acknowledged
 * (`acked_stream_data_offset`), or the stream is closed, or sending on it was given up by us, by
 * the peer or by a rejection of 0-RTT, or the connection is deleted.
 *
 * `destlen` is at least 1200, and best `ngtcp2_conn_get_max_tx_udp_payload_size2`. `path` and
 * `pi` may be NULL; otherwise they receive the path to send on, whose addresses need room for
 * `ngtcp2_sockaddr_union`, and the ECN mark. `ts` is the current time. Call again until it
 * returns 0, and then `ngtcp2_conn_update_pkt_tx_time`.
 *
 * With `NGTCP2_WRITE_STREAM_FLAG_MORE` the datagram stays open while it has room, and the
 * function returns `NGTCP2_ERR_WRITE_MORE`. Call it again, or `ngtcp2_conn_writev_datagram`,
 * with the same `path`, `dest`, `destlen` and `ts` and other data, and at last with stream -1,
 * until it returns something else. The three stream errors below leave the datagram open too.
 * Reading a packet, handling expiry or closing meanwhile takes back what was written.
 *
 * Returns the length of the datagram, 0 if nothing can be sent now, because nothing is to be
 * sent or because of congestion control, pacing or the anti-amplification limit, or:
 *
 * - `NGTCP2_ERR_WRITE_MORE`: see above. Bytes of the stream were taken.
 * - `NGTCP2_ERR_STREAM_DATA_BLOCKED`: flow control of the stream lets no data through.
 * - `NGTCP2_ERR_STREAM_NOT_FOUND`: there is no such stream.
 * - `NGTCP2_ERR_STREAM_SHUT_WR`: nothing more can be sent on the stream.
 * - `NGTCP2_ERR_INVALID_ARGUMENT`: the pieces are longer than a stream can be, or in an open
 *   datagram `path`, `dest` or `destlen` changed.
 * - `NGTCP2_ERR_NOBUF`: a client's first datagram needs 1200 bytes.
 * - `NGTCP2_ERR_CLOSING`, `NGTCP2_ERR_DRAINING`: nothing may be sent any more.
 * - `NGTCP2_ERR_PKT_NUM_EXHAUSTED`, `NGTCP2_ERR_NOMEM`, `NGTCP2_ERR_CALLBACK_FAILURE`, and any
 *   other error: close the connection.
 *
 * Not from a callback that is called while a packet is written: `NGTCP2_ERR_INVALID_STATE`.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_conn_writev_stream_versioned(
  ngtcp2_conn *conn, struct ngtcp2_path *path, int pkt_info_version,
  struct ngtcp2_pkt_info *pi, uint8_t *dest, size_t destlen,
  ngtcp2_ssize *pdatalen, uint32_t flags, int64_t stream_id,
  const struct ngtcp2_vec *datav, size_t datavcnt, ngtcp2_tstamp ts);

/**
 * Like `ngtcp2_conn_writev_datagram`, for data in one piece. Call it as
 * `ngtcp2_conn_write_datagram`.
 *
 * Since 1.1.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_conn_write_datagram_versioned(
  ngtcp2_conn *conn, struct ngtcp2_path *path, int pkt_info_version,
  struct ngtcp2_pkt_info *pi, uint8_t *dest, size_t destlen, int *paccepted,
  uint32_t flags, uint64_t dgram_id, const uint8_t *data, size_t datalen,
  ngtcp2_tstamp ts);

/**
 * Writes the next UDP datagram to send, like `ngtcp2_conn_writev_stream`, with the data in the
 * `datavcnt` pieces at `datav` as a DATAGRAM frame (RFC 9221). Call it as
 * `ngtcp2_conn_writev_datagram`.
 *
 * `*paccepted` becomes nonzero if the frame is in the datagram; otherwise offer it again.
 * `paccepted` may be NULL. `dgram_id` is anything of the application's, for `ack_datagram` and
 * `lost_datagram`. The data is copied. `flags` is zero or more of
 * `NGTCP2_WRITE_DATAGRAM_FLAG_*`.
 *
 * A frame that is too large for the path is never accepted, and the application has to drop it.
 * Returns what `ngtcp2_conn_writev_stream` returns except for the stream errors, and:
 *
 * - `NGTCP2_ERR_INVALID_STATE`: the peer takes no DATAGRAM frames, or its limit is not known
 *   yet.
 * - `NGTCP2_ERR_INVALID_ARGUMENT`: the frame is larger than the peer allows.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_conn_writev_datagram_versioned(
  ngtcp2_conn *conn, struct ngtcp2_path *path, int pkt_info_version,
  struct ngtcp2_pkt_info *pi, uint8_t *dest, size_t destlen, int *paccepted,
  uint32_t flags, uint64_t dgram_id, const struct ngtcp2_vec *datav,
  size_t datavcnt, ngtcp2_tstamp ts);

/**
 * Writes several UDP datagrams of the same size one after the other into the `buflen` bytes at
 * `buf`, for one system call with generic segmentation offload (GSO). Call it as
 * `ngtcp2_conn_write_aggregate_pkt`.
 *
 * `write_pkt` writes each of them; all belong to the same `path` and `pi`. At most
 * `ngtcp2_conn_get_send_quantum2` bytes are written. `*pgsolen` becomes the size of each
 * datagram; the last one may be shorter. `buflen` is at least
 * `ngtcp2_conn_get_path_max_tx_udp_payload_size2`, and best a multiple of
 * `ngtcp2_conn_get_max_tx_udp_payload_size2`. `ngtcp2_conn_update_pkt_tx_time` is called at the
 * end.
 *
 * Returns the number of bytes written, 0 if there is nothing to send now, or the error that
 * `write_pkt` returned.
 *
 * Since 1.15.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_conn_write_aggregate_pkt_versioned(
  ngtcp2_conn *conn, struct ngtcp2_path *path, int pkt_info_version,
  struct ngtcp2_pkt_info *pi, uint8_t *buf, size_t buflen, size_t *pgsolen,
  ngtcp2_write_pkt write_pkt, ngtcp2_tstamp ts);

/**
 * Like `ngtcp2_conn_write_aggregate_pkt`, for at most `num_pkts` datagrams, or any number if
 * that is 0. Call it as `ngtcp2_conn_write_aggregate_pkt2`.
 *
 * The send quantum is not observed, and `ngtcp2_conn_update_pkt_tx_time` is left to the
 * application.
 *
 * Since 1.17.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_conn_write_aggregate_pkt2_versioned(
  ngtcp2_conn *conn, struct ngtcp2_path *path, int pkt_info_version,
  struct ngtcp2_pkt_info *pi, uint8_t *buf, size_t buflen, size_t *pgsolen,
  ngtcp2_write_pkt write_pkt, size_t num_pkts, ngtcp2_tstamp ts);

/**
 * Sets the time of the next packet for pacing (RFC 9002, section 7.7), from what was written
 * since the last call. Call it after a round of writing. Until then writes of data return 0;
 * `ngtcp2_conn_get_expiry2` tells the time.
 */
NGTCP2_EXTERN void ngtcp2_conn_update_pkt_tx_time(
  ngtcp2_conn *conn, ngtcp2_tstamp ts);

/**
 * Returns the number of bytes that may be sent in one go without pacing.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN size_t ngtcp2_conn_get_send_quantum2(const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_send_quantum2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_send_quantum2`.
 */
NGTCP2_EXTERN size_t ngtcp2_conn_get_send_quantum(ngtcp2_conn *conn);

/**
 * Writes a datagram with CONNECTION_CLOSE frames and closes the connection. Call it as
 * `ngtcp2_conn_write_connection_close`.
 *
 * `ccerr` tells why. An error of the application becomes `NGTCP2_APPLICATION_ERROR` in packets
 * before 1-RTT. `path` and `pi` are as in `ngtcp2_conn_writev_stream`, and a client should give
 * at least 1200 bytes. Keep the datagram: while the connection is in the closing period, for
 * three times `ngtcp2_conn_get_pto2`, it answers packets of the peer.
 *
 * Returns the length of the datagram; 0 if there is nothing to send, because of the type of
 * `ccerr`, the anti-amplification limit, or because the connection is closed already; or:
 *
 * - `NGTCP2_ERR_NOBUF`: `dest` is too small, perhaps for the reason. The connection is not
 *   closed.
 * - `NGTCP2_ERR_INVALID_STATE`: a client has not sent anything yet. Delete the connection.
 * - `NGTCP2_ERR_INVALID_ARGUMENT`, `NGTCP2_ERR_PKT_NUM_EXHAUSTED`, `NGTCP2_ERR_NOMEM`,
 *   `NGTCP2_ERR_CALLBACK_FAILURE`.
 *
 * Not from a callback that is called while a packet is written: `NGTCP2_ERR_INVALID_STATE`.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_conn_write_connection_close_versioned(
  ngtcp2_conn *conn, struct ngtcp2_path *path, int pkt_info_version,
  struct ngtcp2_pkt_info *pi, uint8_t *dest, size_t destlen,
  const struct ngtcp2_ccerr *ccerr, ngtcp2_tstamp ts);

/**
 * Returns the error with which the peer closed the connection, or what `ngtcp2_ccerr_default`
 * fills in if it did not. Valid as long as the connection.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN const struct ngtcp2_ccerr *ngtcp2_conn_get_ccerr2(
  const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_ccerr2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_ccerr2`.
 */
NGTCP2_EXTERN const struct ngtcp2_ccerr *ngtcp2_conn_get_ccerr(
  ngtcp2_conn *conn);

/**
 * Returns nonzero if the connection is in the closing period (RFC 9000, section 10.2.1).
 *
 * Since 1.23.
 */
NGTCP2_EXTERN int ngtcp2_conn_in_closing_period2(const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_in_closing_period2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_in_closing_period2`.
 */
NGTCP2_EXTERN int ngtcp2_conn_in_closing_period(ngtcp2_conn *conn);

/**
 * Returns nonzero if the connection is in the draining period (RFC 9000, section 10.2.2).
 *
 * Since 1.23.
 */
NGTCP2_EXTERN int ngtcp2_conn_in_draining_period2(const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_in_draining_period2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_in_draining_period2`.
 */
NGTCP2_EXTERN int ngtcp2_conn_in_draining_period(ngtcp2_conn *conn);

/**
 * Returns the time at which `ngtcp2_conn_handle_expiry` has to be called, or `UINT64_MAX` if
 * never.
 *
 * It may be in the past. Any other call may change it. The closing and draining periods have no
 * timer here.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN ngtcp2_tstamp ngtcp2_conn_get_expiry2(const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_expiry2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_expiry2`.
 */
NGTCP2_EXTERN ngtcp2_tstamp ngtcp2_conn_get_expiry(ngtcp2_conn *conn);

/**
 * Does what is due at the time `ts`: retransmission, acknowledgements, keep-alive, path
 * validation, and so on. Then call a write function. Before the time of
 * `ngtcp2_conn_get_expiry2` it does nothing.
 *
 * Returns 0, or:
 *
 * - `NGTCP2_ERR_IDLE_CLOSE`: the connection was idle for too long. Delete it; nothing is sent.
 * - `NGTCP2_ERR_HANDSHAKE_TIMEOUT`: the handshake takes too long. Close the connection.
 * - Any other error: close the connection.
 *
 * Not from a callback that is called while a packet is written: `NGTCP2_ERR_INVALID_STATE`.
 */
NGTCP2_EXTERN int ngtcp2_conn_handle_expiry(
  ngtcp2_conn *conn, ngtcp2_tstamp ts);

/**
 * Returns the probe timeout without back-off (RFC 9002, section 6.2.1). The closing and draining
 * periods last three times as long.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN ngtcp2_duration ngtcp2_conn_get_pto2(const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_pto2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_pto2`.
 */
NGTCP2_EXTERN ngtcp2_duration ngtcp2_conn_get_pto(ngtcp2_conn *conn);

/**
 * Makes the connection send a PING frame when it was idle for `timeout`. `UINT64_MAX`, the
 * default, and 0 switch this off. It only helps if `timeout` is shorter than the idle timeout.
 */
NGTCP2_EXTERN void ngtcp2_conn_set_keep_alive_timeout(
  ngtcp2_conn *conn, ngtcp2_duration timeout);

/**
 * Returns the latest timestamp that the connection was given.
 *
 * Since 1.16.
 */
NGTCP2_EXTERN ngtcp2_tstamp ngtcp2_conn_get_timestamp(const ngtcp2_conn *conn);

/**
 * Hands over the `datalen` bytes of TLS messages at `data`, which the connection sends at
 * `encryption_level`. The data is copied.
 *
 * Returns 0, `NGTCP2_ERR_NOMEM`, or `NGTCP2_ERR_INVALID_ARGUMENT` or `NGTCP2_ERR_INVALID_STATE`
 * if there can be no data at this level, or no longer.
 */
NGTCP2_EXTERN int ngtcp2_conn_submit_crypto_data(
  ngtcp2_conn *conn, ngtcp2_encryption_level encryption_level,
  const uint8_t *data, size_t datalen);

/**
 * Goes on with a handshake that the TLS stack interrupted, for example to wait for a private key
 * operation or for a certificate, and whose reason for waiting is gone.
 *
 * Returns what `ngtcp2_conn_read_pkt` returns. Then call a write function.
 *
 * Since 1.22.
 */
NGTCP2_EXTERN int ngtcp2_conn_continue_handshake(
  ngtcp2_conn *conn, ngtcp2_tstamp ts);

/**
 * Tells the connection that the TLS handshake is complete on our side. The QUIC handshake
 * completes when the other conditions are met as well; the `handshake_completed` callback
 * reports it.
 */
NGTCP2_EXTERN void ngtcp2_conn_tls_handshake_completed(ngtcp2_conn *conn);

/**
 * Returns nonzero if the QUIC handshake is complete.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN int ngtcp2_conn_get_handshake_completed2(const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_handshake_completed2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_handshake_completed2`.
 */
NGTCP2_EXTERN int ngtcp2_conn_get_handshake_completed(ngtcp2_conn *conn);

/**
 * Tells a client's connection that the server rejected 0-RTT, or that the client gave it up
 * itself.
 *
 * All streams disappear without a callback for each, as do the raised limits, and the
 * application may read the data of the streams no longer sent. To send the data again, it opens
 * streams anew.
 *
 * Returns 0, `NGTCP2_ERR_INVALID_STATE`, or `NGTCP2_ERR_CALLBACK_FAILURE`.
 */
NGTCP2_EXTERN int ngtcp2_conn_tls_early_data_rejected(ngtcp2_conn *conn);

/**
 * Returns nonzero if `ngtcp2_conn_tls_early_data_rejected` was called.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN int ngtcp2_conn_get_tls_early_data_rejected2(
  const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_tls_early_data_rejected2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_tls_early_data_rejected2`.
 */
NGTCP2_EXTERN int ngtcp2_conn_get_tls_early_data_rejected(ngtcp2_conn *conn);

/**
 * Stores a pointer to the TLS session, for the crypto helper. The library never reads through
 * it, and does not own it.
 */
NGTCP2_EXTERN void ngtcp2_conn_set_tls_native_handle(
  ngtcp2_conn *conn, void *tls_native_handle);

/**
 * Returns what `ngtcp2_conn_set_tls_native_handle` stored, or NULL.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN void *ngtcp2_conn_get_tls_native_handle2(const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_tls_native_handle2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_tls_native_handle2`.
 */
NGTCP2_EXTERN void *ngtcp2_conn_get_tls_native_handle(ngtcp2_conn *conn);

/**
 * Stores an error code of the library, for code that runs inside the TLS stack and has no other
 * way to return it.
 */
NGTCP2_EXTERN void ngtcp2_conn_set_tls_error(ngtcp2_conn *conn, int liberr);

/**
 * Returns what `ngtcp2_conn_set_tls_error` stored, or 0.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN int ngtcp2_conn_get_tls_error2(const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_tls_error2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_tls_error2`.
 */
NGTCP2_EXTERN int ngtcp2_conn_get_tls_error(ngtcp2_conn *conn);

/**
 * Stores the TLS alert that our TLS stack wants to send.
 */
NGTCP2_EXTERN void ngtcp2_conn_set_tls_alert(ngtcp2_conn *conn, uint8_t alert);

/**
 * Returns what `ngtcp2_conn_set_tls_alert` stored, or 0. After `NGTCP2_ERR_CRYPTO` it is the
 * argument for `ngtcp2_ccerr_set_tls_alert`.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN uint8_t ngtcp2_conn_get_tls_alert2(const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_tls_alert2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_tls_alert2`.
 */
NGTCP2_EXTERN uint8_t ngtcp2_conn_get_tls_alert(ngtcp2_conn *conn);

/**
 * Sends the client a NEW_TOKEN frame with the `tokenlen` bytes at `token`, which are at least
 * one and are copied. Servers only, after the handshake.
 *
 * Returns 0, `NGTCP2_ERR_NOMEM`, `NGTCP2_ERR_INVALID_ARGUMENT`, or `NGTCP2_ERR_INVALID_STATE`.
 */
NGTCP2_EXTERN int ngtcp2_conn_submit_new_token(
  ngtcp2_conn *conn, const uint8_t *token, size_t tokenlen);

/**
 * Returns the QUIC version of the client's first packet.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN uint32_t ngtcp2_conn_get_client_chosen_version2(
  const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_client_chosen_version2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_client_chosen_version2`.
 */
NGTCP2_EXTERN uint32_t ngtcp2_conn_get_client_chosen_version(ngtcp2_conn *conn);

/**
 * Returns the QUIC version that both endpoints agreed on (RFC 9368), or 0 before they did.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN uint32_t ngtcp2_conn_get_negotiated_version2(
  const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_negotiated_version2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_negotiated_version2`.
 */
NGTCP2_EXTERN uint32_t ngtcp2_conn_get_negotiated_version(ngtcp2_conn *conn);

/**
 * Sets the algorithms of Initial packets (RFC 9001, section 5.2), before the Initial keys are
 * installed. `ctx` is copied.
 */
NGTCP2_EXTERN void ngtcp2_conn_set_initial_crypto_ctx(
  ngtcp2_conn *conn, const struct ngtcp2_crypto_ctx *ctx);

/**
 * Returns what `ngtcp2_conn_set_initial_crypto_ctx` set. Valid as long as the connection.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN const struct ngtcp2_crypto_ctx *ngtcp2_conn_get_initial_crypto_ctx2(
  const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_initial_crypto_ctx2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_initial_crypto_ctx2`.
 */
NGTCP2_EXTERN const struct ngtcp2_crypto_ctx *ngtcp2_conn_get_initial_crypto_ctx(
  ngtcp2_conn *conn);

/**
 * Sets the algorithms of 0-RTT packets, before their key is installed. `ctx` is copied.
 */
NGTCP2_EXTERN void ngtcp2_conn_set_0rtt_crypto_ctx(
  ngtcp2_conn *conn, const struct ngtcp2_crypto_ctx *ctx);

/**
 * Returns what `ngtcp2_conn_set_0rtt_crypto_ctx` set. Valid as long as the connection.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN const struct ngtcp2_crypto_ctx *ngtcp2_conn_get_0rtt_crypto_ctx2(
  const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_0rtt_crypto_ctx2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_0rtt_crypto_ctx2`.
 */
NGTCP2_EXTERN const struct ngtcp2_crypto_ctx *ngtcp2_conn_get_0rtt_crypto_ctx(
  ngtcp2_conn *conn);

/**
 * Sets the algorithms of Handshake and 1-RTT packets, which TLS negotiated, before their keys
 * are installed. `ctx` is copied.
 */
NGTCP2_EXTERN void ngtcp2_conn_set_crypto_ctx(
  ngtcp2_conn *conn, const struct ngtcp2_crypto_ctx *ctx);

/**
 * Returns what `ngtcp2_conn_set_crypto_ctx` set. Valid as long as the connection.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN const struct ngtcp2_crypto_ctx *ngtcp2_conn_get_crypto_ctx2(
  const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_crypto_ctx2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_crypto_ctx2`.
 */
NGTCP2_EXTERN const struct ngtcp2_crypto_ctx *ngtcp2_conn_get_crypto_ctx(
  ngtcp2_conn *conn);

/**
 * Sets the AEAD that verifies the integrity tag of Retry packets (RFC 9001, section 5.8):
 * AES-128-GCM with `NGTCP2_RETRY_KEY_V1` or `NGTCP2_RETRY_KEY_V2`, ready to encrypt. Clients
 * only.
 *
 * The connection takes over `aead_ctx` and has `delete_crypto_aead_ctx` free it.
 */
NGTCP2_EXTERN void ngtcp2_conn_set_retry_aead(
  ngtcp2_conn *conn, const struct ngtcp2_crypto_aead *aead,
  const struct ngtcp2_crypto_aead_ctx *aead_ctx);

/**
 * Installs the keys of Initial packets in both directions (RFC 9001, section 5.2). Earlier ones
 * are replaced: after a Retry packet the keys have to be derived anew.
 *
 * Each initialization vector has `ivlen` bytes, the nonce length of the AEAD but at least 8. The
 * vectors are copied. The connection takes over the contexts and has the
 * `delete_crypto_aead_ctx` and `delete_crypto_cipher_ctx` callbacks free them, except when the
 * function fails: then they stay with the caller. This holds for all functions of this kind.
 *
 * Returns 0, `NGTCP2_ERR_NOMEM`, `NGTCP2_ERR_INVALID_ARGUMENT`, or `NGTCP2_ERR_INVALID_STATE`.
 */
NGTCP2_EXTERN int ngtcp2_conn_install_initial_key(
  ngtcp2_conn *conn, const struct ngtcp2_crypto_aead_ctx *rx_aead_ctx,
  const uint8_t *rx_iv, const struct ngtcp2_crypto_cipher_ctx *rx_hp_ctx,
  const struct ngtcp2_crypto_aead_ctx *tx_aead_ctx, const uint8_t *tx_iv,
  const struct ngtcp2_crypto_cipher_ctx *tx_hp_ctx, size_t ivlen);

/**
 * Installs the keys of Initial packets for the version `version` that was negotiated (RFC 9368),
 * beside those of the first version. Otherwise like `ngtcp2_conn_install_initial_key`.
 */
NGTCP2_EXTERN int ngtcp2_conn_install_vneg_initial_key(
  ngtcp2_conn *conn, uint32_t version,
  const struct ngtcp2_crypto_aead_ctx *rx_aead_ctx, const uint8_t *rx_iv,
  const struct ngtcp2_crypto_cipher_ctx *rx_hp_ctx,
  const struct ngtcp2_crypto_aead_ctx *tx_aead_ctx, const uint8_t *tx_iv,
  const struct ngtcp2_crypto_cipher_ctx *tx_hp_ctx, size_t ivlen);

/**
 * Installs the key of 0-RTT packets: to encrypt on a client, to decrypt on a server. The
 * contexts and the vector of `ivlen` bytes are as in `ngtcp2_conn_install_initial_key`.
 *
 * Returns 0, `NGTCP2_ERR_NOMEM`, `NGTCP2_ERR_INVALID_ARGUMENT`, `NGTCP2_ERR_INVALID_STATE`, or
 * `NGTCP2_ERR_CALLBACK_FAILURE`.
 */
NGTCP2_EXTERN int ngtcp2_conn_install_0rtt_key(
  ngtcp2_conn *conn, const struct ngtcp2_crypto_aead_ctx *aead_ctx,
  const uint8_t *iv, size_t ivlen,
  const struct ngtcp2_crypto_cipher_ctx *hp_ctx);

/**
 * Installs the key that decrypts Handshake packets, and calls `recv_rx_key`. The contexts and
 * the vector of `ivlen` bytes are as in `ngtcp2_conn_install_initial_key`.
 *
 * Returns 0, `NGTCP2_ERR_NOMEM`, `NGTCP2_ERR_INVALID_ARGUMENT`, `NGTCP2_ERR_INVALID_STATE`, or
 * `NGTCP2_ERR_CALLBACK_FAILURE`.
 */
NGTCP2_EXTERN int ngtcp2_conn_install_rx_handshake_key(
  ngtcp2_conn *conn, const struct ngtcp2_crypto_aead_ctx *aead_ctx,
  const uint8_t *iv, size_t ivlen,
  const struct ngtcp2_crypto_cipher_ctx *hp_ctx);

/**
 * Installs the key that encrypts Handshake packets, and calls `recv_tx_key`. On a server the
 * transport parameters cannot be changed afterwards. Otherwise like
 * `ngtcp2_conn_install_rx_handshake_key`.
 */
NGTCP2_EXTERN int ngtcp2_conn_install_tx_handshake_key(
  ngtcp2_conn *conn, const struct ngtcp2_crypto_aead_ctx *aead_ctx,
  const uint8_t *iv, size_t ivlen,
  const struct ngtcp2_crypto_cipher_ctx *hp_ctx);

/**
 * Installs the key that decrypts 1-RTT packets, and calls `recv_rx_key`. The `secretlen` bytes
 * of the traffic secret are copied, for key updates. The contexts and the vector of `ivlen`
 * bytes are as in `ngtcp2_conn_install_initial_key`.
 *
 * Returns 0, `NGTCP2_ERR_NOMEM`, `NGTCP2_ERR_INVALID_ARGUMENT`, `NGTCP2_ERR_INVALID_STATE`, or
 * `NGTCP2_ERR_CALLBACK_FAILURE`.
 */
NGTCP2_EXTERN int ngtcp2_conn_install_rx_key(
  ngtcp2_conn *conn, const uint8_t *secret, size_t secretlen,
  const struct ngtcp2_crypto_aead_ctx *aead_ctx, const uint8_t *iv,
  size_t ivlen, const struct ngtcp2_crypto_cipher_ctx *hp_ctx);

/**
 * Installs the key that encrypts 1-RTT packets, and calls `recv_tx_key`. The transport
 * parameters of the peer must be known by then. Otherwise like `ngtcp2_conn_install_rx_key`.
 */
NGTCP2_EXTERN int ngtcp2_conn_install_tx_key(
  ngtcp2_conn *conn, const uint8_t *secret, size_t secretlen,
  const struct ngtcp2_crypto_aead_ctx *aead_ctx, const uint8_t *iv,
  size_t ivlen, const struct ngtcp2_crypto_cipher_ctx *hp_ctx);

/**
 * Starts a key update (RFC 9001, section 6).
 *
 * Returns 0, or `NGTCP2_ERR_INVALID_STATE` if the handshake is not confirmed, the last update is
 * not confirmed, or it was less than three times the probe timeout ago.
 */
NGTCP2_EXTERN int ngtcp2_conn_initiate_key_update(
  ngtcp2_conn *conn, ngtcp2_tstamp ts);

/**
 * Replaces the transport parameters that were given to `ngtcp2_conn_server_new`, for a server
 * that makes them depend on ALPN. Call it as `ngtcp2_conn_set_local_transport_params`.
 *
 * Returns 0, `NGTCP2_ERR_INVALID_ARGUMENT`, or `NGTCP2_ERR_INVALID_STATE` after
 * `ngtcp2_conn_install_tx_handshake_key`, and on a client.
 */
NGTCP2_EXTERN int ngtcp2_conn_set_local_transport_params_versioned(
  ngtcp2_conn *conn, int transport_params_version,
  const struct ngtcp2_transport_params *params);

/**
 * Returns our transport parameters. Valid as long as the connection.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN const struct ngtcp2_transport_params *ngtcp2_conn_get_local_transport_params2(
  const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_local_transport_params2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_local_transport_params2`.
 */
NGTCP2_EXTERN const struct ngtcp2_transport_params *ngtcp2_conn_get_local_transport_params(
  ngtcp2_conn *conn);

/**
 * Writes our transport parameters, in the form of the TLS extension, into the `destlen` bytes at
 * `dest`.
 *
 * Returns the number of bytes written, or `NGTCP2_ERR_NOBUF`. A TLS stack needs them before the
 * ClientHello or EncryptedExtensions message.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_conn_encode_local_transport_params2(
  const ngtcp2_conn *conn, uint8_t *dest, size_t destlen);

/**
 * Like `ngtcp2_conn_encode_local_transport_params2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_encode_local_transport_params2`.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_conn_encode_local_transport_params(
  ngtcp2_conn *conn, uint8_t *dest, size_t destlen);

/**
 * Takes the transport parameters of the peer, from the `datalen` bytes of the TLS extension at
 * `data`.
 *
 * Returns 0, `NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM`, `NGTCP2_ERR_REQUIRED_TRANSPORT_PARAM`,
 * `NGTCP2_ERR_TRANSPORT_PARAM`, `NGTCP2_ERR_VERSION_NEGOTIATION_FAILURE`, `NGTCP2_ERR_PROTO`,
 * `NGTCP2_ERR_INTERNAL`, `NGTCP2_ERR_NOMEM`, or `NGTCP2_ERR_CALLBACK_FAILURE`.
 */
NGTCP2_EXTERN int ngtcp2_conn_decode_and_set_remote_transport_params(
  ngtcp2_conn *conn, const uint8_t *data, size_t datalen);

/**
 * Returns the transport parameters of the peer, or NULL before they are known. Valid until the
 * connection is called again.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN const struct ngtcp2_transport_params *ngtcp2_conn_get_remote_transport_params2(
  const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_remote_transport_params2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_remote_transport_params2`.
 */
NGTCP2_EXTERN const struct ngtcp2_transport_params *ngtcp2_conn_get_remote_transport_params(
  ngtcp2_conn *conn);

/**
 * Writes the transport parameters that 0-RTT rests on (RFC 9000, section 7.4.1) into the
 * `destlen` bytes at `dest`: on a client those of the server, to be stored with the session
 * ticket; on a server its own.
 *
 * Returns the number of bytes written, or `NGTCP2_ERR_NOBUF`.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_conn_encode_0rtt_transport_params2(
  const ngtcp2_conn *conn, uint8_t *dest, size_t destlen);

/**
 * Like `ngtcp2_conn_encode_0rtt_transport_params2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_encode_0rtt_transport_params2`.
 */
NGTCP2_EXTERN ngtcp2_ssize ngtcp2_conn_encode_0rtt_transport_params(
  ngtcp2_conn *conn, uint8_t *dest, size_t destlen);

/**
 * Takes the transport parameters that `ngtcp2_conn_encode_0rtt_transport_params2` wrote in an
 * earlier connection to the same server, so that streams can be opened before the handshake.
 * Clients only, once, before the first write.
 *
 * Returns 0, `NGTCP2_ERR_NOMEM`, `NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM`, or
 * `NGTCP2_ERR_INVALID_STATE`.
 */
NGTCP2_EXTERN int ngtcp2_conn_decode_and_set_0rtt_transport_params(
  ngtcp2_conn *conn, const uint8_t *data, size_t datalen);

/**
 * Returns nonzero if `stream_id` belongs to a bidirectional stream.
 */
NGTCP2_EXTERN int ngtcp2_is_bidi_stream(int64_t stream_id);

/**
 * Returns nonzero if `stream_id` belongs to a stream that this side opens.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN int ngtcp2_conn_is_local_stream2(
  const ngtcp2_conn *conn, int64_t stream_id);

/**
 * Like `ngtcp2_conn_is_local_stream2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_is_local_stream2`.
 */
NGTCP2_EXTERN int ngtcp2_conn_is_local_stream(
  ngtcp2_conn *conn, int64_t stream_id);

/**
 * Opens a bidirectional stream and stores its ID in `*pstream_id`. The peer learns of it with
 * the first frame. `stream_user_data` is passed to the callbacks of the stream.
 *
 * Returns 0, `NGTCP2_ERR_NOMEM`, or `NGTCP2_ERR_STREAM_ID_BLOCKED` if the peer allows no more
 * streams at present; `extend_max_local_streams_bidi` tells when it does.
 */
NGTCP2_EXTERN int ngtcp2_conn_open_bidi_stream(
  ngtcp2_conn *conn, int64_t *pstream_id, void *stream_user_data);

/**
 * Opens a unidirectional stream. Otherwise like `ngtcp2_conn_open_bidi_stream`, with
 * `extend_max_local_streams_uni`.
 */
NGTCP2_EXTERN int ngtcp2_conn_open_uni_stream(
  ngtcp2_conn *conn, int64_t *pstream_id, void *stream_user_data);

/**
 * Gives up a stream in both directions, with the application's error code `app_error_code`:
 * `ngtcp2_conn_shutdown_stream_write` and `ngtcp2_conn_shutdown_stream_read`, as far as the
 * stream has these directions. The stream is closed, and `stream_close` called, when the peer
 * has confirmed it.
 *
 * `flags` is 0. Returns 0, also if there is no such stream; `NGTCP2_ERR_NOMEM`; or
 * `NGTCP2_ERR_INVALID_ARGUMENT` if `app_error_code` is over `NGTCP2_MAX_VARINT`.
 */
NGTCP2_EXTERN int ngtcp2_conn_shutdown_stream(
  ngtcp2_conn *conn, uint32_t flags, int64_t stream_id,
  uint64_t app_error_code);

/**
 * Gives up sending on a stream (RESET_STREAM frame). The library no longer reads the data of the
 * stream.
 *
 * `flags` is 0. Returns what `ngtcp2_conn_shutdown_stream` returns, and
 * `NGTCP2_ERR_INVALID_ARGUMENT` also for a unidirectional stream of the peer.
 */
NGTCP2_EXTERN int ngtcp2_conn_shutdown_stream_write(
  ngtcp2_conn *conn, uint32_t flags, int64_t stream_id,
  uint64_t app_error_code);

/**
 * Gives up receiving on a stream (STOP_SENDING frame). No more data of it is delivered.
 *
 * `flags` is 0. Returns what `ngtcp2_conn_shutdown_stream` returns, and
 * `NGTCP2_ERR_INVALID_ARGUMENT` also for a unidirectional stream of our own.
 */
NGTCP2_EXTERN int ngtcp2_conn_shutdown_stream_read(
  ngtcp2_conn *conn, uint32_t flags, int64_t stream_id,
  uint64_t app_error_code);

/**
 * Replaces what is passed to the callbacks of a stream. For streams of the peer, call it in the
 * `stream_open` callback.
 *
 * Returns 0, or `NGTCP2_ERR_STREAM_NOT_FOUND`.
 */
NGTCP2_EXTERN int ngtcp2_conn_set_stream_user_data(
  ngtcp2_conn *conn, int64_t stream_id, void *stream_user_data);

/**
 * Returns what is passed to the callbacks of a stream, or NULL if there is no such stream.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN void *ngtcp2_conn_get_stream_user_data2(
  const ngtcp2_conn *conn, int64_t stream_id);

/**
 * Like `ngtcp2_conn_get_stream_user_data2`, with a connection that is not `const`.
 *
 * Since 1.17.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_stream_user_data2`.
 */
NGTCP2_EXTERN void *ngtcp2_conn_get_stream_user_data(
  ngtcp2_conn *conn, int64_t stream_id);

/**
 * Returns how many packets with data of the stream `stream_id` were declared lost, or 0 if there
 * is no such stream. Packets that were only late may be among them.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN size_t ngtcp2_conn_get_stream_loss_count2(
  const ngtcp2_conn *conn, int64_t stream_id);

/**
 * Like `ngtcp2_conn_get_stream_loss_count2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_stream_loss_count2`.
 */
NGTCP2_EXTERN size_t ngtcp2_conn_get_stream_loss_count(
  ngtcp2_conn *conn, int64_t stream_id);

/**
 * Allows the peer to send `datalen` more bytes on a stream, when that many were consumed. The
 * library tells the peer when it is worth a frame.
 *
 * Returns 0, also if there is no such stream; `NGTCP2_ERR_NOMEM`; or
 * `NGTCP2_ERR_INVALID_ARGUMENT` for a unidirectional stream of our own.
 */
NGTCP2_EXTERN int ngtcp2_conn_extend_max_stream_offset(
  ngtcp2_conn *conn, int64_t stream_id, uint64_t datalen);

/**
 * Allows the peer to send `datalen` more bytes on the connection, when that many were consumed,
 * on whatever stream. Bytes that a reset stream did not deliver are given back by the library
 * itself.
 */
NGTCP2_EXTERN void ngtcp2_conn_extend_max_offset(
  ngtcp2_conn *conn, uint64_t datalen);

/**
 * Allows the peer to open `n` more bidirectional streams, usually when one of its streams is
 * closed.
 */
NGTCP2_EXTERN void ngtcp2_conn_extend_max_streams_bidi(
  ngtcp2_conn *conn, size_t n);

/**
 * Allows the peer to open `n` more unidirectional streams, usually when one of its streams is
 * closed.
 */
NGTCP2_EXTERN void ngtcp2_conn_extend_max_streams_uni(
  ngtcp2_conn *conn, size_t n);

/**
 * Returns how many bytes the peer allows us to send on the connection now.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN uint64_t ngtcp2_conn_get_max_data_left2(const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_max_data_left2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_max_data_left2`.
 */
NGTCP2_EXTERN uint64_t ngtcp2_conn_get_max_data_left(ngtcp2_conn *conn);

/**
 * Returns how many bytes the peer allows us to send on a stream now, or 0 if there is no such
 * stream.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN uint64_t ngtcp2_conn_get_max_stream_data_left2(
  const ngtcp2_conn *conn, int64_t stream_id);

/**
 * Like `ngtcp2_conn_get_max_stream_data_left2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_max_stream_data_left2`.
 */
NGTCP2_EXTERN uint64_t ngtcp2_conn_get_max_stream_data_left(
  ngtcp2_conn *conn, int64_t stream_id);

/**
 * Returns how many bidirectional streams we may open now.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN uint64_t ngtcp2_conn_get_streams_bidi_left2(
  const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_streams_bidi_left2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_streams_bidi_left2`.
 */
NGTCP2_EXTERN uint64_t ngtcp2_conn_get_streams_bidi_left(ngtcp2_conn *conn);

/**
 * Returns how many unidirectional streams we may open now.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN uint64_t ngtcp2_conn_get_streams_uni_left2(
  const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_streams_uni_left2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_streams_uni_left2`.
 */
NGTCP2_EXTERN uint64_t ngtcp2_conn_get_streams_uni_left(ngtcp2_conn *conn);

/**
 * Returns the connection ID of the peer that is used on the current path. Not NULL, but perhaps
 * empty. Valid until the connection is called again.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN const struct ngtcp2_cid *ngtcp2_conn_get_dcid2(
  const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_dcid2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_dcid2`.
 */
NGTCP2_EXTERN const struct ngtcp2_cid *ngtcp2_conn_get_dcid(ngtcp2_conn *conn);

/**
 * Returns the destination connection ID of the client's first Initial packet. Not NULL, but
 * perhaps empty. Valid as long as the connection.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN const struct ngtcp2_cid *ngtcp2_conn_get_client_initial_dcid2(
  const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_client_initial_dcid2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_client_initial_dcid2`.
 */
NGTCP2_EXTERN const struct ngtcp2_cid *ngtcp2_conn_get_client_initial_dcid(
  ngtcp2_conn *conn);

/**
 * Writes the connection IDs that the peer may use for this connection to `dest`, and returns
 * their number. If `dest` is NULL, it only returns the number, which is the room that `dest`
 * needs.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN size_t ngtcp2_conn_get_scid2(
  const ngtcp2_conn *conn, struct ngtcp2_cid *dest);

/**
 * Like `ngtcp2_conn_get_scid2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_scid2`.
 */
NGTCP2_EXTERN size_t ngtcp2_conn_get_scid(
  ngtcp2_conn *conn, struct ngtcp2_cid *dest);

/**
 * Writes the connection IDs of the peer that are in use to `dest`, and returns their number: 0
 * before the handshake completes. If `dest` is NULL, it only returns the number, which is the
 * room that `dest` needs.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN size_t ngtcp2_conn_get_active_dcid3(
  const ngtcp2_conn *conn, struct ngtcp2_cid_token2 *dest);

/**
 * Like `ngtcp2_conn_get_active_dcid3`, with a connection that is not `const`.
 *
 * Since 1.22.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_active_dcid3`.
 */
NGTCP2_EXTERN size_t ngtcp2_conn_get_active_dcid2(
  ngtcp2_conn *conn, struct ngtcp2_cid_token2 *dest);

/**
 * Like `ngtcp2_conn_get_active_dcid3`, with `ngtcp2_cid_token`.
 *
 * @deprecated Since 1.22. Use `ngtcp2_conn_get_active_dcid3`.
 */
NGTCP2_EXTERN size_t ngtcp2_conn_get_active_dcid(
  ngtcp2_conn *conn, struct ngtcp2_cid_token *dest);

/**
 * Returns the path that packets are sent on. Valid until the connection is called again.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN const struct ngtcp2_path *ngtcp2_conn_get_path2(
  const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_path2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_path2`.
 */
NGTCP2_EXTERN const struct ngtcp2_path *ngtcp2_conn_get_path(ngtcp2_conn *conn);

/**
 * Replaces the local address of the current path, without validation. `addr` is copied. Meant
 * for tests.
 */
NGTCP2_EXTERN void ngtcp2_conn_set_local_addr(
  ngtcp2_conn *conn, const struct ngtcp2_addr *addr);

/**
 * Replaces `user_data` of the current path.
 */
NGTCP2_EXTERN void ngtcp2_conn_set_path_user_data(
  ngtcp2_conn *conn, void *path_user_data);

/**
 * Starts a migration to `path` (RFC 9000, section 9): the path is validated first, and used when
 * that succeeds; the `path_validation` callback tells. Clients only.
 *
 * `path` is copied. Returns 0, `NGTCP2_ERR_NOMEM`, `NGTCP2_ERR_CALLBACK_FAILURE`, or:
 *
 * - `NGTCP2_ERR_INVALID_STATE`: the handshake is not confirmed, the server does not allow
 *   migration, or this is a server.
 * - `NGTCP2_ERR_CONN_ID_BLOCKED`: the peer has given out no unused connection ID.
 * - `NGTCP2_ERR_INVALID_ARGUMENT`: `path` is the current path.
 */
NGTCP2_EXTERN int ngtcp2_conn_initiate_migration(
  ngtcp2_conn *conn, const struct ngtcp2_path *path, ngtcp2_tstamp ts);

/**
 * Like `ngtcp2_conn_initiate_migration`, but the path is used at once, while it is being
 * validated. For a client whose old path is gone.
 */
NGTCP2_EXTERN int ngtcp2_conn_initiate_immediate_migration(
  ngtcp2_conn *conn, const struct ngtcp2_path *path, ngtcp2_tstamp ts);

/**
 * Returns the largest UDP payload, in bytes, that the connection ever writes:
 * `max_tx_udp_payload_size` of the settings. A buffer of this size is never too small.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN size_t ngtcp2_conn_get_max_tx_udp_payload_size2(
  const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_max_tx_udp_payload_size2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_max_tx_udp_payload_size2`.
 */
NGTCP2_EXTERN size_t ngtcp2_conn_get_max_tx_udp_payload_size(ngtcp2_conn *conn);

/**
 * Returns the largest UDP payload, in bytes, that the current path is known to carry.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN size_t ngtcp2_conn_get_path_max_tx_udp_payload_size2(
  const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_path_max_tx_udp_payload_size2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_path_max_tx_udp_payload_size2`.
 */
NGTCP2_EXTERN size_t ngtcp2_conn_get_path_max_tx_udp_payload_size(
  ngtcp2_conn *conn);

/**
 * Fills in numbers about the connection. Call it as `ngtcp2_conn_get_conn_info2`.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN void ngtcp2_conn_get_conn_info2_versioned(
  const ngtcp2_conn *conn, int conn_info_version,
  struct ngtcp2_conn_info *cinfo);

/**
 * Like `ngtcp2_conn_get_conn_info2`, with a connection that is not `const`. Call it as
 * `ngtcp2_conn_get_conn_info`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_conn_info2`.
 */
NGTCP2_EXTERN void ngtcp2_conn_get_conn_info_versioned(
  ngtcp2_conn *conn, int conn_info_version, struct ngtcp2_conn_info *cinfo);

/**
 * Returns the congestion window less the bytes in flight, or 0 if more are in flight.
 *
 * Since 1.23.
 */
NGTCP2_EXTERN uint64_t ngtcp2_conn_get_cwnd_left2(const ngtcp2_conn *conn);

/**
 * Like `ngtcp2_conn_get_cwnd_left2`, with a connection that is not `const`.
 *
 * @deprecated Since 1.23. Use `ngtcp2_conn_get_cwnd_left2`.
 */
NGTCP2_EXTERN uint64_t ngtcp2_conn_get_cwnd_left(ngtcp2_conn *conn);
/*
 * The functions that take structs of several generations, with the generations of this header.
 */

#define ngtcp2_settings_default(SETTINGS)                                      \
  ngtcp2_settings_default_versioned(NGTCP2_SETTINGS_VERSION, (SETTINGS))

#define ngtcp2_transport_params_default(PARAMS)                                \
  ngtcp2_transport_params_default_versioned(NGTCP2_TRANSPORT_PARAMS_VERSION,   \
                                            (PARAMS))

#define ngtcp2_transport_params_encode(DEST, DESTLEN, PARAMS)                  \
  ngtcp2_transport_params_encode_versioned(                                    \
    (DEST), (DESTLEN), NGTCP2_TRANSPORT_PARAMS_VERSION, (PARAMS))

#define ngtcp2_transport_params_decode(PARAMS, DATA, DATALEN)                  \
  ngtcp2_transport_params_decode_versioned(NGTCP2_TRANSPORT_PARAMS_VERSION,    \
                                           (PARAMS), (DATA), (DATALEN))

#define ngtcp2_conn_client_new(PCONN, DCID, SCID, PATH, VERSION, CALLBACKS,    \
                               SETTINGS, PARAMS, MEM, USER_DATA)               \
  ngtcp2_conn_client_new_versioned(                                            \
    (PCONN), (DCID), (SCID), (PATH), (VERSION), NGTCP2_CALLBACKS_VERSION,      \
    (CALLBACKS), NGTCP2_SETTINGS_VERSION, (SETTINGS),                          \
    NGTCP2_TRANSPORT_PARAMS_VERSION, (PARAMS), (MEM), (USER_DATA))

#define ngtcp2_conn_server_new(PCONN, DCID, SCID, PATH, VERSION, CALLBACKS,    \
                               SETTINGS, PARAMS, MEM, USER_DATA)               \
  ngtcp2_conn_server_new_versioned(                                            \
    (PCONN), (DCID), (SCID), (PATH), (VERSION), NGTCP2_CALLBACKS_VERSION,      \
    (CALLBACKS), NGTCP2_SETTINGS_VERSION, (SETTINGS),                          \
    NGTCP2_TRANSPORT_PARAMS_VERSION, (PARAMS), (MEM), (USER_DATA))

#define ngtcp2_conn_set_local_transport_params(CONN, PARAMS)                   \
  ngtcp2_conn_set_local_transport_params_versioned(                            \
    (CONN), NGTCP2_TRANSPORT_PARAMS_VERSION, (PARAMS))

#define ngtcp2_conn_read_pkt(CONN, PATH, PI, PKT, PKTLEN, TS)                  \
  ngtcp2_conn_read_pkt_versioned((CONN), (PATH), NGTCP2_PKT_INFO_VERSION,      \
                                 (PI), (PKT), (PKTLEN), (TS))

#define ngtcp2_conn_write_pkt(CONN, PATH, PI, DEST, DESTLEN, TS)               \
  ngtcp2_conn_write_pkt_versioned((CONN), (PATH), NGTCP2_PKT_INFO_VERSION,     \
                                  (PI), (DEST), (DESTLEN), (TS))

#define ngtcp2_conn_write_stream(CONN, PATH, PI, DEST, DESTLEN, PDATALEN,      \
                                 FLAGS, STREAM_ID, DATA, DATALEN, TS)          \
  ngtcp2_conn_write_stream_versioned(                                          \
    (CONN), (PATH), NGTCP2_PKT_INFO_VERSION, (PI), (DEST), (DESTLEN),          \
    (PDATALEN), (FLAGS), (STREAM_ID), (DATA), (DATALEN), (TS))

#define ngtcp2_conn_writev_stream(CONN, PATH, PI, DEST, DESTLEN, PDATALEN,     \
                                  FLAGS, STREAM_ID, DATAV, DATAVCNT, TS)       \
  ngtcp2_conn_writev_stream_versioned(                                         \
    (CONN), (PATH), NGTCP2_PKT_INFO_VERSION, (PI), (DEST), (DESTLEN),          \
    (PDATALEN), (FLAGS), (STREAM_ID), (DATAV), (DATAVCNT), (TS))

#define ngtcp2_conn_write_datagram(CONN, PATH, PI, DEST, DESTLEN, PACCEPTED,   \
                                   FLAGS, DGRAM_ID, DATA, DATALEN, TS)         \
  ngtcp2_conn_write_datagram_versioned(                                        \
    (CONN), (PATH), NGTCP2_PKT_INFO_VERSION, (PI), (DEST), (DESTLEN),          \
    (PACCEPTED), (FLAGS), (DGRAM_ID), (DATA), (DATALEN), (TS))

#define ngtcp2_conn_writev_datagram(CONN, PATH, PI, DEST, DESTLEN, PACCEPTED,  \
                                    FLAGS, DGRAM_ID, DATAV, DATAVCNT, TS)      \
  ngtcp2_conn_writev_datagram_versioned(                                       \
    (CONN), (PATH), NGTCP2_PKT_INFO_VERSION, (PI), (DEST), (DESTLEN),          \
    (PACCEPTED), (FLAGS), (DGRAM_ID), (DATAV), (DATAVCNT), (TS))

#define ngtcp2_conn_write_aggregate_pkt(CONN, PATH, PI, BUF, BUFLEN, PGSOLEN,  \
                                        WRITE_PKT, TS)                         \
  ngtcp2_conn_write_aggregate_pkt_versioned(                                   \
    (CONN), (PATH), NGTCP2_PKT_INFO_VERSION, (PI), (BUF), (BUFLEN), (PGSOLEN), \
    (WRITE_PKT), (TS))

#define ngtcp2_conn_write_aggregate_pkt2(CONN, PATH, PI, BUF, BUFLEN, PGSOLEN, \
                                         WRITE_PKT, NUM_PKTS, TS)              \
  ngtcp2_conn_write_aggregate_pkt2_versioned(                                  \
    (CONN), (PATH), NGTCP2_PKT_INFO_VERSION, (PI), (BUF), (BUFLEN), (PGSOLEN), \
    (WRITE_PKT), (NUM_PKTS), (TS))

#define ngtcp2_conn_write_connection_close(CONN, PATH, PI, DEST, DESTLEN,      \
                                           CCERR, TS)                          \
  ngtcp2_conn_write_connection_close_versioned(                                \
    (CONN), (PATH), NGTCP2_PKT_INFO_VERSION, (PI), (DEST), (DESTLEN), (CCERR), \
    (TS))

#define ngtcp2_conn_get_conn_info(CONN, CINFO)                                 \
  ngtcp2_conn_get_conn_info_versioned((CONN), NGTCP2_CONN_INFO_VERSION, (CINFO))

#define ngtcp2_conn_get_conn_info2(CONN, CINFO)                                \
  ngtcp2_conn_get_conn_info2_versioned((CONN), NGTCP2_CONN_INFO_VERSION,       \
                                       (CINFO))

#ifdef __cplusplus
}
#endif

#ifdef _MSC_VER
#  pragma warning(pop)
#endif

#endif /* NGTCP2_H */
