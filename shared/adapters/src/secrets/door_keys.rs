//! The secrets by which somebody at one of our doors makes himself known.
//!
//! The only place where a secret meets what a stranger sent: nothing else can read them, and what is
//! done here takes the same time whatever was sent. Never opens to an empty secret.

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

/// Secrets that sign at the same time: one, and another while it is replaced.
const MAX_SIGNING: usize = 2;

/// Secrets that are accepted, any of them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct DoorKeys(Vec<SecretString>);

impl From<Vec<SecretString>> for DoorKeys {
    fn from(secrets: Vec<SecretString>) -> Self {
        Self(secrets)
    }
}

impl DoorKeys {
    /// These, and one more after them.
    pub(super) fn and(mut self, one_more: Option<SecretString>) -> Self {
        self.0.extend(one_more);
        self
    }

    /// Whether what was shown is one of them. Compares with all of them and without stopping early;
    /// digests, so that not even the length of a secret shows in the time it takes.
    pub fn has(&self, shown: Option<&[u8]>) -> bool {
        let digest = Sha256::digest(shown.unwrap_or_default());
        let mut found = Choice::from(0);
        for secret in &self.0 {
            let secret = secret.expose_secret();
            // A secret that was never filled in must not open the door to whoever presents nothing.
            let filled = !secret.trim().is_empty() && !secret.ends_with(':');
            let same = digest
                .as_slice()
                .ct_eq(Sha256::digest(secret.as_bytes()).as_slice());
            found |= same & Choice::from(u8::from(filled));
        }
        bool::from(found & Choice::from(u8::from(shown.is_some())))
    }

    /// Whether one of the first two signed the body (HMAC-SHA256); `None` where there is none that
    /// could. Each is tried, so that the time does not tell which of them it was.
    pub fn signed(&self, body: &[u8], signature: &[u8; 32]) -> Option<bool> {
        let mut signed = None;
        let filled = |secret: &&SecretString| !secret.expose_secret().trim().is_empty();
        for secret in self.0.iter().filter(filled).take(MAX_SIGNING) {
            // A key of any length will do.
            let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
            else {
                continue;
            };
            mac.update(body);
            let by_this_one = mac.verify_slice(signature).is_ok();
            signed = Some(signed.unwrap_or(false) | by_this_one);
        }
        signed
    }

    /// Whether there is any that could sign.
    pub fn can_sign(&self) -> bool {
        self.0
            .iter()
            .any(|secret| !secret.expose_secret().trim().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(secrets: &[&str]) -> DoorKeys {
        let secrets = secrets.iter().map(|secret| SecretString::from(*secret));
        DoorKeys::from(secrets.collect::<Vec<_>>())
    }

    fn signature(secret: &str, body: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(body);
        mac.finalize().into_bytes().into()
    }

    #[test]
    fn nothing_but_a_whole_secret_is_one_of_them() {
        let held = [
            "first-secret",
            "a much longer second secret \u{e9}",
            "third",
        ];
        for secret in held {
            let bytes = secret.as_bytes();
            assert!(keys(&held).has(Some(bytes)), "whichever place it has");
            for at in 0..bytes.len() {
                let mut wrong = bytes.to_vec();
                wrong[at] ^= 1;
                assert!(!keys(&held).has(Some(&wrong)), "one bit at {at}");
                assert!(!keys(&held).has(Some(&bytes[..at])), "the first {at} bytes");
            }
            let longer = [bytes, &b"\0"[..]].concat();
            assert!(!keys(&held).has(Some(&longer)));
        }
        assert!(!keys(&held).has(None) && !keys(&held).has(Some(b"")));
        assert!(!keys(&[]).has(Some(b"")) && !keys(&[""]).has(Some(b"")));
        assert!(!keys(&["robot:"]).has(Some(b"robot:")));
    }

    #[test]
    fn nothing_but_a_whole_signature_is_taken() {
        let held = ["old", "new", "third"];
        for (secret, taken) in [("old", true), ("new", true), ("third", false), ("", false)] {
            let right = signature(secret, b"body");
            assert_eq!(keys(&held).signed(b"body", &right), Some(taken), "{secret}");
            assert_eq!(keys(&held).signed(b"body ", &right), Some(false));
            for at in 0..right.len() {
                let mut wrong = right;
                wrong[at] ^= 0x80;
                assert_eq!(
                    keys(&held).signed(b"body", &wrong),
                    Some(false),
                    "byte {at}"
                );
            }
        }
        for none in [keys(&[]), keys(&["", " \t"])] {
            assert_eq!(none.signed(b"body", &signature("", b"body")), None);
            assert!(!none.can_sign());
        }
        assert!(keys(&["", "x"]).can_sign());
    }

    #[test]
    fn they_are_never_printed() {
        let printed = format!("{:?} {:#?}", keys(&["hunter2"]), keys(&["hunter2"]));
        assert!(!printed.contains("hunter2"), "{printed}");
    }
}
