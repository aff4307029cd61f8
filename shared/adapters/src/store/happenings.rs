//! What happened last: the last sweep, and at each door the last delivery that was valid and the
//! last that was refused.
//!
//! For people; nothing is decided by it. Whoever is not known by a door can have no item made.

use domain::{
    moment::Moment,
    trouble::{Peer, Trouble},
};
use serde::{Deserialize, Serialize};

use super::{
    Item, TableStore,
    books::tried_once,
    item::{moment_of, text_of},
    key, moment, text, trouble,
};

/// Troubles that a report keeps, and how many letters of each.
const MOST_TROUBLES: usize = 20;
const MOST_LETTERS: usize = 300;

/// What the last sweep did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SweepNote {
    /// When it ended, in milliseconds since 1970.
    pub ended_ms: i64,
    /// How long it took.
    pub took_ms: u64,
    /// Whether it got round to everything.
    pub finished: bool,
    /// Cases it reconciled.
    pub reconciled: u64,
    /// Of these, cases that wait for a person.
    pub stuck: u64,
    /// Of these, cases for which something was done.
    pub acted: u64,
    /// Cases woken because a listing in Contrast showed news.
    pub found_in_contrast: u64,
    /// Cases woken because a search or a bulk read in Jira showed news.
    pub found_in_jira: u64,
    /// Links that were compared with a listing, a search or a bulk read.
    pub links_seen: u64,
    /// Cases woken because the settings changed.
    pub redriven: u64,
    /// Cases whose comments in Contrast were looked at in their turn.
    pub comments_polled: u64,
    /// Tries of calls to the products.
    pub calls: u64,
    /// Peers that are paused because they refuse our credentials.
    pub paused: Vec<String>,
    /// What went wrong beyond single cases, for people.
    pub troubles: Vec<String>,
    /// How many more troubles there were, which are left out.
    pub troubles_left_out: u64,
}

impl SweepNote {
    /// The same with no more troubles, and no longer ones, than an item should hold.
    pub fn shortened(mut self) -> Self {
        let left_out = self.troubles.len().saturating_sub(MOST_TROUBLES);
        self.troubles_left_out += u64::try_from(left_out).unwrap_or(u64::MAX);
        self.troubles.truncate(MOST_TROUBLES);
        for words in &mut self.troubles {
            if let Some((end, _)) = words.char_indices().nth(MOST_LETTERS) {
                words.truncate(end);
                words.push('…');
            }
        }
        self
    }
}

/// What became of a delivery at a door that knows its sender's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DoorEvent {
    /// It was signed, and made sense.
    Valid,
    /// It was refused: the reason, a word of the catalogue.
    Refused(&'static str),
}

/// What happened at a door.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DoorNote {
    /// When a valid delivery came last; known to the minute.
    pub valid_at: Option<Moment>,
    /// When one was refused last; known to the minute.
    pub refused_at: Option<Moment>,
    /// Why, in the catalogue's word, such as `unverified`.
    pub refused_for: Option<String>,
    /// Since when deliveries have been refused without a valid one between.
    pub refused_since: Option<Moment>,
}

impl TableStore {
    /// Keeps what the last sweep did: one request, tried once.
    pub async fn write_sweep_note(&self, note: &SweepNote) -> Result<(), Trouble> {
        let doing = "noting the sweep";
        let words = serde_json::to_string(note)
            .map_err(|_| Trouble::never(doing, "the report cannot be written"))?;
        let mut item = key("sweep", "last");
        item.insert("report".to_owned(), text(words));
        self.client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .customize()
            .config_override(tried_once())
            .send()
            .await
            .map_err(|error| trouble(doing, &error))?;
        Ok(())
    }

    /// What the last sweep did, if there was one.
    pub async fn read_sweep_note(&self) -> Result<Option<SweepNote>, Trouble> {
        let item = self
            .get("sweep", "last", "reading what the last sweep did")
            .await?;
        let report = item.and_then(|item| text_of(&item, "report"));
        Ok(report.and_then(|report| serde_json::from_str(&report).ok()))
    }

    /// Notes what happened at a peer's door: one request, tried once.
    pub async fn write_door_note(
        &self,
        peer: &Peer,
        event: DoorEvent,
        now: Moment,
    ) -> Result<(), Trouble> {
        let request = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(door_key(peer)))
            .expression_attribute_values(":now", moment(now));
        let request = match event {
            DoorEvent::Valid => {
                request.update_expression("SET valid_at = :now REMOVE refused_since")
            }
            DoorEvent::Refused(reason) => request
                .update_expression(
                    "SET refused_at = :now, refused_for = :reason, \
                     refused_since = if_not_exists(refused_since, :now)",
                )
                .expression_attribute_values(":reason", text(reason)),
        };
        request
            .customize()
            .config_override(tried_once())
            .send()
            .await
            .map_err(|error| trouble("noting what happened at a door", &error))?;
        Ok(())
    }

    /// What happened at a peer's door; `None` where nothing has yet.
    pub async fn read_door_note(&self, peer: &Peer) -> Result<Option<DoorNote>, Trouble> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(door_key(peer)))
            .send()
            .await
            .map_err(|error| trouble("reading what happened at a door", &error))?;
        Ok(answer.item.map(|item| DoorNote {
            valid_at: moment_of(&item, "valid_at"),
            refused_at: moment_of(&item, "refused_at"),
            refused_for: text_of(&item, "refused_for"),
            refused_since: moment_of(&item, "refused_since"),
        }))
    }
}

fn door_key(peer: &Peer) -> Item {
    let partition = match peer {
        Peer::Connection(name) => format!("door#contrast/{name}"),
        Peer::Site(name) => format!("door#jira/{name}"),
    };
    key(&partition, "note")
}

#[cfg(test)]
mod tests {
    use super::SweepNote;

    #[test]
    fn a_long_report_is_shortened_and_tells_so() {
        let note = SweepNote {
            troubles: vec!["é".repeat(400); 25],
            ..SweepNote::default()
        };
        let note = note.shortened();
        assert_eq!((note.troubles.len(), note.troubles_left_out), (20, 5));
        assert_eq!(note.troubles[0].chars().count(), 301);
    }
}
