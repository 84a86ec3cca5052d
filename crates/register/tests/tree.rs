//! The tree against another implementation of the same RFC.
#![expect(clippy::indexing_slicing, reason = "a test fails by panicking")]

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use register::fault::RegisterFault;
use register::hash::Hash;
use register::merkle::{
    Frontier, Node, Nodes, empty_root, leaf_hash, node_hash, prove_consistency, prove_inclusion,
    root,
};
use sha2::Sha256;

/// A tree whose complete subtrees are made from its leaves each time.
struct Leaves {
    leaves: Vec<Hash>,
}

impl Nodes for Leaves {
    fn node(&self, level: u8, index: u64) -> Result<Hash, RegisterFault> {
        if level == 0 {
            return Ok(self.leaves[index as usize]);
        }
        let left = self.node(level - 1, 2 * index)?;
        Ok(node_hash(&left, &self.node(level - 1, 2 * index + 1)?))
    }
}

fn ours(size: u64) -> Leaves {
    let leaves = (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect();
    Leaves { leaves }
}

fn theirs(size: u64) -> MemoryBackedTree<Sha256, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    (0..size).for_each(|n| tree.push(n.to_be_bytes().to_vec()));
    tree
}

fn joined(path: &[Hash]) -> Vec<u8> {
    path.iter().flat_map(|hash| hash.0).collect()
}

#[test]
fn the_empty_tree_has_the_root_of_the_rfc() {
    assert_eq!(
        empty_root().to_string(),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    assert_eq!(root(&ours(0), 0).unwrap(), Frontier::default().root());
}

#[test]
fn a_frontier_completes_each_node_once_and_can_be_taken_up_again() {
    let tree = ours(600);
    let mut frontier = Frontier::default();
    let mut completed: Vec<Node> = Vec::new();
    for (size, leaf) in (1..).zip(&tree.leaves) {
        frontier.push(*leaf, |node| completed.push(node));
        assert_eq!(frontier.root(), root(&tree, size).unwrap(), "{size}");
    }
    assert_eq!(frontier.size(), 600);
    for node in &completed {
        assert_eq!(node.hash, tree.node(node.level, node.index).unwrap());
    }
    let places: std::collections::BTreeSet<_> = completed
        .iter()
        .map(|node| (node.level, node.index))
        .collect();
    assert_eq!(places.len(), completed.len());
    assert_eq!(places.iter().filter(|(level, _)| *level == 8).count(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn an_inclusion_proof_is_that_of_another_implementation(size in 1_u64..400, at in 0_u64..400) {
        let (ours, theirs, index) = (ours(size), theirs(size), at % size);
        let root = root(&ours, size).unwrap();
        let their_root = theirs.root();
        prop_assert_eq!(&root.0[..], &their_root.as_bytes()[..]);
        let proof = prove_inclusion(&ours, index, size).unwrap();
        let expected = theirs.prove_inclusion(index as usize);
        prop_assert_eq!(joined(&proof.path), expected.as_bytes());
        let leaf = ours.leaves[index as usize];
        prop_assert!(proof.verify(&leaf, &root).is_ok());
        prop_assert!(proof.verify(&leaf_hash(b"another"), &root).is_err());
        prop_assert!(proof.verify(&leaf, &leaf_hash(b"another")).is_err());
        let mut longer = proof.clone();
        longer.path.push(root);
        prop_assert!(longer.verify(&leaf, &root).is_err());
        let mut moved = proof.clone();
        moved.index = size;
        prop_assert!(moved.verify(&leaf, &root).is_err());
        if !proof.path.is_empty() {
            let mut shorter = proof.clone();
            shorter.path.pop();
            prop_assert!(shorter.verify(&leaf, &root).is_err());
            let mut changed = proof;
            let place = (at as usize) % changed.path.len();
            changed.path[place].0[31] ^= 1;
            prop_assert!(changed.verify(&leaf, &root).is_err());
        }
    }

    #[test]
    fn a_consistency_proof_is_that_of_another_implementation(
        new_size in 1_u64..400,
        old in 0_u64..400,
    ) {
        let (ours, theirs) = (ours(new_size), theirs(new_size));
        let old_size = 1 + old % new_size;
        let (old_root, new_root) = (root(&ours, old_size).unwrap(), root(&ours, new_size).unwrap());
        let proof = prove_consistency(&ours, old_size, new_size).unwrap();
        let expected = theirs.prove_consistency((new_size - old_size) as usize);
        prop_assert_eq!(joined(&proof.path), expected.as_bytes());
        prop_assert!(proof.verify(&old_root, &new_root).is_ok());
        let other = leaf_hash(b"another");
        prop_assert!(proof.verify(&other, &new_root).is_err());
        prop_assert!(proof.verify(&old_root, &other).is_err());
        let mut longer = proof.clone();
        longer.path.push(other);
        prop_assert!(longer.verify(&old_root, &new_root).is_err());
        if !proof.path.is_empty() {
            let mut changed = proof.clone();
            let place = (old as usize) % changed.path.len();
            changed.path[place].0[0] ^= 1;
            prop_assert!(changed.verify(&old_root, &new_root).is_err());
            let mut shorter = proof;
            shorter.path.pop();
            prop_assert!(shorter.verify(&old_root, &new_root).is_err());
        }
    }
}

#[test]
fn a_proof_is_never_made_about_what_is_not_there() {
    let tree = ours(10);
    assert!(prove_inclusion(&tree, 10, 10).is_err());
    assert!(prove_inclusion(&tree, 0, 0).is_err());
    assert!(prove_consistency(&tree, 11, 10).is_err());
    assert!(prove_consistency(&tree, 0, 10).unwrap().path.is_empty());
}
