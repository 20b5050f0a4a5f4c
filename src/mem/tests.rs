//! The containers under a caller's allocator that fails, skews and is torn down.

extern crate std;

use super::testing::TestHeap;
use super::*;

#[test]
fn smoke() {
    let heap = TestHeap::with_skew(8);
    {
        let mem = heap.mem();
        let mut array = Array::new(mem);
        let mut ring = Ring::new(mem);
        let mut pool = Pool::new(mem);
        let mut map = IdMap::new(mem, (1, 2));
        let mut slots = Slots::new(mem);
        for i in 0..1000u64 {
            array.try_push(i).unwrap();
            ring.try_push_back(i).unwrap();
            let key = pool.try_insert(i).unwrap();
            map.try_insert(i, key.index()).unwrap();
            slots.try_insert(i).unwrap();
            assert_eq!(map.get(i), Some(key.index()));
        }
        assert_eq!(array[999], 999);
        assert_eq!(ring.back(), Some(&999));
        assert_eq!(map.remove(5), Some(5));
        assert_eq!(map.get(5), None);
    }
    assert_eq!(heap.live(), 0);
}
