//! The command line: stable, because scripts and tests rely on it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

mod exposure;
mod inquiry;

pub(crate) use exposure::{BenchExposure, ExposureArgs};
pub(crate) use inquiry::{
    AddEvidence, Breach, Duty, Evidence, ReadEvidence, Report, ReportReview, ScoreEvidence,
};

/// Keep the register of export permits and guard the border with it
#[derive(Debug, Parser)]
#[command(name = "portcullis", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// Where the register lives: sqlite:FILE or postgres://ADDRESS
    #[arg(long, global = true, env = "PORTCULLIS_STORE")]
    pub(crate) store: Option<String>,
    /// The officer who acts; the operator of this machine when absent
    #[arg(long, global = true, env = "PORTCULLIS_OFFICER")]
    pub(crate) officer: Option<String>,
    /// Print JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The language of tables and mistakes: English, and mistakes in both, when absent
    #[arg(long, global = true, env = "PORTCULLIS_LANGUAGE", value_enum)]
    pub(crate) language: Option<Tongue>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve pages and the JSON API on a local address
    Serve(Serve),
    /// Play dated cases and compare what they expect
    #[command(subcommand)]
    Scenario(Scenario),
    /// Import registers and lists from files
    #[command(subcommand)]
    Import(Import),
    /// Show and compare editions of lists
    #[command(subcommand)]
    Lists(Lists),
    /// Preview and make measures
    #[command(subcommand)]
    Measure(Measure),
    /// Look at applications
    #[command(subcommand)]
    Application(Application),
    /// Ask the gate and report to it
    #[command(subcommand)]
    Gate(Gate),
    /// Show where a permit stands
    Standing(StandingArgs),
    /// Establish and show the authority that keeps the register
    #[command(subcommand)]
    Authority(Authority),
    /// Appoint officers
    #[command(subcommand)]
    Officer(Officer),
    /// Keep the key of webhooks
    #[command(subcommand)]
    WebhookKey(WebhookKey),
    /// Sign how long the log is and what it hashes to, for keeping outside
    #[command(subcommand)]
    Checkpoint(Checkpoint),
    /// Recompute the log, the chain and the views, and name what is wrong
    Verify(Verify),
    /// Write a copy of the register while it is used
    Backup {
        /// The new file
        file: PathBuf,
    },
    /// Compare names with screening lists (not built yet)
    Screen(Later),
    /// Add and read evidence
    #[command(subcommand)]
    Evidence(Evidence),
    /// Walk from a finding, a thing or a party to what it reaches, or back to where goods may be
    Exposure(Box<ExposureArgs>),
    /// Write reports: of a review; to parliament and treaties (not built yet)
    #[command(subcommand)]
    Report(Report),
    /// Show what is owed and late
    #[command(subcommand)]
    Duty(Duty),
    /// Lay findings beside what was promised
    #[command(subcommand)]
    Breach(Breach),
    /// Check the paper of a permit (not built yet)
    VerifyPermit(Later),
    /// Drive load and compare with the same work done other ways
    #[command(subcommand)]
    Bench(Bench),
    /// Restore a copy of the register to a new store, and check it
    Restore(Restore),
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The copy
    pub(crate) file: PathBuf,
    /// What the copy must reach: a checkpoint kept outside, or EVENTS:ROOT as `verify` prints them
    #[arg(long, conflicts_with = "accept_older")]
    pub(crate) expect: Option<String>,
    /// The key that signed the checkpoint
    #[arg(long, requires = "expect")]
    pub(crate) signed_by: Option<String>,
    /// Take the copy although nothing shows that it knows the newest stops
    #[arg(long)]
    pub(crate) accept_older: bool,
}

/// The words of a command whose room is not built.
#[derive(Debug, Args)]
pub(crate) struct Later {
    /// Anything
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) words: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub(crate) listen: String,
    /// Load the case of 2019-2024 into a fresh store and show it
    #[arg(long)]
    pub(crate) demo: bool,
    /// The key file from which the secrets of webhooks are derived; none are sent without it
    #[arg(long, value_name = "FILE", env = "PORTCULLIS_WEBHOOK_KEY")]
    pub(crate) webhook_key: Option<PathBuf>,
    /// The key file with which the end of the log is signed, each half minute in which it grew
    #[arg(long, value_name = "FILE", env = "PORTCULLIS_CHECKPOINT_KEY")]
    pub(crate) checkpoint_key: Option<PathBuf>,
    /// Let webhooks go to loopback, link-local and private addresses
    #[arg(long)]
    pub(crate) webhooks_within: bool,
    /// An address on loopback to serve figures on for Prometheus, as in 127.0.0.1:9464
    #[arg(long, value_name = "ADDR")]
    pub(crate) metrics_listen: Option<std::net::SocketAddr>,
    /// Where what was learned of the log for exposure is kept; beside a register in a file when absent
    #[arg(long, value_name = "FILE", env = "PORTCULLIS_EXPOSURE")]
    pub(crate) exposure_index: Option<PathBuf>,
    /// Requests a second for each token, and for each address without one; 0 for no limit
    #[arg(long, value_name = "NUMBER", default_value_t = 1_000)]
    pub(crate) rate_limit: u32,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Checkpoint {
    /// Write a new key file, which only its owner may read, and print the public key to publish
    NewKey {
        /// The new file
        file: PathBuf,
        /// The name of the log, as in register.example/exports
        #[arg(long)]
        name: String,
    },
    /// Sign where the log ends and print the checkpoint, to be kept where the register is not
    Sign {
        /// The key file
        #[arg(long, value_name = "FILE", env = "PORTCULLIS_CHECKPOINT_KEY")]
        checkpoint_key: PathBuf,
    },
    /// Print the checkpoint that was signed last
    Show,
}

#[derive(Debug, Subcommand)]
pub(crate) enum WebhookKey {
    /// Write a new key file, which only its owner may read
    New {
        /// The new file
        file: PathBuf,
    },
    /// Print the secret of a subscription, to be handed to its owner
    Secret {
        /// The subscription
        subscription: String,
        /// The key file
        #[arg(long, value_name = "FILE", env = "PORTCULLIS_WEBHOOK_KEY")]
        webhook_key: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Scenario {
    /// Play each file in an empty store; exit 1 when an expectation is not met
    Run {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

/// A language that a person reads.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum Tongue {
    /// English
    En,
    /// Français
    Fr,
}

impl From<Tongue> for domain::language::Language {
    fn from(tongue: Tongue) -> Self {
        match tongue {
            Tongue::En => Self::En,
            Tongue::Fr => Self::Fr,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Import permits of another register: CSV or XLSX, through a map
    Permits {
        /// The file
        file: PathBuf,
        /// The mapping file
        #[arg(long)]
        map: PathBuf,
    },
    /// Import a control list, or a list of countries, from the official XML in both languages
    ControlList {
        /// The English and the French file, in any order
        #[arg(num_args = 2, required = true)]
        files: Vec<PathBuf>,
    },
    /// Import a screening list (not built yet)
    ScreeningList(Later),
    /// Import parties of another list: CSV or XLSX, through a map
    Parties {
        /// The file
        file: PathBuf,
        /// The mapping file; the plain layout that ships when absent
        #[arg(long)]
        map: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Lists {
    /// Show the editions, or the entries of one
    Show {
        /// The edition, as in ECL@2020
        edition: Option<String>,
    },
    /// Compare two editions, and show which live permits and applications the newer one changes
    Diff {
        /// The older edition
        old: String,
        /// The newer edition
        new: String,
        /// Compare the lists only
        #[arg(long)]
        without_impact: bool,
    },
    /// Fetch lists (not built yet)
    Fetch(Later),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Measure {
    /// Show what a scope reaches, before anyone signs
    Preview {
        /// The scope as policy text, or @FILE
        #[arg(long)]
        scope: String,
        #[command(flatten)]
        lens: LensArgs,
    },
    /// Propose a decision: from a JSON file, or one order or measure from flags
    Propose(Box<Propose>),
    /// Propose that policy measures be lifted
    Lift(Lift),
    /// Sign a decision
    Sign {
        /// The decision
        decision: String,
        /// Alone, to stop at once
        #[arg(long)]
        emergency: bool,
    },
    /// Prove what a measure closes (not built yet)
    Prove(Later),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Application {
    /// Show what stands between an application and a permit
    Check {
        /// The application
        application: String,
        #[command(flatten)]
        lens: LensArgs,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Gate {
    /// Ask whether goods may leave, and change nothing
    Check {
        /// The request as a JSON file
        file: PathBuf,
    },
    /// Reserve a shipment; the same key gives the first answer again
    Reserve {
        /// The request as a JSON file
        file: PathBuf,
        /// The idempotency key
        #[arg(long)]
        key: String,
    },
    /// Confirm that a shipment has left: all that is reserved, today, unless said otherwise
    Confirm(Exit),
    /// Give back what is reserved for a shipment, or free what is held
    Restore(GiveBack),
}

/// What left.
#[derive(Debug, Args)]
pub(crate) struct Exit {
    /// The shipment
    pub(crate) shipment: String,
    /// The report as a JSON file, the same as in the API
    #[arg(conflicts_with_all = ["amounts", "on", "partial", "serials"])]
    pub(crate) file: Option<PathBuf>,
    /// What left of a line, as LINE:QUANTITY:VALUE; repeat for several, all of them when absent
    #[arg(long = "amount")]
    pub(crate) amounts: Vec<String>,
    /// The day on which it left; today when absent
    #[arg(long)]
    pub(crate) on: Option<String>,
    /// More will leave under the same reservation
    #[arg(long)]
    pub(crate) partial: bool,
    /// A serial number seen; repeat for several
    #[arg(long = "serial")]
    pub(crate) serials: Vec<String>,
}

/// What is given back.
#[derive(Debug, Args)]
pub(crate) struct GiveBack {
    /// The shipment
    pub(crate) shipment: String,
    /// The report as a JSON file, the same as in the API
    #[arg(conflicts_with_all = ["amounts", "because"])]
    pub(crate) file: Option<PathBuf>,
    /// What is given back of a line, as LINE:QUANTITY:VALUE; repeat for several, all when absent
    #[arg(long = "amount")]
    pub(crate) amounts: Vec<String>,
    /// Why: stopped, lapsed, given-up, corrected or freed
    #[arg(long, default_value = "given-up")]
    pub(crate) because: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// Put load on the gate, over HTTP and in process
    Gate(BenchGate),
    /// Walk through a synthetic web, and do the same in SQLite and in arrays
    Exposure(BenchExposure),
    /// Screen names (not built yet)
    Screen(Later),
    /// Sweep policies over permits (not built yet)
    Sweep(Later),
}

#[derive(Debug, Args)]
pub(crate) struct BenchGate {
    /// Clients at once
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub(crate) clients: u32,
    /// Rounds, in each of which every way has its turn
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) rounds: u32,
    /// Milliseconds of one turn
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) milliseconds: u64,
    /// Permits in the register
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) permits: u32,
    /// Orders in force, a register for each figure; the first is what the others are compared with
    #[arg(long, value_delimiter = ',', default_values_t = [0_u32, 10, 100])]
    pub(crate) measures: Vec<u32>,
    /// An empty store for the first register, in place of a file of its own
    #[arg(long)]
    pub(crate) on: Option<String>,
    /// Only the ways whose name contains this; may be given again
    #[arg(long)]
    pub(crate) only: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct StandingArgs {
    /// The permit
    pub(crate) permit: String,
    #[command(flatten)]
    pub(crate) lens: LensArgs,
}

#[derive(Debug, Args)]
pub(crate) struct LensArgs {
    /// As of this day; today when absent
    #[arg(long)]
    pub(crate) as_of: Option<String>,
    /// As known at this position of the log, or at this instant; everything when absent
    #[arg(long)]
    pub(crate) known_at: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Authority {
    /// Show the authority
    Show,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Officer {
    /// Appoint a person; a token is shown once
    Appoint {
        /// The person
        // Not named `officer`: that is who acts, which holds for every command.
        #[arg(value_name = "OFFICER")]
        person: String,
        /// The name or function
        #[arg(long)]
        name: String,
        /// A role; repeat for several
        #[arg(long = "role", required = true)]
        roles: Vec<String>,
        /// The customs office
        #[arg(long)]
        office: Option<String>,
        /// The party for which the person acts
        #[arg(long)]
        party: Option<String>,
        /// A compartment of sealed evidence that is open to the person; repeat for several
        #[arg(long = "compartment")]
        compartments: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// One exported excerpt, checked by itself; needs no register
    #[arg(requires = "signed_by", conflicts_with = "since")]
    pub(crate) excerpt: Option<PathBuf>,
    /// A checkpoint kept outside the register
    #[arg(long)]
    pub(crate) since: Option<PathBuf>,
    /// The key that signed it
    #[arg(long)]
    pub(crate) signed_by: Option<String>,
}

/// What is common to every measure and order, from flags.
#[derive(Debug, Args)]
pub(crate) struct Instrument {
    /// The law or policy that it rests on, as in EIPA:10(1)
    #[arg(long)]
    pub(crate) law: Option<String>,
    /// What kind of source that is: statute, regulation, policy or practice
    #[arg(long, default_value = "statute")]
    pub(crate) source_kind: String,
    /// A ground; repeat for several
    #[arg(long = "ground")]
    pub(crate) grounds: Vec<String>,
    /// The short title in English
    #[arg(long)]
    pub(crate) title_en: Option<String>,
    /// The short title in French
    #[arg(long)]
    pub(crate) title_fr: Option<String>,
    /// The reasons that the holder is given, in English
    #[arg(long)]
    pub(crate) reasons_en: Option<String>,
    /// The reasons that the holder is given, in French
    #[arg(long)]
    pub(crate) reasons_fr: Option<String>,
    /// The reasons for the file, where they differ
    #[arg(long)]
    pub(crate) reasons_for_file: Option<String>,
    /// First day in law
    #[arg(long)]
    pub(crate) from: Option<String>,
    /// First day on which it no longer holds
    #[arg(long)]
    pub(crate) until: Option<String>,
    /// The day by which it must be looked at again; a suspension needs one
    #[arg(long)]
    pub(crate) review_by: Option<String>,
}

/// A draft.
#[derive(Debug, Args)]
pub(crate) struct Propose {
    /// The draft as JSON, the same as in the API
    #[arg(conflicts_with_all = ["suspend", "cancel", "policy"])]
    pub(crate) file: Option<PathBuf>,
    /// Suspend the lines in this scope: policy text, or @FILE
    #[arg(long, conflicts_with_all = ["cancel", "policy"])]
    pub(crate) suspend: Option<String>,
    /// Cancel these permits, with commas between them
    #[arg(long, conflicts_with = "policy")]
    pub(crate) cancel: Option<String>,
    /// Make a policy measure of this policy text, or @FILE
    #[arg(long)]
    pub(crate) policy: Option<String>,
    /// The number of the policy measure, as its text has it
    #[arg(long, requires = "policy")]
    pub(crate) measure: Option<String>,
    /// The number of the decision; given by the register when absent
    #[arg(long)]
    pub(crate) decision: Option<String>,
    /// The idempotency key
    #[arg(long)]
    pub(crate) key: Option<String>,
    #[command(flatten)]
    pub(crate) instrument: Instrument,
}

/// A lifting.
#[derive(Debug, Args)]
pub(crate) struct Lift {
    /// The measures
    #[arg(required = true)]
    pub(crate) measures: Vec<String>,
    /// First day without them; today when absent
    #[arg(long)]
    pub(crate) from: Option<String>,
    /// The number of the decision; given by the register when absent
    #[arg(long)]
    pub(crate) decision: Option<String>,
    /// The idempotency key
    #[arg(long)]
    pub(crate) key: Option<String>,
}
