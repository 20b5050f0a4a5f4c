#![no_main]
#[allow(unused_extern_crates, reason = "has the functions that the helper calls")]
extern crate ngtcp2;

libfuzzer_sys::fuzz_target!(|input: &[u8]| ngtcp2_crypto_rustls::fuzzing::tokens(input));
