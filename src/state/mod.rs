//! What the page remembers: one slice a file, each with the actions that change it. No browser, no side effect.

pub mod data;
pub mod preferences;
pub mod view;
