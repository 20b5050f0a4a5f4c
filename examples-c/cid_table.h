/* Finds the connection that a packet belongs to by the packet's destination connection id.
 *
 * A connection has several ids at a time: the one that the client made up for its first packet, and those
 * that we gave out. Clients choose the former, so the hash is keyed: nobody outside can aim at one bucket.
 */
#ifndef CID_TABLE_H
#define CID_TABLE_H

#include "common.h"

struct cid_entry;

/* The connection's side: what the table knows about it, so that it can be forgotten as a whole. */
struct cid_owner {
  void *connection;
  struct cid_entry *entries;
};

struct cid_table {
  struct cid_entry **buckets;
  size_t bucket_count; /* a power of two */
  size_t entry_count;
  uint64_t key[2];
};

void cid_table_init(struct cid_table *table);
void cid_table_free(struct cid_table *table);

/* False if the id is taken, which leaves the table as it was. */
bool cid_table_add(struct cid_table *table, const ngtcp2_cid *id, struct cid_owner *owner);
void cid_table_remove(struct cid_table *table, const ngtcp2_cid *id);
void cid_table_remove_all(struct cid_table *table, struct cid_owner *owner);
/* The connection with this id; NULL if there is none. */
void *cid_table_find(const struct cid_table *table, const uint8_t *id, size_t len);

#endif
