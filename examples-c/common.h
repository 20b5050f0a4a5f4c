/* What every file here needs: a clock, randomness, and messages for people. */
#ifndef COMMON_H
#define COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ngtcp2/ngtcp2.h>

extern const char *program_name; /* set first thing in main; begins every message */

/* One line on standard output, and one on standard error. Both are flushed at once. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* complain(), then exit status 1. For start-up only: later, one failure must not end the others. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

void *allocate(size_t size); /* zeroed; never NULL: a program this small ends when memory does */
void *allocate_uncleared(size_t size); /* the same, not zeroed */

/* Nanoseconds on a clock that never goes backwards: the only clock that the library is given. */
ngtcp2_tstamp timestamp(void);

/* Unpredictable bytes. Connection ids, keys and tokens depend on them. */
void random_bytes(void *dest, size_t len);
void random_connection_id(ngtcp2_cid *id, size_t len);
/* The same as the library's `rand` callback. */
void random_callback(uint8_t *dest, size_t destlen, const ngtcp2_rand_ctx *context);

/* The library's log, one line at a time on standard error: its `log_write` callback. */
void log_callback(void *user_data, char *message, size_t len);

#define ADDRESS_TEXT_MAX 80
/* "127.0.0.1 port 4433", in `text`, which it returns. */
const char *address_text(char text[ADDRESS_TEXT_MAX], const ngtcp2_addr *address);

/* One line on standard output: this program, and which libraries it runs on. */
void print_version(void);

/* Decimal number from `text` within [min, max]; anything else ends the program with a message. */
uint64_t parse_number(const char *option, const char *text, uint64_t min, uint64_t max);
ngtcp2_cc_algo parse_congestion_control(const char *name);

#endif
