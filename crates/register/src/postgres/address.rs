//! The address of a register: that of PostgreSQL, with a few words of our own.

use std::str::FromStr as _;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::TargetSessionAttrs;

/// What our own words in an address begin with.
const OURS: &str = "register_";

/// How long a process waits for another to finish its write, and for a standby to confirm.
///
/// The largest planned single write (an import chunk of 16,000 permits) takes under 10 s on the
/// smallest planned server; three such writes may queue.
const WAIT_MS: u64 = 30_000;

/// How much longer than the server the program waits, so that the server's own word comes first.
const GRACE: Duration = Duration::from_secs(5);

/// How long a dead server is held for a slow one, when connecting and on an open line.
const SILENCE: Duration = Duration::from_secs(10);

/// Why a text is not the address of a register.
#[derive(Debug, thiserror::Error)]
pub enum AddressMistake {
    /// PostgreSQL's own rules for addresses do not hold.
    #[error("not an address of PostgreSQL")]
    Shape(#[source] tokio_postgres::Error),
    /// One of our own words is unknown, or what it is given is.
    #[error("`{given}` in the address: expected {expected}")]
    Word {
        /// The word as given.
        given: String,
        /// What could stand there.
        expected: &'static str,
    },
}

/// How statements are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Statements {
    /// Prepared once per connection.
    Named,
    /// Parsed each time: for a pooler that does not carry prepared statements.
    Unnamed,
}

/// Where a register lives, and how it is spoken to.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) server: Config,
    pub(super) statements: Statements,
    /// Whether a write needs a synchronous standby to be named.
    pub(super) needs_standby: bool,
    pub(super) wait: Duration,
}

impl Settings {
    /// Reads an address.
    pub(super) fn parse(address: &str) -> Result<Self, AddressMistake> {
        let (base, query) = address.split_once('?').unwrap_or((address, ""));
        let (ours, theirs): (Vec<&str>, Vec<&str>) = query
            .split('&')
            .filter(|word| !word.is_empty())
            .partition(|word| word.starts_with(OURS));
        let server = Config::from_str(&format!("{base}?{}", theirs.join("&")))
            .map_err(AddressMistake::Shape)?;
        let mut settings = Self {
            server,
            statements: Statements::Named,
            needs_standby: false,
            wait: Duration::from_millis(WAIT_MS),
        };
        for word in ours {
            settings.take(word)?;
        }
        let server = &mut settings.server;
        // INVARIANT (no decision from a standby): a connection to one is never made.
        server.target_session_attrs(TargetSessionAttrs::ReadWrite);
        if server.get_connect_timeout().is_none() {
            server.connect_timeout(SILENCE);
        }
        if server.get_application_name().is_none() {
            server.application_name("portcullis");
        }
        server.keepalives_idle(SILENCE);
        Ok(settings)
    }

    fn take(&mut self, word: &str) -> Result<(), AddressMistake> {
        let wrong = |expected| AddressMistake::Word {
            given: word.to_owned(),
            expected,
        };
        match word.split_once('=') {
            Some(("register_statements", "named")) => self.statements = Statements::Named,
            Some(("register_statements", "unnamed")) => self.statements = Statements::Unnamed,
            Some(("register_standby", "required")) => self.needs_standby = true,
            Some(("register_wait_ms", number)) => {
                let wait = number.parse().ok().filter(|wait| *wait > 0);
                let wait = wait.ok_or(wrong("a number of milliseconds"))?;
                self.wait = Duration::from_millis(wait);
            }
            _ => {
                return Err(wrong(
                    "register_statements=unnamed, register_standby=required or \
                     register_wait_ms=NUMBER",
                ));
            }
        }
        Ok(())
    }

    /// How long the program waits for any one answer.
    pub(super) fn answer_within(&self) -> Duration {
        self.wait.saturating_add(GRACE)
    }

    /// The database, as it may be shown: without a password.
    pub(super) fn shown(&self) -> String {
        let name = self.server.get_dbname().or(self.server.get_user());
        format!("PostgreSQL database {}", name.unwrap_or("without a name"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_words_are_taken_out_and_the_rest_is_postgresqls() {
        let address = "postgres://desk@db.example/permits?register_statements=unnamed\
                       &connect_timeout=3&register_wait_ms=250&register_standby=required";
        let settings = Settings::parse(address).unwrap();
        assert_eq!(settings.statements, Statements::Unnamed);
        assert_eq!(settings.wait, Duration::from_millis(250));
        assert!(settings.needs_standby);
        assert_eq!(settings.server.get_dbname(), Some("permits"));
        let timeout = settings.server.get_connect_timeout();
        assert_eq!(timeout, Some(&Duration::from_secs(3)));
    }

    #[test]
    fn a_standby_is_never_asked_for() {
        let address = "postgres://desk@db.example/permits?target_session_attrs=any";
        let settings = Settings::parse(address).unwrap();
        let attributes = settings.server.get_target_session_attrs();
        assert_eq!(attributes, TargetSessionAttrs::ReadWrite);
    }

    #[test]
    fn an_unknown_word_is_a_mistake() {
        for word in [
            "register_standby=no",
            "register_wait_ms=soon",
            "register_wait_ms=0",
            "register_x=1",
            "register_",
            "nothing=1",
        ] {
            let address = format!("postgres://desk@db.example/permits?{word}");
            assert!(Settings::parse(&address).is_err(), "{word}");
        }
        assert!(Settings::parse("sqlite:file").is_err());
    }

    #[test]
    fn a_password_is_not_shown() {
        let settings = Settings::parse("postgres://desk:secret@db.example/permits").unwrap();
        assert!(!settings.shown().contains("secret"));
    }
}
