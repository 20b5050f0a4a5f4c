/* Every function that takes a connection, as a call with sensible arguments: to be made from anywhere. */
#ifndef API_CALLS_H
#define API_CALLS_H

#include "endpoint.h"

/* What the phase table asks about a function. */
typedef enum access {
  OBSERVES, /* a getter */
  CHANGES,  /* changes the connection in a way that a packet under construction survives */
  DRIVES,   /* reads or writes packets, runs timers, or moves to other keys or another path */
} access;

typedef struct api_call {
  const char *name;
  access access;
  /* What it answers when it is refused. VOID: it has no answer. */
  long long refused;
  /* Nonzero: the answer in most states is another one, so that it tells whether it was refused. */
  int tells;
  /* Nonzero: the connection does not go on as before. */
  int ends;
  long long (*call)(endpoint *e);
} api_call;

#define VOID (-9999)

extern const api_call api_calls[];
extern const size_t api_call_count;

/* The call of that name; it must be there. */
const api_call *api_call_named(const char *name);

#endif
