//! The machine of `<keeprate-survey>`: one pure function, [`turn`], from everything there is to know (what happened, the
//! state, the survey's attributes) to commands (elements to make, state to remember, things to do). The shim in `shim/`
//! owns the element, remembers the state and carries the commands out; it decides nothing.
//!
//! Both directions are text. Going in, a record is a name and a value; names that begin with `@` are facts about the
//! event, with `.` the state, all others attributes. Coming out, a record is a command and its fields. Records end with
//! U+001E, fields are separated by U+001F; the shim takes both characters out of whatever a page or a person wrote.
//!
//! Invariant: `unsafe` is allowed in `boundary.rs` alone, and nothing is imported from the page.

#![cfg_attr(target_arch = "wasm32", no_std)]
#![deny(unsafe_code)]

extern crate alloc;

#[cfg(target_arch = "wasm32")]
mod boundary;
mod commands;
mod input;
mod machine;
mod view;

pub use machine::turn;
