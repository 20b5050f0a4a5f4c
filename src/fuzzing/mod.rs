//! The decoders for fuzz targets, each with what must hold for any input: it is refused, or it reads back the same
//! after it was written again. The targets in `fuzz/` only call these; `cargo test` replays their corpora here.
//!
//! Owns: the properties. Compiled for tests and with the feature `fuzzing` only, where a failed assertion is the result.

#[cfg(test)]
mod tests;

use core::mem::MaybeUninit;

use crate::frame::{self, Frame};
use crate::mem::Scratch;
use crate::packet::header::{self, LongHeader};
use crate::packet::invariant::decode_version_cid;
use crate::packet::long::{self, Fields};
use crate::packet::protect::{self, MASK_LEN};
use crate::packet::{self, PacketType, retry, stateless_reset, version_negotiation};
use crate::params;
use crate::units::{PacketNumber, Side};
use crate::wire::{Reader, Writer};

/// Inputs above this length are cut: no packet or parameter block worth trying is longer.
const MAX_INPUT_LEN: usize = 4096;

/// Room for what an input is written as again. A field grows by 7 bytes at most, and only a STREAM frame gains one.
const BUFFER_LEN: usize = MAX_INPUT_LEN + 64;

/// A datagram, after one byte that says how long our connection ids are.
pub fn packet_header(input: &[u8]) {
    let Some((&dcid_len, datagram)) = input.split_first() else { return };
    let datagram = cut(datagram);
    let dcid_len = usize::from(dcid_len % 32);

    if let Ok(header) = packet::parse_long(datagram) {
        check_long(&header, datagram);
    }
    if let Ok(header) = header::parse_short(datagram, dcid_len) {
        assert_eq!(header.dcid, &datagram[1..header.pn_offset]);
        check_unmasking(datagram, header.pn_offset);
    }
    if let Ok(decoded) = decode_version_cid(datagram, dcid_len) {
        assert!(decoded.dcid.len() < datagram.len());
        assert!(!decoded.negotiate || datagram.len() >= packet::MIN_INITIAL_DATAGRAM_LEN);
    }
    if let Ok(received) = retry::parse(datagram) {
        let mut buffer = [0; BUFFER_LEN];
        let mut writer = Writer::new(&mut buffer);
        received.retry.write(&mut writer).expect("fits");
        assert_eq!(writer.written()[1..], received.without_tag[1..]);
    }
    if let Ok(received) = version_negotiation::parse(datagram) {
        assert!(packet::version::iter(received.versions).count() * 4 == received.versions.len());
    }
    let _ = stateless_reset::split(datagram);
}

fn check_long(header: &LongHeader<'_>, datagram: &[u8]) {
    assert!(header.header_len <= datagram.len());
    let _ = header::check_acceptable(header, datagram.len());
    let _ = header.to_abi();
    if matches!(header.kind, PacketType::Retry | PacketType::VersionNegotiation) {
        return;
    }
    check_unmasking(datagram, header.header_len);

    let fields = Fields {
        kind: header.kind,
        version: header.version,
        dcid: &header.dcid,
        scid: &header.scid,
        token: header.token,
        fixed_bit: header.fixed_bit,
    };
    let mut buffer = [0; BUFFER_LEN];
    let mut writer = Writer::new(&mut buffer);
    let positions = long::write_header(&mut writer, &fields, PacketNumber(0), 4).expect("fits");
    long::finish(&mut writer, positions, 16).expect("was written");
    let again = packet::parse_long(writer.written()).expect("is ours");
    let expected = LongHeader { length: 20, header_len: positions.number, ..*header };
    assert_eq!(again, expected);
}

fn check_unmasking(datagram: &[u8], pn_offset: usize) {
    let mask = [0x5a; MASK_LEN];
    let mut buffer = [const { MaybeUninit::uninit() }; BUFFER_LEN];
    let mut plain = Scratch::new(&mut buffer);
    let Some(unmasked) = protect::unmask(datagram, pn_offset, &mask) else { return };
    let len = protect::copy_unprotected_header(datagram, pn_offset, &unmasked, &mut plain).expect("fits");
    plain.push(&datagram[len..]).expect("fits");
    let plain = plain.filled_mut();
    assert!(protect::apply_mask(plain, pn_offset, &mask));
    assert_eq!(plain, datagram);
    let _ = protect::sample(datagram, pn_offset);
    assert!(len <= pn_offset + 4);
}

/// The payload of a packet: frames up to its end.
pub fn frames(input: &[u8]) {
    let mut reader = Reader::new(cut(input));
    while !reader.is_empty() {
        let before = reader.position();
        let Ok((parsed, frame_type)) = frame::parse(&mut reader) else { return };
        assert!(reader.position() > before);
        assert!(frame::allowed_in(frame_type, PacketType::OneRtt));
        check_frame(&parsed);
    }
}

fn check_frame(parsed: &Frame<'_>) {
    let mut buffer = [0; BUFFER_LEN];
    let mut writer = Writer::new(&mut buffer);
    frame::write::any::frame(&mut writer, parsed).expect("fits");
    let mut reader = Reader::new(writer.written());
    let (again, _) = frame::parse(&mut reader).expect("is ours");
    assert!(reader.is_empty());
    let (Frame::Ack(parsed), Frame::Ack(again)) = (parsed, &again) else {
        assert_eq!(&again, parsed);
        return;
    };
    assert_eq!((parsed.largest, parsed.delay, parsed.ecn), (again.largest, again.delay, again.ecn));
    assert_eq!(parsed.ranges().last().map(|(smallest, _)| smallest), Some(parsed.smallest));
    assert!(again.ranges().eq(parsed.ranges().take(frame::write::MAX_ACK_RANGES)));
}

/// Transport parameters, also as those that a client remembered.
pub fn params(input: &[u8]) {
    let input = cut(input);
    let _ = params::remembered::decode_remembered(input);
    let mut decoded = params::DEFAULT;
    let Ok(available_versions) = params::decode(input, &mut decoded) else { return };
    let available_versions = available_versions.unwrap_or_default();

    let mut buffer = [0; BUFFER_LEN];
    let len = params::encoded_len(&decoded, available_versions).expect("was decoded");
    let mut writer = Writer::new(&mut buffer[..len]);
    params::encode(&mut writer, &decoded, available_versions).expect("fits");
    assert_eq!(writer.remaining(), 0);
    let mut again = params::DEFAULT;
    let same_versions = params::decode(writer.written(), &mut again).expect("is ours");
    assert_eq!(same_versions.unwrap_or_default(), available_versions);
    let mut second = [0; BUFFER_LEN];
    let mut second = Writer::new(&mut second);
    params::encode(&mut second, &again, available_versions).expect("fits");
    assert_eq!(second.written(), writer.written());
    params::remembered::encode_remembered(&mut second, &again, Side::Server).expect("fits");
}

fn cut(input: &[u8]) -> &[u8] {
    &input[..input.len().min(MAX_INPUT_LEN)]
}
