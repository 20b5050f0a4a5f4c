//! The functions on streams, without those that write data.

use core::ffi::{c_int, c_void};
use core::ptr;

use ngtcp2_abi::{self as abi, ngtcp2_conn};

use super::{caller, status};
use crate::conn::{State, stream_api};
use crate::error::{Error, Result};
use crate::session::{change, observe};
use crate::stream::Stream;
use crate::units::{Direction, StreamId};

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_is_bidi_stream,
    ngtcp2_conn_is_local_stream,
    ngtcp2_conn_is_local_stream2,
    ngtcp2_conn_open_bidi_stream,
    ngtcp2_conn_open_uni_stream,
    ngtcp2_conn_shutdown_stream,
    ngtcp2_conn_shutdown_stream_write,
    ngtcp2_conn_shutdown_stream_read,
    ngtcp2_conn_set_stream_user_data,
    ngtcp2_conn_get_stream_user_data,
    ngtcp2_conn_get_stream_user_data2,
    ngtcp2_conn_get_stream_loss_count,
    ngtcp2_conn_get_stream_loss_count2,
});

/// The id as C holds it. A negative number becomes the id of a stream that can never exist.
pub(super) const fn stream_id(id: i64) -> StreamId {
    StreamId(id.cast_unsigned())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_is_bidi_stream(stream_id: i64) -> c_int {
    (self::stream_id(stream_id).direction() == Direction::Bidi).into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_is_local_stream2(conn: *const ngtcp2_conn, stream_id: i64) -> c_int {
    let id = self::stream_id(stream_id);
    observe(conn, 0, |session| (id.initiator() == session.state().side).into())
}

older_twin!(ngtcp2_conn_is_local_stream = ngtcp2_conn_is_local_stream2(stream_id: i64) -> c_int);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_open_bidi_stream(
    conn: *mut ngtcp2_conn,
    pstream_id: *mut i64,
    stream_user_data: *mut c_void,
) -> c_int {
    // SAFETY: the caller passes room for an id.
    unsafe { open(conn, Direction::Bidi, pstream_id, stream_user_data) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_open_uni_stream(
    conn: *mut ngtcp2_conn,
    pstream_id: *mut i64,
    stream_user_data: *mut c_void,
) -> c_int {
    // SAFETY: the caller passes room for an id.
    unsafe { open(conn, Direction::Uni, pstream_id, stream_user_data) }
}

/// # Safety
/// `pstream_id` is NULL or points to room for an id.
unsafe fn open(
    conn: *mut ngtcp2_conn,
    direction: Direction,
    pstream_id: *mut i64,
    user_data: *mut c_void,
) -> c_int {
    if pstream_id.is_null() {
        return Error::InvalidArgument.code();
    }
    change(conn, |session| {
        status(stream_api::open(session.state(), direction, user_data).map(|id| {
            // SAFETY: by this function's contract.
            unsafe { caller::store(pstream_id, id.0.cast_signed()) };
        }))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_shutdown_stream(
    conn: *mut ngtcp2_conn,
    _flags: u32,
    stream_id: i64,
    app_error_code: u64,
) -> c_int {
    shut_down(conn, stream_id, app_error_code, stream_api::shutdown)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_shutdown_stream_write(
    conn: *mut ngtcp2_conn,
    _flags: u32,
    stream_id: i64,
    app_error_code: u64,
) -> c_int {
    shut_down(conn, stream_id, app_error_code, stream_api::shutdown_write)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_shutdown_stream_read(
    conn: *mut ngtcp2_conn,
    _flags: u32,
    stream_id: i64,
    app_error_code: u64,
) -> c_int {
    shut_down(conn, stream_id, app_error_code, stream_api::shutdown_read)
}

fn shut_down(
    conn: *mut ngtcp2_conn,
    id: i64,
    error_code: u64,
    part: fn(&mut State, StreamId, u64) -> Result<()>,
) -> c_int {
    change(conn, |session| status(part(session.state(), stream_id(id), error_code)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_set_stream_user_data(
    conn: *mut ngtcp2_conn,
    stream_id: i64,
    stream_user_data: *mut c_void,
) -> c_int {
    let id = self::stream_id(stream_id);
    change(conn, |session| status(stream_api::set_user_data(session.state(), id, stream_user_data)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_stream_user_data2(
    conn: *const ngtcp2_conn,
    stream_id: i64,
) -> *mut c_void {
    of_stream(conn, stream_id, ptr::null_mut(), Stream::user_data)
}

older_twin!(ngtcp2_conn_get_stream_user_data = ngtcp2_conn_get_stream_user_data2(stream_id: i64) -> *mut c_void);

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_get_stream_loss_count2(
    conn: *const ngtcp2_conn,
    stream_id: i64,
) -> usize {
    let count = of_stream(conn, stream_id, 0, Stream::loss_count);
    usize::try_from(count).unwrap_or(usize::MAX)
}

older_twin!(ngtcp2_conn_get_stream_loss_count = ngtcp2_conn_get_stream_loss_count2(stream_id: i64) -> usize);

/// What `value` says of a stream; `neutral` if there is none with this id.
fn of_stream<T: Copy>(conn: *const ngtcp2_conn, id: i64, neutral: T, value: fn(&Stream) -> T) -> T {
    observe(conn, neutral, |session| {
        let streams = &session.state().streams;
        streams.find(stream_id(id)).and_then(|key| streams.get(key)).map_or(neutral, value)
    })
}
