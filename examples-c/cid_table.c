#include "cid_table.h"

#include <stdlib.h>
#include <string.h>

#define INITIAL_BUCKETS 64

struct cid_entry {
  struct cid_entry *next;       /* in the same bucket */
  struct cid_entry *owner_next; /* of the same owner */
  struct cid_owner *owner;
  ngtcp2_cid id;
};

static uint64_t rotate(uint64_t value, int bits)
{
  return value << bits | value >> (64 - bits);
}

static void sip_round(uint64_t v[4])
{
  v[0] += v[1];
  v[1] = rotate(v[1], 13) ^ v[0];
  v[0] = rotate(v[0], 32);
  v[2] += v[3];
  v[3] = rotate(v[3], 16) ^ v[2];
  v[0] += v[3];
  v[3] = rotate(v[3], 21) ^ v[0];
  v[2] += v[1];
  v[1] = rotate(v[1], 17) ^ v[2];
  v[2] = rotate(v[2], 32);
}

/* SipHash-1-3 */
static uint64_t hash(const struct cid_table *table, const uint8_t *data, size_t len)
{
  uint64_t v[4] = {
    table->key[0] ^ UINT64_C(0x736f6d6570736575),
    table->key[1] ^ UINT64_C(0x646f72616e646f6d),
    table->key[0] ^ UINT64_C(0x6c7967656e657261),
    table->key[1] ^ UINT64_C(0x7465646279746573),
  };
  for (size_t block = 0; block <= len / 8; block++) {
    uint64_t word = block == len / 8 ? (uint64_t)len << 56 : 0;
    for (size_t i = block * 8; i < len && i < block * 8 + 8; i++) {
      word |= (uint64_t)data[i] << (8 * (i % 8));
    }
    v[3] ^= word;
    sip_round(v);
    v[0] ^= word;
  }
  v[2] ^= 0xff;
  sip_round(v);
  sip_round(v);
  sip_round(v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* The link that points to the entry of this id, or to the end of its bucket. */
static struct cid_entry **find_link(const struct cid_table *table, const uint8_t *id, size_t len)
{
  struct cid_entry **link = &table->buckets[hash(table, id, len) & (table->bucket_count - 1)];
  while (*link != NULL && ((*link)->id.datalen != len || memcmp((*link)->id.data, id, len) != 0)) {
    link = &(*link)->next;
  }
  return link;
}

void cid_table_init(struct cid_table *table)
{
  table->bucket_count = INITIAL_BUCKETS;
  table->buckets = allocate(table->bucket_count * sizeof(*table->buckets));
  table->entry_count = 0;
  random_bytes(table->key, sizeof(table->key));
}

void cid_table_free(struct cid_table *table)
{
  for (size_t i = 0; i < table->bucket_count; i++) {
    while (table->buckets[i] != NULL) {
      struct cid_entry *entry = table->buckets[i];
      table->buckets[i] = entry->next;
      free(entry);
    }
  }
  free(table->buckets);
}

/* Memory follows the number of entries both ways: after a rush the table is as small as before. */
static void resize(struct cid_table *table, size_t bucket_count)
{
  struct cid_table other = *table;
  other.bucket_count = bucket_count;
  other.buckets = allocate(bucket_count * sizeof(*other.buckets));
  for (size_t i = 0; i < table->bucket_count; i++) {
    while (table->buckets[i] != NULL) {
      struct cid_entry *entry = table->buckets[i];
      table->buckets[i] = entry->next;
      struct cid_entry **link = find_link(&other, entry->id.data, entry->id.datalen);
      entry->next = *link;
      *link = entry;
    }
  }
  free(table->buckets);
  *table = other;
}

bool cid_table_add(struct cid_table *table, const ngtcp2_cid *id, struct cid_owner *owner)
{
  if (*find_link(table, id->data, id->datalen) != NULL) {
    return false;
  }
  if (table->entry_count >= table->bucket_count) {
    resize(table, 2 * table->bucket_count);
  }
  struct cid_entry *entry = allocate(sizeof(*entry));
  entry->id = *id;
  entry->owner = owner;
  entry->owner_next = owner->entries;
  owner->entries = entry;
  *find_link(table, id->data, id->datalen) = entry;
  table->entry_count++;
  return true;
}

void cid_table_remove(struct cid_table *table, const ngtcp2_cid *id)
{
  struct cid_entry **link = find_link(table, id->data, id->datalen);
  struct cid_entry *entry = *link;
  if (entry == NULL) {
    return;
  }
  *link = entry->next;
  table->entry_count--;
  struct cid_entry **owner_link = &entry->owner->entries;
  while (*owner_link != entry) {
    owner_link = &(*owner_link)->owner_next;
  }
  *owner_link = entry->owner_next;
  free(entry);
  if (table->bucket_count > INITIAL_BUCKETS && table->entry_count < table->bucket_count / 4) {
    resize(table, table->bucket_count / 2);
  }
}

void cid_table_remove_all(struct cid_table *table, struct cid_owner *owner)
{
  while (owner->entries != NULL) {
    ngtcp2_cid id = owner->entries->id;
    cid_table_remove(table, &id);
  }
}

void *cid_table_find(const struct cid_table *table, const uint8_t *id, size_t len)
{
  struct cid_entry *entry = *find_link(table, id, len);
  return entry != NULL ? entry->owner->connection : NULL;
}
