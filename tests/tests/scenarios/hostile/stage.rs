//! A world that is watched more closely: each request to the store is counted, each item can be
//! looked at and spoilt, and each answer of the products can be replaced on its way.

use std::{
    collections::HashMap,
    ops::Deref,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
};

use adapters::{
    http::{Http, Request, Response, SendFailure},
    secrets::Secrets,
    service::{FixedSettings, Parts, Service},
    store::{TableStore, create_table},
};
use async_trait::async_trait;
use aws_sdk_dynamodb::{
    Client,
    config::{
        ConfigBag, Intercept, RuntimeComponents, interceptors::BeforeTransmitInterceptorContextRef,
    },
    error::BoxError,
    types::AttributeValue,
};
use local::database::EmbeddedDatabase;
use scenarios::world::{SimulatedNetwork, World};

/// The table of a stage.
pub const TABLE: &str = "hostile";

/// An item of the table.
pub type Item = HashMap<String, AttributeValue>;

/// What becomes of an answer on its way.
pub type Tamper = Box<dyn FnMut(&Request, Response) -> Result<Response, SendFailure> + Send>;

/// A watched world.
pub struct Stage {
    /// The world.
    pub world: World,
    /// The network, between the service and the world's.
    pub network: Arc<WatchedNetwork>,
    /// The store's client.
    pub table: Client,
    requests: Arc<Requests>,
    _database: EmbeddedDatabase,
}

impl Deref for Stage {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl Stage {
    /// A watched world under the usual settings.
    pub async fn new() -> Self {
        Self::around(World::new().await).await
    }

    /// A watched world under settings of its own.
    pub async fn with_settings(document: &str) -> Self {
        Self::around(World::with_settings(document).await).await
    }

    async fn around(mut world: World) -> Self {
        let secrets: Arc<dyn Secrets> = world.secrets.clone();
        let database = EmbeddedDatabase::start(None).await.expect("a store");
        let requests = Arc::new(Requests::default());
        let config = database
            .client()
            .config()
            .to_builder()
            .interceptor(Counting(Arc::clone(&requests)))
            .build();
        let table = Client::from_conf(config);
        create_table(&table, TABLE).await.expect("a table");
        let network = Arc::new(WatchedNetwork {
            world: Arc::clone(&world.network),
            tamper: Mutex::new(None),
            seen: Mutex::default(),
        });
        let holders = AtomicI64::new(0);
        let tokens: adapters::store::Tokens =
            Arc::new(move || format!("stage-{}", holders.fetch_add(1, Ordering::SeqCst)));
        let settings = world.service.settings().await.expect("settings");
        let clock = Arc::clone(&world.service.clock);
        world.service = Arc::new(
            Service::new(Parts {
                store: TableStore::new(table.clone(), TABLE, tokens),
                secrets,
                clock,
                settings: Arc::new(FixedSettings(settings)),
                http: network.clone(),
            })
            .told_through(world.told.telemetry()),
        );
        Self {
            world,
            network,
            table,
            requests,
            _database: database,
        }
    }

    /// The signature that Jira gives a body.
    pub fn signature_of(&self, body: &[u8]) -> String {
        let jira = self.world.network.jira();
        jira.sign(body).expect("a signature")
    }

    /// Requests to the store since last asked, but for those by which a process tells of itself.
    pub fn take_requests(&self) -> usize {
        self.requests.others.swap(0, Ordering::SeqCst)
    }

    /// Requests since last asked by which a process tells of itself.
    pub fn take_tellings(&self) -> usize {
        self.requests.tellings.swap(0, Ordering::SeqCst)
    }

    /// Everything that the table holds, in the order of its keys, but for what a process tells of
    /// itself.
    pub async fn items(&self) -> Vec<Item> {
        let mut items = Vec::new();
        let mut pages = self
            .table
            .scan()
            .table_name(TABLE)
            .into_paginator()
            .items()
            .send();
        while let Some(item) = pages.next().await {
            items.push(item.expect("an item"));
        }
        let tells = |item: &Item| {
            let partition = text_of(item, "pk").unwrap_or_default();
            TELLINGS
                .iter()
                .any(|telling| partition.starts_with(telling))
        };
        items.retain(|item| !tells(item));
        items.sort_by_key(|item| (text_of(item, "pk"), text_of(item, "sk")));
        items
    }

    /// The item of a case.
    pub async fn item(&self, number: &str) -> Item {
        let partition = format!("case#{}", self.world.case(number));
        let answer = self
            .table
            .get_item()
            .table_name(TABLE)
            .key("pk", AttributeValue::S(partition))
            .key("sk", AttributeValue::S("link".to_owned()))
            .send()
            .await
            .expect("an answer");
        answer.item.expect("the case's item")
    }

    /// Puts an item in the place of whatever stands there. False if no table could hold it.
    pub async fn try_put(&self, item: Item) -> bool {
        let put = self.table.put_item().table_name(TABLE);
        put.set_item(Some(item)).send().await.is_ok()
    }

    /// The same, of an item that any table can hold.
    pub async fn put(&self, item: Item) {
        assert!(self.try_put(item.clone()).await, "{item:?} is put");
    }
}

/// An item of these attributes.
pub fn item_of<const N: usize>(attributes: [(&str, AttributeValue); N]) -> Item {
    let attributes = attributes.into_iter();
    attributes
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// A text of an item.
pub fn text_of(item: &Item, name: &str) -> Option<String> {
    item.get(name)?.as_s().ok().cloned()
}

/// The network of a stage.
pub struct WatchedNetwork {
    world: Arc<SimulatedNetwork>,
    tamper: Mutex<Option<Tamper>>,
    seen: Mutex<Vec<Seen>>,
}

/// A request as it went over the wire.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The host that it went to.
    pub host: String,
    /// Where to, whole.
    pub url: String,
    /// The method.
    pub method: String,
    /// Names and values of its headers, as far as they are text.
    pub headers: Vec<(String, String)>,
    /// What it said.
    pub body: Vec<u8>,
    /// How it prints.
    pub printed: String,
}

impl WatchedNetwork {
    /// From now on answers go through these hands.
    pub fn tamper_with(&self, tamper: Tamper) {
        *lock(&self.tamper) = Some(tamper);
    }

    /// Answers arrive as they were sent again.
    pub fn leave_alone(&self) {
        *lock(&self.tamper) = None;
    }

    /// Requests since last asked.
    pub fn take_seen(&self) -> Vec<Seen> {
        std::mem::take(&mut lock(&self.seen))
    }
}

#[async_trait]
impl Http for WatchedNetwork {
    async fn send(&self, request: Request) -> Result<Response, SendFailure> {
        let headers = request.headers().iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.to_string(), value)
        });
        lock(&self.seen).push(Seen {
            host: request.uri().host().unwrap_or_default().to_owned(),
            url: request.uri().to_string(),
            method: request.method().to_string(),
            headers: headers.collect(),
            body: request.body().clone(),
            printed: format!("{request:?}"),
        });
        let answer = self.world.send(request.clone()).await?;
        match &mut *lock(&self.tamper) {
            Some(tamper) => tamper(&request, answer),
            None => Ok(answer),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Beginnings of the partitions in which a process tells of itself.
const TELLINGS: [&str; 2] = ["book#", "door#"];

/// How often the store was asked.
#[derive(Debug, Default)]
struct Requests {
    tellings: AtomicUsize,
    others: AtomicUsize,
}

/// Counts what goes to the store.
#[derive(Debug)]
struct Counting(Arc<Requests>);

impl Intercept for Counting {
    fn name(&self) -> &'static str {
        "Counting"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.request().body().bytes().unwrap_or_default();
        let body = String::from_utf8_lossy(body);
        let tells = TELLINGS.iter().any(|it| body.contains(&format!("\"{it}")));
        let count = if tells {
            &self.0.tellings
        } else {
            &self.0.others
        };
        count.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}
