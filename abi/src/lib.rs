//! The C ABI of ngtcp2.
#![no_std]
