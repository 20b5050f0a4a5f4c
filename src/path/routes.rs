//! The paths besides the current one that packets come from or go to (RFC 9000 §9).
//!
//! Owns: for each of them the connection ids used on it, its anti-amplification credit, and how long it is remembered.
//! Must not know: why a path is of interest, packets, the peer's ids themselves (`RemoteIds`).

use super::{AmplificationCredit, Path};
use crate::mem::{Array, Mem, NoMem};
use crate::units::Timestamp;

/// Paths remembered beside the current one. A migration needs two of them: the path under validation and the one to fall
/// back to. The other places are for paths that the peer probes; of a peer that probes more, the oldest are forgotten.
pub(crate) const MAX_ROUTES: usize = 4;

/// One path and what belongs to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    pub(crate) path: Path,
    /// Sequence number of the peer's id that packets to it carry; none until one is sent.
    pub(crate) dcid: Option<u64>,
    /// Sequence number of our id that the peer used on it last.
    pub(crate) addressed_by: Option<u64>,
    pub(crate) credit: AmplificationCredit,
    /// When it is forgotten; never, while a validation needs it.
    pub(crate) expires: Timestamp,
}

/// The paths beside the current one.
///
/// ```text
/// get, get_mut, iter
/// try_reserve, insert(route), take(path)           another path becomes current, or is of interest
/// settle(needed, until)                 a validation began or ended
/// replace_dcid(old, new)
/// expiry, pop_expired(now)
/// ```
#[derive(Debug)]
pub(crate) struct Routes {
    /// At most `MAX_ROUTES`; most connections never have any.
    routes: Array<Route>,
}

impl Routes {
    pub(crate) const fn new(mem: Mem) -> Self {
        Self { routes: Array::new(mem) }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Route> {
        self.routes.iter()
    }

    pub(crate) fn get(&self, path: &Path) -> Option<&Route> {
        self.routes.iter().find(|route| route.path == *path)
    }

    pub(crate) fn get_mut(&mut self, path: &Path) -> Option<&mut Route> {
        self.routes.iter_mut().find(|route| route.path == *path)
    }

    /// Makes room for one more.
    pub(crate) fn try_reserve(&mut self) -> Result<(), NoMem> {
        if self.routes.len() == MAX_ROUTES { Ok(()) } else { self.routes.try_reserve_exact(1) }
    }

    /// Adds a route, in place of one for the same path, where `try_reserve` or `take` made room. Of too many the one is
    /// forgotten that would be forgotten first.
    pub(crate) fn insert(&mut self, route: Route) {
        self.take(&route.path);
        if self.routes.len() == MAX_ROUTES {
            let first = self.routes.iter().enumerate().min_by_key(|(_, route)| route.expires);
            if let Some((index, _)) = first {
                self.routes.remove(index);
            }
        }
        self.routes.push_reserved(route);
    }

    pub(crate) fn take(&mut self, path: &Path) -> Option<Route> {
        let index = self.routes.iter().position(|route| route.path == *path)?;
        self.routes.remove(index)
    }

    /// Pins the routes that are `needed`; those that were pinned and no longer are give up their ids and are forgotten
    /// at `until`, when late packets have arrived.
    pub(crate) fn settle(&mut self, needed: impl Fn(&Path) -> bool, until: Timestamp) {
        for route in self.routes.iter_mut() {
            if needed(&route.path) {
                route.expires = Timestamp::NEVER;
            } else if !route.expires.is_set() {
                route.expires = until;
                route.dcid = None;
            }
        }
    }

    /// The peer took the id `old` back: packets carry `new`, or whatever id is bound when the next one is sent.
    pub(crate) fn replace_dcid(&mut self, old: u64, new: Option<u64>) {
        for route in self.routes.iter_mut().filter(|route| route.dcid == Some(old)) {
            route.dcid = new;
        }
    }

    /// When [`Self::pop_expired`] has something next.
    pub(crate) fn expiry(&self) -> Timestamp {
        self.routes.iter().map(|route| route.expires).min().unwrap_or(Timestamp::NEVER)
    }

    pub(crate) fn pop_expired(&mut self, now: Timestamp) -> Option<Route> {
        let index = self.routes.iter().position(|route| route.expires <= now && route.expires.is_set())?;
        let expired = self.routes.remove(index);
        if self.routes.is_empty() {
            self.routes.shrink_to(0);
        }
        expired
    }
}

#[cfg(test)]
mod tests {
    use super::super::address::tests::path;
    use super::*;
    use crate::mem::testing::{TestHeap, mem_of_thread};

    fn route(port: u16, expires: u64) -> Route {
        Route {
            path: path(port),
            dcid: None,
            addressed_by: None,
            credit: AmplificationCredit::new(false),
            expires: Timestamp(expires),
        }
    }

    fn insert(routes: &mut Routes, route: Route) {
        routes.try_reserve().unwrap();
        routes.insert(route);
    }

    #[test]
    fn no_route_takes_no_memory() {
        let heap = TestHeap::new();
        let mut routes = Routes::new(heap.mem());
        heap.fail_all(true);
        assert_eq!(routes.try_reserve(), Err(NoMem));
        heap.fail_all(false);
        insert(&mut routes, route(1, 50));
        heap.fail_all(true);
        assert!(routes.take(&path(1)).is_some());
        routes.insert(route(2, 50));
        assert!(routes.pop_expired(Timestamp(50)).is_some());
        assert_eq!(heap.live(), 0);
    }

    #[test]
    fn the_one_forgotten_first_makes_room() {
        let mut routes = Routes::new(mem_of_thread());
        for (port, expires) in [(1, 50), (2, 10), (3, 30), (4, 40)] {
            insert(&mut routes, route(port, expires));
        }
        routes.settle(|needed| *needed == path(2), Timestamp(99));
        insert(&mut routes, route(5, 5));
        assert!(routes.get(&path(3)).is_none() && routes.get(&path(2)).is_some());
        insert(&mut routes, route(6, 90));
        assert!(routes.get(&path(5)).is_none());
        assert_eq!(routes.iter().count(), MAX_ROUTES);
    }

    #[test]
    fn a_path_has_one_route() {
        let mut routes = Routes::new(mem_of_thread());
        insert(&mut routes, route(1, 50));
        insert(&mut routes, Route { dcid: Some(7), ..route(1, 60) });
        assert_eq!(routes.iter().count(), 1);
        assert_eq!(routes.take(&path(1)).and_then(|route| route.dcid), Some(7));
        assert!(routes.take(&path(1)).is_none());
    }

    #[test]
    fn routes_expire_unless_needed() {
        let mut routes = Routes::new(mem_of_thread());
        insert(&mut routes, Route { dcid: Some(3), ..route(1, 50) });
        insert(&mut routes, Route { dcid: Some(4), ..route(2, 20) });
        assert_eq!(routes.expiry(), Timestamp(20));
        routes.settle(|needed| *needed == path(2), Timestamp(60));
        assert_eq!(routes.expiry(), Timestamp(50));
        assert!(routes.pop_expired(Timestamp(49)).is_none());
        assert_eq!(routes.pop_expired(Timestamp(50)).and_then(|route| route.dcid), Some(3));
        assert_eq!(routes.expiry(), Timestamp::NEVER);
        assert!(routes.pop_expired(Timestamp(u64::MAX)).is_none());
        routes.settle(|_| false, Timestamp(60));
        assert!(routes.pop_expired(Timestamp(60)).is_some_and(|route| route.dcid.is_none()));
    }
}
