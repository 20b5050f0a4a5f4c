/* The table of --stats: what a connection did, in figures. */
#ifndef STATS_H
#define STATS_H

#include "common.h"

/* `name` stands in the table's first line: which connection this is. */
void stats_print(const char *name, ngtcp2_conn *quic);

#endif
