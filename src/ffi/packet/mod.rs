//! `ngtcp2_pkt_*` and `ngtcp2_accept`: packets that belong to no connection.

pub mod connection_close;
pub mod decode;
pub mod retry;
pub mod stateless_reset;
pub mod version_negotiation;
