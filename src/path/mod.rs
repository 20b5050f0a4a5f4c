//! Network paths: addresses, the connection ids used on them, and what is known about each of them.
//!
//! Owns: pure state machines for connection ids (RFC 9000 §5.1), path validation (§8.2), migration's building blocks
//! (§9), ECN validation (§13.4), path MTU discovery (§14.3, RFC 8899) and the anti-amplification limit (§8.1).
//! Must not know: connections, packets on the wire, callbacks, who calls it. Each operation takes plain values and
//! returns an outcome; the caller does what the outcome says.

pub(crate) mod address;
pub(crate) mod amplification;
pub(crate) mod ecn;
mod inline;
pub(crate) mod local_ids;
pub(crate) mod pmtud;
pub(crate) mod remote_ids;
pub(crate) mod responses;
pub(crate) mod routes;
mod sequence_set;
pub(crate) mod validation;

pub(crate) use address::{Address, Path};
pub(crate) use amplification::AmplificationCredit;
pub(crate) use ecn::EcnValidation;
pub(crate) use inline::Inline;
pub(crate) use local_ids::LocalIds;
pub(crate) use pmtud::Pmtud;
pub(crate) use remote_ids::RemoteIds;
pub(crate) use responses::PathResponses;
pub(crate) use routes::{Route, Routes};
pub(crate) use validation::PathValidation;
