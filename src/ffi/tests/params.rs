//! Transport parameters without a connection.

use core::ffi::c_int;
use core::ptr;

use ngtcp2_abi as abi;

use crate::ffi::params::*;
use crate::mem::testing::TestHeap;

fn default_params() -> abi::ngtcp2_transport_params {
    let mut params =
        abi::ngtcp2_transport_params { initial_max_data: 5, ..abi::ngtcp2_transport_params::ZERO };
    // SAFETY: parameters on this stack.
    unsafe { ngtcp2_transport_params_default_versioned(1, &mut params) };
    params
}

fn encode(dest: &mut [u8], version: c_int, params: &abi::ngtcp2_transport_params) -> isize {
    // SAFETY: a buffer with its length.
    unsafe { ngtcp2_transport_params_encode_versioned(dest.as_mut_ptr(), dest.len(), version, params) }
}

#[test]
fn defaults_take_no_bytes() {
    let mut params = default_params();
    assert_eq!((params.initial_max_data, params.active_connection_id_limit), (0, 2));
    assert_eq!((params.max_udp_payload_size, params.max_ack_delay), (65527, 25 * abi::NGTCP2_MILLISECONDS));
    let mut dest = [0; 64];
    assert_eq!(encode(&mut dest, 1, &params), 0);
    params.initial_max_data = 100;
    assert_eq!(encode(&mut dest, 1, &params), 4);
    assert_eq!(dest[..4], [4, 2, 0x40, 100]);
    assert_eq!(encode(&mut dest[..3], 1, &params), abi::NGTCP2_ERR_NOBUF as isize);
    assert_eq!(encode(&mut dest, 2, &params), abi::NGTCP2_ERR_INVALID_ARGUMENT as isize);
    // SAFETY: the length alone is asked for.
    assert_eq!(unsafe { ngtcp2_transport_params_encode_versioned(ptr::null_mut(), 0, 1, &params) }, 4);
}

/// max_data 9 and version_information with three versions.
const ENCODED: [u8; 17] = [4, 1, 9, 0x11, 12, 0, 0, 0, 1, 0, 0, 0, 1, 0x6b, 0x33, 0x43, 0xcf];

#[test]
fn decoded_versions_point_into_the_data() {
    let mut params = default_params();
    let decode = |params: &mut _, data: &[u8]| {
        // SAFETY: data with its length.
        unsafe { ngtcp2_transport_params_decode_versioned(1, params, data.as_ptr(), data.len()) }
    };
    assert_eq!(decode(&mut params, &ENCODED), 0);
    assert_eq!((params.initial_max_data, params.version_info_present), (9, 1));
    let info = params.version_info;
    assert_eq!((info.chosen_version, info.available_versionslen), (1, 8));
    assert_eq!(info.available_versions, ENCODED[9..].as_ptr());
    // What was decoded is encoded to the same bytes.
    let mut dest = [0; 64];
    assert_eq!(encode(&mut dest, 1, &params), ENCODED.len() as isize);
    assert_eq!(dest[..ENCODED.len()], ENCODED);
    // A failure changes nothing.
    assert_eq!(decode(&mut params, &ENCODED[..16]), abi::NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM);
    assert_eq!(params.initial_max_data, 9);
    assert_eq!(decode(&mut params, &[]), 0);
    assert_eq!((params.initial_max_data, params.version_info_present), (0, 0));
}

#[test]
fn decoded_copies_own_their_versions() {
    let heap = TestHeap::new();
    let mem = *heap.heap().raw();
    let mut copy = ptr::null_mut();
    let decode = |copy: &mut _, data: &[u8]| {
        // SAFETY: data with its length, and an allocator.
        unsafe { ngtcp2_transport_params_decode_new(copy, data.as_ptr(), data.len(), &mem) }
    };
    assert_eq!(decode(&mut copy, &ENCODED), 0);
    // SAFETY: the function filled in the struct.
    let params = unsafe { &*copy };
    let info = params.version_info;
    assert_eq!((params.initial_max_data, info.chosen_version), (9, 1));
    // SAFETY: the struct says how many bytes there are.
    let versions =
        unsafe { core::slice::from_raw_parts(info.available_versions, info.available_versionslen) };
    assert_eq!(versions, &ENCODED[9..]);
    assert_ne!(versions.as_ptr(), ENCODED[9..].as_ptr());
    assert_eq!(heap.live(), 1);
    // SAFETY: the same allocator.
    unsafe { ngtcp2_transport_params_del(copy, &mem) };
    assert_eq!(heap.live(), 0);

    assert_eq!(decode(&mut copy, &ENCODED[..2]), abi::NGTCP2_ERR_MALFORMED_TRANSPORT_PARAM);
    assert!(copy.is_null());
    heap.fail_all(true);
    assert_eq!(decode(&mut copy, &ENCODED), abi::NGTCP2_ERR_NOMEM);
    assert!(copy.is_null());
}

#[test]
fn null_is_survived() {
    let mut copy = ptr::null_mut();
    let mut params = default_params();
    params.version_info_present = 1;
    params.version_info.available_versionslen = 8;
    let invalid = abi::NGTCP2_ERR_INVALID_ARGUMENT;
    // SAFETY: NULL is what this test is about; the functions promise to take it.
    unsafe {
        ngtcp2_transport_params_default_versioned(1, ptr::null_mut());
        assert_eq!(
            ngtcp2_transport_params_encode_versioned(ptr::null_mut(), 0, 1, ptr::null()),
            invalid as isize
        );
        assert_eq!(
            ngtcp2_transport_params_encode_versioned(ptr::null_mut(), 0, 1, &params),
            invalid as isize
        );
        assert_eq!(ngtcp2_transport_params_decode_versioned(1, ptr::null_mut(), ptr::null(), 0), invalid);
        assert_eq!(ngtcp2_transport_params_decode_versioned(1, &mut params, ptr::null(), 5), invalid);
        assert_eq!(ngtcp2_transport_params_decode_versioned(9, &mut params, ptr::null(), 0), invalid);
        assert_eq!(ngtcp2_transport_params_decode_new(ptr::null_mut(), ptr::null(), 0, ptr::null()), invalid);
        assert_eq!(ngtcp2_transport_params_decode_new(&mut copy, ptr::null(), 5, ptr::null()), invalid);
        // The default allocator.
        assert_eq!(ngtcp2_transport_params_decode_new(&mut copy, ptr::null(), 0, ptr::null()), 0);
        ngtcp2_transport_params_del(copy, ptr::null());
        ngtcp2_transport_params_del(ptr::null_mut(), ptr::null());
    }
}
