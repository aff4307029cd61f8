//! The X-Ray daemon, as far as the functions know it: a socket that takes datagrams.

use std::net::UdpSocket;

/// More than any datagram.
const MAX_BYTES: usize = 64 * 1024;

/// The daemon.
pub struct Daemon(UdpSocket);

impl Daemon {
    /// Listens on loopback.
    pub fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a socket");
        socket.set_nonblocking(true).expect("it never waits");
        Self(socket)
    }

    /// Where it is reached, in Lambda's form.
    pub fn address(&self) -> String {
        self.0.local_addr().expect("an address").to_string()
    }

    /// What has arrived since last asked. On loopback it has arrived once it was sent.
    pub fn take(&self) -> Vec<String> {
        let mut bytes = vec![0; MAX_BYTES];
        let mut taken = Vec::new();
        while let Ok(length) = self.0.recv(&mut bytes) {
            taken.push(String::from_utf8_lossy(&bytes[..length]).into_owned());
        }
        taken
    }
}
