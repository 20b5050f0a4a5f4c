//! Driving path validation (RFC 9000 §8.2).
//!
//! Owns: the callbacks about it. Must not know: its timing (`path/validation`).

use crate::error::Result;
use crate::path::remote_ids::Replacement;
use crate::session::Session;

pub(crate) fn on_response(s: &mut Session, data: &[u8; 8]) -> Result<()> {
    let _ = (s, data);
    Ok(())
}

pub(crate) fn on_id_replaced(s: &mut Session, replacement: &Replacement) -> Result<()> {
    let _ = (s, replacement);
    Ok(())
}

pub(crate) fn expire(s: &mut Session) -> Result<()> {
    let _ = s;
    Ok(())
}
