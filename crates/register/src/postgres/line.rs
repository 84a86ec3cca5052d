//! A line to the server: one connection, driven from the thread that uses it. What is asked at
//! once crosses the network at once.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::error::Severity;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{AsyncMessage, Client, NoTls, Row, Statement};

use crate::postgres::address::{Settings, Statements};
use crate::postgres::doing::Trouble;

/// A parameter of a statement, with its type as the server names it.
pub(super) struct Param<'a> {
    value: Box<dyn ToSql + Sync + 'a>,
    kind: Type,
}

impl<'a> Param<'a> {
    fn new(value: impl ToSql + Sync + 'a, kind: Type) -> Self {
        Self {
            value: Box::new(value),
            kind,
        }
    }
}

pub(super) fn int(number: i64) -> Param<'static> {
    Param::new(number, Type::INT8)
}

pub(super) fn text(text: &str) -> Param<'_> {
    Param::new(text, Type::TEXT)
}

pub(super) fn maybe_text(text: Option<&str>) -> Param<'_> {
    Param::new(text, Type::TEXT)
}

pub(super) fn bytes(bytes: &[u8]) -> Param<'_> {
    Param::new(bytes, Type::BYTEA)
}

pub(super) fn ints<T: ToSql + Sync + 'static>(numbers: Vec<T>) -> Param<'static> {
    Param::new(numbers, Type::INT8_ARRAY)
}

pub(super) fn texts<'a, T: ToSql + Sync + 'a>(texts: Vec<T>) -> Param<'a> {
    Param::new(texts, Type::TEXT_ARRAY)
}

pub(super) fn byte_rows<'a>(rows: Vec<&'a [u8]>) -> Param<'a> {
    Param::new(rows, Type::BYTEA_ARRAY)
}

pub(super) fn owned_byte_rows(rows: Vec<Vec<u8>>) -> Param<'static> {
    Param::new(rows, Type::BYTEA_ARRAY)
}

/// Something to be asked of the server.
pub(super) enum Command<'a> {
    /// A command without parameters and without an answer.
    Plain(String),
    /// A statement of this program.
    Asked(&'static str, Vec<Param<'a>>),
}

type Answered = Result<Vec<Row>, Trouble>;

/// A connection.
pub(super) struct Line {
    /// Taken only when the line ends.
    runtime: Option<Runtime>,
    client: Client,
    statements: Mutex<BTreeMap<&'static str, Statement>>,
    how: Statements,
    wait: Duration,
    warnings: Arc<Mutex<Vec<String>>>,
}

impl Line {
    /// Connects to the first server of the address that takes writes.
    pub(super) fn connect(settings: &Settings) -> Result<Self, Trouble> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Trouble::Runtime)?;
        let (client, mut connection) =
            runtime.block_on(async { settings.server.connect(NoTls).await })?;
        let warnings = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&warnings);
        runtime.spawn(async move {
            while let Some(Ok(message)) =
                std::future::poll_fn(|cx| connection.poll_message(cx)).await
            {
                if let AsyncMessage::Notice(notice) = message
                    && notice.parsed_severity() == Some(Severity::Warning)
                {
                    let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
                    told.push(notice.message().to_owned());
                }
            }
        });
        Ok(Self {
            runtime: Some(runtime),
            client,
            statements: Mutex::new(BTreeMap::new()),
            how: settings.statements,
            wait: settings.answer_within(),
            warnings,
        })
    }

    /// Whether the line is known to be cut.
    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Takes the warnings that came since this was last asked.
    pub(super) fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Runs commands without parameters.
    pub(super) fn run(&self, sql: &str) -> Result<(), Trouble> {
        self.drive(async { Ok(self.client.batch_execute(sql).await?) })
    }

    /// Asks one statement.
    pub(super) fn ask(&self, sql: &'static str, params: &[Param<'_>]) -> Answered {
        self.drive(async {
            self.prepare(sql, params).await?;
            self.send(sql, params).await
        })
    }

    /// Asks one statement that gives one row.
    pub(super) fn ask_one(&self, sql: &'static str, params: &[Param<'_>]) -> Result<Row, Trouble> {
        let first = self.ask(sql, params)?.into_iter().next();
        first.ok_or(Trouble::NoRow)
    }

    /// Asks everything at once, in this order; the answers come in the same order. One that fails
    /// makes those behind it fail, too, where a transaction is open.
    pub(super) fn pipeline(&self, commands: &[Command<'_>]) -> Vec<Answered> {
        let whole = self.drive(async {
            // A statement that still had to be prepared would be sent behind those after it.
            for command in commands {
                if let Command::Asked(sql, params) = command {
                    self.prepare(sql, params).await?;
                }
            }
            Ok(in_order(
                commands
                    .iter()
                    .map(|command| self.command(command))
                    .collect(),
            )
            .await)
        });
        whole.unwrap_or_else(|trouble| vec![Err(trouble)])
    }

    fn command<'a>(
        &'a self,
        command: &'a Command<'_>,
    ) -> Pin<Box<dyn Future<Output = Answered> + 'a>> {
        match command {
            Command::Plain(sql) => Box::pin(async {
                self.client.batch_execute(sql).await?;
                Ok(Vec::new())
            }),
            Command::Asked(sql, params) => Box::pin(self.send(sql, params)),
        }
    }

    async fn prepare(&self, sql: &'static str, params: &[Param<'_>]) -> Result<(), Trouble> {
        if self.how == Statements::Unnamed || self.prepared(sql).is_some() {
            return Ok(());
        }
        let types: Vec<Type> = params.iter().map(|param| param.kind.clone()).collect();
        let statement = self.client.prepare_typed(sql, &types).await?;
        let mut statements = self
            .statements
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        statements.insert(sql, statement);
        Ok(())
    }

    fn prepared(&self, sql: &'static str) -> Option<Statement> {
        let statements = self
            .statements
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        statements.get(sql).cloned()
    }

    async fn send(&self, sql: &'static str, params: &[Param<'_>]) -> Answered {
        let values = params.iter().map(|param| &*param.value);
        Ok(match self.prepared(sql) {
            Some(statement) => {
                let values: Vec<&(dyn ToSql + Sync)> = values.collect();
                self.client.query(&statement, &values).await?
            }
            None => {
                let typed: Vec<(&(dyn ToSql + Sync), Type)> = values
                    .zip(params.iter().map(|param| param.kind.clone()))
                    .collect();
                self.client.query_typed(sql, &typed).await?
            }
        })
    }

    /// Waits for an answer, no longer than a bound: an answer that is late may still come true.
    fn drive<T>(&self, work: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
        let Some(runtime) = &self.runtime else {
            return Err(Trouble::NoRow);
        };
        let bounded = async { tokio::time::timeout(self.wait, work).await };
        runtime
            .block_on(bounded)
            .unwrap_or(Err(Trouble::Late(self.wait)))
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Waiting is not allowed everywhere that a line may be dropped.
            runtime.shutdown_background();
        }
    }
}

/// Polls futures in their order until all are done, so that they are sent in that order.
async fn in_order<'a, T>(mut asked: Vec<Pin<Box<dyn Future<Output = T> + 'a>>>) -> Vec<T> {
    let mut done: Vec<Option<T>> = asked.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        let mut waits = false;
        for (future, slot) in asked.iter_mut().zip(&mut done) {
            if slot.is_none() {
                match future.as_mut().poll(cx) {
                    Poll::Ready(answer) => *slot = Some(answer),
                    Poll::Pending => waits = true,
                }
            }
        }
        if waits {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
    .await;
    done.into_iter().flatten().collect()
}
