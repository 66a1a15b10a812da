//! `cargo xtask sample`: generated data files of any length, the same for the same seed.

use std::fs::File;
use std::io::{BufWriter, Error, ErrorKind, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use keeprate_sample::Options;
use lexopt::prelude::*;

use crate::run::say;

pub(crate) const HELP: &str = "
Usage: cargo xtask sample --rows N [--seed S] [--german [--windows-1252]] [--out FILE]

Writes monthly revenue per customer of a fictional SaaS company as CSV (about 43 bytes a row). The
same options give the same bytes on every machine.

  --rows N         rows after the header
  --seed S         another company (default 1)
  --german         semicolons, decimal commas, months as 01.2024, German headers
  --windows-1252   with --german: that encoding instead of UTF-8
  --out FILE       write there instead of standard output
";

pub(crate) fn main(mut parser: lexopt::Parser) -> Result<()> {
    let mut rows = None;
    let mut seed = 1;
    let mut german = false;
    let mut windows_1252 = false;
    let mut out: Option<PathBuf> = None;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("rows") => rows = Some(parser.value()?.parse()?),
            Long("seed") => seed = parser.value()?.parse()?,
            Long("german") => german = true,
            Long("windows-1252") => windows_1252 = true,
            Long("out") => out = Some(parser.value()?.into()),
            _ => bail!(argument.unexpected()),
        }
    }
    let options = Options { rows: rows.context("--rows N is missing")?, seed, german };

    let Some(path) = out else {
        return write(&options, windows_1252, std::io::stdout().lock());
    };
    let file = File::create(&path).with_context(|| format!("creating {}", path.display()))?;
    write(&options, windows_1252, file)?;
    let length = std::fs::metadata(&path)?.len();
    say(&format!("{}: {} rows, {length} bytes", path.display(), options.rows));
    Ok(())
}

fn write(options: &Options, windows_1252: bool, out: impl Write) -> Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    if windows_1252 {
        keeprate_sample::write(options, &mut Windows1252::new(&mut out))?;
    } else {
        keeprate_sample::write(options, &mut out)?;
    }
    Ok(out.flush()?)
}

/// Turns UTF-8 into Windows-1252 on the way, for the characters that both share with Latin-1:
/// all that the generator writes.
pub(crate) struct Windows1252<W> {
    inner: W,
    /// The first byte of a character whose second byte is still to come.
    lead: Option<u8>,
}

impl<W> Windows1252<W> {
    pub(crate) fn new(inner: W) -> Self {
        Self { inner, lead: None }
    }
}

impl<W: Write> Write for Windows1252<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut encoded = Vec::with_capacity(bytes.len());
        for &byte in bytes {
            match (self.lead.take(), byte) {
                (None, 0..0x80) => encoded.push(byte),
                (None, 0xC2 | 0xC3) => self.lead = Some(byte),
                // 0x80 to 0x9F are other characters in Windows-1252 than in Latin-1.
                (Some(0xC2), 0xA0..0xC0) => encoded.push(byte),
                (Some(0xC3), 0x80..0xC0) => encoded.push(byte | 0x40),
                _ => {
                    return Err(Error::new(ErrorKind::InvalidData, "no such character in Windows-1252"));
                }
            }
        }
        self.inner.write_all(&encoded)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_may_be_cut_by_two_writes() {
        let mut bytes = Vec::new();
        let mut out = Windows1252::new(&mut bytes);
        let text = "Währung;§\n".as_bytes();
        out.write_all(&text[..2]).unwrap();
        out.write_all(&text[2..]).unwrap();
        assert_eq!(bytes, b"W\xE4hrung;\xA7\n");
    }

    #[test]
    fn what_cannot_be_encoded_is_an_error() {
        assert!(Windows1252::new(Vec::new()).write_all("漢".as_bytes()).is_err());
    }
}
