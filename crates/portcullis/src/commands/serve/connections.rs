//! Connections: so many at once, and none that is held open by saying nothing.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};

/// How much the service bears.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Connections at once; others wait to be taken.
    pub(super) connections_max: usize,
    /// Longest time for the head of a request to come, also the next one on the same connection.
    pub(super) head_time_max: Duration,
    /// Longest time for what is under way when the service ends.
    pub(super) farewell_time_max: Duration,
}

impl Bounds {
    /// More connections than a state has customs posts; a head in the time that the worst line
    /// takes for one; an end within the time of one request.
    pub(super) const USUAL: Self = Self {
        connections_max: 4_096,
        head_time_max: Duration::from_secs(10),
        farewell_time_max: Duration::from_secs(10),
    };
}

/// How long to wait when the machine gives no connection: it is out of something.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until told to stop; what is under way then is ended first.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: Bounds,
    until_stopped: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(bounds.connections_max));
    let (stop, stopped) = watch::channel(());
    tokio::pin!(until_stopped);
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            break;
        };
        let accepted = tokio::select! {
            () = &mut until_stopped => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, from)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let (router, stopped) = (router.clone(), stopped.clone());
        tokio::spawn(async move {
            connection((stream, from), router, bounds, stopped).await;
            drop(place);
        });
    }
    drop(listener);
    drop(stop);
    let all = u32::try_from(bounds.connections_max).unwrap_or(u32::MAX);
    // Whoever is not done by then keeps what was made durable, and asks again under the same key.
    let _ = tokio::time::timeout(bounds.farewell_time_max, places.acquire_many(all)).await;
}

async fn connection(
    (stream, from): (TcpStream, SocketAddr),
    router: Router,
    bounds: Bounds,
    mut stopped: watch::Receiver<()>,
) {
    // Small answers leave at once; without it they only leave later.
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        // Who asks is limited by address where no token is known.
        request.extensions_mut().insert(ConnectInfo(from));
        router.call(request)
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head_time_max)
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(serving);
    // A client that went away or was too slow is nobody's fault: there is nobody to tell.
    tokio::select! {
        _ = &mut serving => return,
        _ = stopped.changed() => serving.as_mut().graceful_shutdown(),
    }
    let _ = serving.await;
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use std::io::{Read as _, Write as _};

    use super::*;

    /// A served address with small bounds, and what stops it.
    async fn served() -> (SocketAddr, tokio::sync::oneshot::Sender<()>) {
        let bounds = Bounds {
            connections_max: 2,
            head_time_max: Duration::from_millis(200),
            farewell_time_max: Duration::from_millis(200),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let router = Router::new().route("/", get(async || "here"));
        tokio::spawn(serve(listener, router, bounds, async move {
            let _ = stopped.await;
        }));
        (address, stop)
    }

    /// Says something, and gives all that comes until the other side ends.
    async fn answer(address: SocketAddr, says: &'static str) -> String {
        let asked = move || {
            let mut came = Vec::new();
            if let Ok(mut stream) = std::net::TcpStream::connect(address) {
                let _ = stream.write_all(says.as_bytes());
                let _ = stream.read_to_end(&mut came);
            }
            String::from_utf8_lossy(&came).into_owned()
        };
        tokio::task::spawn_blocking(asked).await.unwrap()
    }

    const WHOLE: &str = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

    #[tokio::test(flavor = "multi_thread")]
    async fn clients_that_never_end_their_head_are_let_go_and_make_room() {
        let (address, _stop) = served().await;
        let silent = [
            tokio::spawn(answer(address, "GET / HTTP/1.1\r\nhost:")),
            tokio::spawn(answer(address, "GET")),
        ];
        // Both places may be taken: this one is served when one of them is let go.
        assert!(answer(address, WHOLE).await.ends_with("here"));
        for came in silent {
            let came = came.await.unwrap();
            assert!(!came.contains("here"), "{came}");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_no_request_is_refused_and_others_go_on() {
        let (address, _stop) = served().await;
        let came = answer(address, "\u{1}nonsense\r\n\r\n").await;
        assert!(came.starts_with("HTTP/1.1 400"), "{came}");
        assert!(answer(address, WHOLE).await.ends_with("here"));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_service_that_was_told_to_stop_ends_what_is_under_way_and_no_more() {
        let (address, stop) = served().await;
        let silent = tokio::spawn(answer(address, "GET / HTTP/1.1\r\nhost:"));
        assert!(answer(address, WHOLE).await.ends_with("here"));
        stop.send(()).unwrap();
        assert!(!silent.await.unwrap().contains("here"));
        assert_eq!(answer(address, WHOLE).await, "");
    }
}
