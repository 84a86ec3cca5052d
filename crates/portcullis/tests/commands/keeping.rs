//! Verifying, backing up and restoring.

use super::desk::Place;

#[test]
fn one_byte_changed_in_an_event_is_named() {
    let place = Place::new();
    place.with_parties();
    place.run(&["verify"]).with(0);
    let file = place.store();
    let mut bytes = std::fs::read(&file).unwrap();
    let wanted = b"Synthetic Avionics";
    let places: Vec<usize> = bytes
        .windows(wanted.len())
        .enumerate()
        .filter(|(_, window)| window == wanted)
        .map(|(at, _)| at)
        .collect();
    assert!(!places.is_empty(), "the name stands in the file as written");
    for at in places {
        bytes[at] = b'Z';
    }
    std::fs::write(&file, bytes).unwrap();
    let ended = place.run(&["verify"]).with(1);
    assert!(ended.out.contains("WRONG: event 1 "), "{}", ended.out);
}

#[test]
fn a_store_that_is_none_is_a_fault_and_stays_as_it_is() {
    let place = Place::new();
    let text = "not a register\n".repeat(100);
    std::fs::write(place.store(), &text).unwrap();
    let ended = place.run(&["verify"]).with(3);
    assert!(ended.err.starts_with("fault: "), "{}", ended.err);
    assert_eq!(std::fs::read_to_string(place.store()).unwrap(), text);
}

#[test]
fn a_backup_is_restored_to_a_new_store_only() {
    let place = Place::new();
    place.with_parties();
    let copy = place.path("copy.sqlite").display().to_string();
    place.run(&["backup", &copy]).with(0);
    place.run(&["backup", &copy]).with(3);
    let head = place.head();
    let words = ["restore", copy.as_str(), "--expect", head.as_str()];
    let refused = place.run(&words).with(2);
    assert!(refused.err.contains("never overwrites"), "{}", refused.err);
    let new = place.path("new.sqlite");
    let done = place.run_on(&new, &words).with(0);
    assert!(done.out.contains("event 2"), "{}", done.out);
    place.run_on(&new, &["verify"]).with(0);
}

#[test]
fn a_backup_older_than_what_is_known_never_goes_live_silently() {
    let place = Place::new();
    place.with_parties();
    let copy = place.path("copy.sqlite").display().to_string();
    place.run(&["backup", &copy]).with(0);
    let more = place.file(
        "more.csv",
        "name,country,address,aliases,activities,business number,government\n\
         Synthetic Third,DE,,,,,no\n",
    );
    place.run(&["import", "parties", &more]).with(0);
    let head = place.head();
    let new = place.path("new.sqlite");
    let silent = place.run_on(&new, &["restore", &copy]).with(2);
    assert!(silent.err.contains("--accept-older"), "{}", silent.err);
    let older = place
        .run_on(&new, &["restore", &copy, "--expect", &head])
        .with(1);
    assert!(older.out.contains("lacks 1 events"), "{}", older.out);
    assert!(
        older.out.contains("il y manque 1 événements"),
        "{}",
        older.out
    );
    assert!(!new.exists(), "nothing stays behind");
    let other = format!("2:{}", "0".repeat(64));
    place
        .run_on(&new, &["restore", &copy, "--expect", &other])
        .with(1);
    assert!(!new.exists());
    let both = [
        "restore",
        copy.as_str(),
        "--accept-older",
        "--expect",
        &head,
    ];
    place.run_on(&new, &both).with(2);
    let taken = place
        .run_on(&new, &["restore", &copy, "--accept-older"])
        .with(0);
    assert!(taken.out.contains("WARNING"), "{}", taken.out);
    assert!(taken.out.contains("ATTENTION"), "{}", taken.out);
}

#[test]
fn a_backup_takes_no_act_and_is_not_served_until_it_is_restored() {
    let place = Place::new();
    place.with_parties();
    let copy = place.path("copy.sqlite");
    let name = copy.display().to_string();
    place.run(&["backup", &name]).with(0);
    let more = place.file(
        "more.csv",
        "name,country,address,aliases,activities,business number,government\n\
         Synthetic Third,DE,,,,,no\n",
    );
    let act = ["import", "parties", more.as_str()];
    let refused = place.run_on(&copy, &act).with(3);
    assert!(refused.err.contains("restore it first"), "{}", refused.err);
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let refused = place.run_on(&copy, &serve).with(1);
    assert!(refused.out.contains("REFUSED"), "{}", refused.out);
    assert!(refused.out.contains("REFUS :"), "{}", refused.out);
    let seen = place.run_on(&copy, &["verify"]).with(0);
    assert!(seen.out.contains("a backup of 2 events, not restored"));
    let new = place.path("new.sqlite");
    place
        .run_on(&new, &["restore", &name, "--accept-older"])
        .with(0);
    place.run_on(&new, &act).with(0);
    // What was accepted stays on record.
    let seen = place.run_on(&new, &["verify"]).with(0);
    let says = "accepted as it is, although it may be older, at event 2";
    assert!(seen.out.contains(says), "{}", seen.out);
    // The copy itself stays one.
    place.run_on(&copy, &act).with(3);
}

#[test]
fn a_damaged_copy_is_not_restored() {
    let place = Place::new();
    place.with_parties();
    let copy = place.path("copy.sqlite");
    let name = copy.display().to_string();
    place.run(&["backup", &name]).with(0);
    let mut bytes = std::fs::read(&copy).unwrap();
    let wanted = b"Synthetic Avionics";
    for at in 0..bytes.len() - wanted.len() {
        if &bytes[at..at + wanted.len()] == wanted {
            bytes[at] = b'Z';
        }
    }
    std::fs::write(&copy, bytes).unwrap();
    let new = place.path("new.sqlite");
    let ended = place
        .run_on(&new, &["restore", &name, "--accept-older"])
        .with(1);
    assert!(ended.out.contains("WRONG: event 1 "), "{}", ended.out);
    assert!(!new.exists());
    let junk = place.file("junk", "not a register\n".repeat(100));
    place
        .run_on(&new, &["restore", &junk, "--accept-older"])
        .with(3);
    assert!(!new.exists());
    place
        .run_on(&new, &["restore", "not-there", "--accept-older"])
        .with(2);
}

#[test]
fn words_that_make_no_sense_are_mistakes() {
    let place = Place::new();
    for words in [&["nonsense"][..], &["verify", "--since"], &["restore"]] {
        place.run(words).with(2);
    }
    place.run(&["--help"]).with(0);
    let ended = place.run(&["screen", "somebody"]).with(3);
    assert!(ended.err.contains("not built yet"), "{}", ended.err);
}

#[test]
fn a_checkpoint_kept_outside_shows_what_was_taken_away_since() {
    let place = Place::new();
    place.with_parties();
    place.run(&["checkpoint", "show"]).with(1);
    let key = place.path("log.key").display().to_string();
    let words = ["checkpoint", "new-key", &key, "--name", "register.example"];
    let public = place.run(&words).with(0).out.trim().to_owned();
    assert!(public.starts_with("register.example+"), "{public}");
    let again = place.run(&words).with(2);
    assert!(again.err.contains(&key), "{}", again.err);
    let older = place.path("older.sqlite");
    std::fs::copy(place.store(), &older).unwrap();
    let more = place.file(
        "more.csv",
        "name,country,address,aliases,activities,business number,government\n\
         Synthetic Third,DE,,,,,no\n",
    );
    place.run(&["import", "parties", &more]).with(0);
    let sign = ["checkpoint", "sign", "--checkpoint-key", &key];
    let text = place.run(&sign).with(0).out;
    assert_eq!(place.run(&sign).with(0).out, text, "nothing came since");
    assert_eq!(place.run(&["checkpoint", "show"]).with(0).out, text);
    let kept = place.file("kept.txt", &text);
    let since = ["verify", "--since", &kept, "--signed-by", &public];
    place.run(&since).with(0);
    let cut = place.run_on(&older, &since).with(1);
    assert!(cut.out.contains("WRONG"), "{}", cut.out);
    let forged = place.file("forged.txt", text.replace("\n3\n", "\n2\n"));
    let wrong = ["verify", "--since", &forged, "--signed-by", &public];
    assert_ne!(place.run(&wrong).code, 0);
    let other = place.file("no.key", "PRIVATE+KEY+register.example+00000000+AAAA");
    let refused = place
        .run(&["checkpoint", "sign", "--checkpoint-key", &other])
        .with(2);
    assert!(refused.err.contains("not a secret key"), "{}", refused.err);
}
