//! The examples printed in RFC 9000, RFC 9001 and RFC 9369.

extern crate std;

use crate::mem::Scratch;
use core::mem::MaybeUninit;
use std::vec::Vec;

use crate::packet::header::parse_short;
use crate::packet::long::{Fields, Positions};
use crate::packet::protect::{self, MASK_LEN, Unmasked};
use crate::packet::{ConnectionId, PacketType, long, number, parse_long, retry, short, version};
use crate::units::PacketNumber;
use crate::wire::Writer;

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn id(text: &str) -> ConnectionId {
    ConnectionId::new(&hex(text)).unwrap()
}

#[test]
fn packet_numbers_are_cut_as_in_rfc_9000_a2() {
    let acknowledged = Some(PacketNumber(0xabe8b3));
    assert_eq!(number::encoded_len(PacketNumber(0xac5c02), acknowledged), 2);
    assert_eq!(number::encoded_len(PacketNumber(0xace8fe), acknowledged), 3);
    assert_eq!(number::encoded_len(PacketNumber(0), None), 1);
    assert_eq!(number::encoded_len(PacketNumber::MAX, None), 4);
}

#[test]
fn packet_numbers_are_restored_as_in_rfc_9000_a3() {
    assert_eq!(number::decode(0x9b32, 2, Some(PacketNumber(0xa82f30ea))), PacketNumber(0xa82f9b32));
}

/// A long header of an appendix: its fields, its bytes, the mask, its bytes under protection.
struct Example {
    kind: PacketType,
    version: u32,
    dcid: &'static str,
    scid: &'static str,
    number: u64,
    number_len: usize,
    /// What follows the header: payload and tag.
    rest: usize,
    header: &'static str,
    mask: &'static str,
    protected: &'static str,
}

const EXAMPLES: [Example; 4] = [
    // RFC 9001 A.2
    Example {
        kind: PacketType::Initial,
        version: version::V1,
        dcid: "8394c8f03e515708",
        scid: "",
        number: 2,
        number_len: 4,
        rest: 1162 + 16,
        header: "c300000001088394c8f03e5157080000449e00000002",
        mask: "437b9aec36",
        protected: "c000000001088394c8f03e5157080000449e7b9aec34",
    },
    // RFC 9001 A.3
    Example {
        kind: PacketType::Initial,
        version: version::V1,
        dcid: "",
        scid: "f067a5502a4262b5",
        number: 1,
        number_len: 2,
        rest: 99 + 16,
        header: "c1000000010008f067a5502a4262b50040750001",
        mask: "2ec0d8356a",
        protected: "cf000000010008f067a5502a4262b5004075c0d9",
    },
    // RFC 9369 A.2
    Example {
        kind: PacketType::Initial,
        version: version::V2,
        dcid: "8394c8f03e515708",
        scid: "",
        number: 2,
        number_len: 4,
        rest: 1162 + 16,
        header: "d36b3343cf088394c8f03e5157080000449e00000002",
        mask: "94a0c95e80",
        protected: "d76b3343cf088394c8f03e5157080000449ea0c95e82",
    },
    // RFC 9369 A.3
    Example {
        kind: PacketType::Initial,
        version: version::V2,
        dcid: "",
        scid: "f067a5502a4262b5",
        number: 1,
        number_len: 2,
        rest: 99 + 16,
        header: "d16b3343cf0008f067a5502a4262b50040750001",
        mask: "4dd92e91ea",
        protected: "dc6b3343cf0008f067a5502a4262b5004075d92f",
    },
];

#[test]
fn long_headers_of_the_appendices() {
    for example in EXAMPLES {
        let (dcid, scid) = (id(example.dcid), id(example.scid));
        let fields = Fields {
            kind: example.kind,
            version: example.version,
            dcid: &dcid,
            scid: &scid,
            token: &[],
            fixed_bit: true,
        };
        let mut buffer = [0; 1500];
        let mut writer = Writer::new(&mut buffer);
        let positions =
            long::write_header(&mut writer, &fields, PacketNumber(example.number), example.number_len)
                .unwrap();
        assert_eq!(writer.position(), positions.number + example.number_len);
        writer.zeros(example.rest - 16).unwrap();
        long::finish(&mut writer, positions, 16).unwrap();
        writer.zeros(16).unwrap();
        let header_len = hex(example.header).len();
        assert_eq!(writer.written()[..header_len], hex(example.header));
        check_protection(writer.written_mut(), positions, &example);
    }
}

fn check_protection(packet: &mut [u8], positions: Positions, example: &Example) {
    let mask: [u8; MASK_LEN] = hex(example.mask).try_into().unwrap();
    let header_len = hex(example.header).len();
    assert!(protect::apply_mask(packet, positions.number, &mask));
    assert_eq!(packet[..header_len], hex(example.protected));
    assert!(packet[header_len..].iter().all(|byte| *byte == 0), "the payload is left alone");

    let parsed = parse_long(packet).unwrap();
    assert_eq!((parsed.kind, parsed.version), (example.kind, example.version));
    assert_eq!(parsed.header_len, positions.number);
    assert_eq!(parsed.length as usize, packet.len() - parsed.header_len);
    let unmasked = protect::unmask(packet, parsed.header_len, &mask).unwrap();
    assert_eq!(unmasked.truncated, example.number);
    assert_eq!(unmasked.pn_len, example.number_len);
    assert!(unmasked.reserved_bits_clear());
    let mut header = [const { MaybeUninit::uninit() }; 64];
    let mut header = Scratch::new(&mut header);
    let len = protect::copy_unprotected_header(packet, parsed.header_len, &unmasked, &mut header).unwrap();
    assert_eq!((header.filled(), len), (hex(example.header).as_slice(), header.filled().len()));
}

/// RFC 9001 A.5 and RFC 9369 A.5: the same short header under two masks.
#[test]
fn short_headers_of_the_appendices() {
    for (mask, protected) in [("aefefe7d03", "4cfe4189"), ("97580e32bf", "5558b1c6")] {
        let mask: [u8; MASK_LEN] = hex(mask).try_into().unwrap();
        let mut buffer = [0; 64];
        let mut writer = Writer::new(&mut buffer);
        let number = PacketNumber(654_360_564);
        let position =
            short::write_header(&mut writer, &ConnectionId::EMPTY, false, true, number, 3).unwrap();
        assert_eq!(writer.written(), hex("4200bff4"));
        writer.bytes(&hex("655e5cd55c41f69080575d7999c25a5bfb")).unwrap();

        assert!(protect::apply_mask(writer.written_mut(), position, &mask));
        assert_eq!(writer.written()[..4], hex(protected));
        assert_eq!(
            protect::sample(writer.written(), position).unwrap()[..],
            hex("5e5cd55c41f69080575d7999c25a5bfb")
        );
        let parsed = parse_short(writer.written(), 0).unwrap();
        assert_eq!((parsed.pn_offset, parsed.fixed_bit), (1, true));
        let unmasked = protect::unmask(writer.written(), parsed.pn_offset, &mask).unwrap();
        assert_eq!(unmasked, Unmasked { first_byte: 0x42, truncated: 0x00bff4, pn_len: 3 });
        assert_eq!(number::decode(unmasked.truncated, 3, Some(PacketNumber(number.0 - 1))), number);
        assert!(unmasked.reserved_bits_clear() && !unmasked.key_phase());
    }
}

/// RFC 9001 A.4 and RFC 9369 A.4.
#[test]
fn retry_packets_of_the_appendices() {
    let packets = [
        (version::V1, "ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba"),
        (version::V2, "cf6b3343cf0008f067a5502a4262b5746f6b656ec8646ce8bfe33952d955543665dcc7b6"),
    ];
    let original_dcid = id("8394c8f03e515708");
    for (version, packet) in packets {
        let packet = hex(packet);
        let received = retry::parse(&packet).unwrap();
        assert_eq!(received.retry.version, version);
        assert_eq!(received.retry.dcid, ConnectionId::EMPTY);
        assert_eq!(received.retry.scid, id("f067a5502a4262b5"));
        assert_eq!(received.retry.token, b"token");
        assert_eq!(received.tag[..], packet[packet.len() - 16..]);
        assert_eq!(received.retry.packet_len(), packet.len());

        let mut buffer = [0; 100];
        let mut writer = Writer::new(&mut buffer);
        received.write_pseudo_packet(&original_dcid, &mut writer).unwrap();
        assert_eq!(writer.written()[..9], hex("088394c8f03e515708"));
        assert_eq!(writer.written()[9..], packet[..packet.len() - 16]);

        // The unused low bits of the first byte are arbitrary; ours are zero.
        let mut buffer = [0; 100];
        let mut writer = Writer::new(&mut buffer);
        received.retry.write(&mut writer).unwrap();
        assert_eq!(writer.written()[0], packet[0] & 0xf0);
        assert_eq!(writer.written()[1..], packet[1..packet.len() - 16]);
        // Connection ids, a byte of token and a tag: what is shorter cannot be a Retry packet.
        for len in 0..15 + 1 + 16 {
            assert!(retry::parse(&packet[..len]).is_err());
        }
    }
}
