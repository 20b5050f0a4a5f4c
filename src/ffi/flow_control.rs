//! `ngtcp2_conn_extend_max_*` and the credit that is left.

use core::ffi::c_int;

use ngtcp2_abi::{self as abi, ngtcp2_conn};

use super::status;
use super::stream::stream_id;
use crate::conn::stream_api;
use crate::error::Error;
use crate::session::{Access, briefly, change, observe};
use crate::units::Direction;

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_conn_extend_max_stream_offset,
    ngtcp2_conn_extend_max_offset,
    ngtcp2_conn_extend_max_streams_bidi,
    ngtcp2_conn_extend_max_streams_uni,
    ngtcp2_conn_get_max_data_left,
    ngtcp2_conn_get_max_data_left2,
    ngtcp2_conn_get_max_stream_data_left,
    ngtcp2_conn_get_max_stream_data_left2,
    ngtcp2_conn_get_streams_bidi_left,
    ngtcp2_conn_get_streams_bidi_left2,
    ngtcp2_conn_get_streams_uni_left,
    ngtcp2_conn_get_streams_uni_left2,
});

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_extend_max_stream_offset(
    conn: *mut ngtcp2_conn,
    stream_id: i64,
    datalen: u64,
) -> c_int {
    let id = self::stream_id(stream_id);
    let refused = |error: Error| error.code();
    briefly(conn, Access::Change, refused, |state| status(stream_api::extend_offset(state, id, datalen)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_extend_max_offset(conn: *mut ngtcp2_conn, datalen: u64) {
    let refused = |_| ();
    briefly(conn, Access::Change, refused, |state| state.streams.extend_connection_credit(datalen));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_extend_max_streams_bidi(conn: *mut ngtcp2_conn, n: usize) {
    change(conn, |session| session.state().streams.extend_max_streams(Direction::Bidi, n as u64));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_extend_max_streams_uni(conn: *mut ngtcp2_conn, n: usize) {
    change(conn, |session| session.state().streams.extend_max_streams(Direction::Uni, n as u64));
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_max_data_left2(conn: *const ngtcp2_conn) -> u64 {
    observe(conn, 0, |session| session.state().streams.max_data_left())
}

older_twin!(ngtcp2_conn_get_max_data_left = ngtcp2_conn_get_max_data_left2() -> u64);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_max_stream_data_left2(
    conn: *const ngtcp2_conn,
    stream_id: i64,
) -> u64 {
    let id = self::stream_id(stream_id);
    observe(conn, 0, |session| {
        let streams = &session.state().streams;
        streams.find(id).map_or(0, |key| streams.max_stream_data_left(key))
    })
}

older_twin!(ngtcp2_conn_get_max_stream_data_left = ngtcp2_conn_get_max_stream_data_left2(stream_id: i64) -> u64);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_streams_bidi_left2(conn: *const ngtcp2_conn) -> u64 {
    observe(conn, 0, |session| session.state().streams.left(Direction::Bidi))
}

older_twin!(ngtcp2_conn_get_streams_bidi_left = ngtcp2_conn_get_streams_bidi_left2() -> u64);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_streams_uni_left2(conn: *const ngtcp2_conn) -> u64 {
    observe(conn, 0, |session| session.state().streams.left(Direction::Uni))
}

older_twin!(ngtcp2_conn_get_streams_uni_left = ngtcp2_conn_get_streams_uni_left2() -> u64);
