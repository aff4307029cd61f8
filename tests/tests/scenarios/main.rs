//! The scenarios: what people do, and what both sides must look like afterwards.

mod closing;
mod comments;
mod costs;
mod doors;
mod opening;
mod reach;
mod routing;
mod sweeping;
mod trouble;
