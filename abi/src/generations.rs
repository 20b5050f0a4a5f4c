//! Struct generations: how many bytes of a struct exist in each version of the C headers.
//!
//! Programs built long ago pass shorter structs, and each `*_versioned` function is told which. A
//! later generation only adds fields at the end, so a generation is a prefix of the newest struct.
//! Nothing past the prefix of the caller's generation may be read or written.

use core::ffi::c_int;
use core::mem::offset_of;

use crate::{
    CallbacksV6, ngtcp2_callbacks, ngtcp2_conn_info, ngtcp2_pkt_info, ngtcp2_settings,
    ngtcp2_transport_params,
};

/// The size of the field that `_field` selects.
pub(crate) const fn field_size<Struct, Field>(_field: fn(&Struct) -> &Field) -> usize {
    size_of::<Field>()
}

/// The number of bytes from the start of `$struct` to the end of `$field`.
macro_rules! through {
    ($struct:ident, $field:ident) => {
        offset_of!($struct, $field) + field_size(|value: &$struct| &value.$field)
    };
}

/// Bytes of `ngtcp2_settings` in version 1, 2, ... (index 0, 1, ...).
pub const SETTINGS_GENERATIONS: [usize; 4] = [
    through!(ngtcp2_settings, initial_pkt_num),
    through!(ngtcp2_settings, pmtud_probeslen),
    through!(ngtcp2_settings, glitch_ratelim_rate),
    through!(ngtcp2_settings, log_write),
];

/// Bytes of `ngtcp2_callbacks` in version 1, 2, ... The last is newer than our headers.
pub const CALLBACKS_GENERATIONS: [usize; 6] = [
    through!(ngtcp2_callbacks, tls_early_data_rejected),
    through!(ngtcp2_callbacks, begin_path_validation),
    through!(ngtcp2_callbacks, get_path_challenge_data2),
    through!(ngtcp2_callbacks, recv_stop_sending),
    through!(ngtcp2_callbacks, stream_close2),
    through!(CallbacksV6, extend_max_data),
];

/// Bytes of `ngtcp2_conn_info` in version 1, 2.
pub const CONN_INFO_GENERATIONS: [usize; 2] =
    [through!(ngtcp2_conn_info, bytes_in_flight), through!(ngtcp2_conn_info, pkt_discarded)];

/// Bytes of `ngtcp2_transport_params` in version 1: the whole struct with its padding, as the first
/// release already cleared all of it.
pub const TRANSPORT_PARAMS_GENERATIONS: [usize; 1] = [size_of::<ngtcp2_transport_params>()];

/// Bytes of `ngtcp2_pkt_info` in version 1: the whole struct, whose padding is room for later fields.
pub const PKT_INFO_GENERATIONS: [usize; 1] = [size_of::<ngtcp2_pkt_info>()];

/// The size of generation `version`, or nothing if there is no such generation.
pub const fn generation_size(generations: &[usize], version: c_int) -> Option<usize> {
    if version < 1 || version as usize > generations.len() {
        return None;
    }
    Some(generations[version as usize - 1])
}

/// The size of generation `version`, or of the nearest one that exists: the first for numbers below
/// 1, the newest for numbers that are not known yet. For functions that cannot report an error.
pub const fn nearest_generation_size(generations: &[usize], version: c_int) -> usize {
    if version < 1 {
        return generations[0];
    }
    match generation_size(generations, version) {
        Some(size) => size,
        None => generations[generations.len() - 1],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_c_headers() {
        assert_eq!(SETTINGS_GENERATIONS, [164, 184, 200, 208]);
        assert_eq!(CALLBACKS_GENERATIONS, [320, 328, 360, 368, 376, 384]);
        assert_eq!(CONN_INFO_GENERATIONS, [56, 120]);
        assert_eq!(TRANSPORT_PARAMS_GENERATIONS, [344]);
        assert_eq!(PKT_INFO_GENERATIONS, [8]);
    }

    #[test]
    fn unknown_generations_have_no_size() {
        for version in [c_int::MIN, -1, 0, 5, 99, c_int::MAX] {
            assert_eq!(generation_size(&SETTINGS_GENERATIONS, version), None);
        }
        assert_eq!(generation_size(&SETTINGS_GENERATIONS, 4), Some(208));
    }

    #[test]
    fn the_nearest_generation_is_the_first_or_the_newest() {
        assert_eq!(nearest_generation_size(&CALLBACKS_GENERATIONS, c_int::MIN), 320);
        assert_eq!(nearest_generation_size(&CALLBACKS_GENERATIONS, 0), 320);
        assert_eq!(nearest_generation_size(&CALLBACKS_GENERATIONS, 2), 328);
        assert_eq!(nearest_generation_size(&CALLBACKS_GENERATIONS, 7), 384);
    }
}
