//! Building a world, and the one that the local run and most tests live in.
//!
//! Names, ids and tokens here are invented and open no door anywhere.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    CustomField, FieldKind, FieldOption, Jira, Person, Project, ScreenField, Status, TicketType,
    Transition, Workflow,
};

/// The service account of the demo world.
const SERVICE: (&str, &str, &str, &str) = (
    "712020:00000000-0000-4000-8000-000000000001",
    "northstar-sync@example.com",
    "demo-token",
    "Northstar Sync",
);
const ANA: &str = "712020:00000000-0000-4000-8000-000000000002";
const BEN: &str = "712020:00000000-0000-4000-8000-000000000003";
const FIELDS: [&str; 6] = [
    "description",
    "priority",
    "labels",
    "assignee",
    "parent",
    "duedate",
];

impl Jira {
    /// The e-mail address and token of the demo world's service account.
    pub const DEMO_LOGIN: (&'static str, &'static str) = (SERVICE.1, SERVICE.2);
    /// The account id of the demo world's service account.
    pub const DEMO_ACCOUNT: &'static str = SERVICE.0;
    /// The webhook secret of the demo world.
    pub const DEMO_SECRET: &'static str = "demo-webhook-secret";

    /// A Jira with the projects SEC and PAY, Ana Souza, Ben Okafor and the account of the sync.
    pub fn with_demo_world(base_url: &str) -> Self {
        let mut jira = Self::new(base_url);
        let (account_id, email, token, name) = SERVICE;
        jira.add_person(person(account_id, email, Some(token), name));
        jira.add_person(person(ANA, "ana@example.com", None, "Ana Souza"));
        jira.add_person(person(BEN, "ben@example.com", None, "Ben Okafor"));
        for name in ["Highest", "High", "Medium", "Low", "Lowest"] {
            jira.add_priority(name);
        }
        for name in ["Done", "Won't Do", "Duplicate", "False Positive"] {
            jira.add_resolution(name);
        }
        jira.add_status("To Do", "new");
        jira.add_status("In Progress", "indeterminate");
        jira.add_status("Done", "done");
        jira.set_webhook_secret(Some(Self::DEMO_SECRET));
        jira.add_project(project("SEC", "10000", "Security", BTreeMap::new()));
        let team = CustomField {
            id: "customfield_10050".into(),
            name: "Team".into(),
            kind: FieldKind::Option,
            required: true,
            default: None,
            options: [
                ("10100", "Checkout"),
                ("10101", "Ledger"),
                ("10102", "Platform"),
            ]
            .into_iter()
            .map(|(id, value)| FieldOption {
                id: id.into(),
                value: value.into(),
                children: Vec::new(),
            })
            .collect(),
        };
        let fields = BTreeMap::from([(team.id.clone(), team)]);
        jira.add_project(project("PAY", "10001", "Payments", fields));
        jira
    }

    /// Adds a status of the whole site.
    pub fn add_status(&mut self, name: &str, category: &str) {
        let id = (10_000 + self.statuses.len()).to_string();
        self.statuses.push(Status {
            id,
            name: name.into(),
            category: category.into(),
        });
    }

    /// Adds a priority of the whole site, below the others.
    pub fn add_priority(&mut self, name: &str) {
        self.priorities
            .push(((self.priorities.len() + 1).to_string(), name.into()));
    }

    /// Adds a resolution of the whole site.
    pub fn add_resolution(&mut self, name: &str) {
        self.resolutions
            .push(((10_000 + self.resolutions.len()).to_string(), name.into()));
    }

    /// Adds a project, or replaces the one with its key.
    pub fn add_project(&mut self, project: Project) {
        self.projects.insert(project.key.clone(), project);
    }

    /// Adds many projects, as a large site has them: their keys are P1, P2 and so on.
    pub fn add_many_projects(&mut self, count: usize) {
        for number in 1..=count {
            let (key, id) = (format!("P{number}"), (20_000 + number).to_string());
            self.add_project(project(
                &key,
                &id,
                &format!("Team {number}"),
                BTreeMap::new(),
            ));
        }
    }

    /// A project to change: its screens, fields, workflow.
    pub fn project_mut(&mut self, key: &str) -> Option<&mut Project> {
        self.projects.get_mut(key)
    }

    /// The projects, by key.
    pub fn projects(&self) -> impl Iterator<Item = &Project> {
        self.projects.values()
    }

    /// The names of the site's statuses.
    pub fn status_names(&self) -> impl Iterator<Item = &str> {
        self.statuses.iter().map(|status| status.name.as_str())
    }

    /// The names of the site's priorities, highest first.
    pub fn priority_names(&self) -> impl Iterator<Item = &str> {
        self.priorities.iter().map(|(_, name)| name.as_str())
    }
}

fn person(account_id: &str, email: &str, token: Option<&str>, name: &str) -> Person {
    Person {
        account_id: account_id.into(),
        email: email.into(),
        token: token.map(Into::into),
        scoped_token: false,
        display_name: name.into(),
        sees_internal: true,
    }
}

fn project(key: &str, id: &str, name: &str, fields: BTreeMap<String, CustomField>) -> Project {
    let screen: BTreeSet<String> = FIELDS
        .into_iter()
        .map(Into::into)
        .chain(fields.keys().cloned())
        .collect();
    let kind = |number: &str, name: &str, level: i8| {
        let mut screen = screen.clone();
        if level > 0 {
            screen.remove("parent");
        }
        TicketType {
            id: format!("{id}{number}"),
            name: name.into(),
            level,
            screen,
        }
    };
    Project {
        key: key.into(),
        id: id.into(),
        name: name.into(),
        types: vec![
            kind("1", "Bug", 0),
            kind("2", "Task", 0),
            kind("3", "Epic", 1),
        ],
        fields,
        required: BTreeSet::new(),
        priorities: ["Highest", "High", "Medium", "Low", "Lowest"]
            .map(Into::into)
            .to_vec(),
        assignable: BTreeSet::from([ANA.to_owned(), BEN.to_owned(), SERVICE.0.to_owned()]),
        workflow: workflow(),
        next_number: 1,
    }
}

/// To Do, In Progress, Done, and back. The way to Done asks for the resolution; it starts at both
/// other statuses, since a fresh ticket whose incident gets closed must be able to end.
fn workflow() -> Workflow {
    let way = |id: &str, name: &str, from: &str, to: &str| Transition {
        id: id.into(),
        name: name.into(),
        from: vec![from.into()],
        to: to.into(),
        screen: Vec::new(),
        sets_resolution: None,
        clears_resolution: false,
    };
    let mut finish = way("31", "Finish", "In Progress", "Done");
    finish.from.push("To Do".into());
    finish.screen = vec![ScreenField {
        id: "resolution".into(),
        required: true,
    }];
    let mut reopen = way("41", "Reopen", "Done", "To Do");
    reopen.clears_resolution = true;
    Workflow {
        initial: "To Do".into(),
        transitions: vec![
            way("11", "Stop", "In Progress", "To Do"),
            way("21", "Start", "To Do", "In Progress"),
            finish,
            reopen,
        ],
    }
}
