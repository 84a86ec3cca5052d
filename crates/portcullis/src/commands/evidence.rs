//! Adding evidence from flags.

use serde_json::{Map, Value, json};
use web::acts;

use super::acts::Request;
use super::{Ground, Stop, read};
use crate::cli::AddEvidence;

/// Adds the bytes of a file with what the flags say of it.
pub(crate) fn add(ground: &Ground, words: &AddEvidence) -> Result<u8, Stop> {
    let mut evidence = Map::new();
    if let Some(about) = &words.about {
        let read: Value = serde_json::from_slice(&read(about)?)
            .map_err(|cause| Stop::Mistake(format!("`{}`: {cause}", about.display())))?;
        match read {
            Value::Object(fields) => evidence = fields,
            _ => {
                let says = format!("`{}`: expected an object", about.display());
                return Err(Stop::Mistake(says));
            }
        }
    }
    let given = [
        ("id", &words.number),
        ("title", &words.title),
        ("source", &words.source),
        ("obtained", &words.obtained),
        ("marking", &words.marking),
    ];
    for (name, value) in given {
        if let Some(value) = value {
            evidence.insert(name.to_owned(), value.clone().into());
        }
    }
    provenance(words, &mut evidence);
    if words.humanitarian {
        evidence.insert("is_humanitarian".to_owned(), true.into());
    }
    if !words.custody.is_empty() {
        let steps: Vec<Value> = words
            .custody
            .iter()
            .map(|step| custody(step))
            .collect::<Result<_, _>>()?;
        evidence.insert("custody".to_owned(), steps.into());
    }
    if let Some(grade) = &words.grade {
        let grade = self::grade(grade, &words.confirmed_by)?;
        evidence.insert("grade".to_owned(), grade);
    }
    if !evidence.contains_key("title") {
        let name = super::name(&words.file);
        evidence.insert("title".to_owned(), name.into());
    }
    let act = acts::find("evidence", "add")
        .ok_or_else(|| Stop::Fault("the act `evidence add` is not there".into()))?;
    let body = serde_json::to_vec(&json!({ "evidence": evidence }))
        .map_err(|cause| Stop::Fault(cause.to_string()))?;
    Request {
        act,
        id: String::new(),
        body,
        name: "flags".to_owned(),
        file: Some(read(&words.file)?),
        key: words.key.clone(),
    }
    .perform(ground)
}

/// Where material comes from, what it repeats, and in what it is sealed.
fn provenance(words: &AddEvidence, evidence: &mut Map<String, Value>) {
    let provenance: Map<String, Value> = [
        ("originator_control", &words.originator_control),
        ("published_by", &words.published_by),
        ("collected_by", &words.collected_by),
        ("collected_at", &words.collected_at),
        ("place", &words.place),
        ("url", &words.url),
        ("licence", &words.licence),
        ("language", &words.written_in),
        ("source_group", &words.source_group),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), value.clone()?.into())))
    .collect();
    if !provenance.is_empty() {
        evidence.insert("provenance".to_owned(), provenance.into());
    }
    for (name, given) in [
        ("compartments", &words.compartments),
        ("repeats", &words.repeats),
    ] {
        if !given.is_empty() {
            evidence.insert(name.to_owned(), given.clone().into());
        }
    }
}

/// `FROM > TO, DAY, NOTE`.
fn custody(step: &str) -> Result<Value, Stop> {
    let said = || {
        Stop::Mistake(format!(
            "--custody `{step}`: expected `FROM > TO, DAY, NOTE`"
        ))
    };
    let (from, rest) = step.split_once('>').ok_or_else(said)?;
    let mut parts = rest.splitn(3, ',').map(str::trim);
    let (to, on, note) = (parts.next(), parts.next(), parts.next());
    let (Some(to), Some(on), Some(note)) = (to, on, note) else {
        return Err(said());
    };
    Ok(json!({ "from": from.trim(), "to": to, "on": on, "note": note }))
}

/// `B2`: the source, then the information; and what confirms it.
fn grade(text: &str, confirmed_by: &[String]) -> Result<Value, Stop> {
    let mut letters = text.chars();
    let (source, information, more) = (letters.next(), letters.next(), letters.next());
    match (source, information, more) {
        (Some(source @ 'A'..='F'), Some(information @ '1'..='6'), None) => Ok(json!({
            "source": source.to_string(),
            "information": information.to_string(),
            "confirmed_by": confirmed_by,
        })),
        _ => {
            let says = format!("--grade `{text}`: expected A to F, then 1 to 6, as in B2");
            Err(Stop::Mistake(says))
        }
    }
}
