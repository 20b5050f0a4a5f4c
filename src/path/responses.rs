//! PATH_RESPONSE frames that wait to be sent (RFC 9000 §8.2.2).
//!
//! Owns: the data of the peer's newest PATH_CHALLENGE frames, each with the path it came on and must be answered on.
//! Must not know: packets, amplification. A response is sent once and never repeated, so nothing here is acknowledged.

use super::Path;

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
    entries: [PathResponse; MAX_PENDING_RESPONSES],
    len: usize,
}

impl PathResponses {
    pub(crate) const fn new() -> Self {
        Self { entries: [PathResponse { path: Path::EMPTY, data: [0; 8] }; MAX_PENDING_RESPONSES], len: 0 }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// A PATH_CHALLENGE arrived on `path`; the oldest response makes room when there is none. A repeated challenge is
    /// answered once.
    pub(crate) fn push(&mut self, path: &Path, data: [u8; 8]) {
        let response = PathResponse { path: *path, data };
        if self.entries[..self.len].contains(&response) {
            return;
        }
        if self.len == MAX_PENDING_RESPONSES {
            self.pop();
        }
        self.entries[self.len] = response;
        self.len += 1;
    }

    /// The next response to send; it stays until [`Self::pop`].
    pub(crate) fn front(&self) -> Option<&PathResponse> {
        self.entries[..self.len].first()
    }

    /// Removes the oldest response: it was sent, or cannot be.
    pub(crate) fn pop(&mut self) -> Option<PathResponse> {
        let first = *self.front()?;
        self.entries.copy_within(1..self.len, 0);
        self.len -= 1;
        Some(first)
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
        assert_eq!(responses.front().unwrap().path, path(1));
        assert_eq!(responses.pop().unwrap().path, path(1));
        assert_eq!(responses.pop().unwrap().path, path(2));
        assert!(responses.is_empty());
    }
}
