//! The project's own commands, run as `cargo xtask COMMAND`: one module per command, `tools` for
//! what a fresh machine lacks, `run` for child processes.

mod bench;
mod build;
mod fuzz;
mod mutants;
mod run;
mod sample;
mod serve;
mod server;
mod size;
mod source;
mod test;
mod tidy;
mod tools;
mod widget;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

/// A command: its name, its line in the overview, its full help text and its entry point.
struct Command {
    name: &'static str,
    summary: &'static str,
    help: &'static str,
    main: fn(lexopt::Parser) -> Result<()>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "serve",
        summary: "build the app and serve it on this machine",
        help: serve::HELP,
        main: serve::main,
    },
    Command {
        name: "build",
        summary: "build app and survey element for release into dist/",
        help: build::HELP,
        main: build::main,
    },
    Command { name: "test", summary: "run every check and every test", help: test::HELP, main: test::main },
    Command {
        name: "bench",
        summary: "measure app, command line or survey element against their peers",
        help: bench::HELP,
        main: bench::main,
    },
    Command {
        name: "mutants",
        summary: "measure how much of the arithmetic the tests would miss",
        help: mutants::HELP,
        main: mutants::main,
    },
    Command { name: "tidy", summary: "check the rules that a compiler cannot", help: tidy::HELP, main: tidy::main },
    Command { name: "size", summary: "measure dist/ against the size budget", help: size::HELP, main: size::main },
    Command {
        name: "sample",
        summary: "write a generated data file of any length",
        help: sample::HELP,
        main: sample::main,
    },
];

fn main() -> ExitCode {
    match dispatch() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let name = arguments.next().unwrap_or_else(|| "--help".into());
    if name == "--help" || name == "-h" || name == "help" {
        print_overview();
        return Ok(());
    }
    let name = name.to_string_lossy();
    let command = COMMANDS
        .iter()
        .find(|command| command.name == name)
        .with_context(|| format!("no command {name:?}; see cargo xtask --help"))?;

    let rest: Vec<_> = arguments.collect();
    if rest.iter().any(|argument| argument == "--help" || argument == "-h") {
        println!("{}", command.help.trim());
        return Ok(());
    }
    (command.main)(lexopt::Parser::from_args(rest))
}

fn print_overview() {
    println!("Usage: cargo xtask COMMAND [OPTION]...\n\nCommands:");
    for command in COMMANDS {
        println!("  {:8} {}", command.name, command.summary);
    }
    println!("\ncargo xtask COMMAND --help tells more about one of them.");
}

/// For the commands that take no options: anything that was given is an error.
fn no_options(mut parser: lexopt::Parser) -> Result<()> {
    if let Some(argument) = parser.next()? {
        bail!(argument.unexpected());
    }
    Ok(())
}
