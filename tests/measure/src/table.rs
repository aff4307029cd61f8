//! What was measured, as the tables that stand in ARCHITECTURE.md.
//!
//! Numbers only; what they are worth is said where they are read.

use std::fmt::Write as _;

use crate::{bounds::ratios, rounds::Measured};

/// The tables.
pub fn of(measured: &[Measured]) -> String {
    let mut out = String::new();
    // Writing to a text cannot fail.
    let _ = write(&mut out, measured);
    out
}

fn write(out: &mut String, all: &[Measured]) -> std::fmt::Result {
    writeln!(
        out,
        "| build | zipped (yardstick) | start to first poll | resident then | first delivery | warm | processor for a warm one |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|---|")?;
    for measured in all {
        let Measured {
            build,
            baseline,
            calling,
            function,
            deliveries,
        } = measured;
        writeln!(
            out,
            "| {build} | {:.2} MB ({:.2}) | {:.1} ms ({:.1}; with the same calls {:.1}) | {:.1} MB ({:.1}) | {:.1} ms | {:.1} ms | {:.1} ms user, {:.1} ms system |",
            function.zipped_mb,
            baseline.zipped_mb,
            function.to_poll_ms,
            baseline.to_poll_ms,
            calling.to_poll_ms,
            function.resident_mb,
            baseline.resident_mb,
            deliveries.first_ms,
            deliveries.warm_ms,
            deliveries.user_ms,
            deliveries.system_ms,
        )?;
    }
    let Some(held) = all.first() else {
        return Ok(());
    };
    writeln!(out, "\n| {} | is | at most |\n|---|---|---|", held.build)?;
    for (what, is, most) in ratios(held) {
        writeln!(out, "| {what} | {is:.2} | {most:.2} |")?;
    }
    writeln!(
        out,
        "\n| requests | at the start | first delivery | warm one |\n|---|---|---|---|"
    )?;
    let asked = &held.deliveries;
    let columns = [&asked.asked_at_start, &asked.asked_first, &asked.asked_warm];
    let mut names: Vec<&str> = columns
        .iter()
        .flat_map(|column| column.iter().map(|(what, _)| what.as_str()))
        .collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        write!(out, "| {name} |")?;
        for column in columns {
            let count = column.iter().find(|(what, _)| what == name);
            write!(out, " {:.1} |", count.map_or(0.0, |(_, count)| *count))?;
        }
        writeln!(out)?;
    }
    Ok(())
}
