//! Connection ids of QUIC version 1 and 2 (RFC 9000 §5.1): 0 to 20 bytes.
//!
//! Owns: the length limit. Must not know: whose id it is.

use core::fmt;

use ngtcp2_abi::ngtcp2_cid;

use crate::wire::{NoSpace, Writer};

/// The longest connection id of versions 1 and 2 (RFC 9000 §17.2).
pub(crate) const MAX_CONNECTION_ID_LEN: usize = 20;

/// A connection id. The bytes after `len` are zero, so that comparing all of them is comparing the ids.
#[derive(Clone, Copy, Eq)]
pub(crate) struct ConnectionId {
    len: u8,
    data: [u8; MAX_CONNECTION_ID_LEN],
}

impl ConnectionId {
    /// The connection id of length zero.
    pub(crate) const EMPTY: Self = Self { len: 0, data: [0; MAX_CONNECTION_ID_LEN] };

    /// `None` when `bytes` is longer than a connection id may be.
    #[inline]
    pub(crate) fn new(bytes: &[u8]) -> Option<Self> {
        let mut data = [0; MAX_CONNECTION_ID_LEN];
        let len = bytes.len();
        // Two words that overlap cover 8 to 16 bytes: the usual lengths need no call.
        match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
            (Some(first), Some(last)) if len <= 16 => {
                *data.first_chunk_mut()? = *first;
                *data.get_mut(..len)?.last_chunk_mut()? = *last;
            }
            _ => data.get_mut(..len)?.copy_from_slice(bytes),
        }
        Some(Self { len: len as u8, data })
    }

    #[inline]
    pub(crate) fn as_slice(&self) -> &[u8] {
        self.data.get(..usize::from(self.len)).unwrap_or_default()
    }

    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.len as usize
    }

    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Writes the bytes without a length. Where there is room a whole 20-byte block is stored: the surplus is scratch.
    #[inline(always)]
    pub(crate) fn write(&self, writer: &mut Writer<'_>) -> Result<(), NoSpace> {
        match writer.rest_mut().first_chunk_mut::<MAX_CONNECTION_ID_LEN>() {
            Some(block) => {
                *block = self.data;
                writer.advance(self.len())
            }
            None => writer.bytes(self.as_slice()),
        }
    }

    /// Writes the length in one byte and then the bytes, as long headers have it.
    #[inline]
    pub(crate) fn write_with_len(&self, writer: &mut Writer<'_>) -> Result<(), NoSpace> {
        writer.u8(self.len)?;
        self.write(writer)
    }

    /// `None` when the caller's struct claims a length above the limit.
    #[inline]
    pub(crate) fn from_abi(cid: &ngtcp2_cid) -> Option<Self> {
        Self::new(cid.data.get(..cid.datalen)?)
    }

    #[inline]
    pub(crate) const fn to_abi(self) -> ngtcp2_cid {
        ngtcp2_cid { datalen: self.len as usize, data: self.data }
    }
}

impl PartialEq for ConnectionId {
    /// Ids are random: the first bytes tell them apart nearly always.
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.data.first_chunk::<8>() == other.data.first_chunk()
            && self.len == other.len
            && self.data == other.data
    }
}

impl PartialEq<[u8]> for ConnectionId {
    #[inline]
    fn eq(&self, other: &[u8]) -> bool {
        let id = self.as_slice();
        if id.len() != other.len() {
            return false;
        }
        // Two words that overlap cover 8 to 16 bytes: the usual lengths need no loop.
        match (id.first_chunk::<8>(), id.last_chunk::<8>(), other.first_chunk(), other.last_chunk()) {
            (Some(first), Some(last), Some(other_first), Some(other_last)) => {
                first == other_first
                    && last == other_last
                    && (id.len() <= 16 || id.get(8..16) == other.get(8..16))
            }
            _ => id == other,
        }
    }
}

impl From<ConnectionId> for ngtcp2_cid {
    fn from(id: ConnectionId) -> Self {
        id.to_abi()
    }
}

impl fmt::Debug for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("0x")?;
        self.as_slice().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
