#include "response.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "folder.h"

#define PIECE_SIZE 65536

struct file_piece {
  struct file_piece *next;
  uint64_t offset;
  size_t len;
  uint8_t bytes[];
};

static uint64_t peek(struct outgoing *stream, ngtcp2_vec *data, bool *fin);
static void advance(struct outgoing *stream, size_t len);

static const struct outgoing_source source = {.peek = peek, .advance = advance};

struct response *response_new(int64_t stream_id)
{
  struct response *r = allocate(sizeof(*r));
  r->outgoing.source = &source;
  r->outgoing.stream_id = stream_id;
  r->file = -1;
  return r;
}

static void free_pieces(struct file_piece *piece)
{
  while (piece != NULL) {
    struct file_piece *next = piece->next;
    free(piece);
    piece = next;
  }
}

void response_free(struct response *r)
{
  free_pieces(r->first_piece);
  free_pieces(r->spare_pieces);
  if (r->file >= 0) {
    close(r->file);
  }
  free(r);
}

bool response_read_request(struct response *r, const uint8_t *data, size_t len, bool end)
{
  size_t room = HQ_REQUEST_MAX - r->request_len;
  size_t part = len < room ? len : room;
  if (r->file >= 0) {
    return false;
  }
  if (part > 0) { /* data may be NULL otherwise */
    memcpy(r->request + r->request_len, data, part);
    r->request_len += part;
  }
  r->request[r->request_len] = '\0';
  if (memchr(r->request, '\n', r->request_len) != NULL) {
    return true;
  }
  if (len > room) {
    r->request_len = 0; /* never the file whose name is the beginning of the one asked for */
    return true;
  }
  return end;
}

/* Cuts "GET /path\r\n" down to "/path", in place. NULL if it is something else. */
static const char *requested_path(struct response *r)
{
  char *line_end = memchr(r->request, '\n', r->request_len);
  if (line_end == NULL) {
    line_end = r->request + r->request_len;
  } else if (line_end > r->request && line_end[-1] == '\r') {
    line_end--;
  }
  *line_end = '\0';
  bool has_nul = strlen(r->request) != (size_t)(line_end - r->request);
  if (has_nul || strncmp(r->request, "GET /", 5) != 0) {
    return NULL;
  }
  return r->request + 4;
}

enum hq_error response_open_file(struct response *r, int folder)
{
  const char *path = requested_path(r);
  if (path == NULL) {
    return HQ_BAD_REQUEST;
  }
  return folder_open(folder, path, &r->file, &r->size);
}

/* One that has been acknowledged, if there is any: its memory is warm, and the system need not clear it. No piece wants
 * more room than those before it. */
static struct file_piece *take_piece(struct response *r, size_t room)
{
  struct file_piece *piece = r->spare_pieces;
  if (piece != NULL) {
    r->spare_pieces = piece->next;
    return piece;
  }
  return allocate_uncleared(sizeof(*piece) + room);
}

/* Reads the next piece of the file. False if there is none where there should be: someone has cut the
 * file, and the client must not take what it has for the whole. */
static bool read_piece(struct response *r)
{
  uint64_t left = r->size - r->read_offset;
  size_t want = left < PIECE_SIZE ? (size_t)left : PIECE_SIZE;
  struct file_piece *piece = take_piece(r, want);
  ssize_t got;
  do {
    got = pread(r->file, piece->bytes, want, (off_t)r->read_offset);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) {
    free(piece);
    return false;
  }
  piece->next = NULL;
  piece->offset = r->read_offset;
  piece->len = (size_t)got;
  r->read_offset += piece->len;
  if (r->last_piece != NULL) {
    r->last_piece->next = piece;
  } else {
    r->first_piece = piece;
  }
  r->last_piece = piece;
  return true;
}

/* The library takes bytes in order, so only the last piece can have some left. */
static uint64_t peek(struct outgoing *stream, ngtcp2_vec *data, bool *fin)
{
  struct response *r = (struct response *)stream;
  if (r->sent_offset == r->read_offset && r->read_offset < r->size && !read_piece(r)) {
    return HQ_INTERNAL_ERROR;
  }
  if (r->sent_offset < r->read_offset) {
    size_t skip = (size_t)(r->sent_offset - r->last_piece->offset);
    data->base = r->last_piece->bytes + skip;
    data->len = r->last_piece->len - skip;
  }
  *fin = r->read_offset == r->size;
  return HQ_NO_ERROR;
}

static void advance(struct outgoing *stream, size_t len)
{
  ((struct response *)stream)->sent_offset += len;
}

void response_acknowledged(struct response *r, uint64_t offset)
{
  while (r->first_piece != NULL && r->first_piece->offset + r->first_piece->len <= offset) {
    struct file_piece *piece = r->first_piece;
    r->first_piece = piece->next;
    piece->next = r->spare_pieces;
    r->spare_pieces = piece;
  }
  if (r->first_piece == NULL) {
    r->last_piece = NULL;
  }
}
