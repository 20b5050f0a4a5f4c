//! The timers of a connection, beside its expiry.

use ngtcp2_abi::{self as abi, ngtcp2_conn, ngtcp2_duration, ngtcp2_tstamp};

use crate::session::{change, observe};
use crate::units::Duration;

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_conn_get_pto,
    ngtcp2_conn_get_pto2,
    ngtcp2_conn_set_keep_alive_timeout,
    ngtcp2_conn_get_timestamp,
});

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
