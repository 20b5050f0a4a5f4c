//! Tokens: what is accepted, what is refused, and the tokens of another helper.

use proptest::prelude::*;

use super::*;
use crate::testing::hex;

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const ADDRESS: [u8; 16] = [2, 0, 0x11, 0x51, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0];
const MADE_AT: u64 = 0x1122_3344_5566_7788;

fn context() -> RetryContext<'static> {
    RetryContext { secret: SECRET, version: 1, address: &ADDRESS, retry_scid: b"RETRYSCIDX" }
}

fn valid() -> Validity {
    Validity { now: MADE_AT, timeout: 100 }
}

fn retry() -> Vec<u8> {
    let mut token = [0; NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN];
    generate_retry(&context(), b"ORIGINAL", MADE_AT, &mut token).unwrap();
    token.to_vec()
}

fn retry2() -> Vec<u8> {
    let mut token = [0; NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2];
    generate_retry2(&context(), b"ORIGINAL", MADE_AT, &mut token).unwrap();
    token.to_vec()
}

fn regular(data: &[u8]) -> Vec<u8> {
    let mut token = vec![0; NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN + data.len()];
    generate_regular(SECRET, &ADDRESS[4..8], data, MADE_AT, &mut token).unwrap();
    token
}

fn open_regular(token: &[u8], validity: Validity) -> Result<Vec<u8>, TokenError> {
    verify_regular(SECRET, &ADDRESS[4..8], validity, token, <[u8]>::to_vec)
}

#[test]
fn retry_tokens_return_the_original_id() {
    assert_eq!(verify_retry(&context(), valid(), &retry()).unwrap().as_bytes(), b"ORIGINAL");
    assert_eq!(verify_retry2(&context(), valid(), &retry2()).unwrap().as_bytes(), b"ORIGINAL");
    assert_eq!(retry()[0], 0xb6);
    assert_eq!(retry2()[0], 0xb7);
    assert_ne!(retry(), retry());
}

#[test]
fn retry_tokens_are_bound_to_the_connection_attempt() {
    let other_address = [2, 0, 0x11, 0x52, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    let others = [
        (RetryContext { secret: b"another", ..context() }, TokenError::Unreadable),
        (RetryContext { version: 2, ..context() }, TokenError::Unreadable),
        (RetryContext { retry_scid: b"x", ..context() }, TokenError::Unreadable),
        // Only the second form can tell this case from garbage.
        (RetryContext { address: &other_address, ..context() }, TokenError::Invalid),
    ];
    for (other, error) in others {
        assert_eq!(verify_retry(&other, valid(), &retry()), Err(TokenError::Unreadable));
        assert_eq!(verify_retry2(&other, valid(), &retry2()), Err(error));
    }
}

#[test]
fn tokens_expire() {
    let at = |now| Validity { now, ..valid() };
    for (validity, is_good) in [
        (at(MADE_AT), true),
        (at(MADE_AT + 99), true),
        (at(MADE_AT + 100), false),
        (at(u64::MAX), false),
        (at(0), true),
        (Validity { now: MADE_AT, timeout: 0 }, false),
        (Validity { now: u64::MAX, timeout: u64::MAX }, true),
    ] {
        assert_eq!(verify_retry(&context(), validity, &retry()).is_ok(), is_good);
        assert_eq!(verify_retry2(&context(), validity, &retry2()).is_ok(), is_good);
        assert_eq!(open_regular(&regular(b"data"), validity).is_ok(), is_good);
    }
    assert_eq!(verify_retry2(&context(), at(u64::MAX), &retry2()), Err(TokenError::Invalid));
    assert_eq!(open_regular(&regular(b""), at(u64::MAX)), Err(TokenError::Invalid));
}

#[test]
fn regular_tokens_carry_data() {
    for data in [&b""[..], b"x", &[7; MAX_DATA_LEN]] {
        assert_eq!(open_regular(&regular(data), valid()).unwrap(), data);
    }
    let mut token = vec![0; NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN + MAX_DATA_LEN + 1];
    let too_long = [0; MAX_DATA_LEN + 1];
    let generated = generate_regular(SECRET, &ADDRESS[4..8], &too_long, MADE_AT, &mut token);
    assert_eq!(generated, Err(TokenError::TooLong));
}

#[test]
fn fields_have_limits() {
    let mut token = [0; NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN];
    let mut token2 = [0; NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2];
    for other in [
        RetryContext { address: &[0; MAX_ADDRESS_LEN + 1], ..context() },
        RetryContext { retry_scid: &[0; 60], ..context() },
    ] {
        assert_eq!(generate_retry(&other, b"x", 0, &mut token), Err(TokenError::TooLong));
        assert_eq!(generate_retry2(&other, b"x", 0, &mut token2), Err(TokenError::TooLong));
        assert_eq!(verify_retry(&other, valid(), &token), Err(TokenError::TooLong));
        assert_eq!(verify_retry2(&other, valid(), &token2), Err(TokenError::TooLong));
    }
    assert_eq!(generate_retry(&context(), &[0; 21], 0, &mut token), Err(TokenError::TooLong));
    assert_eq!(generate_retry2(&context(), &[0; 21], 0, &mut token2), Err(TokenError::TooLong));
}

/// Made by ngtcp2's OpenSSL helper 1.24 with the same secret, address and IDs.
#[test]
fn tokens_of_another_helper_are_accepted() {
    let found = verify_retry(&context(), valid(), &hex(FOREIGN_RETRY)).unwrap();
    assert_eq!(found.as_bytes(), b"ORIGINAL");
    let found = verify_retry2(&context(), valid(), &hex(FOREIGN_RETRY2)).unwrap();
    assert_eq!(found.as_bytes(), b"ORIGINAL");
    assert_eq!(open_regular(&hex(FOREIGN_REGULAR), valid()).unwrap(), b"hello-data");
}

const FOREIGN_RETRY: &str = concat!(
    "b69aba688af0715854f5920e664506d90ed96aedb265acf34cbec6ffa9cbbece9837374f00f6e82e",
    "b30ad026a02734c7c65ae748df8733e0f601f3da1b43",
);
const FOREIGN_RETRY2: &str = concat!(
    "b75df22cad6bdf3a0eb987d411186d9db0928724ca729a1926435313f856f5a44797fd947ccf60e5",
    "f185eb48b47f98925152f6c66d490f2398a3879ca8a959ab317953726d5fed18b10cfcb44381684c",
    "8520d03c8592fe5209fb",
);
const FOREIGN_REGULAR: &str = concat!(
    "36706ed0755a3ecd37ce41aa50e9817aeb8f4db5460f7828fbaeee1b28ceea8dab054f14bfe28fca",
    "03aa23009f0c880cc22c90",
);

proptest! {
    #[test]
    fn garbage_is_unreadable(token in prop::collection::vec(any::<u8>(), 0..400), magic in 0..4usize) {
        let mut token = token;
        if let (Some(first), Some(&known)) = (token.first_mut(), [0xb6, 0xb7, 0x36].get(magic)) {
            *first = known;
        }
        prop_assert_eq!(verify_retry(&context(), valid(), &token), Err(TokenError::Unreadable));
        prop_assert_eq!(verify_retry2(&context(), valid(), &token), Err(TokenError::Unreadable));
        prop_assert_eq!(open_regular(&token, valid()), Err(TokenError::Unreadable));
    }

    #[test]
    fn damage_is_found(position in any::<prop::sample::Index>(), bit in 0..8u8, cut in 0..40usize) {
        let damage = |mut token: Vec<u8>| {
            let position = position.index(token.len());
            token[position] ^= 1 << bit;
            token
        };
        prop_assert_eq!(verify_retry(&context(), valid(), &damage(retry())), Err(TokenError::Unreadable));
        prop_assert_eq!(verify_retry2(&context(), valid(), &damage(retry2())), Err(TokenError::Unreadable));
        prop_assert_eq!(open_regular(&damage(regular(b"abc")), valid()), Err(TokenError::Unreadable));
        let token = regular(b"abc");
        let cut_token = &token[..token.len() - cut - 1];
        prop_assert_eq!(open_regular(cut_token, valid()), Err(TokenError::Unreadable));
    }
}
