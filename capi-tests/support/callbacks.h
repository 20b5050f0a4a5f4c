/* The callbacks of an endpoint: each does what a connection needs, records the event and shows it to
 * the endpoint's observer. */
#ifndef CALLBACKS_H
#define CALLBACKS_H

#include "endpoint.h"

/* All callbacks that the side has, in the generation that the endpoint announces. */
void set_callbacks(endpoint *e);
/* Turns log and qlog on. */
void set_log(endpoint *e);

void token_for(const ngtcp2_cid *cid, uint8_t token[NGTCP2_STATELESS_RESET_TOKENLEN]);

#endif
