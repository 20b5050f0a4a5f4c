//! Address validation tokens (RFC 9000, section 8.1), in the format of ngtcp2's other helpers, so that
//! servers with different helpers can share one secret.
//!
//! A token is a magic byte, an AES-128-GCM ciphertext, and the random bytes that its key was derived
//! from. It must not know sockets or clocks: addresses are bytes, timestamps are the caller's.

use ngtcp2_abi::{
    NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN, NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN, NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2,
    NGTCP2_CRYPTO_TOKEN_MAGIC_REGULAR, NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY, NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY2,
    NGTCP2_CRYPTO_TOKEN_RAND_DATALEN, NGTCP2_MAX_CIDLEN, ngtcp2_sockaddr_union,
};
use zeroize::Zeroizing;

use crate::aead::AeadKey;
use crate::hkdf;
use crate::random;
use crate::suite::{Aead, Hash, NONCE_LEN, TAG_LEN};

/// The longest data that a regular token carries for the application.
pub(crate) const MAX_DATA_LEN: usize = 256;

/// The longest socket address that a token knows. Its form in memory is part of the token format.
pub(crate) const MAX_ADDRESS_LEN: usize = size_of::<ngtcp2_sockaddr_union>();

const TIMESTAMP_LEN: usize = size_of::<u64>();
const CID_FIELD_LEN: usize = 1 + NGTCP2_MAX_CIDLEN;
const RETRY_PLAINTEXT_LEN: usize = CID_FIELD_LEN + TIMESTAMP_LEN;
const RETRY2_PLAINTEXT_LEN: usize = MAX_ADDRESS_LEN + RETRY_PLAINTEXT_LEN;
const MAX_PLAINTEXT_LEN: usize = TIMESTAMP_LEN + MAX_DATA_LEN;
const OVERHEAD: usize = 1 + TAG_LEN + NGTCP2_CRYPTO_TOKEN_RAND_DATALEN;

/// Room for the version, a socket address and a connection ID.
const MAX_ADDITIONAL_LEN: usize = 4 + MAX_ADDRESS_LEN + NGTCP2_MAX_CIDLEN;

const _: () = assert!(RETRY_PLAINTEXT_LEN + OVERHEAD == NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN);
const _: () = assert!(RETRY2_PLAINTEXT_LEN + OVERHEAD == NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2);
const _: () = assert!(TIMESTAMP_LEN + OVERHEAD == NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN);
const _: () = assert!(RETRY2_PLAINTEXT_LEN <= MAX_PLAINTEXT_LEN);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenError {
    /// An argument is longer than the format allows.
    TooLong,
    /// The system has no random numbers.
    NoRandom,
    /// Not a token of this kind, or not one made with this secret.
    Unreadable,
    /// A token of ours, but it has expired or belongs to another client.
    Invalid,
}

/// Which key derivation and which first byte a token has.
struct Kind {
    magic: u8,
    key_info: &'static [u8],
    iv_info: &'static [u8],
}

static RETRY: Kind =
    Kind { magic: NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY, key_info: b"retry_token key", iv_info: b"retry_token iv" };
static RETRY2: Kind = Kind {
    magic: NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY2,
    key_info: b"retry_token2 key",
    iv_info: b"retry_token2 iv",
};
static REGULAR: Kind = Kind {
    magic: NGTCP2_CRYPTO_TOKEN_MAGIC_REGULAR,
    key_info: b"regular_token key",
    iv_info: b"regular_token iv",
};

/// What a Retry token is bound to.
#[derive(Clone, Copy)]
pub(crate) struct RetryContext<'a> {
    pub(crate) secret: &'a [u8],
    pub(crate) version: u32,
    /// The client's socket address as it stands in memory.
    pub(crate) address: &'a [u8],
    /// The source connection ID of the Retry packet.
    pub(crate) retry_scid: &'a [u8],
}

/// When a token is used, and how long it is good.
#[derive(Clone, Copy)]
pub(crate) struct Validity {
    pub(crate) now: u64,
    pub(crate) timeout: u64,
}

impl Validity {
    /// A timestamp of the future is not refused: servers that share a secret may differ a little.
    fn check(self, generated: u64) -> Result<(), TokenError> {
        if self.now.saturating_sub(generated) >= self.timeout { Err(TokenError::Invalid) } else { Ok(()) }
    }
}

/// A connection ID as a token holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TokenCid {
    bytes: [u8; NGTCP2_MAX_CIDLEN],
    len: usize,
}

impl TokenCid {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// The token of `ngtcp2_crypto_generate_retry_token`: the address is authenticated only.
pub(crate) fn generate_retry(
    context: &RetryContext<'_>,
    odcid: &[u8],
    now: u64,
    token: &mut [u8; NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN],
) -> Result<(), TokenError> {
    check_address_len(context.address)?;
    let plaintext = token.get_mut(1..1 + RETRY_PLAINTEXT_LEN).ok_or(TokenError::TooLong)?;
    write_retry_fields(plaintext, odcid, now)?;
    let mut additional = Fields::new();
    additional.push(&context.version.to_be_bytes())?;
    additional.push(context.address)?;
    additional.push(context.retry_scid)?;
    seal(&RETRY, context.secret, additional.as_bytes(), token)
}

/// Verifies a token of [`generate_retry`] and returns the original destination connection ID.
pub(crate) fn verify_retry(
    context: &RetryContext<'_>,
    validity: Validity,
    token: &[u8],
) -> Result<TokenCid, TokenError> {
    check_address_len(context.address)?;
    let mut additional = Fields::new();
    additional.push(&context.version.to_be_bytes())?;
    additional.push(context.address)?;
    additional.push(context.retry_scid)?;
    let token: &[u8; NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN] =
        token.try_into().map_err(|_| TokenError::Unreadable)?;
    let mut buffer = [0; MAX_PLAINTEXT_LEN];
    let plaintext = open(&RETRY, context.secret, additional.as_bytes(), token, &mut buffer)?;
    read_retry_fields(plaintext, validity)
}

/// The token of `ngtcp2_crypto_generate_retry_token2`: the address is inside, so that a token of
/// another client can be told from garbage.
pub(crate) fn generate_retry2(
    context: &RetryContext<'_>,
    odcid: &[u8],
    now: u64,
    token: &mut [u8; NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2],
) -> Result<(), TokenError> {
    let plaintext = token.get_mut(1..1 + RETRY2_PLAINTEXT_LEN).ok_or(TokenError::TooLong)?;
    let (address, fields) = plaintext.split_at_mut(MAX_ADDRESS_LEN);
    address.copy_from_slice(&padded_address(context.address)?);
    write_retry_fields(fields, odcid, now)?;
    let mut additional = Fields::new();
    additional.push(&context.version.to_be_bytes())?;
    additional.push(context.retry_scid)?;
    seal(&RETRY2, context.secret, additional.as_bytes(), token)
}

/// Verifies a token of [`generate_retry2`] and returns the original destination connection ID.
pub(crate) fn verify_retry2(
    context: &RetryContext<'_>,
    validity: Validity,
    token: &[u8],
) -> Result<TokenCid, TokenError> {
    let expected_address = padded_address(context.address)?;
    let mut additional = Fields::new();
    additional.push(&context.version.to_be_bytes())?;
    additional.push(context.retry_scid)?;
    let token: &[u8; NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2] =
        token.try_into().map_err(|_| TokenError::Unreadable)?;
    let mut buffer = [0; MAX_PLAINTEXT_LEN];
    let plaintext = open(&RETRY2, context.secret, additional.as_bytes(), token, &mut buffer)?;
    let (address, fields) = plaintext.split_at(MAX_ADDRESS_LEN);
    if address != expected_address {
        return Err(TokenError::Invalid);
    }
    read_retry_fields(fields, validity)
}

/// The token of `ngtcp2_crypto_generate_regular_token2`, for a NEW_TOKEN frame. It is bound to the IP
/// address, not to the port. Returns its length; `token` has `NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN` bytes
/// and those of `data`.
pub(crate) fn generate_regular(
    secret: &[u8],
    ip_address: &[u8],
    data: &[u8],
    now: u64,
    token: &mut [u8],
) -> Result<(), TokenError> {
    if data.len() > MAX_DATA_LEN || token.len() != NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN + data.len() {
        return Err(TokenError::TooLong);
    }
    let (timestamp, rest) = token[1..].split_at_mut(TIMESTAMP_LEN);
    timestamp.copy_from_slice(&now.to_be_bytes());
    rest[..data.len()].copy_from_slice(data);
    seal(&REGULAR, secret, ip_address, token)
}

/// Verifies a token of [`generate_regular`] and gives its data to `use_data`.
pub(crate) fn verify_regular<R>(
    secret: &[u8],
    ip_address: &[u8],
    validity: Validity,
    token: &[u8],
    use_data: impl FnOnce(&[u8]) -> R,
) -> Result<R, TokenError> {
    let mut buffer = [0; MAX_PLAINTEXT_LEN];
    let plaintext = open(&REGULAR, secret, ip_address, token, &mut buffer)?;
    let (timestamp, data) = plaintext.split_first_chunk().ok_or(TokenError::Unreadable)?;
    validity.check(u64::from_be_bytes(*timestamp))?;
    Ok(use_data(data))
}

/// Encrypts the plaintext that already stands behind the first byte of `token`, and fills in the rest.
fn seal(kind: &Kind, secret: &[u8], additional: &[u8], token: &mut [u8]) -> Result<(), TokenError> {
    let mut random = [0; NGTCP2_CRYPTO_TOKEN_RAND_DATALEN];
    random::fill(&mut random).map_err(|_| TokenError::NoRandom)?;
    let (key, iv) = derive_key(kind, secret, &random)?;

    let (magic, rest) = token.split_first_mut().ok_or(TokenError::TooLong)?;
    let (sealed, trailer) = rest.split_at_mut(rest.len() - random.len());
    let (plaintext, tag) = sealed.split_at_mut(sealed.len() - TAG_LEN);
    *magic = kind.magic;
    tag.copy_from_slice(&key.seal(&iv, additional, plaintext).map_err(|_| TokenError::TooLong)?);
    trailer.copy_from_slice(&random);
    Ok(())
}

/// Decrypts `token` into `buffer`.
fn open<'b>(
    kind: &Kind,
    secret: &[u8],
    additional: &[u8],
    token: &[u8],
    buffer: &'b mut [u8; MAX_PLAINTEXT_LEN],
) -> Result<&'b [u8], TokenError> {
    let (magic, rest) = token.split_first().ok_or(TokenError::Unreadable)?;
    if *magic != kind.magic {
        return Err(TokenError::Unreadable);
    }
    let (sealed, random) =
        rest.split_last_chunk::<NGTCP2_CRYPTO_TOKEN_RAND_DATALEN>().ok_or(TokenError::Unreadable)?;
    let (ciphertext, tag) = sealed.split_last_chunk::<TAG_LEN>().ok_or(TokenError::Unreadable)?;
    let plaintext = buffer.get_mut(..ciphertext.len()).ok_or(TokenError::Unreadable)?;
    plaintext.copy_from_slice(ciphertext);
    let (key, iv) = derive_key(kind, secret, random)?;
    key.open(&iv, additional, plaintext, *tag).map_err(|_| TokenError::Unreadable)?;
    Ok(plaintext)
}

/// Each token has a key of its own, from the shared secret and the token's random bytes.
fn derive_key(kind: &Kind, secret: &[u8], random: &[u8]) -> Result<(AeadKey, [u8; NONCE_LEN]), TokenError> {
    const HASH: Hash = Hash::Sha256;
    const AEAD: Aead = Aead::Aes128Gcm;
    let intermediate = hkdf::extract(HASH, random, secret);
    let mut key = Zeroizing::new([0; 16]);
    let mut iv = [0; NONCE_LEN];
    hkdf::expand(HASH, intermediate.as_bytes(), &[kind.key_info], &mut key[..])
        .and_then(|()| hkdf::expand(HASH, intermediate.as_bytes(), &[kind.iv_info], &mut iv))
        .map_err(|_| TokenError::TooLong)?;
    let key = AeadKey::new(AEAD, &key[..]).map_err(|_| TokenError::TooLong)?;
    Ok((key, iv))
}

fn write_retry_fields(fields: &mut [u8], odcid: &[u8], now: u64) -> Result<(), TokenError> {
    let (cid, timestamp) = fields.split_at_mut(CID_FIELD_LEN);
    let (cid_len, cid) = cid.split_first_mut().ok_or(TokenError::TooLong)?;
    cid.fill(0);
    cid.get_mut(..odcid.len()).ok_or(TokenError::TooLong)?.copy_from_slice(odcid);
    *cid_len = odcid.len() as u8;
    timestamp.copy_from_slice(&now.to_be_bytes());
    Ok(())
}

fn read_retry_fields(fields: &[u8], validity: Validity) -> Result<TokenCid, TokenError> {
    let (cid_len, rest) = fields.split_first().ok_or(TokenError::Unreadable)?;
    let (bytes, timestamp) = rest.split_first_chunk().ok_or(TokenError::Unreadable)?;
    let len = usize::from(*cid_len);
    if len > NGTCP2_MAX_CIDLEN {
        return Err(TokenError::Invalid);
    }
    let timestamp = timestamp.try_into().map_err(|_| TokenError::Unreadable)?;
    validity.check(u64::from_be_bytes(timestamp))?;
    Ok(TokenCid { bytes: *bytes, len })
}

fn check_address_len(address: &[u8]) -> Result<(), TokenError> {
    if address.len() > MAX_ADDRESS_LEN { Err(TokenError::TooLong) } else { Ok(()) }
}

fn padded_address(address: &[u8]) -> Result<[u8; MAX_ADDRESS_LEN], TokenError> {
    let mut padded = [0; MAX_ADDRESS_LEN];
    padded.get_mut(..address.len()).ok_or(TokenError::TooLong)?.copy_from_slice(address);
    Ok(padded)
}

/// Additional data under construction.
struct Fields {
    bytes: [u8; MAX_ADDITIONAL_LEN],
    len: usize,
}

impl Fields {
    fn new() -> Self {
        Self { bytes: [0; MAX_ADDITIONAL_LEN], len: 0 }
    }

    fn push(&mut self, field: &[u8]) -> Result<(), TokenError> {
        let room = self.bytes[self.len..].get_mut(..field.len()).ok_or(TokenError::TooLong)?;
        room.copy_from_slice(field);
        self.len += field.len();
        Ok(())
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

#[cfg(test)]
mod tests;
