//! The acts and the reads that both doors offer, under their nouns and verbs.

use std::path::PathBuf;

use casework::{DeskError, Sight};
use clap::{Arg, ArgMatches, Command, CommandFactory as _, value_parser};
use serde_json::Value;
use web::acts::{self, About, Act, Call};
use web::reads::{self, Asked, Read};

use super::{DONE, Ground, REFUSED, Stop, lens, print_json, read};
use crate::cli::{Cli, LensArgs};

/// The whole command line: what is written out in [`Cli`], and every act and read beside it.
pub(crate) fn command() -> Command {
    let mut whole = Cli::command();
    for act in acts::all() {
        whole = with(whole, act.noun, act_command(act));
    }
    for kind in reads::ALL {
        whole = with(whole, kind.noun, list_command(kind));
        whole = with(whole, kind.noun, show_command(kind));
    }
    whole
}

/// What was asked under a noun and a verb that are not written out in [`Cli`].
pub(crate) enum Words<'m> {
    /// An act.
    Act(&'static Act, &'m ArgMatches),
    /// A listing.
    List(&'static Read, &'m ArgMatches),
    /// One thing.
    Show(&'static Read, &'m ArgMatches),
}

/// Finds what was asked, if it is an act or a read.
pub(crate) fn asked(matches: &ArgMatches) -> Option<Words<'_>> {
    let (noun, under) = matches.subcommand()?;
    let (verb, words) = under.subcommand()?;
    if is_written_out(noun, verb) {
        return None;
    }
    if let Some(act) = acts::find(noun, verb) {
        return Some(Words::Act(act, words));
    }
    let kind = reads::find(noun)?;
    match verb {
        "list" => Some(Words::List(kind, words)),
        "show" => Some(Words::Show(kind, words)),
        _ => None,
    }
}

/// Runs an act or a read.
pub(crate) fn run(ground: &Ground, words: &Words<'_>) -> Result<u8, Stop> {
    match words {
        Words::Act(act, words) => perform(ground, act, words),
        Words::List(kind, words) => list(ground, kind, words),
        Words::Show(kind, words) => show(ground, kind, words),
    }
}

fn is_written_out(noun: &str, verb: &str) -> bool {
    Cli::command()
        .find_subcommand(noun)
        .is_some_and(|under| under.find_subcommand(verb).is_some())
}

/// Adds a verb under a noun, unless the verb is written out.
fn with(whole: Command, noun: &'static str, verb: Command) -> Command {
    match whole.find_subcommand(noun) {
        None => whole.subcommand(
            Command::new(noun)
                .about(format!("Act on and read: {noun}"))
                .subcommand_required(true)
                .arg_required_else_help(true)
                .subcommand(verb),
        ),
        Some(under) if under.find_subcommand(verb.get_name()).is_some() => whole,
        Some(_) => whole.mut_subcommand(noun, |under| under.subcommand(verb)),
    }
}

fn act_command(act: &Act) -> Command {
    let (english, french) = act.says;
    let mut command = Command::new(act.verb)
        .about(english)
        .long_about(format!("{english}\n\n{french}"))
        .arg(
            Arg::new("body")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("The body as JSON, the same as in the API; none counts as {}"),
        )
        .arg(
            Arg::new("key")
                .long("key")
                .help("The idempotency key: the same key and body give the first answer again"),
        );
    if act.about == About::One {
        command = command.arg(
            Arg::new("id")
                .value_name("NUMBER")
                .required(true)
                .index(1)
                .help("What it is about"),
        );
        command = command.mut_arg("body", |body| body.index(2));
    }
    if act.takes_file {
        command = command.arg(
            Arg::new("file")
                .long("file")
                .value_parser(value_parser!(PathBuf))
                .help("The paper or other material itself"),
        );
    }
    command
}

fn list_command(kind: &Read) -> Command {
    let (english, french) = kind.plural;
    let names = kind.under.join(", ");
    let mut command = Command::new("list")
        .about(format!("List {english}"))
        .long_about(format!("List {english}\n\nÉnumérer : {french}"))
        .arg(
            Arg::new("after")
                .long("after")
                .help("The last one of the page before"),
        )
        .arg(
            Arg::new("limit")
                .long("limit")
                .value_parser(value_parser!(usize))
                .help("How many, at most 500; 100 when absent"),
        );
    if !kind.under.is_empty() {
        command = command.arg(
            Arg::new("under")
                .long("under")
                .value_name("NAME:VALUE")
                .help(format!("Only those found under a name: {names}")),
        );
    }
    command
}

fn show_command(kind: &Read) -> Command {
    Command::new("show")
        .about(format!("Show one of the {}", kind.plural.0))
        .arg(
            Arg::new("id")
                .value_name("NUMBER")
                .required(true)
                .help("Which one"),
        )
        .arg(
            Arg::new("known-at")
                .long("known-at")
                .help("As known at this position of the log, or at this instant"),
        )
}

fn perform(ground: &Ground, act: &'static Act, words: &ArgMatches) -> Result<u8, Stop> {
    let body = match words.get_one::<PathBuf>("body") {
        None => Vec::new(),
        Some(path) => read(path)?,
    };
    let name = words
        .get_one::<PathBuf>("body")
        .map_or_else(|| "body".to_owned(), |path| path.display().to_string());
    let file = if act.takes_file {
        words
            .get_one::<PathBuf>("file")
            .map(|path| read(path))
            .transpose()?
    } else {
        None
    };
    let id = if act.about == About::One {
        words.get_one::<String>("id").cloned()
    } else {
        None
    };
    let asked = Request {
        act,
        id: id.unwrap_or_default(),
        body,
        name,
        file,
        key: words.get_one::<String>("key").cloned(),
    };
    asked.perform(ground)
}

/// An act as a command asks it.
pub(crate) struct Request {
    pub(crate) act: &'static Act,
    pub(crate) id: String,
    pub(crate) body: Vec<u8>,
    /// How messages call the body.
    pub(crate) name: String,
    pub(crate) file: Option<Vec<u8>>,
    pub(crate) key: Option<String>,
}

impl Request {
    /// Does it, and prints what was done.
    pub(crate) fn perform(self, ground: &Ground) -> Result<u8, Stop> {
        let ready = self
            .act
            .read(&self.body)
            .map_err(|cause| Stop::Mistake(format!("`{}`: {cause}", self.name)))?;
        let desk = ground.desk()?;
        let actor = ground.actor(&desk)?;
        let keyed = match &self.key {
            None => None,
            Some(key) => {
                let act = self.act;
                let head = format!("{} {} {}\n", act.noun, act.verb, self.id);
                let mut request = head.into_bytes();
                request.extend_from_slice(&self.body);
                request.extend_from_slice(self.file.as_deref().unwrap_or_default());
                Some(desk.under(actor.officer.as_str(), key, &request)?)
            }
        };
        let call = Call {
            desk: keyed.as_ref().unwrap_or(&desk),
            before: &desk,
            actor: &actor,
            id: &self.id,
            file: self.file,
        };
        let done = ready.perform(self.act, &call)?;
        if ground.json {
            print_json(&done)?;
        } else {
            show_done(&done);
        }
        Ok(DONE)
    }
}

fn show_done(done: &Value) {
    let events = done.get("events").and_then(Value::as_array);
    let place = match events.map(Vec::as_slice) {
        Some([first, last]) if first == last => format!(" (event {first} / événement {first})"),
        Some([first, last]) => {
            format!(" (events {first} to {last} / événements {first} à {last})")
        }
        _ => String::new(),
    };
    let repeat = done.get("is_repeat").and_then(Value::as_bool);
    if repeat == Some(true) {
        println!("done before under this key / déjà fait sous cette clé{place}");
    } else {
        println!("done / fait{place}");
    }
    if let Some(what) = done.get("what").filter(|what| !what.is_null()) {
        outline(what, 1);
    }
}

fn list(ground: &Ground, kind: &Read, words: &ArgMatches) -> Result<u8, Stop> {
    let desk = ground.desk()?;
    let asked = Asked {
        after: words.get_one::<String>("after").cloned(),
        limit: words.get_one::<usize>("limit").copied(),
        under: if kind.under.is_empty() {
            None
        } else {
            words.get_one::<String>("under").cloned()
        },
    };
    let page = kind.page(&desk, &ground.sight(&desk, kind)?, &asked)?;
    if ground.json {
        print_json(&page)?;
        return Ok(DONE);
    }
    for row in &page.rows {
        outline(row, 0);
        println!();
    }
    println!("{} {} / {}", page.rows.len(), kind.plural.0, kind.plural.1);
    if let Some(next) = &page.next {
        println!("there are more / il y en a d’autres : --after {next}");
    }
    Ok(DONE)
}

fn show(ground: &Ground, kind: &Read, words: &ArgMatches) -> Result<u8, Stop> {
    let desk = ground.desk()?;
    let lens = lens(
        &desk,
        &LensArgs {
            as_of: None,
            known_at: words.get_one::<String>("known-at").cloned(),
        },
    )?;
    let id = words
        .get_one::<String>("id")
        .map(String::as_str)
        .unwrap_or_default();
    let sight = ground.sight(&desk, kind)?;
    let Some(held) = kind.one(&desk, &sight, id, lens)? else {
        println!(
            "there is no {} {id} / il n’y a rien sous ce numéro",
            kind.noun
        );
        return Ok(REFUSED);
    };
    if ground.json {
        print_json(&held)?;
    } else {
        outline(&held, 0);
    }
    Ok(DONE)
}

impl Ground {
    /// How far who acts sees of one kind: the operator of the machine, who holds the file itself,
    /// sees the whole.
    ///
    /// What is sealed is not shown to the operator either.
    fn sight(&self, desk: &casework::Desk, kind: &Read) -> Result<Sight, Stop> {
        if self.officer.is_none() {
            return Ok(Sight::Whole);
        }
        let sight = Sight::of(&self.actor(desk)?);
        self.check(desk, kind.action(&sight))
    }

    /// Lets through the operator of the machine, and an officer to whom an act is open.
    pub(crate) fn check(&self, desk: &casework::Desk, action: &'static str) -> Result<Sight, Stop> {
        if self.officer.is_none() {
            return Ok(Sight::Whole);
        }
        let actor = self.actor(desk)?;
        if desk.may(&actor, action)? {
            return Ok(Sight::of(&actor));
        }
        Err(Stop::Desk(DeskError::Refused(Box::new(
            casework::Refusal {
                code: "access.denied".to_owned(),
                says: domain::language::Bilingual::new(
                    format!("{} may not read this", actor.officer),
                    format!("{} ne peut pas lire ceci", actor.officer),
                ),
                law: None,
                would_have_to_change: None,
                reasons: Vec::new(),
            },
        ))))
    }
}

/// Prints a value as an outline: one field a line, what lies in it indented.
fn outline(value: &Value, depth: usize) {
    let indent = "  ".repeat(depth);
    let deeper = depth.saturating_add(1);
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::Object(_) | Value::Array(_) => {
                        println!("{indent}{name}:");
                        outline(value, deeper);
                    }
                    plain => println!("{indent}{name}: {}", text(plain)),
                }
            }
        }
        Value::Array(list) => {
            for value in list {
                match value {
                    Value::Object(_) | Value::Array(_) => {
                        println!("{indent}-");
                        outline(value, deeper);
                    }
                    plain => println!("{indent}- {}", text(plain)),
                }
            }
        }
        plain => println!("{indent}{}", text(plain)),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_owned(),
        other => other.to_string(),
    }
}
