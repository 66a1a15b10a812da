//! What changes the world, one verb a file: each takes the session and does one thing.

pub mod ask;
pub mod cancel_reading;
pub mod export_report;
pub mod hear_worker;
pub mod open_file;
pub mod open_sample;
pub mod read_again;
pub mod remember;
pub mod save_findings;
pub mod save_unmatched;
