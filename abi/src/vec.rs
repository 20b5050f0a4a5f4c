//! A piece of scattered data.

/// One piece of scattered data, like `struct iovec`.
///
/// `ngtcp2_conn_writev_stream` only reads through `base`, and may read again until the data is
/// acknowledged or the stream no longer needs it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct ngtcp2_vec {
    /// The first byte.
    pub base: *mut u8,
    /// The number of bytes.
    pub len: usize,
}

zero!(ngtcp2_vec { base: core::ptr::null_mut(), len: 0 });
