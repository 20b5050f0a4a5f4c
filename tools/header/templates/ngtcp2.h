/*
 * rngtcp2: QUIC transport (RFC 9000, RFC 9001, RFC 9002) behind the C API of ngtcp2 @VERSION@.
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
#define NGTCP2_RETRY_KEY_V1 "@RETRY_KEY_V1@"

/**
 * The AEAD nonce of the Retry integrity tag in QUIC version 1.
 */
#define NGTCP2_RETRY_NONCE_V1 "@RETRY_NONCE_V1@"

/**
 * The AEAD key of the Retry integrity tag in QUIC version 2 (RFC 9369, section 3.3.3).
 */
#define NGTCP2_RETRY_KEY_V2 "@RETRY_KEY_V2@"

/**
 * The AEAD nonce of the Retry integrity tag in QUIC version 2.
 */
#define NGTCP2_RETRY_NONCE_V2 "@RETRY_NONCE_V2@"

@BINDINGS@
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
