//! Sessions of a server, kept in the memory of the process: a bounded number, of which the oldest goes first.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustls::server::StoresServerSessions;
use zeroize::Zeroizing;

pub(crate) struct SessionCache {
    capacity: usize,
    sessions: Mutex<Sessions>,
}

#[derive(Default)]
struct Sessions {
    by_id: HashMap<Vec<u8>, Kept>,
    /// The IDs in the order in which they came.
    by_age: BTreeMap<u64, Vec<u8>>,
    next: u64,
}

struct Kept {
    number: u64,
    value: Zeroizing<Vec<u8>>,
}

impl SessionCache {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, sessions: Mutex::default() }
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
        Some(kept.value)
    }
}

impl StoresServerSessions for SessionCache {
    fn put(&self, id: Vec<u8>, value: Vec<u8>) -> bool {
        let value = Zeroizing::new(value);
        let sessions = &mut *self.lock();
        sessions.remove(&id);
        while sessions.by_id.len() >= self.capacity {
            let Some((_, oldest)) = sessions.by_age.pop_first() else { return false };
            sessions.by_id.remove(&oldest);
        }
        let number = sessions.next;
        sessions.next += 1;
        sessions.by_age.insert(number, id.clone());
        sessions.by_id.insert(id, Kept { number, value });
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
    }

    #[test]
    fn without_room_nothing_is_kept() {
        let cache = SessionCache::new(0);
        assert!(!cache.put(id(1), vec![1]));
        assert!(!cache.can_cache());
    }
}
