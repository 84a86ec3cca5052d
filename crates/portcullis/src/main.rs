//! The front door: configuration, command line, putting the parts together. No rules of any kind.

mod cli;
mod commands;
mod demo_store;
mod system_clock;
#[cfg(feature = "otel")]
mod traces;

use std::process::ExitCode;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// With the allocator of the C library a fifth of a decision at the gate goes into allocating, with
/// this one a tenth. SQLite is given it as well. `docs/decisions/0019` has the figures.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let filter =
        EnvFilter::try_from_env("PORTCULLIS_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let told = tracing_subscriber::registry().with(log.with_filter(filter));
    #[cfg(feature = "otel")]
    {
        // Held until the end: what is still on its way to the collector is sent when it goes.
        let traces = match traces::Traces::begin() {
            Ok(traces) => traces,
            Err(mistake) => {
                eprintln!("mistake: {mistake}.");
                return ExitCode::from(commands::MISTAKE);
            }
        };
        told.with(traces.as_ref().map(traces::Traces::layer)).init();
        ExitCode::from(commands::run())
    }
    #[cfg(not(feature = "otel"))]
    {
        told.init();
        if std::env::var_os("OTEL_EXPORTER_OTLP_ENDPOINT").is_some() {
            tracing::warn!("this program sends no traces: build it with --features otel");
        }
        ExitCode::from(commands::run())
    }
}
