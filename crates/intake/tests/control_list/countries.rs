//! Lists of countries.

use crate::*;

pub fn country_of(name: &str) -> Option<Country> {
    let table = BTreeMap::from([
        ("Austria", "AT"),
        ("Autriche", "AT"),
        ("Germany", "DE"),
        ("Allemagne", "DE"),
        ("Türkiye", "TR"),
        ("Turquie", "TR"),
        ("Japan", "JP"),
        ("Canada", "CA"),
    ]);
    table.get(name).and_then(|code| Country::new(code).ok())
}

#[test]
fn countries_meet_by_their_code_and_never_by_their_position() {
    let import = read_country_list(&pair(PORTS_EN, PORTS_FR), &country_of).unwrap();
    assert_eq!(
        (import.key.as_str(), import.edition.as_str()),
        ("SOR-2031-8", "2031-05-02")
    );
    let listed: Vec<_> = import
        .countries
        .iter()
        .map(|listed| {
            let code = listed
                .country
                .map(|country| country.to_string())
                .unwrap_or_default();
            (code, listed.name.en.as_str(), listed.name.fr.as_str())
        })
        .collect();
    let expected = [
        ("AT".to_owned(), "Austria", "Autriche"),
        ("DE".to_owned(), "Germany", "Allemagne"),
        (String::new(), "Ruritania", ""),
        ("TR".to_owned(), "Türkiye", "Turquie"),
        ("JP".to_owned(), "Japan", ""),
        ("CA".to_owned(), "", "Canada"),
    ];
    assert_eq!(listed, expected);
    let day = import.countries[0].in_force_from.unwrap().to_string();
    assert_eq!(day, "2031-05-02");
    let about = |remark: Remark| -> Vec<&str> {
        let notes = import.notes.iter().filter(|note| note.remark == remark);
        notes.map(|note| note.about.as_str()).collect()
    };
    assert_eq!(about(Remark::CountryUnknown), ["Ruritania"]);
    assert_eq!(about(Remark::CountryTwice), ["Austria"]);
    assert_eq!(
        about(Remark::CountryInOneLanguage),
        ["Ruritania", "Japan", "Canada"]
    );
}

#[test]
fn a_list_of_items_is_no_list_of_countries() {
    let mistake = read_country_list(&pair(EN, FR), &country_of).unwrap_err();
    assert_eq!(
        mistake.to_string(),
        "`harbour.en.xml` lists no countries, expected a schedule with a list of names"
    );
}
