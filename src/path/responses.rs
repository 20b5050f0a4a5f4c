//! PATH_RESPONSE frames that wait to be sent (RFC 9000 §8.2.2).
//!
//! Owns: the data of the peer's newest PATH_CHALLENGE frames, each with the path it came on and must be answered on.
//! Must not know: packets, amplification. A response is sent once and never repeated, so nothing here is acknowledged.

use super::Path;
use super::inline::Inline;

/// An honest peer has one or two challenges a path outstanding; of a flood the newest are answered and the rest
/// forgotten, so that neither memory nor the packets sent grow with it.
pub(crate) const MAX_PENDING_RESPONSES: usize = 4;

/// A response to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PathResponse {
    pub(crate) path: Path,
    pub(crate) data: [u8; 8],
}

/// The queue of responses to send, oldest first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PathResponses {
    entries: Inline<PathResponse, MAX_PENDING_RESPONSES>,
}

impl PathResponses {
    pub(crate) const fn new() -> Self {
        Self { entries: Inline::new(PathResponse { path: Path::EMPTY, data: [0; 8] }) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// A PATH_CHALLENGE arrived on `path`; the oldest response makes room when there is none. A repeated challenge is
    /// answered once.
    pub(crate) fn push(&mut self, path: &Path, data: [u8; 8]) {
        let response = PathResponse { path: *path, data };
        if self.entries.contains(&response) {
            return;
        }
        if self.entries.is_full() {
            self.pop();
        }
        let _ = self.entries.push(response);
    }

    /// Removes the oldest response: it was sent, or cannot be.
    pub(crate) fn pop(&mut self) -> Option<PathResponse> {
        self.entries.remove(0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::address::tests::path;
    use super::*;

    #[test]
    fn a_flood_leaves_the_newest() {
        let mut responses = PathResponses::new();
        for n in 0..100u8 {
            responses.push(&path(1), [n; 8]);
        }
        let kept = core::array::from_fn(|_| responses.pop().unwrap().data[0]);
        assert_eq!(kept, [96, 97, 98, 99]);
        assert!(responses.is_empty() && responses.pop().is_none());
    }

    #[test]
    fn repeats_are_answered_once_a_path() {
        let mut responses = PathResponses::new();
        responses.push(&path(1), [7; 8]);
        responses.push(&path(1), [7; 8]);
        responses.push(&path(2), [7; 8]);
        assert_eq!(responses.entries.first().unwrap().path, path(1));
        assert_eq!(responses.pop().unwrap().path, path(1));
        assert_eq!(responses.pop().unwrap().path, path(2));
        assert!(responses.is_empty());
    }
}
