//! What can be read of the desk, as both doors offer it: everything of one kind a page at a time, or
//! one thing.

use casework::listing::{Part, Rows, Seen};
use casework::{
    Actor, BreachShown, Desk, DeskError, EvidenceShown, FindingShown, Lens, Mistake, Sight,
};
use domain::application::Application;
use domain::assurance::AssuranceRecord;
use domain::catalogue::{ItemRecord, PlatformRecord, UnitRecord};
use domain::dialogue::DialogueRecord;
use domain::duty::DutyRecord;
use domain::finding::{AllegationRecord, InvestigationRecord};
use domain::measure::{Decision, OrderRecord};
use domain::notice::NoticeRecord;
use domain::party::PartyRecord;
use domain::request::RequestRecord;
use domain::review::ReviewRecord;
use domain::shipment::Shipment;
use domain::signing_key::SigningKeyRecord;
use domain::visit::VisitRecord;
use domain::webhook::WebhookRecord;
use serde_json::Value;

/// Most rows in one page.
pub const PAGE_MAX: usize = 500;
/// Rows in a page when the reader does not say.
pub const PAGE_USUAL: usize = 100;

type List = fn(&Desk, &Sight, Part<'_>) -> Result<Rows<Value>, DeskError>;
type Find = fn(&Desk, &Sight, &str, Lens) -> Result<Option<Value>, DeskError>;

/// One kind of thing that both doors read.
#[derive(Clone, Copy)]
pub struct Read {
    /// The noun of the command, as in `application`.
    pub noun: &'static str,
    /// The collection of the address, as in `applications`.
    pub collection: &'static str,
    /// Several of them, in English and French.
    pub plural: (&'static str, &'static str),
    /// Under which names a listing can be narrowed, as in `stage`.
    pub under: &'static [&'static str],
    /// The act that opens the whole of it.
    pub whole: &'static str,
    /// The act that opens what is a party's own.
    pub own: &'static str,
    list: List,
    find: Find,
}

impl std::fmt::Debug for Read {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.noun)
    }
}

impl Read {
    const fn of<T: Seen>(
        noun: &'static str,
        collection: &'static str,
        plural: (&'static str, &'static str),
        under: &'static [&'static str],
        (whole, own): (&'static str, &'static str),
    ) -> Self {
        Self {
            noun,
            collection,
            plural,
            under,
            whole,
            own,
            list: list::<T>,
            find: one::<T>,
        }
    }

    /// The act that a person must be open to.
    #[must_use]
    pub const fn action(&self, sight: &Sight) -> &'static str {
        match sight {
            Sight::Whole | Sight::Cleared(_) => self.whole,
            Sight::Own(_) => self.own,
        }
    }

    /// Whether a person may read of this kind.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn is_open_to(&self, desk: &Desk, actor: &Actor) -> Result<bool, DeskError> {
        desk.may(actor, self.action(&Sight::of(actor)))
    }

    /// One of them, as known at a position; none where there is none that may be seen.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn one(
        &self,
        desk: &Desk,
        sight: &Sight,
        id: &str,
        lens: Lens,
    ) -> Result<Option<Value>, DeskError> {
        (self.find)(desk, sight, id, lens)
    }

    /// A page. `under` narrows it, as in `stage:pending`.
    ///
    /// # Errors
    /// A mistake in `under` or in the number of rows, or a fault.
    pub fn page(
        &self,
        desk: &Desk,
        sight: &Sight,
        asked: &Asked,
    ) -> Result<Rows<Value>, DeskError> {
        let limit = asked.limit.unwrap_or(PAGE_USUAL);
        if limit == 0 || limit > PAGE_MAX {
            return Err(mistake("limit", "expected 1 to 500"));
        }
        let under = match asked.under.as_deref().filter(|text| !text.is_empty()) {
            None => None,
            Some(text) => Some(
                text.split_once(':')
                    .filter(|(name, value)| self.under.contains(name) && !value.is_empty())
                    .ok_or_else(|| {
                        let known = self.under.join("`, `");
                        mistake(
                            "under",
                            &format!("expected NAME:VALUE with one of `{known}`"),
                        )
                    })?,
            ),
        };
        let part = Part {
            under,
            after: asked.after.as_deref(),
            limit,
        };
        (self.list)(desk, sight, part)
    }
}

/// Which page is asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The last id of the page before.
    pub after: Option<String>,
    /// Most rows; 100 when absent.
    pub limit: Option<usize>,
    /// What narrows the listing, as in `stage:pending`.
    pub under: Option<String>,
}

/// Every kind that is read so.
pub const ALL: &[Read] = &[
    Read::of::<Application>(
        "application",
        "applications",
        ("applications", "demandes"),
        &["stage", "applicant"],
        ("application.read", "application.read"),
    ),
    Read::of::<AssuranceRecord>(
        "assurance",
        "assurances",
        ("assurances", "assurances"),
        &["permit", "application", "delivery"],
        ("assurance.read", "assurance.read"),
    ),
    Read::of::<PartyRecord>(
        "party",
        "parties",
        ("parties", "parties"),
        &["name", "country", "activity"],
        ("register.read", "notice.acknowledge"),
    ),
    Read::of::<EvidenceShown>(
        "evidence",
        "evidence",
        ("pieces of evidence", "éléments de preuve"),
        &[
            "permit",
            "application",
            "shipment",
            "party",
            "platform",
            "assurance",
        ],
        ("evidence.read", "evidence.read"),
    ),
    Read::of::<AllegationRecord>(
        "allegation",
        "allegations",
        ("allegations", "allégations"),
        &[],
        ("evidence.read", "evidence.read"),
    ),
    Read::of::<InvestigationRecord>(
        "investigation",
        "investigations",
        ("investigations", "enquêtes"),
        &[],
        ("evidence.read", "evidence.read"),
    ),
    Read::of::<FindingShown>(
        "finding",
        "findings",
        ("findings", "constats"),
        &["evidence"],
        ("evidence.read", "evidence.read"),
    ),
    Read::of::<BreachShown>(
        "breach",
        "breaches",
        ("findings on breaches", "constats de manquement"),
        &["assurance"],
        ("evidence.read", "evidence.read"),
    ),
    Read::of::<RequestRecord>(
        "request",
        "requests",
        ("requests for information", "demandes de renseignements"),
        &["state", "to", "permit", "assurance"],
        ("request.read", "request.read"),
    ),
    Read::of::<VisitRecord>(
        "visit",
        "visits",
        ("visits", "visites"),
        &["state", "host", "permit", "assurance"],
        ("visit.read", "visit.read"),
    ),
    Read::of::<Decision>(
        "decision",
        "decisions",
        ("decisions", "décisions"),
        &["stage"],
        ("register.read", "register.read"),
    ),
    Read::of::<OrderRecord>(
        "order",
        "orders",
        ("orders", "ordres"),
        &["resolved", "kind"],
        ("register.read", "register.read"),
    ),
    Read::of::<ReviewRecord>(
        "review",
        "reviews",
        ("reviews", "examens"),
        &[],
        ("register.read", "review.advise"),
    ),
    Read::of::<DialogueRecord>(
        "dialogue",
        "dialogues",
        ("dialogues", "dialogues"),
        &[],
        ("register.read", "dialogue.step"),
    ),
    Read::of::<Shipment>(
        "shipment",
        "shipments",
        ("shipments", "envois"),
        &["permit", "state", "office", "stop"],
        ("permit.read", "permit.read"),
    ),
    Read::of::<NoticeRecord>(
        "notice",
        "notices",
        ("notices", "avis"),
        &["permit", "about"],
        ("register.read", "notice.acknowledge"),
    ),
    Read::of::<DutyRecord>(
        "duty",
        "duties",
        ("duties", "devoirs"),
        &["state", "about"],
        ("register.read", "register.read"),
    ),
    Read::of::<WebhookRecord>(
        "webhook",
        "webhooks",
        ("webhook subscriptions", "abonnements par webhook"),
        &["state", "owner"],
        ("webhook.subscribe", "webhook.subscribe"),
    ),
    Read::of::<SigningKeyRecord>(
        "signing-key",
        "signing-keys",
        ("signing keys", "clés de signature"),
        &["owner"],
        ("key.register", "key.register"),
    ),
    Read::of::<ItemRecord>(
        "item",
        "items",
        ("items of the catalogue", "articles du catalogue"),
        &["name", "model", "mark", "maker", "component"],
        ("exposure.read", "exposure.read"),
    ),
    Read::of::<PlatformRecord>(
        "platform",
        "platforms",
        ("platforms", "plateformes"),
        &["name", "mark", "integrator", "component"],
        ("exposure.read", "exposure.read"),
    ),
    Read::of::<UnitRecord>(
        "unit",
        "units",
        ("units and lots", "unités et lots"),
        &["serial", "item", "permit", "parent", "conflict"],
        ("exposure.read", "exposure.read"),
    ),
];

/// The kind under a noun.
#[must_use]
pub fn find(noun: &str) -> Option<&'static Read> {
    ALL.iter().find(|read| read.noun == noun)
}

fn list<T: Seen>(desk: &Desk, sight: &Sight, part: Part<'_>) -> Result<Rows<Value>, DeskError> {
    let found = desk.listed::<T>(sight, part)?;
    let rows = found.rows.iter().map(written).collect::<Result<_, _>>()?;
    Ok(Rows {
        rows,
        next: found.next,
    })
}

fn one<T: Seen>(
    desk: &Desk,
    sight: &Sight,
    id: &str,
    lens: Lens,
) -> Result<Option<Value>, DeskError> {
    desk.seen::<T>(sight, id, lens)?
        .as_ref()
        .map(written)
        .transpose()
}

fn written<T: serde::Serialize>(held: &T) -> Result<Value, DeskError> {
    serde_json::to_value(held).map_err(|cause| mistake("answer", &cause.to_string()))
}

fn mistake(field: &str, expected: &str) -> DeskError {
    DeskError::Mistaken(Mistake::of(field, expected))
}
