//! Memory of one connection: its `ngtcp2_mem` and the fallible containers on it.
//!
//! Owns: the allocator (`heap`), the default allocator (`default`) and every container of this library. Operations
//! that may allocate are named `try_*` and return [`NoMem`] with nothing changed; `*_reserved` operations use room
//! that an earlier `try_reserve` made and cannot fail. Must not know: QUIC.

mod app_bytes;
mod array;
mod boxed;
mod buffer;
mod default;
mod heap;
mod home;
mod id_map;
mod nursery;
mod places;
mod pool;
mod queue;
mod ring;
mod scratch;
mod short_bytes;
mod siphash;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub(crate) use app_bytes::{AppBytes, AppSlice};
pub(crate) use array::{Array, Bytes};
pub(crate) use boxed::Boxed;
pub(crate) use default::default_mem;
pub(crate) use heap::{Heap, Mem};
pub(crate) use home::{Home, Memory};
pub(crate) use id_map::IdMap;
pub(crate) use places::{close_gap, open_gap};
pub(crate) use pool::{Key, Pool};
pub(crate) use queue::{Linked, Links, Queue};
pub(crate) use ring::Ring;
pub(crate) use scratch::Scratch;
pub(crate) use short_bytes::ShortBytes;

/// The index that names nothing.
pub(crate) const NIL: u32 = u32::MAX;

/// An allocation failed; nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoMem;
