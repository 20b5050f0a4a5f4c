//! What a server does with packets that belong to no connection yet: version negotiation, Retry, accepting.
//!
//! Owns: the tokens it gave out. Must not know: what happens on a connection.

use std::ffi::c_int;
use std::ptr;
use std::slice;

use ngtcp2_abi::api::{
    ngtcp2_accept, ngtcp2_pkt_decode_version_cid, ngtcp2_pkt_write_retry,
    ngtcp2_pkt_write_version_negotiation,
};
use ngtcp2_abi::{
    NGTCP2_ERR_VERSION_NEGOTIATION, NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2, ngtcp2_cid, ngtcp2_crypto_aead,
    ngtcp2_pkt_hd, ngtcp2_version_cid,
};

use crate::keys::{RETRY_KEY, aead_context};
use crate::network::Datagram;
use crate::protection::{TAG, delete_context, encrypt};
use crate::random::Random;

/// What is to be done with a packet.
pub(crate) enum Answer {
    Drop,
    /// Send this back.
    Reply(Vec<u8>),
    /// Start a connection; after Retry, with the client's first destination connection id and the token.
    Accept(Box<ngtcp2_pkt_hd>, Option<(ngtcp2_cid, Vec<u8>)>),
}

/// Tokens start with this; what follows is the original connection id.
const TOKEN_MARK: [u8; 4] = *b"sim1";

pub(crate) struct Listener {
    /// Whether clients must show that they receive at their address.
    pub(crate) retries: bool,
    random: Random,
}

impl Listener {
    pub(crate) fn new(retries: bool, seed: u64) -> Self {
        Self { retries, random: Random::new(seed, 60) }
    }

    pub(crate) fn answer(&mut self, datagram: &Datagram) -> Answer {
        let packet = &datagram.payload;
        let mut ids = ngtcp2_version_cid::ZERO;
        // SAFETY: all pointers are valid during the call.
        let code = unsafe { ngtcp2_pkt_decode_version_cid(&raw mut ids, packet.as_ptr(), packet.len(), 8) };
        if code == NGTCP2_ERR_VERSION_NEGOTIATION {
            return Answer::Reply(self.negotiate_version(&ids));
        }
        let mut header = Box::new(ngtcp2_pkt_hd::ZERO);
        // SAFETY: all pointers are valid during the call.
        let code = unsafe { ngtcp2_accept(&raw mut *header, packet.as_ptr(), packet.len()) };
        if code != 0 {
            return Answer::Drop;
        }
        let token = token_of(&header).to_vec();
        if let Some(original) = original_id(&token) {
            return Answer::Accept(header, Some((original, token)));
        }
        if self.retries {
            return self.retry(&header).map_or(Answer::Drop, Answer::Reply);
        }
        Answer::Accept(header, None)
    }

    fn negotiate_version(&mut self, ids: &ngtcp2_version_cid) -> Vec<u8> {
        let versions = [NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2];
        let mut reply = vec![0; 256];
        // SAFETY: all pointers are valid during the call; the ids point into the packet.
        let len = unsafe {
            ngtcp2_pkt_write_version_negotiation(
                reply.as_mut_ptr(),
                reply.len(),
                self.random.next() as u8,
                ids.scid,
                ids.scidlen,
                ids.dcid,
                ids.dcidlen,
                versions.as_ptr(),
                versions.len(),
            )
        };
        reply.truncate(usize::try_from(len).unwrap_or(0));
        reply
    }

    /// Answers with a Retry packet; `None` if the library cannot write one.
    pub(crate) fn retry(&mut self, header: &ngtcp2_pkt_hd) -> Option<Vec<u8>> {
        let mut scid = ngtcp2_cid { datalen: 12, ..ngtcp2_cid::ZERO };
        self.random.fill(&mut scid.data[..12]);
        let mut token = TOKEN_MARK.to_vec();
        token.extend_from_slice(&header.dcid.data[..header.dcid.datalen]);
        let aead = ngtcp2_crypto_aead { native_handle: ptr::without_provenance_mut(1), max_overhead: TAG };
        let context = aead_context(RETRY_KEY);
        let mut reply = vec![0; 256];
        // SAFETY: all pointers are valid during the call.
        let len = unsafe {
            ngtcp2_pkt_write_retry(
                reply.as_mut_ptr(),
                reply.len(),
                header.version,
                &raw const header.scid,
                &raw const scid,
                &raw const header.dcid,
                token.as_ptr(),
                token.len(),
                Some(encrypt),
                &raw const aead,
                &raw const context,
            )
        };
        delete_context(context.native_handle);
        reply.truncate(usize::try_from(len).ok()?);
        Some(reply)
    }
}

/// The header of the first packet in a datagram, for a server that answers with Retry after the fact.
pub(crate) fn header_of(datagram: &Datagram) -> Result<ngtcp2_pkt_hd, c_int> {
    let mut header = ngtcp2_pkt_hd::ZERO;
    // SAFETY: all pointers are valid during the call.
    let code = unsafe { ngtcp2_accept(&raw mut header, datagram.payload.as_ptr(), datagram.payload.len()) };
    if code == 0 { Ok(header) } else { Err(code) }
}

fn token_of(header: &ngtcp2_pkt_hd) -> &[u8] {
    if header.tokenlen == 0 {
        return &[];
    }
    // SAFETY: the library gives a pointer into the packet, which outlives the header.
    unsafe { slice::from_raw_parts(header.token, header.tokenlen) }
}

fn original_id(token: &[u8]) -> Option<ngtcp2_cid> {
    let id = token.strip_prefix(&TOKEN_MARK)?;
    let mut original = ngtcp2_cid { datalen: id.len(), ..ngtcp2_cid::ZERO };
    original.data.get_mut(..id.len())?.copy_from_slice(id);
    Some(original)
}
