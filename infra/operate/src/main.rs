//! The operator's tool: wiring only.

use std::{
    io::{self, IsTerminal as _},
    process::ExitCode,
};

use clap::Parser as _;
use operate::{options::Options, run::run, talk::Talk};

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let mut talk = Talk {
        output: &mut io::stdout(),
        input: &mut io::stdin().lock(),
        shows_to_a_person: io::stdout().is_terminal(),
        hears_a_person: io::stdin().is_terminal(),
    };
    match run(options, &mut talk).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            failure.exit_code()
        }
    }
}
