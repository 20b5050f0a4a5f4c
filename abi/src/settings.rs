//! The settings of a connection, which stay on this side of the wire.

use core::ffi::{c_char, c_int, c_void};

use crate::{NGTCP2_MILLISECONDS, ngtcp2_duration, ngtcp2_rand_ctx, ngtcp2_tstamp};

/// The default of `initial_rtt`: 333 ms (RFC 9002, section 6.2.2).
pub const NGTCP2_DEFAULT_INITIAL_RTT: u64 = 333 * NGTCP2_MILLISECONDS;

/// The congestion control algorithms.
#[repr(C)]
enum CcAlgo {
    /// NewReno (RFC 9002, section 7).
    NGTCP2_CC_ALGO_RENO = 0x00,
    /// CUBIC (RFC 9438).
    NGTCP2_CC_ALGO_CUBIC = 0x01,
    /// BBR version 3.
    NGTCP2_CC_ALGO_BBR = 0x02,
}

open_enum!(ngtcp2_cc_algo, CcAlgo { NGTCP2_CC_ALGO_RENO, NGTCP2_CC_ALGO_CUBIC, NGTCP2_CC_ALGO_BBR });

/// Where a token came from.
#[repr(C)]
enum TokenType {
    /// Not known, or no token.
    NGTCP2_TOKEN_TYPE_UNKNOWN = 0,
    /// A Retry packet.
    NGTCP2_TOKEN_TYPE_RETRY = 1,
    /// A NEW_TOKEN frame.
    NGTCP2_TOKEN_TYPE_NEW_TOKEN = 2,
}

open_enum!(
    ngtcp2_token_type,
    TokenType { NGTCP2_TOKEN_TYPE_UNKNOWN, NGTCP2_TOKEN_TYPE_RETRY, NGTCP2_TOKEN_TYPE_NEW_TOKEN }
);

/// Writes a line of the log, printf(3) style, without a newline. `user_data` is the connection's.
///
/// It must not call into the connection. New code uses `ngtcp2_log_write`.
pub type ngtcp2_printf = Option<unsafe extern "C" fn(user_data: *mut c_void, format: *const c_char, ...)>;

/// Writes a line of the log. `user_data` is the connection's.
///
/// `msg` has `len` bytes, no newline, and a NUL that is not counted. It is valid during the call
/// only, and may be altered. The function must not call into the connection. Since 1.23.
pub type ngtcp2_log_write =
    Option<unsafe extern "C" fn(user_data: *mut c_void, msg: *mut c_char, len: usize)>;

/// No flag.
pub const NGTCP2_QLOG_WRITE_FLAG_NONE: u32 = 0x00u32;
/// This is the last call for the connection.
pub const NGTCP2_QLOG_WRITE_FLAG_FIN: u32 = 0x01u32;

/// Writes a piece of qlog in the JSON text sequence format (RFC 7464). `user_data` is the
/// connection's.
///
/// `flags` is zero or more of `NGTCP2_QLOG_WRITE_FLAG_*`. The last call comes from
/// `ngtcp2_conn_del`, with `NGTCP2_QLOG_WRITE_FLAG_FIN` and `datalen` 0. The function must not call
/// into the connection.
pub type ngtcp2_qlog_write =
    Option<unsafe extern "C" fn(user_data: *mut c_void, flags: u32, data: *const c_void, datalen: usize)>;

/// The first generation of `ngtcp2_settings`, up to `initial_pkt_num`.
pub const NGTCP2_SETTINGS_V1: c_int = 1;
/// Adds `pmtud_probes`. Since 1.4.
pub const NGTCP2_SETTINGS_V2: c_int = 2;
/// Adds `glitch_ratelim_burst`. Since 1.15.
pub const NGTCP2_SETTINGS_V3: c_int = 3;
/// Adds `log_write`. Since 1.23.
pub const NGTCP2_SETTINGS_V4: c_int = 4;
/// The generation of `ngtcp2_settings` in this header.
pub const NGTCP2_SETTINGS_VERSION: c_int = NGTCP2_SETTINGS_V4;

/// The settings of a connection. Start from `ngtcp2_settings_default`.
///
/// `ngtcp2_conn_client_new` and `ngtcp2_conn_server_new` copy what they need, the memory behind the
/// pointers included.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_settings {
    /// Receives the qlog of the connection, or NULL.
    pub qlog_write: ngtcp2_qlog_write,
    /// The congestion control algorithm. CUBIC by default.
    pub cc_algo: ngtcp2_cc_algo,
    /// The time at which the connection is made. Required: the default is 0.
    pub initial_ts: ngtcp2_tstamp,
    /// The round-trip time that is assumed before there is a sample.
    pub initial_rtt: ngtcp2_duration,
    /// Receives the log of the connection, or NULL. Not used if `log_write` is set.
    pub log_printf: ngtcp2_printf,
    /// The largest UDP payload to send, in bytes. At least 1200, and 1452 by default.
    pub max_tx_udp_payload_size: usize,
    /// A client sends this token in its Initial packets. A server that received and verified a
    /// token gives it here, which lifts the anti-amplification limit (RFC 9000, section 8.1).
    pub token: *const u8,
    /// The number of bytes at `token`.
    pub tokenlen: usize,
    /// Where `token` came from.
    pub token_type: ngtcp2_token_type,
    /// Passed to the `rand` callback.
    pub rand_ctx: ngtcp2_rand_ctx,
    /// The largest flow control window of the connection, in bytes, that auto-tuning may reach.
    /// 0 switches auto-tuning off.
    pub max_window: u64,
    /// The largest flow control window of a stream, in bytes, that auto-tuning may reach. 0
    /// switches auto-tuning off.
    pub max_stream_window: u64,
    /// The number of ack-eliciting packets after which an acknowledgement is sent without delay.
    pub ack_thresh: usize,
    /// 1: `max_tx_udp_payload_size` is used as it is, without waiting for proof that the path
    /// carries it.
    pub no_tx_udp_payload_size_shaping: u8,
    /// How long the handshake may take, counted from `initial_ts`. `UINT64_MAX`, the default, means
    /// for ever.
    pub handshake_timeout: ngtcp2_duration,
    /// QUIC versions in order of preference. A server picks the first that the client offers too; a
    /// client prefers them in answer to a Version Negotiation packet. NULL for the library's own.
    pub preferred_versions: *const u32,
    /// The number of versions at `preferred_versions`.
    pub preferred_versionslen: usize,
    /// The QUIC versions that are sent in the version_information transport parameter (RFC 9368).
    /// NULL for the library's own.
    pub available_versions: *const u32,
    /// The number of versions at `available_versions`.
    pub available_versionslen: usize,
    /// The QUIC version of the client's first attempt, if this connection follows a Version
    /// Negotiation packet. Otherwise 0. Clients only.
    pub original_version: u32,
    /// 1 switches path MTU discovery off.
    pub no_pmtud: u8,
    /// The number of the first packet. At most 2^31 - 1.
    pub initial_pkt_num: u32,
    /// The sizes of UDP payloads that path MTU discovery tries, in bytes, each at least 1200. NULL
    /// for the library's own. Since `NGTCP2_SETTINGS_V2`.
    pub pmtud_probes: *const u16,
    /// The number of sizes at `pmtud_probes`. Since `NGTCP2_SETTINGS_V2`.
    pub pmtud_probeslen: usize,
    /// How many glitches are taken at once: frames of the peer that are legal and of no use, such as
    /// data that is there already. With one more `ngtcp2_conn_read_pkt` returns
    /// `NGTCP2_ERR_INTERNAL`. 0 takes none. Since `NGTCP2_SETTINGS_V3`.
    pub glitch_ratelim_burst: u64,
    /// How many glitches are forgiven a second. Besides, each 1200 bytes received make up for one.
    /// Since `NGTCP2_SETTINGS_V3`.
    pub glitch_ratelim_rate: u64,
    /// Receives the log of the connection, or NULL. Since `NGTCP2_SETTINGS_V4`.
    pub log_write: ngtcp2_log_write,
}

zero!(ngtcp2_settings {
    qlog_write: None,
    cc_algo: NGTCP2_CC_ALGO_RENO,
    initial_ts: 0,
    initial_rtt: 0,
    log_printf: None,
    max_tx_udp_payload_size: 0,
    token: core::ptr::null(),
    tokenlen: 0,
    token_type: NGTCP2_TOKEN_TYPE_UNKNOWN,
    rand_ctx: ngtcp2_rand_ctx::ZERO,
    max_window: 0,
    max_stream_window: 0,
    ack_thresh: 0,
    no_tx_udp_payload_size_shaping: 0,
    handshake_timeout: 0,
    preferred_versions: core::ptr::null(),
    preferred_versionslen: 0,
    available_versions: core::ptr::null(),
    available_versionslen: 0,
    original_version: 0,
    no_pmtud: 0,
    initial_pkt_num: 0,
    pmtud_probes: core::ptr::null(),
    pmtud_probeslen: 0,
    glitch_ratelim_burst: 0,
    glitch_ratelim_rate: 0,
    log_write: None,
});
