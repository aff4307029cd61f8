//! What a push tells of a case.
//!
//! A field of the wrong type is left out; it never makes the push unreadable.

use domain::case::{Application, CaseFacts, CaseKind, Server, SourceAddress};

use super::super::{
    fields::{
        MARKUP, Object, PROSE, address, application, count, line, lines, moment, objects, prose,
        push_new, score, values,
    },
    markup,
    wire::{phase, severity},
};
use domain::rich_text::RichText;
use serde_json::Value;

pub(super) fn facts_of(kind: CaseKind, object: &Object) -> CaseFacts {
    let facts = CaseFacts {
        phase: phase(object),
        severity: severity(object),
        score: score(object, &["score"]),
        url: object.get("url").and_then(address),
        created_at: moment(object, &["createdTime"]),
        updated_at: moment(object, &["updatedTime", "updateTime"]),
        closed_at: moment(object, &["closedTime"]),
        ..CaseFacts::default()
    };
    let facts = match kind {
        CaseKind::Incident => of_incident(facts, object),
        CaseKind::Issue => of_issue(facts, object),
    };
    facts.bounded()
}

fn of_incident(facts: CaseFacts, object: &Object) -> CaseFacts {
    let mut facts = CaseFacts {
        name: line(object, &["incidentName", "name"]),
        summary: prose(object, "summary", PROSE),
        rules: lines(object, "relatedRules"),
        runbooks: values(object, "recommendedRunbooks")
            .filter_map(address)
            .collect(),
        recommended_actions: values(object, "recommendedActions")
            .filter_map(action)
            .collect(),
        ..facts
    };
    for name in lines(object, "relatedApplications") {
        facts.applications.push(Application { id: None, name });
    }
    for entry in objects(object, "httpSourceIp") {
        if let Some(address) = line(entry, &["ipAddress"]) {
            facts.source_addresses.push(SourceAddress {
                address,
                count: count(entry, "count"),
                blocked: entry.get("blocked").and_then(Value::as_bool),
            });
        }
    }
    for entry in objects(object, "servers") {
        let environment = line(entry, &["environment"]);
        if let Some(environment) = &environment {
            push_new(&mut facts.environments, environment.clone());
        }
        if let Some(hostname) = line(entry, &["hostname"]) {
            let operating_system = line(entry, &["operatingSystem"]);
            facts.servers.push(Server {
                hostname,
                environment,
                operating_system,
            });
        }
    }
    facts
}

fn of_issue(facts: CaseFacts, object: &Object) -> CaseFacts {
    CaseFacts {
        name: line(object, &["title"]),
        summary: prose(object, "description", PROSE),
        rules: lines(object, "ruleId"),
        applications: application(object).into_iter().collect(),
        environments: lines(object, "environments"),
        request_urls: lines(object, "httpRoute"),
        ..facts
    }
}

/// One recommended action. Cut before it is rendered: a tag left open by the cut ends with the text.
fn action(value: &Value) -> Option<RichText> {
    let rendered = markup::render(&RichText::cut_plain(value.as_str()?, MARKUP));
    (!rendered.is_empty()).then_some(rendered)
}
