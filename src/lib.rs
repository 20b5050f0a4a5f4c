//! The core.
#![no_std]
mod rt {
    extern crate std;
}
