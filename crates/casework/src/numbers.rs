//! Numbers that the register gives, for whatever comes without one.

use serde::Serialize;

use crate::actor::Actor;
use crate::answer::DeskError;
use crate::desk::Desk;

impl Desk {
    /// The next number of a series in this year, as in `DCN-2027-000123`. A number that is then
    /// not used stays unused.
    ///
    /// # Errors
    /// A refusal when the person may not do what the number is for, or a fault.
    pub fn next_number<T: Serialize>(
        &self,
        actor: &Actor,
        action: &str,
        prefix: &str,
        make: impl Fn(i16, u64) -> T,
    ) -> Result<T, DeskError> {
        let done = self.act(actor, action, |act| act.number(prefix, make))?;
        Ok(done.what)
    }
}
