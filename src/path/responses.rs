//! PATH_RESPONSE frames that wait to be sent (RFC 9000 §8.2.2).
//!
//! Owns: the data of the peer's newest PATH_CHALLENGE frames, each with the path it came on and must be answered on.
//! Must not know: packets, amplification. A response is sent once and never repeated, so nothing here is acknowledged.

use super::Path;
use crate::mem::{Array, Mem, NoMem};

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
#[derive(Debug)]
pub(crate) struct PathResponses {
    /// At most `MAX_PENDING_RESPONSES`; most of the time none.
    entries: Array<PathResponse>,
}

impl PathResponses {
    pub(crate) const fn new(mem: Mem) -> Self {
        Self { entries: Array::new(mem) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// A PATH_CHALLENGE arrived on `path`; the oldest response makes room when there is none. A repeated challenge is
    /// answered once.
    pub(crate) fn try_push(&mut self, path: &Path, data: [u8; 8]) -> Result<(), NoMem> {
        let response = PathResponse { path: *path, data };
        if self.entries.contains(&response) {
            return Ok(());
        }
        if self.entries.len() == MAX_PENDING_RESPONSES {
            self.entries.remove(0);
        }
        self.entries.try_reserve_exact(1)?;
        self.entries.push_reserved(response);
        Ok(())
    }

    /// Takes out the oldest response: it is sent now, or cannot be.
    pub(crate) fn pop(&mut self) -> Option<PathResponse> {
        let first = self.entries.remove(0);
        if self.entries.is_empty() {
            self.entries.shrink_to(0);
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::super::address::tests::path;
    use super::*;
    use crate::mem::testing::{TestHeap, mem_of_thread};

    #[test]
    fn no_response_takes_no_memory() {
        let heap = TestHeap::new();
        let mut responses = PathResponses::new(heap.mem());
        heap.fail_all(true);
        assert_eq!(responses.try_push(&path(1), [1; 8]), Err(NoMem));
        heap.fail_all(false);
        responses.try_push(&path(1), [1; 8]).unwrap();
        assert_eq!(responses.pop().unwrap().data, [1; 8]);
        assert_eq!(heap.live(), 0);
    }

    #[test]
    fn a_flood_leaves_the_newest() {
        let mut responses = PathResponses::new(mem_of_thread());
        for n in 0..100u8 {
            responses.try_push(&path(1), [n; 8]).unwrap();
        }
        let kept = core::array::from_fn(|_| responses.pop().unwrap().data[0]);
        assert_eq!(kept, [96, 97, 98, 99]);
        assert!(responses.is_empty() && responses.pop().is_none());
    }

    #[test]
    fn repeats_are_answered_once_a_path() {
        let mut responses = PathResponses::new(mem_of_thread());
        responses.try_push(&path(1), [7; 8]).unwrap();
        responses.try_push(&path(1), [7; 8]).unwrap();
        responses.try_push(&path(2), [7; 8]).unwrap();
        assert_eq!(responses.entries.first().unwrap().path, path(1));
        assert_eq!(responses.pop().unwrap().path, path(1));
        assert_eq!(responses.pop().unwrap().path, path(2));
        assert!(responses.is_empty());
    }
}
