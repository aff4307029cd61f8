//! Who calls, and what they may do.
//!
//! A credential that does not fit is nobody's; it never falls back to somebody.

use base64::Engine as _;

use super::{Jira, Person, answer::Answer};

/// The permissions that `/mypermissions` knows here.
pub(super) const PERMISSIONS: [&str; 14] = [
    "BROWSE_PROJECTS",
    "CREATE_ISSUES",
    "EDIT_ISSUES",
    "TRANSITION_ISSUES",
    "ADD_COMMENTS",
    "DELETE_OWN_COMMENTS",
    "EDIT_OWN_COMMENTS",
    "DELETE_ALL_COMMENTS",
    "EDIT_ALL_COMMENTS",
    "ASSIGN_ISSUES",
    "LINK_ISSUES",
    "DELETE_ISSUES",
    "ADMINISTER_PROJECTS",
    "ADMINISTER",
];
/// Permissions that an ordinary account lacks unless it is given them.
const RARE: [&str; 5] = [
    "DELETE_ALL_COMMENTS",
    "EDIT_ALL_COMMENTS",
    "DELETE_ISSUES",
    "ADMINISTER_PROJECTS",
    "ADMINISTER",
];

impl Jira {
    /// Takes a permission away from an account in a project.
    pub fn deny(&mut self, account_id: &str, project: &str, permission: &str) {
        let rule = (
            account_id.to_owned(),
            project.to_owned(),
            permission.to_owned(),
        );
        self.granted.retain(|other| *other != rule);
        self.denied.push(rule);
    }

    /// Gives a permission to an account in a project.
    pub fn grant(&mut self, account_id: &str, project: &str, permission: &str) {
        let rule = (
            account_id.to_owned(),
            project.to_owned(),
            permission.to_owned(),
        );
        self.denied.retain(|other| *other != rule);
        self.granted.push(rule);
    }

    /// Makes an account an administrator of the site, or one no more.
    pub fn set_administrator(&mut self, account_id: &str, is_administrator: bool) {
        if is_administrator {
            self.administrators.insert(account_id.to_owned());
        } else {
            self.administrators.remove(account_id);
        }
    }

    /// Whether a caller is an administrator of the site: no permission in a project makes one.
    pub(super) fn administers(&self, who: usize) -> bool {
        self.administrators.contains(self.account(who))
    }

    /// Changes an account's token; `None` revokes it. Answers whether there is such an account.
    pub fn set_token(&mut self, account_id: &str, token: Option<&str>) -> bool {
        let person = self
            .people
            .iter_mut()
            .find(|person| person.account_id == account_id);
        person.is_some_and(|person| {
            person.token = token.map(Into::into);
            true
        })
    }

    /// Decides whether an account's token is a scoped one. Answers whether there is such an account.
    pub fn set_scoped_token(&mut self, account_id: &str, is_scoped: bool) -> bool {
        let person = self
            .people
            .iter_mut()
            .find(|person| person.account_id == account_id);
        person.is_some_and(|person| {
            person.scoped_token = is_scoped;
            true
        })
    }

    /// Decides whether an account sees comments that are restricted. Answers whether there is such
    /// an account.
    pub fn set_sees_internal(&mut self, account_id: &str, sees: bool) -> bool {
        let person = self
            .people
            .iter_mut()
            .find(|person| person.account_id == account_id);
        person.is_some_and(|person| {
            person.sees_internal = sees;
            true
        })
    }

    pub(super) fn caller(&self, headers: &http::HeaderMap, gateway: bool) -> Option<usize> {
        let header = headers.get(http::header::AUTHORIZATION)?.to_str().ok()?;
        let (scheme, encoded) = header.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let decoded = base64::engine::general_purpose::STANDARD
            .decode(encoded.trim())
            .ok()?;
        let decoded = std::str::from_utf8(&decoded).ok()?;
        let (email, token) = decoded.split_once(':')?;
        self.people.iter().position(|person| {
            person.email.eq_ignore_ascii_case(email)
                && person.token.as_deref() == Some(token)
                && person.scoped_token == gateway
        })
    }

    pub(super) fn may(&self, who: usize, project: &str, permission: &str) -> bool {
        let account = &self.people[who].account_id;
        let listed = |rules: &[(String, String, String)]| {
            rules
                .iter()
                .any(|(a, p, x)| a == account && p == project && x == permission)
        };
        if RARE.contains(&permission) {
            return listed(&self.granted);
        }
        !listed(&self.denied)
    }

    /// The ticket that a caller may see, by id or by any key it ever had.
    pub(super) fn seen(&self, id_or_key: &str, who: usize) -> Result<u64, Answer> {
        self.ticket_number(id_or_key)
            .filter(|id| self.shows(*id, who))
            .ok_or_else(Answer::no_such_ticket)
    }

    /// The same for a write, which counts against the ticket's limits.
    pub(super) fn writable(
        &mut self,
        id_or_key: &str,
        who: usize,
        now: i64,
    ) -> Result<u64, Answer> {
        let id = self.seen(id_or_key, who)?;
        self.charge_writes(id, now)?;
        Ok(id)
    }

    pub(super) fn shows(&self, id: u64, who: usize) -> bool {
        self.present(id).is_some_and(|ticket| {
            ticket.visible() && self.may(who, &ticket.project, "BROWSE_PROJECTS")
        })
    }

    pub(super) fn may_on(&self, who: usize, id: u64, permission: &str) -> bool {
        self.present(id)
            .is_some_and(|ticket| self.may(who, &ticket.project, permission))
    }

    pub(super) fn account(&self, who: usize) -> &str {
        &self.people[who].account_id
    }

    /// Adds somebody.
    pub fn add_person(&mut self, person: Person) {
        self.people.push(person);
    }

    /// Everybody who has an account.
    pub fn people(&self) -> &[Person] {
        &self.people
    }
}
