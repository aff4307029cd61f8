//! The steps that are alike for both products: what their webhooks need, and what came.

use adapters::{secrets::keeping, store::DoorNote};
use domain::trouble::Peer;

use super::{Outcome, Step, Told};
use crate::{Console, credentials, failure::Failure};

pub(super) async fn webhook_secret(console: &Console, peer: &Peer) -> Result<Told, Failure> {
    let described = keeping::describe(&*console.keeper, peer)
        .await
        .map_err(credentials::failure_of)?;
    let told = |outcome, words: &str| Told::new(Step::WebhookSecret, outcome, words);
    let told = match described {
        Some(secret) if secret.webhook_secrets > 1 => told(
            Outcome::Ok,
            "Two webhook secrets are accepted: a rotation is under way. End it once the new one is in place.",
        ),
        Some(secret) if secret.webhook_secrets == 1 || secret.has_basic => {
            told(Outcome::Ok, "A webhook secret is set.")
        }
        _ => told(
            Outcome::Failed,
            "There is no webhook secret: no webhook is accepted, and the sweep does all the work.",
        )
        .remedy("Make one on the page Webhooks, and paste it into the product."),
    };
    Ok(told.then(Step::LastDelivery))
}

pub(super) async fn last_delivery(console: &Console, peer: &Peer) -> Result<Told, Failure> {
    let note = console.service.store.read_door_note(peer).await?;
    let told = |outcome, words: String| Told::new(Step::LastDelivery, outcome, words);
    let DoorNote {
        valid_at,
        refused_at: _,
        refused_for,
        refused_since,
    } = note.unwrap_or_default();
    let valid = valid_at.map(|at| format!("The last valid delivery came {}.", at.for_people()));
    Ok(match (valid, refused_since) {
        (valid, Some(since)) => {
            let reason = refusal_in_words(refused_for.as_deref().unwrap_or_default());
            let words = format!(
                "Deliveries are refused since {}: {reason}. {}",
                since.for_people(),
                valid.unwrap_or_else(|| "No valid one has come yet.".to_owned()),
            );
            told(Outcome::Failed, words)
                .remedy("Paste the webhook secret anew; the page Webhooks shows where.")
        }
        (Some(valid), None) => told(Outcome::Ok, valid),
        (None, None) => told(Outcome::Skipped, "No delivery has come yet.".to_owned())
            .remedy("Paste the webhook as the page Webhooks shows it. Without one everything works by the sweep, within minutes."),
    })
}

/// Why deliveries are refused, from the catalogue's word for it.
pub fn refusal_in_words(word: &str) -> &'static str {
    match word {
        "unverified" => "the secret or the signature is not the right one",
        "too-large" => "they are larger than what is taken",
        "malformed" => "what they hold makes no sense",
        "unavailable" => "they could not be stored at the moment",
        _ => "they are not what is expected here",
    }
}
