//! The operator's tool: what it writes, what it refuses, and what it says.
//!
//! The settings and the cases are those of the embedded store; secrets are kept behind a seam.

use std::{
    fs,
    io::{BufRead, Cursor},
    path::{Path, PathBuf},
};

use adapters::store::{TableStore, create_table, random_tokens};
use local::database::EmbeddedDatabase;
use operate::{failure::Failure, talk::Talk};

mod cases;
mod secrets;
mod settings;

const TABLE: &str = "operating";

async fn store() -> (EmbeddedDatabase, TableStore) {
    let database = EmbeddedDatabase::start(None).await.expect("a store");
    let client = database.client();
    create_table(&client, TABLE).await.expect("a table");
    let store = TableStore::new(client, TABLE, random_tokens());
    (database, store)
}

/// A file of the name, with the text.
fn file(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("operating-{name}"));
    fs::write(&path, text).expect("a file");
    path
}

/// Who runs a command.
struct Person<'a> {
    /// What they type or pipe in.
    input: &'a mut dyn BufRead,
    /// Whether they sit at a terminal.
    at_a_terminal: bool,
}

impl Person<'_> {
    /// Runs a command; answers with what became of it and with all that was printed.
    async fn runs(
        self,
        command: impl AsyncFnOnce(&mut Talk<'_>) -> Result<(), Failure>,
    ) -> (Result<(), Failure>, String) {
        let mut output = Vec::new();
        let mut talk = Talk {
            output: &mut output,
            input: self.input,
            shows_to_a_person: self.at_a_terminal,
            hears_a_person: self.at_a_terminal,
        };
        let became = command(&mut talk).await;
        (became, String::from_utf8(output).expect("text"))
    }
}

/// Somebody at a terminal types that.
async fn typing(
    typed: &str,
    command: impl AsyncFnOnce(&mut Talk<'_>) -> Result<(), Failure>,
) -> (Result<(), Failure>, String) {
    let person = Person {
        input: &mut Cursor::new(typed),
        at_a_terminal: true,
    };
    person.runs(command).await
}

/// A script pipes that in.
async fn piping(
    piped: &str,
    command: impl AsyncFnOnce(&mut Talk<'_>) -> Result<(), Failure>,
) -> (Result<(), Failure>, String) {
    let person = Person {
        input: &mut Cursor::new(piped),
        at_a_terminal: false,
    };
    person.runs(command).await
}
