//! A change to a site or a connection: what was entered, checked, and kept.
//!
//! The settings are checked before a secret is written, so that a faulty form changes nothing.

use adapters::{
    secrets::{
        keeping::{self, NotKept},
        name_of,
    },
    store::Deed,
};
use domain::settings::document::{ConnectionDocument, Fault, SettingsDocument, SiteDocument};
use serde::Deserialize;

use super::{Kind, failure_of, secret};
use crate::{
    Console,
    access::Visitor,
    audit,
    desk::{Desk, Saved},
    failure::Failure,
    form::Form,
};

/// What was just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Done {
    /// It is in force.
    Saved,
    /// It is kept as a draft.
    Drafted,
    /// It was removed.
    Removed,
}

impl Done {
    /// The word for it in an address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Drafted => "drafted",
            Self::Removed => "removed",
        }
    }

    /// What is said of it.
    pub const fn told(self) -> &'static str {
        match self {
            Self::Saved => "Saved, and in force within half a minute.",
            Self::Drafted => {
                "Saved as a draft: it comes in force once the settings are complete. What is missing stands below."
            }
            Self::Removed => "Removed. Its secret is left where it is, in case you want it back.",
        }
    }
}

/// What stands in the form of a site or a connection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entered {
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Its address.
    pub url: String,
    /// The organisation of a connection.
    pub org: String,
    /// The address of the interface of a site, where it differs.
    pub api_url: Option<String>,
    /// Whether the site's token is a scoped one.
    pub scoped: bool,
    /// The switches of a connection: listing, editing, deleting comments.
    pub switches: [Option<String>; 3],
    /// What goes into the secret; never shown.
    pub secret: secret::Given,
}

impl Entered {
    /// An empty form.
    pub fn empty(kind: Kind) -> Self {
        Self {
            kind,
            ..Self::default()
        }
    }

    /// What is kept.
    pub fn of(kind: Kind, name: &str, document: &SettingsDocument) -> Result<Self, Failure> {
        let missing = || Failure::NotFound(kind.title());
        match kind {
            Kind::Site => {
                let found = document.sites.iter().find(|site| site.name == name);
                let site = found.ok_or_else(missing)?;
                Ok(Self {
                    kind,
                    name: site.name.clone(),
                    url: site.url.clone(),
                    api_url: site.api_url.clone(),
                    scoped: site.api_url.as_deref().is_some_and(is_scoped_address),
                    ..Self::default()
                })
            }
            Kind::Connection => {
                let mut found = document.connections.iter().filter(|it| it.name == name);
                let connection = found.next().ok_or_else(missing)?;
                Ok(Self {
                    kind,
                    name: connection.name.clone(),
                    url: connection.url.clone(),
                    org: connection.org.clone(),
                    switches: [
                        connection.list_comments.clone(),
                        connection.edit_comments.clone(),
                        connection.delete_comments.clone(),
                    ],
                    ..Self::default()
                })
            }
        }
    }

    /// What was entered.
    pub fn from_form(kind: Kind, name: &str, form: &Form) -> Self {
        Self {
            kind,
            name: name.trim().to_owned(),
            url: form.text("url").to_owned(),
            org: form.text("org").to_owned(),
            api_url: form.filled("api_url"),
            scoped: form.text("token_kind") == "scoped",
            switches: ["list_comments", "edit_comments", "delete_comments"]
                .map(|name| form.filled(name)),
            secret: secret::Given::from_form(kind, form),
        }
    }

    /// The document with this in it, and the place of this in it.
    fn put_into(&self, document: &SettingsDocument) -> (SettingsDocument, String) {
        let mut changed = document.clone();
        let index = match self.kind {
            Kind::Site => {
                let site = SiteDocument {
                    name: self.name.clone(),
                    url: self.url.clone(),
                    api_url: self.api_url.clone(),
                    ..SiteDocument::default()
                };
                place(&mut changed.sites, site, |site| site.name == self.name)
            }
            Kind::Connection => {
                let found = changed.connections.iter().find(|it| it.name == self.name);
                let [list_comments, edit_comments, delete_comments] = self.switches.clone();
                let connection = ConnectionDocument {
                    name: self.name.clone(),
                    url: self.url.clone(),
                    org: self.org.clone(),
                    list_comments,
                    edit_comments,
                    delete_comments,
                    // The page has no control for it, and takes nothing away.
                    paths: found.map(|it| it.paths.clone()).unwrap_or_default(),
                    ..ConnectionDocument::default()
                };
                place(&mut changed.connections, connection, |it| {
                    it.name == self.name
                })
            }
        };
        (changed, format!("{}[{index}]", self.kind.list()))
    }
}

/// Puts an item in the place of the one it replaces, or at the end; answers where.
fn place<T>(items: &mut Vec<T>, item: T, is_same: impl Fn(&T) -> bool) -> usize {
    if let Some(index) = items.iter().position(is_same) {
        items[index] = item;
        return index;
    }
    items.push(item);
    items.len() - 1
}

fn is_scoped_address(address: &str) -> bool {
    address.starts_with("https://api.atlassian.com/")
}

/// Checks what was entered, and keeps it.
pub async fn save(
    console: &Console,
    visitor: &Visitor,
    desk: &Desk,
    entered: &Entered,
    is_new: bool,
) -> Result<Done, Failure> {
    let mut entered = entered.clone();
    if is_new && Entered::of(entered.kind, &entered.name, &desk.document).is_ok() {
        return Err(Failure::Faulty(vec![Fault {
            path: "name".to_owned(),
            problem: format!("There is a {} of this name already.", entered.kind.title()),
            remedy: "Choose another name, or change the one that is there.".to_owned(),
        }]));
    }
    if entered.kind == Kind::Site {
        entered.api_url = interface_of(console, desk, &entered).await?;
    }
    let (changed, place) = entered.put_into(&desk.document);
    let faults: Vec<Fault> = Desk::faults_at(&changed, std::slice::from_ref(&place))
        .into_iter()
        .map(|fault| at_its_control(fault, &place))
        .collect();
    if !faults.is_empty() {
        return Err(Failure::Faulty(faults));
    }
    let peer = entered.kind.peer(&entered.name)?;
    if entered.secret.is_given() {
        let form = entered
            .secret
            .form()
            .map_err(|not| Failure::Senseless(format!("{not}.")))?;
        match keeping::put(&*console.keeper, &peer, form, &*console.tokens).await {
            Ok(put) => {
                let keys: Vec<String> = put
                    .changes
                    .iter()
                    .map(|change| format!("{}: {}", change.key, change.was.word()))
                    .collect();
                let subject = name_of(&peer);
                audit::note(
                    console,
                    visitor,
                    Deed::SecretWritten,
                    &subject,
                    keys.join("\n"),
                )
                .await?;
            }
            Err(NotKept::Faulty(faults)) => {
                return Err(Failure::Faulty(faults.iter().map(secret::fault).collect()));
            }
            Err(not_kept) => return Err(failure_of(not_kept)),
        }
        // The new one is tried at once, not when the old one is forgotten.
        let _ = console.service.secrets.read(&peer, true).await;
    } else if is_new {
        let faults = secret::nothing_given(entered.kind);
        return Err(Failure::Faulty(faults));
    }
    if changed == desk.document && desk.draft == 0 {
        return Ok(Done::Saved);
    }
    match desk.save(console, visitor, changed).await? {
        Saved::InForce => Ok(Done::Saved),
        Saved::Draft(_) => Ok(Done::Drafted),
    }
}

/// The address of the interface: a scoped token's has the site's cloud id, which the site itself tells.
async fn interface_of(
    console: &Console,
    desk: &Desk,
    entered: &Entered,
) -> Result<Option<String>, Failure> {
    if !entered.scoped {
        return Ok(entered
            .api_url
            .clone()
            .filter(|address| !is_scoped_address(address)));
    }
    let mut plain = entered.clone();
    plain.api_url = None;
    let (changed, _) = plain.put_into(&desk.document);
    let Some(site) = changed
        .usable_sites()
        .into_values()
        .find(|site| site.name.as_str() == entered.name)
    else {
        // The faults of name and address are told first.
        return Ok(None);
    };
    let fault = |problem: String| {
        Failure::Faulty(vec![Fault {
            path: "token_kind".to_owned(),
            problem,
            remedy: "Look at the address of the site, or choose a classic token.".to_owned(),
        }])
    };
    match console.service.jira().read_cloud_id(&site).await {
        Ok(Some(cloud_id)) => Ok(Some(format!(
            "https://api.atlassian.com/ex/jira/{cloud_id}"
        ))),
        Ok(None) => Err(fault(
            "The site did not tell its cloud id, which a scoped token needs.".to_owned(),
        )),
        Err(trouble) => Err(fault(format!(
            "There was trouble {}.",
            trouble.for_people()
        ))),
    }
}

/// A fault of the settings, at the control of this form that it is about.
fn at_its_control(mut fault: Fault, place: &str) -> Fault {
    if let Some(rest) = fault.path.strip_prefix(place) {
        fault.path = rest.trim_start_matches('.').to_owned();
    }
    fault
}

/// The document without a site or a connection; refused while a route uses it.
pub fn without(
    kind: Kind,
    name: &str,
    document: &SettingsDocument,
) -> Result<SettingsDocument, Failure> {
    Entered::of(kind, name, document)?;
    let users: Vec<&str> = document
        .routes
        .iter()
        .filter(|route| match kind {
            Kind::Site => route.ticket.site == name,
            Kind::Connection => route.connection.as_deref() == Some(name),
        })
        .map(|route| route.name.as_str())
        .collect();
    if !users.is_empty() {
        return Err(Failure::Senseless(format!(
            "These routes use it: {}. Change or remove them first.",
            users.join(", ")
        )));
    }
    let mut changed = document.clone();
    match kind {
        Kind::Site => changed.sites.retain(|site| site.name != name),
        Kind::Connection => changed.connections.retain(|it| it.name != name),
    }
    Ok(changed)
}
