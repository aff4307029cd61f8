//! The console: pages and a JSON API on which people set the service up and see what it does.
//!
//! It decides nothing about a case: it writes settings and secrets, wakes cases, and shows. Nobody
//! sees anything before `access` knows who it is, and no secret is ever shown again, except a
//! webhook's own, to an administrator who asks for it.

use std::{path::PathBuf, sync::Arc};

use adapters::{open_id::OpenId, secrets::keeping::SecretKeeper, service::Service, store::Tokens};
use axum::{Router, middleware, routing::get};

pub mod access;
mod activity;
mod api;
mod assets;
mod audit;
mod configuration;
mod controls;
mod credentials;
mod desk;
mod failure;
mod form;
mod frame;
mod overview;
mod shell;
mod sign_in;
mod testing;
mod webhooks;
mod wiring;

pub use access::{Access, Provider};

/// What the console is made of.
pub struct Console {
    /// The service that it is a window of.
    pub service: Arc<Service>,
    /// Where secrets are written.
    pub keeper: Arc<dyn SecretKeeper>,
    /// Who may use it, and how that is known.
    pub access: Access,
    /// Makes what nobody can guess.
    pub tokens: Tokens,
    /// The identity provider, where people sign in at one.
    pub open_id: Option<OpenId>,
    /// Where the webhooks arrive, such as `https://abc.execute-api.eu-west-1.amazonaws.com`.
    pub doors: String,
    /// Where settings are kept.
    pub settings: SettingsKept,
}

/// Where settings are kept, which decides whether the console may write them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsKept {
    /// In the table: the console writes them.
    InTable,
    /// In a file of the person who started the run: the console shows them.
    InFile(PathBuf),
}

/// The console's routes, all below `/console`.
pub fn router(console: Console) -> Router {
    let console = Arc::new(console);
    let pages = Router::new()
        .merge(overview::pages())
        .merge(configuration::pages())
        .merge(credentials::pages())
        .merge(testing::pages())
        .merge(webhooks::pages())
        .merge(activity::pages())
        .merge(audit::pages())
        // Twice: whoever is known keeps the navigation, and whoever is not is told as well.
        .layer(middleware::from_fn(frame::tell_failures))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&console),
            access::admit,
        ))
        .layer(middleware::from_fn(frame::tell_failures));
    let api = api::routes().layer(middleware::from_fn_with_state(
        Arc::clone(&console),
        access::admit,
    ));
    let open = Router::new()
        .nest("/console/api", api)
        .route("/console/assets/{file}", get(assets::serve))
        .merge(sign_in::routes(&console.access));
    let routes = match console.access {
        Access::Local(_) => open.merge(Router::new().nest("/console", pages)),
        // The gateway lets nobody beyond these two prefixes without a token that it has verified;
        // everywhere else stands a page without content that signs people in.
        Access::Provider(_) => open
            .nest(
                "/console/page",
                pages.layer(middleware::map_response(frame::keep_behind)),
            )
            .fallback(get(shell::serve)),
    };
    routes
        .layer(middleware::map_response(frame::harden))
        .with_state(console)
}
