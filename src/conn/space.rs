//! Packet number spaces (RFC 9000 §12.3): what is kept per space beside recovery.
//!
//! Owns: the CRYPTO stream and the received packet numbers of each space. The first two spaces live in blocks of their own,
//! which are given back when their keys are discarded. Must not know: keys or packets.

use crate::mem::{Boxed, Mem};
use crate::recovery::ReceivedPackets;
use crate::stream::CryptoStream;
use crate::units::Space;

/// One space.
pub(crate) struct PacketSpace {
    pub(crate) received: ReceivedPackets,
    pub(crate) crypto: CryptoStream,
}

impl PacketSpace {
    pub(crate) fn new(mem: Mem, space: Space) -> Self {
        Self { received: ReceivedPackets::new(), crypto: CryptoStream::new(mem, space) }
    }
}

/// The spaces of a connection.
pub(crate) struct Spaces {
    pub(crate) application: PacketSpace,
    initial: Option<Boxed<PacketSpace>>,
    handshake: Option<Boxed<PacketSpace>>,
    /// Probe packets to send per space after a PTO (RFC 9002 §6.2.4).
    pub(crate) probes: [u8; 3],
    /// How often probes were sent before a PTO (RFC 9002 §6.2.3).
    pub(crate) early_probes: u8,
}

impl Spaces {
    pub(crate) fn new(
        application: PacketSpace,
        initial: Boxed<PacketSpace>,
        handshake: Boxed<PacketSpace>,
    ) -> Self {
        Self {
            application,
            initial: Some(initial),
            handshake: Some(handshake),
            probes: [0; 3],
            early_probes: 0,
        }
    }

    /// The space, unless it is over.
    #[inline]
    pub(crate) fn get(&self, space: Space) -> Option<&PacketSpace> {
        match space {
            Space::Application => Some(&self.application),
            Space::Initial => self.initial.as_deref(),
            Space::Handshake => self.handshake.as_deref(),
        }
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, space: Space) -> Option<&mut PacketSpace> {
        match space {
            Space::Application => Some(&mut self.application),
            Space::Initial => self.initial.as_deref_mut(),
            Space::Handshake => self.handshake.as_deref_mut(),
        }
    }

    #[inline]
    pub(crate) fn is_open(&self, space: Space) -> bool {
        self.get(space).is_some()
    }

    /// Whether only the application's space is left, as in most of a connection's life.
    #[inline]
    pub(crate) fn only_application(&self) -> bool {
        self.initial.is_none() && self.handshake.is_none()
    }

    /// Ends a space; `true` when it was open.
    pub(crate) fn close(&mut self, space: Space) -> bool {
        self.probes[space.index()] = 0;
        match space {
            Space::Initial => self.initial.take().is_some(),
            Space::Handshake => self.handshake.take().is_some(),
            Space::Application => false,
        }
    }
}
