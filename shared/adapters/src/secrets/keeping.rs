//! Keeping secrets: writing, rotating and describing them, wherever they are kept.
//!
//! Never writes a secret that the functions could not read, nor over a version that nobody has seen;
//! and what it tells is keys and numbers, never a content.

use async_trait::async_trait;
use domain::trouble::{Peer, Trouble};
use secrecy::SecretString;
use serde::Serialize;

mod file;
mod form;
mod managed;

pub use form::{Form, KeyChange, NotAForm, SecretFault, Was};
pub use managed::ManagedSecrets;

/// A secret as it is kept: its text, and the version that a new one may replace.
#[derive(Clone, Debug)]
pub struct Kept {
    /// What it holds: a JSON object with the keys of one section of `infra/secrets.example.toml`.
    pub text: SecretString,
    /// Which version it is; opaque.
    pub version: String,
}

/// Where secrets are kept.
#[async_trait]
pub trait SecretKeeper: Send + Sync {
    /// The whole name of a peer's secret, as people find it there.
    fn name(&self, peer: &Peer) -> String;
    /// The secret as it stands, if there is one.
    async fn read(&self, peer: &Peer) -> Result<Option<Kept>, Trouble>;
    /// Makes a secret that does not exist; `TroubleKind::Held` where somebody else made it meanwhile.
    async fn create(&self, peer: &Peer, text: &str) -> Result<(), Trouble>;
    /// Puts a new version in the place of that one, and of no other; `TroubleKind::Held` where
    /// somebody else changed it meanwhile.
    async fn replace(&self, peer: &Peer, version: &str, text: &str) -> Result<(), Trouble>;
}

/// Makes a text of 128 bits that nobody can guess; see `store::random_tokens`.
pub type Token = dyn Fn() -> String + Send + Sync;

/// Webhook secrets that are accepted at the same time: the new one, and the one it replaces.
pub const MOST_WEBHOOK_SECRETS: usize = 2;

/// Why nothing was written, or nothing can be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotKept {
    /// The secret would have these faults.
    #[error("the secret would have faults")]
    Faulty(Vec<SecretFault>),
    /// There is no such secret.
    #[error("there is no secret {0}")]
    Missing(String),
    /// What is kept is not JSON: somebody wrote it by other means.
    #[error("the secret that is kept is not JSON")]
    Illegible,
    /// It has this many webhook secrets already, and takes no other before the old one is dropped.
    #[error("{name} has {count} webhook secrets already")]
    RotationUnderWay {
        /// The secret's whole name.
        name: String,
        /// How many it has.
        count: usize,
    },
    /// The keeper could not do it; `TroubleKind::Held` where somebody else was faster.
    #[error("{}", .0.for_people())]
    Trouble(Trouble),
}

impl From<Trouble> for NotKept {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

/// What became of writing a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Put {
    /// What became of each key that was given.
    pub changes: Vec<KeyChange>,
    /// Webhook secrets that are accepted no more, because others were given.
    pub dropped: usize,
    /// Webhook secrets that were there before and stay; 0 where others were given.
    pub kept: usize,
    /// Whether a webhook secret was generated, because there was no other way in.
    pub generated: bool,
    /// Whether the secret is new.
    pub created: bool,
}

/// What is known of a secret without telling any of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Description {
    /// Each credential that the peer needs, and whether it is filled in.
    pub credentials: Vec<(&'static str, bool)>,
    /// How many webhook secrets are accepted.
    pub webhook_secrets: usize,
    /// Whether webhooks may come with a user name and password.
    pub has_basic: bool,
    /// What keeps the functions from using it.
    pub faults: Vec<SecretFault>,
}

/// Writes what is given over what is kept. What is not given stays, webhook secrets too; one is
/// generated where there is no way in.
pub async fn put(
    keeper: &dyn SecretKeeper,
    peer: &Peer,
    given: Form,
    token: &Token,
) -> Result<Put, NotKept> {
    let kept = keeper.read(peer).await?;
    let mut form = match &kept {
        Some(kept) => Form::of(kept)?,
        None => Form::default(),
    };
    let mut put = form.take(given);
    put.generated = form.webhook_secret_count() == 0 && !form.has_basic();
    put.created = kept.is_none();
    if put.generated {
        form.add_webhook_secret(fresh(token));
    }
    let text = form.text_for(peer).map_err(NotKept::Faulty)?;
    match kept {
        None => keeper.create(peer, &text).await?,
        Some(kept) => keeper.replace(peer, &kept.version, &text).await?,
    }
    Ok(put)
}

/// Makes a new webhook secret; the old one is accepted beside it until `finish_rotation`.
pub async fn begin_rotation(
    keeper: &dyn SecretKeeper,
    peer: &Peer,
    token: &Token,
) -> Result<(), NotKept> {
    let (kept, mut form) = existing(keeper, peer).await?;
    let count = form.webhook_secret_count();
    if count >= MOST_WEBHOOK_SECRETS {
        let name = keeper.name(peer);
        return Err(NotKept::RotationUnderWay { name, count });
    }
    form.add_webhook_secret(fresh(token));
    replace(keeper, peer, &kept, &form).await
}

/// Drops all webhook secrets but the first; answers how many there were. With fewer than two there
/// is nothing to finish, and nothing is written.
pub async fn finish_rotation(keeper: &dyn SecretKeeper, peer: &Peer) -> Result<usize, NotKept> {
    let (kept, mut form) = existing(keeper, peer).await?;
    let count = form.webhook_secret_count();
    if count > 1 {
        form.keep_first_webhook_secret();
        replace(keeper, peer, &kept, &form).await?;
    }
    Ok(count)
}

/// The webhook secrets that are accepted, the one to enter in the product first. Only for a person
/// who is about to enter it.
pub async fn webhook_secrets(
    keeper: &dyn SecretKeeper,
    peer: &Peer,
) -> Result<Vec<SecretString>, NotKept> {
    let (_, form) = existing(keeper, peer).await?;
    Ok(form.webhook_secrets())
}

/// What is known of a secret without telling any of it; `None` where there is none.
pub async fn describe(
    keeper: &dyn SecretKeeper,
    peer: &Peer,
) -> Result<Option<Description>, NotKept> {
    let Some(kept) = keeper.read(peer).await? else {
        return Ok(None);
    };
    Ok(Some(Form::of(&kept)?.describe(peer)))
}

async fn existing(keeper: &dyn SecretKeeper, peer: &Peer) -> Result<(Kept, Form), NotKept> {
    let kept = keeper.read(peer).await?;
    let kept = kept.ok_or_else(|| NotKept::Missing(keeper.name(peer)))?;
    let form = Form::of(&kept)?;
    Ok((kept, form))
}

async fn replace(
    keeper: &dyn SecretKeeper,
    peer: &Peer,
    kept: &Kept,
    form: &Form,
) -> Result<(), NotKept> {
    let text = form.text_for(peer).map_err(NotKept::Faulty)?;
    Ok(keeper.replace(peer, &kept.version, &text).await?)
}

/// A webhook secret that nobody can guess, of 256 bits.
fn fresh(token: &Token) -> String {
    token() + &token()
}
