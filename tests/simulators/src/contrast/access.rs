//! Who calls, and whether they may.
//!
//! Never accepts a credential in another form than the real one's: no scheme word, and three
//! headers on every call.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, header};

use super::{Contrast, Person, answer::Refusal};

impl Contrast {
    /// Adds somebody.
    pub fn add_person(&mut self, person: Person) {
        self.people.push(person);
    }

    /// Everybody.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// Changes the organisation's API key: the old one is refused from now on.
    pub fn set_api_key(&mut self, api_key: &str) {
        api_key.clone_into(&mut self.api_key);
    }

    /// Changes (or, with none, takes away) somebody's service key. Answers whether there is such
    /// a person.
    pub fn set_service_key(&mut self, email: &str, service_key: Option<&str>) -> bool {
        let person = self.people.iter_mut().find(|person| person.email == email);
        person.is_some_and(|person| {
            person.service_key = service_key.map(ToOwned::to_owned);
            true
        })
    }

    /// The position of the person who calls.
    pub(super) fn caller(&self, headers: &HeaderMap) -> Result<usize, Refusal> {
        self.signed_in(headers).ok_or_else(Refusal::not_for_you)
    }

    fn signed_in(&self, headers: &HeaderMap) -> Option<usize> {
        let text =
            |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let api_key = text(header::HeaderName::from_static("api-key"))?;
        let accept = text(header::ACCEPT)?;
        if api_key != self.api_key || !accept.contains("application/json") {
            return None;
        }
        let decoded = STANDARD.decode(text(header::AUTHORIZATION)?).ok()?;
        let (user, key) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
        self.people
            .iter()
            .position(|person| person.email == user && person.service_key.as_deref() == Some(key))
    }

    /// A person by e-mail or by name.
    pub(super) fn person(&self, email_or_name: &str) -> Option<usize> {
        let wanted =
            |person: &Person| person.email == email_or_name || person.name == email_or_name;
        self.people.iter().position(wanted)
    }
}
