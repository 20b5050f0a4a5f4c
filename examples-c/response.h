/* One request and its answer: a file of the served folder, read in pieces that are kept until the client
 * has acknowledged them. Knows files and the shape of a request, nothing of connections. */
#ifndef RESPONSE_H
#define RESPONSE_H

#include <sys/types.h>

#include "hq.h"
#include "outgoing.h"

struct file_piece;

struct response {
  struct outgoing outgoing; /* first: a stream's user data is used as either */
  struct response *next, *previous;
  char request[HQ_REQUEST_MAX + 1];
  size_t request_len;
  int file; /* -1 until the request is complete */
  uint64_t size;
  uint64_t read_offset; /* bytes in pieces so far */
  uint64_t sent_offset; /* bytes that the library has taken */
  struct file_piece *first_piece, *last_piece;
  struct file_piece *spare_pieces; /* acknowledged: for the bytes that come next */
};

struct response *response_new(int64_t stream_id);
void response_free(struct response *response);

/* Takes the next bytes of the request; true when that made it complete. `end`: the client sends no more.
 * Further bytes after that are of no interest. */
bool response_read_request(struct response *response, const uint8_t *data, size_t len, bool end);
/* Opens the file that the complete request asks for, in `folder`. */
enum hq_error response_open_file(struct response *response, int folder);
/* Everything before `offset` has arrived. */
void response_acknowledged(struct response *response, uint64_t offset);

#endif
