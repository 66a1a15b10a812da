//! The worker that takes tables out of spreadsheets and archives, a program of its own that is loaded when one is opened.

fn main() {
    keeprate::platform::workbook::serve(keeprate_workbook::open);
}
