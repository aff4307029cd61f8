//! The console of the local run: at `/console`, for whoever has the token that was printed.

use std::{net::SocketAddr, sync::Arc};

use adapters::{secrets::keeping::SecretKeeper, store::random_tokens};
use axum::{Router, middleware};
use console::{Access, Console, SettingsKept, access::LocalToken};

use crate::{
    run::Failure,
    serving::{Host, refuse_strangers},
};

/// The console's routes, and the address by which a person enters.
pub fn console_routes(
    host: &Host,
    keeper: Arc<dyn SecretKeeper>,
    settings: SettingsKept,
    address: SocketAddr,
) -> Result<(Router, String), Failure> {
    let tokens = random_tokens();
    let token = tokens();
    let local = LocalToken::new(token.clone()).ok_or("no token could be made for the console")?;
    let routes = console::router(Console {
        service: Arc::clone(&host.service),
        keeper,
        tokens,
        open_id: None,
        access: Access::Local(local),
        doors: format!("http://{address}"),
        settings,
    });
    let routes = routes.layer(middleware::from_fn(refuse_strangers));
    Ok((routes, format!("http://{address}/console?token={token}")))
}
