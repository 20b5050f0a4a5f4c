//! How a C enum is written here.
//!
//! C may put any integer into an enum, and a Rust enum with a value outside its list is undefined
//! behaviour. So each C enum is a newtype over `c_uint` with constants. The Rust enum beside it only
//! documents the values: it becomes the `enum` of the header and is never the type of a field or
//! parameter.

/// Defines the newtype `$name` with one constant for each variant of the documentation enum `$values`.
macro_rules! open_enum {
    ($name:ident, $values:ident { $($variant:ident),+ $(,)? }) => {
        #[repr(transparent)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(pub core::ffi::c_uint);

        $(pub const $variant: $name = $name($values::$variant as core::ffi::c_uint);)+
    };
}
