//! The secrets of connections and sites: written, rotated, and shown where a product needs them.
//!
//! Never prints a secret but on request and to a terminal, and never writes one that the functions
//! could not read.

use std::path::Path;

use adapters::secrets::name_of;
use async_trait::async_trait;
use domain::trouble::Peer;

use crate::{
    failure::{Failure, Kind},
    options::SecretsCommand,
    talk::Talk,
};

mod form;
mod managed;

use form::Form;
pub use managed::ManagedSecrets;

/// A secret as it is kept: its text, and the version that a new one may replace.
pub struct Kept {
    /// What it holds.
    pub text: secrecy::SecretString,
    /// Which version it is.
    pub version: String,
}

/// Where secrets are kept.
#[async_trait]
pub trait KeptSecrets: Send + Sync {
    /// The whole name of a peer's secret.
    fn name(&self, peer: &Peer) -> String;
    /// The secret, if there is one.
    async fn read(&self, name: &str) -> Result<Option<Kept>, Failure>;
    /// Makes a secret that does not exist.
    async fn create(&self, name: &str, text: &str) -> Result<(), Failure>;
    /// Puts a new version in the place of that one, and of no other.
    async fn replace(&self, name: &str, version: &str, text: &str) -> Result<(), Failure>;
}

/// Does what is asked for. `token` makes texts that nobody can guess.
pub async fn run(
    secrets: &dyn KeptSecrets,
    command: SecretsCommand,
    token: &(dyn Fn() -> String + Send + Sync),
    talk: &mut Talk<'_>,
) -> Result<(), Failure> {
    match command {
        SecretsCommand::Put { secret, from } => put(secrets, &secret, &from, token, talk).await,
        SecretsCommand::RotateWebhook {
            secret,
            finish: false,
        } => rotate(secrets, &secret, token, talk).await,
        SecretsCommand::RotateWebhook {
            secret,
            finish: true,
        } => finish(secrets, &secret, talk).await,
        SecretsCommand::ShowWebhook { secret } => show(secrets, &secret, talk).await,
    }
}

async fn put(
    secrets: &dyn KeptSecrets,
    peer: &Peer,
    from: &Path,
    token: &(dyn Fn() -> String + Send + Sync),
    talk: &mut Talk<'_>,
) -> Result<(), Failure> {
    let given = Form::parse(&given(from, talk)?)?;
    let name = secrets.name(peer);
    let kept = secrets.read(&name).await?;
    let mut form = match &kept {
        Some(kept) => Form::of(kept)?,
        None => Form::default(),
    };
    let told = form.take(given);
    let generated = form.webhook_secrets().is_empty() && !form.has_basic();
    if generated {
        form.set_webhook_secrets(vec![fresh(token)]);
    }
    let text = form.text_for(peer)?;
    match kept {
        None => secrets.create(&name, &text).await?,
        Some(kept) => secrets.replace(&name, &kept.version, &text).await?,
    }
    for line in told {
        talk.say(line)?;
    }
    if generated {
        talk.say(format_args!(
            "A webhook secret was generated; see it with `secrets show-webhook {}`.",
            name_of(peer)
        ))?;
    }
    talk.say(format_args!(
        "{name} is written. The functions take it up within five minutes, or at the first refusal."
    ))
}

async fn rotate(
    secrets: &dyn KeptSecrets,
    peer: &Peer,
    token: &(dyn Fn() -> String + Send + Sync),
    talk: &mut Talk<'_>,
) -> Result<(), Failure> {
    let (name, kept, mut form) = existing(secrets, peer).await?;
    let mut keys = form.webhook_secrets();
    if keys.len() > 1 {
        return Err(Failure::new(
            Kind::Usage,
            format!("{name} has {} webhook secrets already", keys.len()),
            "Enter the first of them in the product (`secrets show-webhook`), and end that change \
             with --finish before you begin another.",
        ));
    }
    keys.insert(0, fresh(token));
    form.set_webhook_secrets(keys);
    secrets
        .replace(&name, &kept.version, &form.text_for(peer)?)
        .await?;
    let short = name_of(peer);
    talk.say(format_args!(
        "{name} has a new webhook secret beside the old one; both are accepted.\n\
         1. See it with `secrets show-webhook {short}`.\n\
         2. Enter it in the product.\n\
         3. Take the old one out with `secrets rotate-webhook {short} --finish`."
    ))
}

async fn finish(
    secrets: &dyn KeptSecrets,
    peer: &Peer,
    talk: &mut Talk<'_>,
) -> Result<(), Failure> {
    let (name, kept, mut form) = existing(secrets, peer).await?;
    let mut keys = form.webhook_secrets();
    if keys.len() < 2 {
        return talk.say(format_args!(
            "{name} has {} webhook secret(s): there is nothing to finish.",
            keys.len()
        ));
    }
    keys.truncate(1);
    form.set_webhook_secrets(keys);
    secrets
        .replace(&name, &kept.version, &form.text_for(peer)?)
        .await?;
    talk.say(format_args!(
        "{name} has the new webhook secret alone. The old one is refused within five minutes."
    ))
}

async fn show(secrets: &dyn KeptSecrets, peer: &Peer, talk: &mut Talk<'_>) -> Result<(), Failure> {
    if !talk.shows_to_a_person {
        return Err(Failure::usage(
            "a secret is printed to a terminal only, and the output is none",
            "Run the command in a terminal, without redirecting its output.",
        ));
    }
    let (name, _, form) = existing(secrets, peer).await?;
    let keys = form.webhook_secrets();
    let Some((first, others)) = keys.split_first() else {
        return Err(Failure::new(
            Kind::Refused,
            format!("{name} has no webhook secret"),
            "Make one with `secrets rotate-webhook`.",
        ));
    };
    if !others.is_empty() {
        talk.say(format_args!(
            "Accepted until --finish: this one, and {} older.",
            others.len()
        ))?;
    }
    talk.say(first)
}

async fn existing(secrets: &dyn KeptSecrets, peer: &Peer) -> Result<(String, Kept, Form), Failure> {
    let name = secrets.name(peer);
    let kept = secrets.read(&name).await?.ok_or_else(|| {
        Failure::new(
            Kind::Refused,
            format!("there is no secret {name}"),
            "Look at the name and at --secret-prefix, or make it with `secrets put`.",
        )
    })?;
    let form = Form::of(&kept)?;
    Ok((name, kept, form))
}

/// What is in the file, or piped in.
fn given(from: &Path, talk: &mut Talk<'_>) -> Result<String, Failure> {
    if from.as_os_str() != "-" {
        return std::fs::read_to_string(from).map_err(|error| {
            Failure::usage(
                format!("{} cannot be read: {}", from.display(), error.kind()),
                "Look at the file's name and at who may read it.",
            )
        });
    }
    if talk.hears_a_person {
        talk.say("Enter the secret as JSON or TOML, then Ctrl-D. It shows while you type.")?;
    }
    let mut text = String::new();
    talk.input.read_to_string(&mut text).map_err(|error| {
        Failure::usage(
            format!("standard input cannot be read: {}", error.kind()),
            "Name a file with --from.",
        )
    })?;
    Ok(text)
}

/// A webhook secret that nobody can guess, of 256 bits.
fn fresh(token: &(dyn Fn() -> String + Send + Sync)) -> String {
    token() + &token()
}
