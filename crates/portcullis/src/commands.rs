//! The commands: parse, one call into the desk, present.

use std::path::Path;
use std::sync::Arc;

use casework::{Actor, Desk, DeskError, Lens};
use clap::FromArgMatches as _;
use domain::id::OfficerId;
use domain::language::{Bilingual, Language};
use domain::refusal::Says as _;
use domain::time::{Day, Instant, Position};

use crate::cli::{Breach, Cli, Command, Duty, Evidence, Import, LensArgs, Lists, Measure, Report};
use crate::demo_store::{self, StoreTrouble};
use crate::system_clock::SystemClock;

mod acts;
mod apart;
mod bench;
mod checkpoint;
mod door;
mod evidence;
mod evidence_reading;
mod exposure;
mod gate;
mod imports;
mod lists;
mod measures;
mod monitoring;
mod reports;
mod restore;
mod scenario;
mod serve;
mod shows;
mod webhook_key;

/// Exit codes: done, refused or not met, mistake, fault.
pub(crate) const DONE: u8 = 0;
pub(crate) const REFUSED: u8 = 1;
pub(crate) const MISTAKE: u8 = 2;
pub(crate) const FAULT: u8 = 3;

/// Most bytes of a file that a command reads: what the readers take, 64 MiB. The largest register
/// met has 3 MB.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Why a command ended without being done.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The desk said no.
    Desk(DeskError),
    /// The words of the command cannot be used.
    Mistake(String),
    /// A file cannot be used.
    Unread(Bilingual),
    /// The machine failed.
    Fault(String),
    /// The room is not built.
    NotBuilt(&'static str),
}

impl From<DeskError> for Stop {
    fn from(error: DeskError) -> Self {
        Self::Desk(error)
    }
}

impl From<casework::scenario::Stopped> for Stop {
    fn from(stopped: casework::scenario::Stopped) -> Self {
        Self::Desk(stopped.cause)
    }
}

impl From<StoreTrouble> for Stop {
    fn from(trouble: StoreTrouble) -> Self {
        match trouble {
            StoreTrouble::Address(says) => Self::Mistake(says),
            StoreTrouble::Register(fault) => Self::Fault(chain(&fault)),
            StoreTrouble::File(error) => Self::Fault(error.to_string()),
        }
    }
}

/// Reads the command line, runs what it asks, and gives the exit code.
pub(crate) fn run() -> u8 {
    let words: Vec<String> = std::env::args_os()
        .skip(1)
        .take(4)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    if let Some((apart::WORD, rest)) = words.split_first().map(|(w, rest)| (w.as_str(), rest)) {
        return apart::serve(rest);
    }
    let read = acts::command().try_get_matches().and_then(|matches| {
        let cli = match acts::asked(&matches) {
            Some(_) => None,
            None => Some(Cli::from_arg_matches(&matches)?),
        };
        Ok((matches, cli))
    });
    let (matches, cli) = match read {
        Ok(read) => read,
        Err(error) => {
            let code = if error.use_stderr() { MISTAKE } else { DONE };
            let _ = error.print();
            return code;
        }
    };
    let language = spoken(&matches);
    let ended = match (cli, acts::asked(&matches)) {
        (Some(cli), _) => dispatch(cli),
        (None, Some(words)) => acts::run(&Ground::of(&matches), &words),
        (None, None) => Err(Stop::Fault("a command was neither read nor found".into())),
    };
    report(ended, language)
}

/// The language that was asked for.
fn spoken(matches: &clap::ArgMatches) -> Option<Language> {
    let tongue = matches.get_one::<crate::cli::Tongue>("language");
    tongue.copied().map(Language::from)
}

/// Tells a mistake in the language that was asked for, or in both.
fn tell_mistake(says: &Bilingual, language: Option<Language>) {
    if language != Some(Language::Fr) {
        eprintln!("mistake: {}.", says.en);
    }
    if language != Some(Language::En) && (says.fr != says.en || language.is_some()) {
        eprintln!("erreur : {}.", says.fr);
    }
}

/// Tells a person how a command ended, and gives its exit code.
fn report(ended: Result<u8, Stop>, language: Option<Language>) -> u8 {
    match ended {
        Ok(code) => code,
        Err(Stop::Desk(DeskError::Refused(refusal))) => {
            show_refusal(&refusal);
            REFUSED
        }
        Err(Stop::Desk(DeskError::Mistaken(mistake))) => {
            tell_mistake(&mistake.says(), language);
            MISTAKE
        }
        Err(Stop::Desk(unknown @ DeskError::UnknownCaller)) => {
            eprintln!("refused: {unknown}.");
            REFUSED
        }
        Err(Stop::Desk(DeskError::Faulty(fault))) => {
            eprintln!("fault: {}.", chain(&fault));
            FAULT
        }
        Err(Stop::Desk(DeskError::Repeated(first))) => match print_json(&first.what) {
            Ok(()) => DONE,
            Err(_) => FAULT,
        },
        Err(Stop::Mistake(says)) => {
            eprintln!("mistake: {says}.");
            MISTAKE
        }
        Err(Stop::Unread(says)) => {
            tell_mistake(&says, language);
            MISTAKE
        }
        Err(Stop::Fault(says)) => {
            eprintln!("fault: {says}.");
            FAULT
        }
        Err(Stop::NotBuilt(room)) => {
            eprintln!("the room `{room}` is not built yet.");
            eprintln!("la salle « {room} » n’est pas encore construite.");
            FAULT
        }
    }
}

/// A refusal in both languages.
fn show_refusal(refusal: &casework::Refusal) {
    eprintln!("refused: {}.", refusal.says.en);
    eprintln!("refusé : {}.", refusal.says.fr);
    for reason in &refusal.reasons {
        eprintln!("  - {}", reason.en);
        eprintln!("    {}", reason.fr);
    }
    if let Some(law) = &refusal.law {
        eprintln!("law / loi : {law}");
    }
    if let Some(change) = &refusal.would_have_to_change {
        eprintln!("what would have to change: {}.", change.en);
        eprintln!("ce qui devrait changer : {}.", change.fr);
    }
}

fn dispatch(cli: Cli) -> Result<u8, Stop> {
    let ground = Ground {
        store: cli.store,
        officer: cli.officer,
        json: cli.json,
        language: cli.language.map(Language::from),
    };
    match cli.command {
        Command::Serve(words) => serve::serve(&ground, &words),
        Command::Scenario(crate::cli::Scenario::Run { files }) => scenario::run(&ground, &files),
        Command::Import(Import::Permits { file, map }) => imports::permits(&ground, &file, &map),
        Command::Import(Import::ControlList { files }) => imports::control_list(&ground, &files),
        Command::Import(Import::ScreeningList(_)) | Command::Screen(_) => {
            Err(Stop::NotBuilt("screening"))
        }
        Command::Import(Import::Parties { file, map }) => {
            imports::parties(&ground, &file, map.as_deref())
        }
        Command::Lists(Lists::Show { edition }) => lists::show(&ground, edition.as_deref()),
        Command::Lists(Lists::Diff {
            old,
            new,
            without_impact,
        }) => lists::diff(&ground, &old, &new, without_impact),
        Command::Lists(Lists::Fetch(_)) => Err(Stop::NotBuilt("courier")),
        Command::Measure(Measure::Preview { scope, lens }) => {
            shows::preview(&ground, &scope, &lens)
        }
        Command::Measure(Measure::Propose(words)) => measures::propose(&ground, &words),
        Command::Measure(Measure::Lift(words)) => measures::lift(&ground, &words),
        Command::Measure(Measure::Sign {
            decision,
            emergency,
        }) => measures::sign(&ground, &decision, emergency),
        Command::Measure(Measure::Prove(_)) => Err(Stop::NotBuilt("prover")),
        Command::Application(crate::cli::Application::Check { application, lens }) => {
            shows::application(&ground, &application, &lens)
        }
        Command::Gate(words) => gate::gate(&ground, &words),
        Command::Standing(words) => shows::standing(&ground, &words),
        Command::Authority(crate::cli::Authority::Show) => shows::authority(&ground),
        Command::Officer(words) => door::officer(&ground, &words),
        Command::WebhookKey(words) => webhook_key::webhook_key(&ground, &words),
        Command::Checkpoint(words) => checkpoint::checkpoint(&ground, &words),
        Command::Verify(words) => door::verify(&ground, &words),
        Command::Backup { file } => door::backup(&ground, &file),
        Command::Evidence(Evidence::Add(words)) => evidence::add(&ground, &words),
        Command::Evidence(Evidence::Read(words)) => evidence_reading::show(&ground, &words),
        Command::Evidence(Evidence::Score(words)) => evidence_reading::score(&ground, &words),
        Command::Exposure(words) => exposure::exposure(&ground, &words),
        Command::Report(Report::Review(words)) => reports::review(&ground, &words),
        Command::Report(Report::Later(words)) => Err(reports::later(&words)),
        Command::Duty(Duty::Overdue(lens)) => monitoring::overdue(&ground, &lens),
        Command::Breach(Breach::Test {
            finding,
            assurance,
            lens,
        }) => monitoring::breach_test(&ground, &finding, assurance.as_deref(), &lens),
        Command::VerifyPermit(_) => Err(Stop::NotBuilt("documents")),
        Command::Bench(words) => bench::bench(&ground, &words),
        Command::Restore(words) => restore::restore(&ground, &words),
    }
}

/// What every command stands on.
pub(crate) struct Ground {
    pub(crate) store: Option<String>,
    officer: Option<String>,
    pub(crate) json: bool,
    pub(crate) language: Option<Language>,
}

impl Ground {
    /// What the words before a noun and a verb say.
    fn of(matches: &clap::ArgMatches) -> Self {
        let text = |name: &str| matches.get_one::<String>(name).cloned();
        Self {
            store: text("store"),
            officer: text("officer"),
            json: matches.get_flag("json"),
            language: spoken(matches),
        }
    }

    /// The language of tables.
    pub(crate) fn spoken(&self) -> Language {
        self.language.unwrap_or(Language::En)
    }

    /// The desk over the store that was named.
    pub(crate) fn desk(&self) -> Result<Desk, Stop> {
        let store = demo_store::open(self.address()?)?;
        Ok(Desk::open(store, Box::new(SystemClock))?.with_apart(Arc::new(apart::Readers::new())))
    }

    /// The same for a server.
    pub(crate) fn desk_to_serve(&self) -> Result<Desk, Stop> {
        let store = demo_store::open_to_serve(self.address()?)?;
        Ok(Desk::open(store, Box::new(SystemClock))?.with_apart(Arc::new(apart::Readers::new())))
    }

    fn address(&self) -> Result<&str, Stop> {
        self.store.as_deref().ok_or_else(|| {
            Stop::Mistake("expected --store sqlite:FILE, or PORTCULLIS_STORE".into())
        })
    }

    /// Who acts.
    pub(crate) fn actor(&self, desk: &Desk) -> Result<Actor, Stop> {
        match &self.officer {
            None => Actor::operator().map_err(|mistake| Stop::Mistake(mistake.to_string())),
            Some(id) => {
                let id =
                    OfficerId::new(id).map_err(|m| Stop::Mistake(format!("--officer: {m}")))?;
                Ok(desk.actor_of(&id)?)
            }
        }
    }
}

/// From when a question is asked.
pub(crate) fn lens(desk: &Desk, words: &LensArgs) -> Result<Lens, Stop> {
    let now = desk.now()?;
    let as_of = match &words.as_of {
        None => now.as_of,
        Some(text) => Day::parse(text).map_err(|m| Stop::Mistake(format!("--as-of: {m}")))?,
    };
    let known_at = match &words.known_at {
        None => now.known_at,
        Some(text) => match text.parse::<u64>() {
            Ok(position) => Position(position),
            Err(_) => {
                let instant: Instant = text.parse().map_err(|_| {
                    Stop::Mistake(format!(
                        "--known-at: `{text}` is neither a position nor an instant"
                    ))
                })?;
                desk.position_at(instant)?
            }
        },
    };
    Ok(Lens { as_of, known_at })
}

/// Reads a file within bounds.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Stop> {
    let said = |error: std::io::Error| Stop::Mistake(format!("`{}`: {error}", path.display()));
    let size = std::fs::metadata(path).map_err(said)?.len();
    if size > FILE_BYTES_MAX {
        let says = format!("`{}` is larger than {FILE_BYTES_MAX} bytes", path.display());
        return Err(Stop::Mistake(says));
    }
    std::fs::read(path).map_err(said)
}

/// Writes a secret to a new file that only its owner may read. Never writes over a key: what it signed
/// could not be renewed in peace.
pub(crate) fn write_secret(file: &Path, text: &str) -> Result<(), Stop> {
    let said = |error: std::io::Error| Stop::Mistake(format!("`{}`: {error}", file.display()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(file).map_err(said)?;
    std::io::Write::write_all(&mut opened, format!("{text}\n").as_bytes()).map_err(said)?;
    opened.sync_all().map_err(said)
}

/// The name of a file, for messages.
pub(crate) fn name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// Prints a value as JSON.
pub(crate) fn print_json(value: &impl serde::Serialize) -> Result<(), Stop> {
    let text = serde_json::to_string_pretty(value).map_err(|m| Stop::Fault(m.to_string()))?;
    println!("{text}");
    Ok(())
}

/// An error with its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
