//! The words of a case in both languages: those of the format, and those that a run adds.

use domain::language::Bilingual;

/// A name of the file's own, as it is read aloud: `embassy_ankara` is `embassy ankara`.
pub(super) fn spoken(name: &str) -> String {
    name.replace('_', " ")
}

/// The words of the format and of a run, each with its French. A word that is not here is the
/// file's own (a number, a name, an answer) and reads the same in both languages.
const WORDS: &[(&str, &str)] = &[
    ("absent", "absente"),
    ("allegation_under_investigation", "allégation à l’étude"),
    ("annulled", "invalidée"),
    ("as expected", "comme attendu"),
    ("as the case has it", "comme le cas le dit"),
    ("asked", "demandée"),
    ("assurance_breached", "assurance rompue"),
    ("assurance_received", "assurance reçue"),
    ("barred", "exclue"),
    ("breached", "rompue"),
    ("by number", "par numéro"),
    ("came_back", "revenus"),
    ("cancelled", "annulée"),
    ("case_by_case", "au cas par cas"),
    ("category", "par catégorie"),
    ("changed", "changé"),
    ("confirmed", "confirmée"),
    ("credible", "crédible"),
    ("decision_unlawful", "décision illégale"),
    ("delivery_by", "livraison vérifiée"),
    ("denied", "démentie"),
    ("diversion", "détournement"),
    ("diversion_suspected", "détournement soupçonné"),
    ("done", "accompli"),
    ("empty", "vide"),
    ("end_use", "utilisation déclarée"),
    ("end_user_in_doubt", "doute sur l’utilisateur final"),
    ("end_users", "utilisateurs permis"),
    ("established", "établie"),
    ("exhausted", "épuisée"),
    ("expired", "expirée"),
    ("false_statement", "fausse déclaration"),
    ("foreign_policy", "politique étrangère"),
    ("given_back", "rendus"),
    ("held", "en attente"),
    ("held_as_evidence", "retenus comme preuve"),
    ("held_until_confidence", "en attente de confiance"),
    ("in_consultation", "en consultation"),
    ("incomplete", "incomplète"),
    ("inferred", "déduit"),
    ("insufficient", "insuffisante"),
    ("issued", "délivrée"),
    ("issued without a reason", "délivrée sans motif"),
    ("lawful", "licites"),
    ("left", "sortis"),
    ("left_in_excess", "sortis en excès"),
    ("left_under_stop", "sortis malgré l’arrêt"),
    ("marked afterwards", "marqués après coup"),
    ("needed no exception", "n’exigeait pas d’exception"),
    ("no link", "aucun lien"),
    ("no open reservation", "aucune réservation ouverte"),
    ("no_reply", "sans réponse"),
    ("no_retransfer", "pas de retransfert"),
    ("no_substantial_risk", "pas de risque sérieux"),
    ("none", "aucun"),
    ("normal_review", "examen ordinaire"),
    ("not by number", "non par numéro"),
    ("not empty", "non vide"),
    ("not examined", "non examinée"),
    ("not proposed", "non proposé"),
    ("not-yet-valid", "pas encore valide"),
    ("not_established", "non établie"),
    ("not_examined", "non examinée"),
    ("not_verified", "non vérifiée"),
    ("nothing", "rien"),
    ("onward_transfer", "transfert à un tiers"),
    ("partly-in-force", "en vigueur en partie"),
    ("policy", "politique"),
    ("presumed_refusal", "refus présumé"),
    ("proposed", "proposé"),
    ("received", "reçue"),
    ("recorded_unverified", "consignée, non vérifiée"),
    ("refused", "refusée"),
    ("refuted", "réfutée"),
    ("requires_reason_for_exception", "motif d’exception exigé"),
    ("resale_only_to", "revente limitée"),
    ("reserved", "réservés"),
    ("right_of_verification", "droit de vérification"),
    ("stop_acknowledged", "arrêt reconnu"),
    ("stop_notice_sent", "avis d’arrêt envoyé"),
    ("stopped", "arrêtés"),
    ("strong", "fort"),
    ("superseded", "remplacée"),
    ("surrendered", "remise"),
    ("suspended", "suspendue"),
    ("territory", "territoire"),
    ("unchanged", "inchangé"),
    ("undetermined", "indéterminée"),
    ("unrest", "troubles"),
    ("valid", "valide"),
    ("verified", "vérifiée"),
    ("withdrawn", "retirée"),
];

/// Pairs an English with a French text.
pub(super) fn both(en: impl Into<String>, fr: impl Into<String>) -> Bilingual {
    Bilingual::new(en, fr)
}

/// What reads the same in both languages: a number, a name.
pub(super) fn same(text: impl Into<String>) -> Bilingual {
    let text = text.into();
    Bilingual::new(text.clone(), text)
}

/// A word of the format.
pub(super) fn word(text: &str) -> Bilingual {
    let known = WORDS
        .binary_search_by_key(&text, |(en, _)| en)
        .ok()
        .and_then(|at| WORDS.get(at));
    known.map_or_else(|| same(text), |(en, fr)| both(*en, *fr))
}

/// French participles that agree with the noun of a permit: as with `licence`, as with `permis`.
const AGREEING: [(&str, &str); 7] = [
    ("absente", "absent"),
    ("annulée", "annulé"),
    ("expirée", "expiré"),
    ("invalidée", "invalidé"),
    ("remise", "remis"),
    ("suspendue", "suspendu"),
    ("épuisée", "épuisé"),
];

/// A word for where permits stand, agreeing in French with what the authority calls them.
pub(super) fn standing(text: &str, permit: &str, is_several: bool) -> Bilingual {
    let mut said = word(text);
    if crate::answer::is_masculine(permit) {
        let pair = AGREEING
            .iter()
            .find(|(as_licence, _)| *as_licence == said.fr);
        said.fr = pair.map_or(said.fr, |(_, as_permis)| (*as_permis).to_owned());
    }
    let is_plain = said.fr != said.en && !said.fr.ends_with('s') && !said.fr.contains(" en ");
    if is_several && is_plain {
        said.fr.push('s');
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_standings_agree_with_what_the_authority_calls_a_permit() {
        for (text, permit, is_several, french) in [
            ("suspended", "licence", false, "suspendue"),
            ("suspended", "permis", false, "suspendu"),
            ("suspended", "Permis d’exportation", true, "suspendus"),
            ("cancelled", "autorisation", true, "annulées"),
            ("surrendered", "certificat", true, "remis"),
            ("valid", "permis", true, "valides"),
            ("partly-in-force", "permis", true, "en vigueur en partie"),
        ] {
            assert_eq!(
                standing(text, permit, is_several).fr,
                french,
                "{text} {permit}"
            );
        }
    }

    #[test]
    fn words_are_in_order_and_no_french_word_is_the_english_one() {
        assert!(WORDS.is_sorted_by(|a, b| a.0 < b.0));
        for (en, fr) in WORDS {
            assert_ne!(en, fr);
            assert_eq!(word(en), both(*en, *fr));
        }
        assert_eq!(word("3_of_5"), same("3_of_5"));
    }
}
