//! The scenarios: what people do, and what both sides must look like afterwards.

mod adf;
mod adopting;
mod closing;
mod comments;
mod contract;
mod costs;
mod decisions;
mod deployed;
mod doors;
mod hostile;
mod interruption;
mod lambda;
mod laws;
mod opening;
mod operating;
mod papers;
mod products;
mod reach;
mod routing;
mod samples;
mod schedules;
mod sweeping;
mod trouble;
mod wire;
