//! RFC 5869, appendix A, and the limits of the functions.

use super::*;
use crate::testing::hex;

#[test]
fn published_vectors() {
    let cases = [
        (
            "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
            "000102030405060708090a0b0c",
            "f0f1f2f3f4f5f6f7f8f9",
            "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        ),
        (
            "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
            "",
            "",
            "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
        ),
    ];
    for (input, salt, info, extracted, output) in cases {
        let secret = extract(Hash::Sha256, &hex(salt), &hex(input));
        assert_eq!(secret.as_bytes(), hex(extracted));
        let mut expanded = vec![0; hex(output).len()];
        expand(Hash::Sha256, secret.as_bytes(), &[&hex(info)], &mut expanded).unwrap();
        assert_eq!(expanded, hex(output));
    }
}

#[test]
fn info_in_parts_is_the_same_as_in_one() {
    let mut whole = [0; 100];
    let mut parts = [0; 100];
    expand(Hash::Sha384, b"secret", &[b"abcdef"], &mut whole).unwrap();
    expand(Hash::Sha384, b"secret", &[b"ab", b"", b"cde", b"f"], &mut parts).unwrap();
    assert_eq!(whole, parts);
}

#[test]
fn output_has_a_limit() {
    for hash in [Hash::Sha256, Hash::Sha384] {
        let mut output = vec![0; 255 * hash.len()];
        assert_eq!(expand(hash, b"secret", &[], &mut output), Ok(()));
        output.push(0);
        assert_eq!(expand(hash, b"secret", &[], &mut output), Err(OutputTooLong));
        assert_eq!(expand(hash, b"secret", &[], &mut []), Ok(()));
    }
}

#[test]
fn secrets_have_a_limit() {
    assert!(Secret::copy_from(&[1; MAX_HASH_LEN]).is_some());
    assert!(Secret::copy_from(&[1; MAX_HASH_LEN + 1]).is_none());
}
