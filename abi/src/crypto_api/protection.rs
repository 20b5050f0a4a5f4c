//! Packet protection (RFC 9001, section 5).

use core::ffi::{c_int, c_void};

use crate::{
    ngtcp2_conn, ngtcp2_crypto_aead, ngtcp2_crypto_aead_ctx, ngtcp2_crypto_cipher, ngtcp2_crypto_cipher_ctx,
};

unsafe extern "C" {
    /// Makes a context that encrypts with `key` and nonces of `noncelen` bytes. Returns 0, or -1.
    /// Free it with `ngtcp2_crypto_aead_ctx_free`.
    pub fn ngtcp2_crypto_aead_ctx_encrypt_init(
        aead_ctx: *mut ngtcp2_crypto_aead_ctx,
        aead: *const ngtcp2_crypto_aead,
        key: *const u8,
        noncelen: usize,
    ) -> c_int;

    /// Makes a context that decrypts with `key` and nonces of `noncelen` bytes. Returns 0, or -1.
    /// Free it with `ngtcp2_crypto_aead_ctx_free`.
    pub fn ngtcp2_crypto_aead_ctx_decrypt_init(
        aead_ctx: *mut ngtcp2_crypto_aead_ctx,
        aead: *const ngtcp2_crypto_aead,
        key: *const u8,
        noncelen: usize,
    ) -> c_int;

    /// Frees what is in `aead_ctx`, not the struct itself. Contexts that a connection took over are
    /// freed by the connection.
    pub fn ngtcp2_crypto_aead_ctx_free(aead_ctx: *mut ngtcp2_crypto_aead_ctx);

    /// Encrypts `plaintext`, as `ngtcp2_encrypt` describes. Returns 0, or -1.
    pub fn ngtcp2_crypto_encrypt(
        dest: *mut u8,
        aead: *const ngtcp2_crypto_aead,
        aead_ctx: *const ngtcp2_crypto_aead_ctx,
        plaintext: *const u8,
        plaintextlen: usize,
        nonce: *const u8,
        noncelen: usize,
        aad: *const u8,
        aadlen: usize,
    ) -> c_int;

    /// `ngtcp2_crypto_encrypt` for the `encrypt` callback. Returns 0, or
    /// `NGTCP2_ERR_CALLBACK_FAILURE`.
    pub fn ngtcp2_crypto_encrypt_cb(
        dest: *mut u8,
        aead: *const ngtcp2_crypto_aead,
        aead_ctx: *const ngtcp2_crypto_aead_ctx,
        plaintext: *const u8,
        plaintextlen: usize,
        nonce: *const u8,
        noncelen: usize,
        aad: *const u8,
        aadlen: usize,
    ) -> c_int;

    /// Decrypts `ciphertext`, as `ngtcp2_decrypt` describes. Returns 0, or -1.
    pub fn ngtcp2_crypto_decrypt(
        dest: *mut u8,
        aead: *const ngtcp2_crypto_aead,
        aead_ctx: *const ngtcp2_crypto_aead_ctx,
        ciphertext: *const u8,
        ciphertextlen: usize,
        nonce: *const u8,
        noncelen: usize,
        aad: *const u8,
        aadlen: usize,
    ) -> c_int;

    /// `ngtcp2_crypto_decrypt` for the `decrypt` callback. Returns 0, or `NGTCP2_ERR_DECRYPT`.
    pub fn ngtcp2_crypto_decrypt_cb(
        dest: *mut u8,
        aead: *const ngtcp2_crypto_aead,
        aead_ctx: *const ngtcp2_crypto_aead_ctx,
        ciphertext: *const u8,
        ciphertextlen: usize,
        nonce: *const u8,
        noncelen: usize,
        aad: *const u8,
        aadlen: usize,
    ) -> c_int;

    /// Makes a header protection mask, as `ngtcp2_hp_mask` describes. Returns 0, or -1.
    pub fn ngtcp2_crypto_hp_mask(
        dest: *mut u8,
        hp: *const ngtcp2_crypto_cipher,
        hp_ctx: *const ngtcp2_crypto_cipher_ctx,
        sample: *const u8,
    ) -> c_int;

    /// `ngtcp2_crypto_hp_mask` for the `hp_mask` callback. Returns 0, or
    /// `NGTCP2_ERR_CALLBACK_FAILURE`.
    pub fn ngtcp2_crypto_hp_mask_cb(
        dest: *mut u8,
        hp: *const ngtcp2_crypto_cipher,
        hp_ctx: *const ngtcp2_crypto_cipher_ctx,
        sample: *const u8,
    ) -> c_int;

    /// For the `delete_crypto_aead_ctx` callback.
    pub fn ngtcp2_crypto_delete_crypto_aead_ctx_cb(
        conn: *mut ngtcp2_conn,
        aead_ctx: *mut ngtcp2_crypto_aead_ctx,
        user_data: *mut c_void,
    );

    /// For the `delete_crypto_cipher_ctx` callback.
    pub fn ngtcp2_crypto_delete_crypto_cipher_ctx_cb(
        conn: *mut ngtcp2_conn,
        cipher_ctx: *mut ngtcp2_crypto_cipher_ctx,
        user_data: *mut c_void,
    );
}
