//! The timers of a connection.

use core::ffi::c_int;

use ngtcp2_abi::{self as abi, ngtcp2_conn, ngtcp2_duration, ngtcp2_tstamp};

use super::status;
use crate::conn::timers;
use crate::session::{Access, briefly, change, drive, observe};
use crate::units::{Duration, Timestamp};

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_conn_get_expiry,
    ngtcp2_conn_get_expiry2,
    ngtcp2_conn_handle_expiry,
    ngtcp2_conn_get_pto,
    ngtcp2_conn_get_pto2,
    ngtcp2_conn_set_keep_alive_timeout,
    ngtcp2_conn_get_timestamp,
    ngtcp2_conn_update_pkt_tx_time,
});

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_expiry2(conn: *const ngtcp2_conn) -> ngtcp2_tstamp {
    observe(conn, Timestamp::NEVER.0, |session| timers::expiry(session.state()).0)
}

older_twin!(ngtcp2_conn_get_expiry = ngtcp2_conn_get_expiry2() -> ngtcp2_tstamp);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_handle_expiry(conn: *mut ngtcp2_conn, ts: ngtcp2_tstamp) -> c_int {
    drive(conn, |session| status(timers::handle_expiry(session, Timestamp(ts))))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_pto2(conn: *const ngtcp2_conn) -> ngtcp2_duration {
    observe(conn, 0, |session| session.state().pto().0)
}

older_twin!(ngtcp2_conn_get_pto = ngtcp2_conn_get_pto2() -> ngtcp2_duration);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_set_keep_alive_timeout(
    conn: *mut ngtcp2_conn,
    timeout: ngtcp2_duration,
) {
    change(conn, |session| session.state().set_keep_alive(Duration(timeout)));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_timestamp(conn: *const ngtcp2_conn) -> ngtcp2_tstamp {
    observe(conn, 0, |session| session.state().now.0)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_update_pkt_tx_time(conn: *mut ngtcp2_conn, ts: ngtcp2_tstamp) {
    let refused = |_| ();
    briefly(conn, Access::Change, refused, |state| {
        let now = state.advance_clock(Timestamp(ts));
        state.recovery.update_pacing(now);
    });
}
