//! TLS on loopback, with a certificate that is made for this run and that only its functions trust.
//!
//! Never writes a key to a file.

use std::{fs, io, net::SocketAddr, path::Path, sync::Arc};

use axum::{Router, serve::Listener};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// Where Linux systems keep the authorities that they trust. A function reads all of them when it
/// starts, and so it does here.
const SYSTEM_AUTHORITIES: [&str; 2] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
];

/// A certificate of this machine, with its key.
pub struct Certificate {
    config: Arc<ServerConfig>,
    pem: String,
}

impl Certificate {
    /// Makes one.
    pub fn make() -> Result<Self, String> {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()])
            .map_err(|error| format!("making a certificate: {error}"))?;
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der())
            .map_err(|error| format!("making a certificate's key: {error}"))?;
        let certificate: CertificateDer<'static> = made.cert.der().clone();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|config| {
                config
                    .with_no_client_auth()
                    .with_single_cert(vec![certificate], key)
            })
            .map_err(|error| format!("setting up TLS: {error}"))?;
        Ok(Self {
            config: Arc::new(config),
            pem: made.cert.pem(),
        })
    }

    /// Writes the authorities that functions are to trust: the system's, and this certificate.
    pub fn write_authorities(&self, path: &Path) -> Result<(), String> {
        let system = SYSTEM_AUTHORITIES
            .iter()
            .find_map(|path| fs::read_to_string(path).ok());
        let all = system.unwrap_or_default() + "\n" + &self.pem;
        fs::write(path, all).map_err(|error| format!("writing {}: {error}", path.display()))
    }

    /// Listens on a port of its own; answers with the address, too.
    pub async fn listen(&self) -> Result<(TlsListener, String), String> {
        let tcp = TcpListener::bind(("127.0.0.1", 0)).await;
        let tcp = tcp.map_err(|error| format!("no port for a server: {error}"))?;
        let address = tcp
            .local_addr()
            .map_err(|error| format!("a server without an address: {error}"))?;
        let acceptor = TlsAcceptor::from(Arc::clone(&self.config));
        let listener = TlsListener { tcp, acceptor };
        Ok((listener, format!("https://{address}")))
    }
}

/// Serves until it is aborted.
pub fn serve(listener: TlsListener, router: Router) -> JoinHandle<()> {
    tokio::spawn(async move {
        let _ = axum::serve(listener, router).await;
    })
}

/// A port behind TLS.
pub struct TlsListener {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, peer) = Listener::accept(&mut self.tcp).await;
            // As real servers do: what is written goes out at once.
            let _ = stream.set_nodelay(true);
            // A handshake that fails is met by the other side; the next one may succeed.
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, peer);
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}
