//! Socket addresses and the pair of them that is a path.
//!
//! Owns: the bytes of a `sockaddr_in` or `sockaddr_in6` as the caller gave them, at a place that does not move while
//! the owner does not, and their comparison in a few instructions. Must not know: sockets, connections.
//! A path is the 4-tuple of RFC 9000 §9: its local and its remote address.

use core::ffi::c_void;
use core::mem::{offset_of, size_of};

/// Size of a `sockaddr_in`.
pub(crate) const IPV4_LEN: usize = size_of::<libc::sockaddr_in>();
/// Size of a `sockaddr_in6`.
pub(crate) const IPV6_LEN: usize = size_of::<libc::sockaddr_in6>();

/// Whole words, so that a comparison needs no partial loads.
const STORAGE_LEN: usize = 32;
const _: () = assert!(IPV6_LEN <= STORAGE_LEN && IPV4_LEN == 16);

/// In the first word of a `sockaddr_in6`: family and port count, the flow label does not.
const IPV6_FIRST_WORD: u64 = u64::from_ne_bytes([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);

/// The address family of an [`Address`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// No address was given.
    Unspecified,
    Ipv4,
    Ipv6,
}

/// An address to be copied with a few stores.
pub(crate) enum Words {
    Ipv4([u64; 2]),
    Ipv6([u64; 3], u32),
    /// None, or a short one.
    Other,
}

/// Family, port, and an IPv4 address or the flow label of an IPv6 one.
const SHORTEST: usize = 8;
const _: () = assert!(offset_of!(libc::sockaddr_in, sin_zero) == SHORTEST);

/// A socket address.
///
/// Two addresses are equal when family, port and IP address are: the flow label and the scope of an IPv6 address are
/// kept for the caller, who needs them to send, but the kernel reports them differently from one receive to the next.
#[derive(Clone, Copy)]
#[repr(C, align(8))]
pub(crate) struct Address {
    bytes: [u8; STORAGE_LEN],
    len: u8,
    family: Family,
}

impl Address {
    /// The address of a path end that the caller left open.
    pub(crate) const EMPTY: Self = Self { bytes: [0; STORAGE_LEN], len: 0, family: Family::Unspecified };

    /// Copies the bytes of a raw socket address; longer storage than the family needs is fine. Shorter is taken as well,
    /// the rest being zero: programs exist that give an IPv6 address the length of `struct sockaddr` (kdig of Knot DNS).
    /// `None`: a family other than IPv4 and IPv6, or too few bytes for family, port and the start of an address.
    #[inline]
    pub(crate) fn from_bytes(raw: &[u8]) -> Option<Self> {
        let Some(head) = raw.first_chunk::<SHORTEST>() else {
            return raw.is_empty().then_some(Self::EMPTY);
        };
        let mut bytes = [0; STORAGE_LEN];
        // All of an IPv4 address: what stands in sin_zero means nothing and must not make two addresses differ.
        bytes[..SHORTEST].copy_from_slice(head);
        let (family, len) = match family_of(head) {
            libc::AF_INET => (Family::Ipv4, raw.len().min(IPV4_LEN)),
            libc::AF_INET6 => {
                let len = raw.len().min(IPV6_LEN);
                bytes[..len].copy_from_slice(&raw[..len]);
                (Family::Ipv6, len)
            }
            _ => return None,
        };
        Some(Self { bytes, len: len as u8, family })
    }

    /// Whether the whole address that starts `raw` is this one; `false` as well when that takes a closer look.
    #[inline]
    pub(crate) fn is_at_front_of(&self, raw: &[u8]) -> bool {
        let word = |index: usize| raw.get(index * 8..index * 8 + 8).and_then(|word| word.try_into().ok());
        let [Some(first), Some(second)] = [word(0), word(1)] else { return false };
        let first = u64::from_ne_bytes(first) ^ self.word(0);
        match self.family {
            Family::Unspecified => false,
            Family::Ipv4 => first == 0,
            Family::Ipv6 => {
                let Some(third) = word(2).filter(|_| raw.len() >= IPV6_LEN) else { return false };
                first & IPV6_FIRST_WORD == 0
                    && u64::from_ne_bytes(second) == self.word(1)
                    && u64::from_ne_bytes(third) == self.word(2)
            }
        }
    }

    /// The raw socket address, at a place that stays while `self` is not moved.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// The raw socket address as words, when it is a whole one of IPv4, or of IPv6 with the scope behind it.
    #[inline]
    pub(crate) fn words(&self) -> Words {
        match (self.family, self.len()) {
            (Family::Ipv4, IPV4_LEN) => Words::Ipv4([self.word(0), self.word(1)]),
            (Family::Ipv6, IPV6_LEN) => {
                let scope = self.word(3).to_ne_bytes();
                let scope = u32::from_ne_bytes([scope[0], scope[1], scope[2], scope[3]]);
                Words::Ipv6([self.word(0), self.word(1), self.word(2)], scope)
            }
            _ => Words::Other,
        }
    }

    /// Length of the raw socket address: 0, 16 or 28.
    pub(crate) const fn len(&self) -> usize {
        self.len as usize
    }

    /// The port in host byte order; 0 without an address.
    pub(crate) const fn port(&self) -> u16 {
        // Both families have it at the same place.
        const { assert!(offset_of!(libc::sockaddr_in, sin_port) == offset_of!(libc::sockaddr_in6, sin6_port)) };
        const AT: usize = offset_of!(libc::sockaddr_in, sin_port);
        u16::from_be_bytes([self.bytes[AT], self.bytes[AT + 1]])
    }

    /// The IP address in network byte order: 4, 16 or no bytes.
    pub(crate) fn ip(&self) -> &[u8] {
        match self.family {
            Family::Unspecified => &[],
            Family::Ipv4 => &self.bytes[offset_of!(libc::sockaddr_in, sin_addr)..][..4],
            Family::Ipv6 => &self.bytes[offset_of!(libc::sockaddr_in6, sin6_addr)..][..16],
        }
    }

    /// Whether only the port tells the two apart, as after a NAT rebinding (RFC 9000 §9.4).
    pub(crate) fn same_host(&self, other: &Self) -> bool {
        self.family == other.family && self.ip() == other.ip()
    }

    #[inline]
    fn word(&self, index: usize) -> u64 {
        let mut word = [0; 8];
        word.copy_from_slice(&self.bytes[index * 8..index * 8 + 8]);
        u64::from_ne_bytes(word)
    }
}

/// The family field of a raw socket address.
fn family_of(raw: &[u8; SHORTEST]) -> i32 {
    const AT: usize = offset_of!(libc::sockaddr, sa_family);
    let mut field = [0; size_of::<libc::sa_family_t>()];
    field.copy_from_slice(&raw[AT..AT + size_of::<libc::sa_family_t>()]);
    i32::from(libc::sa_family_t::from_ne_bytes(field))
}

impl PartialEq for Address {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        let first_mask = if self.family == Family::Ipv6 { IPV6_FIRST_WORD } else { u64::MAX };
        let difference = (self.word(0) ^ other.word(0)) & first_mask
            | self.word(1) ^ other.word(1)
            | self.word(2) ^ other.word(2);
        difference == 0
    }
}

impl Eq for Address {}

impl core::fmt::Debug for Address {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:?} {:?}:{}", self.family, self.ip(), self.port())
    }
}

/// The local and the remote address that packets travel between, and the caller's tag for them.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Path {
    pub(crate) remote: Address,
    pub(crate) local: Address,
    /// `ngtcp2_path.user_data`: carried along, never read, no part of the comparison.
    pub(crate) user_data: *mut c_void,
}

impl Path {
    pub(crate) const EMPTY: Self =
        Self { remote: Address::EMPTY, local: Address::EMPTY, user_data: core::ptr::null_mut() };

    pub(crate) const fn new(local: Address, remote: Address) -> Self {
        Self { remote, local, user_data: core::ptr::null_mut() }
    }

    /// Whether the two paths differ at most in the peer's port: the network in between is most likely the same, with
    /// another NAT binding (RFC 9000 §9.4).
    pub(crate) fn same_but_peer_port(&self, other: &Self) -> bool {
        self.local == other.local && self.remote.same_host(&other.remote)
    }
}

impl PartialEq for Path {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.remote == other.remote && self.local == other.local
    }
}

impl Eq for Path {}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An IPv4 address of a test.
    pub(crate) fn ipv4(ip: [u8; 4], port: u16) -> Address {
        let mut raw = [0; IPV4_LEN];
        raw[..2].copy_from_slice(&(libc::AF_INET as u16).to_ne_bytes());
        raw[2..4].copy_from_slice(&port.to_be_bytes());
        raw[4..8].copy_from_slice(&ip);
        Address::from_bytes(&raw).unwrap()
    }

    /// A path of a test that differs by the remote port.
    pub(crate) fn path(port: u16) -> Path {
        Path::new(ipv4([127, 0, 0, 1], 4433), ipv4([127, 0, 0, 1], port))
    }

    fn raw_ipv6() -> [u8; IPV6_LEN] {
        let mut raw = [0; IPV6_LEN];
        raw[..2].copy_from_slice(&(libc::AF_INET6 as u16).to_ne_bytes());
        raw[2..4].copy_from_slice(&443u16.to_be_bytes());
        raw[8..24].copy_from_slice(&[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
        raw
    }

    #[test]
    fn bytes_round_trip() {
        let raw = raw_ipv6();
        let address = Address::from_bytes(&raw).unwrap();
        assert_eq!(address.as_bytes(), raw);
        assert_eq!((address.family, address.port(), address.len()), (Family::Ipv6, 443, 28));
        assert_eq!(address.ip()[15], 7);
        assert_eq!(address.as_bytes().as_ptr() as usize % 8, 0);
        assert_eq!(ipv4([1, 2, 3, 4], 80).ip(), [1, 2, 3, 4]);
        assert_eq!(ipv4([1, 2, 3, 4], 80).as_bytes().len(), 16);
    }

    #[test]
    fn only_family_port_and_ip_count() {
        let base = Address::from_bytes(&raw_ipv6()).unwrap();
        for (at, differs) in
            [(2, true), (3, true), (4, false), (7, false), (8, true), (23, true), (24, false)]
        {
            let mut raw = raw_ipv6();
            raw[at] ^= 0x80;
            assert_eq!(Address::from_bytes(&raw).unwrap() != base, differs, "byte {at}");
        }
        for (at, differs) in [(2, true), (4, true), (7, true), (8, false), (15, false)] {
            let base = ipv4([10, 0, 0, 1], 9);
            let mut raw: [u8; 16] = base.as_bytes().try_into().unwrap();
            raw[at] ^= 1;
            assert_eq!(Address::from_bytes(&raw).unwrap() != base, differs, "byte {at}");
        }
        assert_ne!(base, Address::EMPTY);
        assert_eq!(Address::EMPTY, Address::EMPTY);
    }

    #[test]
    fn wrong_lengths_and_families_are_refused() {
        let raw = raw_ipv6();
        assert_eq!(Address::from_bytes(&raw[..16]).unwrap().as_bytes(), &raw[..16]);
        assert!(Address::from_bytes(&raw[..7]).is_none());
        assert!(Address::from_bytes(&raw[..1]).is_none());
        let storage = [raw.as_slice(), &[0xaa; 100]].concat();
        assert_eq!(Address::from_bytes(&storage).unwrap().len(), IPV6_LEN);
        let unix = [(libc::AF_UNIX as u16).to_ne_bytes().as_slice(), &[0; 30]].concat();
        assert!(Address::from_bytes(&unix).is_none());
        assert!(Address::from_bytes(&[]).unwrap().as_bytes().is_empty());
    }

    #[test]
    fn rebinding_changes_the_peers_port_only() {
        assert!(path(1).same_but_peer_port(&path(2)));
        assert_ne!(path(1), path(2));
        let moved = Path::new(path(1).local, ipv4([127, 0, 0, 2], 1));
        assert!(!path(1).same_but_peer_port(&moved));
        let own_port = Path::new(ipv4([127, 0, 0, 1], 4434), path(1).remote);
        assert!(!path(1).same_but_peer_port(&own_port));
    }
}
