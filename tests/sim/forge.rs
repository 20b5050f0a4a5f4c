//! Packets made by hand: what a peer could send that has all the keys and keeps none of the rules.
//!
//! Owns: the encoding of one packet with any header and any payload. Frames are given as bytes. Must not know: what the
//! library makes of it.

use std::ffi::c_int;

use ngtcp2_abi::{
    NGTCP2_PROTO_VER_V2, NGTCP2_RETRY_NONCE_V1, ngtcp2_cid, ngtcp2_crypto_aead, ngtcp2_crypto_cipher,
};

use crate::address::{CLIENT, SERVER};
use crate::keys::{IV, KeySet, RETRY_KEY, Side, aead_context, application_secret, next_secret};
use crate::network::Datagram;
use crate::pair::Pair;
use crate::protection::{TAG, algorithms, delete_context, encrypt, hp_mask};

/// The kinds of packets that can be forged; the value is the type in a long header of version 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Initial = 0,
    ZeroRtt = 1,
    Handshake = 2,
    OneRtt = 4,
}

/// The bit that is set in packets unless the receiver takes others (RFC 9287).
pub(crate) const FIXED_BIT: u8 = 0x40;

/// The bit that turns over with each key update.
pub(crate) const KEY_PHASE: u8 = 0x04;

/// Forged packet numbers are far above what a library sends in a short run.
const FIRST_NUMBER: u32 = 5_000;

/// Bytes of the packet number.
const NUMBER: usize = 4;

pub(crate) struct Forgery {
    pub(crate) kind: Kind,
    pub(crate) version: u32,
    pub(crate) dcid: ngtcp2_cid,
    pub(crate) scid: ngtcp2_cid,
    pub(crate) token: Vec<u8>,
    pub(crate) number: u32,
    /// Bits of the first byte to turn over.
    pub(crate) flips: u8,
    pub(crate) payload: Vec<u8>,
}

impl Forgery {
    /// A packet as `side` would send it now, but for its contents.
    pub(crate) fn new(pair: &Pair, side: Side, kind: Kind, payload: &[u8]) -> Self {
        Self {
            kind,
            version: pair.endpoint(side).conn().chosen_version(),
            dcid: pair.endpoint(side).conn().dcid(),
            scid: pair.endpoint(side.other()).conn().dcid(),
            token: Vec::new(),
            number: FIRST_NUMBER,
            flips: 0,
            payload: payload.to_vec(),
        }
    }

    /// The packet, protected with keys that are given up.
    pub(crate) fn seal(&self, keys: KeySet) -> Vec<u8> {
        let mut packet = self.header();
        let number_at = packet.len() - NUMBER;
        let header = packet.clone();
        packet.extend_from_slice(&self.payload);
        packet.resize(packet.len() + TAG, 0);
        let mut nonce = keys.iv;
        for (byte, bits) in nonce[IV - 4..].iter_mut().zip(self.number.to_be_bytes()) {
            *byte ^= bits;
        }
        let body = packet[header.len()..].as_mut_ptr();
        let (len, aead) = (self.payload.len(), algorithms(1).aead);
        // SAFETY: all pointers are valid during the call, and the tag has room behind the payload.
        let code = unsafe {
            encrypt(body, &aead, &keys.aead, body, len, nonce.as_ptr(), IV, header.as_ptr(), header.len())
        };
        assert_eq!(code, 0);
        self.protect(&mut packet, number_at, &keys);
        keys.discard();
        packet
    }

    fn header(&self) -> Vec<u8> {
        let id = |id: &ngtcp2_cid| id.data[..id.datalen].to_vec();
        let mut header = vec![(FIXED_BIT | (NUMBER as u8 - 1)) ^ self.flips];
        if self.kind == Kind::OneRtt {
            header.extend(id(&self.dcid));
        } else {
            let shift = u8::from(self.version == NGTCP2_PROTO_VER_V2);
            header[0] |= 0x80 | ((self.kind as u8 + shift) & 3) << 4;
            header.extend(self.version.to_be_bytes());
            for id in [id(&self.dcid), id(&self.scid)] {
                header.push(id.len() as u8);
                header.extend(id);
            }
            if self.kind == Kind::Initial {
                header.extend(varint(self.token.len() as u64));
                header.extend(&self.token);
            }
            header.extend(varint((NUMBER + self.payload.len() + TAG) as u64));
        }
        header.extend(self.number.to_be_bytes());
        header
    }

    fn protect(&self, packet: &mut [u8], number_at: usize, keys: &KeySet) {
        let sample = packet[number_at + NUMBER..].as_ptr();
        let (mut mask, cipher) = ([0; 5], ngtcp2_crypto_cipher { native_handle: std::ptr::null_mut() });
        assert!(packet.len() >= number_at + NUMBER + TAG);
        // SAFETY: the sample has the length of a tag, and the mask has room.
        let code = unsafe { hp_mask(mask.as_mut_ptr(), &cipher, &keys.cipher, sample) };
        assert_eq!(code, 0);
        packet[0] ^= mask[0] & if packet[0] & 0x80 != 0 { 0x0f } else { 0x1f };
        for (byte, mask) in packet[number_at..number_at + NUMBER].iter_mut().zip(&mask[1..]) {
            *byte ^= mask;
        }
    }
}

/// A protected packet of `side` in the running connection. Initial packets need keys that the pair does not know.
pub(crate) fn forge(pair: &Pair, side: Side, kind: Kind, payload: &[u8]) -> Vec<u8> {
    Forgery::new(pair, side, kind, payload).seal(keys(pair, side, kind))
}

/// The last 8 bits of the number of a 1-RTT packet that `side` sent, which its receiver can read.
pub(crate) fn number_of(pair: &Pair, side: Side, packet: &[u8]) -> u8 {
    let keys = keys(pair, side, Kind::OneRtt);
    let number_at = 1 + pair.endpoint(side).conn().dcid().datalen;
    let sample = packet[number_at + NUMBER..].as_ptr();
    let (mut mask, cipher) = ([0; 5], ngtcp2_crypto_cipher { native_handle: std::ptr::null_mut() });
    assert!(packet.len() >= number_at + NUMBER + TAG);
    // SAFETY: the sample has the length of a tag, and the mask has room.
    let code = unsafe { hp_mask(mask.as_mut_ptr(), &cipher, &keys.cipher, sample) };
    assert_eq!(code, 0);
    keys.discard();
    let last = usize::from((packet[0] ^ mask[0]) & 3);
    packet[number_at + last] ^ mask[1 + last]
}

/// The keys with which `side` protects its packets.
pub(crate) fn keys(pair: &Pair, side: Side, kind: Kind) -> KeySet {
    let master = pair.endpoint(side).tls.borrow().master();
    match kind {
        Kind::ZeroRtt => pair.endpoint(side).tls.borrow().early_keys(),
        Kind::Handshake => KeySet::handshake(master, side),
        Kind::OneRtt => KeySet::application(&application_secret(master, side)),
        Kind::Initial => panic!("no such keys"),
    }
}

/// The keys of 1-RTT packets after some updates; header protection keeps its first key.
pub(crate) fn updated_keys(pair: &Pair, side: Side, updates: u32) -> KeySet {
    let mut secret = application_secret(pair.endpoint(side).tls.borrow().master(), side);
    for _ in 0..updates {
        secret = next_secret(&secret);
    }
    let (first, updated) = (keys(pair, side, Kind::OneRtt), KeySet::application(&secret));
    delete_context(updated.cipher.native_handle);
    delete_context(first.aead.native_handle);
    KeySet { cipher: first.cipher, ..updated }
}

/// Hands a datagram to one endpoint as if the other had sent it.
pub(crate) fn deliver(pair: &mut Pair, to: Side, payload: Vec<u8>) -> c_int {
    let (source, destination) = match to {
        Side::Server => (CLIENT, SERVER),
        Side::Client => (SERVER, CLIENT),
    };
    let datagram = Datagram { source, destination, ecn: 0, payload: payload.into() };
    match to {
        Side::Server => pair.server.read(&datagram, &mut pair.network),
        Side::Client => pair.client.read(&datagram, &mut pair.network),
    }
}

/// A Version Negotiation packet that offers versions given as bytes.
pub(crate) fn version_negotiation(dcid: &ngtcp2_cid, scid: &ngtcp2_cid, versions: &[u8]) -> Vec<u8> {
    let with_len = |id: &ngtcp2_cid| [&[id.datalen as u8], &id.data[..id.datalen]].concat();
    [&[0xc0, 0, 0, 0, 0][..], &with_len(dcid), &with_len(scid), versions].concat()
}

/// A Retry packet of version 1 with a valid tag.
pub(crate) fn retry(dcid: &ngtcp2_cid, scid: &ngtcp2_cid, original: &ngtcp2_cid) -> Vec<u8> {
    let with_len = |id: &ngtcp2_cid| [&[id.datalen as u8], &id.data[..id.datalen]].concat();
    let packet = [&[0xf0, 0, 0, 0, 1][..], &with_len(dcid), &with_len(scid), b"token"].concat();
    let pseudo = [with_len(original), packet.clone()].concat();
    let context = aead_context(RETRY_KEY);
    let aead = ngtcp2_crypto_aead { native_handle: std::ptr::null_mut(), max_overhead: TAG };
    let mut tag = [0; TAG];
    let (nonce, aad) = (NGTCP2_RETRY_NONCE_V1.as_ptr(), pseudo.as_ptr());
    // SAFETY: all pointers are valid during the call, and the tag has room.
    let code =
        unsafe { encrypt(tag.as_mut_ptr(), &aead, &context, [].as_ptr(), 0, nonce, IV, aad, pseudo.len()) };
    assert_eq!(code, 0);
    delete_context(context.native_handle);
    [packet, tag.to_vec()].concat()
}

/// A number as QUIC writes it (RFC 9000 section 16), in one, four or eight bytes.
pub(crate) fn varint(value: u64) -> Vec<u8> {
    match value {
        0..0x40 => vec![value as u8],
        0x40..0x4000_0000 => (value as u32 | 0x8000_0000).to_be_bytes().to_vec(),
        _ => (value | 0xc000_0000_0000_0000).to_be_bytes().to_vec(),
    }
}

/// CONNECTION_CLOSE with NO_ERROR: whether a packet was read shows at once.
pub(crate) const CLOSE: [u8; 4] = [0x1c, 0, 0, 0];
