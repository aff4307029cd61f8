//! Putting the local run together, and taking it down in good order.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use adapters::{
    clock::SystemClock,
    http::{Http, Network},
    secrets::{FileSecrets, Secrets},
    service::{Parts, Service, SettingsSource, TableSettings},
    store::{TableStore, WriteSettings, create_table, random_tokens},
};
use axum::Router;
use console::SettingsKept;
use domain::{ports::Clock, settings::Settings, trouble::Peer};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
    time::MissedTickBehavior,
};

use crate::{
    console::console_routes,
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
        _ if options.data.is_some() => run_set_up_by_console(&options, listener).await,
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
    let kept = SettingsKept::InFile(settings.to_owned());
    require_secrets(&*source.read().await?, &*secrets).await?;
    // Held until the end: it keeps other processes out.
    let folder = match &options.data {
        Some(path) => Some(DataFolder::open(path)?),
        None => None,
    };
    let file = folder.as_ref().map(DataFolder::store_file);
    let database = EmbeddedDatabase::start(file.as_deref()).await?;
    let store = store_of(&database).await?;
    let host = host_of(store, secrets.clone(), Arc::new(source))?;
    if options.data.is_none() {
        println!("State is kept in memory only; --data DIR keeps it across restarts.");
    }
    serve_for_real(options, listener, host, secrets, kept).await?;
    database.stop().await;
    Ok(())
}

/// Settings and secrets are what the console writes into the folder.
async fn run_set_up_by_console(options: &Options, listener: TcpListener) -> Result<(), Failure> {
    let path = options.data.as_deref().ok_or("there is no --data DIR")?;
    // Held until the end: it keeps other processes out.
    let folder = DataFolder::open(path)?;
    let database = EmbeddedDatabase::start(Some(&folder.store_file())).await?;
    let store = store_of(&database).await?;
    if store.read_settings().await?.is_none() {
        println!("No settings are in force yet: set the service up on the console.");
    }
    let secrets = Arc::new(FileSecrets::new(folder.secrets_file()));
    let source = Arc::new(TableSettings::new(store.clone()));
    let host = host_of(store, secrets.clone(), source)?;
    serve_for_real(options, listener, host, secrets, SettingsKept::InTable).await?;
    database.stop().await;
    Ok(())
}

async fn serve_for_real(
    options: &Options,
    listener: TcpListener,
    host: Arc<Host>,
    secrets: Arc<FileSecrets>,
    kept: SettingsKept,
) -> Result<(), Failure> {
    let address = listener.local_addr()?;
    let (console, entrance) = console_routes(&host, secrets, kept, address)?;
    println!("Northstar Jira Sync listens on http://{address}");
    println!("  webhooks: POST /webhooks/contrast/<connection>, POST /webhooks/jira/<site>");
    println!(
        "  on this machine: POST /sweep, GET /status; a sweep every {} s",
        options.sweep_every
    );
    println!("  the console: {entrance}");
    let router = routes(Arc::clone(&host)).merge(console);
    serve(options, listener, router, host, None).await
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
    let store = store_of(&database).await?;
    let write = WriteSettings {
        document: serde_json::to_string(&settings)?,
        replaces: 0,
    };
    store.write_settings(&write).await?;
    let secrets = Arc::new(demo_secrets()?);
    let source = Arc::new(TableSettings::new(store.clone()));
    let host = host_of(store, secrets.clone(), source)?;
    let (console, entrance) = console_routes(&host, secrets, SettingsKept::InTable, address)?;
    let router = routes(Arc::clone(&host)).merge(page_routes(
        Arc::clone(&host),
        Arc::clone(&demo),
        options.sweep_every,
    ));
    let router = router.layer(axum::middleware::from_fn_with_state(
        Arc::clone(&demo),
        crate::demo::take_in_pushes,
    ));
    let router = router.merge(console);
    println!(
        "Northstar Jira Sync, with a simulated Contrast and a simulated Jira; nothing leaves this machine."
    );
    println!("The console: {entrance}");
    serve(options, listener, router, host, Some((demo, address))).await?;
    database.stop().await;
    Ok(())
}

/// The table of an embedded store.
async fn store_of(database: &EmbeddedDatabase) -> Result<TableStore, Failure> {
    let client = database.client();
    create_table(&client, TABLE).await?;
    Ok(TableStore::new(client, TABLE, random_tokens()))
}

/// The service over an embedded store.
fn host_of(
    store: TableStore,
    secrets: Arc<dyn Secrets>,
    settings: Arc<dyn SettingsSource>,
) -> Result<Arc<Host>, Failure> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let network = Arc::new(CountingNetwork::new(Arc::new(Network::new()?)));
    let service = Service::new(Parts {
        store,
        secrets,
        clock,
        settings,
        http: network.clone(),
    });
    Ok(Arc::new(Host {
        service: Arc::new(service),
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
