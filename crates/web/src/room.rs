//! What every handler shares: the desk, and the case if there is one.

use std::sync::Arc;

use casework::{Desk, DeskError};

use crate::Demo;
use crate::problem::Problem;

/// Shared by every handler.
#[derive(Clone)]
pub(crate) struct Room {
    desk: Arc<Desk>,
    demo: Option<Arc<Demo>>,
}

impl Room {
    pub(crate) fn new(desk: Arc<Desk>, demo: Option<Demo>) -> Self {
        Self {
            desk,
            demo: demo.map(Arc::new),
        }
    }

    /// The case, if one was played.
    pub(crate) fn demo(&self) -> Option<&Demo> {
        self.demo.as_deref()
    }

    /// Asks the desk, off the threads that serve connections. A fault is logged here and nowhere
    /// else; the asker gets its number.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Desk) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, Problem> {
        let desk = Arc::clone(&self.desk);
        let answer = tokio::task::spawn_blocking(move || question(&desk)).await;
        match answer {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(DeskError::Refused(refusal))) => Err(Problem::refused(*refusal)),
            Ok(Err(DeskError::Mistaken(mistake))) => {
                Err(Problem::mistaken(&mistake.field, &mistake.expected))
            }
            Ok(Err(DeskError::Faulty(fault))) => Err(self.fault(&fault)),
            Err(cause) => Err(self.fault(&cause)),
        }
    }

    fn fault(&self, cause: &dyn std::error::Error) -> Problem {
        let mut incident = String::from("INC-");
        for byte in self.desk.clock().entropy().iter().take(8) {
            incident.push_str(&format!("{byte:02X}"));
        }
        let mut says = cause.to_string();
        let mut inner = cause.source();
        while let Some(source) = inner {
            says.push_str(": ");
            says.push_str(&source.to_string());
            inner = source.source();
        }
        tracing::error!(incident = %incident, cause = %says, "a request failed");
        Problem::fault(incident)
    }
}
