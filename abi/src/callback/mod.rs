//! The types of the application's callbacks, grouped by subject.
//!
//! Unless a callback says otherwise: it returns 0 on success, and anything else makes the library
//! call in progress fail with `NGTCP2_ERR_CALLBACK_FAILURE`. `user_data` is what was given to
//! `ngtcp2_conn_client_new` or `ngtcp2_conn_server_new`, `stream_user_data` what was given to
//! `ngtcp2_conn_open_bidi_stream` and the like. Pointers are valid during the call only.

mod cid;
mod crypto;
mod datagram;
mod handshake;
mod path;
mod stream;

pub use cid::*;
pub use crypto::*;
pub use datagram::*;
pub use handshake::*;
pub use path::*;
pub use stream::*;
