//! The store's SDK client over the simulated table, without sockets.
//!
//! Only carries requests and answers; never changes either, and never tries again.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use aws_sdk_dynamodb::{
    Client,
    config::{
        BehaviorVersion, Credentials, HttpClient, Region, RuntimeComponents,
        http::{HttpRequest, HttpResponse},
        retry::RetryConfig,
    },
};
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    result::ConnectorError,
};
use simulators::table::Table;

/// A client whose requests the table answers at the time that is told then. What it is refused it
/// does not send again.
pub fn client_of_table(
    table: Arc<Mutex<Table>>,
    now_ms: impl Fn() -> i64 + Send + Sync + 'static,
) -> Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "local"))
        .endpoint_url("http://table.invalid")
        .retry_config(RetryConfig::disabled())
        .http_client(Wire {
            table,
            now_ms: Arc::new(now_ms),
        })
        .build();
    Client::from_conf(config)
}

#[derive(Clone)]
struct Wire {
    table: Arc<Mutex<Table>>,
    now_ms: Arc<dyn Fn() -> i64 + Send + Sync>,
}

impl fmt::Debug for Wire {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Wire")
    }
}

impl HttpClient for Wire {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(self.answer(&request))
    }
}

impl Wire {
    fn answer(&self, request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let (_, operation) = target.rsplit_once('.').unwrap_or_default();
        let body = request.body().bytes().unwrap_or_default();
        let (status, answer) = self
            .table
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .serve(operation, body, (self.now_ms)());
        let status = status
            .try_into()
            .map_err(|error| ConnectorError::other(Box::new(error), None))?;
        let mut response = HttpResponse::new(status, answer.into());
        response
            .headers_mut()
            .insert("content-type", "application/x-amz-json-1.0");
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        sync::{
            Arc, Mutex,
            atomic::{AtomicI64, Ordering},
        },
    };

    use adapters::store::{TableStore, create_table};
    use domain::{
        case::{CaseFacts, CaseId, CaseKind, OrgId},
        link::{Aspect, Class, HistoryEntry, Wakeup},
        moment::Moment,
        ports::{Acquired, Saved, Saving, Store as _},
    };
    use simulators::table::Table;

    use super::client_of_table;

    const START_MS: i64 = 1_772_000_000_000;

    struct Surroundings {
        store: TableStore,
        table: Arc<Mutex<Table>>,
        clock: Arc<AtomicI64>,
    }

    async fn surroundings() -> Surroundings {
        let table = Arc::new(Mutex::new(Table::new("links")));
        let clock = Arc::new(AtomicI64::new(START_MS));
        let told = Arc::clone(&clock);
        let client = client_of_table(Arc::clone(&table), move || told.load(Ordering::SeqCst));
        create_table(&client, "links").await.unwrap();
        let count = AtomicI64::new(0);
        let tokens = Arc::new(move || format!("token-{}", count.fetch_add(1, Ordering::SeqCst)));
        Surroundings {
            store: TableStore::new(client, "links", tokens),
            table,
            clock,
        }
    }

    impl Surroundings {
        fn now(&self) -> Moment {
            Moment::from_epoch_ms(self.clock.load(Ordering::SeqCst))
        }

        fn pass(&self, ms: i64) {
            self.clock.fetch_add(ms, Ordering::SeqCst);
        }

        async fn wake(&self, number: usize) -> CaseId {
            let org = OrgId::new("org-1").unwrap();
            let case = CaseId::new(org, CaseKind::Incident, format!("INC-{number}")).unwrap();
            let wakeup = Wakeup {
                case: case.clone(),
                aspects: BTreeSet::from([Aspect::Case, Aspect::CaseComments]),
                pushed: Some((CaseFacts::default(), self.now())),
            };
            self.store.wake(&wakeup, self.now()).await.unwrap();
            case
        }

        async fn due(&self) -> usize {
            let page = self.store.list_due(self.now(), None).await.unwrap();
            page.cases.len()
        }
    }

    #[tokio::test]
    async fn a_case_is_woken_leased_saved_and_let_go_over_the_simulated_table() {
        let at = surroundings().await;
        let case = at.wake(1).await;
        assert_eq!(at.due().await, 1);
        let Acquired::Held(lease) = at.store.acquire(&case, at.now(), 60_000).await.unwrap() else {
            panic!("nobody else holds it");
        };
        assert_eq!(lease.aspects.len(), 2);
        let again = at.store.acquire(&case, at.now(), 60_000).await.unwrap();
        assert!(matches!(again, Acquired::HeldByAnother));

        // Somebody wants more meanwhile: the save notices, and keeps the lease.
        at.pass(1_000);
        at.wake(1).await;
        let entry = HistoryEntry {
            at: at.now(),
            words: "A word.".to_owned(),
        };
        let settled = Saving::Settled { due_at: None };
        let saved = at
            .store
            .save(lease, settled.clone(), vec![entry.clone()], at.now())
            .await
            .unwrap();
        let Saved::Held(lease) = saved else {
            panic!("more was wanted");
        };
        let saved = at.store.save(lease, settled, Vec::new(), at.now()).await;
        assert!(matches!(saved.unwrap(), Saved::Released { .. }));

        assert_eq!(at.due().await, 0);
        let glimpse = at.store.glimpse(&case, at.now()).await.unwrap().unwrap();
        assert!(!glimpse.leased && !glimpse.waiting);
        assert_eq!(at.store.list_history(&case).await.unwrap(), [entry]);
    }

    #[tokio::test]
    async fn a_list_that_lags_is_walked_to_its_end_although_batches_come_back_unfinished() {
        let at = surroundings().await;
        at.table.lock().unwrap().behaviour_mut().index_lag_ms = 500;
        at.table.lock().unwrap().behaviour_mut().batch_limit = Some(7);
        for number in 0..250 {
            at.wake(number).await;
        }
        assert_eq!(at.due().await, 0, "the index does not know of them yet");
        at.pass(500);
        assert_eq!(at.due().await, 100, "a full page");
        let mut seen = BTreeSet::new();
        let mut after = None;
        loop {
            let page = at
                .store
                .list_class(Class::Hot, after, at.now())
                .await
                .unwrap();
            seen.extend(page.rows.into_iter().map(|(glimpse, _)| glimpse.link.case));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 250);
    }
}
