//! The options of the local run.

use std::{net::SocketAddr, path::PathBuf};

use clap::Parser;

/// Runs Northstar Jira Sync on this machine.
///
/// Without options it plays with a simulated Contrast and a simulated Jira, tells a short story,
/// and stays up with a page to try things on. With --settings and --secrets it does the main job
/// with the Contrast and the Jira of the settings. With --data alone it does the main job too, and is
/// set up on the pages of its console: settings and secrets are kept in that folder.
#[derive(Clone, Debug, Parser)]
#[command(version, about, long_about)]
pub struct Options {
    /// The settings, as in infra/settings.example.toml; with them nothing is simulated
    #[arg(long, value_name = "FILE", requires = "secrets")]
    pub settings: Option<PathBuf>,
    /// The secrets, as in infra/secrets.example.toml
    #[arg(long, value_name = "FILE", requires = "settings")]
    pub secrets: Option<PathBuf>,
    /// Where state is kept across restarts; without it, state lives as long as the process
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Where to listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// How often to sweep
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub sweep_every: u64,
    /// Leave out the story
    #[arg(long)]
    pub quiet: bool,
}
