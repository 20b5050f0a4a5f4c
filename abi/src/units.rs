//! Sizes, timestamps and durations.

/// The signed counterpart of `size_t`: a length, or a negative `NGTCP2_ERR_*` code.
pub type ngtcp2_ssize = isize;

/// A point in time in nanoseconds.
///
/// The library never reads a clock. The application supplies the time with each call, from a clock
/// that does not go backwards. `UINT64_MAX` is not a valid time: it stands for "never".
pub type ngtcp2_tstamp = u64;

/// A length of time in nanoseconds.
pub type ngtcp2_duration = u64;

/// One nanosecond, the unit of `ngtcp2_duration`.
pub const NGTCP2_NANOSECONDS: ngtcp2_duration = 1;
/// One microsecond.
pub const NGTCP2_MICROSECONDS: u64 = 1000 * NGTCP2_NANOSECONDS;
/// One millisecond.
pub const NGTCP2_MILLISECONDS: u64 = 1000 * NGTCP2_MICROSECONDS;
/// One second.
pub const NGTCP2_SECONDS: u64 = 1000 * NGTCP2_MILLISECONDS;
/// One minute.
pub const NGTCP2_MINUTES: u64 = 60 * NGTCP2_SECONDS;

/// The largest value of a variable-length integer, 2^62 - 1 (RFC 9000, section 16).
pub const NGTCP2_MAX_VARINT: u64 = 0x3fff_ffff_ffff_ffffu64;
