//! What pages say, in both official languages, from the message files.

use std::sync::LazyLock;

use domain::language::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

const ENGLISH: &str = include_str!("../locales/en/web.ftl");
const FRENCH: &str = include_str!("../locales/fr/web.ftl");

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[Bundle; 2]> =
    LazyLock::new(|| [bundle("en-CA", ENGLISH), bundle("fr-CA", FRENCH)]);

/// A message file as a bundle. What cannot be read in it is left out; a test reads all of it.
fn bundle(tag: &str, text: &str) -> Bundle {
    let locale: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![locale]);
    bundle.set_use_isolating(false);
    let resource = match FluentResource::try_new(text.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    // A key that is there twice keeps its first text.
    let _ = bundle.add_resource(resource);
    bundle
}

/// The message of a key.
pub(crate) fn say(language: Language, key: &str) -> String {
    say_with(language, key, &[])
}

/// The message of a key, with facts in it. A key without a message is shown as it is.
pub(crate) fn say_with(language: Language, key: &str, facts: &[(&str, &str)]) -> String {
    let [english, french] = &*BUNDLES;
    let bundle = match language {
        Language::En => english,
        Language::Fr => french,
    };
    let mut args = FluentArgs::new();
    for (name, value) in facts {
        args.set(*name, *value);
    }
    let pattern = bundle.get_message(key).and_then(|message| message.value());
    pattern.map_or_else(
        || key.to_owned(),
        |pattern| {
            bundle
                .format_pattern(pattern, Some(&args), &mut Vec::new())
                .into_owned()
        },
    )
}

/// The language of a request: the one asked for, else the first that the reader accepts.
pub(crate) fn language(asked: Option<&str>, accepts: Option<&str>) -> Language {
    let by_tag = |tag: &str| {
        let tag = tag.trim().to_ascii_lowercase();
        match tag.split(['-', ';']).next() {
            Some("fr") => Some(Language::Fr),
            Some("en") => Some(Language::En),
            _ => None,
        }
    };
    asked
        .and_then(by_tag)
        .or_else(|| accepts?.split(',').find_map(by_tag))
        .unwrap_or(Language::En)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn keys(text: &str) -> BTreeSet<String> {
        text.lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|line| line.split_once(" = "))
            .map(|(key, _)| key.to_owned())
            .collect()
    }

    #[test]
    fn both_languages_have_the_same_messages() {
        assert!(keys(ENGLISH).len() > 40);
        assert_eq!(keys(ENGLISH), keys(FRENCH));
        for text in [ENGLISH, FRENCH] {
            assert!(FluentResource::try_new(text.to_owned()).is_ok());
        }
    }

    #[test]
    fn every_standing_has_its_words() {
        use domain::permit::standing::Standing as S;
        for standing in [
            S::NotYetValid,
            S::InForce,
            S::Exhausted,
            S::PartlyInForce,
            S::Suspended,
            S::Expired,
            S::Surrendered,
            S::Cancelled,
            S::Annulled,
        ] {
            let key = format!("standing-{}", standing.key());
            assert_ne!(say(Language::En, &key), key);
            assert_ne!(say(Language::Fr, &key), key);
        }
    }

    #[test]
    fn the_language_asked_for_comes_before_the_one_accepted() {
        assert_eq!(language(Some("fr"), Some("en-CA")), Language::Fr);
        assert_eq!(language(None, Some("de, fr-CA;q=0.8, en")), Language::Fr);
        assert_eq!(language(Some("de"), None), Language::En);
        assert_eq!(language(None, None), Language::En);
    }
}
