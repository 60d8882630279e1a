//! What the chain does, a folder each. Others use only what its `mod.rs` offers.

pub mod audit;
