//! `ngtcp2_transport_params_*`.

use core::ffi::{c_int, c_void};
use core::ptr;

use ngtcp2_abi::{self as abi, ngtcp2_mem, ngtcp2_ssize, ngtcp2_transport_params};

use super::{caller, length, status};
use crate::error::{Error, Result};
use crate::mem::default_mem;
use crate::params;
use crate::path::remote_ids::MAX_REMOTE_IDS;
use crate::session::guarded;
use crate::units::Side;
use crate::wire::{Writer, varint};

abi::assert_same_signature!(ngtcp2_abi::api, self, {
    ngtcp2_transport_params_default_versioned,
    ngtcp2_transport_params_encode_versioned,
    ngtcp2_transport_params_decode_versioned,
    ngtcp2_transport_params_decode_new,
    ngtcp2_transport_params_del,
});

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_transport_params_default_versioned(
    transport_params_version: c_int,
    params: *mut ngtcp2_transport_params,
) {
    let size = abi::nearest_generation_size(&abi::TRANSPORT_PARAMS_GENERATIONS, transport_params_version);
    // SAFETY: the caller passes parameters of the generation that it names.
    unsafe { caller::store_prefix(params, size, &params::DEFAULT) };
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_transport_params_encode_versioned(
    dest: *mut u8,
    destlen: usize,
    transport_params_version: c_int,
    params: *const ngtcp2_transport_params,
) -> ngtcp2_ssize {
    // SAFETY: the caller passes parameters of the generation that it names.
    let params = unsafe { load(transport_params_version, params) };
    length(guarded(|| {
        let params = params?;
        if dest.is_null() && destlen == 0 {
            return params::encoded_len(&params.fields, params.available_versions);
        }
        // SAFETY: the caller passes room for `destlen` bytes.
        let dest = unsafe { caller::buffer(dest, destlen) }.ok_or(Error::InvalidArgument)?;
        params.encode(dest)
    }))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_transport_params_decode_versioned(
    transport_params_version: c_int,
    params: *mut ngtcp2_transport_params,
    data: *const u8,
    datalen: usize,
) -> c_int {
    let size = abi::generation_size(&abi::TRANSPORT_PARAMS_GENERATIONS, transport_params_version);
    let Some(size) = size.filter(|_| !params.is_null()) else { return Error::InvalidArgument.code() };
    // SAFETY: the caller passes `datalen` bytes.
    let data = unsafe { caller::slice(data, datalen) };
    status(guarded(|| {
        let decoded = decode(data.ok_or(Error::InvalidArgument)?)?;
        // SAFETY: the caller passes room for parameters of the generation that it names.
        unsafe { caller::store_prefix(params, size, &decoded.into_abi()) };
        Ok(())
    }))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_transport_params_decode_new(
    pparams: *mut *mut ngtcp2_transport_params,
    data: *const u8,
    datalen: usize,
    mem: *const ngtcp2_mem,
) -> c_int {
    // SAFETY: the caller passes room for a pointer.
    unsafe { caller::store(pparams, ptr::null_mut()) };
    if pparams.is_null() {
        return Error::InvalidArgument.code();
    }
    // SAFETY: the caller passes `datalen` bytes.
    let data = unsafe { caller::slice(data, datalen) };
    // SAFETY: the caller passes an allocator.
    let mem = unsafe { allocator(mem) };
    status(guarded(|| {
        let decoded = decode(data.ok_or(Error::InvalidArgument)?)?;
        let owned = copy_to_heap(&decoded, &mem)?;
        // SAFETY: the caller passes room for a pointer.
        unsafe { caller::store(pparams, owned) };
        Ok(())
    }))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn ngtcp2_transport_params_del(
    params: *mut ngtcp2_transport_params,
    mem: *const ngtcp2_mem,
) {
    if params.is_null() {
        return;
    }
    // SAFETY: the caller passes the allocator that the parameters were made with.
    let mem = unsafe { allocator(mem) };
    if let Some(free) = mem.free {
        // SAFETY: parameters and versions are one block, which `copy_to_heap` took from this allocator.
        unsafe { free(params.cast(), mem.user_data) };
    }
}

/// Parameters beside the bytes that their one pointer leads to.
pub(super) struct Params<'a> {
    pub(super) fields: ngtcp2_transport_params,
    pub(super) available_versions: &'a [u8],
}

impl Params<'_> {
    pub(super) fn encode(&self, dest: &mut [u8]) -> Result<usize> {
        let mut writer = Writer::new(dest);
        params::encode(&mut writer, &self.fields, self.available_versions)?;
        Ok(writer.position())
    }

    /// The C struct, which points to the bytes.
    fn into_abi(self) -> ngtcp2_transport_params {
        let mut fields = self.fields;
        if fields.version_info_present != 0 {
            fields.version_info.available_versions = self.available_versions.as_ptr();
        }
        fields
    }
}

/// The caller's parameters; `InvalidArgument` for NULL and for a generation that does not exist.
///
/// # Safety
/// `params` is NULL or points to parameters of generation `version`, whose own pointer is good for as many bytes as
/// they say.
pub(super) unsafe fn load<'a>(version: c_int, params: *const ngtcp2_transport_params) -> Result<Params<'a>> {
    let size =
        abi::generation_size(&abi::TRANSPORT_PARAMS_GENERATIONS, version).ok_or(Error::InvalidArgument)?;
    // SAFETY: by this function's contract.
    let fields =
        unsafe { caller::load_prefix(params, size, params::DEFAULT) }.ok_or(Error::InvalidArgument)?;
    if fields.version_info_present == 0 {
        return Ok(Params { fields, available_versions: &[] });
    }
    let versions = &fields.version_info;
    // SAFETY: by this function's contract.
    let available = unsafe { caller::slice(versions.available_versions, versions.available_versionslen) };
    Ok(Params { fields, available_versions: available.ok_or(Error::InvalidArgument)? })
}

/// Whether parameters can be ours.
pub(super) fn check_own(params: &ngtcp2_transport_params, side: Side) -> Result<()> {
    let limits = [
        params.initial_max_data,
        params.initial_max_stream_data_bidi_local,
        params.initial_max_stream_data_bidi_remote,
        params.initial_max_stream_data_uni,
    ];
    let ids = 2..=MAX_REMOTE_IDS as u64;
    if !ids.contains(&params.active_connection_id_limit) || limits.iter().any(|limit| *limit > varint::MAX) {
        return Err(Error::InvalidArgument);
    }
    let of_servers = params.preferred_addr_present | params.stateless_reset_token_present;
    let valid = match side {
        Side::Client => of_servers | params.original_dcid_present | params.retry_scid_present == 0,
        Side::Server => params.original_dcid_present != 0,
    };
    if valid { Ok(()) } else { Err(Error::InvalidArgument) }
}

fn decode(data: &[u8]) -> Result<Params<'_>> {
    let mut fields = params::DEFAULT;
    let available_versions = params::decode(data, &mut fields)?.unwrap_or_default();
    Ok(Params { fields, available_versions })
}

/// The caller's allocator, or the default one for NULL.
///
/// # Safety
/// `mem` is NULL or points to an allocator.
pub(super) unsafe fn allocator(mem: *const ngtcp2_mem) -> ngtcp2_mem {
    // SAFETY: by this function's contract.
    unsafe { caller::load(mem) }.unwrap_or(*default_mem())
}

/// One block of memory: the parameters, and behind them the versions that they point to.
fn copy_to_heap(decoded: &Params<'_>, mem: &ngtcp2_mem) -> Result<*mut ngtcp2_transport_params> {
    const FIELDS_LEN: usize = size_of::<ngtcp2_transport_params>();
    let versions = decoded.available_versions;
    let size = versions.len().checked_add(FIELDS_LEN).ok_or(Error::NoMem)?;
    let malloc = mem.malloc.ok_or(Error::NoMem)?;
    // SAFETY: the caller vouches for the functions of its allocator.
    let block: *mut c_void = unsafe { malloc(size, mem.user_data) };
    if block.is_null() {
        return Err(Error::NoMem);
    }
    let behind = block.cast::<u8>().wrapping_add(FIELDS_LEN);
    // SAFETY: the block has room for the versions behind the struct.
    unsafe { ptr::copy_nonoverlapping(versions.as_ptr(), behind, versions.len()) };
    let mut fields = decoded.fields;
    if fields.version_info_present != 0 {
        fields.version_info.available_versions = behind;
    }
    let owned = block.cast::<ngtcp2_transport_params>();
    // SAFETY: the block has room for the struct, and blocks of any allocator are aligned to 8.
    unsafe { owned.write(fields) };
    Ok(owned)
}
