//! What is written is read back; what is cut or random is refused without a panic.

extern crate std;

use crate::mem::Scratch;
use core::mem::MaybeUninit;
use std::vec::Vec;

use proptest::prelude::*;

use crate::packet::header::parse_short;
use crate::packet::invariant::decode_version_cid;
use crate::packet::long::Fields;
use crate::packet::protect::{self, MASK_LEN};
use crate::packet::retry::Retry;
use crate::packet::{
    ConnectionId, PacketType, long, number, parse_long, retry, short, stateless_reset, version,
    version_negotiation,
};
use crate::units::PacketNumber;
use crate::wire::{NoSpace, Writer, varint};

fn connection_id() -> impl Strategy<Value = ConnectionId> {
    prop::collection::vec(any::<u8>(), 0..=20).prop_map(|bytes| ConnectionId::new(&bytes).unwrap())
}

fn protected_kind() -> impl Strategy<Value = PacketType> {
    prop::sample::select(&[PacketType::Initial, PacketType::ZeroRtt, PacketType::Handshake][..])
}

fn supported_version() -> impl Strategy<Value = u32> {
    prop::sample::select(&[version::V1, version::V2][..])
}

fn packet_number() -> impl Strategy<Value = u64> {
    prop_oneof![0..300_u64, 0..1_u64 << 32, 0..1_u64 << 62]
}

proptest! {
    #[test]
    fn packet_numbers(largest in prop::option::of(packet_number()), distance in 0..1_u64 << 31) {
        let largest = largest.map(PacketNumber);
        let first = largest.map_or(0, |largest| largest.0 + 1);
        let sent = PacketNumber((first + distance).min(PacketNumber::MAX.0));
        let len = number::encoded_len(sent, largest);
        let mut buffer = [0; 4];
        let mut writer = Writer::new(&mut buffer);
        number::write(&mut writer, sent, len).unwrap();
        let truncated = writer.written().iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
        prop_assert_eq!(writer.position(), len);
        if sent.0 >= first {
            prop_assert_eq!(number::decode(truncated, len, largest), sent);
        }
        // Written near the end of a buffer the bytes are the same.
        let mut exact = [0; 4];
        number::write(&mut Writer::new(&mut exact[..len]), sent, len).unwrap();
        prop_assert_eq!(&exact[..len], writer.written());
        prop_assert_eq!(number::write(&mut Writer::new(&mut exact[..len - 1]), sent, len), Err(NoSpace));
    }

    /// RFC 9000 A.3, word for word, in wider integers.
    #[test]
    fn packet_numbers_are_restored_as_the_rfc_says(
        largest in prop::option::of(packet_number()),
        truncated in any::<u32>(),
        len in 1..=4_usize,
    ) {
        let window = 1_i128 << (8 * len);
        let truncated = i128::from(truncated) % window;
        let expected = largest.map_or(0, |largest| i128::from(largest) + 1);
        let candidate = (expected & !(window - 1)) | truncated;
        let restored = if candidate <= expected - window / 2 && candidate < (1 << 62) - window {
            candidate + window
        } else if candidate > expected + window / 2 && candidate >= window {
            candidate - window
        } else {
            candidate
        };
        let decoded = number::decode(truncated as u64, len, largest.map(PacketNumber));
        prop_assert_eq!(i128::from(decoded.0), restored);
    }

    #[test]
    fn long_headers(
        kind in protected_kind(),
        version in supported_version(),
        dcid in connection_id(),
        scid in connection_id(),
        token in prop::collection::vec(any::<u8>(), 0..80),
        fixed_bit in any::<bool>(),
        (number, number_len) in (packet_number(), 1..=4_usize),
        payload in 4..100_usize,
    ) {
        let fields = Fields { kind, version, dcid: &dcid, scid: &scid, token: &token, fixed_bit };
        let token_field = match kind {
            PacketType::Initial => varint::len(token.len() as u64) + token.len(),
            _ => 0,
        };
        // First byte, version, the lengths of both ids, Length.
        let len = 1 + 4 + 2 + dcid.len() + scid.len() + token_field + 2 + number_len;
        let mut buffer = [0xaa; 400];
        for room in 0..len {
            let mut writer = Writer::new(&mut buffer[..room]);
            let result = long::write_header(&mut writer, &fields, PacketNumber(number), number_len);
            prop_assert_eq!((result, writer.position()), (Err(NoSpace), 0));
        }
        let mut writer = Writer::new(&mut buffer);
        let positions = long::write_header(&mut writer, &fields, PacketNumber(number), number_len).unwrap();
        prop_assert_eq!(writer.position(), len);
        writer.zeros(payload).unwrap();
        long::finish(&mut writer, positions, 16).unwrap();

        let header = parse_long(writer.written()).unwrap();
        prop_assert_eq!((header.kind, header.version, header.fixed_bit), (kind, version, fixed_bit));
        prop_assert_eq!((header.dcid, header.scid), (dcid, scid));
        prop_assert_eq!(header.token, if kind == PacketType::Initial { &token[..] } else { &[] });
        prop_assert_eq!(header.length as usize, number_len + payload + 16);
        prop_assert_eq!(header.header_len, positions.number);
        for cut in 0..header.header_len {
            prop_assert!(parse_long(&writer.written()[..cut]).is_err());
        }
        let invariant = decode_version_cid(writer.written(), 0).unwrap();
        prop_assert_eq!((invariant.dcid, invariant.scid), (dcid.as_slice(), Some(scid.as_slice())));
    }

    #[test]
    fn short_headers(
        dcid in connection_id(),
        (key_phase, fixed_bit) in any::<(bool, bool)>(),
        (number, number_len) in (packet_number(), 1..=4_usize),
        mask in any::<[u8; MASK_LEN]>(),
    ) {
        let mut buffer = [0xaa; 60];
        let number = PacketNumber(number);
        let len = 1 + dcid.len() + number_len;
        for room in 0..len {
            let mut writer = Writer::new(&mut buffer[..room]);
            let result = short::write_header(&mut writer, &dcid, key_phase, fixed_bit, number, number_len);
            prop_assert_eq!((result, writer.position()), (Err(NoSpace), 0));
        }
        let mut writer = Writer::new(&mut buffer);
        let offset = short::write_header(&mut writer, &dcid, key_phase, fixed_bit, number, number_len).unwrap();
        prop_assert_eq!(writer.position(), len);
        let plain = writer.written().to_vec();
        writer.zeros(20).unwrap();
        prop_assert!(protect::apply_mask(writer.written_mut(), offset, &mask));

        let header = parse_short(writer.written(), dcid.len()).unwrap();
        prop_assert!(dcid == *header.dcid);
        prop_assert_eq!((header.pn_offset, header.fixed_bit), (offset, fixed_bit));
        let unmasked = protect::unmask(writer.written(), offset, &mask).unwrap();
        prop_assert_eq!((unmasked.pn_len, unmasked.key_phase()), (number_len, key_phase));
        prop_assert_eq!(unmasked.truncated, number.0 & ((1 << (8 * number_len)) - 1));
        let mut room = [const { MaybeUninit::uninit() }; 60];
        let mut copy = Scratch::new(&mut room);
        let copied = protect::copy_unprotected_header(writer.written(), offset, &unmasked, &mut copy);
        prop_assert_eq!(copied, Some(len));
        prop_assert_eq!(copy.filled(), &plain[..]);
        let mut copy = Scratch::new(&mut room[..len - 1]);
        let short_copy = protect::copy_unprotected_header(writer.written(), offset, &unmasked, &mut copy);
        prop_assert_eq!(short_copy, None);
        for cut in 0..offset {
            prop_assert!(parse_short(&writer.written()[..cut], dcid.len()).is_err());
        }
        for cut in 0..offset + 4 {
            prop_assert_eq!(protect::unmask(&writer.written()[..cut], offset, &mask), None);
            prop_assert!(!protect::apply_mask(&mut writer.written_mut()[..cut], offset, &mask));
        }
        for cut in 0..offset + 20 {
            prop_assert_eq!(protect::sample(&writer.written()[..cut], offset), None);
        }
    }

    #[test]
    fn retry_packets(
        version in supported_version(),
        (dcid, scid, original_dcid) in (connection_id(), connection_id(), connection_id()),
        token in prop::collection::vec(any::<u8>(), 0..80),
        tag in any::<[u8; 16]>(),
    ) {
        let sent = Retry { version, dcid, scid, token: &token };
        let mut buffer = [0; 300];
        let mut writer = Writer::new(&mut buffer);
        sent.write(&mut writer).unwrap();
        writer.array(tag).unwrap();
        prop_assert_eq!(writer.position(), sent.packet_len());
        if token.is_empty() {
            prop_assert!(retry::parse(writer.written()).is_err());
            return Ok(());
        }
        let received = retry::parse(writer.written()).unwrap();
        prop_assert_eq!((received.retry, received.tag), (sent, &tag));
        let (mut ours, mut theirs) = ([0; 300], [0; 300]);
        let (mut ours, mut theirs) = (Writer::new(&mut ours), Writer::new(&mut theirs));
        sent.write_pseudo_packet(&original_dcid, &mut ours).unwrap();
        received.write_pseudo_packet(&original_dcid, &mut theirs).unwrap();
        prop_assert_eq!(ours.written(), theirs.written());
        prop_assert_eq!(sent.write(&mut Writer::new(&mut [0; 300][..sent.packet_len() - 17])), Err(NoSpace));
    }

    #[test]
    fn random_bytes_are_refused_or_read(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        known in prop::option::of(supported_version()),
        dcid_len in 0..30_usize,
    ) {
        let mut bytes: Vec<u8> = bytes;
        if let (Some(version), true) = (known, bytes.len() >= 5) {
            bytes[1..5].copy_from_slice(&version.to_be_bytes());
        }
        if let Ok(header) = parse_long(&bytes) {
            prop_assert!(header.header_len <= bytes.len());
            let _ = header.to_abi();
            let _ = protect::unmask(&bytes, header.header_len, &[0; MASK_LEN]);
        }
        let _ = parse_short(&bytes, dcid_len);
        let _ = decode_version_cid(&bytes, dcid_len);
        let _ = retry::parse(&bytes);
        let _ = version_negotiation::parse(&bytes);
        let _ = stateless_reset::split(&bytes);
    }
}
