//! The countries that a scenario file may name.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use domain::country::Country;

use super::wrong::{Wrong, both};
use crate::country_names::{CountryNames, NameLanguage, Named};

/// The tables that ship; none when they cannot be read, which a test of theirs keeps from happening.
static NAMES: LazyLock<Option<CountryNames>> = LazyLock::new(|| CountryNames::shipped().ok());

/// Whether ISO 3166-1 has given a code to a country.
pub(super) fn is_assigned(country: Country) -> bool {
    NAMES
        .as_ref()
        .is_none_or(|names| names.coded_countries().contains(&country))
}

/// What is wrong with a text that names no country, with the code of the country that it may mean.
pub(super) fn unknown(text: &str) -> Wrong {
    let found = both(
        format!("there is no country `{text}`: expected a code of ISO 3166-1, as in TR"),
        format!("il n’y a pas de pays `{text}` : attendu un code de la norme ISO 3166-1, comme TR"),
    );
    match meant(text) {
        Some(code) => Wrong::new(
            both(
                format!("{}; did you mean `{code}`?", found.en),
                format!("{} ; vouliez-vous dire `{code}` ?", found.fr),
            ),
            both(
                format!("write `{code}`, or another code of two capital letters"),
                format!("écrire `{code}`, ou un autre code de deux majuscules"),
            ),
        ),
        None => Wrong::new(
            found,
            both(
                "write a code of two capital letters",
                "écrire un code de deux majuscules",
            ),
        ),
    }
}

/// The country that a name, a code in small letters or one of three letters means.
fn meant(text: &str) -> Option<Country> {
    let names = NAMES.as_ref()?;
    let upper = text.trim().to_uppercase();
    let upper = if upper == "UK" {
        "GB".to_owned()
    } else {
        upper
    };
    let codes: &BTreeSet<Country> = names.coded_countries();
    let by_code = Country::new(&upper)
        .ok()
        .filter(|code| codes.contains(code));
    by_code.or_else(|| {
        NameLanguage::ALL
            .into_iter()
            .find_map(|language| match names.named(language, text) {
                Some(Named::Country(country) | Named::Withdrawn(country)) => Some(country),
                _ => None,
            })
    })
}
