#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| ngtcp2::ffi::fuzzing::decoders(input));
