//! Serving pages and the JSON API.

use std::net::SocketAddr;
use std::sync::Arc;

use casework::clerk::Clerk;
use casework::scenario;
use casework::{Desk, DeskError};
use courier::{Courier, Pace, Settings};
use register::Origin;

use super::exposure::Index;
use super::{DONE, Ground, REFUSED, Stop, checkpoint, webhook_key};
use crate::cli::Serve;
use crate::demo_store;
use crate::system_clock::SystemClock;

mod connections;

use connections::Bounds;

/// The case that the demo loads.
const CASE: &str = include_str!("../../../../scenarios/tr-2019-2024.yaml");

pub(crate) fn serve(ground: &Ground, words: &Serve) -> Result<u8, Stop> {
    let (desk, demo) = if words.demo {
        let (desk, shown) = demo(ground)?;
        (desk, Some(shown))
    } else {
        (ground.desk_to_serve()?, None)
    };
    if let Origin::Copy { events } = desk.store().origin().map_err(DeskError::from)? {
        println!(
            "REFUSED: the file is a backup of {events} events; a stop that it does not know would be open \
             again. Restore it first: portcullis restore"
        );
        println!(
            "REFUS : le fichier est une sauvegarde de {events} événements; un arrêt qu’elle ignore \
             serait de nouveau ouvert. Restaurez-la d’abord : portcullis restore"
        );
        return Ok(REFUSED);
    }
    let desk = Arc::new(desk);
    let index = Index::of(ground, words.exposure_index.as_deref());
    let following = follow(&desk, &index);
    let signs = words.checkpoint_key.as_deref();
    let signs = signs.map(checkpoint::read_key).transpose()?;
    let _clerk = Clerk::signing(Arc::clone(&desk), signs).map_err(DeskError::from)?;
    let _courier = courier(&desk, words)?;
    let limit = std::num::NonZeroU32::new(words.rate_limit);
    let held = Arc::clone(&desk);
    let doors = web::doors(desk, demo, limit).map_err(DeskError::from)?;
    let runtime = tokio::runtime::Runtime::new().map_err(|m| Stop::Fault(m.to_string()))?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(&words.listen)
            .await
            .map_err(|m| Stop::Mistake(format!("--listen {}: {m}", words.listen)))?;
        let address = listener
            .local_addr()
            .map_err(|m| Stop::Fault(m.to_string()))?;
        if let Some(address) = words.metrics_listen {
            serve_metrics(address, doors.metrics).await?;
        }
        println!("listening on http://{address}");
        let counter = doors.counter;
        #[cfg(feature = "otel")]
        let counter = counter.layer(axum::middleware::from_fn(crate::traces::joined));
        connections::serve(listener, counter, Bounds::USUAL, told_to_stop()).await;
        Ok::<(), Stop>(())
    })?;
    drop(following);
    if held.exposure_size().things > 0
        && let Err(Stop::Fault(says)) = index.keep(&held)
    {
        eprintln!("what was learned for exposure is not kept: {says}.");
    }
    Ok(DONE)
}

/// Reads what was kept for exposure and follows the log, beside serving: the first question then
/// waits for no more than what is still missing. Where nothing was kept nobody asks, and no memory
/// is taken up: the first question then reads the whole log.
fn follow(desk: &Arc<Desk>, index: &Index) -> Option<std::thread::JoinHandle<()>> {
    if !index.is_kept() {
        return None;
    }
    let (desk, index) = (Arc::clone(desk), index.clone());
    let following = std::thread::Builder::new().name("exposure".into());
    let followed = following.spawn(move || {
        // What cannot be read now is told to whoever asks.
        let _ = index.take(&desk);
        let _ = desk.follow();
    });
    followed.ok()
}

/// Ends when a person or the machine says so.
async fn told_to_stop() {
    let by_hand = tokio::signal::ctrl_c();
    #[cfg(unix)]
    if let Ok(mut by_machine) =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
    {
        tokio::select! {
            _ = by_hand => {}
            _ = by_machine.recv() => {}
        }
        return;
    }
    let _ = by_hand.await;
}

/// Serves figures on an address that nothing but this machine reaches, until the process ends.
async fn serve_metrics(address: SocketAddr, metrics: axum::Router) -> Result<(), Stop> {
    if !address.ip().is_loopback() {
        let says = format!("--metrics-listen {address}: expected an address on loopback");
        return Err(Stop::Mistake(says));
    }
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .map_err(|m| Stop::Mistake(format!("--metrics-listen {address}: {m}")))?;
    let bound = listener
        .local_addr()
        .map_err(|m| Stop::Fault(m.to_string()))?;
    println!("metrics on http://{bound}/metrics");
    tokio::spawn(async move {
        if let Err(cause) = axum::serve(listener, metrics).await {
            eprintln!("fault: figures are no longer served: {cause}.");
        }
    });
    Ok(())
}

/// Sets a courier to work where there is a key to sign with.
fn courier(desk: &Arc<Desk>, words: &Serve) -> Result<Option<Courier>, Stop> {
    let Some(file) = &words.webhook_key else {
        return Ok(None);
    };
    let settings = Settings {
        key: webhook_key::read_key(file)?,
        allows_private: words.webhooks_within,
        pace: Pace::default(),
    };
    Courier::start(Arc::clone(desk), settings)
        .map(Some)
        .map_err(|fault| Stop::Fault(super::chain(&fault)))
}

/// Plays the case into an empty store and goes on with the real clock.
fn demo(ground: &Ground) -> Result<(Desk, web::Demo), Stop> {
    let case = scenario::read(CASE.as_bytes(), "tr-2019-2024.yaml")
        .map_err(|mistake| Stop::Fault(mistake.to_string()))?;
    let address = match &ground.store {
        Some(address) => address.clone(),
        None => demo_store::fresh()?,
    };
    println!(
        "THIS IS A DEMO: a case is loaded into {address}; nothing in it is an act of any authority."
    );
    let entropy = casework::Clock::entropy(&SystemClock);
    let (played, _) = scenario::play(&case, demo_store::open(&address)?, entropy)?;
    println!(
        "{} expectations met, {} not met.",
        played.met, played.missed
    );
    let desk = Desk::open(demo_store::open_to_serve(&address)?, Box::new(SystemClock))?
        .with_apart(std::sync::Arc::new(super::apart::Readers::new()));
    let title = case
        .title
        .as_ref()
        .map(intake::scenario::Words::both)
        .unwrap_or_else(|| domain::language::Bilingual::new(&case.scenario, &case.scenario));
    Ok((desk, web::Demo { title, played }))
}
