//! Keeping a web and reading it again, so that a register with millions of events is ready at once.
//!
//! What is kept can be made anew from the log at any time. It is for the machine that wrote it:
//! another version of its form is refused, and made anew.

use std::io::{self, Read, Write};

use domain::time::Position;

use crate::edges::Edges;
use crate::names::{NONE, Names, Thing};
use crate::web::{Spells, Web};

/// The first bytes: what it is, and the version of its form.
const MAGIC: [u8; 8] = *b"PCLSWEB1";

/// Bytes that whoever keeps a web may put beside it, as the leaf of its last event: so that the web
/// of another register is not taken for that of this one.
pub const MARK_BYTES: usize = 32;

/// Numbers written or read at once.
const AT_ONCE: usize = 1 << 14;

/// A web that was kept, with what was put beside it.
#[derive(Debug)]
pub struct Saved {
    /// The web.
    pub web: Web,
    /// What whoever kept it put beside it.
    pub mark: [u8; MARK_BYTES],
}

/// Why a web that was kept cannot be used. It is made anew then.
#[derive(Debug, thiserror::Error)]
pub enum SavedMistake {
    /// It cannot be read.
    #[error("reading the web: {0}")]
    Unreadable(#[from] io::Error),
    /// It is something else, or of another version.
    #[error("this is not a web of this version")]
    OtherForm,
    /// It is not what was written.
    #[error("the web is damaged: {0}")]
    Damaged(&'static str),
}

/// Adds up what passes, so that damage shows. Not a signature: the log can be asked instead.
#[derive(Debug, Clone, Copy)]
struct Sum(u64);

impl Sum {
    const fn new() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }

    fn take(&mut self, bytes: &[u8]) {
        for word in bytes.chunks(8) {
            let mut whole = [0_u8; 8];
            for (to, from) in whole.iter_mut().zip(word) {
                *to = *from;
            }
            self.0 = (self.0 ^ u64::from_le_bytes(whole)).wrapping_mul(0x0100_0000_01B3);
            self.0 ^= self.0 >> 31;
        }
    }
}

struct Out<'a, W> {
    to: &'a mut W,
    sum: Sum,
}

impl<W: Write> Out<'_, W> {
    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.take(bytes);
        self.to.write_all(bytes)
    }

    fn number(&mut self, number: u64) -> io::Result<()> {
        self.bytes(&number.to_le_bytes())
    }

    fn text(&mut self, text: &[u8]) -> io::Result<()> {
        self.number(text.len() as u64)?;
        text.chunks(AT_ONCE * 4)
            .try_for_each(|part| self.bytes(part))
    }

    fn numbers(&mut self, numbers: &[u32]) -> io::Result<()> {
        self.number(numbers.len() as u64)?;
        let mut packed = Vec::with_capacity(AT_ONCE * 4);
        for part in numbers.chunks(AT_ONCE) {
            packed.clear();
            packed.extend(part.iter().flat_map(|number| number.to_le_bytes()));
            self.bytes(&packed)?;
        }
        Ok(())
    }
}

struct In<'a, R> {
    from: &'a mut R,
    sum: Sum,
}

impl<R: Read> In<'_, R> {
    fn bytes(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        self.from.read_exact(bytes)?;
        self.sum.take(bytes);
        Ok(())
    }

    fn number(&mut self) -> io::Result<u64> {
        let mut whole = [0_u8; 8];
        self.bytes(&mut whole)?;
        Ok(u64::from_le_bytes(whole))
    }

    fn text(&mut self) -> Result<Vec<u8>, SavedMistake> {
        let mut left = self.length()?;
        let mut text = Vec::new();
        let mut part = vec![0_u8; AT_ONCE * 4];
        while left > 0 {
            let now = left.min(part.len());
            let part = part.get_mut(..now).unwrap_or_default();
            self.bytes(part)?;
            text.extend_from_slice(part);
            left = left.saturating_sub(now);
        }
        Ok(text)
    }

    fn numbers(&mut self) -> Result<Vec<u32>, SavedMistake> {
        let mut left = self.length()?;
        let mut numbers = Vec::new();
        let mut part = vec![0_u8; AT_ONCE * 4];
        while left > 0 {
            let now = left.min(AT_ONCE);
            let part = part.get_mut(..now.saturating_mul(4)).unwrap_or_default();
            self.bytes(part)?;
            numbers.reserve(now);
            numbers.extend(part.chunks_exact(4).filter_map(|four| {
                let four: [u8; 4] = four.try_into().ok()?;
                Some(u32::from_le_bytes(four))
            }));
            left = left.saturating_sub(now);
        }
        Ok(numbers)
    }

    /// A length that can be: what is longer than the file can hold ends the reading soon enough.
    fn length(&mut self) -> Result<usize, SavedMistake> {
        usize::try_from(self.number()?).map_err(|_| SavedMistake::Damaged("a length"))
    }
}

const fn signed(numbers: u32) -> i32 {
    numbers as i32
}

const fn unsigned(number: i32) -> u32 {
    number as u32
}

impl Web {
    /// Writes the web, packed, with a mark beside it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_to(&mut self, to: &mut impl Write, mark: [u8; MARK_BYTES]) -> io::Result<()> {
        self.pack();
        let mut out = Out {
            to,
            sum: Sum::new(),
        };
        out.bytes(&MAGIC)?;
        out.number(self.position.0)?;
        out.bytes(&mark)?;
        out.text(&self.names.kinds)?;
        out.numbers(&self.names.ends)?;
        out.text(&self.names.text)?;
        out.numbers(&self.names.slots)?;
        for days in [&self.from, &self.until] {
            let days: Vec<u32> = days.iter().map(|day| unsigned(*day)).collect();
            out.numbers(&days)?;
        }
        for edges in [&self.out, &self.back] {
            out.numbers(&edges.ends)?;
            out.numbers(&edges.packed)?;
        }
        out.numbers(&flat(&self.parts))?;
        out.numbers(&flat(&self.fittings))?;
        let sum = out.sum.0;
        out.number(sum)?;
        out.to.flush()
    }

    /// Reads a web that was kept.
    ///
    /// # Errors
    /// When it cannot be read, is something else, or is not what was written.
    pub fn read_from(from: &mut impl Read) -> Result<Saved, SavedMistake> {
        let mut from = In {
            from,
            sum: Sum::new(),
        };
        let mut magic = [0_u8; 8];
        from.bytes(&mut magic)?;
        if magic != MAGIC {
            return Err(SavedMistake::OtherForm);
        }
        let position = Position(from.number()?);
        let mut mark = [0_u8; MARK_BYTES];
        from.bytes(&mut mark)?;
        let names = Names {
            kinds: from.text()?,
            ends: from.numbers()?,
            text: from.text()?,
            slots: from.numbers()?,
        };
        let mut days = || -> Result<Vec<i32>, SavedMistake> {
            Ok(from.numbers()?.into_iter().map(signed).collect())
        };
        let (first, last) = (days()?, days()?);
        let mut edges = || -> Result<Edges, SavedMistake> {
            Ok(Edges::packed(from.numbers()?, from.numbers()?))
        };
        let (out, back) = (edges()?, edges()?);
        let parts = spells_of(&from.numbers()?);
        let fittings = spells_of(&from.numbers()?);
        let sum = from.sum.0;
        if from.number()? != sum {
            return Err(SavedMistake::Damaged("its sum"));
        }
        let mut web = Self {
            names,
            from: first,
            until: last,
            out,
            back,
            parts,
            fittings,
            rests: Vec::new(),
            position,
        };
        if !web.is_whole() {
            return Err(SavedMistake::Damaged("its parts do not fit"));
        }
        web.note_rests();
        Ok(Saved { web, mark })
    }

    /// Whether the arrays belong together.
    fn is_whole(&self) -> bool {
        let things = self.names.len();
        let names = &self.names;
        names.ends.len() == things
            && names.slots.len().is_power_of_two() == (things > 0 || !names.slots.is_empty())
            // One slot at least is free: a search for a name that is not there ends at it.
            && (things == 0 || names.slots.contains(&NONE))
            && self.from.len() == things
            && self.until.len() == things
            && names.kinds.iter().all(|kind| Thing::of(*kind).is_some())
    }
}

fn flat(spells: &Spells) -> Vec<u32> {
    let all = spells
        .iter()
        .flat_map(|(pair, said)| said.iter().map(move |days| (pair, days)));
    all.flat_map(|((part, whole), (from, until))| {
        [*part, *whole, unsigned(*from), unsigned(*until)]
    })
    .collect()
}

fn spells_of(numbers: &[u32]) -> Spells {
    let mut spells = Spells::new();
    for four in numbers.chunks_exact(4) {
        if let [part, whole, from, until] = *four {
            let said = spells.entry((part, whole)).or_default();
            said.push((signed(from), signed(until)));
        }
    }
    spells
}
