//! The hot loops, a crate of their own because they are compiled for speed and everything else for size. They know
//! nothing of files, currencies or metrics. Reading a file: bytes become an [`index`](mod@index) of fields, a column of
//! fields becomes a column of numbers ([`intern`], [`amount`]), columns of numbers become [`cells`]. Answering a question:
//! [`passes`] over the cells.
//!
//! The loops of reading take a [`Window`](row::Window) of some hundred records at once, column by column, so that the
//! text stays in the cache and the look-ups of different records overlap, and most columns only where a run of records
//! starts that are alike. Whatever is not usual is left to the caller, record by record: a loop says where it stopped.
//!
//! Invariant: `unsafe` is allowed in [`index`](mod@index) alone, for the loads of the SIMD instructions.

#![deny(unsafe_code)]

pub mod amount;
pub mod cells;
pub mod index;
pub mod intern;
pub mod passes;
pub mod row;
