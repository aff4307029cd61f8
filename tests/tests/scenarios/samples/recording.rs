//! A recorded delivery: read from where it lies, made to speak of a simulated ticket, and delivered.
//!
//! Only ids, keys and the time are ever replaced, in the text as it was recorded; the shape stays.

use std::{fs, path::Path};

use scenarios::world::{Delivery, World};
use serde_json::Value;

use super::recordings;

/// A recording.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The name of its file.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// All recorded deliveries of Jira; none where they are absent.
pub fn all_of_jira() -> Vec<Recording> {
    let Some(folder) = recordings("what Jira once delivered") else {
        return Vec::new();
    };
    let entries = fs::read_dir(folder.join("jira/webhooks")).expect("the recordings can be listed");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut all: Vec<Recording> = paths
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .map(|path| read(&path))
        .collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(!all.is_empty(), "there are recordings");
    all
}

fn read(path: &Path) -> Recording {
    let name = path
        .file_stem()
        .expect("a name")
        .to_string_lossy()
        .into_owned();
    Recording {
        name,
        text: fs::read_to_string(path).expect("the recording can be read"),
    }
}

impl Recording {
    /// A delivery of Jira by its name.
    pub fn of_jira(name: &str) -> Option<Self> {
        let folder = recordings(name)?;
        Some(read(
            &folder
                .join("jira/webhooks")
                .join(name)
                .with_extension("json"),
        ))
    }

    /// A push of Contrast by its name.
    pub fn of_contrast(name: &str) -> Option<Self> {
        let folder = recordings(name)?;
        Some(read(
            &folder.join("contrast").join(name).with_extension("json"),
        ))
    }

    /// What it says.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("a recording is JSON")
    }

    /// The id of its ticket, which a bare comment event tells in an address alone.
    pub fn ticket_id(&self) -> String {
        let json = self.json();
        let of_address = || {
            let (_, rest) = json["comment"]["self"].as_str()?.split_once("/issue/")?;
            Some(rest.split_once('/')?.0)
        };
        json["issue"]["id"]
            .as_str()
            .or_else(of_address)
            .expect("a ticket")
            .to_owned()
    }

    /// The same, saying something else in one place or several.
    #[must_use]
    pub fn saying(&self, text: &str, instead_of: &str) -> Self {
        assert!(
            self.text.contains(instead_of),
            "{} says {instead_of}",
            self.name
        );
        Self {
            name: self.name.clone(),
            text: self.text.replace(instead_of, text),
        }
    }

    /// The same about a simulated ticket.
    #[must_use]
    pub fn of_ticket(&self, world: &World, id: &str) -> Self {
        let key = world
            .network
            .jira()
            .ticket(id)
            .expect("the ticket")
            .key
            .clone();
        let json = self.json();
        let old = self.ticket_id();
        let mut said = self.clone();
        if let Some(old_key) = json["issue"]["key"].as_str() {
            said = said.saying(&format!("\"{id}\""), &format!("\"{old}\""));
            said = said.saying(&format!("\"{key}\""), &format!("\"{old_key}\""));
        }
        if json["comment"].is_object() {
            said = said.saying(
                &format!("/issue/{id}/comment/"),
                &format!("/issue/{old}/comment/"),
            );
        }
        said
    }

    /// The same about a simulated comment, if it is about a comment at all.
    #[must_use]
    pub fn of_comment(&self, id: &str) -> Self {
        match self.json()["comment"]["id"].as_str() {
            Some(old) => self
                .saying(&format!("\"{id}\""), &format!("\"{old}\""))
                .saying(&format!("/comment/{id}"), &format!("/comment/{old}")),
            None => self.clone(),
        }
    }

    /// The same at another time.
    #[must_use]
    pub fn at(&self, now_ms: i64) -> Self {
        let old = self.json()["timestamp"].as_i64().expect("a timestamp");
        self.saying(
            &format!("\"timestamp\": {now_ms}"),
            &format!("\"timestamp\": {old}"),
        )
    }

    fn signed(&self, world: &World) -> Delivery {
        let body = self.text.clone().into_bytes();
        let signature = world.network.jira().sign(&body).expect("a signature");
        let headers = vec![("X-Hub-Signature".to_owned(), signature)];
        Delivery {
            path: "/webhooks/jira/acme",
            headers,
            body,
        }
    }

    /// Delivers it, signed; answers with the status and what was answered.
    pub async fn deliver(&self, world: &World) -> (u16, Value) {
        let response = world.deliver(&self.signed(world)).await;
        let answer = serde_json::from_str(response.body()).expect("an answer in JSON");
        (response.status().as_u16(), answer)
    }

    /// Delivers it without its signature; answers with the status.
    pub async fn deliver_unsigned(&self, world: &World) -> u16 {
        let mut delivery = self.signed(world);
        delivery.headers.clear();
        world.deliver(&delivery).await.status().as_u16()
    }

    /// Delivers it, signed, and it is news; whatever follows from it is lost.
    pub async fn taken(&self, world: &World) {
        let (status, answer) = self.deliver(world).await;
        assert_eq!(
            (status, &answer["ours"]),
            (200, &true.into()),
            "{}: {answer}",
            self.name
        );
        world.lose();
    }

    /// Pushes it, as Contrast does; answers with what was answered.
    pub async fn push(&self, world: &World) -> Value {
        let headers = vec![("X-Northstar-Secret".to_owned(), "push-secret-1".to_owned())];
        let body = self.text.clone().into_bytes();
        let response = world
            .deliver(&Delivery {
                path: "/webhooks/contrast/demo",
                headers,
                body,
            })
            .await;
        assert_eq!(response.status(), 200, "{}: {}", self.name, response.body());
        serde_json::from_str(response.body()).expect("an answer in JSON")
    }
}
