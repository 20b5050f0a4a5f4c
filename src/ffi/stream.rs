//! `ngtcp2_is_bidi_stream`.

use core::ffi::c_int;

use ngtcp2_abi as abi;

use crate::units::{Direction, StreamId};

abi::assert_same_signature!(ngtcp2_abi::api, self, { ngtcp2_is_bidi_stream });

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_is_bidi_stream(stream_id: i64) -> c_int {
    (StreamId(stream_id.cast_unsigned()).direction() == Direction::Bidi).into()
}
