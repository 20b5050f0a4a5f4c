//! The functions that work on a connection.

mod cid;
mod close;
mod flow;
mod handshake;
mod info;
mod keys;
mod lifecycle;
mod params;
mod path;
mod read;
mod stream;
mod timer;
mod write;

pub use cid::*;
pub use close::*;
pub use flow::*;
pub use handshake::*;
pub use info::*;
pub use keys::*;
pub use lifecycle::*;
pub use params::*;
pub use path::*;
pub use read::*;
pub use stream::*;
pub use timer::*;
pub use write::*;
