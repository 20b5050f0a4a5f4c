//! Making, describing and freeing a connection.

use core::ffi::{c_int, c_void};

use crate::{
    ngtcp2_callbacks, ngtcp2_cid, ngtcp2_conn, ngtcp2_mem, ngtcp2_path, ngtcp2_settings,
    ngtcp2_transport_params,
};

unsafe extern "C" {
    pub fn ngtcp2_conn_client_new_versioned(
        pconn: *mut *mut ngtcp2_conn,
        dcid: *const ngtcp2_cid,
        scid: *const ngtcp2_cid,
        path: *const ngtcp2_path,
        client_chosen_version: u32,
        callbacks_version: c_int,
        callbacks: *const ngtcp2_callbacks,
        settings_version: c_int,
        settings: *const ngtcp2_settings,
        transport_params_version: c_int,
        params: *const ngtcp2_transport_params,
        mem: *const ngtcp2_mem,
        user_data: *mut c_void,
    ) -> c_int;

    pub fn ngtcp2_conn_server_new_versioned(
        pconn: *mut *mut ngtcp2_conn,
        dcid: *const ngtcp2_cid,
        scid: *const ngtcp2_cid,
        path: *const ngtcp2_path,
        client_chosen_version: u32,
        callbacks_version: c_int,
        callbacks: *const ngtcp2_callbacks,
        settings_version: c_int,
        settings: *const ngtcp2_settings,
        transport_params_version: c_int,
        params: *const ngtcp2_transport_params,
        mem: *const ngtcp2_mem,
        user_data: *mut c_void,
    ) -> c_int;

    pub fn ngtcp2_conn_del(conn: *mut ngtcp2_conn);

    /// Since 1.23.
    pub fn ngtcp2_conn_is_server2(conn: *const ngtcp2_conn) -> c_int;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_is_server2`.
    pub fn ngtcp2_conn_is_server(conn: *mut ngtcp2_conn) -> c_int;

    /// Since 1.23.
    pub fn ngtcp2_conn_after_retry2(conn: *const ngtcp2_conn) -> c_int;

    /// @deprecated Since 1.23. Use `ngtcp2_conn_after_retry2`.
    pub fn ngtcp2_conn_after_retry(conn: *mut ngtcp2_conn) -> c_int;
}
