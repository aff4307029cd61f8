//! Putting the local run together, and taking it down in good order.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use adapters::{
    clock::SystemClock,
    http::{Http, Network},
    secrets::{FileSecrets, Secrets},
    service::{FixedSettings, Parts, Service, SettingsSource},
    store::{TableStore, create_table, random_tokens},
};
use axum::Router;
use domain::{ports::Clock, settings::Settings, trouble::Peer};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
    time::MissedTickBehavior,
};

use crate::{
    counting::CountingNetwork,
    data_folder::DataFolder,
    database::{EmbeddedDatabase, TABLE},
    demo::{Demo, PUSH_SECRET, demo_secrets, demo_settings, page_routes, tell_story},
    options::Options,
    serving::{Host, routes, sweep_in_words},
    settings_file::SettingsFile,
};

/// Why the local run ended badly.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs until Ctrl-C.
pub async fn run(options: Options) -> Result<(), Failure> {
    let listener = listen(options.listen).await?;
    let address = listener.local_addr()?;
    match (&options.settings, &options.secrets) {
        (Some(settings), Some(secrets)) => {
            run_for_real(&options, settings, secrets, listener).await
        }
        _ if address.ip().is_loopback() => run_demo(&options, listener, address).await,
        _ => Err(
            "the demo listens on loopback only; choose an address such as 127.0.0.1:8080".into(),
        ),
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        format!("cannot listen on {address}: {error}; choose another with --listen").into()
    })
}

async fn run_for_real(
    options: &Options,
    settings: &Path,
    secrets: &Path,
    listener: TcpListener,
) -> Result<(), Failure> {
    let source = SettingsFile::open(settings)?;
    let secrets = Arc::new(FileSecrets::new(secrets));
    require_secrets(&*source.read().await?, &*secrets).await?;
    // Held until the end: it keeps other processes out.
    let folder = match &options.data {
        Some(path) => Some(DataFolder::open(path)?),
        None => None,
    };
    let file = folder.as_ref().map(DataFolder::store_file);
    let database = EmbeddedDatabase::start(file.as_deref()).await?;
    let host = host_of(&database, secrets, Arc::new(source)).await?;
    let address = listener.local_addr()?;
    println!("Northstar Jira Sync listens on http://{address}");
    println!("  webhooks: POST /webhooks/contrast/<connection>, POST /webhooks/jira/<site>");
    println!(
        "  on this machine: POST /sweep, GET /status; a sweep every {} s",
        options.sweep_every
    );
    if options.data.is_none() {
        println!("  state is kept in memory only; --data DIR keeps it across restarts");
    }
    let router = routes(Arc::clone(&host));
    serve(options, listener, router, host, None).await?;
    database.stop().await;
    Ok(())
}

/// Refuses to start while a connection or a site has no usable secret; each is told.
async fn require_secrets(settings: &Settings, secrets: &dyn Secrets) -> Result<(), Failure> {
    let connections = settings.connections.keys().cloned().map(Peer::Connection);
    let sites = settings.sites.keys().cloned().map(Peer::Site);
    let mut missing = Vec::new();
    for peer in connections.chain(sites) {
        if let Err(trouble) = secrets.read(&peer, true).await {
            missing.push(format!("  {peer}: {}", trouble.words));
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!("these have no usable secret:\n{}", missing.join("\n")).into())
}

async fn run_demo(
    options: &Options,
    listener: TcpListener,
    address: SocketAddr,
) -> Result<(), Failure> {
    let database = EmbeddedDatabase::start(None).await?;
    let network: Arc<dyn Http> = Arc::new(Network::new()?);
    let (demo, addresses) = Demo::start(network, format!("http://{address}")).await?;
    let settings = demo_settings(&addresses).map_err(|error| error.to_string())?;
    let host = host_of(
        &database,
        Arc::new(demo_secrets()?),
        Arc::new(FixedSettings(Arc::new(settings))),
    )
    .await?;
    let router = routes(Arc::clone(&host)).merge(page_routes(
        Arc::clone(&host),
        Arc::clone(&demo),
        options.sweep_every,
    ));
    let router = router.layer(axum::middleware::from_fn_with_state(
        Arc::clone(&demo),
        crate::demo::take_in_pushes,
    ));
    println!(
        "Northstar Jira Sync, with a simulated Contrast and a simulated Jira; nothing leaves this machine."
    );
    serve(options, listener, router, host, Some((demo, address))).await?;
    database.stop().await;
    Ok(())
}

/// The service over an embedded store.
async fn host_of(
    database: &EmbeddedDatabase,
    secrets: Arc<dyn Secrets>,
    settings: Arc<dyn SettingsSource>,
) -> Result<Arc<Host>, Failure> {
    let client = database.client();
    create_table(&client, TABLE).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let network = Arc::new(CountingNetwork::new(Arc::new(Network::new()?)));
    let service = Service::new(Parts {
        store: TableStore::new(client, TABLE, random_tokens()),
        secrets,
        clock,
        settings,
        http: network.clone(),
    });
    Ok(Arc::new(Host {
        service,
        network,
        sweeping: tokio::sync::Mutex::new(()),
    }))
}

/// Serves, sweeps, tells the story if there is one, and stops in good order on Ctrl-C: what is
/// under way is finished first.
async fn serve(
    options: &Options,
    listener: TcpListener,
    router: Router,
    host: Arc<Host>,
    demo: Option<(Arc<Demo>, SocketAddr)>,
) -> Result<(), Failure> {
    let (stop, stopped) = watch::channel(false);
    let sweeper = tokio::spawn(sweep_on(
        Arc::clone(&host),
        demo.as_ref().map(|(demo, _)| Arc::clone(demo)),
        Duration::from_secs(options.sweep_every),
        stopped.clone(),
    ));
    if let Some((demo, address)) = demo {
        let host = Arc::clone(&host);
        let quiet = options.quiet;
        tokio::spawn(async move {
            if !quiet && let Err(interrupted) = tell_story(&host, &demo).await {
                println!("  The story stopped: {interrupted}.");
            }
            println!("  Now it is your turn: http://{address}/ shows both sides and lets you act.");
            println!(
                "  Pushes of your own go to /webhooks/contrast/demo with the header X-Northstar-Secret: {PUSH_SECRET},"
            );
            println!(
                "  signed deliveries to /webhooks/jira/acme with the secret {}.",
                simulators::jira::Jira::DEMO_SECRET
            );
            println!("  Ctrl-C ends it.");
        });
    }
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(async move {
            wait_for_the_end().await;
            println!("\nStopping: what is under way is finished first.");
            let _ = stop.send(true);
        })
        .await?;
    sweeper.await?;
    println!("Stopped.");
    Ok(())
}

/// Waits for Ctrl-C, or for the signal by which service managers end a process.
async fn wait_for_the_end() {
    let mut terminated = match signal(SignalKind::terminate()) {
        Ok(terminated) => terminated,
        Err(error) => {
            tracing::error!(%error, "cannot listen for signals");
            return;
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated.recv() => {}
    }
}

async fn sweep_on(
    host: Arc<Host>,
    demo: Option<Arc<Demo>>,
    every: Duration,
    mut stopped: watch::Receiver<bool>,
) {
    let mut timer = tokio::time::interval_at(tokio::time::Instant::now() + every, every);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = timer.tick() => {}
            _ = stopped.changed() => return,
        }
        match host.sweep().await {
            Ok((report, calls)) => {
                if let Some(demo) = &demo {
                    demo.note_sweep(&sweep_in_words(&report, calls));
                }
            }
            Err(trouble) => tracing::error!(%trouble, "the sweep could not run"),
        }
    }
}
