//! The secrets of connections and sites: written, rotated, and shown where a product needs them.
//!
//! Never prints a secret but on request and to a terminal, and never writes one that the functions
//! could not read.

use std::path::Path;

use adapters::secrets::{
    keeping::{self, Form, NotAForm, NotKept, Put, SecretKeeper, Token},
    name_of,
};
use domain::trouble::{Peer, Trouble, TroubleKind};
use secrecy::ExposeSecret as _;

use crate::{
    failure::{Failure, Kind},
    options::SecretsCommand,
    talk::Talk,
};

const AS_IN_THE_EXAMPLE: &str = "Nothing was written. Write it as JSON or as TOML, with the keys of one \
    section of infra/secrets.example.toml.";

/// Does what is asked for. `token` makes texts that nobody can guess.
pub async fn run(
    secrets: &dyn SecretKeeper,
    command: SecretsCommand,
    token: &Token,
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
    secrets: &dyn SecretKeeper,
    peer: &Peer,
    from: &Path,
    token: &Token,
    talk: &mut Talk<'_>,
) -> Result<(), Failure> {
    let given = Form::parse(&given(from, talk)?).map_err(not_a_form)?;
    let put = keeping::put(secrets, peer, given, token)
        .await
        .map_err(|refused| failure(refused, peer))?;
    tell(&put, talk)?;
    if put.generated {
        talk.say(format_args!(
            "A webhook secret was generated; see it with `secrets show-webhook {}`.",
            name_of(peer)
        ))?;
    }
    talk.say(format_args!(
        "{} is written. The functions take it up within five minutes, or at the first refusal.",
        secrets.name(peer)
    ))
}

/// What changed, in words.
fn tell(put: &Put, talk: &mut Talk<'_>) -> Result<(), Failure> {
    if put.dropped > 0 {
        talk.say(format_args!(
            "{} webhook secret(s) dropped for those of the file: the product must have one of \
             these, or its webhooks are refused.",
            put.dropped
        ))?;
    }
    for change in &put.changes {
        talk.say(format_args!("{}: {}", change.key, change.was.word()))?;
    }
    if put.kept > 0 {
        talk.say(format_args!("webhook secrets: {} kept", put.kept))?;
    }
    Ok(())
}

async fn rotate(
    secrets: &dyn SecretKeeper,
    peer: &Peer,
    token: &Token,
    talk: &mut Talk<'_>,
) -> Result<(), Failure> {
    keeping::begin_rotation(secrets, peer, token)
        .await
        .map_err(|refused| failure(refused, peer))?;
    let name = secrets.name(peer);
    let short = name_of(peer);
    talk.say(format_args!(
        "{name} has a new webhook secret beside the old one; both are accepted.\n\
         1. See it with `secrets show-webhook {short}`.\n\
         2. Enter it in the product.\n\
         3. Take the old one out with `secrets rotate-webhook {short} --finish`."
    ))
}

async fn finish(
    secrets: &dyn SecretKeeper,
    peer: &Peer,
    talk: &mut Talk<'_>,
) -> Result<(), Failure> {
    let name = secrets.name(peer);
    let count = keeping::finish_rotation(secrets, peer)
        .await
        .map_err(|refused| failure(refused, peer))?;
    if count < 2 {
        return talk.say(format_args!(
            "{name} has {count} webhook secret(s): there is nothing to finish."
        ));
    }
    talk.say(format_args!(
        "{name} has the new webhook secret alone. The old one is refused within five minutes."
    ))
}

async fn show(secrets: &dyn SecretKeeper, peer: &Peer, talk: &mut Talk<'_>) -> Result<(), Failure> {
    if !talk.shows_to_a_person {
        return Err(Failure::usage(
            "a secret is printed to a terminal only, and the output is none",
            "Run the command in a terminal, without redirecting its output.",
        ));
    }
    let keys = keeping::webhook_secrets(secrets, peer)
        .await
        .map_err(|refused| failure(refused, peer))?;
    let Some((first, others)) = keys.split_first() else {
        return Err(Failure::new(
            Kind::Refused,
            format!("{} has no webhook secret", secrets.name(peer)),
            "Make one with `secrets rotate-webhook`.",
        ));
    };
    if !others.is_empty() {
        talk.say(format_args!(
            "Accepted until --finish: this one, and {} older.",
            others.len()
        ))?;
    }
    talk.say(first.expose_secret())
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

// By value, as `map_err` hands it over.
#[allow(clippy::needless_pass_by_value)]
fn not_a_form(refused: NotAForm) -> Failure {
    Failure::new(Kind::Faulty, refused.to_string(), AS_IN_THE_EXAMPLE)
}

/// Why nothing was written, and what to do about it.
fn failure(refused: NotKept, peer: &Peer) -> Failure {
    match refused {
        NotKept::Faulty(faults) => {
            let lines: Vec<String> = faults
                .iter()
                .map(|fault| format!("  {}", fault.words))
                .collect();
            Failure::new(
                Kind::Faulty,
                format!("the secret would have faults:\n{}", lines.join("\n")),
                format!(
                    "Nothing was written. {} must be there, {} may; infra/secrets.example.toml \
                     explains them.",
                    Form::mandatory(peer).join(", "),
                    Form::optional(peer).join(", ")
                ),
            )
        }
        NotKept::Missing(_) => Failure::new(
            Kind::Refused,
            refused.to_string(),
            "Look at the name and at --secret-prefix, or make it with `secrets put`.",
        ),
        NotKept::Illegible => Failure::new(
            Kind::Refused,
            refused.to_string(),
            "Nothing was written. Delete it in Secrets Manager, and put it again.",
        ),
        NotKept::RotationUnderWay { .. } => Failure::new(
            Kind::Usage,
            refused.to_string(),
            "Enter the first of them in the product (`secrets show-webhook`), and end that change \
             with --finish before you begin another.",
        ),
        NotKept::Trouble(trouble) => not_written(&trouble),
    }
}

fn not_written(trouble: &Trouble) -> Failure {
    if trouble.kind == TroubleKind::Held {
        return Failure::new(
            Kind::Meanwhile,
            trouble.for_people(),
            "Theirs is in force, yours is not. Agree with them, then repeat the command: it begins \
             with what they wrote.",
        );
    }
    Failure::new(
        Kind::Refused,
        trouble.for_people(),
        "Look at the region, and whether your credentials may do that. Nothing is in force but \
         what was before.",
    )
}
