//! The store: one DynamoDB table, on demand, with two sparse indexes.
//!
//! Every write of a link is conditional on its lease and revision. No Scan anywhere; every list is
//! paged. The same code talks to AWS, to the engine embedded in the local run, and to any other
//! engine that speaks DynamoDB.
//!
//! | partition | sort | what |
//! |---|---|---|
//! | `case#<case>` | `link` | the link, its lease, wake-ups, what is due |
//! | `case#<case>` | `history#<time>#<n>` | one line of history, with a TTL |
//! | `ticket#<site>#<id>` | `pointer` | the case of a ticket |
//! | `cursor#<name>` | `cursor` | where a walk of the sweep goes on |
//! | `pauses` | the peer | a peer that refuses our credentials |
//! | `capabilities` | connection and operation | an operation that a Contrast does not offer |
//! | `settings` | `current` | the settings document and its version |
//! | `settings` | `draft` | a document that is being edited, and its version |
//! | `book#<hour>` | `book` | what happened in an hour, in numbers, with a TTL |
//! | `sweep` | `last` | what the last sweep did |
//! | `door#<product>/<name>` | `note` | the last valid and the last refused delivery |
//! | `audit#<month>` | `<time>#<nonce>` | who did what |

use std::{collections::HashMap, sync::Arc};

use aws_sdk_dynamodb::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    types::AttributeValue,
};
use domain::{case::CaseId, moment::Moment, trouble::Trouble};

mod audit;
mod books;
mod gauges;
mod happenings;
mod item;
mod leases;
mod letting_go;
mod lists;
mod notes;
mod pointers;
mod settings;
mod table;

pub use audit::{AuditEntry, AuditPage, Deed};
pub use books::{BOOK_DAYS, Book, Entries, Lag, MOST_HOURS};
pub use happenings::{DoorEvent, DoorNote, SweepNote};
pub use notes::MissingOperation;
pub use settings::{Draft, StoredSettings, WriteDraft, WriteSettings};
pub use table::create_table;

/// The index of what is due.
pub const DUE_INDEX: &str = "due";
/// The index of links by class.
pub const CLASS_INDEX: &str = "class";

type Item = HashMap<String, AttributeValue>;

/// Makes a token that nobody can guess and nobody made before.
pub type Tokens = Arc<dyn Fn() -> String + Send + Sync>;

/// Tokens from the operating system's source of randomness.
///
/// # Panics
///
/// Where the operating system has no randomness: then nothing may be claimed.
pub fn random_tokens() -> Tokens {
    Arc::new(|| {
        let mut bytes = [0_u8; 16];
        // Without randomness nothing may be claimed; the process had better end.
        getrandom::fill(&mut bytes).expect("the operating system provides randomness");
        domain::digest::short_hex(&bytes, bytes.len())
    })
}

/// The table.
#[derive(Clone)]
pub struct TableStore {
    client: Client,
    table: String,
    tokens: Tokens,
}

impl TableStore {
    /// A store in a table that exists.
    pub fn new(client: Client, table: impl Into<String>, tokens: Tokens) -> Self {
        Self {
            client,
            table: table.into(),
            tokens,
        }
    }

    /// Reads one item, strongly consistent.
    async fn get(&self, partition: &str, sort: &str, doing: &str) -> Result<Option<Item>, Trouble> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key(partition, sort)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| trouble(doing, &error))?;
        Ok(answer.item)
    }

    async fn put(&self, item: Item, doing: &str) -> Result<(), Trouble> {
        self.client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .send()
            .await
            .map_err(|error| trouble(doing, &error))?;
        Ok(())
    }
}

fn key(partition: &str, sort: &str) -> Item {
    HashMap::from([
        ("pk".to_owned(), text(partition)),
        ("sk".to_owned(), text(sort)),
    ])
}

fn case_partition(case: &CaseId) -> String {
    format!("case#{case}")
}

fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

// By value, so that a caller can hand over what it computes in place.
#[allow(clippy::needless_pass_by_value)]
fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

fn moment(value: Moment) -> AttributeValue {
    number(value.epoch_ms())
}

/// What an error of the store means. Its message may quote an item, so that only its code is told.
fn trouble<E, R>(doing: &str, error: &SdkError<E, R>) -> Trouble
where
    E: ProvideErrorMetadata,
{
    let words = match error {
        SdkError::ServiceError(service) => {
            format!(
                "the store answered {}",
                service.err().code().unwrap_or("an error")
            )
        }
        SdkError::TimeoutError(_) => "the store did not answer in time".to_owned(),
        SdkError::DispatchFailure(_) => "the store could not be reached".to_owned(),
        _ => "the store's answer made no sense".to_owned(),
    };
    let never = matches!(
        error,
        SdkError::ServiceError(service) if matches!(
            service.err().code(),
            Some("ValidationException" | "ResourceNotFoundException" | "AccessDeniedException")
        )
    );
    if never {
        Trouble::never(doing, words)
    } else {
        Trouble::unknown_effect(doing, words)
    }
}
