//! The demo: a chain one can touch.
