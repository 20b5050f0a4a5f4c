//! Memory of one connection: its `ngtcp2_mem` and the fallible containers on it.

/// An allocation failed; nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMem;
