//! A survey without a screen: what is asked and how an answer is grouped ([`Kind`], [`Scale`], [`Group`]), in which words
//! ([`text`]), who is asked and when ([`eligibility`]), what an answer looks like on the wire ([`Response`]), which colours
//! can be read ([`contrast`]), and what becomes of an answer that could not be delivered ([`queue`]).
//!
//! Everything is a pure function: time, chance and storage come in as arguments. Seconds and days are `u32`, scores are
//! small integers and no float is read or printed, because the survey element carries this crate and is worth its few bytes.
//!
//! Invariant: nothing here panics, whatever a page, a definition or a person holds.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(feature = "yew")]
extern crate std;

#[cfg(feature = "yew")]
pub mod component;
pub mod contrast;
pub mod eligibility;
mod kind;
pub mod queue;
mod response;
pub mod text;

pub use kind::{Group, Kind, Scale};
pub use response::{COMMENT_LIMIT, Response, plain, push_number};
