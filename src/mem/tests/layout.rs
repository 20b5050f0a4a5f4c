//! Sizes that the hot path counts on.

use super::super::{AppBytes, Array, Boxed, IdMap, Key, Links, Pool, Queue, Ring};

#[test]
fn containers_are_small() {
    assert_eq!(size_of::<Array<u64>>(), 24);
    assert_eq!(size_of::<Ring<u64>>(), 32);
    assert_eq!(size_of::<Pool<u64>>(), 40);
    assert_eq!(size_of::<AppBytes>(), 64);
    assert_eq!(size_of::<Boxed<u64>>(), 16);
    assert_eq!(size_of::<Queue>(), 8);
    assert_eq!(size_of::<Links>(), 8);
    assert_eq!(size_of::<Key>(), 8);
    assert!(size_of::<IdMap>() <= 96);
}
