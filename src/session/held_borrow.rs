//! What must not compile: a borrow of the state, or of the head, that is held while C code runs. Compiled with
//! `--cfg held_borrow` by `tools/check/held-borrow.sh` alone, which looks for the error of each `REFUSED` line.

use crate::error::Result;

use super::Session;

fn state_across_a_callback(s: &mut Session) -> Result<()> {
    let state = s.state();
    s.handshake_completed()?; // REFUSED E0499
    state.now = crate::units::Timestamp::ZERO;
    Ok(())
}

fn part_of_the_state_across_a_callback(s: &mut Session) -> Result<usize> {
    let dcid = s.state().paths.dcid();
    s.path_challenge_data()?; // REFUSED E0499
    Ok(dcid.len())
}

fn state_twice(s: &mut Session) {
    let first = s.state();
    let second = s.state(); // REFUSED E0499
    first.now = second.now;
}

fn state_in_a_loop_with_callbacks(s: &mut Session) -> Result<()> {
    let state = s.state();
    while state.lifecycle.is_completed() {
        s.handshake_confirmed()?; // REFUSED E0499
    }
    Ok(())
}

/// What the others are compared with: this one compiles.
fn a_borrow_that_ends(s: &mut Session) -> Result<()> {
    let now = s.state().now;
    s.handshake_completed()?;
    s.state().now = now;
    Ok(())
}
