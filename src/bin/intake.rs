//! The intake: the worker that reads files of every shape and answers every question, a program of its own that is loaded
//! behind the first view.

fn main() {
    keeprate::worker::run();
}
