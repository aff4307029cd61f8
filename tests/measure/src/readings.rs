//! What Linux and the compressor say of a process and of a binary.
//!
//! Never estimates: what cannot be read is an error.

use std::{fs, io::Write as _, ops::Sub, path::Path, time::Duration};

use flate2::{Compression, write::DeflateEncoder};

/// The length of the tick in which Linux tells the time of processes: a hundredth of a second,
/// whatever the machine.
const TICK_MS: u64 = 10;

/// Time of the processor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cpu {
    /// In the program itself.
    pub user: Duration,
    /// In the system on its behalf.
    pub system: Duration,
}

impl Sub for Cpu {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            user: self.user.saturating_sub(earlier.user),
            system: self.system.saturating_sub(earlier.system),
        }
    }
}

/// The processor's time that a process has used.
pub fn cpu_of(process: u32) -> Result<Cpu, String> {
    let path = format!("/proc/{process}/stat");
    let told = fs::read_to_string(&path).map_err(|error| format!("reading {path}: {error}"))?;
    cpu_in(&told).ok_or_else(|| format!("{path} does not have its form"))
}

fn cpu_in(told: &str) -> Option<Cpu> {
    // The name before the last parenthesis may hold anything.
    let (_, fields) = told.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut time = || {
        let ticks: u64 = fields.next()?.parse().ok()?;
        Some(Duration::from_millis(ticks * TICK_MS))
    };
    Some(Cpu {
        user: time()?,
        system: time()?,
    })
}

/// The resident memory of a process, in KB.
pub fn resident_kb_of(process: u32) -> Result<u64, String> {
    let path = format!("/proc/{process}/status");
    let told = fs::read_to_string(&path).map_err(|error| format!("reading {path}: {error}"))?;
    resident_kb_in(&told).ok_or_else(|| format!("{path} does not have its form"))
}

fn resident_kb_in(told: &str) -> Option<u64> {
    let line = told.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The size of a binary in a zip, in bytes, but for the few that the zip's own lists take.
pub fn zipped_bytes(binary: &Path) -> Result<u64, String> {
    let read = |error| format!("reading {}: {error}", binary.display());
    let content = fs::read(binary).map_err(read)?;
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&content).map_err(read)?;
    let zipped = encoder.finish().map_err(read)?;
    u64::try_from(zipped.len()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_a_process_is_read_whatever_its_name() {
        let told = "7 (a) b) S 1 7 7 0 -1 4194560 900 0 0 0 123 45 0 0 20 0 3 0 99 1 2";
        let cpu = cpu_in(told).expect("a time");
        assert_eq!(cpu.user, Duration::from_millis(1_230));
        assert_eq!(cpu.system, Duration::from_millis(450));
        assert_eq!(cpu_in("7 (a) S 1"), None);
    }

    #[test]
    fn the_resident_memory_is_that_of_now_and_not_the_peak() {
        let told = "Name:\ta\nVmHWM:\t  900 kB\nVmRSS:\t    812 kB\nThreads:\t3\n";
        assert_eq!(resident_kb_in(told), Some(812));
        assert_eq!(resident_kb_in("Name:\ta\n"), None);
    }
}
