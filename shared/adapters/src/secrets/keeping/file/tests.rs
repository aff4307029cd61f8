//! The file, rewritten.

use std::{os::unix::fs::PermissionsExt as _, path::PathBuf};

use domain::ticket::SiteName;
use secrecy::ExposeSecret as _;

use super::*;
use crate::secrets::Secrets as _;

const BEFORE: &str = "# Ours.\n[connections.main]\nusername = 'u'\nservice_key = 's'\napi_key = 'a'\n\n\
    # Jira.\n[sites.acme]\nemail = 'bot@example.com'\napi_token = 'one'\n";

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("njs-kept-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    fn secrets(&self, text: &str) -> FileSecrets {
        let path = self.0.join("secrets.toml");
        fs::write(&path, text).expect("a file");
        FileSecrets::new(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn site() -> Peer {
    Peer::Site(SiteName::new("acme").expect("a name"))
}

async fn write(secrets: &FileSecrets, token: &str) {
    let keeper: &dyn SecretKeeper = secrets;
    let kept = keeper.read(&site()).await.expect("an answer");
    let text = format!(r#"{{"email":"bot@example.com","api_token":"{token}"}}"#);
    let written = match kept {
        None => keeper.create(&site(), &text).await,
        Some(kept) => keeper.replace(&site(), &kept.version, &text).await,
    };
    written.expect("it is written");
    let read = secrets.site(&site(), false).await.expect("it is read");
    assert_eq!(read.api_token.expose_secret(), token);
}

#[tokio::test]
async fn what_is_written_is_read_and_the_rest_of_the_file_stays() {
    let folder = Folder::new("rest");
    let secrets = folder.secrets(BEFORE);
    write(&secrets, "two").await;
    let after = fs::read_to_string(secrets.path()).expect("a file");
    let (rest, _) = BEFORE.split_once("[sites.acme]").expect("a section");
    assert!(after.starts_with(rest), "{after}");
    let mode = fs::metadata(secrets.path()).expect("a file").permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(&folder.0).expect("a folder").count(), 1);
}

#[tokio::test]
async fn a_file_in_another_style_keeps_its_entries_and_one_that_is_missing_is_made() {
    let folder = Folder::new("style");
    let inline = "sites.acme = { email = 'b', api_token = 'one' }\n\
        connections.main = { username = 'u', service_key = 's', api_key = '[sites.acme]' }\n";
    let secrets = folder.secrets(inline);
    write(&secrets, "two").await;
    let after = fs::read_to_string(secrets.path()).expect("a file");
    assert!(after.contains("service_key"), "{after}");
    fs::remove_file(secrets.path()).expect("it is gone");
    write(&secrets, "three").await;
}

#[tokio::test]
async fn what_somebody_else_wrote_meanwhile_is_not_written_over() {
    let folder = Folder::new("meanwhile");
    let secrets = folder.secrets(BEFORE);
    let keeper: &dyn SecretKeeper = &secrets;
    let seen = keeper.read(&site()).await.expect("an answer").expect("one");
    write(&secrets, "theirs").await;
    let late = keeper.replace(&site(), &seen.version, "{}").await;
    assert_eq!(late.expect_err("a refusal").kind, TroubleKind::Held);
    let again = keeper.create(&site(), "{}").await;
    assert_eq!(again.expect_err("a refusal").kind, TroubleKind::Held);
}
