//! Structs whose fields are all zero, for Rust code that fills them in.

/// Gives `$name` the constant `ZERO`, and makes it the `Default`.
///
/// A macro, so that the constants do not show up in the C headers.
macro_rules! zero {
    ($name:ident { $($fields:tt)* }) => {
        impl $name {
            /// Every field zero, NULL or none: not the defaults of the protocol or the library.
            pub const ZERO: Self = Self { $($fields)* };
        }

        impl Default for $name {
            fn default() -> Self {
                Self::ZERO
            }
        }
    };
}
