//! Path MTU discovery with DATAGRAM-sized probes (RFC 9000 §14.3, RFC 8899).
//!
//! Owns: the sizes to try, what is known to pass and what to fail, and the time of the next probe. Must not know:
//! packets, congestion control. Sizes are UDP payloads.

use super::inline::Inline;
use crate::machine::state_machine;
use crate::units::{Duration, Timestamp};

/// Every QUIC path carries this much (RFC 9000 §14).
pub(crate) const MIN_SIZE: usize = 1200;

/// Sizes to try: more make discovery neither better nor faster. Of a longer list by the caller the rest is not tried.
pub(crate) const MAX_PROBE_SIZES: usize = 32;

/// Probes of one size before it counts as too large: losses have other causes too (RFC 8899 §5.1.2, MAX_PROBES).
const MAX_TRIES: u8 = 3;

/// PTOs to wait for the last probe of a size, which may be queued longer than the ones before.
const LAST_TRY_PTOS: u64 = 3;

/// IPv6 and UDP headers.
const OVERHEAD: u16 = 48;

/// The usual link MTUs without these headers. The common case comes first; smaller ones follow for when it fails, and
/// are passed over when it does not.
const DEFAULT_SIZES: [u16; 4] = [1454 - OVERHEAD, 1390 - OVERHEAD, 1280 - OVERHEAD, 1492 - OVERHEAD];

state_machine! {
    /// Discovery on one path (RFC 8899 §5.2).
    pub(crate) machine Discovery / DiscoveryState, begins Disabled, states {
        /// Not started: the path is not confirmed to work yet, or discovery is switched off.
        Disabled,
        /// A size is being tried.
        Searching,
        /// Every size has been tried or ruled out.
        Complete,
    } {
        start: Disabled | Searching | Complete => Searching;
        exhausted: Searching => Complete;
        stop: Disabled | Searching | Complete => Disabled;
    }
}

/// Path MTU discovery on the current path.
///
/// ```text
/// new(largest, sizes)                       sizes of the caller, or the default ones
/// set_limit(n)                              the peer's max_udp_payload_size is known
/// limit() -> usize                          what may be sent at most
/// set_largest(n)                            larger sizes are not worth a probe
/// start(), stop()                           also for another path; the size falls back to 1200
/// size() -> usize                           what the path is known to carry
/// due(now) -> Option<usize>                 size of a probe to send now
/// on_probe_sent(now, pto)
/// on_probe_acked(size) -> Option<usize>     the size the path now carries, if it grew
/// expiry() -> Timestamp
/// ```
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pmtud {
    discovery: Discovery,
    sizes: Inline<u16, MAX_PROBE_SIZES>,
    /// Index of the size being tried.
    current: usize,
    tries: u8,
    /// Known to pass, and the smallest known to fail.
    passes: u16,
    fails: u16,
    /// The most that may be sent in one datagram, and the most that is worth a probe.
    limit: u16,
    largest: u16,
    next_probe: Timestamp,
}

impl Pmtud {
    /// `largest` is the most to send in one datagram. Without `sizes` the default ones are tried.
    pub(crate) fn new(largest: usize, sizes: &[u16]) -> Self {
        let mut list = Inline::new(0);
        for &size in if sizes.is_empty() { DEFAULT_SIZES.as_slice() } else { sizes } {
            if !list.push(size) {
                break;
            }
        }
        Self {
            discovery: Discovery::new(),
            sizes: list,
            current: 0,
            tries: 0,
            passes: MIN_SIZE as u16,
            fails: u16::MAX,
            limit: clamp(largest),
            largest: clamp(largest),
            next_probe: Timestamp::NEVER,
        }
    }

    /// The peer takes no larger datagrams.
    pub(crate) fn set_limit(&mut self, limit: usize) {
        self.limit = self.limit.min(clamp(limit));
        self.set_largest(limit);
    }

    /// The most that may be sent in one datagram, whatever the path carries.
    #[inline]
    pub(crate) const fn limit(&self) -> usize {
        self.limit as usize
    }

    /// The caller's buffers hold no larger datagrams: such sizes are not tried.
    pub(crate) fn set_largest(&mut self, largest: usize) {
        self.largest = self.largest.min(clamp(largest));
        self.skip_useless();
    }

    /// Begins, or begins anew because the path is another one.
    pub(crate) fn start(&mut self) {
        self.forget();
        self.discovery.start();
        self.next_probe = Timestamp::ZERO;
        self.skip_useless();
    }

    /// Ends discovery on a path that is left; the size is 1200 until it starts again.
    pub(crate) fn stop(&mut self) {
        self.forget();
        self.discovery.stop();
    }

    fn forget(&mut self) {
        self.current = 0;
        self.tries = 0;
        self.passes = MIN_SIZE as u16;
        self.fails = u16::MAX;
        self.next_probe = Timestamp::NEVER;
    }

    pub(crate) const fn state(&self) -> DiscoveryState {
        self.discovery.state()
    }

    /// The size the path is known to carry.
    #[inline]
    pub(crate) const fn size(&self) -> usize {
        self.passes as usize
    }

    /// When [`Self::due`] has something to send or to conclude next.
    #[inline]
    pub(crate) const fn expiry(&self) -> Timestamp {
        self.next_probe
    }

    /// The size of a probe to send now; gives up sizes whose last probe has had its time.
    #[inline]
    pub(crate) fn due(&mut self, now: Timestamp) -> Option<usize> {
        if now < self.next_probe {
            return None;
        }
        self.next_size()
    }

    fn next_size(&mut self) -> Option<usize> {
        if self.state() != DiscoveryState::Searching {
            return None;
        }
        if self.tries == MAX_TRIES {
            self.fails = self.fails.min(self.size_in_trial()?);
            self.skip_useless();
        }
        self.size_in_trial().map(usize::from)
    }

    fn size_in_trial(&self) -> Option<u16> {
        if self.state() != DiscoveryState::Searching {
            return None;
        }
        self.sizes.get(self.current).copied()
    }

    /// A probe of the size that [`Self::due`] told was sent.
    pub(crate) fn on_probe_sent(&mut self, now: Timestamp, pto: Duration) {
        if self.state() != DiscoveryState::Searching {
            return;
        }
        self.tries = (self.tries + 1).min(MAX_TRIES);
        let patience = if self.tries == MAX_TRIES { LAST_TRY_PTOS } else { 1 };
        self.next_probe = now + pto * patience;
    }

    /// A probe of `size` was acknowledged; the size the path now carries, if that is more than before. A probe of a
    /// path that was left proves nothing about this one: the caller passes none such.
    pub(crate) fn on_probe_acked(&mut self, size: usize) -> Option<usize> {
        let size = clamp(size);
        if self.state() == DiscoveryState::Disabled || size <= self.passes {
            return None;
        }
        self.passes = size;
        // Late, after the size had been given up.
        if self.fails <= size {
            self.fails = u16::MAX;
        }
        self.skip_useless();
        Some(self.size())
    }

    /// Moves on to the next size that can teach anything.
    fn skip_useless(&mut self) {
        if self.state() != DiscoveryState::Searching {
            return;
        }
        let from = self.current;
        while let Some(&size) = self.sizes.get(self.current) {
            if size > self.passes && size < self.fails && size <= self.largest {
                break;
            }
            self.current += 1;
        }
        if self.current != from {
            self.tries = 0;
            self.next_probe = Timestamp::ZERO;
        }
        if self.current >= self.sizes.len() {
            self.next_probe = Timestamp::NEVER;
            self.discovery.exhausted();
        }
    }
}

/// No UDP payload is larger than 65527, nor does discovery go below 1200.
fn clamp(size: usize) -> u16 {
    u16::try_from(size).unwrap_or(u16::MAX).max(MIN_SIZE as u16)
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    const PTO: Duration = Duration::from_millis(60);

    /// Sizes probed, and their times in milliseconds, on a link that carries `mtu`, answering after 20 ms.
    fn run(pmtud: &mut Pmtud, mtu: usize) -> Vec<(u64, usize)> {
        let (mut now, mut probes) = (Timestamp::ZERO, Vec::new());
        pmtud.start();
        while pmtud.expiry().is_set() {
            now = now.max(pmtud.expiry());
            let Some(size) = pmtud.due(now) else { continue };
            probes.push((now.0 / 1_000_000, size));
            pmtud.on_probe_sent(now, PTO);
            if size <= mtu {
                now = now + Duration::from_millis(20);
                assert_eq!(pmtud.on_probe_acked(size), Some(size));
            }
        }
        assert_eq!(pmtud.state(), DiscoveryState::Complete);
        probes
    }

    #[test]
    fn a_wide_link_carries_1444() {
        let mut pmtud = Pmtud::new(1452, &[]);
        assert_eq!(pmtud.size(), 1200);
        assert_eq!(run(&mut pmtud, 65535), [(0, 1406), (20, 1444)]);
        assert_eq!(pmtud.size(), 1444);
        let mut pmtud = Pmtud::new(65527, &[]);
        run(&mut pmtud, 65535);
        assert_eq!(pmtud.size(), 1444);
    }

    #[test]
    fn a_narrow_link_is_probed_three_times_a_size() {
        let mut pmtud = Pmtud::new(1452, &[]);
        let expected = [
            (0, 1406),
            (60, 1406),
            (120, 1406),
            (300, 1342),
            (360, 1342),
            (420, 1342),
            (600, 1232),
            (660, 1232),
            (720, 1232),
        ];
        assert_eq!(run(&mut pmtud, 1200), expected);
        assert_eq!(pmtud.size(), 1200);
    }

    #[test]
    fn a_link_of_1420() {
        let mut pmtud = Pmtud::new(1452, &[]);
        run(&mut pmtud, 1420);
        assert_eq!(pmtud.size(), 1406);
    }

    #[test]
    fn sizes_of_the_caller_and_limits() {
        let mut pmtud = Pmtud::new(1500, &[1300, 1350, 9000]);
        assert_eq!(run(&mut pmtud, 65535), [(0, 1300), (20, 1350)]);
        let mut pmtud = Pmtud::new(1452, &[]);
        pmtud.set_limit(1410);
        assert_eq!(run(&mut pmtud, 65535), [(0, 1406)]);
        pmtud.set_largest(1300);
        assert_eq!((run(&mut pmtud, 65535), pmtud.limit()), (Vec::from([(0, 1232)]), 1410));
        let mut pmtud = Pmtud::new(1452, &[1250; 100]);
        assert_eq!(run(&mut pmtud, 65535), [(0, 1250)]);
        let mut pmtud = Pmtud::new(1200, &[]);
        assert_eq!(run(&mut pmtud, 65535), []);
    }

    #[test]
    fn starting_again_forgets() {
        let mut pmtud = Pmtud::new(1452, &[]);
        run(&mut pmtud, 65535);
        pmtud.stop();
        assert_eq!((pmtud.size(), pmtud.expiry(), pmtud.due(Timestamp(9))), (1200, Timestamp::NEVER, None));
        assert_eq!(pmtud.on_probe_acked(1444), None);
        assert_eq!(
            run(&mut pmtud, 1300),
            [(0, 1406), (60, 1406), (120, 1406), (300, 1342), (360, 1342), (420, 1342), (600, 1232),]
        );
        assert_eq!(pmtud.size(), 1232);
    }

    #[test]
    fn a_late_acknowledgement_counts() {
        let mut pmtud = Pmtud::new(1452, &[]);
        pmtud.start();
        for _ in 0..3 {
            assert_eq!(pmtud.due(pmtud.expiry()), Some(1406));
            pmtud.on_probe_sent(pmtud.expiry(), PTO);
        }
        assert_eq!(pmtud.due(pmtud.expiry()), Some(1342));
        assert_eq!(pmtud.on_probe_acked(1406), Some(1406));
        assert_eq!(pmtud.due(Timestamp::ZERO), Some(1444));
        assert_eq!(pmtud.on_probe_acked(1342), None);
    }
}
