//! Flattening a payload as it is kept, from its JSON text, without building it first: what
//! verification does to every event.

use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::{DEPTH_MAX, FIELDS_MAX, Fields, FlattenMistake, push_token, write_string};

/// Why the text of a payload cannot be flattened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextMistake {
    /// It is not JSON, or has a number that is not an integer.
    #[error("payload: {0}")]
    Json(String),
    /// It is JSON that no payload may be.
    #[error(transparent)]
    Flatten(#[from] FlattenMistake),
}

impl Fields {
    /// Flattens what an event says, from the text of its payload.
    ///
    /// Gives what [`Fields::of`] gives for the same payload, save that a member that stands twice
    /// in one object is two fields here: no event was appended so.
    ///
    /// # Errors
    /// Refuses what is not JSON, and what [`Fields::of`] refuses.
    pub fn of_text(payload: &str, actor: &str, ground: Option<&str>) -> Result<Self, TextMistake> {
        let mut fields = Self::with_room();
        let mut pointer = String::with_capacity(64);
        let mut mistake = None;
        let mut read = serde_json::Deserializer::from_str(payload);
        let ended = Branch {
            fields: &mut fields,
            pointer: &mut pointer,
            depth: 0,
            mistake: &mut mistake,
        }
        .deserialize(&mut read)
        .and_then(|()| read.end());
        match (mistake, ended) {
            (Some(mistake), _) => Err(mistake.into()),
            (None, Err(error)) => Err(TextMistake::Json(error.to_string())),
            (None, Ok(())) => Ok(fields.signed(actor, ground)),
        }
    }
}

/// What stands at one place of the payload.
struct Branch<'a> {
    fields: &'a mut Fields,
    pointer: &'a mut String,
    depth: usize,
    mistake: &'a mut Option<FlattenMistake>,
}

impl Branch<'_> {
    /// Takes a scalar, or refuses it where only an object may stand.
    fn scalar<E: serde::de::Error>(self, write: impl FnOnce(&mut Vec<u8>)) -> Result<(), E> {
        if self.depth == 0 {
            return self.refuse(FlattenMistake::NotAnObject);
        }
        self.fields.push(self.pointer, write);
        Ok(())
    }

    /// Ends the reading with a mistake.
    fn refuse<T, E: serde::de::Error>(self, mistake: FlattenMistake) -> Result<T, E> {
        let error = E::custom(&mistake);
        *self.mistake = Some(mistake);
        Err(error)
    }

    fn inner(&mut self) -> Branch<'_> {
        Branch {
            fields: self.fields,
            pointer: self.pointer,
            depth: self.depth.saturating_add(1),
            mistake: self.mistake,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Branch<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        let too_large = |part, limit| FlattenMistake::TooLarge { part, limit };
        if self.depth > DEPTH_MAX {
            return self.refuse(too_large("nesting", DEPTH_MAX));
        }
        if self.fields.spans.len() >= FIELDS_MAX {
            return self.refuse(too_large("number of fields", FIELDS_MAX));
        }
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Branch<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer, a text, a list, an object, true, false or null")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.scalar(|text| text.extend_from_slice(b"null"))
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        let word: &[u8] = if value { b"true" } else { b"false" };
        self.scalar(|text| text.extend_from_slice(word))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.scalar(|text| text.extend_from_slice(value.to_string().as_bytes()))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.scalar(|text| text.extend_from_slice(value.to_string().as_bytes()))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        self.scalar(|text| write_string(text, value))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        if self.depth == 0 {
            return self.refuse(FlattenMistake::NotAnObject);
        }
        let here = self.pointer.len();
        let mut count = 0_usize;
        loop {
            push_token(self.pointer, &count.to_string());
            let item = items.next_element_seed(self.inner())?;
            self.pointer.truncate(here);
            if item.is_none() {
                break;
            }
            count = count.saturating_add(1);
        }
        if count == 0 {
            self.fields
                .push(self.pointer, |text| text.extend_from_slice(b"[]"));
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        let here = self.pointer.len();
        let mut is_empty = true;
        while members.next_key_seed(Token(self.pointer))?.is_some() {
            is_empty = false;
            members.next_value_seed(self.inner())?;
            self.pointer.truncate(here);
        }
        if is_empty {
            self.fields
                .push(self.pointer, |text| text.extend_from_slice(b"{}"));
        }
        Ok(())
    }
}

/// The name of a member, added to the pointer.
struct Token<'a>(&'a mut String);

impl<'de> DeserializeSeed<'de> for Token<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Token<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<(), E> {
        push_token(self.0, name);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn flat(fields: &Fields) -> Vec<(Vec<u8>, Vec<u8>)> {
        let own = |field: super::super::Field<'_>| (field.pointer.to_vec(), field.value.to_vec());
        fields.iter().map(own).collect()
    }

    #[test]
    fn a_text_flattens_as_the_payload_that_it_is() {
        for payload in [
            json!({}),
            json!({"a": 1, "b": -7, "c": u64::MAX, "d": null, "e": [true, false], "f": "é\"\\\n\u{1}"}),
            json!({"a/b": {"~": [[], {}, [{"x": [1, [2]]}]]}, "": {"": ""}, "z": {}}),
        ] {
            let built = Fields::of(&payload, "OFF-1", None).unwrap();
            let read = Fields::of_text(&payload.to_string(), "OFF-1", None).unwrap();
            assert_eq!(flat(&built), flat(&read), "{payload}");
        }
    }

    #[test]
    fn a_text_is_refused_for_what_its_payload_is_refused_for() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(70), "]".repeat(70));
        for text in ["[]", "1", "null", "\"a\"", &deep] {
            let payload = serde_json::from_str(text).unwrap();
            let built = Fields::of(&payload, "OFF-1", None).unwrap_err();
            let read = Fields::of_text(text, "OFF-1", None).unwrap_err();
            assert_eq!(read, TextMistake::Flatten(built), "{text}");
        }
    }

    #[test]
    fn what_is_not_json_or_not_exact_is_said_to_be_unreadable() {
        for text in [
            "",
            "{",
            "{'a':1}",
            "{} x",
            "{\"a\":}",
            "{\"a\":1.5}",
            "{\"a\":[1e3]}",
            "1.5",
        ] {
            let read = Fields::of_text(text, "OFF-1", None);
            assert!(
                matches!(read, Err(TextMistake::Json(_))),
                "{text}: {read:?}"
            );
        }
    }
}
