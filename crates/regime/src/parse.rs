//! From the text of a policy condition to a scope.
//!
//! The text is read as a policy condition first; only the shapes that [`crate::render()`] writes, and
//! plain compositions of them, become a scope. Anything else is refused, never guessed.

use std::str::FromStr;

use cedar_policy::Policy;
use domain::country::Country;
use domain::facts::LineRef;
use domain::item::LineNo;
use domain::money::Money;
use domain::party::PartyRole;
use domain::permit::PermitKind;
use domain::scope::{Place, Scope, ScopeMistake};
use domain::time::Day;
use serde_json::Value;

use crate::nesting;
use crate::place::{Place as TextPlace, one_line};
use crate::policies::place_of;

/// Longest condition read: the largest scope allowed renders to less than half of it.
pub const CONDITION_BYTES_MAX: usize = 128 * 1024;

/// Why a text is not a scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScopeTextMistake {
    /// Longer than any scope.
    #[error("the condition is longer than {CONDITION_BYTES_MAX} bytes: expected a shorter one")]
    TooLong,
    /// Not a condition at all.
    #[error("{place}: {problem}")]
    Text {
        /// Where.
        place: TextPlace,
        /// What is wrong.
        problem: String,
    },
    /// More than one condition.
    #[error("expected one condition, without further clauses")]
    NotOneCondition,
    /// A shape that no scope has.
    #[error("{0} is not a condition of a scope: expected what the builder writes")]
    Shape(String),
    /// A guard whose attribute is then not asked for.
    #[error(
        "`resource has {0}` stands without a condition on `resource.{0}`: expected one after it"
    )]
    LoneGuard(String),
    /// A value that is not what the condition compares.
    #[error("`{given}` does not fit: {problem}")]
    Value {
        /// The value.
        given: String,
        /// Why not.
        problem: String,
    },
    /// A scope that nobody could follow.
    #[error(transparent)]
    Scope(#[from] ScopeMistake),
}

type Parsed<T> = Result<T, ScopeTextMistake>;

/// Reads a condition as a scope.
///
/// # Errors
/// Says where the text is no condition, or which part of it no scope can hold.
pub fn parse_scope(text: &str) -> Result<Scope, ScopeTextMistake> {
    if text.len() > CONDITION_BYTES_MAX {
        return Err(ScopeTextMistake::TooLong);
    }
    if let Some(offset) = nesting::too_deep(text) {
        return Err(ScopeTextMistake::Text {
            place: TextPlace::at(text, offset),
            problem: nesting::TOO_DEEP.to_owned(),
        });
    }
    nesting::with_room(|| parse(text))
}

/// Reads a condition that goes no deeper than it may.
fn parse(text: &str) -> Parsed<Scope> {
    const BEFORE: &str = "forbid (principal, action, resource) when {\n";
    let whole = format!("{BEFORE}{text}\n}};");
    let policy = Policy::parse(None, &whole).map_err(|errors| {
        let at = place_of(&whole, &errors);
        ScopeTextMistake::Text {
            place: TextPlace {
                line: at
                    .line
                    .saturating_sub(1)
                    .clamp(1, text.lines().count().max(1)),
                column: at.column,
            },
            problem: one_line(&errors.to_string()),
        }
    })?;
    let json = policy
        .to_json()
        .map_err(|error| ScopeTextMistake::Shape(one_line(&error.to_string())))?;
    let conditions = json.get("conditions").and_then(Value::as_array);
    let Some([condition]) = conditions.map(Vec::as_slice) else {
        return Err(ScopeTextMistake::NotOneCondition);
    };
    let is_when = condition.get("kind").and_then(Value::as_str) == Some("when");
    let body = condition
        .get("body")
        .filter(|_| is_when)
        .ok_or(ScopeTextMistake::NotOneCondition)?;
    let scope = read(body)?;
    scope.check()?;
    Ok(scope)
}

/// One operator and what it is applied to.
fn operator(node: &Value) -> Parsed<(&str, &Value)> {
    let only = node.as_object().filter(|object| object.len() == 1);
    only.and_then(|object| object.iter().next())
        .map(|(name, inner)| (name.as_str(), inner))
        .ok_or_else(|| ScopeTextMistake::Shape("this expression".into()))
}

/// The two sides of a node.
fn sides(inner: &Value) -> Parsed<(&Value, &Value)> {
    inner
        .get("left")
        .zip(inner.get("right"))
        .ok_or_else(|| ScopeTextMistake::Shape("this expression".into()))
}

fn read(node: &Value) -> Parsed<Scope> {
    let (name, inner) = operator(node)?;
    match name {
        "&&" => read_all(node),
        "||" => read_any(node),
        "!" => {
            let arg = inner
                .get("arg")
                .ok_or_else(|| ScopeTextMistake::Shape("`!`".into()))?;
            Ok(Scope::Not(Box::new(read(arg)?)))
        }
        _ => read_all(node),
    }
}

/// The operands of a chain of one operator, from left to right.
fn chain<'a>(node: &'a Value, name: &str) -> Parsed<Vec<&'a Value>> {
    let mut waiting = vec![node];
    let mut operands = Vec::new();
    while let Some(next) = waiting.pop() {
        let (found, inner) = operator(next)?;
        if found == name {
            let (left, right) = sides(inner)?;
            waiting.push(right);
            waiting.push(left);
        } else {
            operands.push(next);
        }
    }
    Ok(operands)
}

fn read_any(node: &Value) -> Parsed<Scope> {
    let mut parts: Vec<Scope> = Vec::new();
    for operand in chain(node, "||")? {
        parts.push(read(operand)?);
        let anywhere = match parts.as_slice() {
            [.., first, second, third] => anywhere(first, second, third),
            _ => None,
        };
        if let Some(anywhere) = anywhere {
            parts.truncate(parts.len().saturating_sub(3));
            parts.push(anywhere);
        }
    }
    Ok(one_or(parts, Scope::Any))
}

/// The three places in a row are one: any route to a country.
fn anywhere(first: &Scope, second: &Scope, third: &Scope) -> Option<Scope> {
    use Place::{Destination, EndUser, FinalDestination};
    match (first, second, third) {
        (
            Scope::Country {
                at: Destination,
                is,
            },
            Scope::Country {
                at: FinalDestination,
                is: second,
            },
            Scope::Country {
                at: EndUser,
                is: third,
            },
        ) if is == second && is == third => Some(Scope::Country {
            at: Place::Anywhere,
            is: *is,
        }),
        (
            Scope::CountryGroup {
                at: Destination,
                group,
            },
            Scope::CountryGroup {
                at: FinalDestination,
                group: second,
            },
            Scope::CountryGroup {
                at: EndUser,
                group: third,
            },
        ) if group == second && group == third => Some(Scope::CountryGroup {
            at: Place::Anywhere,
            group: group.clone(),
        }),
        _ => None,
    }
}

fn one_or(mut parts: Vec<Scope>, many: impl Fn(Vec<Scope>) -> Scope) -> Scope {
    match parts.len() {
        1 => parts.pop().unwrap_or(Scope::Everything),
        _ => many(parts),
    }
}

/// What a chain of `&&` has said so far about attributes that may be absent.
#[derive(Default)]
struct Guards {
    asked: Vec<String>,
    currency: Option<String>,
}

fn read_all(node: &Value) -> Parsed<Scope> {
    let mut parts = Vec::new();
    let mut guards = Guards::default();
    for operand in chain(node, "&&")? {
        let (name, inner) = operator(operand)?;
        if name == "||" || name == "!" {
            parts.push(read(operand)?);
        } else if name == "has" {
            guards.asked.push(guarded_attribute(inner)?);
        } else {
            read_condition(name, inner, &mut guards, &mut parts)?;
        }
    }
    if let Some(lone) = guards.asked.first() {
        return Err(ScopeTextMistake::LoneGuard(lone.clone()));
    }
    if guards.currency.is_some() {
        return Err(ScopeTextMistake::Shape("a currency without a value".into()));
    }
    Ok(one_or(parts, Scope::All))
}

fn guarded_attribute(inner: &Value) -> Parsed<String> {
    let attribute = inner.get("attr").and_then(Value::as_str);
    let is_resource = inner.get("left").is_some_and(is_resource);
    attribute
        .filter(|_| is_resource)
        .map(str::to_owned)
        .ok_or_else(|| ScopeTextMistake::Shape("this `has`".into()))
}

impl Guards {
    /// Takes note that a guarded attribute was asked for.
    fn used(&mut self, attribute: &str) {
        self.asked.retain(|asked| asked != attribute);
    }
}

fn read_condition(
    name: &str,
    inner: &Value,
    guards: &mut Guards,
    parts: &mut Vec<Scope>,
) -> Parsed<()> {
    match name {
        "Value" => match inner {
            Value::Bool(true) => parts.push(Scope::Everything),
            Value::Bool(false) => parts.push(Scope::Not(Box::new(Scope::Everything))),
            _ => return Err(ScopeTextMistake::Shape("a bare value".into())),
        },
        "in" => parts.push(read_in(inner)?),
        "contains" => parts.push(read_contains(inner, guards)?),
        "." => match path_in(inner).as_deref() {
            Some(["is_brokering"]) => parts.push(Scope::Brokering),
            _ => return Err(ScopeTextMistake::Shape("this attribute".into())),
        },
        "==" => read_equal(inner, guards, parts)?,
        "<" => parts.push(read_before(inner, guards)?),
        "greaterThanOrEqual" => parts.push(read_at_least(inner, guards)?),
        other => return Err(ScopeTextMistake::Shape(format!("`{other}`"))),
    }
    Ok(())
}

fn is_resource(node: &Value) -> bool {
    node.get("Var").and_then(Value::as_str) == Some("resource")
}

/// The names that lead from the resource to an attribute.
fn path(node: &Value) -> Option<Vec<&str>> {
    path_in(node.get(".")?)
}

fn path_in(inner: &Value) -> Option<Vec<&str>> {
    let attribute = inner.get("attr")?.as_str()?;
    let left = inner.get("left")?;
    let mut names = if is_resource(left) {
        Vec::new()
    } else {
        path(left)?
    };
    names.push(attribute);
    Some(names)
}

fn entity(node: &Value) -> Option<(&str, &str)> {
    let entity = node.get("Value")?.get("__entity")?;
    Some((entity.get("type")?.as_str()?, entity.get("id")?.as_str()?))
}

fn text(node: &Value) -> Option<&str> {
    node.get("Value")?.as_str()
}

/// The text given to a constructor such as `decimal("1.0")`.
fn constructed<'a>(node: &'a Value, name: &str) -> Option<&'a str> {
    match node.get(name)?.as_array()?.as_slice() {
        [argument] => text(argument),
        _ => None,
    }
}

/// Reads an identifier, saying which and why not.
fn id<T>(given: &str) -> Parsed<T>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    given
        .parse()
        .map_err(|error: T::Err| ScopeTextMistake::Value {
            given: given.chars().take(64).collect(),
            problem: error.to_string(),
        })
}

fn read_in(inner: &Value) -> Parsed<Scope> {
    let (left, right) = sides(inner)?;
    match (entity(right), path(left).as_deref()) {
        (Some(("ControlEntry", code)), None) if is_resource(left) => Ok(Scope::Entry(id(code)?)),
        (Some(("CountryGroup", group)), Some(["end_user_country"])) => Ok(Scope::CountryGroup {
            at: Place::EndUser,
            group: id(group)?,
        }),
        _ => Err(ScopeTextMistake::Shape("this `in`".into())),
    }
}

fn read_contains(inner: &Value, guards: &mut Guards) -> Parsed<Scope> {
    let (left, right) = sides(inner)?;
    let shape = || ScopeTextMistake::Shape("this `contains`".into());
    if let Some(members) = left.get("Set").and_then(Value::as_array) {
        if path(right).as_deref() != Some(&["permit"]) {
            return Err(shape());
        }
        let permits: Parsed<Vec<_>> = members
            .iter()
            .map(|member| match entity(member) {
                Some(("Permit", permit)) => id(permit),
                _ => Err(shape()),
            })
            .collect();
        guards.used("permit");
        return Ok(Scope::Permits(permits?));
    }
    let names = path(left).ok_or_else(shape)?;
    match (names.as_slice(), entity(right), text(right)) {
        ([place], Some(("Country", code)), _) => Ok(Scope::Country {
            at: place_named(place).ok_or_else(shape)?,
            is: id(code)?,
        }),
        (["groups", place], Some(("CountryGroup", group)), _) => Ok(Scope::CountryGroup {
            at: place_named(place).ok_or_else(shape)?,
            group: id(group)?,
        }),
        (["parties"], Some(("Party", party)), _) => Ok(Scope::Party {
            is: id(party)?,
            role: None,
        }),
        ([role], Some(("Party", party)), _) => {
            let role = role_named(role).ok_or_else(shape)?;
            Ok(Scope::Party {
                is: id(party)?,
                role: Some(role),
            })
        }
        (["activities", "any"], _, Some(is)) => Ok(Scope::Activity {
            is: is.to_owned(),
            role: None,
        }),
        (["activities", role], _, Some(is)) => {
            let role = role_named(role).ok_or_else(shape)?;
            Ok(Scope::Activity {
                is: is.to_owned(),
                role: Some(role),
            })
        }
        (["platform_classes"], _, Some(class)) => Ok(Scope::PlatformClass(class.to_owned())),
        (["programmes"], Some(("Programme", programme)), _) => Ok(Scope::Programme(id(programme)?)),
        _ => Err(shape()),
    }
}

fn read_equal(inner: &Value, guards: &mut Guards, parts: &mut Vec<Scope>) -> Parsed<()> {
    let (left, right) = sides(inner)?;
    let shape = || ScopeTextMistake::Shape("this `==`".into());
    let names = path(left).ok_or_else(shape)?;
    let [name] = names.as_slice() else {
        return Err(shape());
    };
    guards.used(name);
    let scope = match (*name, entity(right), text(right)) {
        ("end_user_country", Some(("Country", code)), _) => Scope::Country {
            at: Place::EndUser,
            is: id::<Country>(code)?,
        },
        ("permit_kind", _, Some(key)) => Scope::PermitKind(permit_kind(key)?),
        (role @ ("exporter" | "end_user" | "integrator"), Some(("Party", party)), _) => {
            Scope::Party {
                is: id(party)?,
                role: role_named(role),
            }
        }
        ("platform", Some(("Platform", platform)), _) => Scope::Platform(id(platform)?),
        ("permit", Some(("Permit", permit)), _) => Scope::Permits(vec![id(permit)?]),
        ("currency", _, Some(code)) => {
            guards.currency = Some(code.to_owned());
            return Ok(());
        }
        ("line", _, _) => {
            let no = right
                .get("Value")
                .and_then(Value::as_u64)
                .and_then(|no| u32::try_from(no).ok());
            line_of(parts.pop(), no).ok_or_else(shape)?
        }
        _ => return Err(shape()),
    };
    parts.push(scope);
    Ok(())
}

/// A permit named just before, narrowed to one of its lines.
fn line_of(before: Option<Scope>, no: Option<u32>) -> Option<Scope> {
    match (before?, no?) {
        (Scope::Permits(mut permits), no) if permits.len() == 1 => Some(Scope::Line(LineRef {
            permit: permits.pop()?,
            line: LineNo(no),
        })),
        _ => None,
    }
}

fn read_before(inner: &Value, guards: &mut Guards) -> Parsed<Scope> {
    let (left, right) = sides(inner)?;
    let day = constructed(right, "datetime");
    match (path(left).as_deref(), day) {
        (Some(["issued_on"]), Some(day)) => {
            guards.used("issued_on");
            Ok(Scope::IssuedBefore(id::<Day>(day)?))
        }
        _ => Err(ScopeTextMistake::Shape("this `<`".into())),
    }
}

fn read_at_least(inner: &Value, guards: &mut Guards) -> Parsed<Scope> {
    let shape = || ScopeTextMistake::Shape("this `greaterThanOrEqual`".into());
    let Some([value, least]) = inner.as_array().map(Vec::as_slice) else {
        return Err(shape());
    };
    let amount = constructed(least, "decimal").ok_or_else(shape)?;
    let currency = guards.currency.take().ok_or_else(shape)?;
    if path(value).as_deref() != Some(&["value"]) {
        return Err(shape());
    }
    guards.used("value");
    let bare = amount.strip_suffix(".0").unwrap_or(amount);
    let money = Money::parse(bare, &currency).map_err(|error| ScopeTextMistake::Value {
        given: format!("{amount} {currency}"),
        problem: error.to_string(),
    })?;
    Ok(Scope::ValueAtLeast(money))
}

fn place_named(name: &str) -> Option<Place> {
    match name {
        "destinations" => Some(Place::Destination),
        "final_destinations" => Some(Place::FinalDestination),
        "route" => Some(Place::Route),
        _ => None,
    }
}

fn role_named(name: &str) -> Option<PartyRole> {
    [
        PartyRole::Exporter,
        PartyRole::Consignee,
        PartyRole::IntermediateConsignee,
        PartyRole::EndUser,
        PartyRole::Integrator,
        PartyRole::Broker,
    ]
    .into_iter()
    .find(|role| crate::render::role_name(*role) == name)
}

fn permit_kind(key: &str) -> Parsed<PermitKind> {
    [
        PermitKind::Individual,
        PermitKind::MultipleDestination,
        PermitKind::General,
    ]
    .into_iter()
    .find(|kind| kind.key() == key)
    .ok_or_else(|| ScopeTextMistake::Value {
        given: key.chars().take(64).collect(),
        problem: "expected `individual`, `multiple-destination` or `general`".into(),
    })
}
