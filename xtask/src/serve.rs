//! `cargo xtask serve`: the app on this machine, for a person to use.

use std::net::TcpListener;

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;

use crate::run::{command, say};
use crate::{build, server};

pub(crate) const HELP: &str = "
Usage: cargo xtask serve [--port N] [--open]

Installs what is missing, builds the app for release and serves it on http://127.0.0.1:8080 until
stopped with Ctrl-C.

  --port N   another port
  --open     open the page in the browser
";

pub(crate) fn main(mut parser: lexopt::Parser) -> Result<()> {
    let mut port: u16 = 8080;
    let mut open = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") => port = parser.value()?.parse()?,
            Long("open") => open = true,
            _ => bail!(argument.unexpected()),
        }
    }

    // The port first: it would be a pity to learn after minutes of building that it is taken.
    let listener = TcpListener::bind(("127.0.0.1", port))
        .with_context(|| format!("port {port} cannot be used; choose another with --port N"))?;
    build::release()?;

    let address = format!("http://{}/", listener.local_addr()?);
    say(&format!("Keeprate is on {address} (Ctrl-C stops it)"));
    if open {
        open_browser(&address);
    }
    server::serve(&listener, &build::dist());
    Ok(())
}

fn open_browser(address: &str) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    if command(program).arg(address).spawn().is_err() {
        say("no browser could be opened: open the address by hand");
    }
}
