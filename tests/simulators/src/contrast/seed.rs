//! What tests and the local run say when they raise an incident or an issue.
//!
//! The defaults are a small believable case; nothing here touches the world.

use super::{AttackResult, Environment, Server, Severity};

/// One attack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attack {
    /// The address it comes from.
    pub source: String,
    /// The route that is attacked.
    pub route: String,
    /// What comes of it.
    pub result: AttackResult,
    /// What is sent.
    pub value: String,
    /// The rule that notices it; none means the incident's first.
    pub rule: Option<String>,
    /// The application's name; none means the incident's first.
    pub application: Option<String>,
}

impl Attack {
    /// An attack that worked.
    pub fn new(source: &str, route: &str, value: &str) -> Self {
        Self {
            source: source.to_owned(),
            route: route.to_owned(),
            result: AttackResult::Exploited,
            value: value.to_owned(),
            rule: None,
            application: None,
        }
    }

    /// The same, with another outcome.
    #[must_use]
    pub fn with_result(mut self, result: AttackResult) -> Self {
        self.result = result;
        self
    }
}

/// An incident to be raised.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidentSeed {
    /// The id it brings along from elsewhere; none means the next one here.
    pub id: Option<String>,
    /// The name.
    pub name: String,
    /// How bad it is.
    pub severity: Severity,
    /// From 0 to 10.
    pub score: f64,
    /// The ids of the rules.
    pub rules: Vec<String>,
    /// The names of the applications. Unknown ones come into being.
    pub applications: Vec<String>,
    /// Where it happens.
    pub environment: Environment,
    /// What happened, for people.
    pub summary: String,
    /// What to do, in the product's markup.
    pub actions: Vec<String>,
    /// Links to runbooks.
    pub runbooks: Vec<String>,
    /// The servers.
    pub servers: Vec<Server>,
    /// The attacks that led to it, the oldest first. They bring the sources and the routes.
    pub attacks: Vec<Attack>,
}

impl Default for IncidentSeed {
    fn default() -> Self {
        Self {
            id: None,
            name: "SQL Injection on \"/api/payments/search\"".to_owned(),
            severity: Severity::High,
            score: 8.1,
            rules: vec!["sql-injection".to_owned()],
            applications: vec!["payments-api".to_owned()],
            environment: Environment::Production,
            summary: "A search term became part of a database query.".to_owned(),
            actions: vec!["Bind the search term as a parameter.".to_owned()],
            runbooks: Vec::new(),
            servers: Vec::new(),
            attacks: vec![Attack::new(
                "203.0.113.7",
                "/api/payments/search",
                "' OR '1'='1",
            )],
        }
    }
}

impl IncidentSeed {
    /// The default one under another name.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// The same, with an attack from each of these addresses on each of these routes.
    #[must_use]
    pub fn attacked(mut self, sources: &[&str], routes: &[&str]) -> Self {
        self.attacks.clear();
        for source in sources {
            let attacks = routes
                .iter()
                .map(|route| Attack::new(source, route, "' OR '1'='1"));
            self.attacks.extend(attacks);
        }
        self
    }
}

/// An issue to be raised.
#[derive(Clone, Debug, PartialEq)]
pub struct IssueSeed {
    /// The id it brings along from elsewhere; none means the next one here.
    pub id: Option<String>,
    /// The title.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// From 0 to 10.
    pub score: f64,
    /// The score's vector.
    pub vector: String,
    /// The rule's id.
    pub rule: String,
    /// The application's name. An unknown one comes into being.
    pub application: String,
    /// The route, or empty.
    pub route: String,
    /// What is wrong, for people.
    pub description: String,
    /// Where it was seen.
    pub environment: Environment,
    /// The incident it belongs to.
    pub incident: Option<String>,
}

impl Default for IssueSeed {
    fn default() -> Self {
        Self {
            id: None,
            title: "SQL Injection in the search of payments".to_owned(),
            severity: Severity::High,
            score: 8.6,
            vector: "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:L/VA:N/SC:N/SI:N/SA:N".to_owned(),
            rule: "sql-injection".to_owned(),
            application: "payments-api".to_owned(),
            route: "/api/payments/search".to_owned(),
            description: "The search term reaches a query without being bound.".to_owned(),
            environment: Environment::Production,
            incident: None,
        }
    }
}
