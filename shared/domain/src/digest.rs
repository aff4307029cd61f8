//! Short fingerprints of text, to see that something changed without keeping it.
//!
//! A fingerprint never decides who wrote a text, only whether it is the same.

use alloc::string::String;
use core::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The first 96 bits of a SHA-256, in hex.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(String);

impl Digest {
    /// The fingerprint of several parts; where one part ends and the next begins counts.
    pub fn of(parts: &[&str]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        Self(short_hex(&hasher.finalize(), 12))
    }

    /// The fingerprint as hex.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The first `bytes` bytes in hex.
pub fn short_hex(bytes: &[u8], count: usize) -> String {
    let mut hex = String::with_capacity(count * 2);
    for byte in bytes.iter().take(count) {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
