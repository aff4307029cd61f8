//! Secrets from a TOML file, for a run on one machine.
//!
//! An error names the file's line and never its words, because the words are secrets.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use domain::trouble::{Peer, Trouble};

use super::{PeerSecret, READING, Secrets, SecretsDocument, name_of, useless};

/// Reads the file anew each time; put [`super::CachedSecrets`] before it.
#[derive(Clone, Debug)]
pub struct FileSecrets {
    path: PathBuf,
}

impl FileSecrets {
    /// Reads that file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

#[async_trait]
impl Secrets for FileSecrets {
    async fn read(&self, peer: &Peer, _fresh: bool) -> Result<PeerSecret, Trouble> {
        let name = name_of(peer);
        // The file is small and local, so that reading it does not hold up anybody.
        let text = std::fs::read_to_string(&self.path).map_err(|error| {
            Trouble::again_later(
                READING,
                format!(
                    "the secrets file with {name} cannot be read: {}",
                    error.kind()
                ),
            )
        })?;
        let document: SecretsDocument = toml::from_str(&text).map_err(|error| {
            // The parser's own words repeat the line that it does not like.
            let start = error.span().map_or(0, |span| span.start);
            let line = text
                .bytes()
                .take(start)
                .filter(|byte| *byte == b'\n')
                .count()
                + 1;
            useless(
                peer,
                format!("the secrets file with {name} is at fault in line {line}"),
            )
        })?;
        document
            .secret_of(peer)
            .ok_or_else(|| useless(peer, format!("the secrets file has no {name}")))
    }
}

#[cfg(test)]
mod tests {
    use domain::{settings::ConnectionName, ticket::SiteName, trouble::TroubleKind};
    use secrecy::ExposeSecret as _;

    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("njs-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn write(&self, text: &str) -> FileSecrets {
            let path = self.0.join("secrets.toml");
            std::fs::write(&path, text).unwrap();
            FileSecrets::new(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn site() -> Peer {
        Peer::Site(SiteName::new("acme").unwrap())
    }

    #[tokio::test]
    async fn the_file_is_read_anew_each_time() {
        let folder = Folder::new("anew");
        for token in ["one", "two"] {
            let secrets = folder.write(&format!(
                "[sites.acme]\nemail='bot@example.com'\napi_token='{token}'\nwebhook_secrets=['s']\n"
            ));
            let secret = secrets.site(&site(), false).await.unwrap();
            assert_eq!(secret.api_token.expose_secret(), token);
            assert!(secret.webhook_secrets.has(Some(b"s")));
        }
    }

    #[tokio::test]
    async fn a_faulty_file_is_refused_without_its_words() {
        let folder = Folder::new("faulty");
        let secrets = folder.write("[sites.acme]\nemail='bot@example.com'\napi_token=[12345]\n");
        let trouble = secrets.read(&site(), false).await.unwrap_err();
        assert_eq!(
            trouble.words,
            "the secrets file with sites/acme is at fault in line 3"
        );
        let other = Peer::Connection(ConnectionName::new("main").unwrap());
        let trouble = folder.write("").read(&other, false).await.unwrap_err();
        assert_eq!(trouble.kind, TroubleKind::CredentialsRefused(other));
        let trouble = FileSecrets::new(folder.0.join("none"))
            .read(&site(), false)
            .await
            .unwrap_err();
        assert!(
            matches!(trouble.kind, TroubleKind::AgainLater { .. }),
            "{trouble:?}"
        );
    }
}
