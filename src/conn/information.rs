//! What the application may ask about a connection.
//!
//! Owns: the C form of values that getters return by address, kept here so that the address stays good, and the totals
//! of `ngtcp2_conn_info`. Must not know: who asks, in which generation of the struct.

use ngtcp2_abi as abi;

use crate::packet::ConnectionId;
use crate::path::Path;
use crate::path::remote_ids::RemoteId;
use crate::session::path_to_abi;
use crate::units::Side;

use super::State;

/// Values in their C form, made anew by each getter.
pub(crate) struct Answers {
    dcid: abi::ngtcp2_cid,
    client_initial_dcid: abi::ngtcp2_cid,
    path: abi::ngtcp2_path,
}

impl Answers {
    pub(crate) const fn new() -> Self {
        Self {
            dcid: abi::ngtcp2_cid::ZERO,
            client_initial_dcid: abi::ngtcp2_cid::ZERO,
            path: abi::ngtcp2_path::ZERO,
        }
    }
}

/// The id that packets on the current path carry.
pub(crate) fn dcid(state: &mut State) -> &abi::ngtcp2_cid {
    state.answers.dcid = state.paths.dcid().to_abi();
    &state.answers.dcid
}

/// The destination of the client's first Initial packet of this connection: after a Retry, the id in the Retry packet.
pub(crate) fn client_initial_dcid(state: &mut State) -> &abi::ngtcp2_cid {
    let params = &state.params;
    let after_retry = match state.side {
        Side::Client => None,
        Side::Server if params.local.retry_scid_present != 0 => {
            ConnectionId::from_abi(&params.local.retry_scid)
        }
        Side::Server => None,
    };
    state.answers.client_initial_dcid = after_retry.unwrap_or(params.original_dcid).to_abi();
    &state.answers.client_initial_dcid
}

/// The path that packets are sent on; its addresses stand in the state.
pub(crate) fn path(state: &mut State) -> &abi::ngtcp2_path {
    state.answers.path = path_to_abi(&state.paths.current);
    &state.answers.path
}

/// The ids by which the peer may address us.
pub(crate) fn local_ids(state: &State) -> impl Iterator<Item = &ConnectionId> {
    state.paths.local_ids.iter().map(|local| &local.id)
}

/// The peer's ids that the application was told of and that are not out of use yet, each with the path it is used on.
pub(crate) fn remote_ids(state: &State) -> impl Iterator<Item = (&RemoteId, &Path)> {
    let reported = state.paths.first_id_reported;
    let ids = state.paths.remote_ids.reported_active().filter(move |_| reported);
    ids.map(|remote| (remote, state.paths.path_of(remote.sequence).unwrap_or(&Path::EMPTY)))
}

/// Whether TLS is finished and both 1-RTT keys are there. It stays so when the connection is over.
pub(crate) fn is_handshake_completed(state: &State) -> bool {
    let one_rtt = &state.keys.one_rtt;
    state.tls.finished && one_rtt.rx().is_some() && one_rtt.tx().is_some()
}

/// Estimates and totals.
pub(crate) fn conn_info(state: &State) -> abi::ngtcp2_conn_info {
    let recovery = &state.recovery;
    let rtt = recovery.rtt();
    abi::ngtcp2_conn_info {
        latest_rtt: rtt.latest().0,
        min_rtt: rtt.minimum().0,
        smoothed_rtt: rtt.smoothed().0,
        rttvar: rtt.variation().0,
        cwnd: recovery.window(),
        ssthresh: recovery.slow_start_threshold(),
        bytes_in_flight: recovery.bytes_in_flight(),
        pkt_sent: recovery.counters().packets_sent,
        bytes_sent: recovery.counters().bytes_sent,
        pkt_recv: state.counters.packets_received,
        bytes_recv: state.counters.bytes_received,
        pkt_lost: recovery.counters().packets_lost,
        bytes_lost: recovery.counters().bytes_lost,
        ping_recv: state.counters.pings_received,
        pkt_discarded: state.counters.packets_discarded,
    }
}
