//! Why a command did not do what was asked, and what to do about it.
//!
//! Never holds a part of a secret.

use std::{fmt, process::ExitCode};

use adapters::settings_file::NoSettings;
use domain::trouble::Trouble;

/// What kind of failure it is; each has an exit code of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// AWS refused, could not be reached, or does not hold what was asked for.
    Refused,
    /// The command makes no sense as it was given. The code is the one of the options' parser.
    Usage,
    /// The file has faults; nothing was written.
    Faulty,
    /// Somebody else was faster; nothing was written.
    Meanwhile,
    /// A person said no; nothing was written.
    Declined,
}

/// A command that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Its kind.
    pub kind: Kind,
    /// What happened.
    pub words: String,
    /// What to do about it.
    pub remedy: String,
}

impl Failure {
    /// A failure of a kind, with its remedy.
    pub fn new(kind: Kind, words: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            kind,
            words: words.into(),
            remedy: remedy.into(),
        }
    }

    /// A command that makes no sense as it was given.
    pub fn usage(words: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(Kind::Usage, words, remedy)
    }

    /// Printing failed: whoever reads has gone away.
    pub fn output(error: &std::io::Error) -> Self {
        let words = format!("the answer cannot be printed: {}", error.kind());
        Self::new(
            Kind::Refused,
            words,
            "Look at what reads the output of this command.",
        )
    }

    /// The exit code.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self.kind {
            Kind::Refused => 1,
            Kind::Usage => 2,
            Kind::Faulty => 3,
            Kind::Meanwhile => 4,
            Kind::Declined => 5,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}\n{}", self.words, self.remedy)
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self::new(
            Kind::Refused,
            trouble.for_people(),
            "Look at the table's name (--table or TABLE_NAME, the stack's output TableName), the \
             region, and whether your credentials may use that table.",
        )
    }
}

impl From<NoSettings> for Failure {
    fn from(none: NoSettings) -> Self {
        let remedy = match &none {
            NoSettings::Unreadable(..) => "Look at the file's name and at who may read it.",
            NoSettings::Unparsable(..) | NoSettings::Faulty(..) => {
                "Nothing was written. Correct the file; infra/settings.example.toml explains every \
                 key."
            }
        };
        let kind = match &none {
            NoSettings::Unreadable(..) => Kind::Usage,
            NoSettings::Unparsable(..) | NoSettings::Faulty(..) => Kind::Faulty,
        };
        Self::new(kind, none.to_string(), remedy)
    }
}
