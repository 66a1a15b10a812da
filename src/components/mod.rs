//! Reusable pieces of the page: props in, HTML out.

pub mod annex;
pub mod assumptions;
pub mod bridge;
pub mod card;
pub mod cautions;
pub mod comments;
pub mod controls;
pub mod copying;
pub mod dialog;
pub mod entry;
pub mod events;
pub mod figure;
pub mod header;
pub mod import;
pub mod intake;
pub mod invoices;
pub mod later;
pub mod presets;
pub mod proof;
pub mod reading;
pub mod risks;
pub mod segments;
pub mod share;
pub mod text;
