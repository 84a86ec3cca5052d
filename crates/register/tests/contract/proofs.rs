//! Proofs: inclusion, consistency, checkpoints, excerpts, redaction, copies.

use domain::time::Position;
use register::Origin;
use register::fault::RegisterFault;
use serde_json::json;

use crate::toy::{self, append, drawn, issued, stamp, suspended};
use crate::{Open, in_fresh};

pub fn proofs_hold_against_the_roots_of_any_size(open: Open) {
    in_fresh(open, |store, _| {
        toy::furnish(store, 700);
        let reading = store.read().unwrap();
        let leaf = |at| reading.event(Position(at)).unwrap().unwrap().leaf;
        for size in [1, 2, 255, 256, 257, 511, 512, 513, 700] {
            let root = reading.root(size).unwrap();
            for at in [1, 2, 100, 255, 256, 257, 500, 512, 513, 700] {
                match reading.inclusion_proof(Position(at), size) {
                    Ok(proof) => {
                        assert!(at <= size);
                        proof.verify(&leaf(at), &root).unwrap();
                        assert!(proof.verify(&leaf(at % 700 + 1), &root).is_err());
                    }
                    Err(fault) => assert!(at > size, "{fault}"),
                }
            }
            for old in [0, 1, 3, 255, 256, 300, 512, 600] {
                if old <= size {
                    let old_root = reading.root(old).unwrap();
                    let proof = reading.consistency_proof(old, size).unwrap();
                    proof.verify(&old_root, &root).unwrap();
                } else {
                    assert!(reading.consistency_proof(old, size).is_err());
                }
            }
        }
        assert!(reading.inclusion_proof(Position(0), 700).is_err());
        assert!(reading.inclusion_proof(Position(1), 701).is_err());
        assert!(reading.consistency_proof(1, 701).is_err());
    });
}

pub fn a_checkpoint_is_kept_and_agrees_with_the_log(open: Open) {
    in_fresh(open, |store, _| {
        append(store, 1, vec![issued("P-1", "PTY-1", 9)]);
        let mut writing = store.write(stamp(2)).unwrap();
        writing.append(vec![drawn("P-1", 1)], None, vec![]).unwrap();
        let signed = writing.sign_checkpoint(&toy::key()).unwrap();
        writing.commit().unwrap();
        append(store, 3, vec![drawn("P-1", 1)]);
        let reading = store.read().unwrap();
        let kept = reading.latest_checkpoint().unwrap().unwrap();
        assert_eq!(kept, signed);
        kept.check(&toy::key().verifier()).unwrap();
        assert_eq!(kept.checkpoint().size, 2);
        assert_eq!(kept.checkpoint().root, reading.root(2).unwrap());
        assert_eq!(kept.checkpoint().recorded_at, stamp(2).now);
    });
}

pub fn an_excerpt_proves_what_it_discloses_and_nothing_else(open: Open) {
    in_fresh(open, |store, _| {
        toy::furnish(store, 300);
        let mut writing = store.write(stamp(2)).unwrap();
        let signed = writing.sign_checkpoint(&toy::key()).unwrap();
        writing.commit().unwrap();
        let reading = store.read().unwrap();
        let discloses = |pointer: &str| pointer == "/holder";
        let excerpt = reading.excerpt(Position(42), &signed, &discloses).unwrap();
        let text = serde_json::to_string(&excerpt).unwrap();
        assert!(text.contains("PTY-") && !text.contains("camera") && !text.contains("OFF-1"));
        let read: register::excerpt::Excerpt = serde_json::from_str(&text).unwrap();
        read.verify(&toy::key().verifier()).unwrap();
        let other = register::checkpoint::CheckpointKey::new("register.example/toy", &[1; 32]);
        assert!(read.verify(&other.unwrap().verifier()).is_err());
        let holder = excerpt.fields["/holder"].clone();
        for (from, to) in [
            ("\\\"PTY-6\\\"", "\\\"PTY-5\\\""),
            ("PermitIssued", "PermitMoved"),
            ("\"form\":1", "\"form\":2"),
            ("\"index\":41", "\"index\":40"),
            ("permit:P-041", "permit:P-042"),
            ("/holder", "/hander"),
        ] {
            assert!(text.contains(from), "{from} is not in {text}; {holder:?}");
            let changed = text.replacen(from, to, 1);
            let read: register::excerpt::Excerpt = serde_json::from_str(&changed).unwrap();
            assert!(read.verify(&toy::key().verifier()).is_err(), "{from}");
        }
    });
}

pub fn a_redacted_event_still_proves(open: Open) {
    in_fresh(open, |store, folder| {
        toy::furnish(store, 10);
        let root = store.read().unwrap().root(10).unwrap();
        store
            .redact(Position(3), &["#actor", "/lines/0/item"])
            .unwrap();
        store.redact(Position(3), &["#ground"]).unwrap();
        let event = store.read().unwrap().event(Position(3)).unwrap().unwrap();
        assert_eq!((event.actor.as_str(), event.ground), ("", None));
        assert_eq!(
            event.payload["lines"],
            json!([
                { "item": null, "unit": "C62" }, { "item": "lens", "note": null }
            ])
        );
        let report = toy::verify(store);
        assert!(report.is_clean(), "{:?}", report.findings);
        assert_eq!(report.root, root);
        for pointer in ["/nothing", "", "/line", "#actors"] {
            let refused = store.redact(Position(4), &[pointer]);
            assert!(
                matches!(refused, Err(RegisterFault::NoSuchField { .. })),
                "{pointer}"
            );
        }
        assert!(store.redact(Position(99), &["#actor"]).is_err());
        assert!(folder.exists());
    });
}

pub fn redacting_a_branch_leaves_its_neighbours(open: Open) {
    in_fresh(open, |store, _| {
        append(store, 1, vec![issued("P-1", "PTY-1", 9)]);
        store.redact(Position(1), &["/lines"]).unwrap();
        let event = store.read().unwrap().event(Position(1)).unwrap().unwrap();
        assert_eq!(event.payload["holder"], "PTY-1");
        let gone = json!([{ "item": null, "unit": null }, { "item": null, "note": null }]);
        assert_eq!(event.payload["lines"], gone);
        let mut writing = store.write(stamp(2)).unwrap();
        let signed = writing.sign_checkpoint(&toy::key()).unwrap();
        writing.commit().unwrap();
        let reading = store.read().unwrap();
        let excerpt = reading.excerpt(Position(1), &signed, &|_| true).unwrap();
        excerpt.verify(&toy::key().verifier()).unwrap();
        assert!(!serde_json::to_string(&excerpt).unwrap().contains("camera"));
    });
}

pub fn a_backup_is_a_register_of_its_own(open: Open) {
    in_fresh(open, |store, folder| {
        toy::furnish(store, 300);
        let copy = folder.join("backup.db");
        store.backup_to(&copy).unwrap();
        assert!(
            store.backup_to(&copy).is_err(),
            "a backup overwrites nothing"
        );
        append(store, 9, vec![suspended("P-001")]);
        let backup = open(&copy);
        assert_eq!(
            backup.read().unwrap().head().unwrap().position,
            Position(300)
        );
        let report = toy::verify(backup.as_ref());
        assert!(report.is_clean(), "{:?}", report.findings);
        // An older state never goes live silently: a backup takes no write until somebody says so.
        assert_eq!(backup.origin().unwrap(), Origin::Copy { events: 300 });
        assert!(matches!(
            backup.write(stamp(9)),
            Err(RegisterFault::Copy { events: 300 })
        ));
        drop(backup);
        let backup = open(&copy);
        assert!(backup.write(stamp(9)).is_err(), "not even opened again");
        backup.go_live("accepted as it is").unwrap();
        append(backup.as_ref(), 9, vec![drawn("P-001", 1)]);
        drop(backup);
        let restored = open(&copy);
        let record = "accepted as it is".to_owned();
        assert_eq!(restored.origin().unwrap(), Origin::Restored { record });
        assert_eq!(store.origin().unwrap(), Origin::Own);
    });
}

pub fn a_furnished_register_is_clean(open: Open) {
    in_fresh(open, |store, _| {
        toy::furnish(store, 600);
        let report = toy::verify(store);
        assert!(report.is_clean(), "{:?}", report.findings);
        assert_eq!(
            (report.events, report.checkpoints, report.vault),
            (600, 6, 12)
        );
        assert!(report.views > 97);
    });
}
