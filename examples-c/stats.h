/* The table of --stats: what a connection did, in figures. */
#ifndef STATS_H
#define STATS_H

#include <stdio.h>

#include <ngtcp2/ngtcp2.h>

/* `name` stands in the table's first line: which connection this is. */
void stats_print(FILE *to, const char *name, ngtcp2_conn *quic);

#endif
