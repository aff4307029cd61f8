//! Who did what: lines that are only ever added.
//!
//! Never holds a secret, and no line is changed or taken out.

use domain::{moment::Moment, trouble::Trouble};
use serde::Serialize;

use super::{
    Item, TableStore,
    item::{moment_of, text_of},
    key, moment, text, trouble,
};

/// Months without a line, after which nothing earlier is looked for.
const MOST_EMPTY_MONTHS: usize = 24;
/// Letters of a difference that a line keeps.
const MOST_LETTERS: usize = 8_000;

/// What somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// Put settings in force.
    SettingsPut,
    /// Kept a draft of settings.
    DraftKept,
    /// Deleted the draft.
    DraftDeleted,
    /// Wrote a secret.
    SecretWritten,
    /// Looked at a webhook secret.
    WebhookSecretShown,
    /// Began to replace a webhook secret.
    WebhookSecretRotated,
    /// Dropped the old webhook secret.
    RotationFinished,
    /// Made the webhook in Jira.
    WebhookMade,
    /// Had a case looked at.
    CaseWoken,
    /// Had stuck cases looked at.
    StuckCasesWoken,
    /// Cut a case from its ticket.
    CaseUnlinked,
    /// Linked a case to a ticket that exists.
    CaseRelinked,
    /// Let a case that was cut go its way again.
    CaseReleased,
    /// Had a sweep run.
    SweepStarted,
    /// Had a peer asked again that refused our credentials.
    PeerResumed,
    /// Signed in.
    SignedIn,
    /// Signed out.
    SignedOut,
}

impl Deed {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::SettingsPut,
        Self::DraftKept,
        Self::DraftDeleted,
        Self::SecretWritten,
        Self::WebhookSecretShown,
        Self::WebhookSecretRotated,
        Self::RotationFinished,
        Self::WebhookMade,
        Self::CaseWoken,
        Self::StuckCasesWoken,
        Self::CaseUnlinked,
        Self::CaseRelinked,
        Self::CaseReleased,
        Self::SweepStarted,
        Self::PeerResumed,
        Self::SignedIn,
        Self::SignedOut,
    ];

    /// The word in the store.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SettingsPut => "settings-put",
            Self::DraftKept => "draft-kept",
            Self::DraftDeleted => "draft-deleted",
            Self::SecretWritten => "secret-written",
            Self::WebhookSecretShown => "webhook-secret-shown",
            Self::WebhookSecretRotated => "webhook-secret-rotated",
            Self::RotationFinished => "rotation-finished",
            Self::WebhookMade => "webhook-made",
            Self::CaseWoken => "case-woken",
            Self::StuckCasesWoken => "stuck-cases-woken",
            Self::CaseUnlinked => "case-unlinked",
            Self::CaseRelinked => "case-relinked",
            Self::CaseReleased => "case-released",
            Self::SweepStarted => "sweep-started",
            Self::PeerResumed => "peer-resumed",
            Self::SignedIn => "signed-in",
            Self::SignedOut => "signed-out",
        }
    }

    /// In words, to stand behind who did it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::SettingsPut => "put settings in force",
            Self::DraftKept => "kept a draft of the settings",
            Self::DraftDeleted => "deleted the draft of the settings",
            Self::SecretWritten => "wrote a secret",
            Self::WebhookSecretShown => "looked at a webhook secret",
            Self::WebhookSecretRotated => "made a new webhook secret beside the old one",
            Self::RotationFinished => "dropped the old webhook secret",
            Self::WebhookMade => "made the webhook in Jira",
            Self::CaseWoken => "had a case looked at again",
            Self::StuckCasesWoken => "had stuck cases looked at again",
            Self::CaseUnlinked => "cut a case from its ticket",
            Self::CaseRelinked => "linked a case to a ticket",
            Self::CaseReleased => "let a case open a ticket again",
            Self::SweepStarted => "started a sweep",
            Self::PeerResumed => "had a paused peer asked again",
            Self::SignedIn => "signed in",
            Self::SignedOut => "signed out",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.word() == word)
    }
}

/// A line of the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditEntry {
    /// When.
    pub at: Moment,
    /// Who.
    pub who: String,
    /// What they did.
    pub deed: Deed,
    /// To what, such as a case, `sites/jira` or `version 7`; may be empty.
    pub subject: String,
    /// What changed by it, in words; never a secret; may be empty.
    pub difference: String,
}

/// A page of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPage {
    /// The lines, latest first.
    pub entries: Vec<AuditEntry>,
    /// Where the next page begins: opaque, and good for ever. `None`: this is the last.
    pub next: Option<String>,
}

impl TableStore {
    /// Adds a line.
    pub async fn write_audit(&self, entry: &AuditEntry) -> Result<(), Trouble> {
        let sort = format!("{:015}#{}", entry.at.epoch_ms(), (self.tokens)());
        let mut item = key(&partition(&month_of(entry.at)), &sort);
        let difference: String = entry.difference.chars().take(MOST_LETTERS).collect();
        item.insert("at".to_owned(), moment(entry.at));
        item.insert("who".to_owned(), text(&entry.who));
        item.insert("deed".to_owned(), text(entry.deed.word()));
        item.insert("subject".to_owned(), text(&entry.subject));
        item.insert("difference".to_owned(), text(difference));
        self.client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .send()
            .await
            .map_err(|error| trouble("writing the audit", &error))?;
        Ok(())
    }

    /// The lines before that place (without one: up to `now`), latest first, at most so many.
    pub async fn list_audit(
        &self,
        before: Option<&str>,
        most: usize,
        now: Moment,
    ) -> Result<AuditPage, Trouble> {
        let end = format!("{:015}~", now.epoch_ms());
        let before = before.filter(|place| time_of(place).is_some());
        let mut place = before.unwrap_or(&end).to_owned();
        let mut month = month_of(time_of(&place).unwrap_or(now));
        let mut entries = Vec::new();
        let mut empty = 0;
        while empty < MOST_EMPTY_MONTHS {
            let wanted = most.saturating_sub(entries.len());
            let lines = self.read_month(&month, &place, wanted).await?;
            empty = if lines.is_empty() { empty + 1 } else { 0 };
            if let Some((last, _)) = lines.last() {
                place.clone_from(last);
            }
            let is_full = lines.len() >= wanted;
            entries.extend(lines.into_iter().filter_map(|(_, entry)| entry));
            if is_full {
                return Ok(AuditPage {
                    entries,
                    next: Some(place),
                });
            }
            let Some(earlier) = month_before(&month) else {
                break;
            };
            month = earlier;
        }
        let next = None;
        Ok(AuditPage { entries, next })
    }

    /// The lines of a month before a place, each with its own place; one that cannot be read has no
    /// entry.
    async fn read_month(
        &self,
        month: &str,
        before: &str,
        most: usize,
    ) -> Result<Vec<(String, Option<AuditEntry>)>, Trouble> {
        let most = i32::try_from(most.clamp(1, 1_000)).unwrap_or(1_000);
        let answer = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :month AND sk < :before")
            .expression_attribute_values(":month", text(partition(month)))
            .expression_attribute_values(":before", text(before))
            .scan_index_forward(false)
            .limit(most)
            .send()
            .await
            .map_err(|error| trouble("reading the audit", &error))?;
        let line = |item: &Item| Some((text_of(item, "sk")?, entry_of(item)));
        Ok(answer.items().iter().filter_map(line).collect())
    }
}

fn entry_of(item: &Item) -> Option<AuditEntry> {
    Some(AuditEntry {
        at: moment_of(item, "at")?,
        who: text_of(item, "who")?,
        deed: Deed::parse(&text_of(item, "deed")?)?,
        subject: text_of(item, "subject")?,
        difference: text_of(item, "difference")?,
    })
}

fn partition(month: &str) -> String {
    format!("audit#{month}")
}

/// Such as `2026-03`.
fn month_of(at: Moment) -> String {
    at.to_rfc3339().chars().take(7).collect()
}

fn month_before(month: &str) -> Option<String> {
    let (year, month) = month.split_once('-')?;
    let (year, month): (u32, u32) = (year.parse().ok()?, month.parse().ok()?);
    Some(match month {
        1 => format!("{:04}-12", year.checked_sub(1)?),
        _ => format!("{year:04}-{:02}", month - 1),
    })
}

fn time_of(place: &str) -> Option<Moment> {
    let ms = place.get(..15)?.parse().ok()?;
    Some(Moment::from_epoch_ms(ms))
}

#[cfg(test)]
mod tests {
    use super::{Deed, Moment, month_before, month_of};

    #[test]
    fn months_go_back_over_the_turn_of_a_year() {
        let at = Moment::parse("2026-01-31T23:59:59Z").expect("a moment");
        assert_eq!(month_of(at), "2026-01");
        assert_eq!(month_before("2026-01").as_deref(), Some("2025-12"));
        assert_eq!(month_before("2025-12").as_deref(), Some("2025-11"));
    }

    #[test]
    fn each_deed_is_read_as_it_is_written() {
        for deed in Deed::ALL {
            assert_eq!(Deed::parse(deed.word()), Some(deed));
        }
    }
}
