//! The stack: what `infra/template.yaml` lets each function do is what its code does and no more,
//! its times fit the leases, its alarms have their sections in the runbook, and what AWS sends is
//! what the samples hold.

mod alarms;
mod code;
mod console;
mod events;
mod rights;
mod shards;
mod template;
mod times;
