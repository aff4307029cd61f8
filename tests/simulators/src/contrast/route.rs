//! Which place of the interface a path leads to.
//!
//! The paths start at the root of the host; nothing is found below `/Contrast`.

/// The two kinds of things that have a status and comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Incident,
    Issue,
}

impl Kind {
    /// The kind that an id tells.
    pub(super) fn of(id: &str) -> Self {
        if id.starts_with("ISS-") {
            Self::Issue
        } else {
            Self::Incident
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Incident => "Incident",
            Self::Issue => "Issue",
        }
    }
}

/// A place.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'a> {
    List(Kind),
    One(Kind, &'a str),
    Status(Kind, &'a str),
    Comments(Kind, &'a str),
    Comment(Kind, &'a str, &'a str),
    Addresses(&'a str),
    Observations(&'a str),
    IssuesOf(&'a str),
    Applications,
}

/// Where a path leads.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way<'a> {
    To(Place<'a>),
    /// A known place of an organisation that is not this one.
    OtherOrganisation,
    Nowhere,
}

pub(super) fn find<'a>(path: &'a str, org_id: &str) -> Way<'a> {
    let mut parts = path.strip_prefix('/').unwrap_or(path).split('/');
    let mut next = || parts.next();
    let head = (next(), next(), next(), next(), next());
    let rest = [next(), next(), next(), next()];
    let place = match (head, parts.next()) {
        ((Some("api"), Some("ns-rest"), Some("v1"), Some("organizations"), Some(_)), None) => {
            place(rest)
        }
        ((Some("api"), Some("v4"), Some("organizations"), Some(_), Some("applications")), None)
            if rest[0].is_none() =>
        {
            Some(Place::Applications)
        }
        _ => None,
    };
    let organisation = if matches!(place, Some(Place::Applications)) {
        head.3
    } else {
        head.4
    };
    match place {
        None => Way::Nowhere,
        Some(_) if organisation != Some(org_id) => Way::OtherOrganisation,
        Some(place) => Way::To(place),
    }
}

fn place(rest: [Option<&str>; 4]) -> Option<Place<'_>> {
    let kind = match rest[0]? {
        "incidents" => Kind::Incident,
        "issues" => Kind::Issue,
        _ => return None,
    };
    Some(match (kind, rest[1], rest[2], rest[3]) {
        (_, None, _, _) => Place::List(kind),
        (_, Some(id), None, _) => Place::One(kind, id),
        (_, Some(id), Some("status"), None) => Place::Status(kind, id),
        (_, Some(id), Some("comments"), None) => Place::Comments(kind, id),
        (_, Some(id), Some("comments"), Some(comment)) => Place::Comment(kind, id, comment),
        (Kind::Incident, Some(id), Some("ipaddresses"), None) => Place::Addresses(id),
        (Kind::Incident, Some(id), Some("observations"), None) => Place::Observations(id),
        (Kind::Incident, Some(id), Some("issues"), None) => Place::IssuesOf(id),
        _ => return None,
    })
}
