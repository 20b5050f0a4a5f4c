//! What packets cost beside ring itself. Only where the compiler optimises: `make bench-tls`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use ring::aead::{
    AES_128_GCM, AES_256_GCM, Aad, Algorithm, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey,
};

use super::*;
use crate::suite::Aead;

/// An AEAD packet of common size: 1452 bytes with its tag, behind a short header.
const PACKET_LEN: usize = 1452;
const HEADER_LEN: usize = 12;
const PACKETS: usize = 500;
const ROUNDS: usize = 300;

fn time(mut packet: impl FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..PACKETS {
        packet();
    }
    start.elapsed()
}

/// The least times of sealing through the C ABI and by ring, which take turns.
fn least_times(aead: Aead, algorithm: &'static Algorithm) -> [Duration; 2] {
    let key = [7; 32];
    let (nonce, header) = ([1; NONCE_LEN], [2; HEADER_LEN]);
    let native = handles::aead(aead);
    let mut ctx = ngtcp2_crypto_aead_ctx { native_handle: std::ptr::null_mut() };
    // SAFETY: all pointers are to what stands above, and the key is as long as any.
    let status = unsafe { ngtcp2_crypto_aead_ctx_encrypt_init(&mut ctx, &native, key.as_ptr(), NONCE_LEN) };
    assert_eq!(status, 0);
    let direct = LessSafeKey::new(UnboundKey::new(algorithm, &key[..algorithm.key_len()]).unwrap());

    let mut packet = [3; PACKET_LEN];
    let len = PACKET_LEN - TAG_LEN;
    let mut least = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        let helper = time(|| {
            let at = black_box(packet.as_mut_ptr());
            let (nonce, header) = (nonce.as_ptr(), header.as_ptr());
            // SAFETY: the packet has room for the tag; sealing in place is allowed.
            let status = unsafe {
                ngtcp2_crypto_encrypt(at, &native, &ctx, at, len, nonce, NONCE_LEN, header, HEADER_LEN)
            };
            assert_eq!(black_box(status), 0);
        });
        let ring = time(|| {
            let (payload, tag) = black_box(&mut packet).split_at_mut(len);
            let nonce = Nonce::try_assume_unique_for_key(&nonce).unwrap();
            let made = direct.seal_in_place_separate_tag(nonce, Aad::from(&header), payload).unwrap();
            tag.copy_from_slice(made.as_ref());
        });
        least = [least[0].min(helper), least[1].min(ring)];
    }
    // SAFETY: made above, and not used again.
    unsafe { ngtcp2_crypto_aead_ctx_free(&mut ctx) };
    least
}

#[test]
fn packets_cost_what_they_cost_ring() {
    let algorithms = [
        ("AES-128-GCM", Aead::Aes128Gcm, &AES_128_GCM),
        ("AES-256-GCM", Aead::Aes256Gcm, &AES_256_GCM),
        ("ChaCha20-Poly1305", Aead::ChaCha20Poly1305, &CHACHA20_POLY1305),
    ];
    for (name, aead, algorithm) in algorithms {
        let [helper, ring] =
            least_times(aead, algorithm).map(|time| time.as_secs_f64() * 1e9 / PACKETS as f64);
        let more = (helper / ring - 1.0) * 100.0;
        println!(
            "sealing {PACKET_LEN} bytes with {name}: {helper:.0} ns, ring alone {ring:.0} ns ({more:+.1} %)"
        );
        assert!(more < 5.0, "{name}");
    }
}
