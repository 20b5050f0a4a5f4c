//! Sessions of a server, kept in the memory of the process: a bounded number in a bounded memory, of which the oldest
//! goes first.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustls::server::StoresServerSessions;
use zeroize::Zeroizing;

use crate::session_record;

/// The memory for each session, on an average. Without client certificates a session takes about 500 bytes; with them it
/// holds their chain, which may be 60 times as long: then fewer are kept.
const MEAN_LEN: usize = 1024;

/// What a session takes beside its value: its ID twice, and its places in two maps.
const OVERHEAD: usize = 256;

pub(crate) struct SessionCache {
    capacity: usize,
    max_bytes: usize,
    sessions: Mutex<Sessions>,
}

#[derive(Default)]
struct Sessions {
    by_id: HashMap<Vec<u8>, Kept>,
    /// The IDs in the order in which they came.
    by_age: BTreeMap<u64, Vec<u8>>,
    next: u64,
    bytes: usize,
}

struct Kept {
    number: u64,
    value: Zeroizing<Vec<u8>>,
}

impl SessionCache {
    /// Keeps so many sessions, in as many KiB, or what one of the longest needs.
    pub(crate) fn new(capacity: usize) -> Self {
        let longest = session_record::MAX_LEN + OVERHEAD;
        Self {
            capacity,
            max_bytes: capacity.saturating_mul(MEAN_LEN).max(longest),
            sessions: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Sessions> {
        // Nothing below leaves the two maps at odds in a way that matters: a session is found or is not.
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sessions {
    fn remove(&mut self, id: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let kept = self.by_id.remove(id)?;
        self.by_age.remove(&kept.number);
        self.bytes -= kept.len();
        Some(kept.value)
    }

    /// False if there is nothing left to go.
    fn remove_oldest(&mut self) -> bool {
        let Some((_, oldest)) = self.by_age.pop_first() else { return false };
        if let Some(kept) = self.by_id.remove(&oldest) {
            self.bytes -= kept.len();
        }
        true
    }
}

impl Kept {
    fn len(&self) -> usize {
        self.value.len() + OVERHEAD
    }
}

impl StoresServerSessions for SessionCache {
    fn put(&self, id: Vec<u8>, value: Vec<u8>) -> bool {
        let value = Zeroizing::new(value);
        let sessions = &mut *self.lock();
        sessions.remove(&id);
        let kept = Kept { number: sessions.next, value };
        while sessions.by_id.len() >= self.capacity || sessions.bytes + kept.len() > self.max_bytes {
            if !sessions.remove_oldest() {
                return false;
            }
        }
        sessions.next += 1;
        sessions.bytes += kept.len();
        sessions.by_age.insert(kept.number, id.clone());
        sessions.by_id.insert(id, kept);
        true
    }

    fn get(&self, id: &[u8]) -> Option<Vec<u8>> {
        self.lock().by_id.get(id).map(|kept| kept.value.to_vec())
    }

    fn take(&self, id: &[u8]) -> Option<Vec<u8>> {
        self.lock().remove(id).map(|value| value.to_vec())
    }

    fn can_cache(&self) -> bool {
        self.capacity > 0
    }
}

impl fmt::Debug for SessionCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionCache")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u8) -> Vec<u8> {
        vec![number]
    }

    #[test]
    fn the_oldest_goes_first() {
        let cache = SessionCache::new(2);
        for number in 1..=3 {
            assert!(cache.put(id(number), vec![number; 4]));
        }
        assert_eq!(cache.get(&id(1)), None);
        assert_eq!(cache.get(&id(2)), Some(vec![2; 4]));
        // Putting it again makes it the newest.
        assert!(cache.put(id(2), vec![5]));
        assert!(cache.put(id(4), vec![4]));
        assert_eq!(cache.get(&id(3)), None);
        assert_eq!(cache.get(&id(2)), Some(vec![5]));
    }

    #[test]
    fn what_is_taken_is_gone() {
        let cache = SessionCache::new(2);
        assert!(cache.put(id(1), vec![1]));
        assert_eq!(cache.take(&id(1)), Some(vec![1]));
        assert_eq!(cache.take(&id(1)), None);
        assert!(cache.lock().by_age.is_empty());
        assert_eq!(cache.lock().bytes, 0);
    }

    #[test]
    fn long_ones_take_the_place_of_several() {
        let cache = SessionCache::new(100);
        for number in 0..100 {
            assert!(cache.put(id(number), vec![number; 400]));
        }
        assert_eq!(cache.lock().by_id.len(), 100);
        for number in 100..110 {
            assert!(cache.put(id(number), vec![number; session_record::MAX_LEN]));
            let sessions = cache.lock();
            let kept: usize = sessions.by_id.values().map(Kept::len).sum();
            assert_eq!(sessions.bytes, kept);
            assert!(kept <= 100 * MEAN_LEN);
            assert_eq!(sessions.by_age.len(), sessions.by_id.len());
        }
        // However few there are to be, one has room.
        assert!(SessionCache::new(1).put(id(1), vec![1; session_record::MAX_LEN]));
        assert!(!SessionCache::new(1).put(id(1), vec![1; session_record::MAX_LEN + 1]));
        assert!(SessionCache::new(usize::MAX).put(id(1), vec![1; session_record::MAX_LEN]));
    }

    #[test]
    fn without_room_nothing_is_kept() {
        let cache = SessionCache::new(0);
        assert!(!cache.put(id(1), vec![1]));
        assert!(!cache.can_cache());
    }
}
