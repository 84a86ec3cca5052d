//! Proposing measures and liftings from a file or from flags.

use serde_json::{Map, Value, json};
use web::acts::{self, Act};

use super::acts::Request;
use super::{Ground, Stop, read};
use crate::cli::{Instrument, Lift, Propose};

pub(crate) fn propose(ground: &Ground, words: &Propose) -> Result<u8, Stop> {
    let (body, name) = match &words.file {
        Some(file) => (read(file)?, file.display().to_string()),
        None => (written(&from_flags(words)?)?, "flags".to_owned()),
    };
    Request {
        act: act("propose")?,
        id: String::new(),
        body,
        name,
        file: None,
        key: words.key.clone(),
    }
    .perform(ground)
}

pub(crate) fn lift(ground: &Ground, words: &Lift) -> Result<u8, Stop> {
    let mut draft = Map::new();
    draft.insert("lifts".into(), json!(words.measures));
    put(&mut draft, "effective_from", words.from.as_ref());
    put(&mut draft, "id", words.decision.as_ref());
    Request {
        act: act("propose")?,
        id: String::new(),
        body: written(&Value::Object(draft))?,
        name: "flags".to_owned(),
        file: None,
        key: words.key.clone(),
    }
    .perform(ground)
}

/// Signs, and writes the lists and notices that follow. A server has a clerk for that.
pub(crate) fn sign(ground: &Ground, decision: &str, emergency: bool) -> Result<u8, Stop> {
    let request = Request {
        act: act("sign")?,
        id: decision.to_owned(),
        body: written(&json!({ "emergency": emergency }))?,
        name: "flags".to_owned(),
        file: None,
        key: None,
    };
    let code = request.perform(ground)?;
    let desk = ground.desk()?;
    desk.settle(&ground.actor(&desk)?)?;
    Ok(code)
}

fn act(verb: &str) -> Result<&'static Act, Stop> {
    acts::find("measure", verb)
        .ok_or_else(|| Stop::Fault(format!("the act `measure {verb}` is not there")))
}

fn written(value: &Value) -> Result<Vec<u8>, Stop> {
    serde_json::to_vec(value).map_err(|cause| Stop::Fault(cause.to_string()))
}

fn put(fields: &mut Map<String, Value>, name: &str, value: Option<&String>) {
    if let Some(value) = value {
        fields.insert(name.to_owned(), value.clone().into());
    }
}

/// The text itself, or that of `@FILE`.
fn text(given: &str) -> Result<String, Stop> {
    match given.strip_prefix('@') {
        None => Ok(given.to_owned()),
        Some(file) => String::from_utf8(read(std::path::Path::new(file))?)
            .map_err(|_| Stop::Mistake(format!("`{file}` is not UTF-8"))),
    }
}

/// A draft with one order or one policy measure in it.
fn from_flags(words: &Propose) -> Result<Value, Stop> {
    let mut draft = Map::new();
    put(&mut draft, "id", words.decision.as_ref());
    let instrument = instrument(&words.instrument)?;
    match (&words.suspend, &words.cancel, &words.policy) {
        (Some(scope), _, _) => {
            let selection = json!({ "kind": "scope", "scope": text(scope)? });
            let verb = json!({ "en": "suspend", "fr": "suspendre" });
            draft.insert(
                "orders".into(),
                order("suspend", &verb, selection, instrument),
            );
        }
        (None, Some(permits), _) => {
            let permits: Vec<&str> = permits.split(',').map(str::trim).collect();
            let selection = json!({ "kind": "named", "permits": permits });
            let verb = json!({ "en": "cancel", "fr": "annuler" });
            draft.insert(
                "orders".into(),
                order("cancel", &verb, selection, instrument),
            );
        }
        (None, None, Some(policy)) => {
            let policy = json!([{
                "instrument": instrument,
                "text": { "kind": "policy", "text": text(policy)? },
            }]);
            draft.insert("policies".into(), policy);
            if let Some(id) = &words.measure
                && let Some(policy) = draft.get_mut("policies").and_then(|list| list.get_mut(0))
                && let Some(fields) = policy.as_object_mut()
            {
                put(fields, "id", Some(id));
            }
        }
        (None, None, None) => {
            return Err(Stop::Mistake(
                "expected a FILE, or --suspend, --cancel or --policy".into(),
            ));
        }
    }
    put(&mut draft, "effective_from", words.instrument.from.as_ref());
    Ok(Value::Object(draft))
}

fn order(kind: &str, verb: &Value, selection: Value, instrument: Value) -> Value {
    json!([{ "kind": kind, "verb": verb, "selection": selection, "instrument": instrument }])
}

fn instrument(words: &Instrument) -> Result<Value, Stop> {
    let needed = |value: &Option<String>, flag: &str| {
        value
            .clone()
            .ok_or_else(|| Stop::Mistake(format!("expected {flag}")))
    };
    if words.grounds.is_empty() {
        return Err(Stop::Mistake("expected --ground".into()));
    }
    let mut effective = Map::new();
    effective.insert("from".into(), needed(&words.from, "--from")?.into());
    put(&mut effective, "until", words.until.as_ref());
    let mut instrument = Map::new();
    instrument.insert(
        "title".into(),
        json!({ "en": needed(&words.title_en, "--title-en")?,
                "fr": needed(&words.title_fr, "--title-fr")? }),
    );
    instrument.insert(
        "reasons".into(),
        json!({ "en": needed(&words.reasons_en, "--reasons-en")?,
                "fr": needed(&words.reasons_fr, "--reasons-fr")? }),
    );
    instrument.insert("law".into(), needed(&words.law, "--law")?.into());
    instrument.insert("source_kind".into(), words.source_kind.clone().into());
    instrument.insert("grounds".into(), json!(words.grounds));
    instrument.insert("effective".into(), Value::Object(effective));
    put(&mut instrument, "review_by", words.review_by.as_ref());
    put(
        &mut instrument,
        "reasons_for_file",
        words.reasons_for_file.as_ref(),
    );
    Ok(Value::Object(instrument))
}
