//! The front door: configuration, command line, putting the parts together. No rules of any kind.

mod cli;
mod commands;
mod demo_store;
mod system_clock;

use std::process::ExitCode;

/// With the allocator of the C library a fifth of a decision at the gate goes into allocating, with
/// this one a tenth. SQLite is given it as well. `docs/decisions/0019` has the figures.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("PORTCULLIS_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    ExitCode::from(commands::run())
}
