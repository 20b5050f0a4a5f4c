//! Tokens: address validation and stateless reset.

use std::ffi::{c_int, c_void};
use std::mem::offset_of;

use ngtcp2_abi::{
    NGTCP2_AF_INET, NGTCP2_AF_INET6, NGTCP2_CRYPTO_ERR_INTERNAL, NGTCP2_CRYPTO_ERR_UNREADABLE_TOKEN,
    NGTCP2_CRYPTO_ERR_VERIFY_TOKEN, NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN, NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN,
    NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2, ngtcp2_cid, ngtcp2_duration, ngtcp2_sockaddr, ngtcp2_sockaddr_in,
    ngtcp2_sockaddr_in6, ngtcp2_socklen, ngtcp2_ssize, ngtcp2_tstamp,
};

use super::{FAILURE, bytes, bytes_mut, cid, guard, guard_status};
use crate::reset;
use crate::token::{self, MAX_DATA_LEN, RetryContext, TokenCid, TokenError, Validity};

const FAILURE_SIZE: ngtcp2_ssize = FAILURE as ngtcp2_ssize;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_generate_stateless_reset_token(
    token: *mut u8,
    secret: *const u8,
    secretlen: usize,
    id: *const ngtcp2_cid,
) -> c_int {
    guard_status(|| {
        // SAFETY: the caller's secret and its length.
        let secret = unsafe { bytes(secret, secretlen) }?;
        // SAFETY: the caller's connection ID, or NULL.
        let id = cid(unsafe { id.as_ref() }?)?;
        let made = reset::stateless_reset_token(secret, id).ok()?;
        // SAFETY: the caller's output, whose length is fixed, or NULL.
        unsafe { bytes_mut(token, made.len()) }?.copy_from_slice(&made);
        Some(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_generate_retry_token(
    token: *mut u8,
    secret: *const u8,
    secretlen: usize,
    version: u32,
    remote_addr: *const ngtcp2_sockaddr,
    remote_addrlen: ngtcp2_socklen,
    retry_scid: *const ngtcp2_cid,
    odcid: *const ngtcp2_cid,
    ts: ngtcp2_tstamp,
) -> ngtcp2_ssize {
    guard(FAILURE_SIZE, || {
        let mut made = [0; NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN];
        // SAFETY: the caller's pointers, passed on.
        let context = unsafe { context(secret, secretlen, version, remote_addr, remote_addrlen, retry_scid) };
        // SAFETY: the caller's connection ID, or NULL.
        let odcid = unsafe { odcid.as_ref() }.and_then(cid);
        let (Some(context), Some(odcid)) = (context, odcid) else { return FAILURE_SIZE };
        let generated = token::generate_retry(&context, odcid, ts, &mut made);
        // SAFETY: the caller's output, which has room for the longest token.
        unsafe { write_token(token, generated, &made) }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_verify_retry_token(
    odcid: *mut ngtcp2_cid,
    token: *const u8,
    tokenlen: usize,
    secret: *const u8,
    secretlen: usize,
    version: u32,
    remote_addr: *const ngtcp2_sockaddr,
    remote_addrlen: ngtcp2_socklen,
    dcid: *const ngtcp2_cid,
    timeout: ngtcp2_duration,
    ts: ngtcp2_tstamp,
) -> c_int {
    guard_status(|| {
        // SAFETY: the caller's token and its length.
        let token = unsafe { bytes(token, tokenlen) }?;
        // SAFETY: the caller's pointers, passed on.
        let context = unsafe { context(secret, secretlen, version, remote_addr, remote_addrlen, dcid) }?;
        let validity = Validity { now: ts, timeout };
        let found = token::verify_retry(&context, validity, token).ok()?;
        // SAFETY: the caller's output, or NULL.
        unsafe { write_cid(odcid, &found) }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_generate_retry_token2(
    token: *mut u8,
    secret: *const u8,
    secretlen: usize,
    version: u32,
    remote_addr: *const ngtcp2_sockaddr,
    remote_addrlen: ngtcp2_socklen,
    retry_scid: *const ngtcp2_cid,
    odcid: *const ngtcp2_cid,
    ts: ngtcp2_tstamp,
) -> ngtcp2_ssize {
    guard(FAILURE_SIZE, || {
        let mut made = [0; NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2];
        // SAFETY: the caller's pointers, passed on.
        let context = unsafe { context(secret, secretlen, version, remote_addr, remote_addrlen, retry_scid) };
        // SAFETY: the caller's connection ID, or NULL.
        let odcid = unsafe { odcid.as_ref() }.and_then(cid);
        let (Some(context), Some(odcid)) = (context, odcid) else { return FAILURE_SIZE };
        let generated = token::generate_retry2(&context, odcid, ts, &mut made);
        // SAFETY: the caller's output, which has room for the longest token.
        unsafe { write_token(token, generated, &made) }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_verify_retry_token2(
    odcid: *mut ngtcp2_cid,
    token: *const u8,
    tokenlen: usize,
    secret: *const u8,
    secretlen: usize,
    version: u32,
    remote_addr: *const ngtcp2_sockaddr,
    remote_addrlen: ngtcp2_socklen,
    dcid: *const ngtcp2_cid,
    timeout: ngtcp2_duration,
    ts: ngtcp2_tstamp,
) -> c_int {
    guard(NGTCP2_CRYPTO_ERR_INTERNAL, || {
        // SAFETY: the caller's token and its length.
        let token = unsafe { bytes(token, tokenlen) };
        // SAFETY: the caller's pointers, passed on.
        let context = unsafe { context(secret, secretlen, version, remote_addr, remote_addrlen, dcid) };
        let (Some(token), Some(context)) = (token, context) else { return NGTCP2_CRYPTO_ERR_INTERNAL };
        let validity = Validity { now: ts, timeout };
        match token::verify_retry2(&context, validity, token) {
            // SAFETY: the caller's output, or NULL.
            Ok(found) => unsafe { write_cid(odcid, &found) }.map_or(NGTCP2_CRYPTO_ERR_INTERNAL, |()| 0),
            Err(error) => code(error),
        }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_generate_regular_token(
    token: *mut u8,
    secret: *const u8,
    secretlen: usize,
    remote_addr: *const ngtcp2_sockaddr,
    remote_addrlen: ngtcp2_socklen,
    ts: ngtcp2_tstamp,
) -> ngtcp2_ssize {
    let no_data = std::ptr::null();
    // SAFETY: the caller's arguments, passed on.
    unsafe {
        ngtcp2_crypto_generate_regular_token2(
            token,
            secret,
            secretlen,
            remote_addr,
            remote_addrlen,
            no_data,
            0,
            ts,
        )
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_verify_regular_token(
    token: *const u8,
    tokenlen: usize,
    secret: *const u8,
    secretlen: usize,
    remote_addr: *const ngtcp2_sockaddr,
    remote_addrlen: ngtcp2_socklen,
    timeout: ngtcp2_duration,
    ts: ngtcp2_tstamp,
) -> c_int {
    let no_data = std::ptr::null_mut();
    // SAFETY: the caller's arguments, passed on.
    let len = unsafe {
        ngtcp2_crypto_verify_regular_token2(
            no_data,
            0,
            token,
            tokenlen,
            secret,
            secretlen,
            remote_addr,
            remote_addrlen,
            timeout,
            ts,
        )
    };
    if len < 0 { FAILURE } else { 0 }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_generate_regular_token2(
    token: *mut u8,
    secret: *const u8,
    secretlen: usize,
    remote_addr: *const ngtcp2_sockaddr,
    remote_addrlen: ngtcp2_socklen,
    data: *const c_void,
    datalen: usize,
    ts: ngtcp2_tstamp,
) -> ngtcp2_ssize {
    guard(FAILURE_SIZE, || {
        let mut made = [0; NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN + MAX_DATA_LEN];
        if datalen > MAX_DATA_LEN {
            return FAILURE_SIZE;
        }
        let made = &mut made[..NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN + datalen];
        // SAFETY: the caller's secret and its length.
        let secret = unsafe { bytes(secret, secretlen) };
        // SAFETY: the caller's data and its length.
        let data = unsafe { bytes(data.cast(), datalen) };
        // SAFETY: the caller's address and its length.
        let address = unsafe { bytes(remote_addr.cast(), remote_addrlen as usize) }.and_then(ip_address);
        let (Some(secret), Some(data), Some(address)) = (secret, data, address) else { return FAILURE_SIZE };
        let generated = token::generate_regular(secret, address, data, ts, made);
        // SAFETY: the caller's output, which has room for the longest token and the data.
        unsafe { write_token(token, generated, made) }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_crypto_verify_regular_token2(
    data: *mut c_void,
    max_datalen: usize,
    token: *const u8,
    tokenlen: usize,
    secret: *const u8,
    secretlen: usize,
    remote_addr: *const ngtcp2_sockaddr,
    remote_addrlen: ngtcp2_socklen,
    timeout: ngtcp2_duration,
    ts: ngtcp2_tstamp,
) -> ngtcp2_ssize {
    const INTERNAL: ngtcp2_ssize = NGTCP2_CRYPTO_ERR_INTERNAL as ngtcp2_ssize;
    guard(INTERNAL, || {
        // SAFETY: the caller's token and its length.
        let token = unsafe { bytes(token, tokenlen) };
        // SAFETY: the caller's secret and its length.
        let secret = unsafe { bytes(secret, secretlen) };
        // SAFETY: the caller's address and its length.
        let address = unsafe { bytes(remote_addr.cast(), remote_addrlen as usize) }.and_then(ip_address);
        let (Some(token), Some(secret), Some(address)) = (token, secret, address) else { return INTERNAL };
        let verified =
            token::verify_regular(secret, address, Validity { now: ts, timeout }, token, |found| {
                if found.len() > max_datalen {
                    // As documented: the token is good, its data are left out.
                    return 0;
                }
                // SAFETY: the caller's output has room for `max_datalen` bytes.
                let room = unsafe { bytes_mut(data.cast(), found.len()) };
                room.map_or(INTERNAL, |room| {
                    room.copy_from_slice(found);
                    found.len() as ngtcp2_ssize
                })
            });
        verified.unwrap_or_else(|error| code(error) as ngtcp2_ssize)
    })
}

fn code(error: TokenError) -> c_int {
    match error {
        TokenError::TooLong | TokenError::NoRandom => NGTCP2_CRYPTO_ERR_INTERNAL,
        TokenError::Unreadable => NGTCP2_CRYPTO_ERR_UNREADABLE_TOKEN,
        TokenError::Invalid => NGTCP2_CRYPTO_ERR_VERIFY_TOKEN,
    }
}

// Each pointer is valid as its length says, or NULL.
unsafe fn context<'a>(
    secret: *const u8,
    secretlen: usize,
    version: u32,
    remote_addr: *const ngtcp2_sockaddr,
    remote_addrlen: ngtcp2_socklen,
    retry_scid: *const ngtcp2_cid,
) -> Option<RetryContext<'a>> {
    // SAFETY: by the contract of this function.
    let secret = unsafe { bytes(secret, secretlen) }?;
    // SAFETY: by the contract of this function.
    let address = unsafe { bytes(remote_addr.cast(), remote_addrlen as usize) }?;
    // SAFETY: by the contract of this function.
    let retry_scid = cid(unsafe { retry_scid.as_ref() }?)?;
    if address.is_empty() {
        return None;
    }
    Some(RetryContext { secret, version, address, retry_scid })
}

/// The IP address inside a socket address. `None` for a family without one.
fn ip_address(socket_address: &[u8]) -> Option<&[u8]> {
    const FAMILY: usize = offset_of!(ngtcp2_sockaddr, sa_family);
    const IPV4: usize = offset_of!(ngtcp2_sockaddr_in, sin_addr);
    const IPV6: usize = offset_of!(ngtcp2_sockaddr_in6, sin6_addr);
    // The width of the family differs between systems; its values fit one byte.
    let family = if cfg!(target_endian = "little") || FAMILY == 1 { FAMILY } else { FAMILY + 1 };
    match c_int::from(*socket_address.get(family)?) {
        NGTCP2_AF_INET => socket_address.get(IPV4..IPV4 + 4),
        NGTCP2_AF_INET6 => socket_address.get(IPV6..IPV6 + 16),
        _ => None,
    }
}

// `token` is valid for writing as many bytes as `made` has, or NULL.
unsafe fn write_token(token: *mut u8, generated: Result<(), TokenError>, made: &[u8]) -> ngtcp2_ssize {
    if generated.is_err() {
        return FAILURE_SIZE;
    }
    // SAFETY: by the contract of this function.
    let Some(room) = (unsafe { bytes_mut(token, made.len()) }) else { return FAILURE_SIZE };
    room.copy_from_slice(made);
    made.len() as ngtcp2_ssize
}

// `output` is valid for writing or NULL.
unsafe fn write_cid(output: *mut ngtcp2_cid, found: &TokenCid) -> Option<()> {
    if output.is_null() {
        return None;
    }
    let mut id = ngtcp2_cid::ZERO;
    id.datalen = found.as_bytes().len();
    id.data[..id.datalen].copy_from_slice(found.as_bytes());
    // SAFETY: not NULL, and valid for writing by the contract of this function.
    unsafe { output.write(id) };
    Some(())
}
