//! The conversation with whoever runs a command: what is printed, asked and read.
//!
//! The only place that knows whether a person sits there.

use std::{
    fmt,
    io::{BufRead, Write},
};

use crate::failure::{Failure, Kind};

/// Where a command prints, and whom it may ask.
pub struct Talk<'a> {
    /// What is printed.
    pub output: &'a mut dyn Write,
    /// What is typed or piped in.
    pub input: &'a mut dyn BufRead,
    /// Whether the output goes to a terminal.
    pub shows_to_a_person: bool,
    /// Whether the input comes from a terminal.
    pub hears_a_person: bool,
}

impl Talk<'_> {
    /// Prints a line.
    pub fn say(&mut self, line: impl fmt::Display) -> Result<(), Failure> {
        writeln!(self.output, "{line}").map_err(|error| Failure::output(&error))
    }

    /// Asks for a yes; anything else is a no.
    pub fn confirm(&mut self, question: &str, instead: &str) -> Result<(), Failure> {
        if !self.hears_a_person {
            return Err(Failure::usage(
                "nobody is there to say yes",
                format!("Nothing was written. {instead}"),
            ));
        }
        let mut answer = String::new();
        write!(self.output, "{question} [y/N] ")
            .and_then(|()| self.output.flush())
            .and_then(|()| self.input.read_line(&mut answer))
            .map_err(|error| Failure::output(&error))?;
        if matches!(answer.trim(), "y" | "Y" | "yes") {
            return Ok(());
        }
        Err(Failure::new(
            Kind::Declined,
            "nothing was written",
            "Say y to go on.",
        ))
    }
}
