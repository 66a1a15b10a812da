//! Charts: SVG drawn by Yew, each beside its table. Scales are pure and tested natively.

pub mod bridge;
pub mod cohorts;
pub mod distribution;
pub mod frame;
pub mod marks;
pub mod movements;
pub mod plot;
pub mod retention;
pub mod scale;
pub mod scores;
pub mod spark;
pub mod survival;
pub mod table;
pub mod trend;
