#![no_main]
#![allow(dead_code, reason = "the scenarios use more of the simulator")]

include!("simulator.rs");

libfuzzer_sys::fuzz_target!(|input: &[u8]| script::calls(input));
