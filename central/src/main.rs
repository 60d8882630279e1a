//! gerai-central
fn main() {}
