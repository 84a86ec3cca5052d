//! The tree over the leaves (RFC 9162, section 2): roots, proofs and their verification.
//!
//! A complete subtree is named by its level (0 for a leaf) and its index from the left. Only
//! complete subtrees of [`STORED_LEVEL`] and above are stored; everything else is recomputed from at
//! most 255 leaf hashes. So an append writes one node per 256 events, starting up reads no history,
//! and a proof costs a few look-ups.
//!
//! The proofs are those of the RFC, byte for byte; that another implementation accepts them, and
//! that this one accepts its proofs, is a property test.

use serde::{Deserialize, Serialize};

use crate::fault::RegisterFault;
use crate::hash::{Hash, sha256};

/// The lowest level that is stored: blocks of 256 leaves.
pub const STORED_LEVEL: u8 = 8;

/// The hash of a leaf.
#[must_use]
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    Hash(sha256(&[&[0x00], bytes]))
}

/// The hash of a node over two subtrees.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash(sha256(&[&[0x01], &left.0, &right.0]))
}

/// The root of the tree without leaves.
#[must_use]
pub fn empty_root() -> Hash {
    Hash(sha256(&[]))
}

/// A complete subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// 0 for a leaf.
    pub level: u8,
    /// From the left, from 0.
    pub index: u64,
    /// Its hash.
    pub hash: Hash,
}

/// The complete subtrees at the growing end of the tree: all that is needed to add leaves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<(u8, Hash)>,
}

impl Frontier {
    /// Starts from complete subtrees, largest first, that together hold `size` leaves.
    #[must_use]
    pub fn from_peaks(size: u64, peaks: Vec<(u8, Hash)>) -> Self {
        Self { size, peaks }
    }

    /// How many leaves there are.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf, and gives each node above the leaf that it completes, lowest first.
    pub fn push(&mut self, leaf: Hash, mut completed: impl FnMut(Node)) {
        let (mut level, mut index, mut hash) = (0_u8, self.size, leaf);
        while let Some((_, left)) = self.peaks.pop_if(|(peak, _)| *peak == level) {
            hash = node_hash(&left, &hash);
            level = level.saturating_add(1);
            index >>= 1;
            completed(Node { level, index, hash });
        }
        self.peaks.push((level, hash));
        self.size = self.size.saturating_add(1);
    }

    /// The root over all leaves.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev().map(|(_, hash)| *hash);
        match peaks.next() {
            None => empty_root(),
            Some(last) => peaks.fold(last, |right, left| node_hash(&left, &right)),
        }
    }
}

/// Where the hashes of complete subtrees come from.
pub trait Nodes {
    /// The hash of the complete subtree at this level and index.
    ///
    /// # Errors
    /// When the subtree, or a leaf under it, cannot be read.
    fn node(&self, level: u8, index: u64) -> Result<Hash, RegisterFault>;
}

/// A tree as an engine keeps it: the leaves with the events, and complete subtrees of
/// [`STORED_LEVEL`] and above.
pub trait Kept {
    /// The hash of a kept subtree.
    ///
    /// # Errors
    /// When it is missing or cannot be read.
    fn kept(&self, level: u8, index: u64) -> Result<Hash, RegisterFault>;

    /// The leaf hashes from one index up to another, all of them.
    ///
    /// # Errors
    /// When one is missing or cannot be read.
    fn leaves(&self, from: u64, until: u64) -> Result<Vec<Hash>, RegisterFault>;

    /// All that is needed to add leaves after the first `size`.
    ///
    /// # Errors
    /// When a subtree or a leaf cannot be read.
    fn frontier(&self, size: u64) -> Result<Frontier, RegisterFault> {
        let mut peaks = Vec::new();
        let mut start = 0_u64;
        for level in (STORED_LEVEL..63).rev() {
            if size & (1 << level) != 0 {
                peaks.push((level, self.kept(level, start >> level)?));
                start += 1 << level;
            }
        }
        let mut frontier = Frontier::from_peaks(start, peaks);
        for leaf in self.leaves(start, size)? {
            frontier.push(leaf, |_| ());
        }
        Ok(frontier)
    }
}

impl<T: Kept> Nodes for T {
    fn node(&self, level: u8, index: u64) -> Result<Hash, RegisterFault> {
        if level >= STORED_LEVEL {
            return self.kept(level, index);
        }
        let mut frontier = Frontier::default();
        for leaf in self.leaves(index << level, (index + 1) << level)? {
            frontier.push(leaf, |_| ());
        }
        Ok(frontier.root())
    }
}

/// Shows that one event is in the log of a given size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InclusionProof {
    /// The event's index, which is its position less one.
    pub index: u64,
    /// The size of the log.
    pub size: u64,
    /// The siblings, from the leaf to the root.
    pub path: Vec<Hash>,
}

/// Shows that the log of one size begins with the whole log of an earlier size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsistencyProof {
    /// The earlier size.
    pub old_size: u64,
    /// The later size.
    pub new_size: u64,
    /// The nodes, as in the RFC.
    pub path: Vec<Hash>,
}

/// The root over the first `size` leaves.
///
/// # Errors
/// When a node cannot be read.
pub fn root(nodes: &dyn Nodes, size: u64) -> Result<Hash, RegisterFault> {
    if size == 0 {
        return Ok(empty_root());
    }
    range_root(nodes, 0, size)
}

/// Proves that the leaf at `index` is in the tree of `size` leaves.
///
/// # Errors
/// When the index is not in the tree, or a node cannot be read.
pub fn prove_inclusion(
    nodes: &dyn Nodes,
    index: u64,
    size: u64,
) -> Result<InclusionProof, RegisterFault> {
    if index >= size {
        return Err(RegisterFault::OutOfRange {
            asked: index.saturating_add(1),
            size,
        });
    }
    let mut path = Vec::new();
    let (mut start, mut end) = (0, size);
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            path.push(range_root(nodes, middle, end)?);
            end = middle;
        } else {
            path.push(range_root(nodes, start, middle)?);
            start = middle;
        }
    }
    path.reverse();
    Ok(InclusionProof { index, size, path })
}

/// Proves that the tree of `new_size` leaves begins with the tree of `old_size` leaves.
///
/// # Errors
/// When the old tree is larger than the new one, or a node cannot be read.
pub fn prove_consistency(
    nodes: &dyn Nodes,
    old_size: u64,
    new_size: u64,
) -> Result<ConsistencyProof, RegisterFault> {
    if old_size > new_size {
        return Err(RegisterFault::OutOfRange {
            asked: old_size,
            size: new_size,
        });
    }
    let mut path = Vec::new();
    if old_size > 0 {
        let (mut start, mut end) = (0, new_size);
        let mut is_whole = true;
        while end != old_size {
            let middle = start + split(end - start);
            if old_size <= middle {
                path.push(range_root(nodes, middle, end)?);
                end = middle;
            } else {
                path.push(range_root(nodes, start, middle)?);
                start = middle;
                is_whole = false;
            }
        }
        if !is_whole {
            path.push(range_root(nodes, start, end)?);
        }
        path.reverse();
    }
    Ok(ConsistencyProof {
        old_size,
        new_size,
        path,
    })
}

/// The largest power of two below `count`, which is at least 2.
fn split(count: u64) -> u64 {
    1 << (u64::BITS - 1 - (count - 1).leading_zeros())
}

fn range_root(nodes: &dyn Nodes, start: u64, end: u64) -> Result<Hash, RegisterFault> {
    let count = end - start;
    if count.is_power_of_two() {
        let level = count.trailing_zeros();
        return nodes.node(u8::try_from(level).unwrap_or(u8::MAX), start >> level);
    }
    let middle = start + split(count);
    let left = range_root(nodes, start, middle)?;
    Ok(node_hash(&left, &range_root(nodes, middle, end)?))
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofRefusal {
    /// The proof has too many or too few nodes for the sizes that it names.
    #[error("the proof does not have the length that its sizes need")]
    Length,
    /// The nodes do not hash to the root.
    #[error("the proof does not lead to the root")]
    Root,
}

impl InclusionProof {
    /// Checks that a leaf is in the tree with this root (RFC 9162, 2.1.3.2).
    ///
    /// # Errors
    /// Refuses a proof of the wrong length or that leads elsewhere.
    pub fn verify(&self, leaf: &Hash, root: &Hash) -> Result<(), ProofRefusal> {
        if self.index >= self.size {
            return Err(ProofRefusal::Length);
        }
        let (mut index, mut last, mut hash) = (self.index, self.size - 1, *leaf);
        for sibling in &self.path {
            if last == 0 {
                return Err(ProofRefusal::Length);
            }
            if index & 1 == 1 || index == last {
                hash = node_hash(sibling, &hash);
                while index & 1 == 0 && index != 0 {
                    index >>= 1;
                    last >>= 1;
                }
            } else {
                hash = node_hash(&hash, sibling);
            }
            index >>= 1;
            last >>= 1;
        }
        match (last, hash == *root) {
            (0, true) => Ok(()),
            (0, false) => Err(ProofRefusal::Root),
            _ => Err(ProofRefusal::Length),
        }
    }
}

impl ConsistencyProof {
    /// Checks that the new tree begins with the old one (RFC 9162, 2.1.4.2).
    ///
    /// # Errors
    /// Refuses a proof of the wrong length or that leads to another of the two roots.
    pub fn verify(&self, old_root: &Hash, new_root: &Hash) -> Result<(), ProofRefusal> {
        let same = |a: &Hash, b: &Hash| {
            if a == b {
                Ok(())
            } else {
                Err(ProofRefusal::Root)
            }
        };
        if self.old_size > self.new_size {
            return Err(ProofRefusal::Length);
        }
        if self.old_size == self.new_size || self.old_size == 0 {
            if !self.path.is_empty() {
                return Err(ProofRefusal::Length);
            }
            let expected = if self.old_size == 0 {
                empty_root()
            } else {
                *new_root
            };
            return same(old_root, &expected);
        }
        let mut path = self.path.iter();
        let (mut index, mut last) = (self.old_size - 1, self.new_size - 1);
        while index & 1 == 1 {
            index >>= 1;
            last >>= 1;
        }
        let first = if self.old_size.is_power_of_two() {
            Some(old_root)
        } else {
            path.next()
        };
        let first = *first.ok_or(ProofRefusal::Length)?;
        let (mut old, mut new) = (first, first);
        for sibling in path {
            if last == 0 {
                return Err(ProofRefusal::Length);
            }
            if index & 1 == 1 || index == last {
                old = node_hash(sibling, &old);
                new = node_hash(sibling, &new);
                while index & 1 == 0 && index != 0 {
                    index >>= 1;
                    last >>= 1;
                }
            } else {
                new = node_hash(&new, sibling);
            }
            index >>= 1;
            last >>= 1;
        }
        if last != 0 {
            return Err(ProofRefusal::Length);
        }
        same(&old, old_root).and_then(|()| same(&new, new_root))
    }
}
