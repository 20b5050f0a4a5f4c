//! Connection ids, addresses, errors, versions, memory and settings.

extern crate std;

use core::ffi::CStr;
use core::mem::MaybeUninit;
use core::ptr;
use std::vec;

use ngtcp2_abi as abi;

use crate::ffi::ccerr::*;
use crate::ffi::cid::*;
use crate::ffi::error::*;
use crate::ffi::mem::*;
use crate::ffi::path::*;
use crate::ffi::settings::*;
use crate::ffi::stream::ngtcp2_is_bidi_stream;
use crate::ffi::version::*;

fn cid(bytes: &[u8]) -> abi::ngtcp2_cid {
    let mut cid = abi::ngtcp2_cid::ZERO;
    // SAFETY: a buffer of the length given.
    unsafe { ngtcp2_cid_init(&mut cid, bytes.as_ptr(), bytes.len()) };
    cid
}

#[test]
fn connection_ids_hold_up_to_20_bytes() {
    assert_eq!(cid(&[7; 20]).datalen, 20);
    assert_eq!(cid(&[7; 21]).datalen, 0);
    assert_eq!(cid(&[]).datalen, 0);
    let equal = |a: &abi::ngtcp2_cid, b: &abi::ngtcp2_cid| {
        // SAFETY: two connection ids.
        unsafe { ngtcp2_cid_eq(a, b) }
    };
    assert_eq!(equal(&cid(b"one"), &cid(b"one")), 1);
    assert_eq!(equal(&cid(b"one"), &cid(b"two")), 0);
    assert_eq!(equal(&cid(b"one"), &cid(b"one1")), 0);
    assert_eq!(equal(&cid(b""), &cid(b"")), 1);
    // What stands behind the length does not count.
    let mut padded = cid(b"one");
    padded.data[3] = 1;
    assert_eq!(equal(&padded, &cid(b"one")), 1);
    let wild = abi::ngtcp2_cid { datalen: usize::MAX, ..padded };
    assert_eq!(equal(&wild, &wild), 0);
}

fn ipv4(port: u16) -> abi::ngtcp2_sockaddr_in {
    let mut address = abi::SOCKADDR_IN_ZERO;
    address.sin_family = libc::AF_INET as libc::sa_family_t;
    address.sin_port = port.to_be();
    address.sin_addr.s_addr = u32::from_ne_bytes([127, 0, 0, 1]);
    address
}

const IPV4_LEN: abi::ngtcp2_socklen = size_of::<abi::ngtcp2_sockaddr_in>() as abi::ngtcp2_socklen;

fn storage(local: u16, remote: u16) -> abi::ngtcp2_path_storage {
    let (local, remote) = (ipv4(local), ipv4(remote));
    let mut ps = abi::ngtcp2_path_storage::ZERO;
    let (local, remote) = ((&raw const local).cast(), (&raw const remote).cast());
    // SAFETY: two IPv4 addresses and room for them.
    unsafe { ngtcp2_path_storage_init(&mut ps, local, IPV4_LEN, remote, IPV4_LEN, 3 as _) };
    ps
}

/// The storage was moved, so that its path has to be pointed at it again.
fn path_of(ps: &mut abi::ngtcp2_path_storage) -> *const abi::ngtcp2_path {
    ps.path.local.addr = (&raw mut ps.local_addrbuf).cast();
    ps.path.remote.addr = (&raw mut ps.remote_addrbuf).cast();
    &ps.path
}

#[test]
fn paths_are_compared_by_their_addresses() {
    let (mut a, mut b, mut c) = (storage(1, 2), storage(1, 2), storage(1, 3));
    b.path.user_data = ptr::null_mut();
    let (a, b, c) = (path_of(&mut a), path_of(&mut b), path_of(&mut c));
    // SAFETY: paths that live on this stack.
    let equal = |a, b| unsafe { ngtcp2_path_eq(a, b) };
    assert_eq!((equal(a, b), equal(a, c)), (1, 0));
}

#[test]
fn a_path_is_copied_into_the_buffers_of_the_target() {
    let mut source = storage(1, 2);
    let source = path_of(&mut source);
    let mut target = abi::ngtcp2_path_storage::ZERO;
    // SAFETY: a storage on this stack.
    unsafe { ngtcp2_path_storage_zero(&mut target) };
    assert_eq!((target.path.local.addrlen, target.path.remote.addrlen), (0, 0));
    assert_eq!(target.path.remote.addr.addr(), (&raw const target.remote_addrbuf).addr());
    // SAFETY: the target's buffers have room for any address.
    unsafe { ngtcp2_path_copy(&mut target.path, source) };
    // SAFETY: two paths.
    assert_eq!(unsafe { ngtcp2_path_eq(&target.path, source) }, 1);
    assert_eq!(target.path.user_data.addr(), 3);
    let mut again = target.path.local;
    // SAFETY: the address is copied onto itself.
    unsafe { ngtcp2_addr_copy_byte(&mut again, target.path.local.addr, IPV4_LEN) };
    assert_eq!(again.addrlen, IPV4_LEN);
    // SAFETY: nothing is copied.
    unsafe { ngtcp2_addr_copy_byte(&mut again, ptr::null(), 0) };
    assert_eq!(again.addrlen, 0);
    // SAFETY: the address is only pointed at.
    let same = unsafe { ngtcp2_addr_init(&mut again, target.path.remote.addr, 5) };
    assert_eq!((same.addr(), again.addrlen), ((&raw const again).addr(), 5));
}

#[test]
fn errors_have_names_and_meanings() {
    let name = |code| {
        // SAFETY: a constant string.
        unsafe { CStr::from_ptr(ngtcp2_strerror(code)) }.to_str().unwrap()
    };
    assert_eq!(name(0), "NO_ERROR");
    assert_eq!(name(abi::NGTCP2_ERR_IDLE_CLOSE), "ERR_IDLE_CLOSE");
    assert_eq!(name(abi::NGTCP2_ERR_CALLBACK_FAILURE), "ERR_CALLBACK_FAILURE");
    assert_eq!((name(-500), name(-200), name(1)), ("(unknown)", "(unknown)", "(unknown)"));
    // SAFETY: plain values.
    let fatal = [-499, -500, -501, -9999].map(|code| unsafe { ngtcp2_err_is_fatal(code) });
    assert_eq!(fatal, [0, 0, 1, 1]);
    let code = |error| {
        // SAFETY: plain values.
        unsafe { ngtcp2_err_infer_quic_transport_error_code(error) }
    };
    let inferred =
        [0, abi::NGTCP2_ERR_FLOW_CONTROL, abi::NGTCP2_ERR_ACK_FRAME, abi::NGTCP2_ERR_NOMEM, -9].map(code);
    assert_eq!(inferred, [0, 3, 7, 1, 0xa]);
    for error in (-238..=-201).chain([-501, -502]) {
        assert!(name(error).starts_with("ERR_"), "{error}");
    }
}

#[test]
fn close_errors_are_filled_in() {
    let mut error = abi::ngtcp2_ccerr { error_code: 9, frame_type: 9, ..abi::ngtcp2_ccerr::ZERO };
    // SAFETY: an error on this stack, here and below.
    unsafe { ngtcp2_ccerr_default(&mut error) };
    assert_eq!((error.r#type, error.error_code, error.frame_type), (abi::NGTCP2_CCERR_TYPE_TRANSPORT, 0, 0));
    // SAFETY: as above.
    unsafe { ngtcp2_ccerr_set_tls_alert(&mut error, 42, b"why".as_ptr(), 3) };
    assert_eq!(
        (error.r#type, error.error_code, error.reasonlen),
        (abi::NGTCP2_CCERR_TYPE_TRANSPORT, 0x12a, 3)
    );
    // SAFETY: as above.
    unsafe { ngtcp2_ccerr_set_application_error(&mut error, 7, ptr::null(), 0) };
    assert_eq!((error.r#type, error.error_code), (abi::NGTCP2_CCERR_TYPE_APPLICATION, 7));
    // SAFETY: as above.
    unsafe { ngtcp2_ccerr_set_transport_error(&mut error, 8, ptr::null(), 0) };
    assert_eq!((error.r#type, error.error_code), (abi::NGTCP2_CCERR_TYPE_TRANSPORT, 8));
    for (code, kind, transport) in [
        (abi::NGTCP2_ERR_IDLE_CLOSE, abi::NGTCP2_CCERR_TYPE_IDLE_CLOSE, 0),
        (abi::NGTCP2_ERR_DROP_CONN, abi::NGTCP2_CCERR_TYPE_DROP_CONN, 0),
        (abi::NGTCP2_ERR_RETRY, abi::NGTCP2_CCERR_TYPE_RETRY, 0),
        (abi::NGTCP2_ERR_RECV_VERSION_NEGOTIATION, abi::NGTCP2_CCERR_TYPE_VERSION_NEGOTIATION, 0),
        (abi::NGTCP2_ERR_VERSION_NEGOTIATION_FAILURE, abi::NGTCP2_CCERR_TYPE_TRANSPORT, 0x11),
    ] {
        // SAFETY: as above.
        unsafe { ngtcp2_ccerr_set_liberr(&mut error, code, ptr::null(), 0) };
        assert_eq!((error.r#type, error.error_code), (kind, transport), "{code}");
    }
}

#[test]
fn versions() {
    // SAFETY: a constant, or NULL.
    let version = |least| unsafe { ngtcp2_version(least).as_ref() };
    let info = version(0).unwrap();
    assert_eq!((info.age, info.version_num), (1, 0x01_1900));
    // SAFETY: a constant string.
    assert_eq!(unsafe { CStr::from_ptr(info.version_str) }, c"1.25.0");
    assert!(version(0x01_1900).is_some() && version(0x01_1901).is_none());

    // SAFETY: any number; what is returned is static.
    let own = |least| unsafe { rngtcp2_version(least).as_ref() };
    let info = own(0).unwrap();
    assert_eq!((info.age, info.version_num), (1, abi::RNGTCP2_VERSION_NUM));
    // SAFETY: a static string.
    assert_eq!(unsafe { CStr::from_ptr(info.version_str) }, abi::RNGTCP2_VERSION);
    assert!(own(info.version_num).is_some() && own(info.version_num + 1).is_none());
    // SAFETY: plain values, here and below.
    let supported =
        [1, abi::NGTCP2_PROTO_VER_V2, 0, 0xff00_001d].map(|v| unsafe { ngtcp2_is_supported_version(v) });
    assert_eq!(supported, [1, 1, 0, 0]);
    // SAFETY: as above.
    let reserved = [0x1a2a_3a4a, 1, 0].map(|v| unsafe { ngtcp2_is_reserved_version(v) });
    assert_eq!(reserved, [1, 0, 0]);
    let select = |preferred: &[u32], offered: &[u32]| {
        // SAFETY: two lists with their lengths.
        unsafe { ngtcp2_select_version(preferred.as_ptr(), preferred.len(), offered.as_ptr(), offered.len()) }
    };
    assert_eq!(select(&[2, 1], &[9, 1, 2]), 2);
    assert_eq!((select(&[2], &[1]), select(&[], &[1]), select(&[1], &[])), (0, 0, 0));
    // SAFETY: as above.
    let bidi = [0, 1, 2, 3, 4].map(|id| unsafe { ngtcp2_is_bidi_stream(id) });
    assert_eq!(bidi, [1, 1, 0, 0, 1]);
}

#[test]
fn the_default_allocator_is_complete() {
    // SAFETY: a constant.
    let mem = unsafe { &*ngtcp2_mem_default() };
    // SAFETY: an allocator's function with the allocator's data.
    let block = unsafe { mem.malloc.unwrap()(100, mem.user_data) };
    // SAFETY: as above.
    let block = unsafe { mem.realloc.unwrap()(block, 200, mem.user_data) };
    assert!(!block.is_null());
    // SAFETY: as above.
    unsafe { mem.free.unwrap()(block, mem.user_data) };
}

#[test]
fn secrets_are_cleared() {
    let mut secret = vec![7_u8; 33];
    // SAFETY: a buffer of at least that length.
    unsafe { ngtcp2_secure_clear(secret.as_mut_ptr().cast(), 32) };
    assert_eq!(secret[..32], [0; 32]);
    assert_eq!(secret[32], 7);
}

#[test]
fn default_settings_fill_one_generation_and_no_byte_more() {
    const MARK: u8 = 0xa5;
    for (version, written) in [(1, 164), (2, 184), (3, 200), (4, 208), (0, 164), (-1, 164), (99, 208)] {
        let mut settings = MaybeUninit::<abi::ngtcp2_settings>::uninit();
        let bytes: *mut u8 = settings.as_mut_ptr().cast();
        let size = size_of::<abi::ngtcp2_settings>();
        // SAFETY: the bytes of the struct.
        unsafe { bytes.write_bytes(MARK, size) };
        // SAFETY: room for the newest generation.
        unsafe { ngtcp2_settings_default_versioned(version, settings.as_mut_ptr()) };
        // SAFETY: the bytes were written above.
        let behind = unsafe { core::slice::from_raw_parts(bytes.add(written), size - written) };
        assert!(behind.iter().all(|byte| *byte == MARK), "version {version}");
        // SAFETY: the marker is replaced in all fields of the first generation, and a bit pattern of the others.
        let filled = unsafe { (&raw const (*settings.as_ptr()).initial_rtt).read() };
        assert_eq!(filled, 333 * abi::NGTCP2_MILLISECONDS);
    }
}

#[test]
fn null_is_survived() {
    let (null, path) = (ptr::null_mut(), storage(1, 2).path);
    // SAFETY: NULL is what this test is about; the functions promise to take it.
    unsafe {
        ngtcp2_cid_init(ptr::null_mut(), b"x".as_ptr(), 1);
        assert_eq!(ngtcp2_cid_eq(ptr::null(), ptr::null()), 0);
        assert!(ngtcp2_addr_init(ptr::null_mut(), ptr::null(), 0).is_null());
        ngtcp2_addr_copy_byte(ptr::null_mut(), ptr::null(), 16);
        ngtcp2_path_storage_init(ptr::null_mut(), ptr::null(), 16, ptr::null(), 16, null);
        ngtcp2_path_storage_zero(ptr::null_mut());
        ngtcp2_path_copy(ptr::null_mut(), &path);
        ngtcp2_path_copy(&mut abi::ngtcp2_path::ZERO.clone(), ptr::null());
        assert_eq!(ngtcp2_path_eq(ptr::null(), ptr::null()), 0);
        ngtcp2_ccerr_default(ptr::null_mut());
        ngtcp2_ccerr_set_liberr(ptr::null_mut(), 0, ptr::null(), 0);
        ngtcp2_ccerr_set_tls_alert(ptr::null_mut(), 0, ptr::null(), 0);
        ngtcp2_ccerr_set_transport_error(ptr::null_mut(), 0, ptr::null(), 0);
        ngtcp2_ccerr_set_application_error(ptr::null_mut(), 0, ptr::null(), 0);
        assert_eq!(ngtcp2_select_version(ptr::null(), 3, ptr::null(), 3), 0);
        ngtcp2_secure_clear(null, 10);
        ngtcp2_settings_default_versioned(1, ptr::null_mut());
    }
}

#[test]
fn addresses_without_memory_become_empty() {
    let mut ps = abi::ngtcp2_path_storage::ZERO;
    let far_too_long = 4096;
    let local = ipv4(1);
    // SAFETY: a NULL address, and one whose length is refused before it is read.
    unsafe {
        ngtcp2_path_storage_init(
            &mut ps,
            ptr::null(),
            16,
            (&raw const local).cast(),
            far_too_long,
            ptr::null_mut(),
        );
    };
    assert_eq!((ps.path.local.addrlen, ps.path.remote.addrlen), (0, 0));
}
