//! Native handles: what stands behind the `void *` of ngtcp2's crypto objects.
//!
//! The handle of an algorithm is a small number, so that a wrong one is an error and not a crash. The
//! handle of a key is a pointer to a key on the heap that nobody but this file looks into.

use std::ffi::c_void;
use std::ptr::{self, NonNull};

use ngtcp2_abi::{
    ngtcp2_crypto_aead, ngtcp2_crypto_aead_ctx, ngtcp2_crypto_cipher, ngtcp2_crypto_cipher_ctx,
    ngtcp2_crypto_ctx, ngtcp2_crypto_md,
};

use crate::aead::{AeadError, AeadKey};
use crate::header_protection::HeaderProtectionKey;
use crate::packet_keys::PacketKeys;
use crate::suite::{
    AES_128_GCM_SHA256, AES_256_GCM_SHA384, Aead, CHACHA20_POLY1305_SHA256, Hash, HeaderCipher, Suite,
    TAG_LEN,
};

/// `md_native_handle` of `ngtcp2_crypto_md_init` for SHA-256, cast to `void *`.
pub const NGTCP2_CRYPTO_RUSTLS_MD_SHA256: usize = 1;
/// `md_native_handle` of `ngtcp2_crypto_md_init` for SHA-384, cast to `void *`.
pub const NGTCP2_CRYPTO_RUSTLS_MD_SHA384: usize = 2;

pub(crate) fn md(hash: Hash) -> ngtcp2_crypto_md {
    let handle = match hash {
        Hash::Sha256 => NGTCP2_CRYPTO_RUSTLS_MD_SHA256,
        Hash::Sha384 => NGTCP2_CRYPTO_RUSTLS_MD_SHA384,
    };
    ngtcp2_crypto_md { native_handle: ptr::without_provenance_mut(handle) }
}

pub(super) fn hash_of(md: &ngtcp2_crypto_md) -> Option<Hash> {
    match md.native_handle.addr() {
        NGTCP2_CRYPTO_RUSTLS_MD_SHA256 => Some(Hash::Sha256),
        NGTCP2_CRYPTO_RUSTLS_MD_SHA384 => Some(Hash::Sha384),
        _ => None,
    }
}

pub(super) fn aead(aead: Aead) -> ngtcp2_crypto_aead {
    let handle = match aead {
        Aead::Aes128Gcm => 1,
        Aead::Aes256Gcm => 2,
        Aead::ChaCha20Poly1305 => 3,
    };
    ngtcp2_crypto_aead { native_handle: ptr::without_provenance_mut(handle), max_overhead: TAG_LEN }
}

pub(super) fn aead_of(aead: &ngtcp2_crypto_aead) -> Option<Aead> {
    match aead.native_handle.addr() {
        1 => Some(Aead::Aes128Gcm),
        2 => Some(Aead::Aes256Gcm),
        3 => Some(Aead::ChaCha20Poly1305),
        _ => None,
    }
}

pub(super) fn cipher(cipher: HeaderCipher) -> ngtcp2_crypto_cipher {
    let handle = match cipher {
        HeaderCipher::Aes128 => 1,
        HeaderCipher::Aes256 => 2,
        HeaderCipher::ChaCha20 => 3,
    };
    ngtcp2_crypto_cipher { native_handle: ptr::without_provenance_mut(handle) }
}

pub(super) fn ctx(suite: &Suite) -> ngtcp2_crypto_ctx {
    ngtcp2_crypto_ctx {
        aead: aead(suite.aead),
        md: md(suite.hash),
        hp: cipher(suite.header_cipher),
        max_encryption: suite.confidentiality_limit,
        max_decryption_failure: suite.integrity_limit,
    }
}

pub(super) fn suite_of(ctx: &ngtcp2_crypto_ctx) -> Option<&'static Suite> {
    match aead_of(&ctx.aead)? {
        Aead::Aes128Gcm => Some(&AES_128_GCM_SHA256),
        Aead::Aes256Gcm => Some(&AES_256_GCM_SHA384),
        Aead::ChaCha20Poly1305 => Some(&CHACHA20_POLY1305_SHA256),
    }
}

/// An AEAD key on its way into an `ngtcp2_crypto_aead_ctx`. Freed when dropped before that.
pub(crate) struct AeadHandle(NonNull<AeadKey>);

impl AeadHandle {
    pub(crate) fn new(key: AeadKey) -> Self {
        Self(into_heap(key))
    }

    /// A view for a call that may take the key over. [`Self::taken`] says that it did.
    pub(super) fn ctx(&self) -> ngtcp2_crypto_aead_ctx {
        ngtcp2_crypto_aead_ctx { native_handle: self.0.as_ptr().cast() }
    }

    /// The key belongs to whoever has the [`Self::ctx`] now.
    pub(super) fn taken(self) {
        std::mem::forget(self);
    }
}

impl Drop for AeadHandle {
    fn drop(&mut self) {
        // SAFETY: the pointer came from `into_heap`, and `taken` was not called, so it is ours alone.
        unsafe { free(self.0) }
    }
}

/// A header protection key on its way into an `ngtcp2_crypto_cipher_ctx`. Freed when dropped before.
pub(crate) struct HeaderProtectionHandle(NonNull<HeaderProtectionKey>);

impl HeaderProtectionHandle {
    pub(crate) fn new(key: HeaderProtectionKey) -> Self {
        Self(into_heap(key))
    }

    pub(super) fn ctx(&self) -> ngtcp2_crypto_cipher_ctx {
        ngtcp2_crypto_cipher_ctx { native_handle: self.0.as_ptr().cast() }
    }

    pub(super) fn taken(self) {
        std::mem::forget(self);
    }
}

impl Drop for HeaderProtectionHandle {
    fn drop(&mut self) {
        // SAFETY: the pointer came from `into_heap`, and `taken` was not called, so it is ours alone.
        unsafe { free(self.0) }
    }
}

/// Both keys of one direction.
pub(crate) struct KeyHandles {
    pub(super) aead: AeadHandle,
    pub(super) header_protection: HeaderProtectionHandle,
}

impl KeyHandles {
    pub(crate) fn new(keys: &PacketKeys) -> Result<Self, AeadError> {
        Ok(Self {
            aead: AeadHandle::new(keys.aead_key()?),
            header_protection: HeaderProtectionHandle::new(keys.header_protection_key()?),
        })
    }

    pub(super) fn taken(self) {
        self.aead.taken();
        self.header_protection.taken();
    }
}

// The caller has either NULL or a context made by this library that has not been freed.
pub(super) unsafe fn aead_key<'a>(ctx: *const ngtcp2_crypto_aead_ctx) -> Option<&'a AeadKey> {
    // SAFETY: NULL or valid, by the contract of this function.
    let ctx = unsafe { ctx.as_ref() }?;
    // SAFETY: the handle is NULL or came from an `AeadHandle` and has not been freed.
    unsafe { ctx.native_handle.cast::<AeadKey>().as_ref() }
}

// The caller has either NULL or a context made by this library that has not been freed.
pub(super) unsafe fn header_protection_key<'a>(
    ctx: *const ngtcp2_crypto_cipher_ctx,
) -> Option<&'a HeaderProtectionKey> {
    // SAFETY: NULL or valid, by the contract of this function.
    let ctx = unsafe { ctx.as_ref() }?;
    // SAFETY: the handle is NULL or came from a `HeaderProtectionHandle` and has not been freed.
    unsafe { ctx.native_handle.cast::<HeaderProtectionKey>().as_ref() }
}

// The handle is NULL or came from an `AeadHandle`. It is free afterwards.
pub(super) unsafe fn free_aead_key(handle: *mut c_void) {
    if let Some(key) = NonNull::new(handle.cast::<AeadKey>()) {
        // SAFETY: from `into_heap` and not freed, by the contract of this function.
        unsafe { free(key) }
    }
}

// The handle is NULL or came from a `HeaderProtectionHandle`. It is free afterwards.
pub(super) unsafe fn free_header_protection_key(handle: *mut c_void) {
    if let Some(key) = NonNull::new(handle.cast::<HeaderProtectionKey>()) {
        // SAFETY: from `into_heap` and not freed, by the contract of this function.
        unsafe { free(key) }
    }
}

fn into_heap<T>(value: T) -> NonNull<T> {
    NonNull::from(Box::leak(Box::new(value)))
}

// `value` came from `into_heap` and is not used afterwards. The heap wipes what it gets back.
unsafe fn free<T>(value: NonNull<T>) {
    // SAFETY: the memory is that of a `Box<T>`, by the contract of this function.
    drop(unsafe { Box::from_raw(value.as_ptr()) });
}
