//! The words for acts on permits, and for what the acts are about, in English and French, folded.

use std::collections::HashMap;

/// What an authority, or a holder, does about permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verb {
    /// Issued permits cannot be used for a time.
    Suspend,
    /// Issued permits end.
    Cancel,
    /// No new ones are issued, or nothing is exported, for a time.
    Halt,
    /// A permit is given.
    Issue,
    /// An application is refused.
    Refuse,
    /// Applications are refused unless an exception is shown.
    PresumeDenial,
    /// What was stopped goes on.
    Reinstate,
    /// The holder gives a permit back.
    Surrender,
}

impl Verb {
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Cancel => "cancel",
            Self::Halt => "halt",
            Self::Issue => "issue",
            Self::Refuse => "refuse",
            Self::PresumeDenial => "presume-denial",
            Self::Reinstate => "reinstate",
            Self::Surrender => "surrender",
        }
    }
}

/// How a word is used: as a verb, or as the noun of one (`cancellation`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Verb,
    Noun,
    /// `lift`: only of what restricts.
    Lift,
}

/// What an act is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Object {
    Permits,
    Issuance,
    Exports,
    Applications,
    Restriction,
    /// A word that stands for permits named before.
    Pronoun,
}

impl Object {
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Permits | Self::Pronoun => "permits",
            Self::Issuance => "issuance",
            Self::Exports => "exports",
            Self::Applications => "applications",
            Self::Restriction => "restriction",
        }
    }
}

const VERBS: [(Verb, Form, &str); 14] = [
    (
        Verb::Suspend,
        Form::Verb,
        "suspend suspends suspended suspending suspendre suspendu suspendue suspendus suspendues \
         suspendent suspendait suspendra froze frozen freezes freezing gele gelee geles gelees \
         geler",
    ),
    (
        Verb::Suspend,
        Form::Noun,
        "suspension suspensions freeze gel",
    ),
    (
        Verb::Cancel,
        Form::Verb,
        "cancel cancels cancelled canceled cancelling canceling revoke revokes revoked revoking \
         rescind rescinds rescinded rescinding annul annuls annulled annulling withdraw withdraws \
         withdrew withdrawn withdrawing annuler annule annulee annules annulees annulent annulait \
         annulera revoquer revoque revoquee revoques revoquees revoquent retirer retire retiree \
         retires retirees abroger abroge abrogee abroges abrogees",
    ),
    (
        Verb::Cancel,
        Form::Noun,
        "cancellation cancellations cancelation revocation revocations withdrawal annulment \
         annulation annulations retrait",
    ),
    (
        Verb::Halt,
        Form::Verb,
        "halt halts halted halting stop stops stopped stopping pause paused pausing block blocks \
         blocked blocking ban bans banned banning prohibit prohibits prohibited prohibiting interdit \
         interdite interdits interdites interdire cease ceased ceases ceasing arreter arrete \
         arretee arretes arretees cesser cesse cesses interrompre interrompu interrompue \
         interrompus interrompues bloquer bloque bloquee bloques bloquees",
    ),
    (Verb::Halt, Form::Noun, "moratorium moratoire pauses"),
    (
        Verb::Issue,
        Form::Verb,
        "issue issues issued issuing grant grants granted granting approve approves approved \
         approving authorise authorises authorised authorize authorizes authorized delivrer \
         delivre delivree delivres delivrees delivrent accorder accorde accordee accordes \
         accordees octroyer octroye octroyee octroyes octroyees approuver approuve approuvee \
         approuves approuvees autoriser autorise autorisee autorises autorisees",
    ),
    (
        Verb::Refuse,
        Form::Verb,
        "deny denies denied denying refuse refuses refused refusing reject rejects rejected \
         rejecting refuser refusee refusees refusent rejeter rejete rejetee rejetes rejetees",
    ),
    (Verb::Refuse, Form::Noun, "refusal refusals refus"),
    (
        Verb::Reinstate,
        Form::Verb,
        "reinstate reinstates reinstated reinstating restore restores restored restoring resume \
         resumes resumed resuming retablir retabli retablie retablis retablies reprendre repris \
         reprend reprendra",
    ),
    (
        Verb::Reinstate,
        Form::Noun,
        "reinstatement resumption restoration reprise retablissement",
    ),
    (
        Verb::Reinstate,
        Form::Lift,
        "lift lifts lifted lifting lever leve leva levee levees leves",
    ),
    (
        Verb::Surrender,
        Form::Verb,
        "surrender surrenders surrendered surrendering restituer restitue restituee restitues \
         restituees",
    ),
    (Verb::PresumeDenial, Form::Verb, "presumptively"),
];

const OBJECTS: [(Object, &str); 6] = [
    (
        Object::Permits,
        "permit permits licence licences license licenses authorisation authorisations \
         authorization authorizations approval approvals permis autorisation autorisations \
         agrement agrements",
    ),
    (
        Object::Issuance,
        "issuance delivrance octroi processing traitement",
    ),
    (
        Object::Exports,
        "export exports exporting exportation exportations shipment shipments sale sales transfer \
         transfers delivery deliveries vente ventes livraison livraisons transfert transferts \
         expedition expeditions",
    ),
    (
        Object::Applications,
        "application applications request requests demande demandes",
    ),
    (
        Object::Restriction,
        "suspension suspensions ban freeze moratorium hold restrictions restriction gel moratoire \
         pause interdiction",
    ),
    (Object::Pronoun, "none them these those aucun aucune"),
];

/// The words of acts, looked up once for each word of a text.
pub(crate) struct ActWords {
    verbs: HashMap<&'static str, (Verb, Form)>,
    objects: HashMap<&'static str, Object>,
}

impl ActWords {
    pub(crate) fn new() -> Self {
        let verbs = VERBS
            .iter()
            .flat_map(|(verb, form, words)| words.split(' ').map(|word| (word, (*verb, *form))))
            .filter(|(word, _)| !word.is_empty())
            .collect();
        let objects = OBJECTS
            .iter()
            .flat_map(|(object, words)| words.split(' ').map(|word| (word, *object)))
            .filter(|(word, _)| !word.is_empty())
            .collect();
        Self { verbs, objects }
    }

    pub(crate) fn verb(&self, word: &str) -> Option<(Verb, Form)> {
        self.verbs.get(word).copied()
    }

    pub(crate) fn object(&self, word: &str) -> Option<Object> {
        self.objects.get(word).copied()
    }
}

/// Which act a verb and what it is about make together; none where they make none.
pub(crate) const fn act(verb: Verb, form: Form, object: Object) -> Option<Verb> {
    use Object as O;
    match (verb, object) {
        (_, O::Restriction) if matches!(form, Form::Lift) => Some(Verb::Reinstate),
        _ if matches!(form, Form::Lift) => None,
        (Verb::Suspend, O::Permits | O::Pronoun) => Some(Verb::Suspend),
        (Verb::Suspend, O::Issuance | O::Exports | O::Applications) => Some(Verb::Halt),
        (Verb::Halt, O::Permits | O::Issuance | O::Exports | O::Applications)
        | (Verb::Cancel, O::Permits | O::Pronoun | O::Exports)
        | (Verb::Surrender, O::Permits | O::Pronoun)
        | (Verb::Issue, O::Permits | O::Pronoun)
        | (Verb::Refuse, O::Permits | O::Applications | O::Pronoun)
        | (Verb::Reinstate, O::Permits | O::Issuance | O::Exports | O::Applications) => Some(verb),
        _ => None,
    }
}

/// Words that say that something is not so.
pub(crate) const NOT: [&str; 14] = [
    "not", "never", "no", "none", "nor", "neither", "without", "cannot", "pas", "jamais", "aucun",
    "aucune", "ni", "sans",
];

/// Words that say that something may be so, ought to be so, or would be so.
pub(crate) const PERHAPS: [&str; 61] = [
    "would",
    "could",
    "might",
    "should",
    "may",
    "if",
    "whether",
    "consider",
    "considers",
    "considering",
    "considered",
    "contemplates",
    "contemplating",
    "propose",
    "proposes",
    "proposed",
    "urge",
    "urges",
    "urged",
    "recommend",
    "recommends",
    "recommended",
    "threatens",
    "threatened",
    "unless",
    "until",
    "before",
    "pourrait",
    "pourraient",
    "devrait",
    "devraient",
    "envisage",
    "envisagent",
    "envisageait",
    "si",
    "serait",
    "seraient",
    "aurait",
    "auraient",
    "recommande",
    "menace",
    "menacent",
    "avant",
    "calls",
    "called",
    "appelle",
    "possibility",
    "possibilite",
    "possible",
    "etudie",
    "etudient",
    "studying",
    "weighing",
    "mulls",
    "mulling",
    "plans",
    "planned",
    "intends",
    "wants",
    "prevoit",
    "souhaite",
];

/// Words by which somebody says that something is not so.
pub(crate) const DENYING: [&str; 22] = [
    "denied",
    "denies",
    "deny",
    "denying",
    "dismissed",
    "dismisses",
    "refuted",
    "refutes",
    "rejected",
    "rejects",
    "contested",
    "contests",
    "nie",
    "nient",
    "niait",
    "dement",
    "dementi",
    "dementait",
    "dementent",
    "refute",
    "conteste",
    "contredit",
];

/// What follows a word of denying, when it denies a claim and refuses nothing.
pub(crate) const DENIED: [&str; 18] = [
    "that",
    "it",
    "having",
    "reports",
    "report",
    "claims",
    "claim",
    "any",
    "allegations",
    "suggestions",
    "he",
    "she",
    "they",
    "que",
    "avoir",
    "qu",
    "les",
    "des",
];

/// Words that begin another clause: what stands before them says nothing of what stands after.
pub(crate) const CLAUSE: [&str; 22] = [
    "that",
    "which",
    "who",
    "because",
    "while",
    "when",
    "after",
    "although",
    "whereas",
    "qui",
    "que",
    "qu",
    "dont",
    "lorsque",
    "apres",
    "alors",
    "parce",
    "puisque",
    "whose",
    "where",
    "pending",
    "following",
];
