//! Socket addresses and paths as values.

use core::ffi::{c_int, c_void};

use crate::{ngtcp2_addr, ngtcp2_path, ngtcp2_path_storage, ngtcp2_sockaddr, ngtcp2_socklen};

unsafe extern "C" {
    pub fn ngtcp2_addr_init(
        dest: *mut ngtcp2_addr,
        addr: *const ngtcp2_sockaddr,
        addrlen: ngtcp2_socklen,
    ) -> *mut ngtcp2_addr;

    pub fn ngtcp2_addr_copy_byte(
        dest: *mut ngtcp2_addr,
        addr: *const ngtcp2_sockaddr,
        addrlen: ngtcp2_socklen,
    );

    pub fn ngtcp2_path_storage_init(
        ps: *mut ngtcp2_path_storage,
        local_addr: *const ngtcp2_sockaddr,
        local_addrlen: ngtcp2_socklen,
        remote_addr: *const ngtcp2_sockaddr,
        remote_addrlen: ngtcp2_socklen,
        user_data: *mut c_void,
    );

    pub fn ngtcp2_path_storage_zero(ps: *mut ngtcp2_path_storage);

    pub fn ngtcp2_path_copy(dest: *mut ngtcp2_path, src: *const ngtcp2_path);

    pub fn ngtcp2_path_eq(a: *const ngtcp2_path, b: *const ngtcp2_path) -> c_int;
}
