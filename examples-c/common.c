#include "common.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include <ngtcp2/ngtcp2_crypto_rustls.h>
#include <ngtcp2/rngtcp2.h>

#include "hq.h"

#pragma weak rngtcp2_version /* ngtcp2's own library does not have it */

const char *program_name = "";

__attribute__((format(printf, 2, 0), nonnull(2))) static void message(FILE *stream, const char *format, va_list args)
{
  flockfile(stream); /* whole lines, even if several threads have something to say */
  fprintf(stream, "%s: ", program_name);
  vfprintf(stream, format, args);
  fputc('\n', stream);
  fflush(stream);
  funlockfile(stream);
}

void say(const char *format, ...)
{
  va_list args;
  va_start(args, format);
  message(stdout, format, args);
  va_end(args);
}

void complain(const char *format, ...)
{
  va_list args;
  va_start(args, format);
  message(stderr, format, args);
  va_end(args);
}

void die(const char *format, ...)
{
  va_list args;
  va_start(args, format);
  message(stderr, format, args);
  va_end(args);
  exit(EXIT_FAILURE);
}

static void *or_die(void *memory)
{
  if (memory == NULL) {
    die("out of memory");
  }
  return memory;
}

void *allocate(size_t size) { return or_die(calloc(1, size)); }
void *allocate_uncleared(size_t size) { return or_die(malloc(size)); }

ngtcp2_tstamp timestamp(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (ngtcp2_tstamp)now.tv_sec * NGTCP2_SECONDS + (ngtcp2_tstamp)now.tv_nsec;
}

void random_bytes(void *dest, size_t len)
{
  uint8_t *next = dest;
  while (len > 0) {
    size_t part = len < 256 ? len : 256; /* getentropy gives no more at once */
    if (getentropy(next, part) != 0) {
      die("the system gives no random bytes: %s", strerror(errno));
    }
    next += part;
    len -= part;
  }
}

void random_connection_id(ngtcp2_cid *id, size_t len)
{
  uint8_t bytes[NGTCP2_MAX_CIDLEN];
  random_bytes(bytes, len);
  ngtcp2_cid_init(id, bytes, len);
}

void random_callback(uint8_t *dest, size_t destlen, const ngtcp2_rand_ctx *context)
{
  (void)context;
  random_bytes(dest, destlen);
}

void log_callback(void *user_data, char *message, size_t len)
{
  (void)user_data;
  fprintf(stderr, "%.*s\n", (int)len, message);
}

const char *address_text(char text[ADDRESS_TEXT_MAX], const ngtcp2_addr *address)
{
  char host[64], port[8];
  if (getnameinfo((const struct sockaddr *)address->addr, address->addrlen, host, sizeof(host), port,
                  sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return strcpy(text, "(unknown address)");
  }
  snprintf(text, ADDRESS_TEXT_MAX, "%s port %s", host, port);
  return text;
}

void print_version(void)
{
  const char *own = rngtcp2_version != NULL ? rngtcp2_version(0)->version_str : NULL;
  printf("%s: ngtcp2 %s", program_name, ngtcp2_version(0)->version_str);
  if (own != NULL) {
    printf(" by rngtcp2 %s", own);
  }
  printf(", TLS by rngtcp2 %s\n", ngtcp2_crypto_rustls_version(0)->version_str);
}

uint64_t parse_number(const char *option, const char *text, uint64_t min, uint64_t max)
{
  char *end;
  errno = 0;
  unsigned long long number = strtoull(text, &end, 10);
  if (errno != 0 || end == text || *end != '\0' || *text == '-' || number < min || number > max) {
    die("%s: '%s' is not a number from %llu to %llu", option, text, (unsigned long long)min,
        (unsigned long long)max);
  }
  return number;
}

ngtcp2_cc_algo parse_congestion_control(const char *name)
{
  if (strcmp(name, "reno") == 0) {
    return NGTCP2_CC_ALGO_RENO;
  }
  if (strcmp(name, "cubic") == 0) {
    return NGTCP2_CC_ALGO_CUBIC;
  }
  if (strcmp(name, "bbr") == 0) {
    return NGTCP2_CC_ALGO_BBR;
  }
  die("--cc: '%s' is none of reno, cubic, bbr", name);
}

const char *hq_error_text(uint64_t code)
{
  switch (code) {
  case HQ_BAD_REQUEST:
    return "the server did not understand the request";
  case HQ_FORBIDDEN:
    return "the server does not allow this path";
  case HQ_NOT_FOUND:
    return "no such file on the server";
  case HQ_INTERNAL_ERROR:
    return "the server could not read the file";
  default:
    return "the server gave an unknown error code";
  }
}
