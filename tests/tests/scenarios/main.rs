//! The scenarios: what people do, and what both sides must look like afterwards.

mod adf;
mod adopting;
mod closing;
mod comments;
mod contract;
mod costs;
mod decisions;
mod doors;
mod hostile;
mod infra;
mod interruption;
mod lambda;
mod laws;
mod opening;
mod papers;
mod reach;
mod routing;
mod samples;
mod schedules;
mod sweeping;
mod telling;
mod trouble;
mod unheard;
mod wire;
