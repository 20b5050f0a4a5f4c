//! Control frames of the connection that wait to be sent, beside those that streams and connection ids keep themselves.
//!
//! Owns: which kinds are pending. A lost frame is announced again by setting its bit. Must not know: how frames are
//! written (`control_frames`).

/// A set of pending frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Control(u8);

impl Control {
    pub(crate) const HANDSHAKE_DONE: Self = Self(1);
    pub(crate) const NEW_TOKEN: Self = Self(1 << 1);
    pub(crate) const PING: Self = Self(1 << 2);
    /// NEW_CONNECTION_ID or RETIRE_CONNECTION_ID frames wait in the path room.
    pub(crate) const CONNECTION_IDS: Self = Self(1 << 3);

    #[inline]
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[inline]
    pub(crate) const fn contains(self, kind: Self) -> bool {
        self.0 & kind.0 == kind.0
    }

    #[inline]
    pub(crate) fn set(&mut self, kind: Self) {
        self.0 |= kind.0;
    }

    #[inline]
    pub(crate) fn clear(&mut self, kind: Self) {
        self.0 &= !kind.0;
    }
}
