//! `state_machine!`: one source for a state machine's states, its named transitions and its table.
//!
//! The macro writes a wrapper whose state is private to it, one method per event, and the constant `TRANSITIONS`,
//! which a test compares with the tables of ARCHITECTURE.md. An event without an edge from the current state
//! returns `false` and changes nothing.

/// ```text
/// state_machine! {
///     /// What the machine is.
///     pub(crate) machine Sending / SendingState, begins Ready {
///         send: Ready | Send => Send;
///         finish: Ready | Send => DataSent;
///     }
///     also terminal states: ResetReceived
/// }
/// ```
macro_rules! state_machine {
    (
        $(#[$doc:meta])*
        $vis:vis machine $name:ident / $state:ident, begins $first:ident, states { $($(#[$sdoc:meta])* $variant:ident),+ $(,)? } {
            $($(#[$edoc:meta])* $event:ident: $($from:ident)|+ => $to:ident;)+
        }
    ) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $vis enum $state { $($(#[$sdoc])* $variant),+ }

        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        $vis struct $name($state);

        #[allow(dead_code, reason = "the table is whole, whether or not each of its events is driven")]
        impl $name {
            /// Every edge as (state, event, next state), in the order of the source.
            #[cfg(test)]
            $vis const TRANSITIONS: &'static [(&'static str, &'static str, &'static str)] =
                &[$($((stringify!($from), stringify!($event), stringify!($to)),)+)+];

            $vis const fn new() -> Self {
                Self($state::$first)
            }

            #[inline]
            $vis const fn state(&self) -> $state {
                self.0
            }

            $(
                $(#[$edoc])*
                #[inline]
                $vis fn $event(&mut self) -> bool {
                    match self.0 {
                        $($state::$from)|+ => { self.0 = $state::$to; true }
                        #[allow(unreachable_patterns, reason = "an event may have an edge from every state")]
                        _ => false,
                    }
                }
            )+
        }
    };
}
pub(crate) use state_machine;

#[cfg(test)]
mod tests {
    state_machine! {
        /// A door.
        pub(crate) machine Door / DoorState, begins Closed, states { Closed, Open, Locked } {
            open: Closed => Open;
            close: Open => Closed;
            lock: Closed | Locked => Locked;
        }
    }

    #[test]
    fn events_without_an_edge_change_nothing() {
        let mut door = Door::new();
        assert!(!door.close());
        assert!(door.open());
        assert!(!door.lock());
        assert_eq!(door.state(), DoorState::Open);
        assert_eq!(Door::TRANSITIONS[2], ("Closed", "lock", "Locked"));
        assert_eq!(Door::TRANSITIONS.len(), 4);
    }
}
