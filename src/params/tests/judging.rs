//! The peer's parameters against what its packets said.

use ngtcp2_abi::ngtcp2_transport_params;

use crate::error::{Error, Result};
use crate::packet::{ConnectionId, version};
use crate::params::remembered::check_not_lowered;
use crate::params::{DEFAULT, Negotiated, Observed, check_version_information, validate_remote};
use crate::units::Side;

fn id(byte: u8) -> ConnectionId {
    ConnectionId::new(&[byte; 8]).unwrap()
}

/// The parameters of an honest server after a Retry, changed by `change`, seen by a client.
fn seen_by_client(change: impl FnOnce(&mut ngtcp2_transport_params)) -> Result<()> {
    let mut params = ngtcp2_transport_params {
        initial_scid_present: 1,
        initial_scid: id(1).to_abi(),
        original_dcid_present: 1,
        original_dcid: id(2).to_abi(),
        retry_scid_present: 1,
        retry_scid: id(3).to_abi(),
        stateless_reset_token_present: 1,
        ..DEFAULT
    };
    change(&mut params);
    let observed = Observed {
        side: Side::Client,
        peer_initial_scid: &id(1),
        original_dcid: &id(2),
        retry_scid: Some(&id(3)),
    };
    validate_remote(&params, &observed)
}

/// The parameters of an honest client, changed by `change`, seen by a server.
fn seen_by_server(change: impl FnOnce(&mut ngtcp2_transport_params)) -> Result<()> {
    let mut params =
        ngtcp2_transport_params { initial_scid_present: 1, initial_scid: id(1).to_abi(), ..DEFAULT };
    change(&mut params);
    let observed =
        Observed { side: Side::Server, peer_initial_scid: &id(1), original_dcid: &id(2), retry_scid: None };
    validate_remote(&params, &observed)
}

#[test]
fn servers_repeat_the_connection_ids_of_the_handshake() {
    assert_eq!(seen_by_client(|_| {}), Ok(()));
    let missing = Err(Error::RequiredTransportParam);
    assert_eq!(seen_by_client(|params| params.initial_scid_present = 0), missing);
    assert_eq!(seen_by_client(|params| params.original_dcid_present = 0), missing);
    assert_eq!(seen_by_client(|params| params.retry_scid_present = 0), missing);
    let wrong = Err(Error::TransportParam);
    assert_eq!(seen_by_client(|params| params.initial_scid = id(9).to_abi()), wrong);
    assert_eq!(seen_by_client(|params| params.original_dcid = id(9).to_abi()), wrong);
    assert_eq!(seen_by_client(|params| params.retry_scid = id(9).to_abi()), wrong);
    assert_eq!(seen_by_client(|params| params.initial_scid.datalen = 7), wrong);
}

#[test]
fn a_server_without_retry_names_none() {
    let params = ngtcp2_transport_params {
        initial_scid_present: 1,
        original_dcid_present: 1,
        original_dcid: id(2).to_abi(),
        ..DEFAULT
    };
    let empty = ConnectionId::EMPTY;
    let observed =
        Observed { side: Side::Client, peer_initial_scid: &empty, original_dcid: &id(2), retry_scid: None };
    let check = |params| validate_remote(&params, &observed);
    assert_eq!(check(params), Ok(()));
    assert_eq!(
        check(ngtcp2_transport_params { retry_scid_present: 1, ..params }),
        Err(Error::TransportParam)
    );
    let with_address = ngtcp2_transport_params { preferred_addr_present: 1, ..params };
    assert_eq!(check(with_address), Err(Error::TransportParam), "an empty id allows no preferred address");
}

#[test]
fn clients_do_not_send_what_servers_send() {
    assert_eq!(seen_by_server(|_| {}), Ok(()));
    let wrong = Err(Error::TransportParam);
    assert_eq!(seen_by_server(|params| params.original_dcid_present = 1), wrong);
    assert_eq!(seen_by_server(|params| params.retry_scid_present = 1), wrong);
    assert_eq!(seen_by_server(|params| params.preferred_addr_present = 1), wrong);
    assert_eq!(seen_by_server(|params| params.stateless_reset_token_present = 1), wrong);
}

#[test]
fn limits_that_decode_are_judged_here() {
    let wrong = Err(Error::TransportParam);
    assert_eq!(seen_by_server(|params| params.max_udp_payload_size = 1199), wrong);
    assert_eq!(seen_by_server(|params| params.max_udp_payload_size = 1200), Ok(()));
    assert_eq!(seen_by_server(|params| params.active_connection_id_limit = 1), wrong);
    assert_eq!(seen_by_server(|params| params.ack_delay_exponent = 21), wrong);
    assert_eq!(seen_by_server(|params| params.max_ack_delay = 16_384_000_000), wrong);
}

/// The verdict on a version_information of `chosen` and `available`.
fn judged(
    (chosen, available): (u32, &[u8]),
    side: Side,
    version_in_use: u32,
    restarted_among: Option<&[u32]>,
) -> Result<()> {
    let mut params = ngtcp2_transport_params { version_info_present: 1, ..DEFAULT };
    params.version_info.chosen_version = chosen;
    let negotiated = Negotiated { side, version_in_use, restarted_among };
    check_version_information(&params, Some(available), &negotiated)
}

const BOTH: &[u8] = &[0x6b, 0x33, 0x43, 0xcf, 0, 0, 0, 1];
const ONLY_V1: &[u8] = &[0, 0, 0, 1];
const FAILURE: Result<()> = Err(Error::VersionNegotiationFailure);

#[test]
fn the_chosen_version_is_the_one_in_use() {
    for side in [Side::Client, Side::Server] {
        assert_eq!(judged((version::V1, BOTH), side, version::V1, None), Ok(()));
        assert_eq!(judged((version::V2, BOTH), side, version::V1, None), FAILURE);
    }
    assert_eq!(judged((version::V2, ONLY_V1), Side::Server, version::V2, None), FAILURE, "not among its own");
    assert_eq!(judged((version::V2, ONLY_V1), Side::Client, version::V2, None), Ok(()));
}

#[test]
fn a_forged_version_negotiation_packet_comes_to_light() {
    let preferred = [version::V2, version::V1];
    let judged = |available| judged((version::V1, available), Side::Client, version::V1, Some(&preferred));
    assert_eq!(judged(ONLY_V1), Ok(()));
    assert_eq!(judged(BOTH), FAILURE, "version 2 would have been chosen");
    assert_eq!(judged(&[]), FAILURE);

    let silent = |version_in_use, restarted_among| {
        let negotiated = Negotiated { side: Side::Client, version_in_use, restarted_among };
        check_version_information(&DEFAULT, None, &negotiated)
    };
    assert_eq!(silent(version::V2, None), Ok(()));
    assert_eq!(silent(version::V1, Some(&preferred)), Ok(()));
    assert_eq!(silent(version::V2, Some(&preferred)), FAILURE);
}

#[test]
fn what_was_remembered_is_not_lowered() {
    let remembered = ngtcp2_transport_params {
        initial_max_data: 10,
        initial_max_streams_bidi: 1,
        max_datagram_frame_size: 100,
        max_idle_timeout: 5,
        ..DEFAULT
    };
    assert_eq!(check_not_lowered(&remembered, &remembered), Ok(()));
    let more = ngtcp2_transport_params { initial_max_data: 11, max_idle_timeout: 1, ..remembered };
    assert_eq!(check_not_lowered(&remembered, &more), Ok(()));
    for lowered in [
        ngtcp2_transport_params { initial_max_data: 9, ..remembered },
        ngtcp2_transport_params { initial_max_streams_bidi: 0, ..remembered },
        ngtcp2_transport_params { max_datagram_frame_size: 0, ..remembered },
        ngtcp2_transport_params { active_connection_id_limit: 1, ..remembered },
    ] {
        assert_eq!(check_not_lowered(&remembered, &lowered), Err(Error::Proto));
    }
}
