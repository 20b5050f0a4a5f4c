//! Giving packets to a connection.

use core::ffi::c_int;

use crate::{ngtcp2_conn, ngtcp2_path, ngtcp2_pkt_info, ngtcp2_tstamp};

unsafe extern "C" {
    /// Takes a received UDP datagram with one or more QUIC packets, and does all that follows from
    /// it: most callbacks are called from here. Call it as `ngtcp2_conn_read_pkt`.
    ///
    /// `path` tells where the datagram came from and arrived. `pi` may be NULL. `ts` is the time of
    /// arrival. The datagram is not changed, and not needed afterwards. Call a write function next,
    /// as there may be something to answer.
    ///
    /// Packets that are not valid or do not belong to the connection are dropped silently. Returns 0,
    /// or:
    ///
    /// - `NGTCP2_ERR_RETRY`: the server should verify the client's address first. Send a Retry packet
    ///   and delete the connection.
    /// - `NGTCP2_ERR_DROP_CONN`: the server should delete the connection and send nothing.
    /// - `NGTCP2_ERR_RECV_VERSION_NEGOTIATION`: the server does not speak the client's version.
    ///   Delete the connection, and perhaps try another version.
    /// - `NGTCP2_ERR_DRAINING`: the peer closed the connection. Nothing may be sent; keep the
    ///   connection for three times `ngtcp2_conn_get_pto2`, then delete it.
    /// - `NGTCP2_ERR_CLOSING`: we closed the connection. The packet of
    ///   `ngtcp2_conn_write_connection_close` may be sent again, not for every packet received.
    /// - `NGTCP2_ERR_CRYPTO`: the TLS handshake failed; see `ngtcp2_conn_get_tls_alert2`.
    /// - Any other error: close the connection with `ngtcp2_ccerr_set_liberr` and
    ///   `ngtcp2_conn_write_connection_close`.
    ///
    /// Not from a callback that is called while a packet is written: `NGTCP2_ERR_INVALID_STATE`.
    pub fn ngtcp2_conn_read_pkt_versioned(
        conn: *mut ngtcp2_conn,
        path: *const ngtcp2_path,
        pkt_info_version: c_int,
        pi: *const ngtcp2_pkt_info,
        pkt: *const u8,
        pktlen: usize,
        ts: ngtcp2_tstamp,
    ) -> c_int;
}
