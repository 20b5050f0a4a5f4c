//! What all versions of QUIC have in common (RFC 8999): version and connection ids, for a server that has no
//! connection yet. Connection ids of unknown versions may have 255 bytes.

use super::{HeaderError, LONG_FORM, MAX_CONNECTION_ID_LEN, MIN_INITIAL_DATAGRAM_LEN, version};
use crate::wire::Reader;

/// Version and connection ids as they stand in the datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct VersionCid<'a> {
    /// 0 for a short header and for a Version Negotiation packet.
    pub(crate) version: u32,
    pub(crate) dcid: &'a [u8],
    /// `None` for a short header.
    pub(crate) scid: Option<&'a [u8]>,
    /// The datagram asks for a Version Negotiation packet: its version is unknown and it is long enough to be a
    /// first flight (RFC 9000 §6.1).
    pub(crate) negotiate: bool,
}

/// Reads version and connection ids; those of a short header are `short_dcid_len` bytes long.
pub(crate) fn decode_version_cid(
    datagram: &[u8],
    short_dcid_len: usize,
) -> Result<VersionCid<'_>, HeaderError> {
    let mut reader = Reader::new(datagram);
    if reader.u8()? & LONG_FORM == 0 {
        let dcid = reader.bytes(short_dcid_len)?;
        return Ok(VersionCid { version: 0, dcid, scid: None, negotiate: false });
    }
    let version = reader.u32()?;
    let dcid_len = reader.u8()?;
    let dcid = reader.bytes(usize::from(dcid_len))?;
    let scid_len = reader.u8()?;
    let scid = reader.bytes(usize::from(scid_len))?;
    let decoded = VersionCid { version, dcid, scid: Some(scid), negotiate: false };

    if version == version::NEGOTIATION {
        return Ok(decoded);
    }
    if version::is_supported(version) {
        if dcid.len() > MAX_CONNECTION_ID_LEN || scid.len() > MAX_CONNECTION_ID_LEN {
            return Err(HeaderError::ConnectionIdTooLong);
        }
        return Ok(decoded);
    }
    if datagram.len() < MIN_INITIAL_DATAGRAM_LEN {
        return Err(HeaderError::UnknownVersion);
    }
    Ok(VersionCid { negotiate: true, ..decoded })
}
