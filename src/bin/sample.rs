//! Writes what the page opens on: the sample and the report on it, worked out when the app is built.

use std::io::{Error, ErrorKind, Write};

fn main() -> Result<(), Error> {
    let sample = keeprate::worker::sample().ok_or_else(|| Error::from(ErrorKind::InvalidData))?;
    std::io::stdout().write_all(&borsh::to_vec(&sample)?)
}
