//! A text of a megabyte against a register of 100,000 parties and a catalogue of 50,000 items: what it
//! costs to build the names once, and to read the text with them.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::sync::LazyLock;

use divan::Bencher;
use intake::finding::{KnownKind, Names, find};
use intake::passages::{Asked, Passages, read};

const PARTIES: u64 = 100_000;
const ITEMS: u64 = 50_000;
const TEXT_BYTES: usize = 1_000_000;

static NAMES: LazyLock<Names> = LazyLock::new(names);
static PASSAGES: LazyLock<Passages> = LazyLock::new(|| read(text().as_bytes(), Asked::default()));

fn main() {
    let found = find(&PASSAGES, &NAMES, None);
    println!(
        "{} bytes, {} proposals{}",
        PASSAGES.text.len(),
        found.proposals.len(),
        if found.is_cut { ", cut" } else { "" }
    );
    divan::main();
}

/// Words of two to four syllables, the same for the same number.
fn word(number: u64) -> String {
    const SYLLABLES: [&str; 32] = [
        "ka", "ra", "dağ", "nor", "vel", "mi", "os", "tu", "şe", "lan", "bre", "ço", "pra", "del",
        "fin", "gor", "he", "is", "jan", "kür", "lo", "mar", "née", "or", "pel", "ques", "ri",
        "sø", "tem", "ul", "vas", "zé",
    ];
    let mut state = number
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    let mut text = String::new();
    for _ in 0..2 + number % 3 {
        let at = usize::try_from(state >> 59).unwrap();
        text.push_str(SYLLABLES.get(at).unwrap());
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
    }
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

fn party(number: u64) -> String {
    format!(
        "{} {} {} A.Ş.",
        word(number),
        word(number / 7 + 1),
        word(number % 911)
    )
}

fn item(number: u64) -> String {
    format!("{}-{}D", word(number % 577).to_uppercase(), number)
}

fn names() -> Names {
    let mut names = Names::shipped().unwrap();
    names.add_parties((0..PARTIES).map(|n| (format!("PTY-{n}"), party(n))));
    names.add_known((0..ITEMS).map(|n| (KnownKind::Model, format!("ITM-{n}"), item(n))));
    names
}

/// News about parties and items of the register, paragraph after paragraph.
fn text() -> String {
    let mut text = String::from("Oslo, 3 May 2021\n\n");
    let mut n = 0_u64;
    while text.len() < TEXT_BYTES {
        text.push_str(&format!(
            "The ministry said on Monday that it had looked at what was sent in the years before, and \
             that nothing more could be said of it while the work went on. {} delivered {} in the \
             spring of 2020, officials in the capital were told, but papers that would show where \
             the goods went were not to be had, and the company did not answer questions.\n\n\
             “We have asked for the papers and we shall ask again,” said Minister Ada Orme. Norway \
             suspended export permits for goods of {} last autumn and has not cancelled any.\n\n",
            party(n * 37 % PARTIES),
            item(n * 101 % ITEMS),
            party(n * 53 % PARTIES),
        ));
        n += 1;
    }
    text
}

#[divan::bench(sample_count = 5)]
fn build_names() -> Names {
    names()
}

#[divan::bench(sample_count = 20)]
fn read_a_megabyte(bencher: Bencher<'_, '_>) {
    let (names, passages) = (&*NAMES, &*PASSAGES);
    bencher.bench(|| find(passages, names, None));
}
