/*
 * The headers in C++: all that macros.c does, and what C++ asks beyond it.
 */
#include "macros.c"

#include <algorithm>
#include <type_traits>

/* std::min takes two arguments of one type. */
uint64_t shorter(uint64_t timeout);

uint64_t shorter(uint64_t timeout) {
  return std::min(timeout, 30 * NGTCP2_SECONDS);
}

static_assert(std::is_same<decltype(NGTCP2_SECONDS), ngtcp2_duration>::value,
              "a duration");
static_assert(std::is_enum<ngtcp2_encryption_level>::value, "an enum");
static_assert(std::is_standard_layout<ngtcp2_callbacks>::value, "a C struct");
