//! What a caller hands over: pointers, checked for NULL and turned into values and slices.
//!
//! Owns: the only reads and writes of the caller's memory outside of `session`. Must not know: what the memory means.
//! No reference to a caller's struct is ever formed: structs of older programs are shorter, and C may leave fields
//! uninitialised.

use core::ptr;
use core::slice;

/// The value at `pointer`; `None` for NULL.
///
/// # Safety
/// `pointer` is NULL or points to a `T`.
pub(super) unsafe fn load<T: Copy>(pointer: *const T) -> Option<T> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: by this function's contract; the value is copied out.
    Some(unsafe { pointer.read() })
}

/// Writes `value` to `pointer`, unless that is NULL.
///
/// # Safety
/// `pointer` is NULL or points to room for a `T`.
pub(super) unsafe fn store<T>(pointer: *mut T, value: T) {
    if !pointer.is_null() {
        // SAFETY: by this function's contract; what stood there is plain data and needs no drop.
        unsafe { pointer.write(value) };
    }
}

/// The `len` values at `pointer`; `None` for NULL, unless there are none.
///
/// # Safety
/// `pointer` is NULL or points to `len` values that do not change while the slice is in use.
pub(super) unsafe fn slice<'a, T>(pointer: *const T, len: usize) -> Option<&'a [T]> {
    if len == 0 {
        return Some(&[]);
    }
    if pointer.is_null() || !fits_memory::<T>(len) {
        return None;
    }
    // SAFETY: by this function's contract; the length was checked above.
    Some(unsafe { slice::from_raw_parts(pointer, len) })
}

/// The buffer of `len` bytes at `pointer`; `None` for NULL, unless it is empty.
///
/// # Safety
/// `pointer` is NULL or points to `len` writable bytes that nothing else uses while the slice is in use.
pub(super) unsafe fn buffer<'a>(pointer: *mut u8, len: usize) -> Option<&'a mut [u8]> {
    if len == 0 {
        return Some(&mut []);
    }
    if pointer.is_null() || !fits_memory::<u8>(len) {
        return None;
    }
    // SAFETY: by this function's contract; the length was checked above.
    Some(unsafe { slice::from_raw_parts_mut(pointer, len) })
}

/// `default` with its first `size` bytes replaced by those at `pointer`: a struct of an older generation, which is
/// shorter. `None` for NULL.
///
/// # Safety
/// `pointer` is NULL or points to `size` bytes that are the start of a `T`. Every bit pattern is a valid `T`.
pub(super) unsafe fn load_prefix<T: Copy>(pointer: *const T, size: usize, default: T) -> Option<T> {
    if pointer.is_null() {
        return None;
    }
    if size >= size_of::<T>() {
        // SAFETY: by this function's contract.
        return unsafe { load(pointer) };
    }
    let mut value = default;
    // SAFETY: `size` bytes are readable there by this function's contract, and writable in our own value.
    unsafe { ptr::copy_nonoverlapping(pointer.cast::<u8>(), (&raw mut value).cast::<u8>(), size) };
    Some(value)
}

/// Writes the first `size` bytes of `value` to `pointer`, unless that is NULL, and not one more.
///
/// # Safety
/// `pointer` is NULL or points to room for `size` bytes.
pub(super) unsafe fn store_prefix<T: Copy>(pointer: *mut T, size: usize, value: &T) {
    if pointer.is_null() {
        return;
    }
    let size = size.min(size_of::<T>());
    // SAFETY: there is room for `size` bytes by this function's contract, and our own value has as many.
    unsafe { ptr::copy_nonoverlapping(ptr::from_ref(value).cast::<u8>(), pointer.cast::<u8>(), size) };
}

/// Whether `len` values of `T` can exist at all.
fn fits_memory<T>(len: usize) -> bool {
    len.checked_mul(size_of::<T>()).is_some_and(|size| size <= isize::MAX as usize)
}
