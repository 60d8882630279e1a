//! The stream, on whichever database the suite runs on.

mod booking;
mod leading;
mod owner;
mod two;
