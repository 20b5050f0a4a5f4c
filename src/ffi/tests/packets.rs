//! Packets without a connection.

extern crate std;

use core::ffi::c_int;
use core::ptr;
use std::vec;
use std::vec::Vec;

use ngtcp2_abi as abi;

use super::null_crypto;
use crate::ffi::packet::connection_close::*;
use crate::ffi::packet::decode::*;
use crate::ffi::packet::retry::*;
use crate::ffi::packet::stateless_reset::*;
use crate::ffi::packet::version_negotiation::*;

/// An Initial packet's header and a body of zeros.
fn initial(first: u8, version: u32, dcid_len: u8, token: &[u8], body: u16) -> Vec<u8> {
    let mut packet = vec![first];
    packet.extend(version.to_be_bytes());
    packet.push(dcid_len);
    packet.extend(vec![0xd1; dcid_len.into()]);
    packet.push(8);
    packet.extend([0x51; 8]);
    packet.push(token.len() as u8);
    packet.extend(token);
    packet.extend((0x4000 | body).to_be_bytes());
    packet.extend(vec![0; body.into()]);
    packet
}

fn accept(packet: &[u8]) -> (c_int, abi::ngtcp2_pkt_hd) {
    let mut header = abi::ngtcp2_pkt_hd::ZERO;
    // SAFETY: a packet with its length.
    (unsafe { ngtcp2_accept(&mut header, packet.as_ptr(), packet.len()) }, header)
}

#[test]
fn a_server_accepts_initial_packets_of_1200_bytes() {
    let packet = initial(0xc0, 1, 8, b"token", 1200);
    let (result, header) = accept(&packet);
    assert_eq!((result, header.r#type, header.version), (0, 0x10, 1));
    assert_eq!((header.dcid.datalen, header.scid.datalen, header.len), (8, 8, 1200));
    let token_at = packet.windows(5).position(|window| window == b"token").unwrap();
    assert_eq!((header.token, header.tokenlen), (packet[token_at..].as_ptr(), 5));
    let (result, header) = accept(&packet[..1199]);
    assert_eq!((result, header.r#type), (abi::NGTCP2_ERR_INVALID_ARGUMENT, 0x10));
    assert_eq!(accept(&initial(0xc0, 1, 7, b"", 1200)).0, abi::NGTCP2_ERR_INVALID_ARGUMENT);
    let (result, header) = accept(&initial(0x80, 1, 8, b"", 1200));
    assert_eq!((result, header.flags, header.token), (0, 3, ptr::null()));
    let (result, header) = accept(&initial(0xc0, 9, 8, b"", 1200));
    assert_eq!((result, header.version), (abi::NGTCP2_ERR_INVALID_ARGUMENT, 0));
    // SAFETY: no packet, or nowhere to put the header.
    unsafe {
        assert_eq!(ngtcp2_accept(ptr::null_mut(), packet.as_ptr(), packet.len()), 0);
        assert_eq!(ngtcp2_accept(ptr::null_mut(), ptr::null(), 1200), abi::NGTCP2_ERR_INVALID_ARGUMENT);
    }
}

fn version_cid(packet: &[u8], short_len: usize) -> (c_int, abi::ngtcp2_version_cid) {
    let mut decoded = abi::ngtcp2_version_cid { version: 77, ..abi::ngtcp2_version_cid::ZERO };
    // SAFETY: a packet with its length.
    let result =
        unsafe { ngtcp2_pkt_decode_version_cid(&mut decoded, packet.as_ptr(), packet.len(), short_len) };
    (result, decoded)
}

#[test]
fn version_and_ids_are_read_from_any_packet() {
    let packet = initial(0xc0, 1, 8, b"", 100);
    let (result, decoded) = version_cid(&packet, 8);
    assert_eq!((result, decoded.version, decoded.dcidlen, decoded.scidlen), (0, 1, 8, 8));
    assert_eq!((decoded.dcid, decoded.scid), (packet[6..].as_ptr(), packet[15..].as_ptr()));
    let (result, decoded) = version_cid(&initial(0xc0, 0xbaba_baba, 30, b"", 1200), 8);
    assert_eq!((result, decoded.dcidlen), (abi::NGTCP2_ERR_VERSION_NEGOTIATION, 30));
    let (result, decoded) = version_cid(&initial(0xc0, 0xbaba_baba, 8, b"", 100), 8);
    assert_eq!((result, decoded.version), (abi::NGTCP2_ERR_INVALID_ARGUMENT, 77));
    let short = [0x40; 9];
    let (result, decoded) = version_cid(&short, 8);
    assert_eq!((result, decoded.version, decoded.dcidlen, decoded.scid), (0, 0, 8, ptr::null()));
    assert_eq!(version_cid(&short, 9).0, abi::NGTCP2_ERR_INVALID_ARGUMENT);
    assert_eq!(version_cid(&[], 0).0, abi::NGTCP2_ERR_INVALID_ARGUMENT);
    // SAFETY: no packet, and nowhere to put the result.
    unsafe {
        assert_eq!(ngtcp2_pkt_decode_version_cid(ptr::null_mut(), short.as_ptr(), 9, 8), 0);
        assert!(ngtcp2_pkt_decode_version_cid(ptr::null_mut(), ptr::null(), 9, 8) < 0);
    }
}

#[test]
fn headers_are_read_up_to_the_packet_number() {
    let packet = initial(0xc3, 1, 8, b"1234", 100);
    let mut header = abi::ngtcp2_pkt_hd::ZERO;
    // SAFETY: a packet with its length, here and below.
    let len = unsafe { ngtcp2_pkt_decode_hd_long(&mut header, packet.as_ptr(), packet.len()) };
    assert_eq!((len, header.len, header.tokenlen, header.pkt_numlen), (30, 100, 4, 0));
    let short = [0x43; 40];
    // SAFETY: as above.
    let len = unsafe { ngtcp2_pkt_decode_hd_short(&mut header, short.as_ptr(), short.len(), 8) };
    assert_eq!((len, header.r#type, header.dcid.datalen), (9, 0x40, 8));
    let invalid = abi::NGTCP2_ERR_INVALID_ARGUMENT as isize;
    // SAFETY: packets that are too short, an id that is too long, and no packets at all.
    unsafe {
        assert_eq!(ngtcp2_pkt_decode_hd_short(&mut header, short.as_ptr(), 8, 8), invalid);
        assert_eq!(ngtcp2_pkt_decode_hd_short(&mut header, short.as_ptr(), 40, 21), invalid);
        assert_eq!(ngtcp2_pkt_decode_hd_short(ptr::null_mut(), ptr::null(), 40, 8), invalid);
        assert_eq!(ngtcp2_pkt_decode_hd_long(ptr::null_mut(), ptr::null(), 40), invalid);
        assert_eq!(ngtcp2_pkt_decode_hd_long(ptr::null_mut(), packet.as_ptr(), packet.len()), 30);
    }
}

#[test]
fn stateless_resets_end_in_their_token() {
    let token = abi::ngtcp2_stateless_reset_token { data: [0xee; 16] };
    let random = [0xff; 64];
    let mut dest = [0; 100];
    let mut write = |dest_len, random_len| {
        // SAFETY: buffers of at least these lengths.
        unsafe {
            ngtcp2_pkt_write_stateless_reset2(
                dest.as_mut_ptr(),
                dest_len,
                &token,
                random.as_ptr(),
                random_len,
            )
        }
    };
    assert_eq!((write(100, 64), write(40, 64), write(21, 5)), (80, 40, 21));
    assert_eq!((write(20, 5), write(21, 4)), (-202, -201));
    assert_eq!((dest[0], &dest[5..21]), (0x7f, &[0xee; 16][..]));
    let (out, bytes) = (dest.as_mut_ptr(), token.data.as_ptr());
    // SAFETY: the same with the older type of token, and NULL for each pointer.
    unsafe {
        assert_eq!(ngtcp2_pkt_write_stateless_reset(out, 100, bytes, random.as_ptr(), 5), 21);
        assert_eq!(ngtcp2_pkt_write_stateless_reset(out, 100, ptr::null(), random.as_ptr(), 5), -201);
        assert_eq!(ngtcp2_pkt_write_stateless_reset(out, 100, bytes, ptr::null(), 5), -201);
        assert_eq!(ngtcp2_pkt_write_stateless_reset(ptr::null_mut(), 100, bytes, random.as_ptr(), 5), -201);
    }
}

#[test]
fn version_negotiation_offers_versions() {
    let mut dest = [0; 100];
    let id = [9; 255];
    let versions = [1, abi::NGTCP2_PROTO_VER_V2];
    let out = dest.as_mut_ptr();
    // SAFETY: buffers of at least the lengths given, or NULL.
    unsafe {
        let written = ngtcp2_pkt_write_version_negotiation(
            out,
            100,
            0x3f,
            id.as_ptr(),
            8,
            id.as_ptr(),
            5,
            versions.as_ptr(),
            2,
        );
        assert_eq!(written, 28);
        let none =
            ngtcp2_pkt_write_version_negotiation(out, 100, 0, id.as_ptr(), 8, ptr::null(), 0, ptr::null(), 0);
        assert_eq!(none, 15);
        let short = ngtcp2_pkt_write_version_negotiation(
            out,
            27,
            0,
            id.as_ptr(),
            8,
            id.as_ptr(),
            5,
            versions.as_ptr(),
            2,
        );
        assert_eq!(short, abi::NGTCP2_ERR_NOBUF as isize);
        for (dest, dcid, versions) in [
            (ptr::null_mut(), id.as_ptr(), versions.as_ptr()),
            (out, ptr::null(), versions.as_ptr()),
            (out, id.as_ptr(), ptr::null()),
        ] {
            let refused =
                ngtcp2_pkt_write_version_negotiation(dest, 100, 0, dcid, 8, id.as_ptr(), 5, versions, 2);
            assert_eq!(refused, abi::NGTCP2_ERR_INVALID_ARGUMENT as isize);
        }
    }
    assert_eq!(dest[0], 0xc0);
}

fn id(bytes: &[u8]) -> abi::ngtcp2_cid {
    let mut id = abi::ngtcp2_cid { datalen: bytes.len(), ..abi::ngtcp2_cid::ZERO };
    id.data[..bytes.len()].copy_from_slice(bytes);
    id
}

fn write_retry(
    dest: &mut [u8],
    version: u32,
    scid: &[u8],
    token: &[u8],
    encrypt: abi::ngtcp2_encrypt,
) -> isize {
    let (dcid, scid, odcid) = (id(b"client"), id(scid), id(b"original"));
    let aead = null_crypto::AEAD;
    let context = abi::ngtcp2_crypto_aead_ctx::ZERO;
    // SAFETY: structs and buffers that live here.
    unsafe {
        ngtcp2_pkt_write_retry(
            dest.as_mut_ptr(),
            dest.len(),
            version,
            &dcid,
            &scid,
            &odcid,
            token.as_ptr(),
            token.len(),
            encrypt,
            &aead,
            &context,
        )
    }
}

#[test]
fn retry_packets_end_in_a_tag_over_the_pseudo_packet() {
    let encrypt: abi::ngtcp2_encrypt = Some(null_crypto::encrypt);
    let mut dest = [0; 100];
    let len = write_retry(&mut dest, 1, b"server", b"token", encrypt);
    assert_eq!((len, dest[0]), (1 + 4 + 7 + 7 + 5 + 16, 0xf0));
    let len = len as usize;
    let mut pseudo = Vec::from(*b"\x08original");
    pseudo.extend(&dest[..len - 16]);
    assert_eq!(dest[len - 16..len], null_crypto::tag(&abi::NGTCP2_RETRY_NONCE_V1, &pseudo, &[]));
    assert_eq!(write_retry(&mut dest, abi::NGTCP2_PROTO_VER_V2, b"server", b"token", encrypt), 40);
    assert_eq!(dest[0], 0xc0);
    assert_eq!(write_retry(&mut dest[..39], 1, b"server", b"token", encrypt), -202);
    assert_eq!(write_retry(&mut dest, 1, b"original", b"token", encrypt), -201);
    assert_eq!(write_retry(&mut dest, 1, b"server", b"", encrypt), -201);
    assert_eq!(write_retry(&mut dest, 1, b"server", b"token", None), -201);
    assert_eq!(write_retry(&mut dest, 1, b"server", b"token", Some(null_crypto::fail_to_encrypt)), -502);
    let too_long = vec![1; 3000];
    assert_eq!(write_retry(&mut vec![0; 4000], 1, b"server", &too_long, encrypt), -202);
    // SAFETY: NULL for every pointer.
    let refused = unsafe {
        ngtcp2_pkt_write_retry(
            ptr::null_mut(),
            0,
            1,
            ptr::null(),
            ptr::null(),
            ptr::null(),
            ptr::null(),
            0,
            None,
            ptr::null(),
            ptr::null(),
        )
    };
    assert_eq!(refused, -201);
}

fn write_close(dest: &mut [u8], error_code: u64, reason: &[u8], hp_mask: abi::ngtcp2_hp_mask) -> isize {
    let (dcid, scid) = (id(b"client"), id(b"server"));
    let (aead, aead_context) = (null_crypto::AEAD, abi::ngtcp2_crypto_aead_ctx::ZERO);
    let (cipher, cipher_context) = (abi::ngtcp2_crypto_cipher::ZERO, abi::ngtcp2_crypto_cipher_ctx::ZERO);
    let iv = [3; 12];
    // SAFETY: structs and buffers that live here.
    unsafe {
        ngtcp2_pkt_write_connection_close(
            dest.as_mut_ptr(),
            dest.len(),
            1,
            &dcid,
            &scid,
            error_code,
            reason.as_ptr(),
            reason.len(),
            Some(null_crypto::encrypt),
            &aead,
            &aead_context,
            iv.as_ptr(),
            hp_mask,
            &cipher,
            &cipher_context,
        )
    }
}

#[test]
fn a_connection_can_be_refused_by_an_initial_packet() {
    let mask: abi::ngtcp2_hp_mask = Some(null_crypto::mask);
    let mut dest = [0xaa; 100];
    // Header: 1 + 4 + 7 + 7 + 1 + 2 + 1; frame: 4; tag: 16.
    assert_eq!(write_close(&mut dest, 0xb, b"", mask), 43);
    let header = &dest[..23];
    assert_eq!(header[..6], [0xc0, 0, 0, 0, 1, 6]);
    assert_eq!(header[20..22], [0x40, 21]);
    assert_eq!(dest[23..27], [0x1c, 0xb, 0, 0]);
    assert_eq!(dest[27..43], null_crypto::tag(&[3; 12], header, &[0x1c, 0xb, 0, 0]));
    assert_eq!(dest[43], 0xaa);
    assert_eq!(write_close(&mut dest, 0xb, b"because", mask), 50);
    assert_eq!(write_close(&mut dest[..42], 0xb, b"", mask), -202);
    assert_eq!(write_close(&mut [], 0xb, b"", mask), -202);
    assert_eq!(write_close(&mut dest, 1 << 62, b"", mask), -201);
    assert_eq!(write_close(&mut dest, 0, b"", None), -201);
    assert_eq!(write_close(&mut dest, 0, b"", Some(null_crypto::fail_to_mask)), -502);
    // SAFETY: NULL for every pointer.
    let refused = unsafe {
        ngtcp2_pkt_write_connection_close(
            ptr::null_mut(),
            0,
            1,
            ptr::null(),
            ptr::null(),
            0,
            ptr::null(),
            0,
            None,
            ptr::null(),
            ptr::null(),
            ptr::null(),
            None,
            ptr::null(),
            ptr::null(),
        )
    };
    assert_eq!(refused, -201);
}
