//! NEW_TOKEN frames of a server that are not acknowledged (RFC 9000 §8.1.3).
//!
//! Owns: copies of the tokens. Must not know: what is in them.

use crate::error::{Error, Result};
use crate::mem::{Array, Bytes, Mem};

use super::State;
use super::control::Control;

/// The longest token: with it a packet of 1200 bytes is full. A longer one would hold up every frame behind it.
const MAX_TOKEN_LEN: usize = 1024;

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

/// A server gives the client a token for its next connection: `ngtcp2_conn_submit_new_token`.
pub(crate) fn submit(state: &mut State, token: &[u8]) -> Result<()> {
    if state.side.is_client() {
        return Err(Error::InvalidState);
    }
    // RFC 9000 §19.7: a client treats an empty token as an error.
    if token.is_empty() || token.len() > MAX_TOKEN_LEN {
        return Err(Error::InvalidArgument);
    }
    state.new_tokens.submit(token)?;
    state.control.set(Control::NEW_TOKEN);
    Ok(())
}

impl NewTokens {
    pub(crate) const fn new(mem: Mem) -> Self {
        Self { tokens: Array::new(mem), next_number: 0, mem }
    }

    fn submit(&mut self, token: &[u8]) -> Result<()> {
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
