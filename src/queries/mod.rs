//! State to view model: pure functions, tested natively.

pub mod builder;
pub mod calculators;
pub mod cards;
pub mod charts;
pub mod controls;
pub mod entry;
pub mod figures;
pub mod findings;
pub mod pasted;
pub mod proof;
pub mod reading;
