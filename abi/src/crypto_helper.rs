//! What `ngtcp2_crypto.h` adds: the types and constants of the crypto helper libraries.

use core::ffi::{c_int, c_void};

use crate::{NGTCP2_MAX_CIDLEN, ngtcp2_conn, ngtcp2_sockaddr_union, ngtcp2_tstamp};

/// Something went wrong inside the helper.
pub const NGTCP2_CRYPTO_ERR_INTERNAL: c_int = -201;
/// The token has a wrong form: it was not made by this function.
pub const NGTCP2_CRYPTO_ERR_UNREADABLE_TOKEN: c_int = -202;
/// The token is well formed but not valid, or no longer.
pub const NGTCP2_CRYPTO_ERR_VERIFY_TOKEN: c_int = -203;
/// Out of memory.
pub const NGTCP2_CRYPTO_ERR_NOMEM: c_int = -501;

/// The number of random bytes at the end of a token.
pub const NGTCP2_CRYPTO_TOKEN_RAND_DATALEN: usize = 16;
/// The first byte of a token made by `ngtcp2_crypto_generate_retry_token`: 0xb6.
pub const NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY: u8 = 0xb6;
/// The first byte of a token made by `ngtcp2_crypto_generate_retry_token2`: 0xb7.
pub const NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY2: u8 = 0xb7;
/// The first byte of a token made by `ngtcp2_crypto_generate_regular_token`: 0x36.
pub const NGTCP2_CRYPTO_TOKEN_MAGIC_REGULAR: u8 = 0x36;

/// The length of an AEAD tag in a token.
const TOKEN_TAGLEN: usize = 16;

/// The longest token of `ngtcp2_crypto_generate_retry_token`: magic, length and bytes of the
/// original destination connection ID, timestamp, AEAD tag, random bytes.
pub const NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN: usize =
    1 + 1 + NGTCP2_MAX_CIDLEN + size_of::<ngtcp2_tstamp>() + TOKEN_TAGLEN + NGTCP2_CRYPTO_TOKEN_RAND_DATALEN;

/// The longest token of `ngtcp2_crypto_generate_retry_token2`: as above, with the client's address.
pub const NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2: usize =
    NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN + size_of::<ngtcp2_sockaddr_union>();

/// The longest token of `ngtcp2_crypto_generate_regular_token`: magic, timestamp, AEAD tag, random
/// bytes. Data of `ngtcp2_crypto_generate_regular_token2` come on top.
pub const NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN: usize =
    1 + size_of::<ngtcp2_tstamp>() + TOKEN_TAGLEN + NGTCP2_CRYPTO_TOKEN_RAND_DATALEN;

/// Returns the connection that belongs to `conn_ref`.
pub type ngtcp2_crypto_get_conn =
    Option<unsafe extern "C" fn(conn_ref: *mut ngtcp2_crypto_conn_ref) -> *mut ngtcp2_conn>;

/// How the helper finds the connection of a TLS session.
///
/// The application stores a pointer to one with each TLS session. It must live as long as the
/// session.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_crypto_conn_ref {
    /// Returns the connection.
    pub get_conn: ngtcp2_crypto_get_conn,
    /// Anything of the application's, for `get_conn`.
    pub user_data: *mut c_void,
}

zero!(ngtcp2_crypto_conn_ref { get_conn: None, user_data: core::ptr::null_mut() });
