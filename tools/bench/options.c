#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct options default_options = {
  .mib = 64,
  .payload = 1200,
  .burst = 10,
  .inflight_kib = 1024,
  .stream_kib = 16384,
  .connection_kib = 65536,
  .count = 1000,
  .requests = 20000,
  .concurrency = 32,
  .request_len = 100,
  .response_len = 1024,
  .certificate_len = 900,
  .delay_us = 5000,
  .seed = 1,
  .repetitions = 5,
  .cc = NGTCP2_CC_ALGO_CUBIC,
};

struct word {
  const char *name;
  uint64_t value;
};

static const struct word cc_words[] = {
  {"reno", NGTCP2_CC_ALGO_RENO}, {"cubic", NGTCP2_CC_ALGO_CUBIC}, {"bbr", NGTCP2_CC_ALGO_BBR}, {NULL, 0}};

static const struct word phase_words[] = {{"all", PHASE_ALL},
                                          {"sender-writes", PHASE_SENDER_WRITES},
                                          {"sender-reads", PHASE_SENDER_READS},
                                          {"receiver-writes", PHASE_RECEIVER_WRITES},
                                          {"receiver-reads", PHASE_RECEIVER_READS},
                                          {NULL, 0}};

struct option {
  const char *name;
  size_t place; /* in struct options */
  enum { NUMBER, FRACTION, WORD } kind;
  const struct word *words;
};

#define PLACE(field) offsetof(struct options, field)

static const struct option known[] = {
  {"--mib", PLACE(mib), FRACTION, NULL},
  {"--payload", PLACE(payload), NUMBER, NULL},
  {"--burst", PLACE(burst), NUMBER, NULL},
  {"--inflight-kib", PLACE(inflight_kib), NUMBER, NULL},
  {"--stream-kib", PLACE(stream_kib), NUMBER, NULL},
  {"--connection-kib", PLACE(connection_kib), NUMBER, NULL},
  {"--chunk", PLACE(chunk), NUMBER, NULL},
  {"--count", PLACE(count), NUMBER, NULL},
  {"--requests", PLACE(requests), NUMBER, NULL},
  {"--concurrency", PLACE(concurrency), NUMBER, NULL},
  {"--request-len", PLACE(request_len), NUMBER, NULL},
  {"--response-len", PLACE(response_len), NUMBER, NULL},
  {"--certificate-len", PLACE(certificate_len), NUMBER, NULL},
  {"--delay-us", PLACE(delay_us), NUMBER, NULL},
  {"--jitter-us", PLACE(jitter_us), NUMBER, NULL},
  {"--rate-mbps", PLACE(rate_mbps), NUMBER, NULL},
  {"--queue-kib", PLACE(queue_kib), NUMBER, NULL},
  {"--loss", PLACE(loss), FRACTION, NULL},
  {"--seed", PLACE(seed), NUMBER, NULL},
  {"--repetitions", PLACE(repetitions), NUMBER, NULL},
  {"--cc", PLACE(cc), WORD, cc_words},
  {"--phase", PLACE(phase), WORD, phase_words},
  {"--upload", PLACE(upload), NUMBER, NULL},
  {"--aggregate", PLACE(aggregate), NUMBER, NULL},
  {"--more", PLACE(more), NUMBER, NULL},
};

static const size_t known_count = sizeof(known) / sizeof(known[0]);

static bool read_value(const struct option *option, void *field, const char *text)
{
  const struct word *word;
  char *end;
  switch (option->kind) {
  case NUMBER:
    *(uint64_t *)field = strtoull(text, &end, 10);
    return *end == '\0';
  case FRACTION:
    *(double *)field = strtod(text, &end);
    return *end == '\0';
  case WORD:
    for (word = option->words; word->name != NULL; word++) {
      if (strcmp(word->name, text) == 0) {
        *(uint64_t *)field = word->value;
        return true;
      }
    }
  }
  return false;
}

static const struct option *find(const char *name)
{
  for (size_t i = 0; i < known_count; i++) {
    if (strcmp(known[i].name, name) == 0) {
      return &known[i];
    }
  }
  return NULL;
}

bool options_read(struct options *options, char **args)
{
  for (; args[0] != NULL; args += 2) {
    const struct option *option = find(args[0]);
    if (option == NULL || args[1] == NULL || !read_value(option, (uint8_t *)options + option->place, args[1])) {
      fprintf(stderr, "bench: what is %s %s?\n", args[0], args[1] != NULL ? args[1] : "");
      return false;
    }
  }
  return true;
}

void options_print_names(void)
{
  for (size_t i = 0; i < known_count; i++) {
    fprintf(stderr, "  %s %s", known[i].name, known[i].kind == WORD ? "" : "N");
    for (const struct word *word = known[i].words; word != NULL && word->name != NULL; word++) {
      fprintf(stderr, "%s%s", word == known[i].words ? "" : "|", word->name);
    }
    fputc('\n', stderr);
  }
}
