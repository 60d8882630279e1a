//! Rebuilds when a migration changes.
fn main() {
    // Migrations are compiled in.
    println!("cargo:rerun-if-changed=../migrations/central");
}
