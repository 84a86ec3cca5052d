//! The words of evidence, findings, duties and reports.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::LensArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum Evidence {
    /// Add a file to the evidence, kept by its digest
    Add(Box<AddEvidence>),
    /// Propose what a file or evidence of the register speaks of, passage by passage
    Read(ReadEvidence),
    /// Measure how well texts are read that have a key beside them
    Score(ScoreEvidence),
}

/// What is read, and against which register.
#[derive(Debug, Args)]
pub(crate) struct ReadEvidence {
    /// A file, or the number of evidence in the register
    pub(crate) what: String,
    /// The day of a file that does not say its own
    #[arg(long, value_name = "DAY")]
    pub(crate) dated: Option<String>,
    #[command(flatten)]
    pub(crate) lens: LensArgs,
}

/// Which texts are measured.
#[derive(Debug, Args)]
pub(crate) struct ScoreEvidence {
    /// A folder of texts, or of folders of texts
    pub(crate) folder: PathBuf,
    /// Print each value that was missed or is too many
    #[arg(long)]
    pub(crate) each: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Duty {
    /// Show what is owed and late, first what was due first
    Overdue(LensArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Breach {
    /// Show which undertakings a finding would break, clause by clause: a proposal, and no finding
    Test {
        /// The finding
        finding: String,
        /// The assurance; all that the finding reaches when absent
        assurance: Option<String>,
        #[command(flatten)]
        lens: LensArgs,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Report {
    /// Write the report of a review: for the file, or for the public with what is withheld left out
    Review(ReportReview),
    /// Report to parliament and treaties (not built yet)
    #[command(external_subcommand)]
    Later(Vec<String>),
}

/// The report of a review.
#[derive(Debug, Args)]
pub(crate) struct ReportReview {
    /// The review
    pub(crate) review: String,
    /// The version for the public
    #[arg(long)]
    pub(crate) public: bool,
    /// Plain text; a page to print otherwise
    #[arg(long)]
    pub(crate) text: bool,
    /// The new file; to the terminal when absent
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) lens: LensArgs,
}

/// Material and what is said of it.
#[derive(Debug, Args)]
pub(crate) struct AddEvidence {
    /// The file itself
    pub(crate) file: PathBuf,
    /// What is said of it as JSON, for what the flags do not say
    #[arg(long)]
    pub(crate) about: Option<PathBuf>,
    /// Its number; given by the register when absent
    #[arg(long)]
    pub(crate) number: Option<String>,
    /// What it is; the name of the file when absent
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// The source
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// How it was obtained, and by whom it was collected
    #[arg(long)]
    pub(crate) obtained: Option<String>,
    /// Source and information, judged apart, as in B2
    #[arg(long)]
    pub(crate) grade: Option<String>,
    /// A step in the chain of custody, as `FROM > TO, DAY, NOTE`; repeat for several
    #[arg(long)]
    pub(crate) custody: Vec<String>,
    /// Classification marking
    #[arg(long)]
    pub(crate) marking: Option<String>,
    /// Who must agree before it is passed on
    #[arg(long)]
    pub(crate) originator_control: Option<String>,
    /// Who published it
    #[arg(long)]
    pub(crate) published_by: Option<String>,
    /// Who collected it
    #[arg(long)]
    pub(crate) collected_by: Option<String>,
    /// When it was collected, in UTC, as in 2027-03-01T14:30:00Z
    #[arg(long)]
    pub(crate) collected_at: Option<String>,
    /// Where it was collected
    #[arg(long)]
    pub(crate) place: Option<String>,
    /// The address from which it was taken
    #[arg(long)]
    pub(crate) url: Option<String>,
    /// The licence under which it may be used
    #[arg(long)]
    pub(crate) licence: Option<String>,
    /// The language of the material itself, as a tag: en, fr, hy
    // Not named `language`: that is the language of messages, which holds for every command.
    #[arg(long)]
    pub(crate) written_in: Option<String>,
    /// The source behind the source: materials of one group are one source
    #[arg(long)]
    pub(crate) source_group: Option<String>,
    /// A compartment in which it is sealed; repeat for several
    #[arg(long = "compartment")]
    pub(crate) compartments: Vec<String>,
    /// Other material that it merely repeats; repeat for several
    #[arg(long = "repeats")]
    pub(crate) repeats: Vec<String>,
    /// Material of an independent source that confirms it; needed for grade 1; repeat for several
    #[arg(long = "confirmed-by")]
    pub(crate) confirmed_by: Vec<String>,
    /// A humanitarian report, which weighs nothing on any permit by itself
    #[arg(long)]
    pub(crate) humanitarian: bool,
    /// The idempotency key
    #[arg(long)]
    pub(crate) key: Option<String>,
}
