//! What of a form goes into a secret.
//!
//! Never shown, never printed; what was left empty is not given, and stays as it is.

use std::fmt;

use adapters::secrets::keeping::{self, NotAForm, SecretFault};
use domain::settings::document::Fault;
use serde_json::{Map, Value};

use super::Kind;
use crate::form::Form;

/// The credentials that were entered.
#[derive(Clone, Default, PartialEq)]
pub struct Given(Map<String, Value>);

impl fmt::Debug for Given {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Given({} keys)", self.0.len())
    }
}

impl Given {
    /// What was entered; empty fields are left out.
    pub fn from_form(kind: Kind, form: &Form) -> Self {
        let keys = keys(kind).iter();
        Self(
            keys.filter_map(|(key, _)| Some(((*key).to_owned(), Value::from(form.filled(key)?))))
                .collect(),
        )
    }

    /// What a program sent.
    pub fn from_json(values: Map<String, Value>) -> Self {
        Self(values)
    }

    /// Whether anything was entered.
    pub fn is_given(&self) -> bool {
        !self.0.is_empty()
    }

    /// As the keeper takes it.
    pub fn form(&self) -> Result<keeping::Form, NotAForm> {
        keeping::Form::new(self.0.clone())
    }
}

/// The keys of a kind's secret, with what people read.
pub const fn keys(kind: Kind) -> &'static [(&'static str, &'static str)] {
    match kind {
        Kind::Site => &[("email", "E-mail"), ("api_token", "API token")],
        Kind::Connection => &[
            ("username", "User"),
            ("service_key", "Service key"),
            ("api_key", "API key"),
        ],
    }
}

/// The faults of a new one without credentials.
pub fn nothing_given(kind: Kind) -> Vec<Fault> {
    let keys = keys(kind).iter();
    keys.map(|(key, label)| Fault {
        path: (*key).to_owned(),
        problem: format!("{label} is missing."),
        remedy: "Fill it in.".to_owned(),
    })
    .collect()
}

/// A fault of a secret, at its control.
pub fn fault(fault: &SecretFault) -> Fault {
    Fault {
        path: fault.key.unwrap_or_default().to_owned(),
        problem: format!("{}.", fault.words),
        remedy: "Fill it in as the product shows it.".to_owned(),
    }
}
