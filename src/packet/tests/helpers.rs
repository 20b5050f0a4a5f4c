//! What stands behind the exported packet functions.

extern crate std;

use std::vec;
use std::vec::Vec;

use ngtcp2_abi as abi;

use crate::error::Error;
use crate::packet::header::{check_acceptable, parse_short_to_abi};
use crate::packet::invariant::{VersionCid, decode_version_cid};
use crate::packet::{ConnectionId, HeaderError, parse_long, stateless_reset, version, version_negotiation};
use crate::wire::{NoSpace, Writer};

/// A long header with connection ids of the given lengths and 1200 bytes behind it.
fn long(first: u8, version: u32, dcid_len: usize, scid_len: usize, token: Option<usize>) -> Vec<u8> {
    let mut packet = vec![first];
    packet.extend(version.to_be_bytes());
    packet.push(dcid_len as u8);
    packet.resize(packet.len() + dcid_len, 0xd1);
    packet.push(scid_len as u8);
    packet.resize(packet.len() + scid_len, 0x51);
    if let Some(len) = token {
        packet.push(len as u8);
        packet.resize(packet.len() + len, 0x77);
    }
    packet.extend([0x40 | 4, 0xb0]);
    packet.resize(packet.len() + 1200, 0);
    packet
}

const UNKNOWN: u32 = 0xbaba_baba;

fn lens(decoded: &VersionCid<'_>) -> (u32, usize, Option<usize>, bool) {
    (decoded.version, decoded.dcid.len(), decoded.scid.map(<[u8]>::len), decoded.negotiate)
}

#[test]
fn version_and_connection_ids_are_read_without_a_connection() {
    let decode = |packet: &[u8]| decode_version_cid(packet, 8).map(|decoded| lens(&decoded));
    assert_eq!(decode(&long(0xc0, 1, 8, 8, Some(0))), Ok((1, 8, Some(8), false)));
    assert_eq!(decode(&long(0xc0, 1, 7, 8, Some(0))[..40]), Ok((1, 7, Some(8), false)));
    assert_eq!(decode(&long(0xd0, version::V2, 20, 20, Some(0))), Ok((version::V2, 20, Some(20), false)));
    assert_eq!(decode(&long(0xc0, 1, 21, 8, Some(0))), Err(HeaderError::ConnectionIdTooLong));
    assert_eq!(decode(&long(0xc0, 1, 8, 21, Some(0))), Err(HeaderError::ConnectionIdTooLong));
    let unknown = long(0xc0, UNKNOWN, 30, 8, Some(0));
    assert_eq!(decode(&unknown), Ok((UNKNOWN, 30, Some(8), true)));
    assert_eq!(decode(&unknown[..1200]), Ok((UNKNOWN, 30, Some(8), true)));
    assert_eq!(decode(&unknown[..1199]), Err(HeaderError::UnknownVersion));
    assert_eq!(decode(&long(0xc0, 0, 8, 8, None)[..40]), Ok((0, 8, Some(8), false)));
    assert_eq!(decode(&long(0xc0, 0, 21, 255, None)), Ok((0, 21, Some(255), false)));
    assert_eq!(decode(&[]), Err(HeaderError::Truncated));
    for len in 1..23 {
        assert_eq!(decode(&long(0xc0, 1, 8, 8, Some(0))[..len]), Err(HeaderError::Truncated));
    }
}

#[test]
fn the_caller_knows_the_length_of_a_short_headers_id() {
    let packet = [0x00, 1, 2, 3, 4, 5, 6, 7, 8];
    let decoded = decode_version_cid(&packet, 8).unwrap();
    assert_eq!(decoded, VersionCid { version: 0, dcid: &packet[1..], scid: None, negotiate: false });
    assert_eq!(decode_version_cid(&packet, 9), Err(HeaderError::Truncated));
    assert_eq!(decode_version_cid(&packet, usize::MAX), Err(HeaderError::Truncated));
    assert_eq!(decode_version_cid(&packet[..1], 0).unwrap().dcid, []);
}

#[test]
fn only_an_initial_packet_in_a_full_datagram_opens_a_connection() {
    let accept = |packet: &[u8]| check_acceptable(&parse_long(packet)?, packet.len());
    let fine = long(0xc0, 1, 8, 8, Some(0));
    assert_eq!(accept(&fine), Ok(()));
    assert_eq!(accept(&fine[..1200]), Ok(()));
    assert_eq!(accept(&fine[..1199]), Err(HeaderError::NotAcceptable));
    assert_eq!(accept(&long(0x80, 1, 8, 0, Some(30))), Ok(()), "the fixed bit may be clear");
    assert_eq!(accept(&long(0xd0, version::V2, 8, 8, Some(0))), Ok(()));
    assert_eq!(accept(&long(0xc0, 1, 7, 8, Some(0))), Err(HeaderError::NotAcceptable));
    for first in [0xd0, 0xe0, 0xf0] {
        assert_eq!(accept(&long(first, 1, 8, 8, None)), Err(HeaderError::NotAcceptable));
    }
    assert_eq!(accept(&long(0xc0, 0, 8, 8, None)), Err(HeaderError::NotAcceptable));
    assert_eq!(accept(&long(0xc0, 1, 21, 8, Some(0))), Err(HeaderError::ConnectionIdTooLong));
    assert_eq!(accept(&long(0xc0, UNKNOWN, 8, 8, Some(0))), Err(HeaderError::UnknownVersion));
    assert_eq!(accept(&[0x40; 100]), Err(HeaderError::WrongForm));
    assert_eq!(accept(&[]), Err(HeaderError::Truncated));
}

#[test]
fn decoded_headers_fill_the_callers_struct() {
    let packet = long(0x83, 1, 8, 5, Some(4));
    let header = parse_long(&packet).unwrap();
    let hd = header.to_abi();
    assert_eq!((header.header_len, hd.r#type, hd.version), (1 + 4 + 9 + 6 + 5 + 2, 0x10, 1));
    assert_eq!((hd.dcid.datalen, hd.scid.datalen, hd.tokenlen, hd.len), (8, 5, 4, 1200));
    assert_eq!(hd.flags, (abi::NGTCP2_PKT_FLAG_LONG_FORM | abi::NGTCP2_PKT_FLAG_FIXED_BIT_CLEAR) as u8);
    assert_eq!((hd.pkt_num, hd.pkt_numlen), (0, 0));
    assert_eq!(parse_long(&long(0x80, 0, 8, 8, None)).unwrap().to_abi().flags, 0);

    let (hd, len) = parse_short_to_abi(&[0x04; 9], 8).unwrap();
    assert_eq!((hd.r#type, hd.flags, hd.dcid.datalen, len), (0x40, 2, 8, 9));
    assert_eq!(parse_short_to_abi(&[0x44; 8], 8).err(), Some(HeaderError::Truncated));
    assert_eq!(parse_short_to_abi(&[0xc0; 9], 8).err(), Some(HeaderError::WrongForm));
    assert_eq!(parse_short_to_abi(&[0x40; 40], 21).err(), Some(HeaderError::ConnectionIdTooLong));
    assert_eq!(Error::from(HeaderError::Truncated), Error::InvalidArgument);
}

#[test]
fn lengths_beyond_the_datagram_are_the_readers_business() {
    let mut packet = long(0xe0, 1, 0, 0, None);
    packet.truncate(7);
    packet.extend([0xff; 8]);
    let header = parse_long(&packet).unwrap();
    assert_eq!((header.length, header.header_len), ((1 << 62) - 1, packet.len()));
}

#[test]
fn stateless_resets_end_in_their_token() {
    let (token, random) = ([1; 16], [0xff; 64]);
    let write = |dest_len: usize, random_len: usize| {
        let mut dest = [0; 100];
        let written = stateless_reset::write(&mut dest[..dest_len], &token, &random[..random_len]);
        if let Ok(len) = written {
            assert_eq!(dest[0], 0x7f);
            assert_eq!(stateless_reset::split(&dest[..len]).unwrap().1, &token);
            assert_eq!(stateless_reset::split(&dest[..len]).unwrap().0.len(), len - 16);
        }
        written
    };
    assert_eq!(write(20, 4), Err(Error::NoBuf));
    assert_eq!(write(21, 4), Err(Error::InvalidArgument));
    assert_eq!(write(20, 5), Err(Error::NoBuf));
    assert_eq!(write(21, 5), Ok(21));
    assert_eq!(write(23, 5), Ok(21));
    assert_eq!(write(21, 6), Ok(21));
    assert_eq!(write(23, 6), Ok(22));
    assert_eq!(write(100, 64), Ok(80));
    assert_eq!(write(40, 64), Ok(40));
    assert_eq!(stateless_reset::split(&[0; 20]), None);
}

#[test]
fn version_negotiation_packets_list_versions() {
    let mut buffer = [0; 600];
    let mut writer = Writer::new(&mut buffer);
    let (dcid, scid) = ([9, 0, 0, 0, 0, 0, 0, 8], [9, 0, 0, 0, 5]);
    let versions = [1, version::V2, 0x1a2a_3a4a];
    version_negotiation::write(&mut writer, 0x3f, &dcid, &scid, &versions).unwrap();
    let packet = writer.written().to_vec();
    assert_eq!((packet.len(), packet[0]), (32, 0xff));
    let parsed = version_negotiation::parse(&packet).unwrap();
    assert_eq!((parsed.dcid, parsed.scid), (&dcid[..], &scid[..]));
    assert!(version::iter(parsed.versions).eq(versions));
    for len in 0..packet.len() {
        let whole = len > 20 && (len - 20) % 4 == 0;
        assert_eq!(version_negotiation::parse(&packet[..len]).is_ok(), whole, "cut to {len}");
        assert_eq!(
            version_negotiation::write(&mut Writer::new(&mut [0; 32][..len]), 0, &dcid, &scid, &versions),
            Err(NoSpace)
        );
    }
    let mut writer = Writer::new(&mut buffer);
    assert_eq!(version_negotiation::write(&mut writer, 0xff, &dcid, &scid, &[]), Ok(()));
    assert_eq!(writer.position(), 20);
    assert_eq!(version_negotiation::write(&mut writer, 0, &[0; 256], &scid, &[]), Err(NoSpace));
    assert_eq!(version_negotiation::write(&mut writer, 0, &[0; 255], &[0; 255], &[1]), Ok(()));
    assert_eq!(version_negotiation::parse(&[0x40; 40]), Err(HeaderError::WrongForm));
    assert_eq!(version_negotiation::parse(&long(0xc0, 1, 8, 8, None)), Err(HeaderError::NotAcceptable));
}

#[test]
fn versions_are_selected_by_our_preference() {
    let preferred = [version::V2, version::V1];
    assert_eq!(version::select(&preferred, &[0x0a1a_2a3a, version::V1, version::V2]), Some(version::V2));
    assert_eq!(version::select(&preferred, &[version::V1]), Some(version::V1));
    assert_eq!(version::select(&preferred[..1], &[version::V1]), None);
    assert_eq!(version::select_from_wire(&preferred, &[0, 0, 0, 1, 9]), Some(version::V1));
    assert_eq!(version::select_from_wire(&preferred, &[0, 0, 1]), None);
    assert!(version::is_supported(1) && version::is_supported(version::V2));
    assert!(!version::is_supported(0xff00_001d) && !version::is_supported(0));
    assert!(version::is_reserved(0x1a2a_3a4a) && !version::is_reserved(1) && !version::is_reserved(0));
    assert!(version::is_reserved(0x1a3a_5a7a));
}

#[test]
fn connection_ids_hold_up_to_twenty_bytes() {
    assert_eq!(ConnectionId::new(&[0; 21]), None);
    assert_eq!(ConnectionId::new(&[0; 300]), None);
    let id = ConnectionId::new(&[7; 20]).unwrap();
    assert_eq!((id.len(), id == [7; 20][..], id == [7; 19][..]), (20, true, false));
    assert_ne!(ConnectionId::new(&[0; 3]), ConnectionId::new(&[0; 4]));
    assert_eq!(std::format!("{:?}", ConnectionId::new(&[0xa, 0xb0]).unwrap()), "0x0ab0");

    let mut cid = abi::ngtcp2_cid { datalen: 3, data: [5; 20] };
    let from_abi = ConnectionId::from_abi(&cid).unwrap();
    assert_eq!(Some(from_abi), ConnectionId::new(&[5; 3]), "bytes past the length do not count");
    assert_eq!(abi::ngtcp2_cid::from(from_abi).datalen, 3);
    cid.datalen = 21;
    assert_eq!(ConnectionId::from_abi(&cid), None);
}
