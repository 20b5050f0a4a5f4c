//! The rustls crypto helper.
