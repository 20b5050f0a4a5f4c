//! Numbers about a connection (RFC 9002).

use core::ffi::c_int;

use crate::ngtcp2_duration;

/// The first generation of `ngtcp2_conn_info`, up to `bytes_in_flight`.
pub const NGTCP2_CONN_INFO_V1: c_int = 1;
/// Adds the counters from `pkt_sent` on. Since 1.16.
pub const NGTCP2_CONN_INFO_V2: c_int = 2;
/// The generation of `ngtcp2_conn_info` in this header.
pub const NGTCP2_CONN_INFO_VERSION: c_int = NGTCP2_CONN_INFO_V2;

/// A snapshot of a connection, made by `ngtcp2_conn_get_conn_info2`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_conn_info {
    /// The latest sample of the round-trip time, or 0 before there is one.
    pub latest_rtt: ngtcp2_duration,
    /// The smallest round-trip time, or `UINT64_MAX` before there is a sample.
    pub min_rtt: ngtcp2_duration,
    /// The smoothed round-trip time.
    pub smoothed_rtt: ngtcp2_duration,
    /// The mean deviation of the round-trip time.
    pub rttvar: ngtcp2_duration,
    /// The congestion window in bytes.
    pub cwnd: u64,
    /// The slow start threshold in bytes, or `UINT64_MAX` before there was congestion.
    pub ssthresh: u64,
    /// The number of bytes in flight.
    pub bytes_in_flight: u64,
    /// The number of QUIC packets sent. Since `NGTCP2_CONN_INFO_V2`, like all that follow.
    pub pkt_sent: u64,
    /// The bytes in them.
    pub bytes_sent: u64,
    /// The number of QUIC packets received, discarded ones left out.
    pub pkt_recv: u64,
    /// The bytes in them.
    pub bytes_recv: u64,
    /// The number of sent packets that were declared lost.
    pub pkt_lost: u64,
    /// The bytes in them.
    pub bytes_lost: u64,
    /// The number of PING frames received.
    pub ping_recv: u64,
    /// The number of received packets that were discarded.
    pub pkt_discarded: u64,
}

zero!(ngtcp2_conn_info {
    latest_rtt: 0,
    min_rtt: 0,
    smoothed_rtt: 0,
    rttvar: 0,
    cwnd: 0,
    ssthresh: 0,
    bytes_in_flight: 0,
    pkt_sent: 0,
    bytes_sent: 0,
    pkt_recv: 0,
    bytes_recv: 0,
    pkt_lost: 0,
    bytes_lost: 0,
    ping_recv: 0,
    pkt_discarded: 0,
});
