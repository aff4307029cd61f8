//! Measures starts, sizes and deliveries of a function beside the yardstick, and holds them to
//! their bounds: `.ci/measure` builds both and runs this.
//!
//! Never judges a single measurement of time: each stands for the middle one of many.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;

mod bounds;
mod process;
mod readings;
mod rounds;
mod surroundings;
mod table;
mod tls;

/// Measures the function `contrast-webhook` beside a function that only links the same libraries.
///
/// Times differ from run to run. So a bound counts as broken only when it is broken in three
/// measurements one after another; the first that keeps all of them ends it.
#[derive(Debug, Parser)]
struct Options {
    /// Builds to measure, as NAME=FOLDER, with what cargo-lambda built of both in the folder. The first one is held to the
    /// bounds.
    #[arg(required = true, value_parser = build)]
    builds: Vec<Build>,
    /// How often each function is started
    #[arg(long, default_value_t = 15)]
    starts: usize,
    /// How many deliveries follow the first one after each start
    #[arg(long, default_value_t = 10)]
    deliveries: usize,
}

/// A way to build, and where its binaries are.
#[derive(Clone, Debug)]
pub struct Build {
    name: String,
    folder: PathBuf,
}

fn build(text: &str) -> Result<Build, String> {
    let (name, folder) = text.split_once('=').ok_or("write it as NAME=FOLDER")?;
    Ok(Build {
        name: name.to_owned(),
        folder: folder.into(),
    })
}

/// After how many measurements a bound that was broken each time counts as broken.
const TRIES: usize = 3;

#[tokio::main]
async fn main() -> ExitCode {
    match measure(&Options::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(words) => {
            eprintln!("could not measure: {words}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all bounds were kept.
async fn measure(options: &Options) -> Result<bool, String> {
    for attempt in 1..=TRIES {
        let measured = rounds::measure(&options.builds, options.starts, options.deliveries).await?;
        println!("{}", table::of(&measured));
        let broken = bounds::broken(&measured[0]);
        for words in &broken {
            println!("BROKEN: {words}");
        }
        if broken.is_empty() {
            println!("All bounds were kept.");
            return Ok(true);
        }
        if attempt < TRIES {
            println!("Measured again: the machine may have been busy.\n");
        }
    }
    println!("Broken in {TRIES} measurements one after another.");
    Ok(false)
}
