//! Callbacks that do cryptography (RFC 9001, sections 5 and 6).
//!
//! Those without a connection argument must not call into any connection.

use core::ffi::{c_int, c_void};

use crate::{
    ngtcp2_conn, ngtcp2_crypto_aead, ngtcp2_crypto_aead_ctx, ngtcp2_crypto_cipher, ngtcp2_crypto_cipher_ctx,
};

/// Encrypts `plaintext` with `nonce` and the associated data `aad`, and writes ciphertext and tag,
/// `plaintextlen + aead->max_overhead` bytes, to `dest`.
///
/// `dest` and `plaintext` may be the same address. Any value but 0 means failure.
pub type ngtcp2_encrypt = Option<
    unsafe extern "C" fn(
        dest: *mut u8,
        aead: *const ngtcp2_crypto_aead,
        aead_ctx: *const ngtcp2_crypto_aead_ctx,
        plaintext: *const u8,
        plaintextlen: usize,
        nonce: *const u8,
        noncelen: usize,
        aad: *const u8,
        aadlen: usize,
    ) -> c_int,
>;

/// Decrypts `ciphertext`, its tag included, with `nonce` and the associated data `aad`, and writes
/// the plaintext, `ciphertextlen - aead->max_overhead` bytes, to `dest`.
///
/// Returns 0, or `NGTCP2_ERR_DECRYPT` if authentication fails, or
/// `NGTCP2_ERR_CALLBACK_FAILURE`.
pub type ngtcp2_decrypt = Option<
    unsafe extern "C" fn(
        dest: *mut u8,
        aead: *const ngtcp2_crypto_aead,
        aead_ctx: *const ngtcp2_crypto_aead_ctx,
        ciphertext: *const u8,
        ciphertextlen: usize,
        nonce: *const u8,
        noncelen: usize,
        aad: *const u8,
        aadlen: usize,
    ) -> c_int,
>;

/// Writes the header protection mask for `sample`, which has `NGTCP2_HP_SAMPLELEN` bytes, to `dest`,
/// which takes at least `NGTCP2_HP_MASKLEN` bytes.
pub type ngtcp2_hp_mask = Option<
    unsafe extern "C" fn(
        dest: *mut u8,
        hp: *const ngtcp2_crypto_cipher,
        hp_ctx: *const ngtcp2_crypto_cipher_ctx,
        sample: *const u8,
    ) -> c_int,
>;

/// Derives the next generation of 1-RTT keys (RFC 9001, section 6).
///
/// The current secrets and the new ones have `secretlen` bytes. The new initialization vectors have
/// the length given to `ngtcp2_conn_install_rx_key`. Called some time before the keys are needed,
/// from reading or while a packet is written: the connection must not be read from, written to or
/// closed in it.
pub type ngtcp2_update_key = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        rx_secret: *mut u8,
        tx_secret: *mut u8,
        rx_aead_ctx: *mut ngtcp2_crypto_aead_ctx,
        rx_iv: *mut u8,
        tx_aead_ctx: *mut ngtcp2_crypto_aead_ctx,
        tx_iv: *mut u8,
        current_rx_secret: *const u8,
        current_tx_secret: *const u8,
        secretlen: usize,
        user_data: *mut c_void,
    ) -> c_int,
>;

/// Frees `aead_ctx`. Called exactly once for each one that the connection took over.
pub type ngtcp2_delete_crypto_aead_ctx = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        aead_ctx: *mut ngtcp2_crypto_aead_ctx,
        user_data: *mut c_void,
    ),
>;

/// Frees `cipher_ctx`. Called exactly once for each one that the connection took over.
pub type ngtcp2_delete_crypto_cipher_ctx = Option<
    unsafe extern "C" fn(
        conn: *mut ngtcp2_conn,
        cipher_ctx: *mut ngtcp2_crypto_cipher_ctx,
        user_data: *mut c_void,
    ),
>;
