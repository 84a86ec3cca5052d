//! What stands where in a scenario file: the shapes of values, as data that the reader walks.

use super::wrong::Noun;

/// A kind of name that parts of a file give and use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Party,
    Permit,
    Application,
    Event,
    Dialogue,
    Programme,
    Activity,
    PlatformClass,
    CountryGroup,
    List,
    Item,
    Platform,
}

impl Kind {
    pub(super) const fn noun(self) -> Noun {
        let (en, fr) = match self {
            Self::Party => ("party", "partie"),
            Self::Permit => ("permit", "licence"),
            Self::Application => ("application", "demande"),
            Self::Event => ("event", "événement"),
            Self::Dialogue => ("dialogue", "dialogue"),
            Self::Programme => ("programme", "programme"),
            Self::Activity => ("activity", "activité"),
            Self::PlatformClass => ("platform class", "classe de plateforme"),
            Self::CountryGroup => ("country group", "groupe de pays"),
            Self::List => ("list", "liste"),
            Self::Item => ("item", "article"),
            Self::Platform => ("platform", "plateforme"),
        };
        Noun { en, fr }
    }

    /// What to do about a name that is not there.
    pub(super) const fn or_else(self) -> (&'static str, &'static str) {
        match self {
            Self::Party => ("add it under `parties`", "l’ajouter sous `parties`"),
            Self::Permit => ("add it under `permits`", "l’ajouter sous `permits`"),
            Self::Application => (
                "add it under `applications`",
                "l’ajouter sous `applications`",
            ),
            Self::Event => ("add the event", "ajouter l’événement"),
            Self::Dialogue => (
                "add an earlier `require_dialogue` of that `name`",
                "ajouter avant lui un `require_dialogue` de ce `name`",
            ),
            Self::CountryGroup => ("add it to `country_groups`", "l’ajouter à `country_groups`"),
            Self::List => ("add it under `lists`", "l’ajouter sous `lists`"),
            Self::Item => (
                "add it under `catalogue/items`",
                "l’ajouter sous `catalogue/items`",
            ),
            Self::Platform => (
                "add it under `catalogue/platforms`",
                "l’ajouter sous `catalogue/platforms`",
            ),
            Self::Programme | Self::Activity | Self::PlatformClass => {
                ("give something that word", "donner ce mot à quelque chose")
            }
        }
    }
}

/// The shape of a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// Any text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number within 32 bits.
    Whole,
    /// A day or a month.
    When,
    /// A day, a month or `synthetic`.
    Issue,
    /// A country.
    Country,
    /// A citation.
    Law,
    /// `EIPA-10(1)`: a citation with a dash.
    Power,
    /// An entry of a list.
    Entry,
    /// The number of a group in the list of groups.
    Group,
    /// `all`, or numbers of groups.
    Groups,
    /// A rule of a calendar.
    Calendar,
    /// Three capital letters.
    Currency,
    /// Words for people.
    Words,
    /// Text of policies or TOML.
    Block,
    /// An identifier that nothing else gives: a question, a document, a platform.
    Id,
    /// Gives a name.
    Gives(Kind),
    /// Gives numbers: one, or a range.
    GivesNumbers(Kind),
    /// Gives a word of one's own.
    Own(Kind),
    /// Uses a name that something gives.
    Uses(Kind),
    /// Uses numbers: one, or a range.
    UsesNumbers(Kind),
    /// Uses a word of one's own.
    Alike(Kind),
    /// One of these words.
    Word(Noun, &'static [&'static str]),
    /// One of these words, or one of one's own that is no slip of them.
    AnyWord(&'static [&'static str]),
    /// `4_of_7` or `4_of_unlimited`.
    Drawn,
    /// `none` or how many.
    Links,
    /// Keys that are fixed.
    Part(&'static Part),
    /// A scope; a variant of its own because scopes nest.
    Scope,
    /// What is expected after an event.
    Expect,
    /// An answer at the border: a word, or keys.
    Border,
    /// What a ledger holds.
    Ledger,
    /// An event: its keys go by its kind.
    Event,
    /// Keys of one shape with values of another.
    Keyed(&'static Shape, &'static Shape),
    /// Several.
    Several(&'static Shape),
    /// One or several.
    Many(&'static Shape),
    /// An exception: a word or a scope.
    Exception,
}

/// A part of a case: its keys.
#[derive(Debug)]
pub(super) struct Part {
    pub noun: Noun,
    /// The keys, in groups that several parts share.
    pub keys: &'static [&'static [Key]],
}

/// A key of a part.
#[derive(Debug)]
pub(super) struct Key {
    pub key: &'static str,
    pub shape: Shape,
    pub is_required: bool,
}

impl Part {
    /// Every key of the part.
    pub(super) fn all(&self) -> impl Iterator<Item = &'static Key> + Clone {
        self.keys.iter().flat_map(|group| group.iter())
    }

    pub(super) fn key(&self, key: &str) -> Option<&'static Key> {
        self.all().find(|held| held.key == key)
    }
}

/// A key that may be absent.
pub(super) const fn may(key: &'static str, shape: Shape) -> Key {
    Key {
        key,
        shape,
        is_required: false,
    }
}

/// A key that must be there.
pub(super) const fn must(key: &'static str, shape: Shape) -> Key {
    Key {
        key,
        shape,
        is_required: true,
    }
}
