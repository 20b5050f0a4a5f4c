/* An application on one end: streams, datagrams, and everything that the library promises about them. */
#ifndef APPLICATION_H
#define APPLICATION_H

#include "network.h"

#define MAX_STREAMS 600
#define MAX_WAITING 64
#define MAX_DATAGRAMS 128

typedef struct stream {
  int64_t id;
  int is_local, sends, receives;
  int is_closed, is_void; /* void: early data that were rejected */
  /* sending */
  uint8_t *data;
  uint64_t len, sent, acknowledged;
  int fin_sent, is_reset, is_blocked;
  /* receiving */
  uint64_t received, owed;
  int fin_received, was_reset, is_stopped;
} stream;

typedef enum datagram_state { WAITING, SENT, ACKNOWLEDGED, LOST, REFUSED } datagram_state;

typedef struct application {
  endpoint *end;
  stream streams[MAX_STREAMS];
  size_t stream_count, next_stream;
  /* Lengths of streams that cannot be opened yet: bidirectional, unidirectional. */
  uint64_t waiting[2][MAX_WAITING];
  size_t waiting_count[2];
  struct {
    datagram_state state;
    size_t len;
    int is_void, arrived_at_peer;
  } datagrams[MAX_DATAGRAMS];
  size_t datagram_count, next_datagram;
  int completed, confirmed, stateless_resets;
  int is_over; /* the end has closed, drained or died: no callback may follow */
} application;

/* The end must have been initialised. */
void application_init(application *a, endpoint *e);
void application_free(application *a);

/* To be done as soon as the library allows it. */
void application_wants_stream(application *a, int is_uni, uint64_t len);
void application_wants_datagram(application *a, size_t len);
void application_open_streams(application *a);

/* The credit for what was read, which some plans hold back for a while. */
void application_gives_credit(application *a);
int application_owes_credit(const application *a);

/* Writes until the library has nothing to send. */
void application_write(application *a);

/* Whether the stream is there for the application. */
int stream_is_open(const stream *s);
/* Whether nothing is left to do. */
int application_is_done(const application *a);

/* Fails with the end and the time. */
void broken(const endpoint *e, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));
/* Prints what happens, if that was asked for. */
extern int is_verbose;
void tell(const endpoint *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
