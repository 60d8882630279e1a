//! Padding and chunks.

use super::padded;

#[test]
fn lists_are_padded_to_powers_of_two_with_their_last_item() {
    assert_eq!(padded(vec![1, 2, 3]), [1, 2, 3, 3]);
    assert_eq!(padded(vec![1, 2]), [1, 2]);
    assert_eq!(padded(Vec::<i32>::new()), Vec::<i32>::new());
}
