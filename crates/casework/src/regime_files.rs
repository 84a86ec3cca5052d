//! The authority and its law: established once, and every file adopted with its bytes.

use domain::control_list::ControlList;
use domain::event::{AuthorityEstablished, RegimeFileAdopted, RegimeFileKind};
use domain::language::Bilingual;
use domain::time::{Calendar, Day};

use crate::actor::Actor;
use crate::answer::{DeskError, Done};
use crate::desk::Desk;
use crate::law_book::LawBook;
use crate::reading;

/// Most bytes of one regime file: the largest consolidated list met has 140 kB in one language.
pub const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Adopts a file that the regime reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdoptFile {
    /// What kind of file.
    pub file_kind: RegimeFileKind,
    /// Its key, as in `ECL@2025-04-25`.
    pub key: String,
    /// Its text.
    pub text: String,
    /// First day on which it counts.
    pub effective_from: Day,
    /// What it is.
    pub title: Bilingual,
}

impl Desk {
    /// Establishes the authority that keeps this register: once, on an empty register or one
    /// without an authority. One that gives no calendar gets the one that ships for its
    /// jurisdiction, if any does.
    ///
    /// # Errors
    /// A refusal when one is established, a mistake in the words, or a fault.
    pub fn establish(
        &self,
        actor: &Actor,
        authority: &AuthorityEstablished,
    ) -> Result<Done<()>, DeskError> {
        self.act(actor, "authority.establish", |act| {
            if act.find::<AuthorityEstablished>("self")?.is_some() {
                let says = Bilingual::new(
                    "an authority keeps this register already",
                    "une autorité tient déjà ce registre",
                );
                return Err(DeskError::refused("authority.establish", &says));
            }
            let limits = authority.limits.check();
            limits.map_err(|mistake| DeskError::mistaken("limits", mistake))?;
            check_words(authority)?;
            LawBook::check_jurisdiction(&authority.jurisdiction)?;
            let mut authority = authority.clone();
            if authority.calendar.is_none() {
                authority.calendar = Calendar::shipped(&authority.jurisdiction);
            }
            act.append(authority).map(drop)
        })
    }

    /// The authority, once established.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn authority(&self) -> Result<Option<AuthorityEstablished>, DeskError> {
        let log = self.reading()?;
        Ok(self.book(log.as_ref())?.authority.clone())
    }

    /// Adopts a file: its bytes are kept, and it counts from the commit on for the days that it
    /// covers.
    ///
    /// # Errors
    /// A mistake when the file cannot be used beside what is adopted, or a fault.
    pub fn adopt(&self, actor: &Actor, file: &AdoptFile) -> Result<Done<String>, DeskError> {
        self.act(actor, "regime.adopt", |act| {
            if file.text.len() > FILE_BYTES_MAX {
                return Err(DeskError::mistaken_as(
                    &file.key,
                    format!("the file is larger than {FILE_BYTES_MAX} bytes"),
                    format!("le fichier dépasse {FILE_BYTES_MAX} octets"),
                ));
            }
            if act.find::<RegimeFileAdopted>(&file.key)?.is_some() {
                return Err(DeskError::mistaken_as(
                    &file.key,
                    "a file of this key is adopted already: expected a new edition key",
                    "un fichier de cette clé est déjà adopté : attendu la clé d’une nouvelle édition",
                ));
            }
            act.book.check_file(file.file_kind, &file.key, &file.text)?;
            let digest = act.writing().vault_put(file.text.as_bytes())?;
            act.append(RegimeFileAdopted {
                file_kind: file.file_kind,
                key: file.key.clone(),
                digest: digest.to_string(),
                effective_from: file.effective_from,
                title: file.title.clone(),
            })?;
            Ok(file.key.clone())
        })
    }

    /// Adopts an edition of a control list.
    ///
    /// # Errors
    /// As [`Desk::adopt`].
    pub fn adopt_list(&self, actor: &Actor, list: &ControlList) -> Result<Done<String>, DeskError> {
        let text = serde_json::to_string(list)
            .map_err(|cause| DeskError::invariant(format!("writing a list: {cause}")))?;
        self.adopt(
            actor,
            &AdoptFile {
                file_kind: RegimeFileKind::ControlList,
                key: format!("{}@{}", list.list, list.edition),
                text,
                effective_from: list.validity.from,
                title: list.title.clone(),
            },
        )
    }

    /// The files adopted.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn adopted(&self) -> Result<Vec<RegimeFileAdopted>, DeskError> {
        reading::all(self.reading()?.as_ref(), None)
    }

    /// Editions of control lists in use: shipped and adopted.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn lists(&self) -> Result<Vec<ControlList>, DeskError> {
        let log = self.reading()?;
        Ok(self
            .book(log.as_ref())?
            .parts()
            .lists
            .editions()
            .cloned()
            .collect())
    }

    /// The name of a country, in both languages.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn country_name(&self, code: domain::country::Country) -> Result<Bilingual, DeskError> {
        let log = self.reading()?;
        let name = self
            .book(log.as_ref())?
            .parts()
            .countries
            .name(code)
            .cloned();
        Ok(name.unwrap_or_else(|| Bilingual::new(code.as_str(), code.as_str())))
    }

    /// A scope written as policy text, read.
    ///
    /// # Errors
    /// A mistake that names line and column.
    pub fn read_scope(&self, text: &str) -> Result<domain::scope::Scope, DeskError> {
        regime::parse_scope(text).map_err(|mistake| DeskError::mistaken("scope", mistake))
    }

    /// Whether a person may do something.
    ///
    /// # Errors
    /// A fault of the register.
    pub fn may(&self, actor: &Actor, action: &str) -> Result<bool, DeskError> {
        let log = self.reading()?;
        Ok(self.book(log.as_ref())?.may(actor, action))
    }
}

/// Longest code of a jurisdiction: that of a country with a part of it takes six.
const JURISDICTION_BYTES_MAX: usize = 40;

/// Checks that an authority's words are there in both languages.
fn check_words(authority: &AuthorityEstablished) -> Result<(), DeskError> {
    let own = [
        ("name".to_owned(), &authority.name),
        ("permit_word".to_owned(), &authority.permit_word),
    ];
    let verbs = authority.verbs.iter();
    let verbs = verbs.map(|(kind, words)| (format!("verbs.{kind}"), words));
    for (field, words) in own.into_iter().chain(verbs) {
        if !words.is_complete() {
            return Err(DeskError::mistaken_as(
                field,
                "expected English and French",
                "l’anglais et le français sont attendus",
            ));
        }
    }
    let code = authority.jurisdiction.trim();
    if code.is_empty() || code.len() > JURISDICTION_BYTES_MAX {
        return Err(DeskError::mistaken_as(
            "jurisdiction",
            "expected the code of a country or of a part of one, as in CA",
            "attendu le code d’un pays ou d’une de ses parties, comme CA",
        ));
    }
    Ok(())
}
