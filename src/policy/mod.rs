//! The rules about time. Nothing here reads a clock.

mod cutoff;
mod expiry;
mod limits;

pub use cutoff::Cutoff;
pub use expiry::Expiry;
pub(crate) use expiry::{ExpiryClaim, Lifetime, instant, issue_time};
pub(crate) use limits::{AbsoluteTimeout, Limits, Policy, started_since};
