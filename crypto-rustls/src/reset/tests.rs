//! Tokens that ngtcp2's OpenSSL helper 1.24 made for the same secret.

use super::*;
use crate::testing::hex;

#[test]
fn equal_those_of_other_helpers() {
    let secret = b"0123456789abcdef0123456789abcdef";
    let cases = [
        (&b""[..], "6f57637aae1c400e6a1a8235830b3a31"),
        (b"ABCDEFGH", "e55bd0a7157cafaf327f7045d7997287"),
        (b"ABCDEFGHIJKLMNOPQRST", "975a3b4ead4ba781231738889d22af41"),
    ];
    for (connection_id, token) in cases {
        assert_eq!(stateless_reset_token(secret, connection_id).unwrap()[..], hex(token));
    }
}
