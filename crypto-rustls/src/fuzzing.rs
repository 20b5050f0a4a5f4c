//! The decoders of what comes from the network, for fuzz targets, each with what must hold for any input. The targets in
//! `fuzz/` only call these; `cargo test` replays their corpora here.
//!
//! Owns: the properties. Compiled for tests and with the feature `fuzzing` only, where a failed assertion is the result.

use ngtcp2_abi::{
    NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN, NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN, NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2,
};

use crate::client_hello::ClientHello;
use crate::early_parameters;
use crate::session_record::{DIGEST_LEN, Limits, Record, Terms};
use crate::ticket::TicketKeys;
use crate::token::{self, RetryContext, TokenError, Validity};

/// The start of a client's handshake stream, and what it carries for us.
pub fn client_hello(input: &[u8]) {
    let _ = early_parameters::remembered(input);
    let Ok(Some(hello)) = ClientHello::read(input) else { return };
    for found in [hello.transport_parameters, hello.server_name, hello.session_identity].into_iter().flatten()
    {
        lies_within(found, input);
    }
    for protocol in hello.protocols() {
        lies_within(protocol, input);
    }
    // A hello ends where its length says, whatever stands behind it.
    let longer = [input, &[0x16; 9]].concat();
    assert_eq!(ClientHello::read(&longer), Ok(Some(hello)));
    if let Some(kept) = hello.transport_parameters.and_then(early_parameters::remembered) {
        assert_eq!(early_parameters::remembered(&kept), Some(kept));
    }
}

fn lies_within(part: &[u8], whole: &[u8]) {
    assert!(
        whole.as_ptr_range().start <= part.as_ptr() && part.as_ptr_range().end <= whole.as_ptr_range().end
    );
}

const SECRET: &[u8] = b"the secret of a fleet of servers";
const CIDS: [&[u8]; 2] = [b"original", b"of the retry"];
const ADDRESS: [u8; 16] = [2, 0, 0x11, 0x51, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0];
const MADE_AT: u64 = 1_000_000_000;

/// Tokens of all kinds, tickets, and what is kept of a session. The input is tried as it is, and decides how one byte of
/// a good token changes: what was changed is refused.
pub fn tokens(input: &[u8]) {
    let context = RetryContext { secret: SECRET, version: 1, address: &ADDRESS, retry_scid: CIDS[1] };
    let validity = Validity { now: MADE_AT + 9, timeout: 10 };
    assert!(token::verify_retry(&context, validity, input).is_err());
    assert!(token::verify_retry2(&context, validity, input).is_err());
    assert!(token::verify_regular(SECRET, &ADDRESS[4..8], validity, input, |_| ()).is_err());
    records(input);

    let Some((&[place, flips], data)) = input.split_first_chunk() else { return };
    let change = |token: &mut [u8]| {
        let place = usize::from(place) % token.len();
        token[place] ^= flips;
    };
    let good = if flips == 0 { Ok(()) } else { Err(TokenError::Unreadable) };
    let data = &data[..data.len().min(token::MAX_DATA_LEN)];

    let mut retry = [0; NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN];
    token::generate_retry(&context, CIDS[0], MADE_AT, &mut retry).expect("is within the limits");
    change(&mut retry);
    let found = token::verify_retry(&context, validity, &retry);
    assert_eq!(found.map(|id| assert_eq!(id.as_bytes(), CIDS[0])), good);

    let mut retry = [0; NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2];
    token::generate_retry2(&context, CIDS[0], MADE_AT, &mut retry).expect("is within the limits");
    change(&mut retry);
    let found = token::verify_retry2(&context, validity, &retry);
    assert_eq!(found.map(|id| assert_eq!(id.as_bytes(), CIDS[0])), good);

    let mut regular = vec![0; NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN + data.len()];
    token::generate_regular(SECRET, &ADDRESS[4..8], data, MADE_AT, &mut regular)
        .expect("is within the limits");
    change(&mut regular);
    let found =
        token::verify_regular(SECRET, &ADDRESS[4..8], validity, &regular, |found| assert_eq!(found, data));
    assert_eq!(found, good);
    tickets(data, change, flips == 0);
}

fn tickets(data: &[u8], change: impl Fn(&mut [u8]), is_good: bool) {
    let keys = TicketKeys::new(&[[7; 32], [9; 32]]).expect("are keys");
    assert!(keys.open(data).is_none());
    let mut ticket = keys.seal(data).expect("there are random numbers");
    change(&mut ticket);
    assert_eq!(keys.open(&ticket).map(|opened| assert_eq!(*opened, data)), is_good.then_some(()));
}

/// What a store gives back.
fn records(input: &[u8]) {
    let Some(record) = Record::decode(input) else { return };
    let digest = [0; DIGEST_LEN];
    let today = Terms { version: 1, policy: digest, context: digest, limits: Limits::default() };
    let session = record.resumable(&today, record.full_handshake(), 3_600);
    assert!(session.is_none_or(|session| input.ends_with(session)));
    let _ = record.resumable(&today, u64::MAX, u64::MAX);
    let _ = record.resumable(&today, 0, 0);
    let _ = record.allows_early_data(&today);
}

#[cfg(test)]
mod tests;
