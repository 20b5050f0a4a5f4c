//! Inserting into and removing from a few values that stand in an array.
//!
//! Owns: moving them by one place. Must not know: how many of them mean something.

/// The first value is lost; those behind it move up, and the last place keeps what it had.
#[inline]
pub(crate) fn close_gap<T: Copy>(places: &mut [T]) {
    if !places.is_empty() {
        places.copy_within(1.., 0);
    }
}

/// `value` takes the first place; those that stood there move back, and the last is lost.
#[inline]
pub(crate) fn open_gap<T: Copy>(places: &mut [T], value: T) {
    if let Some(last) = places.len().checked_sub(1) {
        places.copy_within(..last, 1);
    }
    if let Some(first) = places.first_mut() {
        *first = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_move_by_one_place() {
        let mut places = [1, 2, 3];
        close_gap(&mut places);
        assert_eq!(places, [2, 3, 3]);
        open_gap(&mut places, 1);
        assert_eq!(places, [1, 2, 3]);
        open_gap(&mut places[2..], 4);
        close_gap(&mut places[2..]);
        assert_eq!(places, [1, 2, 4]);
        close_gap::<u8>(&mut []);
        open_gap(&mut [], 1);
    }
}
