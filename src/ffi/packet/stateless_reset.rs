//! `ngtcp2_pkt_write_stateless_reset*`.

use ngtcp2_abi::{self as abi, ngtcp2_ssize, ngtcp2_stateless_reset_token};

use crate::error::Error;
use crate::ffi::{caller, length};
use crate::packet::stateless_reset;
use crate::session::guarded;

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_pkt_write_stateless_reset,
    ngtcp2_pkt_write_stateless_reset2,
});

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_pkt_write_stateless_reset2(
    dest: *mut u8,
    destlen: usize,
    token: *const ngtcp2_stateless_reset_token,
    rand: *const u8,
    randlen: usize,
) -> ngtcp2_ssize {
    // SAFETY: the caller passes room for `destlen` bytes.
    let dest = unsafe { caller::buffer(dest, destlen) };
    // SAFETY: the caller passes a token.
    let token = unsafe { caller::load(token) };
    // SAFETY: the caller passes `randlen` bytes.
    let random = unsafe { caller::slice(rand, randlen) };
    let (Some(dest), Some(token), Some(random)) = (dest, token, random) else {
        return length(Err(Error::InvalidArgument));
    };
    length(guarded(|| stateless_reset::write(dest, &token.data, random)))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_pkt_write_stateless_reset(
    dest: *mut u8,
    destlen: usize,
    stateless_reset_token: *const u8,
    rand: *const u8,
    randlen: usize,
) -> ngtcp2_ssize {
    // SAFETY: the caller passes 16 bytes, which is what a token is, in place of a token.
    unsafe { ngtcp2_pkt_write_stateless_reset2(dest, destlen, stateless_reset_token.cast(), rand, randlen) }
}
