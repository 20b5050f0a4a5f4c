//! Every function on connections, without a connection.

use core::ffi::c_int;
use core::ptr;

use ngtcp2_abi as abi;

use crate::ffi::aggregate::*;
use crate::ffi::connection::*;
use crate::ffi::connection_ids::*;
use crate::ffi::connection_params::*;
use crate::ffi::connection_path::*;
use crate::ffi::flow_control::*;
use crate::ffi::handshake::*;
use crate::ffi::information::*;
use crate::ffi::keys::*;
use crate::ffi::read::*;
use crate::ffi::stream::*;
use crate::ffi::timers::*;
use crate::ffi::write::*;

const INVALID: c_int = abi::NGTCP2_ERR_INVALID_ARGUMENT;
const NONE: *mut abi::ngtcp2_conn = ptr::null_mut();

#[test]
fn construction_needs_its_arguments() {
    let mut conn = ptr::dangling_mut();
    // SAFETY: NULL is what this test is about; the functions promise to take it.
    unsafe {
        let made = ngtcp2_conn_client_new_versioned(
            &mut conn,
            ptr::null(),
            ptr::null(),
            ptr::null(),
            1,
            1,
            ptr::null(),
            1,
            ptr::null(),
            1,
            ptr::null(),
            ptr::null(),
            ptr::null_mut(),
        );
        assert_eq!((made, conn), (INVALID, ptr::null_mut()));
        conn = ptr::dangling_mut();
        let made = ngtcp2_conn_server_new_versioned(
            &mut conn,
            ptr::null(),
            ptr::null(),
            ptr::null(),
            1,
            1,
            ptr::null(),
            1,
            ptr::null(),
            1,
            ptr::null(),
            ptr::null(),
            ptr::null_mut(),
        );
        assert_eq!((made, conn), (INVALID, ptr::null_mut()));
        let made = ngtcp2_conn_client_new_versioned(
            ptr::null_mut(),
            ptr::null(),
            ptr::null(),
            ptr::null(),
            1,
            1,
            ptr::null(),
            1,
            ptr::null(),
            1,
            ptr::null(),
            ptr::null(),
            ptr::null_mut(),
        );
        assert_eq!(made, INVALID);
        ngtcp2_conn_del(NONE);
    }
}

#[test]
fn functions_with_an_error_return_one() {
    let level = abi::NGTCP2_ENCRYPTION_LEVEL_INITIAL;
    let (iv, aead, hp) = (ptr::null(), ptr::null(), ptr::null());
    // SAFETY: NULL is what this test is about; the functions promise to take it.
    let results = unsafe {
        [
            ngtcp2_conn_read_pkt_versioned(NONE, ptr::null(), 1, ptr::null(), ptr::null(), 0, 0),
            ngtcp2_conn_handle_expiry(NONE, 0),
            ngtcp2_conn_initiate_key_update(NONE, 0),
            ngtcp2_conn_install_initial_key(NONE, aead, iv, hp, aead, iv, hp, 12),
            ngtcp2_conn_install_vneg_initial_key(NONE, 1, aead, iv, hp, aead, iv, hp, 12),
            ngtcp2_conn_install_rx_handshake_key(NONE, aead, iv, 12, hp),
            ngtcp2_conn_install_tx_handshake_key(NONE, aead, iv, 12, hp),
            ngtcp2_conn_install_0rtt_key(NONE, aead, iv, 12, hp),
            ngtcp2_conn_install_rx_key(NONE, ptr::null(), 32, aead, iv, 12, hp),
            ngtcp2_conn_install_tx_key(NONE, ptr::null(), 32, aead, iv, 12, hp),
            ngtcp2_conn_submit_crypto_data(NONE, level, ptr::null(), 0),
            ngtcp2_conn_continue_handshake(NONE, 0),
            ngtcp2_conn_tls_early_data_rejected(NONE),
            ngtcp2_conn_submit_new_token(NONE, ptr::null(), 0),
            ngtcp2_conn_set_local_transport_params_versioned(NONE, 1, ptr::null()),
            ngtcp2_conn_decode_and_set_remote_transport_params(NONE, ptr::null(), 0),
            ngtcp2_conn_decode_and_set_0rtt_transport_params(NONE, ptr::null(), 0),
            ngtcp2_conn_open_bidi_stream(NONE, ptr::null_mut(), ptr::null_mut()),
            ngtcp2_conn_open_uni_stream(NONE, &mut 0, ptr::null_mut()),
            ngtcp2_conn_shutdown_stream(NONE, 0, 0, 0),
            ngtcp2_conn_shutdown_stream_read(NONE, 0, 0, 0),
            ngtcp2_conn_shutdown_stream_write(NONE, 0, 0, 0),
            ngtcp2_conn_set_stream_user_data(NONE, 0, ptr::null_mut()),
            ngtcp2_conn_extend_max_stream_offset(NONE, 0, 1),
        ]
    };
    assert_eq!(results, [INVALID; 24]);
}

#[test]
fn writing_returns_an_error() {
    let (path, pi, dest) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    let mut taken = 5;
    // SAFETY: NULL is what this test is about; the functions promise to take it.
    let results = unsafe {
        [
            ngtcp2_conn_write_pkt_versioned(NONE, path, 1, pi, dest, 0, 0),
            ngtcp2_conn_write_stream_versioned(
                NONE,
                path,
                1,
                pi,
                dest,
                0,
                &mut taken,
                0,
                0,
                ptr::null(),
                0,
                0,
            ),
            ngtcp2_conn_writev_stream_versioned(
                NONE,
                path,
                1,
                pi,
                dest,
                0,
                ptr::null_mut(),
                0,
                0,
                ptr::null(),
                0,
                0,
            ),
            ngtcp2_conn_write_datagram_versioned(
                NONE,
                path,
                1,
                pi,
                dest,
                0,
                ptr::null_mut(),
                0,
                0,
                ptr::null(),
                0,
                0,
            ),
            ngtcp2_conn_writev_datagram_versioned(
                NONE,
                path,
                1,
                pi,
                dest,
                0,
                ptr::null_mut(),
                0,
                0,
                ptr::null(),
                0,
                0,
            ),
            ngtcp2_conn_write_connection_close_versioned(NONE, path, 1, pi, dest, 0, ptr::null(), 0),
            ngtcp2_conn_write_aggregate_pkt_versioned(NONE, path, 1, pi, dest, 0, ptr::null_mut(), None, 0),
            ngtcp2_conn_write_aggregate_pkt2_versioned(
                NONE,
                path,
                1,
                pi,
                dest,
                0,
                ptr::null_mut(),
                None,
                0,
                0,
            ),
            ngtcp2_conn_encode_local_transport_params(NONE, dest, 0),
            ngtcp2_conn_encode_local_transport_params2(NONE, dest, 0),
            ngtcp2_conn_encode_0rtt_transport_params(NONE, dest, 0),
            ngtcp2_conn_encode_0rtt_transport_params2(NONE, dest, 0),
        ]
    };
    assert!(results.iter().all(|result| *result < 0), "{results:?}");
    assert_eq!(taken, -1);
}

#[test]
fn functions_without_an_answer_do_nothing() {
    // SAFETY: NULL is what this test is about; the functions promise to take it.
    unsafe {
        ngtcp2_conn_update_pkt_tx_time(NONE, 0);
        ngtcp2_conn_set_initial_crypto_ctx(NONE, ptr::null());
        ngtcp2_conn_set_0rtt_crypto_ctx(NONE, ptr::null());
        ngtcp2_conn_set_crypto_ctx(NONE, ptr::null());
        ngtcp2_conn_set_retry_aead(NONE, ptr::null(), ptr::null());
        ngtcp2_conn_tls_handshake_completed(NONE);
        ngtcp2_conn_set_tls_native_handle(NONE, ptr::null_mut());
        ngtcp2_conn_set_tls_error(NONE, -1);
        ngtcp2_conn_set_tls_alert(NONE, 1);
        ngtcp2_conn_extend_max_offset(NONE, 1);
        ngtcp2_conn_extend_max_streams_bidi(NONE, 1);
        ngtcp2_conn_extend_max_streams_uni(NONE, 1);
        ngtcp2_conn_set_local_addr(NONE, ptr::null());
        ngtcp2_conn_set_path_user_data(NONE, ptr::null_mut());
        ngtcp2_conn_set_keep_alive_timeout(NONE, 1);
        ngtcp2_conn_get_conn_info_versioned(NONE, 2, ptr::null_mut());
        let mut info = abi::ngtcp2_conn_info { cwnd: 7, ping_recv: 7, ..abi::ngtcp2_conn_info::ZERO };
        ngtcp2_conn_get_conn_info2_versioned(NONE, 1, &mut info);
        assert_eq!((info.cwnd, info.ping_recv), (0, 7));
    }
}

#[test]
fn getters_answer_neutrally() {
    // SAFETY: NULL is what this test is about; the functions promise to take it. What they point to is constant.
    unsafe {
        assert_eq!((*ngtcp2_conn_get_dcid(NONE)).datalen, 0);
        assert_eq!((*ngtcp2_conn_get_client_initial_dcid(NONE)).datalen, 0);
        assert_eq!((*ngtcp2_conn_get_path(NONE)).remote.addrlen, 0);
        assert_eq!((*ngtcp2_conn_get_ccerr(NONE)).error_code, 0);
        assert_eq!((*ngtcp2_conn_get_local_transport_params(NONE)).active_connection_id_limit, 2);
        assert!(ngtcp2_conn_get_remote_transport_params(NONE).is_null());
        assert!(ngtcp2_conn_get_tls_native_handle(NONE).is_null());
        assert!(ngtcp2_conn_get_stream_user_data(NONE, 0).is_null());
        assert!(ngtcp2_conn_get_initial_crypto_ctx(NONE).is_null());
        assert!(ngtcp2_conn_get_0rtt_crypto_ctx(NONE).is_null());
        assert!(ngtcp2_conn_get_crypto_ctx(NONE).is_null());
        assert_eq!(ngtcp2_conn_get_expiry(NONE), u64::MAX);
        let sizes = [
            ngtcp2_conn_get_max_tx_udp_payload_size(NONE),
            ngtcp2_conn_get_path_max_tx_udp_payload_size(NONE),
        ];
        assert_eq!(sizes, [1200; 2]);
        let numbers = [
            ngtcp2_conn_get_scid(NONE, ptr::null_mut()) as u64,
            ngtcp2_conn_get_active_dcid(NONE, ptr::null_mut()) as u64,
            ngtcp2_conn_get_active_dcid2(NONE, ptr::null_mut()) as u64,
            ngtcp2_conn_get_stream_loss_count(NONE, 0) as u64,
            ngtcp2_conn_get_send_quantum(NONE) as u64,
            ngtcp2_conn_get_cwnd_left(NONE),
            ngtcp2_conn_get_max_data_left(NONE),
            ngtcp2_conn_get_max_stream_data_left(NONE, 0),
            ngtcp2_conn_get_streams_bidi_left(NONE),
            ngtcp2_conn_get_streams_uni_left(NONE),
            ngtcp2_conn_get_pto(NONE),
            ngtcp2_conn_get_timestamp(NONE),
            ngtcp2_conn_get_client_chosen_version(NONE).into(),
            ngtcp2_conn_get_negotiated_version(NONE).into(),
            ngtcp2_conn_get_tls_alert(NONE).into(),
        ];
        assert_eq!(numbers, [0; 15]);
        let flags = [
            ngtcp2_conn_is_server(NONE),
            ngtcp2_conn_after_retry(NONE),
            ngtcp2_conn_is_local_stream(NONE, 0),
            ngtcp2_conn_in_closing_period(NONE),
            ngtcp2_conn_in_draining_period(NONE),
            ngtcp2_conn_get_handshake_completed(NONE),
            ngtcp2_conn_get_tls_early_data_rejected(NONE),
            ngtcp2_conn_get_tls_error(NONE),
        ];
        assert_eq!(flags, [0; 8]);
    }
}
