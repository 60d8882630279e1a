//! Limits on how often one caller may call, and on how much one body may hold.

mod admission;
mod body;
mod listeners;
mod rate;

pub use admission::{Admission, come_back};
pub use body::{limit_body, too_large};
pub use listeners::{Listeners, Seat};
pub use rate::{RateLimits, limit_requests, limit_sign_ins};
