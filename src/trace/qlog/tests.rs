//! Records against those of the C library (whose milliseconds are whole), and against a JSON checker whatever the room.
extern crate std;

use super::super::json::tests::is_json;
use super::super::log::tests::initial;
use super::*;
use crate::frame::{EcnCounts, write};
use crate::units::{Direction, StreamId};
use crate::wire::Writer;
use proptest::prelude::*;
use std::string::String;
use std::vec::Vec;

const TIME: Duration = Duration::from_millis(20);

/// The JSON inside the record that `write` leaves.
fn json(room: usize, write: impl FnOnce(&mut [u8]) -> usize) -> String {
    let mut buffer = std::vec![0; room];
    let len = write(&mut buffer);
    let text = String::from_utf8(buffer[..len].into()).unwrap();
    let json = text.strip_prefix('\x1e').unwrap().strip_suffix('\n').unwrap();
    assert!(is_json(json), "{json}");
    json.into()
}

fn record(write: impl FnOnce(&mut [u8]) -> usize) -> String {
    json(4096, write)
}

fn payload(build: impl FnOnce(&mut Writer<'_>) -> core::result::Result<(), crate::wire::NoSpace>) -> Vec<u8> {
    let mut bytes = std::vec![0; 65536];
    let mut writer = Writer::new(&mut bytes);
    build(&mut writer).unwrap();
    let len = writer.position();
    bytes.truncate(len);
    bytes
}

#[test]
fn the_head_names_the_trace() {
    let group = ConnectionId::new(&[0x16, 0x11]).unwrap();
    let expected = concat!(
        r#"{"qlog_format":"JSON-SEQ","qlog_version":"0.3","trace":{"vantage_point":{"name":"ngtcp2","type":"client"},"#,
        r#""common_fields":{"protocol_type":["QUIC"],"time_format":"relative","reference_time":0,"group_id":"1611"}}}"#
    );
    assert_eq!(record(|buffer| head(buffer, Side::Client, &group)), expected);
    assert!(record(|buffer| head(buffer, Side::Server, &group)).contains(r#""type":"server""#));
}

#[test]
fn parameters_of_both_sides() {
    let mut params = ngtcp2_transport_params::ZERO;
    params.initial_scid.datalen = 2;
    params.max_idle_timeout = 30_000_000_000;
    let expected = concat!(
        r#"{"time":20,"name":"transport:parameters_set","data":{"owner":"local","initial_source_connection_id":"0000","#,
        r#""disable_active_migration":false,"max_idle_timeout":30000,"max_udp_payload_size":0,"ack_delay_exponent":0,"#,
        r#""max_ack_delay":0,"active_connection_id_limit":0,"initial_max_data":0,"initial_max_stream_data_bidi_local":0,"#,
        r#""initial_max_stream_data_bidi_remote":0,"initial_max_stream_data_uni":0,"initial_max_streams_bidi":0,"#,
        r#""initial_max_streams_uni":0,"max_datagram_frame_size":0,"grease_quic_bit":false}}"#
    );
    assert_eq!(record(|buffer| parameters_set(buffer, TIME, Owner::Local, Side::Client, &params)), expected);
    params.retry_scid_present = 1;
    params.stateless_reset_token_present = 1;
    params.stateless_reset_token = [0xc3; 16];
    params.preferred_addr_present = 1;
    params.preferred_addr.ipv4_present = 1;
    params.preferred_addr.ipv4.sin_addr.s_addr = u32::from_ne_bytes([127, 0, 0, 1]);
    params.preferred_addr.ipv4.sin_port = 443_u16.to_be();
    params.preferred_addr.ipv6_present = 1;
    params.preferred_addr.cid.datalen = 1;
    let text = record(|buffer| parameters_set(buffer, TIME, Owner::Remote, Side::Server, &params));
    assert!(text.contains(concat!(
        r#""owner":"remote","initial_source_connection_id":"0000","original_destination_connection_id":"","#,
        r#""retry_source_connection_id":"","stateless_reset_token":{"data":"c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3"},"#
    )));
    assert!(text.contains(concat!(
        r#""preferred_address":{"ip_v4":"7f000001","port_v4":443,"ip_v6":"00000000000000000000000000000000","#,
        r#""port_v6":0,"connection_id":"00","stateless_reset_token":{"data":"00000000000000000000000000000000"}},"#
    )));
}

#[test]
fn the_largest_parameters_fit() {
    let mut params = ngtcp2_transport_params::ZERO;
    let number = u64::MAX;
    params.initial_max_data = number;
    params.initial_max_stream_data_bidi_local = number;
    params.initial_max_stream_data_bidi_remote = number;
    params.initial_max_stream_data_uni = number;
    params.initial_max_streams_bidi = number;
    params.initial_max_streams_uni = number;
    params.max_idle_timeout = number;
    params.max_udp_payload_size = number;
    params.active_connection_id_limit = number;
    params.ack_delay_exponent = number;
    params.max_ack_delay = number;
    params.max_datagram_frame_size = number;
    for cid in [
        &mut params.initial_scid,
        &mut params.original_dcid,
        &mut params.retry_scid,
        &mut params.preferred_addr.cid,
    ] {
        cid.datalen = 20;
    }
    params.retry_scid_present = 1;
    params.stateless_reset_token_present = 1;
    params.preferred_addr_present = 1;
    params.preferred_addr.ipv4_present = 1;
    params.preferred_addr.ipv6_present = 1;
    assert!(
        record(|buffer| parameters_set(buffer, Duration::MAX, Owner::Remote, Side::Server, &params)).len()
            < 2048
    );
}

#[test]
fn keys_come_and_go() {
    let told = |change, sender, level, trigger| {
        record(|buffer| key(buffer, TIME, change, &Key { sender, level, generation: 2 }, trigger))
    };
    assert_eq!(
        told(KeyChange::Updated, Side::Client, PacketType::Initial, Some(KeyTrigger::Tls)),
        r#"{"time":20,"name":"security:key_updated","data":{"key_type":"client_initial_secret","trigger":"tls"}}"#
    );
    assert_eq!(
        told(KeyChange::Discarded, Side::Server, PacketType::OneRtt, Some(KeyTrigger::RemoteUpdate)),
        concat!(
            r#"{"time":20,"name":"security:key_discarded","data":{"key_type":"server_1rtt_secret","generation":2,"#,
            r#""trigger":"remote_update"}}"#
        )
    );
    let expired = told(KeyChange::Discarded, Side::Client, PacketType::OneRtt, None);
    assert!(expired.ends_with(r#"{"key_type":"client_1rtt_secret","generation":2}}"#), "{expired}");
    for (level, name) in [(PacketType::Handshake, "handshake"), (PacketType::ZeroRtt, "0rtt")] {
        let text = told(KeyChange::Updated, Side::Client, level, Some(KeyTrigger::LocalUpdate));
        assert!(text.contains(&std::format!(r#""client_{name}_secret","trigger":"local_update""#)), "{text}");
    }
}

#[test]
fn packets_list_their_frames() {
    let payload = payload(|w| {
        write::ack(w, [(8, 9), (3, 3)].into_iter(), 145, Some(EcnCounts { ect0: 2, ect1: 1, ce: 0 }), 100)?;
        write::crypto(w, 229, &[0; 19])?;
        write::padding(w, 5)
    });
    let sent = record(|buffer| packet(buffer, TIME, Transfer::Sent, &initial(), 1200, &payload, 3));
    let expected = concat!(
        r#"{"time":20,"name":"transport:packet_sent","data":{"frames":[{"frame_type":"ack","ack_delay":1,"#,
        r#""acked_ranges":[[8,9],[3]],"ect1":1,"ect0":2,"ce":0},{"frame_type":"crypto","offset":229,"length":19},"#,
        r#"{"frame_type":"padding"}],"header":{"packet_type":"initial","packet_number":0},"raw":{"length":1200}}}"#
    );
    assert_eq!(sent, expected);
    let info = PacketInfo { token: &[0xb6, 0x6a], ..initial() };
    let received = record(|buffer| packet(buffer, TIME, Transfer::Received, &info, 1200, &[], 3));
    let expected = concat!(
        r#"{"time":20,"name":"transport:packet_received","data":{"frames":[],"header":{"packet_type":"initial","#,
        r#""packet_number":0,"token":{"data":"b66a"}},"raw":{"length":1200}}}"#
    );
    assert_eq!(received, expected);
}

#[test]
fn frames_have_their_fields() {
    let payload = payload(|w| {
        write::reset_stream(w, StreamId(3), 463501, 57210)?;
        write::stop_sending(w, StreamId(3), 7)?;
        write::new_token(w, &[0x36])?;
        write::stream(w, StreamId(2), 0, &[0; 859], true, true)?;
        write::stream(w, StreamId(0), 4, &[0; 9], true, false)?;
        write::max_data(w, 25841)?;
        write::max_stream_data(w, StreamId(3), 31747)?;
        write::max_streams(w, Direction::Bidi, 2)?;
        write::data_blocked(w, 14023)?;
        write::stream_data_blocked(w, StreamId(2), 5915)?;
        write::streams_blocked(w, Direction::Uni, 1)?;
        write::new_connection_id(w, 6, 0, &ConnectionId::new(&[0x5e]).unwrap(), &[0x96; 16])?;
        write::retire_connection_id(w, 0)?;
        write::path_challenge(w, [0x14; 8])?;
        write::path_response(w, [0x15; 8])?;
        write::handshake_done(w)?;
        write::ping(w)?;
        write::datagram(w, &[0; 811], true)?;
        write::connection_close(w, 12, 0, &[])?;
        write::connection_close_application(w, 4660, b"bye")
    });
    let text = record(|buffer| packet(buffer, TIME, Transfer::Sent, &initial(), 1200, &payload, 3));
    let expected = concat!(
        r#""frames":[{"frame_type":"reset_stream","stream_id":3,"error_code":463501,"final_size":57210},"#,
        r#"{"frame_type":"stop_sending","stream_id":3,"error_code":7},"#,
        r#"{"frame_type":"new_token","length":1,"token":{"data":"36"}},"#,
        r#"{"frame_type":"stream","stream_id":2,"offset":0,"length":859,"fin":true},"#,
        r#"{"frame_type":"stream","stream_id":0,"offset":4,"length":9},"#,
        r#"{"frame_type":"max_data","maximum":25841},"#,
        r#"{"frame_type":"max_stream_data","stream_id":3,"maximum":31747},"#,
        r#"{"frame_type":"max_streams","stream_type":"bidirectional","maximum":2},"#,
        r#"{"frame_type":"data_blocked","limit":14023},"#,
        r#"{"frame_type":"stream_data_blocked","stream_id":2,"limit":5915},"#,
        r#"{"frame_type":"streams_blocked","stream_type":"unidirectional","limit":1},"#,
        r#"{"frame_type":"new_connection_id","sequence_number":6,"retire_prior_to":0,"connection_id_length":1,"#,
        r#""connection_id":"5e","stateless_reset_token":{"data":"96969696969696969696969696969696"}},"#,
        r#"{"frame_type":"retire_connection_id","sequence_number":0},"#,
        r#"{"frame_type":"path_challenge","data":"1414141414141414"},"#,
        r#"{"frame_type":"path_response","data":"1515151515151515"},"#,
        r#"{"frame_type":"handshake_done"},{"frame_type":"ping"},{"frame_type":"datagram","length":811},"#,
        r#"{"frame_type":"connection_close","error_space":"transport","error_code":12,"raw_error_code":12},"#,
        r#"{"frame_type":"connection_close","error_space":"application","error_code":4660,"raw_error_code":4660}]"#,
    );
    assert!(text.contains(expected), "{text}");
}

#[test]
fn packets_without_frames() {
    let retry = record(|buffer| retry_received(buffer, TIME, &[0xb6]));
    let expected = concat!(
        r#"{"time":20,"name":"transport:packet_received","data":{"header":{"packet_type":"retry","packet_number":0},"#,
        r#""retry_token":{"data":"b6"}}}"#
    );
    assert_eq!(retry, expected);
    let reset = record(|buffer| stateless_reset_received(buffer, TIME, &[0x8e; 16]));
    assert!(reset.ends_with(concat!(
        r#"{"header":{"packet_type":"stateless_reset","packet_number":0},"#,
        r#""stateless_reset_token":"8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e8e"}}"#
    )));
    let versions = record(|buffer| version_negotiation_received(buffer, TIME, [0x1a2a_3a4a, 2].into_iter()));
    assert!(versions.ends_with(concat!(
        r#"{"header":{"packet_type":"version_negotiation","packet_number":0},"#,
        r#""supported_versions":["1a2a3a4a","00000002"]}}"#
    )));
}

#[test]
fn recovery_events() {
    let mut metrics = Metrics {
        min_rtt: None,
        smoothed_rtt: Duration::from_millis(333),
        latest_rtt: Duration::ZERO,
        rtt_variation: Duration::from_micros(166_500),
        pto_count: 0,
        congestion_window: 12000,
        bytes_in_flight: 1200,
        slow_start_threshold: None,
    };
    let expected = concat!(
        r#"{"time":20,"name":"recovery:metrics_updated","data":{"smoothed_rtt":333,"latest_rtt":0,"rtt_variance":166.500,"#,
        r#""pto_count":0,"congestion_window":12000,"bytes_in_flight":1200}}"#
    );
    assert_eq!(record(|buffer| metrics_updated(buffer, TIME, &metrics)), expected);
    metrics.min_rtt = Some(TIME);
    metrics.slow_start_threshold = Some(7975);
    let text = record(|buffer| metrics_updated(buffer, TIME, &metrics));
    assert!(
        text.contains(r#""data":{"min_rtt":20,"smoothed_rtt""#) && text.ends_with(r#","ssthresh":7975}}"#)
    );
    let lost = record(|buffer| packet_lost(buffer, TIME, PacketType::OneRtt, PacketNumber(8)));
    let expected = r#"{"time":20,"name":"recovery:packet_lost","data":{"header":{"packet_type":"1RTT","packet_number":8}}}"#;
    assert_eq!(lost, expected);
}

#[test]
fn a_long_token_and_many_versions_are_left_out() {
    let token = [0xab; 3000];
    let info = PacketInfo { token: &token, ..initial() };
    let text = record(|buffer| packet(buffer, TIME, Transfer::Sent, &info, 1200, &[], 3));
    assert!(!text.contains("token"));
    assert!(record(|buffer| retry_received(buffer, TIME, &token)).len() < 200);
    let text = record(|buffer| version_negotiation_received(buffer, TIME, 0..10_000));
    assert!(text.len() > 4000);
}

#[test]
fn without_room_there_is_no_record() {
    let write = |buffer: &mut [u8]| packet(buffer, TIME, Transfer::Sent, &initial(), 1200, &[1], 3);
    let least = record(|buffer| packet(buffer, TIME, Transfer::Sent, &initial(), 1200, &[], 3)).len() + 2;
    for room in 0..least {
        assert_eq!(write(&mut std::vec![0; room]), 0);
    }
    assert_eq!(write(&mut std::vec![0; least]), least);
}

/// Writes a payload of random frames, long ACK frames among them.
fn random_payload(choices: &[(u8, u16)]) -> Vec<u8> {
    payload(|w| {
        for &(kind, n) in choices {
            let n = u64::from(n);
            match kind % 6 {
                0 => {
                    let ranges = (0..64).map(|i| ((63 - i) * 40 + n, (63 - i) * 40 + n + i % 3));
                    write::ack(w, ranges, n, Some(EcnCounts { ect0: 1 << 61, ect1: n, ce: n }), 2000)?;
                }
                1 => write::crypto(w, n << 40, &[0; 3])?,
                2 => write::new_token(w, &std::vec![7; n as usize % 900 + 1])?,
                3 => write::stream(w, StreamId(n), n << 44, &[0; 5], true, true)?,
                4 => write::path_challenge(w, [kind; 8])?,
                _ => write::ping(w)?,
            }
        }
        Ok(())
    })
}

proptest! {
    #[test]
    fn records_are_json_whatever_the_room(
        choices in prop::collection::vec(any::<(u8, u16)>(), 0..60),
        spare in 0usize..4096,
        number in 0..1u64 << 62,
    ) {
        let payload = random_payload(&choices);
        let info = PacketInfo { number: PacketNumber(number), ..initial() };
        let write = |buffer: &mut [u8], payload| {
            packet(buffer, Duration::MAX, Transfer::Sent, &info, 65527, payload, 20)
        };
        let least = write(&mut [0; 4096], &[]);
        let room = least + spare;
        let text = json(room, |buffer| write(buffer, &payload));
        prop_assert!(text.len() + 2 <= room);
        prop_assert!(text.ends_with(r#""raw":{"length":65527}}}"#), "{}", text);
    }
}
