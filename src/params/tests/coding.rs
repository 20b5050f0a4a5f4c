//! Encoding and decoding, byte for byte.

extern crate std;

use std::vec;
use std::vec::Vec;

use ngtcp2_abi::{ngtcp2_cid, ngtcp2_transport_params};
use proptest::prelude::*;

use crate::error::Error;
use crate::packet::{ConnectionId, version};
use crate::params::decode::Malformed;
use crate::params::remembered::{decode_remembered, encode_remembered};
use crate::params::{DEFAULT, decode, encode, encoded_len};
use crate::units::Side;
use crate::wire::Writer;

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn cid(byte: u8, len: usize) -> ngtcp2_cid {
    ConnectionId::new(&[byte; 20][..len]).unwrap().to_abi()
}

fn encoded(params: &ngtcp2_transport_params, available_versions: &[u8]) -> Vec<u8> {
    let len = encoded_len(params, available_versions).unwrap();
    for room in 0..len {
        let mut buffer = vec![0; room];
        let mut writer = Writer::new(&mut buffer);
        assert_eq!(encode(&mut writer, params, available_versions), Err(Error::NoBuf));
        assert_eq!(writer.position(), 0);
    }
    let mut buffer = vec![0; len];
    let mut writer = Writer::new(&mut buffer);
    encode(&mut writer, params, available_versions).unwrap();
    assert_eq!(writer.remaining(), 0);
    buffer
}

/// Every parameter, none at its default.
fn complete() -> ngtcp2_transport_params {
    let mut params = ngtcp2_transport_params {
        original_dcid_present: 1,
        original_dcid: cid(0xd0, 3),
        initial_scid_present: 1,
        initial_scid: cid(0, 4),
        retry_scid_present: 1,
        retry_scid: cid(0, 2),
        stateless_reset_token_present: 1,
        stateless_reset_token: [0x55; 16],
        preferred_addr_present: 1,
        initial_max_stream_data_bidi_local: 1,
        initial_max_stream_data_bidi_remote: 2,
        initial_max_stream_data_uni: 3,
        initial_max_data: 4,
        initial_max_streams_bidi: 5,
        initial_max_streams_uni: 6,
        max_idle_timeout: 7_000_000,
        max_udp_payload_size: 1500,
        active_connection_id_limit: 8,
        ack_delay_exponent: 9,
        max_ack_delay: 10_999_999,
        max_datagram_frame_size: 11,
        disable_active_migration: 1,
        grease_quic_bit: 1,
        version_info_present: 1,
        ..DEFAULT
    };
    params.version_info.chosen_version = version::V1;
    params.preferred_addr.cid = cid(0xee, 5);
    params.preferred_addr.ipv4_present = 1;
    params.preferred_addr.ipv4.sin_family = libc::AF_INET as libc::sa_family_t;
    params.preferred_addr.ipv4.sin_port = 0x1234_u16.to_be();
    params.preferred_addr.ipv4.sin_addr.s_addr = 0x7f00_0001_u32.to_be();
    params.preferred_addr.stateless_reset_token = [0x66; 16];
    params
}

const AVAILABLE: [u8; 8] = [0, 0, 0, 1, 0x6b, 0x33, 0x43, 0xcf];

/// What ngtcp2 sends for `complete`.
const COMPLETE: &str = "0003d0d0d0 021055555555555555555555555555555555
    0d2e 7f0000011234 000000000000000000000000000000000000 05eeeeeeeeee 66666666666666666666666666666666
    10020000 0f0400000000 050101 060102 070103 040104 080105 090106 030245dc 0a0109 0c00 0b010a 010107 0e0108 20010b
    6ab200 110c 00000001 00000001 6b3343cf";

#[test]
fn the_order_is_ngtcp2s() {
    assert_eq!(encoded(&complete(), &AVAILABLE), hex(COMPLETE));
}

#[test]
fn what_was_sent_is_decoded() {
    let bytes = hex(COMPLETE);
    let mut params = DEFAULT;
    let available = decode(&bytes, &mut params).unwrap();
    assert_eq!(available, Some(&AVAILABLE[..]));
    assert_eq!(params.version_info.available_versionslen, 8);
    assert!(params.version_info.available_versions.is_null(), "the caller sets it");
    assert_eq!((params.max_idle_timeout, params.max_ack_delay), (7_000_000, 10_000_000));
    assert_eq!(params.preferred_addr.ipv4.sin_port.to_be(), 0x1234);
    assert_eq!((params.preferred_addr.ipv4_present, params.preferred_addr.ipv6_present), (1, 0));
    assert_eq!(i32::from(params.preferred_addr.ipv4.sin_family), libc::AF_INET);
    assert_eq!(encoded(&params, &AVAILABLE), bytes);
    for cut in 0..bytes.len() {
        let mut cut_params = DEFAULT;
        if decode(&bytes[..cut], &mut cut_params).is_ok() {
            let whole = encoded(&cut_params, &AVAILABLE);
            assert_eq!(whole, bytes[..cut], "only whole parameters are taken");
        }
    }
}

#[test]
fn defaults_are_not_sent() {
    assert_eq!(encoded(&DEFAULT, &[]), []);
    let mut params = complete();
    assert_eq!(decode(&[], &mut params), Ok(None));
    assert_eq!((params.max_udp_payload_size, params.active_connection_id_limit), (65527, 2));
    assert_eq!((params.ack_delay_exponent, params.max_ack_delay), (3, 25_000_000));
    assert_eq!((params.initial_max_data, params.original_dcid_present), (0, 0));
}

#[test]
fn durations_are_sent_in_whole_milliseconds() {
    let send = |max_idle_timeout, max_ack_delay| {
        encoded(&ngtcp2_transport_params { max_idle_timeout, max_ack_delay, ..DEFAULT }, &[])
    };
    assert_eq!(send(999_999, 25_999_999), hex("0b0119 010100"));
    assert_eq!(send(0, 24_999_999), hex("0b0118"));
    assert_eq!(send(u64::MAX, 25_000_000), hex("0108c00010c6f7a0b5ed"));
}

#[test]
fn preferred_addresses_may_have_one_family_or_none() {
    let mut params = DEFAULT;
    params.preferred_addr_present = 1;
    params.preferred_addr.cid = cid(7, 1);
    let none = encoded(&params, &[]);
    assert_eq!(none.len(), 2 + 42);
    params.preferred_addr.ipv6_present = 1;
    params.preferred_addr.ipv6.sin6_addr.s6_addr = [9; 16];
    params.preferred_addr.ipv6.sin6_port = 443_u16.to_be();
    let ipv6 = encoded(&params, &[]);

    let mut decoded = DEFAULT;
    decode(&none, &mut decoded).unwrap();
    assert_eq!((decoded.preferred_addr.ipv4_present, decoded.preferred_addr.ipv6_present), (0, 0));
    decode(&ipv6, &mut decoded).unwrap();
    assert_eq!((decoded.preferred_addr.ipv4_present, decoded.preferred_addr.ipv6_present), (0, 1));
    assert_eq!(decoded.preferred_addr.ipv6.sin6_addr.s6_addr, [9; 16]);
    assert_eq!(i32::from(decoded.preferred_addr.ipv6.sin6_family), libc::AF_INET6);
    assert_eq!(encoded(&decoded, &[]), ipv6);
}

#[test]
fn fields_that_cannot_be_encoded_are_refused() {
    let refused = |params: ngtcp2_transport_params| {
        let mut buffer = [0; 200];
        let mut writer = Writer::new(&mut buffer);
        assert_eq!(encode(&mut writer, &params, &[]), Err(Error::InvalidArgument));
        assert_eq!(writer.position(), 0);
    };
    refused(ngtcp2_transport_params { initial_max_data: 1 << 62, initial_max_stream_data_uni: 1, ..DEFAULT });
    let too_long = ngtcp2_cid { datalen: 21, data: [0; 20] };
    refused(ngtcp2_transport_params { original_dcid_present: 1, original_dcid: too_long, ..DEFAULT });
    refused(ngtcp2_transport_params { initial_scid_present: 1, initial_scid: too_long, ..DEFAULT });
    refused(ngtcp2_transport_params { retry_scid_present: 1, retry_scid: too_long, ..DEFAULT });
    refused(ngtcp2_transport_params { preferred_addr_present: 1, ..DEFAULT });
    let mut params = ngtcp2_transport_params { preferred_addr_present: 1, ..DEFAULT };
    params.preferred_addr.cid = too_long;
    refused(params);
}

#[test]
fn values_are_held_to_their_limits() {
    let zeros = |prefix: &str, zeros: usize, suffix: &str| {
        let mut bytes = hex(prefix);
        bytes.resize(bytes.len() + zeros, 0);
        bytes.extend(hex(suffix));
        bytes
    };
    let taken = [
        hex("040109 040108"),          // a repeated parameter
        hex("3f020101"),               // an unknown one
        hex("4004 0109"),              // an identifier in a longer form
        hex("044001 09"),              // a length in a longer form
        hex("030244af 0e0101"),        // judged later
        hex("0808d000000000000000"),   // 2^60 streams
        hex("0a0114 0b027fff"),        // the largest exponent and delay
        hex("0c00 0c00 6ab200"),       // flags
        hex("0f00 0000"),              // empty connection ids
        zeros("0f14", 20, ""),         // and the longest
        hex("1104 00000001"),          // no available versions
        hex("1108 00000001 00000001"), //
        zeros("0d2a", 24, "01 07 00000000000000000000000000000000"),
    ];
    for bytes in taken {
        assert!(decode(&bytes, &mut DEFAULT.clone()).is_ok(), "{bytes:02x?}");
    }
    let refused = [
        hex("04"),
        hex("40"),
        hex("3f40"),
        hex("040901"),
        hex("3f0901"),
        hex("0400"),
        hex("04020909"),
        hex("0a0115"),
        hex("0b0480004000"),
        hex("0808d000000000000001"),
        hex("0908d000000000000001"),
        hex("0c0100"),
        hex("6ab20100"),
        zeros("020f", 15, ""),
        zeros("0211", 17, ""),
        zeros("0f15", 21, ""),
        zeros("0015", 21, ""),
        zeros("1015", 21, ""),
        hex("1100"),
        hex("1103 000000"),
        hex("1104 00000000"),
        hex("1107 00000001 000000"),
        hex("1108 00000001 00000000"),
        zeros("0d29", 41, ""),
        zeros("0d29", 24, "01 07 000000000000000000000000000000"),
        zeros("0d2b", 24, "01 07 0000000000000000000000000000000000"),
        zeros("0d3e", 24, "15 000000000000000000000000000000000000000000 00000000000000000000000000000000"),
    ];
    for bytes in refused {
        assert_eq!(decode(&bytes, &mut DEFAULT.clone()), Err(Malformed), "{bytes:02x?}");
    }
    assert_eq!(Error::from(Malformed), Error::MalformedTransportParam);
}

#[test]
fn idle_timeouts_past_the_scale_are_cut() {
    let idle = |text: &str| {
        let mut params = DEFAULT;
        decode(&hex(text), &mut params).unwrap();
        params.max_idle_timeout
    };
    assert_eq!(idle("0108c00010c6f7a0b5ed"), 18_446_744_073_709_000_000);
    assert_eq!(idle("0108c00010c6f7a0b5ee"), u64::MAX - 999_999);
    assert_eq!(idle("0108ffffffffffffffff"), u64::MAX - 999_999);
}

/// Probed: bidi_local 5 ... and so on, from a client and from a server with an idle timeout of 30 s.
#[test]
fn the_remembered_form_is_ngtcp2s() {
    let mut params = complete();
    params.initial_max_stream_data_bidi_local = 0x4000;
    params.initial_max_stream_data_bidi_remote = 3000;
    params.initial_max_stream_data_uni = 0x4_0000;
    params.initial_max_data = 10_000;
    params.initial_max_streams_bidi = 16;
    params.initial_max_streams_uni = 16;
    params.active_connection_id_limit = 7;
    params.max_datagram_frame_size = 1000;
    params.max_idle_timeout = 30_000_000_000;
    params.max_udp_payload_size = DEFAULT.max_udp_payload_size;
    params.disable_active_migration = 0;
    let remembered = |side| {
        let mut buffer = [0; 100];
        let mut writer = Writer::new(&mut buffer);
        encode_remembered(&mut writer, &params, side).unwrap();
        writer.written().to_vec()
    };
    let client = remembered(Side::Client);
    assert_eq!(client, hex("05048000400006024bb8070480040000040267100801100901100e0107200243e8"));
    let server = remembered(Side::Server);
    assert_eq!(server, hex("05048000400006024bb8070480040000040267100801100901100104800075300e0107200243e8"));
    for len in 0..client.len() {
        let result = encode_remembered(&mut Writer::new(&mut [0; 100][..len]), &params, Side::Client);
        assert_eq!(result, Err(Error::NoBuf));
    }

    let decoded = decode_remembered(&server).unwrap();
    assert_eq!(encoded(&decoded, &[]), client, "a client does not remember an idle timeout");
    assert_eq!(decode_remembered(&client[..client.len() - 1]).err(), Some(Error::MalformedTransportParam));
}

proptest! {
    #[test]
    fn parameters_round_trip(
        integers in prop::array::uniform8(prop_oneof![0..100_u64, 0..1_u64 << 60]),
        milliseconds in (0..1_u64 << 40, 0..1_u64 << 14),
        exponent in 0..=20_u64,
        flags in prop::collection::vec(0..=1_u8, 9),
        lens in prop::array::uniform4(0..=20_usize),
        (ipv4, ipv6, port) in (1..=u32::MAX, 1..=u128::MAX, any::<u16>()),
        versions in prop::collection::vec(1..=u32::MAX, 0..5),
    ) {
        let mut sent = DEFAULT;
        [
            sent.initial_max_data,
            sent.initial_max_stream_data_bidi_local,
            sent.initial_max_stream_data_bidi_remote,
            sent.initial_max_stream_data_uni,
            sent.initial_max_streams_bidi,
            sent.initial_max_streams_uni,
            sent.max_udp_payload_size,
            sent.max_datagram_frame_size,
        ] = integers;
        sent.active_connection_id_limit = integers[0] ^ integers[1];
        sent.max_idle_timeout = milliseconds.0 * 1_000_000;
        sent.max_ack_delay = milliseconds.1 * 1_000_000;
        sent.ack_delay_exponent = exponent;
        sent.disable_active_migration = flags[0];
        sent.grease_quic_bit = flags[1];
        sent.original_dcid_present = flags[2];
        sent.original_dcid = cid(1, lens[0]);
        sent.initial_scid_present = flags[3];
        sent.initial_scid = cid(2, lens[1]);
        sent.retry_scid_present = flags[4];
        sent.retry_scid = cid(3, lens[2]);
        sent.stateless_reset_token_present = flags[5];
        sent.stateless_reset_token = [lens[3] as u8; 16];
        sent.preferred_addr_present = flags[6];
        sent.preferred_addr.cid = cid(4, lens[3].max(1));
        sent.preferred_addr.ipv4_present = flags[7];
        sent.preferred_addr.ipv4.sin_addr.s_addr = ipv4;
        sent.preferred_addr.ipv4.sin_port = port;
        sent.preferred_addr.ipv6_present = flags[8];
        sent.preferred_addr.ipv6.sin6_addr.s6_addr = ipv6.to_ne_bytes();
        sent.version_info_present = u8::from(!versions.is_empty());
        sent.version_info.chosen_version = versions.first().copied().unwrap_or(0);
        let available: Vec<u8> = versions.iter().flat_map(|version| version.to_be_bytes()).collect();

        let bytes = encoded(&sent, &available);
        let mut received = DEFAULT;
        let decoded = decode(&bytes, &mut received).unwrap();
        prop_assert_eq!(decoded.unwrap_or_default(), &available[..]);
        prop_assert_eq!(encoded(&received, &available), bytes);
        prop_assert_eq!(received.initial_max_streams_uni, sent.initial_max_streams_uni);
        prop_assert_eq!(received.max_idle_timeout, sent.max_idle_timeout);
        prop_assert_eq!(received.preferred_addr_present, sent.preferred_addr_present);
    }

    #[test]
    fn random_bytes_are_refused_or_read(
        parameters in prop::collection::vec(
            (prop_oneof![0..0x12_u8, Just(0x20), any::<u8>()], prop::collection::vec(any::<u8>(), 0..50)),
            0..8,
        ),
        cut in 0..8_usize,
    ) {
        let mut bytes = Vec::new();
        for (id, value) in &parameters {
            bytes.push(*id);
            bytes.push(value.len() as u8);
            bytes.extend(value);
        }
        bytes.truncate(bytes.len().saturating_sub(cut));
        let mut params = DEFAULT;
        if let Ok(available) = decode(&bytes, &mut params) {
            let again = encoded(&params, available.unwrap_or_default());
            let mut params_again = DEFAULT;
            prop_assert!(decode(&again, &mut params_again).is_ok());
            prop_assert_eq!(encoded(&params_again, available.unwrap_or_default()), again);
        }
    }
}
