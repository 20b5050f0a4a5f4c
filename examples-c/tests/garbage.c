/* Throws datagrams at a server that no honest client would send, or asks it two questions that it must
 * answer without a connection.
 *
 *   garbage throw HOST PORT SECONDS [SEED]    random bytes, and the beginnings of packets, cut and changed
 *   garbage probe HOST PORT                   expects Version Negotiation, and a stateless reset
 *   garbage mute SECONDS                      prints a port of 127.0.0.1 on which it never answers
 *
 * Prints the seed, with which the same datagrams come again.
 */
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define DATAGRAM_MAX 1400

static uint64_t state;

/* xorshift64: quick, and the same on every machine */
static uint64_t next_random(void)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static void fill(uint8_t *data, size_t len)
{
  for (size_t i = 0; i < len; i++) {
    data[i] = (uint8_t)(next_random() >> 24);
  }
}

static int open_socket(const char *host, const char *port)
{
  struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *address;
  if (getaddrinfo(host, port, &hints, &address) != 0) {
    fprintf(stderr, "garbage: no such host\n");
    exit(2);
  }
  int fd = socket(address->ai_family, SOCK_DGRAM, 0);
  if (fd < 0 || connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
    perror("garbage");
    exit(2);
  }
  freeaddrinfo(address);
  return fd;
}

/* A long header: type and version, two connection ids of 8 bytes. The rest stays as it is. */
static void write_long_header(uint8_t *packet, uint8_t first, uint32_t version)
{
  packet[0] = first;
  packet[1] = (uint8_t)(version >> 24);
  packet[2] = (uint8_t)(version >> 16);
  packet[3] = (uint8_t)(version >> 8);
  packet[4] = (uint8_t)version;
  packet[5] = 8;
  packet[14] = 8;
}

/* One bad datagram: half of them pure noise, the others with enough sense to get further in. */
static size_t make_datagram(uint8_t *data)
{
  size_t len = next_random() % DATAGRAM_MAX;
  fill(data, DATAGRAM_MAX);
  switch (next_random() % 6) {
  case 0: /* an Initial whose protection nobody can remove */
    write_long_header(data, 0xc0 | (data[0] & 0x0f), 1);
    data[23] = 0; /* no token */
    return DATAGRAM_MAX;
  case 1: /* the same, cut anywhere */
    write_long_header(data, 0xc0 | (data[0] & 0x3f), 1);
    return len;
  case 2: /* an unknown version */
    write_long_header(data, 0x80 | data[0], (uint32_t)next_random());
    return len;
  default:
    return len;
  }
}

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int throw_garbage(int fd, double seconds)
{
  uint8_t data[DATAGRAM_MAX];
  double end = now() + seconds;
  unsigned long count = 0;
  while (now() < end) {
    (void)!send(fd, data, make_datagram(data), 0);
    if (++count % 16 == 0) {
      usleep(1000);
    }
  }
  printf("%lu datagrams\n", count);
  return 0;
}

/* Sends, and returns the length of what comes back within a second; -1 if nothing does. */
static ssize_t ask(int fd, uint8_t *data, size_t len)
{
  const struct timeval second = {.tv_sec = 1};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
  (void)!send(fd, data, len, 0);
  return recv(fd, data, DATAGRAM_MAX, 0);
}

static int probe(int fd)
{
  uint8_t data[DATAGRAM_MAX];
  int failures = 0;

  fill(data, sizeof(data));
  write_long_header(data, 0xc0, 0x1a2a3a4a);
  ssize_t len = ask(fd, data, 1200);
  bool negotiation = len > 27 && (data[0] & 0x80) != 0 && memcmp(data + 1, "\0\0\0\0", 4) == 0;
  printf("an unknown version: %s\n", negotiation ? "Version Negotiation" : "no Version Negotiation");
  failures += !negotiation;

  fill(data, sizeof(data));
  data[0] = 0x40 | (data[0] & 0x3f);
  len = ask(fd, data, 100);
  bool reset = len >= 21 && len < 100 && (data[0] & 0xc0) == 0x40;
  printf("an unknown connection: %s\n", reset ? "stateless reset" : "no stateless reset");
  failures += !reset;
  return failures != 0;
}

static int mute(double seconds)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t len = sizeof(address);
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 ||
      getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
    perror("garbage");
    return 2;
  }
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  usleep((useconds_t)(seconds * 1e6));
  return 0;
}

int main(int argc, char **argv)
{
  if (argc >= 5 && strcmp(argv[1], "throw") == 0) {
    state = argc > 5 ? strtoull(argv[5], NULL, 10) : (uint64_t)time(NULL) * 2654435761u + 1;
    printf("seed %llu\n", (unsigned long long)state);
    fflush(stdout);
    return throw_garbage(open_socket(argv[2], argv[3]), atof(argv[4]));
  }
  if (argc == 4 && strcmp(argv[1], "probe") == 0) {
    state = 1;
    return probe(open_socket(argv[2], argv[3]));
  }
  if (argc == 3 && strcmp(argv[1], "mute") == 0) {
    return mute(atof(argv[2]));
  }
  fprintf(stderr, "usage: garbage throw HOST PORT SECONDS [SEED] | probe HOST PORT | mute SECONDS\n");
  return 2;
}
