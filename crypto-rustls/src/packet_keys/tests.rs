//! The published vectors: RFC 9001, appendix A, and RFC 9369, appendix A.

use super::*;
use crate::suite::{AES_256_GCM_SHA384, CHACHA20_POLY1305_SHA256};
use crate::testing::hex;
use crate::version::{V1, V2};

const CONNECTION_ID: &str = "8394c8f03e515708";
const CHACHA20_SECRET: &str = "9ac312a7f877468ebe69422748ad00a15443f18203a07d6060f688f30f21632b";

fn assert_keys(keys: &PacketKeys, key: &str, iv: &str, header_protection: &str) {
    assert_eq!(keys.key(), hex(key));
    assert_eq!(keys.iv()[..], hex(iv));
    assert_eq!(keys.header_protection(), hex(header_protection));
}

#[test]
fn initial_keys_of_version_1() {
    let keys = InitialKeys::derive(&V1, &hex(CONNECTION_ID));
    assert_keys(
        &keys.client,
        "1f369613dd76d5467730efcbe3b1a22d",
        "fa044b2f42a3fd3b46fb255c",
        "9f50449e04a0e810283a1e9933adedd2",
    );
    assert_keys(
        &keys.server,
        "cf3a5331653c364c88f0f379b6067e37",
        "0ac1493ca1905853b0bba03e",
        "c206b8d9b9f0f37644430b490eeaa314",
    );
    let sample = hex("d1b1c98dd7689fb8ec11d242b123dc9b");
    let mask = keys.client.header_protection_key().unwrap().mask(sample.first_chunk().unwrap());
    assert_eq!(mask.unwrap()[..], hex("437b9aec36"));
}

#[test]
fn initial_keys_of_version_2() {
    let keys = InitialKeys::derive(&V2, &hex(CONNECTION_ID));
    assert_keys(
        &keys.client,
        "8b1a0bc121284290a29e0971b5cd045d",
        "91f73e2351d8fa91660e909f",
        "45b95e15235d6f45a6b19cbcb0294ba9",
    );
    assert_keys(
        &keys.server,
        "82db637861d55e1d011f19ea71d5d2a7",
        "dd13c276499c0249d3310652",
        "edf6d05c83121201b436e16877593c3a",
    );
}

/// The CRYPTO frame of the client's packet, which is padded to 1162 bytes, and the payload of the server's.
const CLIENT_PAYLOAD: &str = "
    060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e86804fe3a47f06a2b69484c00000413011302010000c0000000
    10000e00000b6578616d706c652e636f6dff01000100000a00080006001d0017001800100007000504616c706e0005000501000000000033
    00260024001d00209370b2c9caa47fbabaf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b0003020304000d0010000e040305
    0306030203080408050806002d00020101001c00024001003900320408ffffffffffffffff05048000ffff07048000ffff08011001048000
    75300901100f088394c8f03e51570806048000ffff";
const SERVER_PAYLOAD: &str = "
    02000000000600405a020000560303eefce7f7b37ba1d1632e96677825ddf73988cfc79825df566dc5430b9a045a1200130100002e003300
    24001d00209d3c940d89690b84d08a60993c144eca684d1081287c834d5311bcf32bb9da1a002b00020304";

struct InitialPacket {
    version: &'static Version,
    is_client: bool,
    packet_number: u8,
    header: &'static str,
    sample: &'static str,
    mask: &'static str,
    /// What the sealed payload ends with. It depends on all of the payload and the header.
    tag: &'static str,
}

/// RFC 9001 and RFC 9369, appendices A.2 and A.3.
#[test]
fn initial_packets() {
    let cases = [
        InitialPacket {
            version: &V1,
            is_client: true,
            packet_number: 2,
            header: "c300000001088394c8f03e5157080000449e00000002",
            sample: "d1b1c98dd7689fb8ec11d242b123dc9b",
            mask: "437b9aec36",
            tag: "e221af44860018ab0856972e194cd934",
        },
        InitialPacket {
            version: &V1,
            is_client: false,
            packet_number: 1,
            header: "c1000000010008f067a5502a4262b50040750001",
            sample: "2cd0991cd25b0aac406a5816b6394100",
            mask: "2ec0d8356a",
            tag: "3d20398c276456cbc42158407dd074ee",
        },
        InitialPacket {
            version: &V2,
            is_client: true,
            packet_number: 2,
            header: "d36b3343cf088394c8f03e5157080000449e00000002",
            sample: "ffe67b6abcdb4298b485dd04de806071",
            mask: "94a0c95e80",
            tag: "a18b2faa745b6fe189cf772a9f84cbfc",
        },
        InitialPacket {
            version: &V2,
            is_client: false,
            packet_number: 1,
            header: "d16b3343cf0008f067a5502a4262b50040750001",
            sample: "6f05d8a4398c47089698baeea26b91eb",
            mask: "4dd92e91ea",
            tag: "1a3e2c43edd9ce7ca84bed8521e2e140",
        },
    ];
    for case in cases {
        let both = InitialKeys::derive(case.version, &hex(CONNECTION_ID));
        let keys = if case.is_client { both.client } else { both.server };
        let mut payload = hex(if case.is_client { CLIENT_PAYLOAD } else { SERVER_PAYLOAD });
        if case.is_client {
            payload.resize(1162, 0);
        }
        let plaintext = payload.clone();
        let header = hex(case.header);
        let mut nonce = *keys.iv();
        nonce[11] ^= case.packet_number;

        let key = keys.aead_key().unwrap();
        let tag = key.seal(&nonce, &header, &mut payload).unwrap();
        assert_eq!(tag[..], hex(case.tag)[..]);
        // The sample begins four bytes behind the start of the packet number.
        let number_len = usize::from(header[0] & 0x03) + 1;
        let sample: &[u8; 16] = payload[4 - number_len..].first_chunk().unwrap();
        assert_eq!(sample[..], hex(case.sample));
        assert_eq!(keys.header_protection_key().unwrap().mask(sample).unwrap()[..], hex(case.mask));
        key.open(&nonce, &header, &mut payload, tag).unwrap();
        assert_eq!(payload, plaintext);
    }
}

struct ShortHeaderPacket {
    version: &'static Version,
    key: &'static str,
    iv: &'static str,
    header_protection: &'static str,
    next_secret: &'static str,
    nonce: &'static str,
    sealed: &'static str,
    mask: &'static str,
}

#[test]
fn chacha20_short_header_packets() {
    let cases = [
        ShortHeaderPacket {
            version: &V1,
            key: "c6d98ff3441c3fe1b2182094f69caa2ed4b716b65488960a7a984979fb23e1c8",
            iv: "e0459b3474bdd0e44a41c144",
            header_protection: "25a282b9e82f06f21f488917a4fc8f1b73573685608597d0efcb076b0ab7a7a4",
            next_secret: "1223504755036d556342ee9361d253421a826c9ecdf3c7148684b36b714881f9",
            nonce: "e0459b3474bdd0e46d417eb0",
            sealed: "655e5cd55c41f69080575d7999c25a5bfb",
            mask: "aefefe7d03",
        },
        ShortHeaderPacket {
            version: &V2,
            key: "3bfcddd72bcf02541d7fa0dd1f5f9eeea817e09a6963a0e6c7df0f9a1bab90f2",
            iv: "a6b5bc6ab7dafce30ffff5dd",
            header_protection: "d659760d2ba434a226fd37b35c69e2da8211d10c4f12538787d65645d5d1b8e2",
            next_secret: "c69374c49e3d2a9466fa689e49d476db5d0dfbc87d32ceeaa6343fd0ae4c7d88",
            nonce: "a6b5bc6ab7dafce328ff4a29",
            sealed: "0ae7b6b932bc27d786f4bc2bb20f2162ba",
            mask: "97580e32bf",
        },
    ];
    let header = hex("4200bff4");
    for case in cases {
        let keys = PacketKeys::derive(&CHACHA20_POLY1305_SHA256, case.version, &hex(CHACHA20_SECRET));
        assert_keys(&keys, case.key, case.iv, case.header_protection);
        let next = next_secret(&CHACHA20_POLY1305_SHA256, case.version, &hex(CHACHA20_SECRET));
        assert_eq!(next.as_bytes(), hex(case.next_secret));

        let key = keys.aead_key().unwrap();
        let mut payload = [1];
        let tag = key.seal(&hex(case.nonce), &header, &mut payload).unwrap();
        let sealed = [&payload[..], &tag].concat();
        assert_eq!(sealed, hex(case.sealed));
        let mask = keys.header_protection_key().unwrap().mask(sealed[1..].first_chunk().unwrap());
        assert_eq!(mask.unwrap()[..], hex(case.mask));
        key.open(&hex(case.nonce), &header, &mut payload, tag).unwrap();
        assert_eq!(payload, [1]);
    }
}

#[test]
fn retry_integrity_tags() {
    let cases = [
        (&V1, "ff000000010008f067a5502a4262b5746f6b656e", "04a265ba2eff4d829058fb3f0f2496ba"),
        (&V2, "cf6b3343cf0008f067a5502a4262b5746f6b656e", "c8646ce8bfe33952d955543665dcc7b6"),
    ];
    for (version, packet, tag) in cases {
        let pseudo_packet = [&[8][..], &hex(CONNECTION_ID), &hex(packet)].concat();
        let key = AeadKey::new(suite::INITIAL.aead, &version.retry_key).unwrap();
        assert_eq!(key.seal(&version.retry_nonce, &pseudo_packet, &mut []).unwrap()[..], hex(tag));
    }
}

#[test]
fn what_is_changed_does_not_open() {
    for suite in [suite::INITIAL, &AES_256_GCM_SHA384, &CHACHA20_POLY1305_SHA256] {
        let keys = PacketKeys::derive(suite, &V1, b"some secret");
        let key = keys.aead_key().unwrap();
        let plaintext = *b"in the clear";
        let mut sealed = plaintext;
        let tag = key.seal(keys.iv(), b"header", &mut sealed).unwrap();
        assert_ne!(sealed, plaintext);

        let mut changed = sealed;
        changed[3] ^= 1;
        assert_eq!(key.open(keys.iv(), b"header", &mut changed, tag), Err(AeadError));
        let mut copy = sealed;
        assert_eq!(key.open(keys.iv(), b"Header", &mut copy, tag), Err(AeadError));
        assert_eq!(key.open(&keys.iv()[1..], b"header", &mut copy, tag), Err(AeadError));
        assert_eq!(key.seal(&[0; 13], b"header", &mut copy), Err(AeadError));
        let mut copy = sealed;
        key.open(keys.iv(), b"header", &mut copy, tag).unwrap();
        assert_eq!(copy, plaintext);
    }
}
