#include "udp.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOCKET_BUFFER_SIZE (4 << 20) /* room for a burst while this process waits for its turn */

/* Space for every control message that we send or ask for. */
union control_buffer {
  struct cmsghdr align;
  uint8_t bytes[CMSG_SPACE(sizeof(struct in6_pktinfo)) + 2 * CMSG_SPACE(sizeof(int))];
};

static void set_option(int fd, int level, int name, int value)
{
  /* Each of these makes the transfer better, none is needed for it: failures are not errors. */
  (void)setsockopt(fd, level, name, &value, sizeof(value));
}

static int open_socket(struct udp_socket *s, const struct addrinfo *address, bool gso)
{
  memset(s, 0, sizeof(*s));
  s->family = address->ai_family;
  s->gso = gso;
  s->fd = socket(address->ai_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (s->fd < 0) {
    return -1;
  }
  if (s->family == AF_INET6) {
    set_option(s->fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    set_option(s->fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    set_option(s->fd, IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
    set_option(s->fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE);
  } else {
    set_option(s->fd, IPPROTO_IP, IP_PKTINFO, 1);
    set_option(s->fd, IPPROTO_IP, IP_RECVTOS, 1);
    set_option(s->fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE);
  }
  set_option(s->fd, IPPROTO_UDP, UDP_GRO, 1);
  set_option(s->fd, SOL_SOCKET, SO_RCVBUF, SOCKET_BUFFER_SIZE);
  set_option(s->fd, SOL_SOCKET, SO_SNDBUF, SOCKET_BUFFER_SIZE);
  /* The same beyond the system's limit, for those who may. */
  set_option(s->fd, SOL_SOCKET, SO_RCVBUFFORCE, SOCKET_BUFFER_SIZE);
  set_option(s->fd, SOL_SOCKET, SO_SNDBUFFORCE, SOCKET_BUFFER_SIZE);
  return 0;
}

/* The last step of opening: `result` is what bind or connect returned. */
static int finish_opening(struct udp_socket *s, int result)
{
  socklen_t len = sizeof(s->local);
  if (result == 0 && getsockname(s->fd, (struct sockaddr *)&s->local, &len) == 0) {
    s->locallen = len;
    return 0;
  }
  int error = errno;
  udp_close(s);
  errno = error;
  return -1;
}

int udp_listen(struct udp_socket *s, const struct addrinfo *address, bool gso, bool shared)
{
  if (open_socket(s, address, gso) != 0) {
    return -1;
  }
  if (shared) {
    set_option(s->fd, SOL_SOCKET, SO_REUSEPORT, 1);
    set_option(s->fd, IPPROTO_UDP, UDP_GRO, 0);
  }
  return finish_opening(s, bind(s->fd, address->ai_addr, address->ai_addrlen));
}

int udp_connect(struct udp_socket *s, const struct addrinfo *address, bool gso)
{
  if (open_socket(s, address, gso) != 0) {
    return -1;
  }
  s->connected = true;
  return finish_opening(s, connect(s->fd, address->ai_addr, address->ai_addrlen));
}

void udp_close(struct udp_socket *s)
{
  if (s->fd >= 0) {
    close(s->fd);
    s->fd = -1;
  }
}

/* A bound socket may stand for every address of the machine: the control message says which of them the
 * datagram was sent to. The port is the socket's. */
static void set_local_ipv4(ngtcp2_path_storage *path, const struct cmsghdr *control)
{
  struct in_pktinfo info;
  memcpy(&info, CMSG_DATA(control), sizeof(info));
  path->local_addrbuf.in.sin_addr = info.ipi_addr;
}

static void set_local_ipv6(ngtcp2_path_storage *path, const struct cmsghdr *control)
{
  struct in6_pktinfo info;
  memcpy(&info, CMSG_DATA(control), sizeof(info));
  path->local_addrbuf.in6.sin6_addr = info.ipi6_addr;
  if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr)) {
    path->local_addrbuf.in6.sin6_scope_id = info.ipi6_ifindex;
  }
}

static void read_control_messages(struct msghdr *message, struct udp_batch *batch)
{
  for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      set_local_ipv4(&batch->path, c);
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      set_local_ipv6(&batch->path, c);
    } else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TOS) {
      batch->info.ecn = *CMSG_DATA(c) & NGTCP2_ECN_MASK;
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_TCLASS) {
      int traffic_class;
      memcpy(&traffic_class, CMSG_DATA(c), sizeof(traffic_class));
      batch->info.ecn = (uint8_t)(traffic_class & NGTCP2_ECN_MASK);
    } else if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
      int segment;
      memcpy(&segment, CMSG_DATA(c), sizeof(segment));
      batch->segment = (size_t)segment;
    }
  }
}

void udp_interpret(struct udp_socket *s, struct msghdr *message, uint8_t *data, size_t len,
                   struct udp_batch *batch)
{
  ngtcp2_path *path = &batch->path.path;
  ngtcp2_path_storage_zero(&batch->path);
  path->user_data = s;
  if (message->msg_namelen <= sizeof(batch->path.remote_addrbuf)) {
    memcpy(&batch->path.remote_addrbuf, message->msg_name, message->msg_namelen);
    path->remote.addrlen = message->msg_namelen;
  }
  ngtcp2_addr_copy_byte(&path->local, &s->local.sa, s->locallen);
  batch->info.ecn = NGTCP2_ECN_NOT_ECT;
  batch->received = timestamp();
  batch->data = data;
  batch->len = len;
  batch->segment = len;
  read_control_messages(message, batch);
}

bool udp_receive(struct udp_socket *s, struct udp_batch *batch)
{
  ngtcp2_sockaddr_union sender;
  union control_buffer control;
  struct iovec iov = {.iov_base = s->receive_buffer, .iov_len = sizeof(s->receive_buffer)};
  struct msghdr message = {
    .msg_name = &sender,
    .msg_namelen = sizeof(sender),
    .msg_iov = &iov,
    .msg_iovlen = 1,
    .msg_control = &control,
    .msg_controllen = sizeof(control),
  };
  ssize_t received;
  do {
    received = recvmsg(s->fd, &message, 0);
  } while (received < 0 && errno == EINTR);
  if (received < 0) {
    /* Not EAGAIN: an ICMP error that belongs to some earlier datagram. Reading clears it. */
    s->refused |= errno == ECONNREFUSED;
    return false;
  }

  udp_interpret(s, &message, s->receive_buffer, (size_t)received, batch);
  return true;
}

static void add_control_message(struct msghdr *message, int level, int type, const void *data, size_t len)
{
  struct cmsghdr *c = (struct cmsghdr *)((uint8_t *)message->msg_control + message->msg_controllen);
  c->cmsg_level = level;
  c->cmsg_type = type;
  c->cmsg_len = CMSG_LEN(len);
  memcpy(CMSG_DATA(c), data, len);
  message->msg_controllen += CMSG_SPACE(len);
}

static void add_local_address(struct msghdr *message, const ngtcp2_addr *local)
{
  if (local->addr->sa_family == AF_INET6) {
    const struct sockaddr_in6 *address = (const struct sockaddr_in6 *)local->addr;
    struct in6_pktinfo info = {.ipi6_addr = address->sin6_addr, .ipi6_ifindex = address->sin6_scope_id};
    add_control_message(message, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof(info));
  } else {
    struct in_pktinfo info = {.ipi_spec_dst = ((const struct sockaddr_in *)local->addr)->sin_addr};
    add_control_message(message, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
  }
}

static void add_ecn(struct msghdr *message, int family, int ecn)
{
  if (family == AF_INET6) {
    add_control_message(message, IPPROTO_IPV6, IPV6_TCLASS, &ecn, sizeof(ecn));
  } else {
    add_control_message(message, IPPROTO_IP, IP_TOS, &ecn, sizeof(ecn));
  }
}

/* One system call. 0, or the errno of the failure. */
static int send_message(struct udp_socket *s, const struct udp_batch *batch, uint8_t *data, size_t len)
{
  union control_buffer control;
  struct iovec iov = {.iov_base = data, .iov_len = len};
  struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control};

  memset(&control, 0, sizeof(control));
  if (!s->connected) {
    message.msg_name = batch->path.path.remote.addr;
    message.msg_namelen = batch->path.path.remote.addrlen;
    add_local_address(&message, &batch->path.path.local);
  }
  if (batch->info.ecn != NGTCP2_ECN_NOT_ECT) {
    add_ecn(&message, s->family, batch->info.ecn);
  }
  if (len > batch->segment) {
    uint16_t segment = (uint16_t)batch->segment;
    add_control_message(&message, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof(segment));
  }
  if (message.msg_controllen == 0) {
    message.msg_control = NULL;
  }

  ssize_t sent;
  do {
    sent = sendmsg(s->fd, &message, 0);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 ? errno : 0;
}

static bool means_no_gso(int error)
{
  return error == EIO || error == EINVAL || error == ENOPROTOOPT || error == EOPNOTSUPP;
}

size_t udp_send(struct udp_socket *s, const struct udp_batch *batch)
{
  size_t offset = 0;
  while (offset < batch->len) {
    size_t left = batch->len - offset;
    size_t len = s->gso || left < batch->segment ? left : batch->segment;
    int error = send_message(s, batch, batch->data + offset, len);
    if (error == EAGAIN || error == EWOULDBLOCK) {
      return offset;
    }
    if (len > batch->segment && means_no_gso(error)) {
      s->gso = false; /* this kernel or network card cannot: one by one from now on */
      continue;
    }
    s->refused |= error == ECONNREFUSED;
    offset += len;
  }
  return offset;
}
