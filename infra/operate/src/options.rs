//! The commands and their options.
//!
//! No option takes a secret: what is typed into a shell is remembered by it and seen by others.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::{case::CaseId, settings::ConnectionName, ticket::SiteName, trouble::Peer};

/// Operates a deployed Northstar Jira Sync: its settings, its secrets, its cases.
///
/// Credentials, region and endpoint come from the environment, as with the AWS CLI. The exit code
/// is 0 when it is done, 1 when AWS refused or could not be reached, 2 for a command that makes no
/// sense, 3 for a file with faults, 4 when somebody else was faster, 5 when you said no.
#[derive(Debug, Parser)]
#[command(version, about, long_about)]
pub struct Options {
    /// The table: the stack's output TableName
    #[arg(long, env = "TABLE_NAME", value_name = "NAME", global = true)]
    pub table: Option<String>,
    /// Beginning of the secrets' names: the stack's output SecretPrefix
    #[arg(
        long,
        env = "SECRET_PREFIX",
        value_name = "PREFIX",
        default_value = "northstar-jira-sync",
        global = true
    )]
    pub secret_prefix: String,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What there is to operate.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Which cases open tickets, where, and how
    #[command(subcommand)]
    Settings(SettingsCommand),
    /// Credentials and webhook secrets
    #[command(subcommand)]
    Secrets(SecretsCommand),
    /// What became of the cases
    #[command(subcommand)]
    Cases(CasesCommand),
}

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub enum SettingsCommand {
    /// List every fault of a file; makes no call
    Check {
        /// The settings, as in infra/settings.example.toml
        file: PathBuf,
    },
    /// Print the settings in force
    Show,
    /// Print what a file would change
    Diff {
        /// The settings
        file: PathBuf,
    },
    /// Put a file in force, unless somebody else changes the settings meanwhile
    Put {
        /// The settings
        file: PathBuf,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

/// What to do with the secrets.
#[derive(Debug, Subcommand)]
pub enum SecretsCommand {
    /// Write credentials; what the file does not name stays as it is, webhook secrets too
    Put {
        /// connections/NAME or sites/NAME
        #[arg(value_parser = peer)]
        secret: Peer,
        /// A file in JSON or TOML with the keys of infra/secrets.example.toml, or - for standard input
        #[arg(long, value_name = "FILE")]
        from: PathBuf,
    },
    /// Make a second webhook secret, so that it can be entered in the product
    RotateWebhook {
        /// connections/NAME or sites/NAME
        #[arg(value_parser = peer)]
        secret: Peer,
        /// The product has the new one: take the old one out
        #[arg(long)]
        finish: bool,
    },
    /// Print the webhook secret to enter in the product; to a terminal only
    ShowWebhook {
        /// connections/NAME or sites/NAME
        #[arg(value_parser = peer)]
        secret: Peer,
    },
}

/// What to do with cases.
#[derive(Debug, Subcommand)]
pub enum CasesCommand {
    /// List the cases in a state, and why they are in it
    List {
        /// Which cases
        #[arg(long)]
        state: State,
    },
    /// Print the history of a case, latest first
    History {
        /// The case, as in the logs: ORG/incident/NUMBER or ORG/issue/NUMBER
        #[arg(value_parser = case)]
        case: CaseId,
    },
    /// Have the next sweep look at all of a case, or of every stuck one
    Wake(Woken),
}

/// Which cases to wake.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Woken {
    /// The case, as in the logs: ORG/incident/NUMBER or ORG/issue/NUMBER
    #[arg(value_parser = case)]
    pub case: Option<CaseId>,
    /// Every case that is stuck
    #[arg(long)]
    pub stuck: bool,
}

/// A state to list.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum State {
    /// Waits for a person
    Stuck,
    /// Waits for the next sweep
    Due,
}

fn peer(text: &str) -> Result<Peer, String> {
    let names = match text.split_once('/') {
        Some(("connections", name)) => ConnectionName::new(name).ok().map(Peer::Connection),
        Some(("sites", name)) => SiteName::new(name).ok().map(Peer::Site),
        _ => None,
    };
    names.ok_or_else(|| {
        "write connections/NAME or sites/NAME, with the name it has in the settings".to_owned()
    })
}

fn case(text: &str) -> Result<CaseId, String> {
    CaseId::parse(text).map_err(|_| {
        "write ORG/incident/NUMBER or ORG/issue/NUMBER, as the logs and `cases list` do".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    fn parsed(line: &str) -> Result<Options, clap::Error> {
        Options::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_options_contradict_nothing() {
        Options::command().debug_assert();
    }

    #[test]
    fn what_is_to_be_woken_is_said_once() {
        assert!(parsed("operate cases wake --stuck").is_ok());
        assert!(parsed("operate cases wake org-1/incident/INC-1").is_ok());
        assert!(parsed("operate cases wake").is_err());
        assert!(parsed("operate cases wake org-1/incident/INC-1 --stuck").is_err());
        assert!(parsed("operate cases wake INC-1").is_err());
    }

    #[test]
    fn a_secret_comes_from_a_file_and_never_from_the_command_line() {
        let put = parsed("operate secrets put connections/acme --from -").expect("a command");
        let Command::Secrets(SecretsCommand::Put { secret, from }) = put.command else {
            panic!("another command: {put:?}");
        };
        assert_eq!(secret.to_string(), "connection:acme");
        assert_eq!(from.as_os_str(), "-");
        assert!(parsed("operate secrets put connections/acme").is_err());
        assert!(parsed("operate secrets put acme --from -").is_err());
    }
}
