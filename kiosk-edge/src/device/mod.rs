//! Who this edge is to central: its key, its enrolment, its hello.

mod enrol;
mod hello;
mod introduce;
mod key;
#[cfg(test)]
mod tests;

pub use enrol::{EnrolError, Pending, enrol};
pub use hello::{HelloError, Session, hello};
pub use introduce::introduce;
pub use key::{DeviceKey, KeyError};
