//! Rebuilds when the screens' program, which release builds embed, was built anew.
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // Debug builds read it from the folder at run time.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed=../kiosk-ui/dist");
    }
}
