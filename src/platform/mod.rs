//! The browser: the only place that names `web_sys` and `js_sys`. Nothing here decides; it only does.

pub mod annex;
pub mod documents;
pub mod dom;
pub mod element;
pub mod files;
pub mod host;
pub mod intl;
pub mod measure;
pub mod paint;
pub mod sample;
pub mod size;
pub mod storage;
pub mod table;
pub mod workbook;
pub mod worker;
