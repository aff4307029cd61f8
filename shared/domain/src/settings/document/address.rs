//! Addresses of Contrast and Jira: the strict little part of URLs that the settings allow.
//!
//! Nothing that could carry a credential elsewhere passes: no user, no query, and no plain http
//! beyond the machine itself.

use alloc::{
    format,
    string::{String, ToString},
};
use core::net::{Ipv4Addr, Ipv6Addr};

/// An address that may be called.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    origin: String,
    path: String,
}

/// What is wrong, and what to do about it.
pub(super) type Wrong = (&'static str, &'static str);

const HTTPS: Wrong = (
    "This is not an https address.",
    "Write the whole address, beginning with https://. Plain http is allowed for localhost only.",
);
const HOST: Wrong = (
    "The host in this address is not one.",
    "Write it as in https://acme.example.com, in plain letters, digits, hyphens and dots.",
);
const CREDENTIALS: Wrong = (
    "This address holds credentials.",
    "Remove everything before the @. Credentials belong to the secrets; replace these if others \
     may have seen them.",
);
const QUERY: Wrong = (
    "This address has a query or a fragment.",
    "Keep only the part before the ? or #.",
);
const PATH: Wrong = (
    "The path of this address holds something that does not belong there.",
    "Write the host alone, or a path of plain letters, digits, '.', '-', '_' and '~'.",
);

impl Address {
    /// Reads an address, without the slashes at its end.
    pub(super) fn read(text: &str) -> Result<Self, Wrong> {
        let (scheme, rest) = text.trim().split_once("://").ok_or(HTTPS)?;
        let scheme = scheme.to_ascii_lowercase();
        if scheme != "https" && scheme != "http" {
            return Err(HTTPS);
        }
        if rest.contains(['?', '#']) {
            return Err(QUERY);
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(CREDENTIALS);
        }
        let authority = authority.to_ascii_lowercase();
        let host = host_of(&authority).ok_or(HOST)?;
        if scheme == "http" && !is_loopback(host) {
            return Err(HTTPS);
        }
        let path = path.trim_end_matches('/');
        if !path.split('/').skip(1).all(is_plain_segment) {
            return Err(PATH);
        }
        Ok(Self {
            origin: format!("{scheme}://{authority}"),
            path: path.to_string(),
        })
    }

    /// The address without that last part of its path, if it has it.
    pub(super) fn without_last(mut self, segment: &str) -> Self {
        if let Some((above, last)) = self.path.rsplit_once('/')
            && last.eq_ignore_ascii_case(segment)
        {
            self.path = above.to_string();
        }
        self
    }

    /// The host, with its port where it has one.
    pub(super) fn host(&self) -> &str {
        self.origin.split_once("://").map_or("", |(_, host)| host)
    }

    /// The path: empty, or beginning with a slash.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Whether the path has that part.
    pub(super) fn has_segment(&self, segment: &str) -> bool {
        self.path
            .split('/')
            .any(|part| part.eq_ignore_ascii_case(segment))
    }

    /// The address as text, without a slash at its end.
    pub(super) fn into_text(self) -> String {
        self.origin + &self.path
    }
}

/// The host of a well-formed authority; an IPv6 address without its brackets.
fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (host, after) = rest.split_once(']')?;
        host.parse::<Ipv6Addr>().ok()?;
        (
            host,
            if after.is_empty() {
                None
            } else {
                Some(after.strip_prefix(':')?)
            },
        )
    } else {
        let (host, port) = authority
            .split_once(':')
            .map_or((authority, None), |(host, port)| (host, Some(port)));
        if !is_host_name(host) {
            return None;
        }
        (host, port)
    };
    match port {
        None => Some(host),
        Some(port) => {
            let digits = port.bytes().all(|byte| byte.is_ascii_digit());
            (digits && port.parse::<u16>().is_ok_and(|port| port > 0)).then_some(host)
        }
    }
}

fn is_host_name(host: &str) -> bool {
    let labels_fit = host.len() <= 253
        && host.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
    // A name that ends in digits is read as an address by some clients, so it has to be one.
    let numeric_end = host
        .rsplit('.')
        .next()
        .is_some_and(|last| last.starts_with(|letter: char| letter.is_ascii_digit()));
    labels_fit && (!numeric_end || host.parse::<Ipv4Addr>().is_ok())
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<Ipv4Addr>()
            .is_ok_and(|address| address.is_loopback())
        || host
            .parse::<Ipv6Addr>()
            .is_ok_and(|address| address.is_loopback())
}

fn is_plain_segment(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..")
        && segment
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'~'))
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::{Address, CREDENTIALS, HOST, HTTPS, PATH, QUERY, Wrong};

    fn read(text: &str) -> Result<String, Wrong> {
        Address::read(text).map(Address::into_text)
    }

    #[test]
    fn an_address_loses_the_slashes_at_its_end_and_capitals_in_its_host() {
        for (written, normal) in [
            ("https://Acme.Example.COM/", "https://acme.example.com"),
            (
                " https://a.example:8443/ex/jira/1a-2b// ",
                "https://a.example:8443/ex/jira/1a-2b",
            ),
            ("https://[2001:db8::1]:443", "https://[2001:db8::1]:443"),
            ("https://10.0.0.7/Contrast", "https://10.0.0.7/Contrast"),
        ] {
            assert_eq!(read(written).as_deref(), Ok(normal));
        }
    }

    #[test]
    fn plain_http_goes_no_further_than_the_machine_itself() {
        for here in [
            "http://localhost:8080",
            "http://127.8.9.10",
            "http://[::1]:9000/x",
        ] {
            assert_eq!(read(here).as_deref(), Ok(here));
        }
        for elsewhere in [
            "http://acme.example.com",
            "http://localhost.evil.example",
            "http://10.0.0.1",
            "http://[2001:db8::1]",
            "ftp://localhost",
            "localhost",
            "",
        ] {
            assert_eq!(read(elsewhere), Err(HTTPS), "{elsewhere}");
        }
        assert_eq!(read("http://127.0.0.1.evil.1x"), Err(HOST));
    }

    #[test]
    fn nothing_that_could_carry_a_credential_elsewhere_passes() {
        for (written, wrong) in [
            ("https://mara:secret@acme.example.com", CREDENTIALS),
            ("https://acme.example.com@evil.example", CREDENTIALS),
            ("https://acme.example.com/?token=1", QUERY),
            ("https://acme.example.com#x", QUERY),
            ("https://acme.example.com\\evil.example", HOST),
            ("https://acme example.com", HOST),
            ("https://", HOST),
            ("https://127.1", HOST),
            ("https://a.example:0", HOST),
            ("https://a.example:+1", HOST),
            ("https://ä.example", HOST),
            ("https://a.example/../b", PATH),
            ("https://a.example//b", PATH),
            ("https://a.example/%2e", PATH),
        ] {
            assert_eq!(read(written), Err(wrong), "{written}");
        }
    }
}
