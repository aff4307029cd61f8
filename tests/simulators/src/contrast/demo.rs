//! A small believable world for tests and the local run.
//!
//! All names, addresses and hosts are made up or reserved for documentation.

use super::{
    Application, Attack, AttackResult, Contrast, Environment, IncidentSeed, IssueSeed, Person,
    Server, Severity, world::uuid_like,
};

mod advice;

/// The address of the demo world.
pub const DEMO_BASE_URL: &str = "https://contrast.example.com";
/// Its organisation.
pub const DEMO_ORG_ID: &str = "6f1d7a52-0c3e-4b8a-9d21-5e7f3a90c4b8";
/// Its API key.
pub const DEMO_API_KEY: &str = "demo-contrast-api-key";
/// Its service account.
pub const DEMO_USER: &str = "sync@example.com";
/// The service key of that account.
pub const DEMO_SERVICE_KEY: &str = "demo-contrast-service-key";

const RUNBOOKS: &str = "https://runbooks.example.com/adr";

impl Contrast {
    /// People and applications, and no incident yet: raise the seeds of [`IncidentSeed`], or all
    /// of them with [`Contrast::raise_demo_incidents`].
    pub fn with_demo_world() -> Self {
        let mut world = Self::new(DEMO_BASE_URL, DEMO_ORG_ID, DEMO_API_KEY);
        let people = [
            (DEMO_USER, "Northstar Jira Sync", Some(DEMO_SERVICE_KEY)),
            ("mara.lindt@example.com", "Mara Lindt", None),
            ("tom.reyes@example.com", "Tom Reyes", None),
        ];
        for (number, (email, name, key)) in (1..).zip(people) {
            world.add_person(Person {
                id: uuid_like(0x9e09, number),
                email: email.to_owned(),
                name: name.to_owned(),
                service_key: key.map(ToOwned::to_owned),
            });
        }
        let applications = [
            (
                "payments-api",
                "JAVA",
                ["payments", "pci"].as_slice(),
                "payments",
                "CRITICAL",
            ),
            (
                "webgoat",
                "JAVA",
                ["training"].as_slice(),
                "platform",
                "LOW",
            ),
            (
                "inventory",
                "PYTHON",
                ["logistics"].as_slice(),
                "logistics",
                "HIGH",
            ),
        ];
        for (number, (name, language, tags, team, importance)) in (1..).zip(applications) {
            world.add_application(Application {
                id: uuid_like(0xa11c, number),
                name: name.to_owned(),
                language: language.to_owned(),
                tags: tags.iter().map(ToString::to_string).collect(),
                metadata: vec![("team".to_owned(), team.to_owned())],
                importance: importance.to_owned(),
            });
        }
        world
    }

    /// Raises the four incidents of the demo world and answers their ids.
    pub fn raise_demo_incidents(&mut self, now_ms: i64) -> Vec<String> {
        let seeds = IncidentSeed::demo();
        seeds
            .into_iter()
            .map(|seed| self.raise_incident(seed, now_ms))
            .collect()
    }
}

impl IncidentSeed {
    /// The four incidents of the demo world.
    pub fn demo() -> [Self; 4] {
        [
            Self::sql_injection(),
            Self::command_injection(),
            Self::untrusted_deserialization(),
            Self::path_traversal(),
        ]
    }

    /// Customers' payments were read through the search.
    pub fn sql_injection() -> Self {
        Self {
            id: None,
            name: "SQL Injection on \"/api/payments/search\"".to_owned(),
            severity: Severity::Critical,
            score: 10.0,
            rules: texts(&["sql-injection"]),
            applications: texts(&["payments-api"]),
            environment: Environment::Production,
            summary: "Requests to the payment search changed the query that the application sends \
                      to its database, and rows of other customers were read."
                .to_owned(),
            actions: advice::sql_injection(),
            runbooks: vec![format!("{RUNBOOKS}/sql-injection.md")],
            servers: vec![
                server(1, "payments-prod-1", Environment::Production, "Linux"),
                server(2, "payments-prod-2", Environment::Production, "Linux"),
            ],
            attacks: vec![
                Attack::new("203.0.113.24", "/api/payments/search", "' OR '1'='1")
                    .with_result(AttackResult::Probed),
                Attack::new(
                    "203.0.113.24",
                    "/api/payments/search",
                    "' UNION SELECT pan, owner FROM cards --",
                ),
                Attack::new(
                    "198.51.100.9",
                    "/api/payments/export",
                    "1; SELECT version()",
                )
                .with_result(AttackResult::Blocked),
            ],
        }
    }

    /// A shell was started through a host name.
    pub fn command_injection() -> Self {
        Self {
            id: None,
            name: "Command Injection on \"/warehouse/ping\"".to_owned(),
            severity: Severity::Critical,
            score: 9.5,
            rules: texts(&["cmd-injection"]),
            applications: texts(&["inventory"]),
            environment: Environment::Production,
            summary: "A host name sent to the reachability check ended in a shell command, which \
                      the server ran."
                .to_owned(),
            actions: advice::command_injection(),
            runbooks: vec![format!("{RUNBOOKS}/command-injection.md")],
            servers: vec![server(
                3,
                "inventory-prod-1",
                Environment::Production,
                "Linux",
            )],
            attacks: vec![
                Attack::new("192.0.2.77", "/warehouse/ping", "scanner.local; id"),
                Attack::new(
                    "192.0.2.77",
                    "/warehouse/ping",
                    "scanner.local && cat /etc/passwd",
                ),
            ],
        }
    }

    /// A class from outside came to life; two applications and two rules are involved.
    pub fn untrusted_deserialization() -> Self {
        let mut follow_up = Attack::new(
            "198.51.100.140",
            "/api/payments/import",
            "ldap://198.51.100.140/a",
        )
        .with_result(AttackResult::Suspicious);
        follow_up.rule = Some("jndi-injection".to_owned());
        follow_up.application = Some("payments-api".to_owned());
        Self {
            id: None,
            name: "Untrusted Deserialization on \"/WebGoat/InsecureDeserialization/task\""
                .to_owned(),
            severity: Severity::High,
            score: 8.8,
            rules: texts(&["untrusted-deserialization", "jndi-injection"]),
            applications: texts(&["webgoat", "payments-api"]),
            environment: Environment::Qa,
            summary: "A serialised object from a request was read back with classes that the \
                      application does not expect."
                .to_owned(),
            actions: advice::untrusted_deserialization(),
            runbooks: vec![
                format!("{RUNBOOKS}/untrusted-deserialization.md"),
                format!("{RUNBOOKS}/jndi-injection.md"),
            ],
            servers: vec![
                server(4, "webgoat-qa-1", Environment::Qa, "Windows"),
                server(5, "payments-qa-1", Environment::Qa, "Linux"),
            ],
            attacks: vec![
                Attack::new(
                    "2001:db8::5e:1",
                    "/WebGoat/InsecureDeserialization/task",
                    "rO0ABXNyABdkZW1v",
                ),
                follow_up,
            ],
        }
    }

    /// Files above the upload folder were asked for, and nothing came of it.
    pub fn path_traversal() -> Self {
        Self {
            id: None,
            name: "Path Traversal on \"/WebGoat/PathTraversal/profile-picture\"".to_owned(),
            severity: Severity::Medium,
            score: 5.3,
            rules: texts(&["path-traversal"]),
            applications: texts(&["webgoat"]),
            environment: Environment::Development,
            summary: "Requests asked for files outside of the upload folder and were stopped."
                .to_owned(),
            actions: advice::path_traversal(),
            runbooks: vec![format!("{RUNBOOKS}/path-traversal.md")],
            servers: vec![server(
                6,
                "webgoat-dev-1",
                Environment::Development,
                "Linux",
            )],
            attacks: vec![
                Attack::new(
                    "203.0.113.90",
                    "/WebGoat/PathTraversal/profile-picture",
                    "../../secret.jpg",
                )
                .with_result(AttackResult::Blocked),
            ],
        }
    }
}

impl IssueSeed {
    /// A library with known holes, in no incident.
    pub fn vulnerable_library() -> Self {
        Self {
            title: "CVEs in a YAML parser of inventory".to_owned(),
            severity: Severity::Medium,
            score: 6.9,
            rule: "library-vulnerability".to_owned(),
            application: "inventory".to_owned(),
            route: String::new(),
            description: "The library in use has published vulnerabilities; a newer one has not."
                .to_owned(),
            environment: Environment::Development,
            ..Self::default()
        }
    }

    /// The vulnerability behind an incident.
    pub fn behind(incident_id: &str) -> Self {
        Self {
            incident: Some(incident_id.to_owned()),
            ..Self::default()
        }
    }
}

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

fn server(number: u64, hostname: &str, environment: Environment, system: &str) -> Server {
    Server {
        id: uuid_like(0x5e7e, number),
        hostname: hostname.to_owned(),
        environment,
        operating_system: system.to_owned(),
    }
}
