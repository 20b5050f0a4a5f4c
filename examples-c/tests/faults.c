/* A network interface that misbehaves, to be loaded with LD_PRELOAD. FAULTS is a list of words:
 *
 *   nogso    the kernel refuses UDP_SEGMENT
 *   block    every third send says EAGAIN
 *   loss     one datagram (or batch) in fifty is lost
 */
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static bool wants(const char *word)
{
  const char *faults = getenv("FAULTS");
  return faults != NULL && strstr(faults, word) != NULL;
}

static bool uses_gso(const struct msghdr *message)
{
  struct msghdr *m = (struct msghdr *)message;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c)) {
    if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_SEGMENT) {
      return true;
    }
  }
  return false;
}

static ssize_t total_length(const struct msghdr *message)
{
  size_t len = 0;
  for (size_t i = 0; i < message->msg_iovlen; i++) {
    len += message->msg_iov[i].iov_len;
  }
  return (ssize_t)len;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
  static ssize_t (*real)(int, const struct msghdr *, int);
  static unsigned int count;

  if (real == NULL) {
    *(void **)&real = dlsym(RTLD_NEXT, "sendmsg");
  }
  count++;
  if (wants("nogso") && uses_gso(message)) {
    errno = EIO;
    return -1;
  }
  if (wants("block") && count % 3 == 0) {
    errno = EAGAIN;
    return -1;
  }
  if (wants("loss") && count % 50 == 0) {
    return total_length(message);
  }
  return real(fd, message, flags);
}
