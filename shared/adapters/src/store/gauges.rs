//! How much is due and how much is stuck: counted in the indexes, without reading a link.
//!
//! For the sweep alone, which may query the indexes. They lag, and a count ends after so many pages:
//! these numbers are for people, and nothing is decided by them.

use aws_sdk_dynamodb::{operation::query::builders::QueryFluentBuilder, types::Select};
use domain::{link::Class, moment::Moment, trouble::Trouble};

use super::{TableStore, item::moment_of, trouble};

/// Pages that are counted, of a megabyte each: some fifty thousand cases.
const MAX_PAGES: usize = 10;

impl TableStore {
    /// How many cases are due at `now`.
    pub async fn count_due(&self, now: Moment) -> Result<u64, Trouble> {
        self.count(self.query_due(now), "counting what is due")
            .await
    }

    /// Since when the longest due of them has been due.
    pub async fn longest_due(&self, now: Moment) -> Result<Option<Moment>, Trouble> {
        let answer = self
            .query_due(now)
            .limit(1)
            .send()
            .await
            .map_err(|error| trouble("finding what has been due longest", &error))?;
        Ok(answer
            .items()
            .first()
            .and_then(|item| moment_of(item, "due_at")))
    }

    /// How many links are of a class.
    pub async fn count_class(&self, class: Class) -> Result<u64, Trouble> {
        let links = self.query_class(class);
        self.count(links, "counting a class of links").await
    }

    async fn count(&self, asked: QueryFluentBuilder, doing: &str) -> Result<u64, Trouble> {
        let asked = asked.select(Select::Count);
        let (mut sum, mut after) = (0, None);
        for _ in 0..MAX_PAGES {
            let answer = asked
                .clone()
                .set_exclusive_start_key(after)
                .send()
                .await
                .map_err(|error| trouble(doing, &error))?;
            sum += u64::try_from(answer.count()).unwrap_or(0);
            after = answer.last_evaluated_key;
            if after.is_none() {
                break;
            }
        }
        Ok(sum)
    }
}
