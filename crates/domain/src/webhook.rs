//! Webhooks: what a program of somebody's is told as it happens, and how far it was told.

use std::collections::{BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use crate::id::{OfficerId, SubscriptionId};
use crate::time::{Instant, Position};

/// Most undelivered messages that a subscription shows; older ones are counted. A subscription is
/// paused long before its last hundred are all undelivered ones of today.
pub const UNDELIVERED_SHOWN_MAX: usize = 100;

/// Undelivered messages in a row after which a subscription is paused: one may be a message that
/// the receiver cannot read, three are a receiver that is gone.
pub const UNDELIVERED_IN_A_ROW_MAX: u32 = 3;

/// Longest address: what servers commonly take as one line of a request, with room.
///
/// # Units
/// Bytes.
pub const ADDRESS_BYTES_MAX: usize = 500;

/// What a subscriber wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// Orders and policy measures as they are signed, and stop notices.
    Stops,
    /// Reinstatements, and measures as they are lifted.
    Lifts,
    /// What is reserved, drawn, held and given back.
    Balances,
    /// Notices as they are served.
    Notices,
}

/// An address that messages are sent to. It stands in the log for good, so it holds no secret: no
/// user, no password, no query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebhookAddress {
    text: String,
    is_secure: bool,
    host: String,
    port: u16,
    path: String,
}

/// Why a text is not an address that messages can be sent to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressMistake {
    /// It is not `http://` or `https://`.
    #[error("expected an address that begins with https:// or http://")]
    Scheme,
    /// It is empty, too long or has characters that addresses do not have.
    #[error("expected at most {ADDRESS_BYTES_MAX} printable ASCII characters without a space")]
    Characters,
    /// It would keep a secret in the log.
    #[error("expected no user, password, query or fragment: an address stands in the log for good")]
    Secret,
    /// The host or the port is not one.
    #[error("expected a host name or address, and a port from 1 to 65535 if any")]
    Host,
}

impl WebhookAddress {
    /// Reads an address.
    ///
    /// # Errors
    /// See [`AddressMistake`].
    pub fn parse(text: &str) -> Result<Self, AddressMistake> {
        let is_plain =
            text.len() <= ADDRESS_BYTES_MAX && text.chars().all(|c| c.is_ascii_graphic());
        if !is_plain {
            return Err(AddressMistake::Characters);
        }
        let (is_secure, rest) = match (text.strip_prefix("https://"), text.strip_prefix("http://"))
        {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => return Err(AddressMistake::Scheme),
        };
        if rest.contains(['@', '?', '#', '\\']) {
            return Err(AddressMistake::Secret);
        }
        let (authority, path) = match rest.split_once('/') {
            Some((authority, path)) => (authority, format!("/{path}")),
            None => (rest, "/".to_owned()),
        };
        let usual = if is_secure { 443 } else { 80 };
        let (host, port) = host_and_port(authority, usual).ok_or(AddressMistake::Host)?;
        Ok(Self {
            text: text.to_owned(),
            is_secure,
            host,
            port,
            path,
        })
    }

    /// As it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is `https`.
    #[must_use]
    pub const fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// The host: a name, or an address without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The path, from its `/` on.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

fn host_and_port(authority: &str, usual: u16) -> Option<(String, u16)> {
    let (host, rest) = match authority.strip_prefix('[') {
        Some(inner) => {
            let (host, rest) = inner.split_once(']')?;
            let is_digit = |c: char| c.is_ascii_hexdigit() || c == ':' || c == '.';
            if !host.contains(':') || !host.chars().all(is_digit) {
                return None;
            }
            (host, rest)
        }
        None => match authority.split_once(':') {
            Some((host, _)) => (host, authority.strip_prefix(host)?),
            None => (authority, ""),
        },
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-._:".contains(c);
    if host.is_empty() || !host.chars().all(is_name) {
        return None;
    }
    let port = match rest.strip_prefix(':') {
        None if rest.is_empty() => usual,
        None => return None,
        Some(digits) => digits.parse().ok().filter(|port| *port != 0)?,
    };
    Some((host.to_owned(), port))
}

impl TryFrom<String> for WebhookAddress {
    type Error = AddressMistake;
    fn try_from(text: String) -> Result<Self, AddressMistake> {
        Self::parse(&text)
    }
}

impl From<WebhookAddress> for String {
    fn from(address: WebhookAddress) -> Self {
        address.text
    }
}

/// What became of a subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum WebhookStep {
    /// Everything up to a position was delivered, or is nothing that it is told.
    Reached {
        /// The position.
        through: Position,
    },
    /// One message could not be delivered; the next one is tried.
    Undelivered {
        /// The event that the message is about.
        at: Position,
        /// Why, the last time.
        because: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// A range is to be sent again, before anything newer.
    Replayed {
        /// The event before the range.
        after: Position,
        /// The last event of the range.
        until: Position,
    },
    /// It goes on after a pause.
    Resumed,
    /// It has another secret.
    Renewed,
    /// It ended.
    Ended,
}

/// A message that could not be delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undelivered {
    /// The event that it is about.
    pub at: Position,
    /// Why, the last time.
    pub because: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was given up.
    pub given_up_at: Instant,
}

/// A range that is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replay {
    /// How far it is: the event before the next one.
    pub after: Position,
    /// The last event of the range.
    pub until: Position,
}

/// Where a subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WebhookState {
    /// Messages are sent.
    Live,
    /// Nothing is sent until its owner says so: too much could not be delivered.
    Paused,
    /// It is over.
    Ended,
}

/// A subscription as the register holds it. Its secret is not here: see the courier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookRecord {
    /// The subscription.
    pub id: SubscriptionId,
    /// Whose it is; it is told what this person may see.
    pub owner: OfficerId,
    /// Where messages go.
    pub address: WebhookAddress,
    /// What it is told.
    pub topics: BTreeSet<Topic>,
    /// The event that began it; it is told what comes after.
    pub begun_at: Position,
    /// Which secret signs, counted from 1.
    pub generation: u32,
    /// When the secret was last renewed; the one before signs beside it for a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renewed_at: Option<Instant>,
    /// How far it was told.
    pub through: Position,
    /// The range that is sent again, if one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<Replay>,
    /// What could not be delivered, oldest first, at most [`UNDELIVERED_SHOWN_MAX`].
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    pub undelivered: VecDeque<Undelivered>,
    /// How much could not be delivered in all.
    pub undelivered_in_all: u64,
    /// How much could not be delivered since the last that was.
    pub undelivered_in_a_row: u32,
    /// Where it stands.
    pub state: WebhookState,
}

/// Why a subscription takes no such step.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookRefusal {
    /// It is over.
    #[error("subscription {0} is ended: make another")]
    Ended(SubscriptionId),
    /// A range that it was not told.
    #[error("expected a range within {from} to {to}: what was sent under this subscription")]
    NotSent {
        /// The event that began it.
        from: Position,
        /// How far it was told.
        to: Position,
    },
}

impl WebhookRecord {
    /// How far delivery is: within the range that is sent again, where one is.
    #[must_use]
    pub fn cursor(&self) -> Position {
        self.replay.map_or(self.through, |replay| replay.after)
    }

    /// Whether a step that its owner takes fits.
    ///
    /// # Errors
    /// Refuses everything once it is ended, and a range that was never sent.
    pub fn check_step(&self, step: &WebhookStep) -> Result<(), WebhookRefusal> {
        if self.state == WebhookState::Ended {
            return Err(WebhookRefusal::Ended(self.id.clone()));
        }
        match step {
            WebhookStep::Replayed { after, until }
                if *after < self.begun_at || until <= after || *until > self.through =>
            {
                Err(WebhookRefusal::NotSent {
                    from: self.begun_at,
                    to: self.through,
                })
            }
            _ => Ok(()),
        }
    }

    /// What one step makes of it.
    pub fn take(&mut self, step: &WebhookStep, at: Instant) {
        match step {
            WebhookStep::Reached { through } => {
                self.undelivered_in_a_row = 0;
                self.reach(*through);
            }
            WebhookStep::Undelivered {
                at: event,
                because,
                attempts,
            } => {
                self.reach(*event);
                self.undelivered.push_back(Undelivered {
                    at: *event,
                    because: because.clone(),
                    attempts: *attempts,
                    given_up_at: at,
                });
                if self.undelivered.len() > UNDELIVERED_SHOWN_MAX {
                    self.undelivered.pop_front();
                }
                self.undelivered_in_all = self.undelivered_in_all.saturating_add(1);
                self.undelivered_in_a_row = self.undelivered_in_a_row.saturating_add(1);
                if self.undelivered_in_a_row >= UNDELIVERED_IN_A_ROW_MAX {
                    self.state = WebhookState::Paused;
                }
            }
            WebhookStep::Replayed { after, until } => {
                self.replay = Some(Replay {
                    after: *after,
                    until: *until,
                });
            }
            WebhookStep::Resumed => {
                self.state = WebhookState::Live;
                self.undelivered_in_a_row = 0;
            }
            WebhookStep::Renewed => {
                self.generation = self.generation.saturating_add(1);
                self.renewed_at = Some(at);
            }
            WebhookStep::Ended => self.state = WebhookState::Ended,
        }
    }

    fn reach(&mut self, through: Position) {
        match &mut self.replay {
            None => self.through = self.through.max(through),
            Some(replay) if through >= replay.until => self.replay = None,
            Some(replay) => replay.after = replay.after.max(through),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_no_secret_and_names_a_host() {
        let read = WebhookAddress::parse("https://hooks.example:8443/in/1").unwrap();
        assert_eq!(
            (read.is_secure(), read.host(), read.port(), read.path()),
            (true, "hooks.example", 8443, "/in/1")
        );
        let read = WebhookAddress::parse("http://[2001:db8::1]").unwrap();
        assert_eq!(
            (read.host(), read.port(), read.path()),
            ("2001:db8::1", 80, "/")
        );
        for (text, why) in [
            ("ftp://a/", AddressMistake::Scheme),
            ("https://a b/", AddressMistake::Characters),
            ("https://me:word@a/", AddressMistake::Secret),
            ("https://a/?token=1", AddressMistake::Secret),
            ("https://a/#x", AddressMistake::Secret),
            ("https:///x", AddressMistake::Host),
            ("https://a:0/", AddressMistake::Host),
            ("https://a:99999/", AddressMistake::Host),
            ("https://a:80:80/", AddressMistake::Host),
            ("https://[::1/", AddressMistake::Host),
            ("https://[x]/", AddressMistake::Host),
        ] {
            assert_eq!(WebhookAddress::parse(text), Err(why), "{text}");
        }
    }

    fn record() -> WebhookRecord {
        WebhookRecord {
            id: SubscriptionId::numbered(2027, 1),
            owner: OfficerId::new("OFF-1").unwrap(),
            address: WebhookAddress::parse("https://a/").unwrap(),
            topics: BTreeSet::from([Topic::Stops]),
            begun_at: Position(10),
            generation: 1,
            renewed_at: None,
            through: Position(10),
            replay: None,
            undelivered: VecDeque::new(),
            undelivered_in_all: 0,
            undelivered_in_a_row: 0,
            state: WebhookState::Live,
        }
    }

    fn undelivered(at: u64) -> WebhookStep {
        WebhookStep::Undelivered {
            at: Position(at),
            because: "answered 500".into(),
            attempts: 8,
        }
    }

    #[test]
    fn three_undelivered_in_a_row_pause_it_and_one_delivered_between_does_not() {
        let mut held = record();
        for step in [undelivered(11), undelivered(12)] {
            held.take(&step, Instant(0));
        }
        let through = Position(13);
        held.take(&WebhookStep::Reached { through }, Instant(0));
        held.take(&undelivered(14), Instant(0));
        assert_eq!(
            (held.state, held.through),
            (WebhookState::Live, Position(14))
        );
        held.take(&undelivered(15), Instant(0));
        held.take(&undelivered(16), Instant(0));
        assert_eq!(held.state, WebhookState::Paused);
        assert_eq!((held.undelivered_in_all, held.undelivered.len()), (5, 5));
        held.take(&WebhookStep::Resumed, Instant(0));
        assert_eq!(
            (held.state, held.through),
            (WebhookState::Live, Position(16))
        );
    }

    #[test]
    fn a_replay_goes_before_what_is_new_and_leaves_the_place_as_it_was() {
        let mut held = record();
        let reached = |through| WebhookStep::Reached {
            through: Position(through),
        };
        held.take(&reached(30), Instant(0));
        let (after, until) = (Position(12), Position(20));
        held.take(&WebhookStep::Replayed { after, until }, Instant(0));
        assert_eq!(held.cursor(), Position(12));
        held.take(&reached(15), Instant(0));
        assert_eq!((held.cursor(), held.through), (Position(15), Position(30)));
        held.take(&reached(20), Instant(0));
        assert_eq!(held.cursor(), Position(30));
    }

    #[test]
    fn only_what_was_sent_is_sent_again_and_nothing_follows_the_end() {
        let mut held = record();
        held.through = Position(30);
        let replayed = |after, until| WebhookStep::Replayed {
            after: Position(after),
            until: Position(until),
        };
        assert_eq!(held.check_step(&replayed(10, 30)), Ok(()));
        for (after, until) in [(9, 30), (10, 31), (20, 20)] {
            assert!(held.check_step(&replayed(after, until)).is_err());
        }
        held.take(&WebhookStep::Ended, Instant(0));
        assert!(held.check_step(&WebhookStep::Resumed).is_err());
    }
}
