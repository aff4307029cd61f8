//! The local run: wiring only.

use std::process::ExitCode;

use adapters::telemetry;
use clap::Parser as _;
use local::{options::Options, run::run};

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let fallback = if options.settings.is_some() || options.data.is_some() {
        // The embedded store warns of each condition that fails, which is how leases work.
        "info,dynoxide=error"
    } else {
        "error"
    };
    telemetry::start_logging_for_people(fallback);
    match run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
