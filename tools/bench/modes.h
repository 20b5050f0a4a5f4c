/* A mode is one kind of work, in a file of its own. */
#ifndef BENCH_MODES_H
#define BENCH_MODES_H

#include "pair.h"

struct mode {
  const char *name;
  const char *summary;

  void (*set_defaults)(struct options *options);

  /* One pass: connects a new pair and measures. Leaves the pair open. */
  void (*run)(struct pair *pair);

  /* A stream of the client has reached the server in full: what the server sends on it. */
  void (*answer)(struct endpoint *server, struct stream *stream);

  /* The client's event loop, before it writes. May be NULL. */
  void (*before_write)(struct endpoint *client);

  /* Figures of this mode, after the last pass. May be NULL. */
  void (*report)(const struct pair *pair);
};

extern const struct mode mode_bulk, mode_rr, mode_hs, mode_idle, mode_dgram, mode_manystreams, mode_bigwindow,
  mode_lossy;

/* A request for data by the client that carries none itself is this long. */
#define SMALL_REQUEST_LEN 16

/* bulk and lossy transfer alike. */
void bulk_run(struct pair *pair);
void bulk_answer(struct endpoint *server, struct stream *stream);

static inline uint64_t bytes_of(const struct options *options)
{
  return (uint64_t)(options->mib * 1048576);
}

#endif
