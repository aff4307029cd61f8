//! What operators do: settings, tokens, secrets. And the moods of Jira's search.
//!
//! Operators go about it as people do: the product first, our side a little later.

use std::sync::Arc;

use adapters::secrets::SecretsDocument;
use domain::settings::document::SettingsDocument;
use serde_json::json;
use simulators::{
    contrast::{DEMO_API_KEY, DEMO_SERVICE_KEY, DEMO_USER},
    jira::Jira,
};

use crate::{
    acts::{Act, Deed, Loss},
    chance::comes_to_pass,
    core::{Core, World},
    executor::Wait,
    fault::Fault,
    quirks::Quirk,
};

const SETTINGS: &str = include_str!("settings.toml");
/// How much later our side learns of a change.
const LATER_MS: std::ops::Range<u64> = 0..120_000;
/// So many times as long it takes until something is noticed that breaks less.
const LONG: u64 = 4;
const VANISHED_MS: std::ops::Range<i64> = 5_000..200_000;

/// What operators chose last.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Versions of the settings written so far.
    pub versions: u64,
    /// Whether mirrors are deleted in Contrast.
    pub delete_in_contrast: bool,
    /// What the settings have lost at present.
    pub lost: Option<Loss>,
    /// How often operators changed the settings so that what is stuck is looked at again.
    pub redrives: u32,
    /// Whether our account lacked a permission for a while.
    pub forbade: bool,
    /// Tokens made so far.
    pub tokens: u32,
    /// Webhook secrets made so far.
    pub secrets: u32,
}

/// The secrets after so many changes of the token and of the webhooks' secrets.
pub fn secrets_of(tokens: u32, secrets: u32) -> SecretsDocument {
    let text = format!(
        "[connections.demo]\nusername = \"{DEMO_USER}\"\nservice_key = \"{DEMO_SERVICE_KEY}\"\n\
         api_key = \"{DEMO_API_KEY}\"\nwebhook_secrets = [\"{}\"]\n\
         [sites.acme]\nemail = \"{}\"\napi_token = \"{}\"\nwebhook_secrets = [\"{}\"]\n",
        push_secret(secrets),
        Jira::DEMO_LOGIN.0,
        token(tokens),
        webhook_secret(secrets),
    );
    toml::from_str(&text).unwrap_or_default()
}

fn token(number: u32) -> String {
    match number {
        0 => Jira::DEMO_LOGIN.1.to_owned(),
        number => format!("simulated-token-{number}"),
    }
}

/// The secret of Contrast's pushes after so many changes.
pub fn push_secret(number: u32) -> String {
    format!("simulated-push-secret-{number}")
}

fn webhook_secret(number: u32) -> String {
    match number {
        0 => Jira::DEMO_SECRET.to_owned(),
        number => format!("simulated-webhook-secret-{number}"),
    }
}

fn text_of_settings(choices: &Choices, quirks: &[Quirk], faulty: bool) -> String {
    let mut text = SETTINGS.replace(
        "delete_in_contrast = true",
        &format!("delete_in_contrast = {}", choices.delete_in_contrast),
    );
    for quirk in quirks {
        text = quirk.rewrite(&text);
    }
    let mut labels = vec!["\"from-contrast\"".to_owned()];
    if choices.versions.is_multiple_of(2) {
        labels.push("\"reviewed\"".to_owned());
    }
    if choices.redrives > 0 {
        labels.push(format!("\"again-{}\"", choices.redrives));
    }
    text = text.replace("\"from-contrast\"", &labels.join(", "));
    if faulty {
        text = text.replace("site = \"acme\"", "site = \"nowhere\"");
    }
    let cut = |from: usize, to: usize| format!("{}{}", &text[..from], &text[to..]);
    match (
        choices.lost,
        text.find("[[routes]]"),
        text.rfind("[[routes]]"),
    ) {
        (Some(Loss::Route), Some(first), Some(last)) => cut(first, last),
        (Some(Loss::Site), _, _) => cut(text.find("[[sites]]").unwrap_or(0), text.len()),
        _ => text,
    }
}

/// Changes the settings in a way that makes what is stuck be looked at again.
pub fn redrive(world: &mut World, now_ms: i64) {
    world.choices.redrives += 1;
    write_settings(world, false, now_ms);
}

/// Puts settings in force, as the documented command does.
pub fn write_settings(world: &mut World, faulty: bool, now_ms: i64) {
    world.choices.versions += 1;
    let version = world.choices.versions;
    let text = text_of_settings(&world.choices, &world.quirks, faulty);
    let document: SettingsDocument = toml::from_str(&text).unwrap_or_default();
    let document = serde_json::to_string(&document).unwrap_or_default();
    let request = json!({
        "TableName": "world",
        "Item": {
            "pk": { "S": "settings" },
            "sk": { "S": "current" },
            "document": { "S": document },
            "version": { "N": version.to_string() },
        },
    });
    world
        .table
        .serve("PutItem", request.to_string().as_bytes(), now_ms);
}

/// Does what operators do; `None` for what is not theirs.
pub fn perform(core: &Arc<Core>, act: &Act) -> Option<bool> {
    let now_ms = core.now_ms();
    let later_us = core.script.draw("operator", &act.name).u64(LATER_MS) * 1_000;
    let fault = match act.deed {
        Deed::ChangeSettings => {
            write_settings(&mut core.world(), false, now_ms);
            Fault::SettingsChanged
        }
        Deed::SpoilSettings => {
            write_settings(&mut core.world(), true, now_ms);
            later(core, later_us, |world, now_ms| {
                write_settings(world, false, now_ms);
            });
            Fault::SettingsFaulty
        }
        Deed::Lose(loss) => {
            let mut world = core.world();
            world.choices.lost = Some(loss);
            write_settings(&mut world, false, now_ms);
            drop(world);
            later(core, later_us * LONG, |world, now_ms| {
                world.choices.lost = None;
                write_settings(world, false, now_ms);
            });
            Fault::SettingsLost
        }
        Deed::Forbid(permission) => {
            let mut world = core.world();
            world.choices.forbade = true;
            world.jira.deny(Jira::DEMO_ACCOUNT, "SEC", permission);
            drop(world);
            later(core, later_us * LONG, move |world, now_ms| {
                world.jira.grant(Jira::DEMO_ACCOUNT, "SEC", permission);
                redrive(world, now_ms);
            });
            Fault::PermissionLost
        }
        Deed::RotateToken => {
            let mut world = core.world();
            world.choices.tokens += 1;
            let tokens = world.choices.tokens;
            world
                .jira
                .set_token(Jira::DEMO_ACCOUNT, Some(&token(tokens)));
            drop(world);
            later(core, later_us, tell_secrets);
            Fault::TokenRotated
        }
        Deed::RotateWebhookSecrets => {
            let mut world = core.world();
            world.choices.secrets += 1;
            let number = world.choices.secrets;
            world.contrast.set_push_secret(Some(&push_secret(number)));
            world.jira.set_webhook_secret(Some(&webhook_secret(number)));
            drop(world);
            later(core, later_us, tell_secrets);
            Fault::WebhookSecretRotated
        }
        _ => return None,
    };
    core.struck(fault, "an operator");
    Some(true)
}

/// Our side learns which secrets are in force.
fn tell_secrets(world: &mut World, _now_ms: i64) {
    world.secrets = secrets_of(world.choices.tokens, world.choices.secrets);
}

fn later(core: &Arc<Core>, us: u64, act: impl FnOnce(&mut World, i64) + Send + 'static) {
    let later = Arc::clone(core);
    core.scheduler.spawn(async move {
        later.scheduler.wait_us(us, Wait::Sleep).await;
        later.tell(|| "** our side is told".to_owned());
        let now_ms = later.now_ms();
        act(&mut later.world(), now_ms);
    });
}

/// At times a ticket vanishes from the search for a while.
pub fn vanish_at_times(core: &Core, name: &str) {
    let rng = &mut core.script.draw("vanish", name);
    let event = format!("{name}: {}", Fault::VanishingHit.word());
    if !comes_to_pass(rng, core.weather.vanishing_ppm) || !core.script.allows(&event) {
        return;
    }
    let now_ms = core.now_ms();
    let mut world = core.world();
    let ids: Vec<String> = world
        .jira
        .tickets()
        .map(|ticket| ticket.id.clone())
        .collect();
    if ids.is_empty() {
        return;
    }
    let id = &ids[rng.usize(..ids.len())];
    world
        .jira
        .vanish_from_search(id, now_ms, now_ms + rng.i64(VANISHED_MS));
    drop(world);
    core.record().happened.insert(event);
    core.struck(Fault::VanishingHit, "search");
}
