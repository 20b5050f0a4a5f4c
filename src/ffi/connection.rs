//! `ngtcp2_conn_client_new`, `ngtcp2_conn_server_new` and `ngtcp2_conn_del`.

use core::ffi::{c_int, c_void};
use core::ptr;

use ngtcp2_abi::{
    self as abi, CALLBACKS_GENERATIONS, CallbacksV6, SETTINGS_GENERATIONS, TRANSPORT_PARAMS_GENERATIONS,
    generation_size, ngtcp2_callbacks, ngtcp2_cid, ngtcp2_conn, ngtcp2_mem, ngtcp2_path, ngtcp2_settings,
    ngtcp2_transport_params,
};

use super::cid::connection_id;
use super::{caller, params, status};
use crate::cc::Algorithm;
use crate::conn::{self, Config, Setup, VersionList};
use crate::error::{Error, Result};
use crate::mem::{Bytes, Mem, default_mem};
use crate::packet::{MIN_INITIAL_DATAGRAM_LEN, version};
use crate::session::{self, LogSink, Origin};
use crate::units::{Duration, PacketNumber, Side, Timestamp};
use crate::wire::varint;

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_conn_client_new_versioned,
    ngtcp2_conn_server_new_versioned,
    ngtcp2_conn_del,
});

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_client_new_versioned(
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
) -> c_int {
    let given = Given {
        side: Side::Client,
        dcid,
        scid,
        path,
        version: client_chosen_version,
        callbacks: (callbacks_version, callbacks),
        settings: (settings_version, settings),
        params: (transport_params_version, params),
        mem,
        user_data,
    };
    // SAFETY: the caller vouches for its pointers, as `ngtcp2.h` says.
    unsafe { create_into(pconn, &given) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_server_new_versioned(
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
) -> c_int {
    let given = Given {
        side: Side::Server,
        dcid,
        scid,
        path,
        version: client_chosen_version,
        callbacks: (callbacks_version, callbacks),
        settings: (settings_version, settings),
        params: (transport_params_version, params),
        mem,
        user_data,
    };
    // SAFETY: the caller vouches for its pointers, as `ngtcp2.h` says.
    unsafe { create_into(pconn, &given) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_conn_del(conn: *mut ngtcp2_conn) {
    session::delete(conn);
}

/// The arguments of both constructors; structs come with their generation.
struct Given {
    side: Side,
    dcid: *const ngtcp2_cid,
    scid: *const ngtcp2_cid,
    path: *const ngtcp2_path,
    version: u32,
    callbacks: (c_int, *const ngtcp2_callbacks),
    settings: (c_int, *const ngtcp2_settings),
    params: (c_int, *const ngtcp2_transport_params),
    mem: *const ngtcp2_mem,
    user_data: *mut c_void,
}

/// # Safety
/// All pointers are NULL or good for what their types say, structs up to the size of their generation.
unsafe fn create_into(pconn: *mut *mut ngtcp2_conn, given: &Given) -> c_int {
    if pconn.is_null() {
        return Error::InvalidArgument.code();
    }
    // SAFETY: by this function's contract.
    let made = session::guarded(|| unsafe { create(given) });
    // SAFETY: by this function's contract.
    unsafe { caller::store(pconn, made.unwrap_or(ptr::null_mut())) };
    status(made.map(|_| ()))
}

/// # Safety
/// As `create_into`.
unsafe fn create(given: &Given) -> Result<*mut ngtcp2_conn> {
    // SAFETY: by this function's contract.
    let callbacks = unsafe { generation(given.callbacks, &CALLBACKS_GENERATIONS, CallbacksV6::ZERO)? };
    // SAFETY: by this function's contract.
    let settings = unsafe { generation(given.settings, &SETTINGS_GENERATIONS, super::settings::DEFAULT)? };
    // SAFETY: by this function's contract.
    let params =
        unsafe { generation(given.params, &TRANSPORT_PARAMS_GENERATIONS, ngtcp2_transport_params::ZERO)? };
    // SAFETY: by this function's contract.
    let dcid = unsafe { connection_id(given.dcid) }.ok_or(Error::InvalidArgument)?;
    // SAFETY: by this function's contract.
    let scid = unsafe { connection_id(given.scid) }.ok_or(Error::InvalidArgument)?;
    // SAFETY: by this function's contract.
    let path = unsafe { super::path::path(given.path) }.ok_or(Error::InvalidArgument)?;
    // SAFETY: by this function's contract.
    let mem = unsafe { caller::load(given.mem) }.unwrap_or(*default_mem());
    check_allocator(&mem)?;
    check_callbacks(&callbacks, given.side)?;
    check_settings(&settings)?;
    params::check_own(&params, given.side)?;
    // SAFETY: the settings' arrays are good for their lengths, by this function's contract.
    let lists = unsafe { Lists::read(&settings)? };
    let origin = Origin {
        mem,
        callbacks: &callbacks,
        log: LogSink { write: settings.log_write, printf: settings.log_printf, qlog: settings.qlog_write },
        rand_ctx: settings.rand_ctx,
        user_data: given.user_data,
    };
    let seed: [u64; 3] = [0; 3].map(|_: u64| u64::from_ne_bytes(origin.random()));
    let [first_key, second_key, skip_seed] = seed;
    let conn = session::create(&origin, |memory, place| {
        let setup = Setup {
            side: given.side,
            dcid,
            scid,
            path,
            version: given.version,
            algorithm: algorithm(&settings)?,
            config: config(memory.lasting, &settings, &lists)?,
            pmtud_probes: lists.probes,
            params: &params,
            hash_key: (first_key, second_key),
            skip_seed,
        };
        conn::create(memory, setup, place)
    })?;
    if !session::observe(conn, false, conn::log::begin) {
        // It has failed already, which the caller is not to find out by and by.
        session::delete(conn);
        return Err(Error::Internal);
    }
    Ok(conn)
}

/// The caller's struct of some generation, in full. `Released` is what the headers declare, a prefix of `T`.
///
/// # Safety
/// The pointer is NULL or points to as many bytes as the generation has.
unsafe fn generation<T: Copy, Released>(
    (version, pointer): (c_int, *const Released),
    sizes: &[usize],
    default: T,
) -> Result<T> {
    let size = generation_size(sizes, version).ok_or(Error::InvalidArgument)?;
    // SAFETY: by this function's contract.
    unsafe { caller::load_prefix(pointer.cast(), size, default) }.ok_or(Error::InvalidArgument)
}

/// All four functions are needed: memory that was given has to be taken back.
fn check_allocator(mem: &ngtcp2_mem) -> Result<()> {
    let complete =
        mem.malloc.is_some() && mem.free.is_some() && mem.calloc.is_some() && mem.realloc.is_some();
    if complete { Ok(()) } else { Err(Error::InvalidArgument) }
}

/// The callbacks that a connection cannot do without.
fn check_callbacks(callbacks: &ngtcp2_callbacks, side: Side) -> Result<()> {
    let of_side = match side {
        Side::Client => callbacks.client_initial.is_some() && callbacks.recv_retry.is_some(),
        Side::Server => callbacks.recv_client_initial.is_some(),
    };
    let complete = of_side
        && callbacks.recv_crypto_data.is_some()
        && callbacks.encrypt.is_some()
        && callbacks.decrypt.is_some()
        && callbacks.hp_mask.is_some()
        && callbacks.rand.is_some()
        && (callbacks.get_new_connection_id.is_some() || callbacks.get_new_connection_id2.is_some())
        && callbacks.update_key.is_some()
        && callbacks.delete_crypto_aead_ctx.is_some()
        && callbacks.delete_crypto_cipher_ctx.is_some()
        && (callbacks.get_path_challenge_data.is_some() || callbacks.get_path_challenge_data2.is_some());
    if complete { Ok(()) } else { Err(Error::InvalidArgument) }
}

fn check_settings(settings: &ngtcp2_settings) -> Result<()> {
    let valid = settings.max_tx_udp_payload_size >= MIN_INITIAL_DATAGRAM_LEN
        && settings.initial_rtt > 0
        && settings.initial_pkt_num <= i32::MAX as u32
        && settings.max_window <= varint::MAX
        && settings.max_stream_window <= varint::MAX;
    if valid { Ok(()) } else { Err(Error::InvalidArgument) }
}

fn algorithm(settings: &ngtcp2_settings) -> Result<Algorithm> {
    match settings.cc_algo {
        abi::NGTCP2_CC_ALGO_RENO => Ok(Algorithm::Reno),
        abi::NGTCP2_CC_ALGO_CUBIC => Ok(Algorithm::Cubic),
        abi::NGTCP2_CC_ALGO_BBR => Ok(Algorithm::Bbr),
        _ => Err(Error::InvalidArgument),
    }
}

/// The arrays of the settings, as slices that live as long as the call.
struct Lists<'a> {
    token: &'a [u8],
    preferred: VersionList,
    available: VersionList,
    probes: &'a [u16],
}

impl Lists<'_> {
    /// # Safety
    /// The settings' arrays are NULL or as long as the settings say.
    unsafe fn read(settings: &ngtcp2_settings) -> Result<Self> {
        // SAFETY: by this function's contract.
        let token = unsafe { caller::slice(settings.token, settings.tokenlen) };
        // SAFETY: by this function's contract.
        let preferred = unsafe { caller::slice(settings.preferred_versions, settings.preferred_versionslen) };
        // SAFETY: by this function's contract.
        let available = unsafe { caller::slice(settings.available_versions, settings.available_versionslen) };
        // SAFETY: by this function's contract.
        let probes = unsafe { caller::slice(settings.pmtud_probes, settings.pmtud_probeslen) };
        let probes = probes.ok_or(Error::InvalidArgument)?;
        if probes.iter().any(|probe| usize::from(*probe) < MIN_INITIAL_DATAGRAM_LEN) {
            return Err(Error::InvalidArgument);
        }
        Ok(Self {
            token: token.ok_or(Error::InvalidArgument)?,
            preferred: versions(preferred.ok_or(Error::InvalidArgument)?, false)?,
            available: versions(available.ok_or(Error::InvalidArgument)?, true)?,
            probes,
        })
    }
}

/// A list of versions that we speak; reserved ones may be advertised to grease the peer.
fn versions(list: &[u32], grease: bool) -> Result<VersionList> {
    let known = |version: &u32| version::is_supported(*version) || grease && version::is_reserved(*version);
    if !list.iter().all(known) {
        return Err(Error::InvalidArgument);
    }
    VersionList::new(list).ok_or(Error::InvalidArgument)
}

fn config(mem: Mem, settings: &ngtcp2_settings, lists: &Lists<'_>) -> Result<Config> {
    let mut token = Bytes::new(mem);
    token.try_extend_from_slice(lists.token)?;
    Ok(Config {
        initial_ts: Timestamp(settings.initial_ts).min(Timestamp::LAST),
        initial_rtt: Duration(settings.initial_rtt),
        max_tx_udp_payload_size: settings.max_tx_udp_payload_size,
        token,
        max_window: settings.max_window,
        max_stream_window: settings.max_stream_window,
        ack_threshold: settings.ack_thresh.max(1),
        unshaped: settings.no_tx_udp_payload_size_shaping != 0,
        handshake_timeout: Duration(settings.handshake_timeout),
        pmtud: settings.no_pmtud == 0,
        preferred_versions: lists.preferred,
        available_versions: lists.available,
        original_version: settings.original_version,
        glitch_burst: settings.glitch_ratelim_burst,
        glitch_rate: settings.glitch_ratelim_rate,
        first_number: PacketNumber(u64::from(settings.initial_pkt_num)),
    })
}
