//! The transport parameters that a client remembers for 0-RTT (RFC 9000, section 7.4.1), taken out of those that the
//! server sent in the earlier connection.

/// initial_max_data, initial_max_stream_data_*, initial_max_streams_*, active_connection_id_limit and
/// max_datagram_frame_size.
const REMEMBERED: [u64; 8] = [0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0e, 0x20];

/// `None` if these are not transport parameters.
pub(crate) fn remembered(mut parameters: &[u8]) -> Option<Vec<u8>> {
    let mut kept = Vec::new();
    while !parameters.is_empty() {
        let (id, rest) = varint(parameters)?;
        let (len, rest) = varint(rest)?;
        let rest = rest.get(usize::try_from(len).ok()?..)?;
        let (parameter, rest) = parameters.split_at(parameters.len() - rest.len());
        if REMEMBERED.contains(&id) {
            kept.extend_from_slice(parameter);
        }
        parameters = rest;
    }
    Some(kept)
}

/// A variable-length integer (RFC 9000, section 16) and what follows it.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    let (more, rest) = rest.split_at_checked((1 << (first >> 6)) - 1)?;
    let start = u64::from(first & 0x3f);
    Some((more.iter().fold(start, |value, &byte| value << 8 | u64::from(byte)), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_limits_only() {
        let parameters =
            [&[0x0f, 2, 7, 7][..], &[0x04, 1, 9], &[0x40, 0x08, 2, 0x40, 0x64], &[0x20, 0], &[0x01, 1, 5]];
        let kept = remembered(&parameters.concat()).unwrap();
        assert_eq!(kept, [&[0x04, 1, 9][..], &[0x40, 0x08, 2, 0x40, 0x64], &[0x20, 0]].concat());
        assert_eq!(remembered(&[]), Some(Vec::new()));
    }

    #[test]
    fn what_breaks_off_is_none() {
        for broken in
            [&[0x04][..], &[0x04, 2, 1], &[0x44], &[0x04, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]]
        {
            assert_eq!(remembered(broken), None);
        }
    }
}
