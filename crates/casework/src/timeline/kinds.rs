//! What kind of event it was, in both languages, where the log has no sentence of its own for it.

use domain::event::Event;
use domain::language::Bilingual;

/// The kinds, in the order of the alphabet, each in English and French.
const KINDS: [(&str, &str, &str); 88] = [
    (
        "AdviceGiven",
        "a consulted body advises",
        "un organisme consulté donne son avis",
    ),
    (
        "AllegationOpened",
        "an allegation is taken up",
        "une allégation est retenue",
    ),
    (
        "ApplicationRefused",
        "an application is refused",
        "une demande est refusée",
    ),
    (
        "ApplicationSubmitted",
        "an application is received",
        "une demande est reçue",
    ),
    (
        "ApplicationWithdrawn",
        "an application is withdrawn",
        "une demande est retirée",
    ),
    (
        "AssuranceReceived",
        "an assurance is received",
        "une assurance est reçue",
    ),
    (
        "AuthenticityAnswered",
        "the issuing state answers on an assurance",
        "l’État émetteur répond sur une assurance",
    ),
    (
        "AuthenticityAsked",
        "the issuing state is asked about an assurance",
        "l’État émetteur est interrogé sur une assurance",
    ),
    (
        "AuthorityEstablished",
        "the authority that keeps this register is established",
        "l’autorité qui tient ce registre est établie",
    ),
    (
        "BreachFound",
        "a breach of an assurance is judged",
        "un manquement à une assurance est jugé",
    ),
    (
        "CaseAssessed",
        "an application is assessed case by case",
        "une demande est évaluée au cas par cas",
    ),
    (
        "CompositionRecorded",
        "an item is said to be a part of something",
        "un article est dit faire partie d’autre chose",
    ),
    (
        "CountersignatureDeclined",
        "a countersignature is declined",
        "un contreseing est refusé",
    ),
    (
        "DecisionCountersigned",
        "an emergency stop is countersigned",
        "un arrêt d’urgence est contresigné",
    ),
    (
        "DecisionProposed",
        "a decision is proposed",
        "une décision est proposée",
    ),
    (
        "DecisionReturned",
        "a proposal is returned",
        "une proposition est renvoyée",
    ),
    (
        "DecisionSigned",
        "a decision is signed",
        "une décision est signée",
    ),
    (
        "DeliveryVerified",
        "delivery is verified",
        "la livraison est vérifiée",
    ),
    (
        "DialogueOpened",
        "a dialogue is opened",
        "un dialogue est ouvert",
    ),
    (
        "DialogueStepped",
        "a dialogue takes a step",
        "un dialogue franchit un pas",
    ),
    (
        "DutyDischarged",
        "what was owed is done",
        "une obligation est remplie",
    ),
    ("DutyOpened", "something is owed", "une obligation naît"),
    (
        "EvidenceCorrected",
        "what was said of evidence is corrected",
        "ce qui était dit d’une preuve est corrigé",
    ),
    (
        "EvidenceCustodyAdded",
        "a step in the custody of evidence is recorded",
        "une étape de possession d’une preuve est consignée",
    ),
    (
        "EvidenceGraded",
        "evidence is graded again",
        "une preuve est cotée de nouveau",
    ),
    (
        "EvidenceLinked",
        "evidence is linked",
        "une preuve est rattachée",
    ),
    (
        "EvidenceReceived",
        "evidence is received",
        "une preuve est reçue",
    ),
    (
        "EvidenceRepetitionFound",
        "evidence is found to repeat other evidence",
        "une preuve se révèle en répéter une autre",
    ),
    (
        "EvidenceSealed",
        "evidence is sealed, or opened",
        "une preuve est scellée, ou ouverte",
    ),
    (
        "ExceptionalCircumstancesDetermined",
        "exceptional circumstances are determined",
        "des circonstances exceptionnelles sont constatées",
    ),
    (
        "ExitConfirmed",
        "goods have left",
        "des marchandises sont sorties",
    ),
    (
        "FindingMade",
        "a finding is made",
        "une constatation est faite",
    ),
    (
        "GeneralPermitRegistered",
        "an exporter registers for a general permit",
        "un exportateur s’inscrit pour une licence générale",
    ),
    (
        "GeneralPermitRegistrationEnded",
        "a registration for a general permit ends",
        "une inscription pour une licence générale prend fin",
    ),
    (
        "GoodsReturned",
        "goods come back, or a draw is corrected",
        "des marchandises reviennent, ou une imputation est corrigée",
    ),
    (
        "InformationReceived",
        "the applicant answers",
        "le demandeur répond",
    ),
    (
        "InformationRequested",
        "the applicant is asked for more",
        "un complément est demandé au demandeur",
    ),
    (
        "InvestigationOpened",
        "an investigation is opened",
        "une enquête est ouverte",
    ),
    (
        "ItemCatalogued",
        "an item of the catalogue is described",
        "un article du catalogue est décrit",
    ),
    ("ItemRated", "an item is rated", "un article est classé"),
    (
        "MeasureLifted",
        "a measure is lifted",
        "une mesure est levée",
    ),
    ("MeasureSigned", "a measure is made", "une mesure est prise"),
    (
        "NoticeAcknowledged",
        "a notice is acknowledged",
        "un avis fait l’objet d’un accusé de réception",
    ),
    (
        "NoticeDelivered",
        "a notice is delivered",
        "un avis est remis",
    ),
    ("NoticeIssued", "a notice is served", "un avis est signifié"),
    (
        "OfficerAppointed",
        "an officer may act",
        "un agent peut agir",
    ),
    (
        "OrderResolved",
        "the numbers that an order reaches are listed",
        "les numéros qu’un ordre atteint sont énumérés",
    ),
    ("OrderSigned", "an order is made", "un ordre est pris"),
    (
        "PartyRecorded",
        "a party is registered or corrected",
        "une partie est inscrite ou corrigée",
    ),
    (
        "PartyScreened",
        "a party is screened",
        "une partie est filtrée",
    ),
    (
        "PassageAccepted",
        "a passage of evidence is accepted",
        "un passage d’une preuve est accepté",
    ),
    (
        "PermitAmended",
        "a permit has new terms",
        "une licence a de nouveaux termes",
    ),
    (
        "PermitIssued",
        "a permit is issued",
        "une licence est délivrée",
    ),
    (
        "PermitRecorded",
        "a permit of another register is recorded",
        "une licence d’un autre registre est reprise",
    ),
    (
        "PermitSurrendered",
        "a permit is given up by its holder",
        "une licence est remise par son titulaire",
    ),
    (
        "PlatformCatalogued",
        "a platform of the catalogue is described",
        "une plateforme du catalogue est décrite",
    ),
    (
        "RecommendationMade",
        "an officer recommends",
        "un agent recommande",
    ),
    (
        "ReferralSent",
        "a body is asked for advice",
        "l’avis d’un organisme est demandé",
    ),
    (
        "RegimeFileAdopted",
        "a file that the regime reads is adopted",
        "un fichier que lit le régime est adopté",
    ),
    (
        "ReleaseRefused",
        "a release is refused",
        "une mainlevée est refusée",
    ),
    (
        "RequestAnswered",
        "a request for information is answered",
        "une demande de renseignements a sa réponse",
    ),
    (
        "RequestReminded",
        "a request for information is repeated",
        "une demande de renseignements est rappelée",
    ),
    (
        "RequestSent",
        "a request for information goes out",
        "une demande de renseignements est envoyée",
    ),
    (
        "RequestUnanswered",
        "a request for information has no reply",
        "une demande de renseignements est sans réponse",
    ),
    (
        "ReviewAdviceGiven",
        "a consulted body advises on a review",
        "un organisme consulté donne son avis sur un examen",
    ),
    (
        "ReviewConcluded",
        "a review is concluded",
        "un examen est conclu",
    ),
    ("ReviewOpened", "a review is opened", "un examen est ouvert"),
    (
        "ReviewOutcomeRecorded",
        "a permit under review has its outcome",
        "une licence à l’examen a son issue",
    ),
    (
        "ReviewQuestionAnswered",
        "a question of a review is answered",
        "une question d’un examen a sa réponse",
    ),
    (
        "ReviewReminded",
        "a consulted body is reminded of a review",
        "un organisme consulté se voit rappeler un examen",
    ),
    (
        "ReviewRiskDetermined",
        "a risk is determined within a review",
        "un risque est déterminé au cours d’un examen",
    ),
    (
        "RiskDetermined",
        "the risk is determined",
        "le risque est déterminé",
    ),
    (
        "ShipmentHeld",
        "goods are held as evidence",
        "des marchandises sont retenues comme preuve",
    ),
    (
        "ShipmentReserved",
        "a shipment is declared and reserved",
        "un envoi est déclaré et réservé",
    ),
    (
        "ShipmentRestored",
        "a reservation is given back",
        "une réservation est restituée",
    ),
    (
        "SigningKeyRegistered",
        "a key is registered with which a program signs",
        "une clé est inscrite, dont signe un programme",
    ),
    (
        "SigningKeyWithdrawn",
        "a signing key is withdrawn",
        "une clé de signature est retirée",
    ),
    (
        "StopNoticeAcknowledged",
        "an office acknowledges a stop notice",
        "un bureau accuse réception d’un avis d’arrêt",
    ),
    (
        "StopNoticeIssued",
        "an office is told to hold goods",
        "un bureau est averti de retenir des marchandises",
    ),
    (
        "UnitFitted",
        "a unit is said to be built into another",
        "une unité est dite montée dans une autre",
    ),
    (
        "UnitRecorded",
        "a unit is recorded by its serial",
        "une unité est consignée par son numéro de série",
    ),
    (
        "VisitCalledOff",
        "a visit is called off",
        "une visite est annulée",
    ),
    (
        "VisitFollowedUp",
        "what a visit left open is followed up",
        "ce qu’une visite laissait ouvert est suivi",
    ),
    (
        "VisitPlanned",
        "a visit is planned",
        "une visite est prévue",
    ),
    (
        "VisitRecorded",
        "a visit is recorded",
        "une visite est consignée",
    ),
    (
        "VisitSampled",
        "a sample is drawn for a visit",
        "un échantillon est tiré pour une visite",
    ),
    (
        "WebhookStepped",
        "a webhook subscription takes a step",
        "un abonnement par webhook franchit un pas",
    ),
    (
        "WebhookSubscribed",
        "a program is to be told of what happens",
        "un programme sera averti de ce qui arrive",
    ),
];

/// An event by its kind. A kind that is not in the table is shown by its name; a test keeps the
/// table whole.
pub(super) fn in_words(event: &Event) -> Bilingual {
    let kind = event.kind();
    let known = KINDS
        .binary_search_by_key(&kind, |(name, _, _)| name)
        .ok()
        .and_then(|at| KINDS.get(at));
    known.map_or_else(
        || Bilingual::new(kind, kind),
        |(_, en, fr)| Bilingual::new(*en, *fr),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_event_has_words_in_both_languages() {
        assert!(KINDS.is_sorted_by(|a, b| a.0 < b.0));
        let mut all = Event::KINDS.to_vec();
        all.sort_unstable();
        let named: Vec<&str> = KINDS.iter().map(|(kind, _, _)| *kind).collect();
        assert_eq!(named, all);
        for (kind, en, fr) in KINDS {
            assert!(!en.is_empty() && !fr.is_empty() && en != fr, "{kind}");
        }
    }
}
