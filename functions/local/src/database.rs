//! The embedded store: an engine that speaks DynamoDB, in this process, on loopback.
//!
//! The store's own code talks to it through the real SDK, so that there is no second store to
//! drift. Never listens beyond loopback.

use std::path::Path;

use aws_sdk_dynamodb::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
};
use dynoxide::{Database, server::serve_with_shutdown};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// The table of the local run.
pub const TABLE: &str = "northstar-jira-sync";

/// A running engine.
pub struct EmbeddedDatabase {
    address: String,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<Result<(), String>>,
}

/// Why the engine could not be started.
#[derive(Debug, thiserror::Error)]
#[error("the embedded store could not be started: {0}")]
pub struct NotStarted(String);

impl EmbeddedDatabase {
    /// Starts an engine that keeps everything in memory, or in a file that survives a kill.
    pub async fn start(file: Option<&Path>) -> Result<Self, NotStarted> {
        let database = match file {
            None => Database::memory(),
            Some(path) => Database::new(&path.to_string_lossy()),
        }
        .map_err(|error| NotStarted(error.to_string()))?;
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .map_err(|error| NotStarted(error.to_string()))?;
        let address = listener
            .local_addr()
            .map_err(|error| NotStarted(error.to_string()))?;
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(serve_with_shutdown(listener, database, async move {
            // A dropped sender stops it as well.
            let _ = stopped.await;
        }));
        Ok(Self {
            address: format!("http://{address}"),
            stop: Some(stop),
            serving,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A client of this engine.
    pub fn client(&self) -> Client {
        client_of(&self.address)
    }

    /// Stops it in good order: requests under way are finished, the file is closed.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            // The engine may have ended by itself already.
            let _ = stop.send(());
        }
        let _ = self.serving.await;
    }
}

/// A client of an engine at an address on loopback. The credentials open nothing.
pub fn client_of(address: &str) -> Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "local"))
        .endpoint_url(address)
        .build();
    Client::from_conf(config)
}
