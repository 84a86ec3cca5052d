//! From a scope to the text of a policy condition.

use std::fmt::Write;

use domain::party::PartyRole;
use domain::scope::{Place, Scope};

/// Writes a scope as a condition that policies understand. [`crate::parse_scope`] reads it back.
///
/// One text serves applications, permits and declared lines: at the border the same names stand for
/// what was declared.
#[must_use]
pub fn render(scope: &Scope) -> String {
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = write_scope(&mut text, scope);
    text
}

/// A text between quotes, as policies write it.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.escape_debug())
}

/// An entity of a kind, as policies write it.
pub(crate) fn named(kind: &str, id: &str) -> String {
    format!("{kind}::{}", quoted(id))
}

fn write_scope(out: &mut String, scope: &Scope) -> std::fmt::Result {
    match scope {
        Scope::Everything => out.write_str("true"),
        Scope::All(parts) => write_joined(out, parts, " && ", "true"),
        Scope::Any(parts) => write_joined(out, parts, " || ", "false"),
        Scope::Not(part) => {
            out.write_str("!(")?;
            write_scope(out, part)?;
            out.write_str(")")
        }
        Scope::Entry(entry) => {
            write!(out, "resource in {}", named("ControlEntry", entry.as_str()))
        }
        Scope::Country { at, is } => {
            let country = named("Country", is.as_str());
            write_place(out, *at, |place| match place {
                Place::EndUser => format!("resource.end_user_country == {country}"),
                place => format!("resource.{}.contains({country})", place_name(place)),
            })
        }
        Scope::CountryGroup { at, group } => {
            let group = named("CountryGroup", group.as_str());
            write_place(out, *at, |place| match place {
                Place::EndUser => format!("resource.end_user_country in {group}"),
                place => format!("resource.groups.{}.contains({group})", place_name(place)),
            })
        }
        Scope::Party { is, role } => write_party(out, &named("Party", is.as_str()), *role),
        Scope::Activity { is, role } => {
            let role = role.map_or("any", role_name);
            write!(out, "resource.activities.{role}.contains({})", quoted(is))
        }
        Scope::Platform(is) => write_guarded(out, "platform", &named("Platform", is.as_str())),
        Scope::PlatformClass(class) => {
            write!(out, "resource.platform_classes.contains({})", quoted(class))
        }
        Scope::Programme(is) => {
            write!(
                out,
                "resource.programmes.contains({})",
                named("Programme", is.as_str())
            )
        }
        Scope::PermitKind(kind) => write!(out, "resource.permit_kind == {}", quoted(kind.key())),
        Scope::Brokering => out.write_str("resource.is_brokering"),
        Scope::Permits(permits) => {
            let names: Vec<String> = permits
                .iter()
                .map(|permit| named("Permit", permit.as_str()))
                .collect();
            let names = names.join(", ");
            write!(
                out,
                "(resource has permit && [{names}].contains(resource.permit))"
            )
        }
        Scope::IssuedBefore(_) | Scope::ValueAtLeast(_) | Scope::Line(_) => {
            write_compared(out, scope)
        }
    }
}

/// The conditions that compare an attribute which may be absent.
fn write_compared(out: &mut String, scope: &Scope) -> std::fmt::Result {
    match scope {
        Scope::IssuedBefore(day) => write!(
            out,
            "(resource has issued_on && resource.issued_on < datetime({}))",
            quoted(&day.to_string())
        ),
        Scope::ValueAtLeast(least) => {
            let amount = least.amount.normalize().to_string();
            let amount = if amount.contains('.') {
                amount
            } else {
                format!("{amount}.0")
            };
            write!(
                out,
                "(resource has value && resource has currency && resource.currency == {} && \
                 resource.value.greaterThanOrEqual(decimal({})))",
                quoted(least.currency.code()),
                quoted(&amount)
            )
        }
        Scope::Line(line) => write!(
            out,
            "(resource has permit && resource has line && resource.permit == {} && \
             resource.line == {})",
            named("Permit", line.permit.as_str()),
            line.line
        ),
        other => write_scope(out, other),
    }
}

/// Longest chain written flat. A longer one is written in halves, so that what evaluates it nests by
/// its logarithm and not by its length.
const FLAT_MAX: usize = 16;

fn write_joined(out: &mut String, parts: &[Scope], with: &str, none: &str) -> std::fmt::Result {
    if parts.is_empty() {
        return out.write_str(none);
    }
    out.write_str("(")?;
    if parts.len() > FLAT_MAX {
        let (first, second) = parts.split_at(parts.len() / 2);
        write_joined(out, first, with, none)?;
        out.write_str(with)?;
        write_joined(out, second, with, none)?;
        return out.write_str(")");
    }
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.write_str(with)?;
        }
        write_scope(out, part)?;
    }
    out.write_str(")")
}

fn write_place(
    out: &mut String,
    at: Place,
    condition: impl Fn(Place) -> String,
) -> std::fmt::Result {
    if at != Place::Anywhere {
        return out.write_str(&condition(at));
    }
    write!(
        out,
        "({} || {} || {})",
        condition(Place::Destination),
        condition(Place::FinalDestination),
        condition(Place::EndUser)
    )
}

fn write_party(out: &mut String, party: &str, role: Option<PartyRole>) -> std::fmt::Result {
    match role {
        None => write!(out, "resource.parties.contains({party})"),
        Some(role @ (PartyRole::Exporter | PartyRole::EndUser | PartyRole::Integrator)) => {
            write_guarded(out, role_name(role), party)
        }
        Some(role) => write!(out, "resource.{}.contains({party})", role_name(role)),
    }
}

fn write_guarded(out: &mut String, attribute: &str, is: &str) -> std::fmt::Result {
    write!(
        out,
        "(resource has {attribute} && resource.{attribute} == {is})"
    )
}

/// The attribute that holds a place.
fn place_name(place: Place) -> &'static str {
    match place {
        Place::Destination | Place::Anywhere => "destinations",
        Place::FinalDestination => "final_destinations",
        Place::EndUser => "end_user_country",
        Place::Route => "route",
    }
}

/// The attribute that holds the parties in a role.
pub(crate) fn role_name(role: PartyRole) -> &'static str {
    match role {
        PartyRole::Exporter => "exporter",
        PartyRole::Consignee => "consignees",
        PartyRole::IntermediateConsignee => "intermediates",
        PartyRole::EndUser => "end_user",
        PartyRole::Integrator => "integrator",
        PartyRole::Broker => "brokers",
    }
}
