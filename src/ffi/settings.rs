//! `ngtcp2_settings_*`.

use core::ffi::c_int;

use ngtcp2_abi::{self as abi, ngtcp2_settings};

use super::caller;

abi::assert_same_signature!(ngtcp2_abi::api, self, { ngtcp2_settings_default_versioned });

/// What a program gets that changes nothing.
pub(super) const DEFAULT: ngtcp2_settings = ngtcp2_settings {
    cc_algo: abi::NGTCP2_CC_ALGO_CUBIC,
    initial_rtt: abi::NGTCP2_DEFAULT_INITIAL_RTT,
    max_tx_udp_payload_size: abi::NGTCP2_MAX_PMTUD_UDP_PAYLOAD_SIZE,
    ack_thresh: 2,
    handshake_timeout: u64::MAX,
    glitch_ratelim_burst: 10_000,
    glitch_ratelim_rate: 330,
    ..ngtcp2_settings::ZERO
};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_settings_default_versioned(
    settings_version: c_int,
    settings: *mut ngtcp2_settings,
) {
    let size = abi::nearest_generation_size(&abi::SETTINGS_GENERATIONS, settings_version);
    // SAFETY: the caller passes settings of the generation that it names.
    unsafe { caller::store_prefix(settings, size, &DEFAULT) };
}
