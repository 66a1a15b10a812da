//! The page.

fn main() {
    keeprate::app::run();
}
