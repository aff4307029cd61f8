//! How a world may differ from the ordinary one: what its Contrast does not offer, what its Jira
//! refuses, and what its settings leave out.
//!
//! Most worlds have none. What of it keeps cases from being in step is mended before the end.

use simulators::{
    contrast::{CommentList, Contrast, Severity, Switch},
    jira::{CustomField, FieldKind, FieldOption, Jira, ScreenField},
};

use crate::{
    acts::Deed,
    chance::{Script, one_of},
};

/// A difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quirk {
    /// Contrast does not list comments.
    NoListing,
    /// Contrast does not change comments.
    NoEdits,
    /// Contrast does not delete comments.
    NoDeletions,
    /// A ticket that is done closes no incident.
    NoAutoClose,
    /// A ticket that is opened again reopens no incident.
    NoReopen,
    /// Nothing flows from Jira to Contrast.
    OneWay,
    /// Comments are not mirrored.
    NoComments,
    /// Incidents of low severity are not taken.
    SomeSeverities,
    /// Incidents are taken from a moment on that comes after the beginning.
    StartsLater,
    /// The same, and open ones from before are taken up as well.
    Backfills,
    /// Incidents of one application are taken, and some tell late which is theirs.
    LateApplications,
    /// No ticket of the project can have a priority.
    NoPriorities,
    /// No ticket of the project can have labels.
    NoLabels,
    /// Tickets are given to somebody who may have none.
    NotAssignable,
    /// No way leads to *done*. Mended before the end.
    NoWay,
    /// The way to *done* demands what we do not know. Mended before the end.
    DemandingWay,
    /// Our account does not see restricted comments.
    Blind,
}

const WEIGHTED: &[(u32, Quirk)] = &[
    (3, Quirk::NoListing),
    (2, Quirk::NoEdits),
    (2, Quirk::NoDeletions),
    (3, Quirk::NoAutoClose),
    (2, Quirk::NoReopen),
    (2, Quirk::OneWay),
    (1, Quirk::NoComments),
    (2, Quirk::SomeSeverities),
    (2, Quirk::StartsLater),
    (2, Quirk::Backfills),
    (2, Quirk::LateApplications),
    (2, Quirk::NoPriorities),
    (3, Quirk::NoLabels),
    (1, Quirk::NotAssignable),
    (2, Quirk::NoWay),
    (2, Quirk::DemandingWay),
    (3, Quirk::Blind),
];

/// The field that a demanding way demands.
const DEMANDED: &str = "customfield_10077";
/// Who is given tickets where nobody may be given any.
const NOBODY: &str = "712020:00000000-0000-4000-8000-000000000003";
/// From when on incidents are taken, where that comes after the beginning.
pub const LATER_START: &str = "2026-03-09T08:01:00Z";

/// The differences that a seed draws: mostly none.
pub fn quirks_of(script: &Script) -> Vec<Quirk> {
    let rng = &mut script.draw("quirks", "");
    let count = one_of(rng, &[(14, 0), (5, 1), (1, 2)]).unwrap_or(0);
    let mut quirks: Vec<Quirk> = (0..count).filter_map(|_| one_of(rng, WEIGHTED)).collect();
    quirks.retain(|quirk| script.allows(&quirk.name()));
    quirks.sort_unstable();
    quirks.dedup();
    quirks
}

impl Quirk {
    /// Its name in the run.
    pub fn name(self) -> String {
        format!("quirk {self:?}")
    }

    /// What people do in such a world more than elsewhere: it would seldom matter otherwise.
    pub const fn deeds(self) -> &'static [(u32, Deed)] {
        match self {
            Self::NoListing | Self::NoEdits | Self::NoComments => {
                &[(8, Deed::CommentTicket), (8, Deed::Edit)]
            }
            Self::NoDeletions => &[(8, Deed::CommentTicket), (8, Deed::Delete)],
            Self::NoAutoClose | Self::NoReopen | Self::OneWay => &[
                (10, Deed::MoveTo("Done")),
                (10, Deed::MoveTo("To Do")),
                (8, Deed::Close),
                (8, Deed::Reopen),
            ],
            Self::SomeSeverities | Self::NoPriorities => &[
                (6, Deed::RaiseLow),
                (6, Deed::Rate(Severity::Low)),
                (4, Deed::Rate(Severity::Medium)),
            ],
            Self::StartsLater | Self::Backfills | Self::NoLabels | Self::NotAssignable => {
                &[(10, Deed::Raise)]
            }
            Self::LateApplications => &[(12, Deed::RaiseUnclear), (12, Deed::NameApplication)],
            Self::NoWay | Self::DemandingWay => &[(12, Deed::Close), (4, Deed::Reopen)],
            Self::Blind => &[
                (8, Deed::CommentTicket),
                (8, Deed::Restrict),
                (8, Deed::Release),
            ],
        }
    }

    /// Gives the products the difference.
    pub fn shape(self, contrast: &mut Contrast, jira: &mut Jira) {
        let behaviour = contrast.behaviour_mut();
        match self {
            Self::NoListing => behaviour.comment_list = CommentList::Off(404),
            Self::NoEdits => behaviour.comment_edits = Switch::Off(405),
            Self::NoDeletions => behaviour.comment_deletions = Switch::Off(501),
            Self::NoPriorities => take_off_screens(jira, "priority"),
            Self::NoLabels => take_off_screens(jira, "labels"),
            Self::NotAssignable => {
                if let Some(project) = jira.project_mut("SEC") {
                    project.assignable.remove(NOBODY);
                }
            }
            Self::NoWay => set_ways(jira, |way| way.from = vec!["Nowhere".to_owned()]),
            Self::DemandingWay => {
                if let Some(project) = jira.project_mut("SEC") {
                    project.fields.insert(DEMANDED.to_owned(), demanded());
                }
                set_ways(jira, |way| {
                    way.screen.push(ScreenField {
                        id: DEMANDED.to_owned(),
                        required: true,
                    });
                });
            }
            Self::Blind => {
                jira.set_sees_internal(Jira::DEMO_ACCOUNT, false);
            }
            Self::NoAutoClose
            | Self::NoReopen
            | Self::OneWay
            | Self::NoComments
            | Self::SomeSeverities
            | Self::StartsLater
            | Self::Backfills
            | Self::LateApplications => {}
        }
    }

    /// Mends what keeps cases from being in step. Tells whether there was anything to mend.
    pub fn mend(self, jira: &mut Jira) -> bool {
        match self {
            Self::NoWay => set_ways(jira, |way| {
                way.from = vec!["To Do".to_owned(), "In Progress".to_owned()];
            }),
            Self::DemandingWay => set_ways(jira, |way| way.screen.retain(|it| it.id != DEMANDED)),
            _ => return false,
        }
        true
    }

    /// Writes the difference into the text of the settings.
    pub fn rewrite(self, text: &str) -> String {
        let replaced = |from: &str, to: &str| text.replacen(from, to, 1);
        let start = "start = \"2026-01-01\"";
        let kinds = "kinds = [\"incident\"]\n";
        let flow = "[routes.flow]\n";
        match self {
            Self::NoAutoClose => replaced(flow, &format!("{flow}auto_close = false\n")),
            Self::NoReopen => replaced(flow, &format!("{flow}reopen = false\n")),
            Self::OneWay => replaced(flow, &format!("{flow}bidirectional = false\n")),
            Self::NoComments => replaced(flow, &format!("{flow}comments = false\n")),
            Self::SomeSeverities => {
                let taken = "severities = [\"CRITICAL\", \"HIGH\", \"MEDIUM\"]\n";
                replaced(kinds, &format!("{kinds}{taken}"))
            }
            Self::StartsLater => replaced(start, &format!("start = \"{LATER_START}\"")),
            Self::Backfills => replaced(
                start,
                &format!("start = \"{LATER_START}\"\nbackfill = true"),
            ),
            Self::LateApplications => replaced(
                kinds,
                &format!("{kinds}applications = [\"payments-api\"]\n"),
            ),
            Self::NotAssignable => {
                let kind = "issue_type = \"Bug\"\n";
                replaced(kind, &format!("{kind}assignee = \"{NOBODY}\"\n"))
            }
            _ => text.to_owned(),
        }
    }
}

fn take_off_screens(jira: &mut Jira, field: &str) {
    if let Some(project) = jira.project_mut("SEC") {
        for kind in &mut project.types {
            kind.screen.remove(field);
        }
    }
}

/// Changes the ways that lead to *done*.
fn set_ways(jira: &mut Jira, change: impl Fn(&mut simulators::jira::Transition)) {
    if let Some(project) = jira.project_mut("SEC") {
        let ways = project.workflow.transitions.iter_mut();
        ways.filter(|way| way.to == "Done").for_each(change);
    }
}

fn demanded() -> CustomField {
    let option = |id: &str, value: &str| FieldOption {
        id: id.to_owned(),
        value: value.to_owned(),
        children: Vec::new(),
    };
    CustomField {
        id: DEMANDED.to_owned(),
        name: "Root cause".to_owned(),
        kind: FieldKind::Option,
        required: false,
        default: None,
        options: vec![option("20100", "Design"), option("20101", "Slip")],
    }
}
