//! Code that knows no rules: a function of the API with arguments good and bad, at any moment and inside every callback.
//!
//! Owns: the calls. What is called, where and how often follows from [`Choices`].

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ffi::{c_int, c_void};
use std::ptr;

use ngtcp2_abi::api::*;
use ngtcp2_abi::*;

use crate::address::Path;
use crate::connection::Written;
use crate::endpoint::Endpoint;
use crate::intruder;
use crate::network::{Datagram, MILLISECOND, SECOND};
use crate::random::Random;

/// What streams and datagrams carry; it outlives every connection.
pub(crate) static DATA: [u8; 3000] = [0x77; 3000];

/// Calls inside callbacks of calls inside callbacks end somewhere.
const MAX_DEPTH: u32 = 3;

/// Where choices come from: chance, or an input that was made up to find faults.
#[derive(Debug)]
pub(crate) enum Choices {
    Chance(Random),
    /// At its end, the last of the possibilities is taken.
    Input(VecDeque<u8>),
}

impl Choices {
    fn below(&mut self, bound: u64) -> u64 {
        match self {
            Self::Chance(random) => random.below(bound),
            Self::Input(bytes) if bytes.is_empty() => bound.saturating_sub(1),
            Self::Input(bytes) => {
                let len = bound
                    .saturating_sub(1)
                    .to_le_bytes()
                    .iter()
                    .rposition(|&byte| byte != 0)
                    .map_or(0, |at| at + 1);
                let mut value = [0; 8];
                for byte in &mut value[..len] {
                    *byte = bytes.pop_front().unwrap_or(0);
                }
                u64::from_le_bytes(value) % bound.max(1)
            }
        }
    }
}

/// Code that knows no rules. It is entered again in the middle of its calls.
pub(crate) struct Program {
    choices: RefCell<Choices>,
    /// Packets written inside callbacks: for the network, or for a nested read.
    pub(crate) packets: RefCell<Vec<Datagram>>,
    /// Where packets are written, also those that `WRITE_MORE` leaves open.
    buffer: RefCell<[u8; 1500]>,
    depth: Cell<u32>,
    pub(crate) calls: Cell<u64>,
    /// In so many of 1000 callbacks something is done.
    activity: u64,
}

impl Program {
    pub(crate) fn new(choices: Choices, activity: u64) -> Self {
        Self {
            choices: RefCell::new(choices),
            packets: RefCell::default(),
            buffer: RefCell::new([0; 1500]),
            depth: Cell::new(0),
            calls: Cell::new(0),
            activity,
        }
    }

    pub(crate) fn below(&self, bound: u64) -> u64 {
        self.choices.borrow_mut().below(bound)
    }

    pub(crate) fn is_one_in(&self, count: u64) -> bool {
        self.below(count) == 0
    }

    pub(crate) fn number(&self) -> u64 {
        match self.below(6) {
            0 => self.below(8),
            1 => self.below(1 << 16),
            2 => (1 << 62) - 1 - self.below(2),
            3 => 1 << 62,
            4 => u64::MAX - self.below(2),
            _ => self.choices.borrow_mut().below(u64::MAX),
        }
    }

    fn stream(&self) -> i64 {
        if self.is_one_in(10) { self.number().cast_signed() } else { self.below(40).cast_signed() }
    }

    fn time(&self, now: u64) -> u64 {
        match self.below(40) {
            0 => 0,
            1 => now.saturating_sub(SECOND),
            2 => now + 100 * MILLISECOND,
            _ => now,
        }
    }

    /// A callback was called.
    pub(crate) fn enter(&self, endpoint: &Endpoint, name: &str) {
        if !endpoint.is_open() || self.depth.get() >= MAX_DEPTH || self.below(1000) >= self.activity {
            return;
        }
        self.depth.set(self.depth.get() + 1);
        self.calls.set(self.calls.get() + 1);
        let choice = self.below(26);
        let code = self.act(endpoint, choice);
        endpoint.log(|| format!("action {choice} inside {name}: {code}"));
        if code == NGTCP2_ERR_INTERNAL {
            endpoint.violate(format!("action {choice} inside {name}: {code}"));
        }
        self.depth.set(self.depth.get() - 1);
    }

    /// One call of the API, and its answer.
    pub(crate) fn act(&self, endpoint: &Endpoint, choice: u64) -> c_int {
        let (conn, raw) = (endpoint.conn(), endpoint.conn().as_raw());
        let now = self.time(endpoint.now());
        match choice {
            0..=3 => self.write(endpoint, now),
            4 => self.write_datagram(raw, now),
            5 | 6 => self.read(endpoint, now),
            7 => {
                let mut garbage = [0; 64];
                garbage.fill_with(|| self.below(256) as u8);
                conn.read(endpoint.path(), self.number() as u8, &garbage[..self.below(64) as usize], now)
            }
            8 => conn.handle_expiry(now),
            9 => conn.open_stream(self.is_one_in(2)).err().unwrap_or(0),
            10 | 11 => self.shut_down(raw),
            12 => conn.extend_credit(self.stream(), self.number()),
            13 => {
                conn.extend_streams(self.is_one_in(2));
                0
            }
            14 => conn.initiate_key_update(now),
            15 => {
                let mut path = endpoint.path();
                path.local.port += self.below(3) as u16;
                conn.migrate(path, self.is_one_in(2), now)
            }
            // SAFETY: the connection is alive, and so is the data.
            16 => unsafe { ngtcp2_conn_submit_new_token(raw, DATA.as_ptr(), self.below(70) as usize) },
            // SAFETY: the connection is alive.
            17 => unsafe { ngtcp2_conn_set_stream_user_data(raw, self.stream(), ptr::null_mut()) },
            18 => {
                conn.set_keep_alive_timeout(self.number().saturating_add(10 * MILLISECOND));
                0
            }
            19 if self.is_one_in(20) => conn.early_data_rejected(),
            20 if self.is_one_in(100) => self.close(endpoint, now),
            21 => conn.set_remote_params(&DATA[..self.below(40) as usize]),
            22 => {
                conn.update_pkt_tx_time(now);
                0
            }
            23 => self.write_train(endpoint, now),
            _ => self.look(raw),
        }
    }

    /// Keeps a packet that was written.
    fn keep(&self, buffer: &[u8], written: &Written) -> c_int {
        let len = usize::try_from(written.result).unwrap_or(0);
        if let (1.., Some(path)) = (len, written.path) {
            let (source, destination) = (path.local, path.remote);
            let datagram = Datagram { source, destination, ecn: written.ecn, payload: buffer[..len].into() };
            self.packets.borrow_mut().push(datagram);
        }
        written.result as c_int
    }

    fn write(&self, endpoint: &Endpoint, now: u64) -> c_int {
        let pieces = [0, 1, 2].map(|_| {
            let rest = &DATA[self.below(DATA.len() as u64) as usize..];
            let len = self.below(400).min(rest.len() as u64) as usize;
            ngtcp2_vec { base: rest.as_ptr().cast_mut(), len }
        });
        let count = self.below(4) as usize;
        let stream = if self.is_one_in(3) { -1 } else { self.stream() };
        let flags = self.below(8) as u32;
        let mut other = [0; 1500];
        let mut own = self.buffer.try_borrow_mut().ok().filter(|_| !self.is_one_in(10));
        let buffer = own.as_deref_mut().unwrap_or(&mut other);
        let size = if self.is_one_in(10) { self.below(1300) as usize } else { buffer.len() };
        let written = endpoint.conn().write_stream(&mut buffer[..size], stream, flags, &pieces[..count], now);
        self.keep(buffer, &written)
    }

    fn write_datagram(&self, raw: *mut ngtcp2_conn, now: u64) -> c_int {
        let Ok(mut buffer) = self.buffer.try_borrow_mut() else { return 0 };
        let (flags, id, len) = (self.below(4) as u32, self.number(), self.below(1400) as usize);
        // SAFETY: the connection is alive, and buffers have the lengths told.
        let result = unsafe {
            ngtcp2_conn_write_datagram_versioned(
                raw,
                ptr::null_mut(),
                NGTCP2_PKT_INFO_VERSION,
                ptr::null_mut(),
                buffer.as_mut_ptr(),
                buffer.len(),
                ptr::null_mut(),
                flags,
                id,
                DATA.as_ptr(),
                len,
                now,
            )
        };
        result as c_int
    }

    /// Writes several packets into one buffer; they are lost.
    fn write_train(&self, endpoint: &Endpoint, now: u64) -> c_int {
        let mut buffer = [0; 8000];
        let size = self.below(buffer.len() as u64) as usize;
        let mut segment = 0;
        // SAFETY: the connection is alive, and the buffer has the length told.
        let result = unsafe {
            ngtcp2_conn_write_aggregate_pkt_versioned(
                endpoint.conn().as_raw(),
                ptr::null_mut(),
                NGTCP2_PKT_INFO_VERSION,
                ptr::null_mut(),
                buffer.as_mut_ptr(),
                size,
                &raw mut segment,
                Some(write_one),
                now,
            )
        };
        result as c_int
    }

    /// Reads a packet that the peer wrote inside one of its callbacks. Before the handshake is complete, the TLS stack
    /// may be in the middle of its work.
    fn read(&self, endpoint: &Endpoint, now: u64) -> c_int {
        let host = endpoint.path().local.host;
        let packets = self.packets.borrow();
        let place = packets.iter().position(|packet| packet.destination.host == host);
        let Some(packet) = place.map(|place| packets[place].clone()) else { return 0 };
        drop(packets);
        if !endpoint.conn().is_handshake_completed() {
            return 0;
        }
        let path = Path { local: packet.destination, remote: packet.source };
        endpoint.conn().read(path, packet.ecn, &packet.payload, now)
    }

    fn shut_down(&self, raw: *mut ngtcp2_conn) -> c_int {
        let shut_down = match self.below(3) {
            0 => ngtcp2_conn_shutdown_stream,
            1 => ngtcp2_conn_shutdown_stream_read,
            _ => ngtcp2_conn_shutdown_stream_write,
        };
        // SAFETY: the connection is alive.
        unsafe { shut_down(raw, 0, self.stream(), self.number()) }
    }

    fn close(&self, endpoint: &Endpoint, now: u64) -> c_int {
        let mut error = ngtcp2_ccerr::ZERO;
        // SAFETY: the struct is valid.
        unsafe { ngtcp2_ccerr_set_application_error(&raw mut error, self.number(), DATA.as_ptr(), 2000) };
        let mut buffer = [0; 1500];
        let written = endpoint.conn().write_close(&mut buffer, &error, now);
        self.keep(&buffer, &written)
    }

    /// Getters, and what they point to.
    #[expect(clippy::multiple_unsafe_ops_per_block, reason = "one promise covers every one of these reads")]
    fn look(&self, raw: *mut ngtcp2_conn) -> c_int {
        let mut ids = [ngtcp2_cid::ZERO; 32];
        let id = self.stream();
        // SAFETY: the connection is alive, addresses it gives stay good with it, and the buffers are large enough.
        unsafe {
            ngtcp2_conn_get_scid2(raw, ids.as_mut_ptr());
            ngtcp2_conn_get_active_dcid3(raw, ptr::null_mut());
            ngtcp2_conn_get_max_stream_data_left2(raw, id);
            ngtcp2_conn_get_stream_user_data2(raw, id);
            ngtcp2_conn_get_stream_loss_count2(raw, id);
            ngtcp2_conn_get_expiry2(raw);
            ngtcp2_conn_get_pto2(raw);
            let params = ngtcp2_conn_get_remote_transport_params2(raw);
            let _ = params.as_ref().map_or(0, |params| params.ack_delay_exponent);
            (*ngtcp2_conn_get_path2(raw)).local.addrlen as c_int
                - (*ngtcp2_conn_get_dcid2(raw)).datalen as c_int
        }
    }
}

/// What a train of packets consists of; the callback is as wild as the others.
unsafe extern "C" fn write_one(
    conn: *mut ngtcp2_conn,
    path: *mut ngtcp2_path,
    pi: *mut ngtcp2_pkt_info,
    dest: *mut u8,
    len: usize,
    now: u64,
    _: *mut c_void,
) -> ngtcp2_ssize {
    if intruder::intrude("write_pkt") {
        return NGTCP2_ERR_CALLBACK_FAILURE as ngtcp2_ssize;
    }
    // SAFETY: the library passes what it was given.
    unsafe { ngtcp2_conn_write_pkt_versioned(conn, path, NGTCP2_PKT_INFO_VERSION, pi, dest, len, now) }
}

/// The ends of time, after which there is no connection to speak of.
pub(crate) fn end_of_time(endpoint: &Endpoint) {
    let conn = endpoint.conn();
    for now in [0, u64::MAX - 1, u64::MAX, 1] {
        let answers = [
            conn.read(endpoint.path(), 0, &DATA[..50], now),
            conn.handle_expiry(now),
            conn.write_stream(&mut [0; 1500], -1, 0, &[], now).result as c_int,
            conn.initiate_key_update(now),
            conn.write_close(&mut [0; 1500], &ngtcp2_ccerr::ZERO, now).result as c_int,
        ];
        conn.update_pkt_tx_time(now);
        conn.expiry();
        assert!(!answers.contains(&NGTCP2_ERR_INTERNAL), "{now} {answers:?}");
    }
}
