/* A UDP socket as QUIC wants it, IPv4 or IPv6:
 *
 *  - many datagrams in one system call: GSO when sending, GRO when receiving, where the kernel has them;
 *  - ECN marks in both directions;
 *  - the local address of every datagram, so that an answer leaves from the address that was asked;
 *  - no fragmentation, because the library looks for the largest datagram of the path by itself.
 *
 * It knows nothing of QUIC but the structs in which the library wants addresses and ECN marks.
 */
#ifndef UDP_H
#define UDP_H

#include <netdb.h>
#include <sys/socket.h>

#include "common.h"

#define UDP_BATCH_MAX 65507 /* largest UDP payload: the most that one send or receive can carry */
#define UDP_SEGMENTS_MAX 64 /* datagrams in one send, as old kernels count them */

struct udp_socket {
  int fd;
  int family;
  bool connected;
  bool gso;     /* cleared when the kernel refuses */
  bool refused; /* ICMP told a connected socket that nobody listens at the other end */
  ngtcp2_sockaddr_union local;
  ngtcp2_socklen locallen;
  /* Scratch space for whoever is using the socket right now; nothing stays in here between calls. */
  uint8_t receive_buffer[UDP_BATCH_MAX];
  uint8_t send_buffer[UDP_BATCH_MAX];
};

/* Datagrams of one path that came or go in one system call: each `segment` bytes long, the last one
 * perhaps shorter. `path.path.user_data` is the socket; the library hands it back with every packet
 * that it writes for this path, which tells where to send it. */
struct udp_batch {
  ngtcp2_path_storage path;
  ngtcp2_pkt_info info;
  ngtcp2_tstamp received; /* when we took note of them, if they came: one look at the clock is enough for all */
  uint8_t *data;
  size_t len;
  size_t segment;
};

/* Open a socket: bound to `address`, or connected to it. -1 and errno when that fails. `shared`: several sockets have
 * the same address, and the kernel shares out what comes; then each datagram comes alone, since GRO might join what is
 * for two of them. */
int udp_listen(struct udp_socket *socket, const struct addrinfo *address, bool gso, bool shared);
int udp_connect(struct udp_socket *socket, const struct addrinfo *address, bool gso);
void udp_close(struct udp_socket *socket);

/* Fills `batch` from what recvmsg, or something like it, has put into `message`, and `len` bytes at `data`. */
void udp_interpret(struct udp_socket *socket, struct msghdr *message, uint8_t *data, size_t len,
                   struct udp_batch *batch);

/* Fills `batch` (data in receive_buffer). False when there is nothing more to read for now. */
bool udp_receive(struct udp_socket *socket, struct udp_batch *batch);

/* Returns how many bytes have left: fewer than batch->len means that the socket takes no more now, and
 * the rest is to be sent when it is writable again. A datagram that the network refuses counts as gone:
 * QUIC repairs the loss. */
size_t udp_send(struct udp_socket *socket, const struct udp_batch *batch);

#endif
