//! The settings while somebody edits them.
//!
//! What is edited is the draft, or, where there is none, what is in force. A change is put in force as
//! soon as the whole document is without fault; until then it is kept as a draft, and what is in force
//! stays. Nobody's change is ever written over: a page tells what it was made from, and the store
//! compares once more.

use adapters::{
    settings::{self, Candidate, InForce},
    settings_file::read_document,
    store::{Deed, Draft, WriteDraft},
};
use domain::{
    settings::{
        Connection, ConnectionName, Site,
        document::{Fault, SettingsDocument},
    },
    ticket::SiteName,
    trouble::{Peer, TroubleKind},
};

use crate::{Console, SettingsKept, access::Visitor, audit, failure::Failure};

/// The document in somebody's hands.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The document.
    pub document: SettingsDocument,
    /// The version in force; 0 for none.
    pub in_force: u64,
    /// The version of the draft; 0 for none.
    pub draft: u64,
    /// What keeps the draft from being in force.
    pub faults: Vec<Fault>,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is in force.
    InForce,
    /// It is kept, and comes in force once these faults are mended.
    Draft(Vec<Fault>),
}

impl Desk {
    /// Opens what is to be edited.
    pub async fn open(console: &Console) -> Result<Self, Failure> {
        if let SettingsKept::InFile(path) = &console.settings {
            let document =
                read_document(path).map_err(|refused| Failure::Senseless(format!("{refused}.")))?;
            return Ok(Self {
                document,
                in_force: 1,
                draft: 0,
                faults: Vec::new(),
            });
        }
        let store = &console.service.store;
        let (in_force, draft) = tokio::try_join!(InForce::read(store), store.read_draft())?;
        let draft_version = draft.as_ref().map_or(0, |it| it.version);
        let unreadable = || {
            Failure::Senseless("The stored settings cannot be read: put valid ones in force with the operator's tool.".to_owned())
        };
        let document = match (draft, in_force.document) {
            (Some(Draft { document, .. }), _) => {
                serde_json::from_str(&document).map_err(|_| unreadable())?
            }
            (None, Some(document)) => document,
            (None, None) if in_force.version == 0 => SettingsDocument::default(),
            (None, None) => return Err(unreadable()),
        };
        let faults = faults_of(&document);
        Ok(Self {
            document,
            in_force: in_force.version,
            draft: draft_version,
            faults,
        })
    }

    /// What a page tells so that a change is made to what it showed.
    pub fn tag(&self) -> String {
        format!("{}.{}", self.in_force, self.draft)
    }

    /// Refuses a change that was made to something else than this.
    pub fn must_be(&self, tag: &str) -> Result<(), Failure> {
        if self.tag() == tag {
            return Ok(());
        }
        Err(meanwhile())
    }

    /// The sites that can be asked, whatever faults the rest has.
    pub fn site(&self, name: &str) -> Result<Site, Failure> {
        let name = SiteName::new(name).map_err(|_| Failure::NotFound("site"))?;
        let mut sites = self.document.usable_sites();
        sites.remove(&name).ok_or(Failure::NotFound("site"))
    }

    /// The connection of that name, if it can be asked.
    pub fn connection(&self, name: &str) -> Result<Connection, Failure> {
        let name = ConnectionName::new(name).map_err(|_| Failure::NotFound("connection"))?;
        let mut connections = self.document.usable_connections();
        connections
            .remove(&name)
            .ok_or(Failure::NotFound("connection"))
    }

    /// Every site and connection that can be asked.
    pub fn peers(&self) -> Vec<Peer> {
        let connections = self.document.usable_connections().into_keys();
        let sites = self.document.usable_sites().into_keys();
        connections
            .map(Peer::Connection)
            .chain(sites.map(Peer::Site))
            .collect()
    }

    /// The faults that a change would have at or below one of these places.
    pub fn faults_at(document: &SettingsDocument, places: &[String]) -> Vec<Fault> {
        let mut faults = faults_of(document);
        faults.retain(|fault| places.iter().any(|place| is_at(&fault.path, place)));
        faults
    }

    /// Keeps a change: in force if the whole is without fault, else as a draft.
    pub async fn save(
        &self,
        console: &Console,
        visitor: &Visitor,
        changed: SettingsDocument,
    ) -> Result<Saved, Failure> {
        if let SettingsKept::InFile(path) = &console.settings {
            let words = format!(
                "The settings of this run are kept in the file {}: change them there.",
                path.display()
            );
            return Err(Failure::Senseless(words));
        }
        let store = &console.service.store;
        let difference = self.difference_to(&changed);
        match Candidate::of(changed.clone()) {
            Ok(candidate) => {
                let version = candidate
                    .put_in_force(store, self.in_force)
                    .await
                    .map_err(held)?;
                if self.draft > 0 {
                    store.delete_draft(self.draft).await.map_err(held)?;
                }
                console.service.forget();
                let subject = format!("version {version}");
                audit::note(console, visitor, Deed::SettingsPut, &subject, difference).await?;
                Ok(Saved::InForce)
            }
            Err(faults) => {
                let write = WriteDraft {
                    document: settings::json(&changed).to_string(),
                    replaces: self.draft,
                    changed_by: visitor.name().to_owned(),
                    changed_at: console.service.clock.now(),
                };
                store.write_draft(&write).await.map_err(held)?;
                audit::note(console, visitor, Deed::DraftKept, "", difference).await?;
                Ok(Saved::Draft(faults))
            }
        }
    }

    /// What a change changes, path by path.
    fn difference_to(&self, changed: &SettingsDocument) -> String {
        let changes = settings::between(&settings::json(&self.document), &settings::json(changed));
        let lines: Vec<String> = changes.iter().map(ToString::to_string).collect();
        lines.join("\n")
    }
}

/// The faults of a document; none where it may be in force.
fn faults_of(document: &SettingsDocument) -> Vec<Fault> {
    document.clone().validate().err().unwrap_or_default()
}

fn is_at(path: &str, place: &str) -> bool {
    path.strip_prefix(place)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn held(trouble: domain::trouble::Trouble) -> Failure {
    if trouble.kind == TroubleKind::Held {
        meanwhile()
    } else {
        trouble.into()
    }
}

fn meanwhile() -> Failure {
    Failure::Meanwhile("Somebody else changed the settings while this page was open.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_at_a_place_or_below_it_and_not_beside_it() {
        assert!(is_at("routes[1].name", "routes[1]"));
        assert!(is_at("routes[1]", "routes[1]"));
        assert!(!is_at("routes[10].name", "routes[1]"));
        assert!(!is_at("routes[1].names", "routes[1].name"));
    }
}
