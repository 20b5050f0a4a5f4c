/* A router that forgets: passes datagrams between a client and a server, and after every EVERY of the client's takes a new port
 * towards the server, as NAT does. Prints its own port.
 *
 * usage: nat SERVER_PORT EVERY    (127.0.0.1; until a signal) */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOCKETS_MAX 4 /* those of the last ports stay open for what is on its way */

static int open_socket(in_port_t port, int to_server)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_port = port};
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  if (fd < 0 || (to_server ? connect : bind)(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
    perror("nat");
    exit(1);
  }
  return fd;
}

int main(int argc, char **argv)
{
  static char packet[65536];
  struct sockaddr_in self, client = {0};
  socklen_t len = sizeof(self), client_len;
  if (argc != 3) {
    return 1;
  }
  in_port_t server = htons((in_port_t)atoi(argv[1]));
  unsigned long every = strtoul(argv[2], NULL, 10), count = 0;
  struct pollfd fds[1 + SOCKETS_MAX];
  fds[0] = (struct pollfd){.fd = open_socket(0, 0), .events = POLLIN};
  for (int i = 1; i <= SOCKETS_MAX; i++) {
    fds[i] = (struct pollfd){.fd = -1, .events = POLLIN};
  }
  fds[1].fd = open_socket(server, 1);
  getsockname(fds[0].fd, (struct sockaddr *)&self, &len);
  printf("%d\n", ntohs(self.sin_port));
  fflush(stdout);
  for (;;) {
    ssize_t size;
    poll(fds, 1 + SOCKETS_MAX, -1);
    while (client_len = sizeof(client),
           (size = recvfrom(fds[0].fd, packet, sizeof(packet), 0, (struct sockaddr *)&client, &client_len)) >= 0) {
      if (++count % every == 0) {
        if (fds[SOCKETS_MAX].fd >= 0) {
          close(fds[SOCKETS_MAX].fd);
        }
        memmove(&fds[2], &fds[1], (SOCKETS_MAX - 1) * sizeof(fds[0]));
        fds[1].fd = open_socket(server, 1);
      }
      send(fds[1].fd, packet, (size_t)size, 0);
    }
    for (int i = 1; i <= SOCKETS_MAX; i++) {
      while (fds[i].fd >= 0 && (size = recv(fds[i].fd, packet, sizeof(packet), 0)) >= 0) {
        sendto(fds[0].fd, packet, (size_t)size, 0, (struct sockaddr *)&client, sizeof(client));
      }
    }
  }
}
