//! One message over one connection: to a checked address, within limits, and nothing followed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::webhook::WebhookAddress;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Most bytes of the head of an answer; its body is never read.
///
/// # Units
/// Bytes.
const ANSWER_HEAD_BYTES_MAX: usize = 16 * 1024;

/// Why a message was not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PostTrouble {
    /// The host has no address.
    #[error("the host has no address")]
    Unresolved,
    /// The host is within.
    #[error("the host is at a private address")]
    Private,
    /// Nobody listens.
    #[error("no connection")]
    NoConnection,
    /// The certificate is not trusted, or there is no TLS.
    #[error("no trusted connection")]
    Untrusted,
    /// It took too long.
    #[error("no answer in time")]
    OutOfTime,
    /// The connection ended before an answer.
    #[error("the connection broke")]
    Broken,
    /// The answer is not that it was taken. A redirection is one of these: it is not followed.
    #[error("answered {0}")]
    Answered(u16),
}

/// A message, ready to be sent.
pub(crate) struct Letter<'a> {
    pub(crate) id: &'a str,
    pub(crate) timestamp: i64,
    pub(crate) signature: &'a str,
    pub(crate) body: &'a str,
}

/// What sends messages.
#[derive(Clone)]
pub(crate) struct Post {
    tls: TlsConnector,
    allows_private: bool,
    answer_time_max: Duration,
}

impl Post {
    /// Trusts whom the machine trusts.
    pub(crate) fn new(allows_private: bool, answer_time_max: Duration) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        let (trusted, _) = roots.add_parsable_certificates(found.certs);
        if trusted == 0 {
            tracing::warn!("this machine trusts no certificate: https addresses cannot be reached");
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|cause| cause.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            tls: TlsConnector::from(Arc::new(config)),
            allows_private,
            answer_time_max,
        })
    }

    /// Sends one message. Done when the receiver answers with 2xx.
    pub(crate) async fn send(
        &self,
        to: &WebhookAddress,
        letter: &Letter<'_>,
    ) -> Result<(), PostTrouble> {
        let sent = tokio::time::timeout(self.answer_time_max, self.exchange(to, letter));
        let status = sent.await.map_err(|_| PostTrouble::OutOfTime)??;
        if (200..300).contains(&status) {
            Ok(())
        } else {
            Err(PostTrouble::Answered(status))
        }
    }

    async fn exchange(&self, to: &WebhookAddress, letter: &Letter<'_>) -> Result<u16, PostTrouble> {
        let request = request(to, letter).map_err(|_| PostTrouble::Broken)?;
        let stream = TcpStream::connect(self.place(to).await?)
            .await
            .map_err(|_| PostTrouble::NoConnection)?;
        if !to.is_secure() {
            return talk(stream, request).await;
        }
        let name =
            ServerName::try_from(to.host().to_owned()).map_err(|_| PostTrouble::Untrusted)?;
        let stream = self.tls.connect(name, stream).await;
        talk(stream.map_err(|_| PostTrouble::Untrusted)?, request).await
    }

    /// Where the host is. The address that is checked is the one that is connected to: a name that
    /// answers otherwise the second time gains nothing.
    async fn place(&self, to: &WebhookAddress) -> Result<SocketAddr, PostTrouble> {
        let found = tokio::net::lookup_host((to.host(), to.port()))
            .await
            .map_err(|_| PostTrouble::Unresolved)?;
        let found: Vec<SocketAddr> = found.collect();
        let is_within = |place: &SocketAddr| crate::private::is_private(place.ip());
        if !self.allows_private && found.iter().any(is_within) {
            return Err(PostTrouble::Private);
        }
        found.first().copied().ok_or(PostTrouble::Unresolved)
    }
}

fn request(
    to: &WebhookAddress,
    letter: &Letter<'_>,
) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
    let host = match to.host() {
        host if host.contains(':') => format!("[{host}]"),
        host => host.to_owned(),
    };
    Request::post(to.path())
        .header(header::HOST, format!("{host}:{}", to.port()))
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONNECTION, "close")
        .header(
            header::USER_AGENT,
            concat!("portcullis/", env!("CARGO_PKG_VERSION")),
        )
        .header("webhook-id", letter.id)
        .header("webhook-timestamp", letter.timestamp)
        .header("webhook-signature", letter.signature)
        .body(Full::new(Bytes::from(letter.body.to_owned())))
}

/// Sends a request and reads the head of its answer; the rest is dropped with the connection.
async fn talk<S>(stream: S, request: Request<Full<Bytes>>) -> Result<u16, PostTrouble>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(ANSWER_HEAD_BYTES_MAX)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| PostTrouble::Broken)?;
    let answer = sender.send_request(request);
    tokio::pin!(answer, connection);
    let answer = tokio::select! {
        answer = &mut answer => answer,
        // The connection may end with the answer: then it is there already.
        _ = &mut connection => answer.await,
    };
    answer
        .map(|answer| answer.status().as_u16())
        .map_err(|_| PostTrouble::Broken)
}
