//! Pictures: what they say of themselves, as claims. The picture itself is kept and never altered.
//!
//! The claims are read by `kamadak-exif` and the true size by `imagesize`; what is ours is to doubt
//! them.

use std::io::Cursor;

use domain::time::Day;
use exif::{Exif, In, Reader, Tag, Value};

use super::flag::Flag;
use super::{Asked, Build};

/// Longest text of one claim that is looked at, in bytes.
const TEXT_MAX: usize = 4_096;

/// Programs that alter pictures, by a word of their name. Cameras write their own firmware there.
const EDITORS: [&str; 14] = [
    "photoshop",
    "lightroom",
    "gimp",
    "snapseed",
    "imagemagick",
    "paint",
    "affinity",
    "pixelmator",
    "exiftool",
    "darktable",
    "canva",
    "picasa",
    "capture one",
    "facetune",
];

/// The first year in which a camera wrote what is read here.
const FIRST_YEAR: i16 = 1995;

/// Whether bytes begin as a picture does.
pub(super) fn is_picture(bytes: &[u8]) -> bool {
    let is_web = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let is_heif = bytes.get(4..8) == Some(b"ftyp")
        && bytes.get(8..12).is_some_and(|brand| {
            [b"heic", b"heix", b"mif1", b"avif"]
                .iter()
                .any(|known| *known == brand)
        });
    bytes.starts_with(&[0xFF, 0xD8, 0xFF])
        || bytes.starts_with(b"\x89PNG\r\n\x1A\n")
        || bytes.starts_with(b"II*\0")
        || bytes.starts_with(b"MM\0*")
        || bytes.starts_with(b"GIF8")
        || is_web
        || is_heif
}

pub(super) fn read(bytes: &[u8], asked: Asked, into: &mut Build) {
    let Some(exif) = claimed(bytes, into) else {
        into.flag(Flag::NoClaims);
        return;
    };
    let claims = Claims::of(&exif);
    claims.tell(into);
    claims.judge_times(asked, into);
    claims.judge_place(into);
    claims.judge_size(bytes, into);
    if let Some(program) = claims.text(Tag::Software)
        && EDITORS
            .iter()
            .any(|known| program.to_lowercase().contains(known))
    {
        into.flag(Flag::Edited {
            program: program.to_owned(),
        });
    }
}

/// What a picture carries of claims, as far as it can be read; none where there is nothing.
fn claimed(bytes: &[u8], into: &mut Build) -> Option<Exif> {
    let mut reader = Reader::new();
    reader.continue_on_error(true);
    let read = reader.read_from_container(&mut Cursor::new(bytes));
    let mut wrong: Option<String> = None;
    let read = read.or_else(|error| {
        error.distill_partial_result(|errors| wrong = errors.first().map(ToString::to_string))
    });
    let exif = match read {
        Ok(exif) => Some(exif),
        // A GIF has no room for such claims.
        Err(_) if bytes.starts_with(b"GIF8") => None,
        Err(exif::Error::NotFound(_)) => None,
        Err(error) => {
            wrong = Some(error.to_string());
            None
        }
    };
    if let Some(wrong) = wrong {
        into.flag(Flag::Corrupt {
            what: format!("what the picture says of itself is damaged: {wrong}"),
        });
    }
    exif.filter(|exif| exif.fields().len() > 0)
}

/// A field with what it says, where it says something.
type Claimed<'c> = (&'static str, Option<&'c str>);

/// Fields that are shown as they stand.
const SHOWN: [(Tag, &str); 14] = [
    (Tag::ImageDescription, "Description"),
    (Tag::Make, "Make"),
    (Tag::Model, "Model"),
    (Tag::Software, "Software"),
    (Tag::DateTime, "Changed"),
    (Tag::Artist, "Artist"),
    (Tag::Copyright, "Copyright"),
    (Tag::DateTimeOriginal, "Taken"),
    (Tag::DateTimeDigitized, "Digitized"),
    (Tag::OffsetTimeOriginal, "Offset"),
    (Tag::CameraOwnerName, "Owner"),
    (Tag::BodySerialNumber, "Camera serial number"),
    (Tag::LensModel, "Lens"),
    (Tag::GPSDateStamp, "Satellite day"),
];

struct Claims<'e> {
    exif: &'e Exif,
    /// Fields of text by their tag.
    texts: Vec<(Tag, String)>,
}

impl<'e> Claims<'e> {
    fn of(exif: &'e Exif) -> Self {
        let references = [Tag::GPSLatitudeRef, Tag::GPSLongitudeRef];
        let tags = SHOWN.iter().map(|(tag, _)| *tag).chain(references);
        let texts = tags.filter_map(|tag| {
            let Value::Ascii(lines) = &exif.get_field(tag, In::PRIMARY)?.value else {
                return None;
            };
            let raw = lines.first()?;
            let raw = raw.get(..raw.len().min(TEXT_MAX))?;
            let text = match std::str::from_utf8(raw) {
                Ok(text) => text.to_owned(),
                Err(_) => encoding_rs::WINDOWS_1252.decode(raw).0.into_owned(),
            };
            let text = text.trim();
            (!text.is_empty()).then(|| (tag, text.to_owned()))
        });
        Self {
            exif,
            texts: texts.collect(),
        }
    }

    fn text(&self, tag: Tag) -> Option<&str> {
        let found = self.texts.iter().find(|(held, _)| *held == tag);
        found.map(|(_, text)| text.as_str())
    }

    fn whole(&self, tag: Tag) -> Option<u32> {
        self.exif.get_field(tag, In::PRIMARY)?.value.get_uint(0)
    }

    /// Makes a line of text of each claim, so that a passage can quote it.
    fn tell(&self, into: &mut Build) {
        for (tag, name) in SHOWN {
            if let Some(says) = self.text(tag) {
                into.push(&format!("{name}: {says}\n"));
                into.fact(name, says);
            }
        }
        if let (Some(north), Some(east)) = self.position() {
            let says = format!("{north:.6}, {east:.6}");
            into.push(&format!("Position: {says}\n"));
            into.fact("Position", &says);
        }
    }

    /// Degrees of latitude and longitude.
    fn position(&self) -> (Option<f64>, Option<f64>) {
        (
            self.degrees(Tag::GPSLatitudeRef, Tag::GPSLatitude),
            self.degrees(Tag::GPSLongitudeRef, Tag::GPSLongitude),
        )
    }

    /// Degrees of latitude or longitude, south and west below zero.
    fn degrees(&self, reference: Tag, tag: Tag) -> Option<f64> {
        let Value::Rational(parts) = &self.exif.get_field(tag, In::PRIMARY)?.value else {
            return None;
        };
        let mut degrees = 0.0;
        for (part, unit) in parts.iter().zip([1.0, 60.0, 3600.0]) {
            if part.denom == 0 {
                return None;
            }
            degrees += part.to_f64() / unit;
        }
        let sign = match self.text(reference) {
            Some("S" | "W") => -1.0,
            _ => 1.0,
        };
        Some(sign * degrees)
    }

    fn judge_times(&self, asked: Asked, into: &mut Build) {
        let fields = [
            ("Taken", self.text(Tag::DateTimeOriginal)),
            ("Digitized", self.text(Tag::DateTimeDigitized)),
            ("Changed", self.text(Tag::DateTime)),
            ("Satellite day", self.text(Tag::GPSDateStamp)),
        ];
        let impossible = |field: &str, says: &str, why: &str| Flag::ImpossibleClaim {
            field: field.to_owned(),
            says: says.to_owned(),
            why: why.to_owned(),
        };
        for (field, says) in fields {
            let Some(says) = says else { continue };
            match day(says) {
                None => into.flag(impossible(field, says, "it is no day of the calendar")),
                Some(day) if day.year() < FIRST_YEAR => {
                    into.flag(impossible(field, says, "no camera wrote such a claim then"));
                }
                // A day of grace: the picture's clock may be a day ahead of the office's.
                Some(day) if asked.received_on.is_some_and(|on| day > on.plus_days(1)) => {
                    into.flag(impossible(field, says, "it was received before that"));
                }
                Some(_) => {}
            }
        }
        let [taken, digitized, changed, satellite] = fields;
        self.contradict(
            (taken, digitized),
            |taken, digitized| digitized < taken,
            into,
        );
        self.contradict((taken, changed), |taken, changed| changed < taken, into);
        let apart =
            |one: Day, other: Day| one.days_since_1970().abs_diff(other.days_since_1970()) > 1;
        self.contradict((taken, satellite), apart, into);
    }

    fn contradict(
        &self,
        (one, other): (Claimed<'_>, Claimed<'_>),
        is_so: impl Fn(Day, Day) -> bool,
        into: &mut Build,
    ) {
        let (Some(first), Some(second)) = (one.1, other.1) else {
            return;
        };
        if let (Some(a), Some(b)) = (day(first), day(second))
            && is_so(a, b)
        {
            into.flag(Flag::Contradiction {
                one: format!("{} {first}", one.0),
                other: format!("{} {second}", other.0),
            });
        }
    }

    fn judge_place(&self, into: &mut Build) {
        let has = |tag: Tag| self.exif.get_field(tag, In::PRIMARY).is_some();
        if !has(Tag::GPSLatitude) && !has(Tag::GPSLongitude) {
            return;
        }
        let (north, east) = self.position();
        let says = format!(
            "{}, {}",
            north.map_or("-".to_owned(), |n| format!("{n:.6}")),
            east.map_or("-".to_owned(), |e| format!("{e:.6}")),
        );
        let is_on_earth = north.is_some_and(|n| (-90.0..=90.0).contains(&n))
            && east.is_some_and(|e| (-180.0..=180.0).contains(&e));
        let is_nowhere =
            north.is_some_and(|n| n.abs() < 1e-6) && east.is_some_and(|e| e.abs() < 1e-6);
        let why = if !is_on_earth {
            "there is no such place"
        } else if is_nowhere {
            "devices write it when they know no place"
        } else {
            return;
        };
        into.flag(Flag::ImpossibleClaim {
            field: "Position".to_owned(),
            says,
            why: why.to_owned(),
        });
    }

    /// A picture of another size than it claims was cut or drawn anew.
    fn judge_size(&self, bytes: &[u8], into: &mut Build) {
        let claimed = self
            .whole(Tag::PixelXDimension)
            .zip(self.whole(Tag::PixelYDimension));
        let actual = imagesize::blob_size(bytes).ok().and_then(|size| {
            let width = u32::try_from(size.width).ok()?;
            Some((width, u32::try_from(size.height).ok()?))
        });
        if let (Some(claimed), Some(actual)) = (claimed, actual)
            && claimed != actual
            && claimed != (actual.1, actual.0)
        {
            into.flag(Flag::Contradiction {
                one: format!("Size {} × {}", claimed.0, claimed.1),
                other: format!("the picture has {} × {}", actual.0, actual.1),
            });
        }
    }
}

/// The day of `2021:04:12 10:00:00`.
fn day(says: &str) -> Option<Day> {
    let mut parts = says.split([':', ' ', '-']);
    let year = parts.next()?.parse().ok()?;
    let month = parts.next()?.parse().ok()?;
    let day = parts.next()?.parse().ok()?;
    Day::new(year, month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::super::{Asked, Flag, Media, Passages};
    use super::*;

    /// One entry of a directory of a made picture.
    enum Made {
        Text(u16, &'static str),
        Fractions(u16, [(u32, u32); 3]),
    }

    /// A JPEG that holds a block with entries of taking and of place, and nothing to see.
    fn picture(taking: &[Made], place: &[Made]) -> Vec<u8> {
        let mut block = b"II*\0\x08\0\0\0".to_vec();
        let after_first = 8 + 2 + 2 * 12 + 4;
        let size = |made: &[Made]| 2 + made.len() * 12 + 4;
        let place_at = after_first + size(taking);
        let mut data_at = place_at + size(place);
        let mut data = Vec::new();
        let entry = |block: &mut Vec<u8>, tag: u16, kind: u16, many: usize, value: usize| {
            block.extend(tag.to_le_bytes());
            block.extend(kind.to_le_bytes());
            block.extend(u32::try_from(many).unwrap().to_le_bytes());
            block.extend(u32::try_from(value).unwrap().to_le_bytes());
        };
        block.extend(2_u16.to_le_bytes());
        entry(&mut block, 0x8769, 4, 1, after_first);
        entry(&mut block, 0x8825, 4, 1, place_at);
        block.extend([0; 4]);
        for made in [taking, place] {
            block.extend(u16::try_from(made.len()).unwrap().to_le_bytes());
            for one in made {
                let before = data.len();
                match one {
                    Made::Text(tag, text) if text.len() < 4 => {
                        let mut four = [0; 4];
                        four[..text.len()].copy_from_slice(text.as_bytes());
                        let value = u32::from_le_bytes(four) as usize;
                        entry(&mut block, *tag, 2, text.len() + 1, value);
                    }
                    Made::Text(tag, text) => {
                        data.extend(text.bytes().chain([0]));
                        entry(&mut block, *tag, 2, text.len() + 1, data_at);
                    }
                    Made::Fractions(tag, parts) => {
                        for (over, under) in parts {
                            data.extend(over.to_le_bytes().iter().chain(&under.to_le_bytes()));
                        }
                        entry(&mut block, *tag, 5, 3, data_at);
                    }
                }
                data_at += data.len() - before;
            }
            block.extend([0; 4]);
        }
        block.extend(data);
        let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE1];
        bytes.extend(u16::try_from(block.len() + 8).unwrap().to_be_bytes());
        bytes.extend(b"Exif\0\0");
        bytes.extend(block);
        bytes.extend([0xFF, 0xD9]);
        bytes
    }

    fn read(taking: &[Made], place: &[Made]) -> Passages {
        let asked = Asked {
            received_on: Day::new(2020, 11, 2).ok(),
        };
        let read = super::super::read(&picture(taking, place), asked);
        assert_eq!(read.media, Media::Image);
        read
    }

    const STEPANAKERT: [Made; 4] = [
        Made::Text(1, "N"),
        Made::Fractions(2, [(39, 1), (48, 1), (5400, 100)]),
        Made::Text(3, "E"),
        Made::Fractions(4, [(46, 1), (45, 1), (0, 1)]),
    ];

    #[test]
    fn a_picture_says_when_and_where_and_it_is_a_claim() {
        let read = read(&[Made::Text(0x9003, "2020:10:20 09:30:00")], &STEPANAKERT);
        assert_eq!(read.facts["Position"], "39.815000, 46.750000");
        assert_eq!(
            read.text,
            "Taken: 2020:10:20 09:30:00\nPosition: 39.815000, 46.750000\n"
        );
        assert!(read.flags.is_empty(), "{:?}", read.flags);
    }

    #[test]
    fn a_picture_taken_after_it_was_received_lies() {
        let read = read(&[Made::Text(0x9003, "2021:01:05 09:30:00")], &[]);
        assert!(
            matches!(&read.flags[..], [Flag::ImpossibleClaim { field, .. }] if field == "Taken")
        );
        for says in [
            "1970:01:01 00:00:00",
            "2020:13:40 00:00:00",
            "0000:00:00 00:00:00",
        ] {
            let read = self::read(&[Made::Text(0x9003, says)], &[]);
            assert!(
                matches!(&read.flags[..], [Flag::ImpossibleClaim { .. }]),
                "{says}"
            );
        }
    }

    #[test]
    fn a_place_that_is_nowhere_is_flagged() {
        for (north, east) in [((95, 1), (10, 1)), ((0, 1), (0, 1)), ((10, 0), (10, 1))] {
            let place = [
                Made::Fractions(2, [north, (0, 1), (0, 1)]),
                Made::Fractions(4, [east, (0, 1), (0, 1)]),
            ];
            let read = read(&[], &place);
            assert!(
                matches!(&read.flags[..], [Flag::ImpossibleClaim { field, .. }] if field == "Position"),
                "{north:?}: {:?}",
                read.flags
            );
        }
    }

    #[test]
    fn claims_that_contradict_each_other_are_both_kept() {
        let read = read(
            &[
                Made::Text(0x9003, "2020:10:20 09:30:00"),
                Made::Text(0x9004, "2020:09:01 09:30:00"),
            ],
            &[Made::Text(0x001D, "2019:10:20")],
        );
        let many = read
            .flags
            .iter()
            .filter(|flag| matches!(flag, Flag::Contradiction { .. }));
        assert_eq!(many.count(), 2, "{:?}", read.flags);
        assert_eq!(read.facts["Digitized"], "2020:09:01 09:30:00");
    }

    #[test]
    fn a_picture_that_says_nothing_says_so() {
        for bytes in [&b"\xFF\xD8\xFF\xD9"[..], b"GIF89a"] {
            let read = super::super::read(bytes, Asked::default());
            assert_eq!(read.flags, [Flag::NoClaims], "{bytes:?}");
        }
    }

    #[test]
    fn a_picture_that_is_cut_short_is_damaged() {
        for bytes in [&b"\xFF\xD8\xFF\xE1"[..], b"\x89PNG\r\n\x1A\n\0", b"II*\0"] {
            let read = super::super::read(bytes, Asked::default());
            assert!(
                matches!(&read.flags[..], [Flag::Corrupt { .. }, Flag::NoClaims]),
                "{bytes:?}: {:?}",
                read.flags
            );
        }
    }

    #[test]
    fn claims_before_the_damage_are_kept() {
        let taken = "2020:10:20 09:30:00";
        let mut bytes = picture(&[Made::Text(0x9003, taken), Made::Text(0x9004, taken)], &[]);
        // The second text is said to have four thousand million letters.
        let at = bytes
            .windows(2)
            .position(|two| two == [0x04, 0x90])
            .unwrap();
        bytes[at + 4..at + 8].fill(0xFF);
        let read = super::super::read(&bytes, Asked::default());
        assert_eq!(read.facts.len(), 1);
        assert_eq!(read.facts["Taken"], taken);
        assert!(matches!(&read.flags[..], [Flag::Corrupt { .. }]));
    }
}
