//! Stateless reset tokens (RFC 9000, section 10.3.2): derived from a static secret and a connection ID,
//! in the same way as ngtcp2's other helpers do it.

use ngtcp2_abi::NGTCP2_STATELESS_RESET_TOKENLEN;

use crate::hkdf;
use crate::suite::Hash;

pub(crate) fn stateless_reset_token(
    secret: &[u8],
    connection_id: &[u8],
) -> Result<[u8; NGTCP2_STATELESS_RESET_TOKENLEN], hkdf::OutputTooLong> {
    let mut token = [0; NGTCP2_STATELESS_RESET_TOKENLEN];
    let intermediate = hkdf::extract(Hash::Sha256, connection_id, secret);
    hkdf::expand(Hash::Sha256, intermediate.as_bytes(), &[b"stateless_reset"], &mut token)?;
    Ok(token)
}

#[cfg(test)]
mod tests;
