//! The weather of a run: which faults can occur in it, how often, and how the products behave.
//!
//! Drawn once from the seed. Each run knows a few kinds of faults only: where everything fails at
//! once, nothing gets far enough to fail in an interesting way.

use crate::{
    chance::{Script, comes_to_pass, one_of},
    fault::Fault,
    quirks::{Quirk, quirks_of},
};

/// The weather.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // Each is a circumstance of its own.
pub struct Weather {
    /// Faults of calls to the products, weighted.
    pub calls: Vec<(u32, Fault)>,
    /// How often one of them strikes, in parts per million.
    pub calls_ppm: u32,
    /// Faults of webhooks, weighted.
    pub webhooks: Vec<(u32, Fault)>,
    /// How often one of them strikes.
    pub webhooks_ppm: u32,
    /// Faults of the store, weighted.
    pub store: Vec<(u32, Fault)>,
    /// How often one of them strikes.
    pub store_ppm: u32,
    /// Faults of workers, weighted.
    pub workers: Vec<(u32, Fault)>,
    /// How often one of them strikes at a step.
    pub workers_ppm: u32,
    /// How often the secrets cannot be read.
    pub secrets_ppm: u32,
    /// How far clocks of workers are off, at most.
    pub skew_ms: i64,
    /// How long Jira's search lags.
    pub search_lag_ms: i64,
    /// How often a created or changed ticket vanishes from the search.
    pub vanishing_ppm: u32,
    /// How long the store's indexes lag.
    pub index_lag_ms: i64,
    /// How many of a batch the store processes at once.
    pub batch_limit: Option<usize>,
    /// Whether comments in Contrast push and move their incident up in the list.
    pub comments_stir: bool,
    /// Whether Contrast's list rows tell only the status.
    pub sparse_rows: bool,
    /// Whether mirrors are deleted in Contrast when their original goes.
    pub delete_in_contrast: bool,
    /// How the world differs from the ordinary one.
    pub quirks: Vec<Quirk>,
    /// Minutes between sweeps.
    pub sweep_minutes: u64,
    /// Sweeps that may run at once.
    pub sweeps_at_once: usize,
    /// Copies of each webhook function that may run at once.
    pub copies: usize,
    /// For a test of the checks themselves: the network sends creations twice.
    pub doubles_creations: bool,
    /// For a test of the checks themselves: every condition on a lease holds.
    pub ignores_conditions: bool,
    /// Whether copies of functions are replaced now and then.
    pub recycles: bool,
    /// Whether Jira answers refused credentials on reads with 404.
    pub anonymous_reads: bool,
}

/// A few of the kinds, each in or out.
fn some_of(rng: &mut fastrand::Rng, kinds: &[(u32, Fault)]) -> Vec<(u32, Fault)> {
    kinds.iter().copied().filter(|_| rng.bool()).collect()
}

const RARELY: &[(u32, u32)] = &[(3, 0), (2, 5_000), (3, 30_000), (2, 120_000)];
const AT_BORDERS: &[(u32, u32)] = &[(3, 0), (3, 2_000), (3, 10_000), (1, 40_000)];

impl Weather {
    /// The weather of a seed.
    pub fn of(script: &Script) -> Self {
        let rng = &mut script.draw("weather", "");
        let often = |rng: &mut fastrand::Rng, kinds| one_of(rng, kinds).unwrap_or(0);
        Self {
            calls: some_of(
                rng,
                &[
                    (2, Fault::NotSent),
                    (3, Fault::RequestLost),
                    (4, Fault::AnswerLost),
                    (3, Fault::LateEffect),
                    (2, Fault::TooManyWithTime),
                    (1, Fault::TooManyWithout),
                    (2, Fault::Broken),
                    (2, Fault::Unavailable),
                    (2, Fault::GatewayTimeOut),
                    (1, Fault::HtmlPage),
                    (2, Fault::SlowAnswer),
                ],
            ),
            calls_ppm: often(rng, RARELY),
            webhooks: some_of(
                rng,
                &[
                    (3, Fault::WebhookLost),
                    (3, Fault::WebhookDoubled),
                    (3, Fault::WebhookDelayed),
                ],
            ),
            webhooks_ppm: often(rng, &[(2, 0), (2, 100_000), (2, 400_000), (1, 900_000)]),
            store: some_of(
                rng,
                &[
                    (2, Fault::StoreThrottled),
                    (1, Fault::StoreBroken),
                    (2, Fault::StoreRequestLost),
                    (3, Fault::StoreAnswerLost),
                ],
            ),
            store_ppm: often(rng, AT_BORDERS),
            workers: some_of(
                rng,
                &[
                    (3, Fault::KilledBefore),
                    (3, Fault::KilledAfter),
                    (2, Fault::Frozen),
                ],
            ),
            workers_ppm: often(rng, AT_BORDERS),
            secrets_ppm: often(rng, &[(6, 0), (1, 30_000)]),
            skew_ms: one_of(rng, &[(4, 0), (3, 300), (2, 5_000)]).unwrap_or(0),
            search_lag_ms: one_of(rng, &[(3, 0), (2, 5_000), (2, 60_000), (1, 300_000)])
                .unwrap_or(0),
            vanishing_ppm: often(rng, &[(4, 0), (1, 200_000)]),
            index_lag_ms: one_of(rng, &[(3, 0), (2, 900), (1, 20_000)]).unwrap_or(0),
            batch_limit: one_of(rng, &[(5, None), (1, Some(1))]).unwrap_or(None),
            comments_stir: rng.bool(),
            sparse_rows: comes_to_pass(rng, 200_000),
            delete_in_contrast: rng.bool(),
            quirks: quirks_of(script),
            sweep_minutes: one_of(rng, &[(2, 1), (2, 2), (3, 5)]).unwrap_or(5),
            sweeps_at_once: one_of(rng, &[(4, 1), (1, 2)]).unwrap_or(1),
            copies: one_of(rng, &[(1, 1), (1, 3), (2, 8)]).unwrap_or(8),
            doubles_creations: false,
            ignores_conditions: false,
            recycles: true,
            anonymous_reads: rng.bool(),
        }
    }

    /// No faults at all, for whoever places them by hand.
    pub fn calm() -> Self {
        Self {
            calls: Vec::new(),
            calls_ppm: 0,
            webhooks: Vec::new(),
            webhooks_ppm: 0,
            store: Vec::new(),
            store_ppm: 0,
            workers: Vec::new(),
            workers_ppm: 0,
            secrets_ppm: 0,
            skew_ms: 0,
            search_lag_ms: 0,
            vanishing_ppm: 0,
            index_lag_ms: 0,
            batch_limit: None,
            comments_stir: false,
            sparse_rows: false,
            delete_in_contrast: true,
            quirks: Vec::new(),
            sweep_minutes: 5,
            sweeps_at_once: 1,
            copies: 8,
            doubles_creations: false,
            ignores_conditions: false,
            recycles: false,
            anonymous_reads: false,
        }
    }
}
