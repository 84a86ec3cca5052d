//! Excerpts: one event with what proves it to someone who has no register.

use std::collections::BTreeMap;

use domain::time::{Day, Instant, Position};
use serde::{Deserialize, Serialize};

use crate::checkpoint::{CheckpointMistake, CheckpointVerifier, SignedCheckpoint};
use crate::fault::RegisterFault;
use crate::hash::Hash;
use crate::leaf::{self, Field, Fields, Heading, Salt, Salts};
use crate::merkle::{InclusionProof, ProofRefusal};

/// One event, with some of its fields disclosed, the rest as commitments, its path to the root, and
/// a signed checkpoint over that root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Excerpt {
    /// The event's place in the log.
    pub position: Position,
    /// The event's name.
    pub kind: String,
    /// The version of the payload's form.
    pub form: u16,
    /// When the register learned it.
    pub recorded_at: Instant,
    /// First day on which it is true in law.
    pub effective_from: Option<Day>,
    /// What the event is about.
    pub tags: Vec<String>,
    /// The leaf hash of the event before it.
    pub previous: Hash,
    /// All fields by pointer.
    pub fields: BTreeMap<String, ExcerptField>,
    /// The way from the leaf to the root.
    pub proof: InclusionProof,
    /// The signed checkpoint, as text.
    pub checkpoint: String,
}

/// A field of an excerpt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum ExcerptField {
    /// Disclosed: the value can be checked.
    Disclosed {
        /// The canonical JSON of the value.
        value: String,
        /// Its salt, in hexadecimal.
        salt: String,
    },
    /// Withheld or redacted: only that something stands there. The pointer under which it is listed is
    /// not proven: it gives the commitment its place among the others, and no more.
    Withheld {
        /// The commitment.
        commitment: Hash,
    },
}

/// Why an excerpt proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExcerptRefusal {
    /// A salt is not 32 digits of hexadecimal.
    #[error("the salt of field `{pointer}` is not 32 digits of hexadecimal")]
    Salt {
        /// The pointer of the field.
        pointer: String,
    },
    /// The checkpoint cannot be relied on.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointMistake),
    /// The proof is about another event or another size than the excerpt and its checkpoint.
    #[error("the proof is not about this event and this checkpoint")]
    Elsewhere,
    /// The event is not what the checkpoint covers.
    #[error(transparent)]
    Proof(#[from] ProofRefusal),
}

impl Excerpt {
    /// Puts an excerpt together.
    pub(crate) fn new(
        heading: &Heading<'_>,
        fields: BTreeMap<String, ExcerptField>,
        proof: InclusionProof,
        checkpoint: &SignedCheckpoint,
    ) -> Self {
        Self {
            position: heading.position,
            kind: heading.kind.to_owned(),
            form: heading.form,
            recorded_at: heading.recorded_at,
            effective_from: heading.effective_from,
            tags: heading.tags.to_vec(),
            previous: heading.previous,
            fields,
            proof,
            checkpoint: checkpoint.text().to_owned(),
        }
    }

    /// Checks that the event, as disclosed, is in the log that this key signed.
    ///
    /// # Errors
    /// Refuses an excerpt with any changed part, or signed by another key.
    pub fn verify(&self, by: &CheckpointVerifier) -> Result<(), ExcerptRefusal> {
        let signed = SignedCheckpoint::open(&self.checkpoint, by)?;
        let checkpoint = signed.checkpoint();
        let (index, size) = (self.proof.index, self.proof.size);
        if index.checked_add(1) != Some(self.position.0) || size != checkpoint.size {
            return Err(ExcerptRefusal::Elsewhere);
        }
        let commitments: Vec<Hash> = self
            .fields
            .iter()
            .map(|(pointer, field)| field.commitment(pointer))
            .collect::<Result<_, _>>()?;
        let heading = Heading {
            position: self.position,
            kind: &self.kind,
            form: self.form,
            recorded_at: self.recorded_at,
            effective_from: self.effective_from,
            tags: &self.tags,
            previous: self.previous,
        };
        self.proof
            .verify(&heading.leaf_hash(&commitments), &checkpoint.root)?;
        Ok(())
    }
}

impl ExcerptField {
    fn commitment(&self, pointer: &str) -> Result<Hash, ExcerptRefusal> {
        match self {
            Self::Withheld { commitment } => Ok(*commitment),
            Self::Disclosed { value, salt } => {
                let salt = salt_from_hex(salt).ok_or_else(|| ExcerptRefusal::Salt {
                    pointer: pointer.to_owned(),
                })?;
                let field = Field {
                    pointer: pointer.as_bytes(),
                    value: value.as_bytes(),
                };
                Ok(leaf::commitment(&salt, field))
            }
        }
    }
}

/// The fields of an event for an excerpt: disclosed where asked for and still possible.
pub(crate) fn excerpt_fields(
    fields: &Fields,
    salts: &Salts,
    redactions: &BTreeMap<String, Hash>,
    discloses: &dyn Fn(&str) -> bool,
) -> Result<BTreeMap<String, ExcerptField>, RegisterFault> {
    let mut all = BTreeMap::new();
    for field in fields.iter() {
        let pointer = String::from_utf8_lossy(field.pointer).into_owned();
        let shown = if let Some(commitment) = redactions.get(&pointer) {
            ExcerptField::Withheld {
                commitment: *commitment,
            }
        } else {
            let salt = match salts {
                Salts::Seed(seed) => Some(leaf::salt(seed, field.pointer)),
                Salts::Each(each) => each.get(&pointer).copied(),
            };
            let salt = salt.ok_or_else(|| RegisterFault::UnreadableRow {
                table: "salt",
                key: pointer.clone(),
                because: "the field has neither a salt nor a redaction".into(),
            })?;
            if discloses(&pointer) {
                ExcerptField::Disclosed {
                    value: String::from_utf8_lossy(field.value).into_owned(),
                    salt: salt.iter().map(|byte| format!("{byte:02x}")).collect(),
                }
            } else {
                ExcerptField::Withheld {
                    commitment: leaf::commitment(&salt, field),
                }
            }
        };
        all.insert(pointer, shown);
    }
    Ok(all)
}

fn salt_from_hex(text: &str) -> Option<Salt> {
    if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u128::from_str_radix(text, 16).ok().map(u128::to_be_bytes)
}
