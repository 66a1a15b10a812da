//! What the crate tells the others, as one program: each program more is linked anew after every change.

#![expect(clippy::expect_used, clippy::panic, reason = "tests fail by panicking, in helpers too")]

#[macro_use]
mod common;

mod ahead;
mod btyd;
mod cautions;
mod economics;
mod events_report;
mod examples;
mod formulas;
mod invoices;
mod join;
mod ledger_report;
mod periods;
mod planning;
mod properties;
mod purchases;
mod reconstruction;
mod responses;
mod risks;
mod status;
mod subscriptions;
mod subscriptions_report;
mod usage;
