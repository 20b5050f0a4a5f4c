//! The paths besides the current one that packets come from or go to (RFC 9000 §9).
//!
//! Owns: for each of them the connection ids used on it, its anti-amplification credit, and how long it is remembered.
//! Must not know: why a path is of interest, packets, the peer's ids themselves (`RemoteIds`).

use super::inline::Inline;
use super::{AmplificationCredit, Path};
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

impl Route {
    const NONE: Self = Self {
        path: Path::EMPTY,
        dcid: None,
        addressed_by: None,
        credit: AmplificationCredit::new(false),
        expires: Timestamp::NEVER,
    };
}

/// The paths beside the current one.
///
/// ```text
/// get, get_mut, iter
/// insert(route), take(path)             another path becomes current, or is of interest
/// settle(needed, until)                 a validation began or ended
/// replace_dcid(old, new)
/// expiry, pop_expired(now)
/// ```
#[derive(Clone, Copy, Debug)]
pub(crate) struct Routes {
    routes: Inline<Route, MAX_ROUTES>,
}

impl Routes {
    pub(crate) const fn new() -> Self {
        Self { routes: Inline::new(Route::NONE) }
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

    /// Adds a route, in place of one for the same path. When there is no room, the one that would be forgotten first is.
    pub(crate) fn insert(&mut self, route: Route) {
        self.take(&route.path);
        if self.routes.is_full() {
            let first = self.routes.iter().enumerate().min_by_key(|(_, route)| route.expires);
            if let Some((index, _)) = first {
                self.routes.remove(index);
            }
        }
        let _ = self.routes.push(route);
    }

    pub(crate) fn take(&mut self, path: &Path) -> Option<Route> {
        self.routes.take_first(|route| route.path == *path)
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
        self.routes.take_first(|route| route.expires <= now && route.expires.is_set())
    }
}

#[cfg(test)]
mod tests {
    use super::super::address::tests::path;
    use super::*;

    fn route(port: u16, expires: u64) -> Route {
        Route { path: path(port), expires: Timestamp(expires), ..Route::NONE }
    }

    #[test]
    fn the_one_forgotten_first_makes_room() {
        let mut routes = Routes::new();
        for (port, expires) in [(1, 50), (2, 10), (3, 30), (4, 40)] {
            routes.insert(route(port, expires));
        }
        routes.settle(|needed| *needed == path(2), Timestamp(99));
        routes.insert(route(5, 5));
        assert!(routes.get(&path(3)).is_none() && routes.get(&path(2)).is_some());
        routes.insert(route(6, 90));
        assert!(routes.get(&path(5)).is_none());
        assert_eq!(routes.iter().count(), MAX_ROUTES);
    }

    #[test]
    fn a_path_has_one_route() {
        let mut routes = Routes::new();
        routes.insert(route(1, 50));
        routes.insert(Route { dcid: Some(7), ..route(1, 60) });
        assert_eq!(routes.iter().count(), 1);
        assert_eq!(routes.take(&path(1)).and_then(|route| route.dcid), Some(7));
        assert!(routes.take(&path(1)).is_none());
    }

    #[test]
    fn routes_expire_unless_needed() {
        let mut routes = Routes::new();
        routes.insert(Route { dcid: Some(3), ..route(1, 50) });
        routes.insert(Route { dcid: Some(4), ..route(2, 20) });
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
