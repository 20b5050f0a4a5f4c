//! NEW_TOKEN frames of a server that are not acknowledged (RFC 9000 §8.1.3).
//!
//! Owns: copies of the tokens. Must not know: what is in them.

use crate::error::{Error, Result};
use crate::mem::{Array, Bytes, Mem};

/// Tokens waiting for acknowledgment. One a connection is usual; more than a few help nobody.
const MAX_TOKENS: usize = 16;

struct Token {
    bytes: Bytes,
    number: u32,
    pending: bool,
}

/// The tokens.
pub(crate) struct NewTokens {
    tokens: Array<Token>,
    next_number: u32,
    mem: Mem,
}

impl NewTokens {
    pub(crate) const fn new(mem: Mem) -> Self {
        Self { tokens: Array::new(mem), next_number: 0, mem }
    }

    pub(crate) fn submit(&mut self, token: &[u8]) -> Result<()> {
        if self.tokens.len() >= MAX_TOKENS {
            return Err(Error::InvalidState);
        }
        let mut bytes = Bytes::new(self.mem);
        bytes.try_extend_from_slice(token)?;
        self.tokens.try_push(Token { bytes, number: self.next_number, pending: true })?;
        self.next_number = self.next_number.wrapping_add(1);
        Ok(())
    }

    pub(crate) fn next_pending(&self) -> Option<u32> {
        self.tokens.iter().find(|token| token.pending).map(|token| token.number)
    }

    pub(crate) fn get(&self, number: u32) -> Option<&[u8]> {
        self.tokens.iter().find(|token| token.number == number).map(|token| &token.bytes[..])
    }

    pub(crate) fn on_sent(&mut self, number: u32) {
        self.set_pending(number, false);
    }

    /// `true` when the token is still of use and has to be sent again.
    pub(crate) fn on_lost(&mut self, number: u32) -> bool {
        self.set_pending(number, true)
    }

    pub(crate) fn on_acked(&mut self, number: u32) {
        if let Some(place) = self.tokens.iter().position(|token| token.number == number) {
            self.tokens.swap_remove(place);
        }
    }

    fn set_pending(&mut self, number: u32, pending: bool) -> bool {
        match self.tokens.iter_mut().find(|token| token.number == number) {
            Some(token) => {
                token.pending = pending;
                true
            }
            None => false,
        }
    }
}
