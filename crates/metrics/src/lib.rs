//! SaaS retention arithmetic: what a KPI is, exactly, with its status, its interval and its source.
//!
//! Plain data in, plain data out: no file, no clock, no log, no browser. Keys, rules and numbered examples are those
//! of the definition sheet (`metrics.md`), whose section numbers the documentation names.
//!
//! ```
//! use keeprate_metrics::{customers::customer_retention_rate, ledger::Totals, result::Scope};
//!
//! let totals = Totals {
//!     customers_start: Some(100),
//!     customers_lost: Some(5),
//!     customers_new: Some(10),
//!     customers_end: Some(105),
//!     ..Totals::default()
//! };
//! let retention = customer_retention_rate(&Scope::default(), &totals);
//! assert_eq!(retention.number(), Some(0.95));
//! ```

#![forbid(unsafe_code)]

pub mod activity;
pub mod bridge;
pub mod btyd;
pub mod catalogue;
pub mod cautions;
pub mod changes;
pub mod cohorts;
pub mod conventions;
pub mod customers;
pub mod economics;
pub mod efficiency;
pub mod events;
pub mod feedback;
pub mod forecast;
pub mod history;
pub mod invoices;
pub mod join;
pub mod ledger;
pub mod money;
pub mod order;
pub mod period;
pub mod planning;
pub mod presets;
pub mod purchases;
pub mod reconstruction;
pub mod renewals;
pub mod report;
pub mod responses;
pub mod result;
pub mod revenue;
pub mod risk;
mod simplex;
pub mod sorted_map;
pub mod statistics;
pub mod subscriptions;
pub mod survival;
pub mod usage;
