//! The words of `exposure` and of `bench exposure`.

use std::path::PathBuf;

use clap::Args;

/// A synthetic web, and what is done with it.
#[derive(Debug, Args)]
pub(crate) struct BenchExposure {
    /// Items, composed to a depth of six
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(700..=10_000_000))]
    pub(crate) items: u32,
    /// Parties
    #[arg(long, default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(10..=10_000_000))]
    pub(crate) parties: u32,
    /// Permits of one line
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1_000..=10_000_000))]
    pub(crate) permits: u32,
    /// Shipments
    #[arg(long, default_value_t = 5_000_000, value_parser = clap::value_parser!(u32).range(1_000..=50_000_000))]
    pub(crate) shipments: u32,
    /// What everything is drawn from: the same seed gives the same web
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// Rounds, in each of which every way has its turn with every question
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) rounds: u32,
    /// Keep the web here; without this, in a folder that is removed
    #[arg(long, value_name = "FILE")]
    pub(crate) keep: Option<PathBuf>,
    /// Only make the web and keep it
    #[arg(long, requires = "keep")]
    pub(crate) only_keep: bool,
    /// Only read a web that was kept, and say how long that took and how much memory it has
    #[arg(long, value_name = "FILE", conflicts_with = "keep")]
    pub(crate) read: Option<PathBuf>,
    /// The Python that has numpy
    #[arg(long, value_name = "PROGRAM", default_value = "python3")]
    pub(crate) python: PathBuf,
}

/// What is asked of the web of things, papers and shipments.
#[derive(Debug, Args)]
pub(crate) struct ExposureArgs {
    /// A finding, material, an allegation, an investigation or a finding on a breach
    pub(crate) finding: Option<String>,
    /// A permit; repeat for several, as everything below that has one value
    #[arg(long = "permit", value_name = "NUMBER")]
    pub(crate) permits: Vec<String>,
    /// An item of the catalogue
    #[arg(long = "item", value_name = "NUMBER")]
    pub(crate) items: Vec<String>,
    /// A model or a mark, as read
    #[arg(long = "model", visible_alias = "mark", value_name = "TEXT")]
    pub(crate) marks: Vec<String>,
    /// A serial, as read: `?` for a character that could not be read, `*` for any number of them
    #[arg(long = "serial", value_name = "TEXT")]
    pub(crate) serials: Vec<String>,
    /// A platform
    #[arg(long = "platform", value_name = "NUMBER")]
    pub(crate) platforms: Vec<String>,
    /// The maker, as read on the thing
    #[arg(long = "maker", value_name = "PARTY")]
    pub(crate) makers: Vec<String>,
    /// Who builds it into something
    #[arg(long = "integrator", value_name = "PARTY")]
    pub(crate) integrators: Vec<String>,
    /// Whose mark it bears, or who is named with it
    #[arg(long = "party", value_name = "PARTY")]
    pub(crate) parties: Vec<String>,
    /// A country
    #[arg(long = "country", value_name = "CODE")]
    pub(crate) countries: Vec<String>,
    /// The first day of those between which it was made and seen
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<String>,
    /// The last of them
    #[arg(long, value_name = "DAY")]
    pub(crate) to: Option<String>,
    /// The other way: where the goods of a permit or a serial may be now
    #[arg(long)]
    pub(crate) whereabouts: bool,
    /// How many things reached are shown in full; all are counted
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u32).range(..=100_000))]
    pub(crate) limit: u32,
    /// Also draw it, as SVG to a new file
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
    /// Where what was learned of the log is kept; beside a register in a file when absent
    #[arg(long, value_name = "FILE", env = "PORTCULLIS_EXPOSURE")]
    pub(crate) index: Option<PathBuf>,
}
