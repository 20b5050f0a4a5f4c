//! Socket addresses and paths as values.

use core::ffi::{c_int, c_void};

use crate::{ngtcp2_addr, ngtcp2_path, ngtcp2_path_storage, ngtcp2_sockaddr, ngtcp2_socklen};

unsafe extern "C" {
    /// Sets `dest` to `addr` and `addrlen`, and returns `dest`. The address itself is not copied.
    pub fn ngtcp2_addr_init(
        dest: *mut ngtcp2_addr,
        addr: *const ngtcp2_sockaddr,
        addrlen: ngtcp2_socklen,
    ) -> *mut ngtcp2_addr;

    /// Copies the `addrlen` bytes of the address `addr` into the memory that `dest->addr` points to,
    /// which must be large enough, and sets `dest->addrlen`. `addrlen` may be 0.
    pub fn ngtcp2_addr_copy_byte(
        dest: *mut ngtcp2_addr,
        addr: *const ngtcp2_sockaddr,
        addrlen: ngtcp2_socklen,
    );

    /// Copies the two addresses into `ps`, and makes `ps->path` point to the copies, with
    /// `user_data`.
    pub fn ngtcp2_path_storage_init(
        ps: *mut ngtcp2_path_storage,
        local_addr: *const ngtcp2_sockaddr,
        local_addrlen: ngtcp2_socklen,
        remote_addr: *const ngtcp2_sockaddr,
        remote_addrlen: ngtcp2_socklen,
        user_data: *mut c_void,
    );

    /// Makes `ps->path` point to the empty buffers in `ps`: a place where the library can write a
    /// path.
    pub fn ngtcp2_path_storage_zero(ps: *mut ngtcp2_path_storage);

    /// Copies the addresses of `src`, byte by byte, into the memory that the addresses of `dest`
    /// point to, which must be large enough, and copies `user_data`.
    pub fn ngtcp2_path_copy(dest: *mut ngtcp2_path, src: *const ngtcp2_path);

    /// Returns nonzero if `a` and `b` have the same local and the same remote address. `user_data`
    /// does not count.
    pub fn ngtcp2_path_eq(a: *const ngtcp2_path, b: *const ngtcp2_path) -> c_int;
}
