//! Secrets as they are written: by people, and by CloudFormation, which can generate one text but
//! no list.
//!
//! Never guesses: a key that nothing reads is a fault.

use secrecy::SecretString;
use serde::Deserialize;

use super::{ConnectionSecret, DoorKeys, SiteSecret};

/// A connection's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Connection {
    username: SecretString,
    service_key: SecretString,
    api_key: SecretString,
    /// As it is generated; counts together with the list.
    webhook_secret: Option<SecretString>,
    #[serde(default)]
    webhook_secrets: DoorKeys,
    #[serde(default)]
    webhook_basic: DoorKeys,
}

/// A site's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Site {
    email: SecretString,
    api_token: SecretString,
    /// As it is generated; counts together with the list.
    webhook_secret: Option<SecretString>,
    #[serde(default)]
    webhook_secrets: DoorKeys,
}

impl From<Connection> for ConnectionSecret {
    fn from(written: Connection) -> Self {
        Self {
            username: written.username,
            service_key: written.service_key,
            api_key: written.api_key,
            webhook_secrets: written.webhook_secrets.and(written.webhook_secret),
            webhook_basic: written.webhook_basic,
        }
    }
}

impl From<Site> for SiteSecret {
    fn from(written: Site) -> Self {
        Self {
            email: written.email,
            api_token: written.api_token,
            webhook_secrets: written.webhook_secrets.and(written.webhook_secret),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONNECTION: &str = r#""username":"u","service_key":"s","api_key":"a""#;
    const SITE: &str = r#""email":"bot@example.com","api_token":"t""#;

    fn connection(more: &str) -> ConnectionSecret {
        serde_json::from_str(&format!("{{{CONNECTION}{more}}}")).expect("a connection's secret")
    }

    fn site(more: &str) -> SiteSecret {
        serde_json::from_str(&format!("{{{SITE}{more}}}")).expect("a site's secret")
    }

    #[test]
    fn one_generated_text_opens_the_door_as_a_list_does() {
        let keys = connection(r#","webhook_secret":"generated""#).webhook_secrets;
        assert!(keys.has(Some(b"generated")) && !keys.has(Some(b"g")));
        assert!(
            site(r#","webhook_secret":"generated""#)
                .webhook_secrets
                .can_sign()
        );
    }

    #[test]
    fn the_generated_text_and_the_list_count_together() {
        let both = r#","webhook_secret":"generated","webhook_secrets":["ours"]"#;
        for keys in [connection(both).webhook_secrets, site(both).webhook_secrets] {
            assert!(keys.has(Some(b"generated")) && keys.has(Some(b"ours")));
            assert!(!keys.has(Some(b"another")));
        }
    }

    #[test]
    fn without_either_no_door_opens_and_a_blank_text_is_none() {
        for keys in [connection("").webhook_secrets, site("").webhook_secrets] {
            assert!(!keys.can_sign() && !keys.has(Some(b"")));
        }
        let blank = site(r#","webhook_secret":" ""#).webhook_secrets;
        assert!(!blank.can_sign() && !blank.has(Some(b" ")));
    }

    #[test]
    fn a_key_that_nothing_reads_is_refused() {
        let text = format!("{{{SITE},\"webhook_basic\":[\"u:p\"]}}");
        assert!(serde_json::from_str::<SiteSecret>(&text).is_err());
        let text = format!("{{{CONNECTION},\"webhook_key\":\"k\"}}");
        assert!(serde_json::from_str::<ConnectionSecret>(&text).is_err());
    }
}
