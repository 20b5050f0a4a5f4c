//! Proof that a definition has the signature of its declaration.

/// Fails to compile unless each function has the same name and type in both modules.
///
/// The modules hold the declarations and the definitions:
///
/// ```
/// mod definitions {
///     pub unsafe extern "C" fn ngtcp2_is_bidi_stream(stream_id: i64) -> core::ffi::c_int {
///         core::ffi::c_int::from(stream_id & 2 == 0)
///     }
/// }
///
/// ngtcp2_abi::assert_same_signature!(ngtcp2_abi::api, definitions, { ngtcp2_is_bidi_stream });
/// ```
///
/// ```compile_fail
/// mod definitions {
///     pub unsafe extern "C" fn ngtcp2_is_bidi_stream(stream_id: u64) -> core::ffi::c_int {
///         core::ffi::c_int::from(stream_id & 2 == 0)
///     }
/// }
///
/// ngtcp2_abi::assert_same_signature!(ngtcp2_abi::api, definitions, { ngtcp2_is_bidi_stream });
/// ```
#[macro_export]
macro_rules! assert_same_signature {
    ($($declarations:ident)::+, $($definitions:ident)::+, { $($name:ident),+ $(,)? }) => {
        $crate::assert_same_signature!(@each [$($declarations)::+] [$($definitions)::+] $($name)+);
    };
    (@each $declarations:tt $definitions:tt $($name:ident)+) => {
        $($crate::assert_same_signature!(@one $declarations $definitions $name);)+
    };
    (@one [$($declarations:ident)::+] [$($definitions:ident)::+] $name:ident) => {
        // The elements of an array have one type: two functions become one pointer type only if
        // their signatures are equal.
        const _: () = {
            let _ = [$($declarations)::+::$name, $($definitions)::+::$name];
        };
    };
}
