//! Traces: which one an invocation belongs to, and its pieces, told to the X-Ray daemon of Lambda.
//!
//! Of a call only its host, operation, status and times are told. Sending is one datagram that is
//! never waited for, so that no call fails or takes longer because of it; where there is no daemon,
//! or the trace is not sampled, nothing is sent. A few lines of our own, because the small clients
//! for the daemon were last released in early 2024 and the OpenTelemetry exporters bring a pipeline
//! with threads.

use std::net::{SocketAddr, UdpSocket};

use domain::moment::Moment;
use serde_json::{Value, json};

/// What the daemon expects before each document.
const HEADER: &str = "{\"format\": \"json\", \"version\": 1}\n";
/// X-Ray's longest name.
const MAX_NAME: usize = 200;

/// The trace that an invocation belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Its identity, the same on every line and piece that belongs to it.
    pub root: String,
    /// The piece that ours are parts of.
    parent: String,
    sampled: bool,
}

impl Trace {
    /// Reads the header that Lambda hands over, such as
    /// `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`. A sender may
    /// have made up its parts: what has another form is no trace.
    pub fn read(header: &str) -> Option<Self> {
        let part = |name: &str| {
            let mut parts = header.split(';').filter_map(|part| part.split_once('='));
            parts
                .find(|(key, _)| key.trim() == name)
                .map(|(_, value)| value.trim())
        };
        let root = part("Root").filter(|root| is_root(root))?;
        let parent = part("Parent").filter(|parent| is_hex(parent, 16));
        Some(Self {
            root: root.to_owned(),
            parent: parent.unwrap_or_default().to_owned(),
            sampled: part("Sampled") == Some("1") && parent.is_some(),
        })
    }

    /// A new piece of the trace, below `parent` or at the top of what is ours; none where nobody
    /// wants it.
    pub(super) fn piece(&self, parent: Option<&str>) -> Option<Piece> {
        let id = self.sampled.then(new_id)??;
        Some(Piece {
            id,
            root: self.root.clone(),
            parent: parent.unwrap_or(&self.parent).to_owned(),
        })
    }
}

fn is_root(text: &str) -> bool {
    let mut parts = text.split('-');
    parts.next() == Some("1")
        && parts.next().is_some_and(|time| is_hex(time, 8))
        && parts.next().is_some_and(|rest| is_hex(rest, 24))
        && parts.next().is_none()
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn new_id() -> Option<String> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).ok()?;
    Some(format!("{:016x}", u64::from_be_bytes(bytes)))
}

/// A piece of a trace that has begun.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) id: String,
    root: String,
    parent: String,
}

/// When a piece began and ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) started: Moment,
    pub(super) ended: Moment,
}

impl Piece {
    /// The piece as the daemon takes it. `more` is what else is told of it.
    pub(super) fn document(&self, name: &str, span: Span, more: Value) -> String {
        let mut document = json!({
            "name": plain(name),
            "id": self.id,
            "trace_id": self.root,
            "parent_id": self.parent,
            "type": "subsegment",
            "start_time": seconds(span.started),
            "end_time": seconds(span.ended),
        });
        if let (Value::Object(document), Value::Object(more)) = (&mut document, more) {
            document.extend(more);
        }
        format!("{HEADER}{document}")
    }
}

/// Seconds since 1970, to the millisecond.
#[allow(clippy::cast_precision_loss)] // Milliseconds of our days are exact in a float.
fn seconds(moment: Moment) -> f64 {
    moment.epoch_ms() as f64 / 1_000.0
}

/// A name with nothing in it that X-Ray refuses.
fn plain(name: &str) -> String {
    let taken = |letter: char| letter.is_ascii_alphanumeric() || " _.:/%&#=+-@".contains(letter);
    let plain: String = name
        .chars()
        .filter(|it| taken(*it))
        .take(MAX_NAME)
        .collect();
    if plain.is_empty() {
        "unnamed".to_owned()
    } else {
        plain
    }
}

/// The way to the daemon.
#[derive(Debug)]
pub(super) struct Daemon(UdpSocket);

impl Daemon {
    /// The daemon at an address such as `169.254.100.1:2000`, or `tcp:... udp:...`. A name is none:
    /// looking it up would have to be waited for.
    pub(super) fn at(address: &str) -> Option<Self> {
        let of_datagrams = |part: &str| part.strip_prefix("udp:").map(str::to_owned);
        let address = address
            .split_whitespace()
            .find_map(of_datagrams)
            .unwrap_or_else(|| address.trim().to_owned());
        let address: SocketAddr = address.parse().ok()?;
        let any = if address.is_ipv4() {
            "0.0.0.0:0"
        } else {
            "[::]:0"
        };
        let socket = UdpSocket::bind(any).ok()?;
        socket.set_nonblocking(true).ok()?;
        socket.connect(address).ok()?;
        Some(Self(socket))
    }

    /// Sends a document, or does not.
    pub(super) fn send(&self, document: &str) {
        // Nobody waits for it, and nothing depends on it.
        let _ = self.0.send(document.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use std::{net::UdpSocket, time::Duration};

    use serde_json::{Value, json};

    use super::{Daemon, Moment, Span, Trace};

    const HEADER: &str =
        "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:0";

    fn span() -> Span {
        Span {
            started: Moment::from_epoch_ms(1_480_615_200_009),
            ended: Moment::from_epoch_ms(1_480_615_200_090),
        }
    }

    #[test]
    fn a_trace_is_read_from_its_header_and_from_nothing_that_looks_otherwise() {
        let trace = Trace::read(HEADER).expect("a trace");
        assert_eq!(trace.root, "1-5759e988-bd862e3fe1be46a994272793");
        for header in [
            "",
            "Root=",
            "Root=1-5759e988-bd862e3fe1be46a99427279",
            "Root=1-5759e988-bd862e3fe1be46a99427279\";Sampled=1",
            "Root=2-5759e988-bd862e3fe1be46a994272793",
            "Parent=53995c3f42cd8ad8;Sampled=1",
        ] {
            assert_eq!(Trace::read(header), None, "{header}");
        }
    }

    #[test]
    fn a_piece_is_made_only_of_what_is_sampled() {
        let unsampled = HEADER.replace("Sampled=1", "Sampled=0");
        let of = |header: &str| Trace::read(header).expect("a trace").piece(None);
        assert!(of(HEADER).is_some());
        assert!(of(&unsampled).is_none());
        assert!(of("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1").is_none());
    }

    #[test]
    fn a_piece_reaches_the_daemon_as_a_header_line_and_a_document() {
        let daemon = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        let wait = Some(Duration::from_secs(10));
        daemon.set_read_timeout(wait).expect("a limit");
        let address = daemon.local_addr().expect("an address");
        let trace = Trace::read(HEADER).expect("a trace");
        let above = trace.piece(None).expect("a piece");
        let piece = trace.piece(Some(&above.id)).expect("a piece");
        let more = json!({ "namespace": "remote" });
        let way = Daemon::at(&format!("tcp:127.0.0.1:1 udp:{address}")).expect("a way");
        way.send(&piece.document("acme.atlassian.net\n<x>", span(), more));
        let mut bytes = [0; 2_000];
        let length = daemon.recv(&mut bytes).expect("a datagram");
        let text = std::str::from_utf8(&bytes[..length]).expect("text");
        let (header, document) = text.split_once('\n').expect("two lines");
        let header: Value = serde_json::from_str(header).expect("JSON");
        assert_eq!(header, json!({ "format": "json", "version": 1 }));
        let document: Value = serde_json::from_str(document).expect("JSON");
        assert_eq!(document["type"], "subsegment");
        assert_eq!(document["name"], "acme.atlassian.netx");
        assert_eq!(document["trace_id"], "1-5759e988-bd862e3fe1be46a994272793");
        assert_eq!(document["parent_id"].as_str(), Some(above.id.as_str()));
        assert_ne!(document["id"], document["parent_id"]);
        assert_eq!(document["start_time"], 1_480_615_200.009);
        assert_eq!(document["namespace"], "remote");
    }

    #[test]
    fn a_daemon_that_is_not_there_or_has_no_address_is_none_and_harms_nobody() {
        for address in ["", "daemon.example.com:2000", "127.0.0.1", "udp:"] {
            assert!(Daemon::at(address).is_none(), "{address}");
        }
        let nobody = Daemon::at("127.0.0.1:9").expect("a way");
        for _ in 0..100 {
            nobody.send("{}");
        }
    }
}
