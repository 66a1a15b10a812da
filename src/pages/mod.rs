//! The screens.

pub mod builder;
pub mod calculator;
pub mod calculators;
pub mod dashboard;
pub mod glossary;
pub mod report;
pub mod shared;
pub mod unknown;
