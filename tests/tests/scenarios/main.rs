//! The scenarios: what people do, and what both sides must look like afterwards.

mod adf;
mod closing;
mod comments;
mod costs;
mod doors;
mod lambda;
mod laws;
mod opening;
mod papers;
mod reach;
mod routing;
mod samples;
mod schedules;
mod sweeping;
mod trouble;
