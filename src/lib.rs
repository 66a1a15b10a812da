//! Keeprate in the browser: the page and its worker.
//!
//! Data flows one way: file, worker, columns, metrics, report, view model, component. The rooms and their doors are
//! described in ARCHITECTURE.md and kept by `cargo xtask tidy`.

pub mod annex;
pub mod app;
pub mod charts;
pub mod components;
pub mod context;
pub mod i18n;
pub mod pages;
pub mod platform;
pub mod protocol;
pub mod queries;
pub mod route;
pub mod state;
pub mod tasks;
pub mod worker;
