//! The stream, on whichever database the suite runs on.

mod booking;
mod closing;
mod holding;
mod leading;
mod owner;
mod proving;
mod two;
