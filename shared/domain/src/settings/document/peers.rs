//! Validates connections and sites: names, addresses, organisations and switches.
//!
//! Never contacts anything: whether an address answers is for a test of the connection to say.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
};

use super::{
    ConnectionDocument, MOST_PEERS, SiteDocument,
    address::{Address, Wrong},
    report::{Report, joined, quoted},
};
use crate::{
    case::{NotAnId, OrgId},
    settings::{Connection, ConnectionName, OPERATIONS, Site, Switch},
    ticket::SiteName,
};

/// The host to which scoped tokens are sent.
const SCOPED_TOKEN_HOST: &str = "api.atlassian.com";
const CLOUD_SUFFIX: &str = ".atlassian.net";

/// Validates all connections. What has a fault is left out; the report then keeps it from use.
pub(super) fn connections(
    documents: &[ConnectionDocument],
    report: &mut Report,
) -> BTreeMap<ConnectionName, Connection> {
    report.count("connections", "connection", documents.len(), MOST_PEERS);
    let mut names = BTreeSet::new();
    let mut orgs = BTreeSet::new();
    documents
        .iter()
        .enumerate()
        .filter_map(|(index, document)| {
            let path = format!("connections[{index}]");
            connection(document, &path, &mut names, &mut orgs, report)
        })
        .map(|connection| (connection.name.clone(), connection))
        .collect()
}

fn connection(
    document: &ConnectionDocument,
    path: &str,
    names: &mut BTreeSet<String>,
    orgs: &mut BTreeSet<String>,
    report: &mut Report,
) -> Option<Connection> {
    report.unknown_keys(
        path,
        &document.unknown,
        "name, url, org, list_comments, edit_comments, delete_comments and paths",
    );
    let name = name(&document.name, path, ConnectionName::new, names, report);
    let url = address(
        &document.url,
        &format!("{path}.url"),
        contrast_address,
        report,
    );
    let org = org(&document.org, &format!("{path}.org"), orgs, report);
    let mut switch_at = |written: &Option<String>, key: &str| {
        switch(written.as_deref(), &joined(path, key), report)
    };
    let list_comments = switch_at(&document.list_comments, "list_comments");
    let edit_comments = switch_at(&document.edit_comments, "edit_comments");
    let delete_comments = switch_at(&document.delete_comments, "delete_comments");
    let paths = paths(&document.paths, &format!("{path}.paths"), report);
    Some(Connection {
        name: name?,
        url: url?,
        org: org?,
        list_comments: list_comments?,
        edit_comments: edit_comments?,
        delete_comments: delete_comments?,
        paths,
    })
}

/// Validates all sites. What has a fault is left out; the report then keeps it from use.
pub(super) fn sites(documents: &[SiteDocument], report: &mut Report) -> BTreeMap<SiteName, Site> {
    report.count("sites", "site", documents.len(), MOST_PEERS);
    let mut names = BTreeSet::new();
    documents
        .iter()
        .enumerate()
        .filter_map(|(index, document)| {
            site(document, &format!("sites[{index}]"), &mut names, report)
        })
        .map(|site| (site.name.clone(), site))
        .collect()
}

fn site(
    document: &SiteDocument,
    path: &str,
    names: &mut BTreeSet<String>,
    report: &mut Report,
) -> Option<Site> {
    report.unknown_keys(path, &document.unknown, "name, url, api_url and deployment");
    let name = name(&document.name, path, SiteName::new, names, report);
    let url = address(
        &document.url,
        &format!("{path}.url"),
        people_address,
        report,
    );
    let api_url = match &document.api_url {
        None => url.clone(),
        Some(written) => address(written, &format!("{path}.api_url"), api_address, report),
    };
    let deployment = document.deployment.as_deref().unwrap_or("cloud").trim();
    if !deployment.eq_ignore_ascii_case("cloud") {
        report.fault(
            format!("{path}.deployment"),
            "Data Center is unavailable in this version, which speaks the REST interface v3 of \
             Jira Cloud and no other.",
            "Write \"cloud\" (or nothing), and use a site of Jira Cloud.",
        );
    }
    Some(Site {
        name: name?,
        url: url?,
        api_url: api_url?,
    })
}

/// A name that is an id, begins with a letter or digit (it becomes a part of addresses) and is
/// unique. `pub(super)` because routes are accepted by the same rules.
pub(super) fn name<T>(
    written: &str,
    path: &str,
    constructor: fn(String) -> Result<T, NotAnId>,
    names: &mut BTreeSet<String>,
    report: &mut Report,
) -> Option<T> {
    const REMEDY: &str = "Give it a name of 1 to 128 letters, digits, '.', '_' or '-' that begins \
                          with a letter or digit.";
    let path = format!("{path}.name");
    let written = report.mandatory(&path, written, REMEDY)?;
    let accepted = constructor(written.to_string()).ok();
    if accepted.is_none() || !written.starts_with(|letter: char| letter.is_ascii_alphanumeric()) {
        report.fault(
            path,
            format!("{} cannot be a name.", quoted(written)),
            REMEDY,
        );
        return None;
    }
    // Names that differ in capitals alone are one name to the people who read them.
    if !names.insert(written.to_ascii_lowercase()) {
        report.fault(
            path,
            format!("The name {} is taken already.", quoted(written)),
            "Give each its own name; capitals make no difference.",
        );
        return None;
    }
    accepted
}

fn org(
    written: &str,
    path: &str,
    orgs: &mut BTreeSet<String>,
    report: &mut Report,
) -> Option<OrgId> {
    const REMEDY: &str = "Copy the organisation's id (a UUID) from Contrast, where it also stands \
                          in the address of every page.";
    let written = report.mandatory(path, written, REMEDY)?;
    let Ok(org) = OrgId::new(written) else {
        report.fault(path, format!("{} is not an id.", quoted(written)), REMEDY);
        return None;
    };
    if !orgs.insert(written.to_ascii_lowercase()) {
        report.fault(
            path,
            "Another connection serves this organisation already.",
            "Keep one connection for each organisation; routes can share it.",
        );
        return None;
    }
    Some(org)
}

fn address(
    written: &str,
    path: &str,
    check: fn(Address) -> Result<Address, Wrong>,
    report: &mut Report,
) -> Option<String> {
    let written = report.mandatory(
        path,
        written,
        "Write the whole address, beginning with https://.",
    )?;
    match Address::read(written).and_then(check) {
        Ok(address) => Some(address.into_text()),
        Err((problem, remedy)) => {
            report.fault(path, problem, remedy);
            None
        }
    }
}

fn contrast_address(address: Address) -> Result<Address, Wrong> {
    let address = address.without_last("Contrast");
    if address.has_segment("Contrast") || address.has_segment("api") {
        return Err((
            "This address leads into Contrast instead of to its root.",
            "Write the host alone, as in https://app.contrastsecurity.com.",
        ));
    }
    Ok(address)
}

fn people_address(address: Address) -> Result<Address, Wrong> {
    if address.host() == SCOPED_TOKEN_HOST {
        return Err((
            "This is the address for scoped tokens, where people cannot open anything.",
            "Write the site's own address here, and this one as api_url.",
        ));
    }
    api_address(address)
}

fn api_address(address: Address) -> Result<Address, Wrong> {
    if address.host() == SCOPED_TOKEN_HOST
        && !matches!(
            address.path().split('/').collect::<alloc::vec::Vec<_>>()[..],
            ["", "ex", "jira", _]
        )
    {
        return Err((
            "This address does not say which site is meant.",
            "Write https://api.atlassian.com/ex/jira/ and the site's cloud id, which \
             /_edge/tenant_info on the site tells.",
        ));
    }
    let on_cloud_host = address.host().ends_with(CLOUD_SUFFIX);
    if address.has_segment("rest") || (on_cloud_host && !address.path().is_empty()) {
        return Err((
            "This address leads to a page of Jira instead of to its root.",
            "Write the site alone, as in https://acme.atlassian.net.",
        ));
    }
    Ok(address)
}

fn switch(written: Option<&str>, path: &str, report: &mut Report) -> Option<Switch> {
    let Some(written) = written else {
        return Some(Switch::Auto);
    };
    match written.trim().to_ascii_lowercase().as_str() {
        "" | "auto" => Some(Switch::Auto),
        "on" | "true" => Some(Switch::On),
        "off" | "false" => Some(Switch::Off),
        _ => {
            report.fault(
                path,
                format!("{} is not a position of this switch.", quoted(written)),
                "Write \"auto\", \"on\" or \"off\".",
            );
            None
        }
    }
}

/// Path templates, each of an operation that there is; a template has to stay on its host.
fn paths(
    written: &BTreeMap<String, String>,
    path: &str,
    report: &mut Report,
) -> BTreeMap<String, String> {
    let mut paths = BTreeMap::new();
    for (operation, template) in written {
        let template = template.trim();
        let stays_on_host = template.starts_with('/')
            && !template.starts_with("//")
            && !template.split(['/', '?']).any(|part| part == "..")
            && template.bytes().all(|byte| byte.is_ascii_graphic())
            && !template.contains(['#', '\\', '@']);
        let braces_match = template.matches('{').count() == template.matches('}').count();
        if !OPERATIONS.contains(&operation.trim()) {
            report.fault(
                joined(path, operation),
                "There is no such operation.",
                format!("Use one of {}.", OPERATIONS.join(", ")),
            );
        } else if !stays_on_host || !braces_match {
            report.fault(
                joined(path, operation),
                "This is not a path template.",
                "Write a path below the host, beginning with a single slash, as in \
                 /api/ns-rest/v1/organizations/{org}/incidents/{id}.",
            );
        }
        paths.insert(operation.trim().to_string(), template.to_string());
    }
    paths
}
