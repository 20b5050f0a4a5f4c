//! What a QUIC version changes in key derivation: labels, the Initial salt and the Retry key
//! (RFC 9001, sections 5.1, 5.2 and 5.8; RFC 9369, section 3.3).

use ngtcp2_abi::{
    NGTCP2_PROTO_VER_V2, NGTCP2_RETRY_KEY_V1, NGTCP2_RETRY_KEY_V2, NGTCP2_RETRY_NONCE_V1,
    NGTCP2_RETRY_NONCE_V2,
};

use crate::suite::NONCE_LEN;

/// The constants of one QUIC version.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) initial_salt: [u8; 20],
    pub(crate) key_label: &'static [u8],
    pub(crate) iv_label: &'static [u8],
    pub(crate) header_protection_label: &'static [u8],
    pub(crate) key_update_label: &'static [u8],
    pub(crate) retry_key: [u8; 16],
    pub(crate) retry_nonce: [u8; NONCE_LEN],
}

pub(crate) static V1: Version = Version {
    initial_salt: [
        0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc,
        0xbb, 0x7f, 0x0a,
    ],
    key_label: b"quic key",
    iv_label: b"quic iv",
    header_protection_label: b"quic hp",
    key_update_label: b"quic ku",
    retry_key: NGTCP2_RETRY_KEY_V1,
    retry_nonce: NGTCP2_RETRY_NONCE_V1,
};

pub(crate) static V2: Version = Version {
    initial_salt: [
        0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9,
        0xbd, 0x2e, 0xd9,
    ],
    key_label: b"quicv2 key",
    iv_label: b"quicv2 iv",
    header_protection_label: b"quicv2 hp",
    key_update_label: b"quicv2 ku",
    retry_key: NGTCP2_RETRY_KEY_V2,
    retry_nonce: NGTCP2_RETRY_NONCE_V2,
};

impl Version {
    /// The constants for a version number. As in the other helpers, a number that is not version 2
    /// is treated like version 1.
    pub(crate) fn of(number: u32) -> &'static Self {
        if number == NGTCP2_PROTO_VER_V2 { &V2 } else { &V1 }
    }
}
