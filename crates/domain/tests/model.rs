//! The gate against a model of it: random permits, amendments, orders, reservations, exits, holds,
//! returns and lapses, each answer predicted by a model that shares no code with the domain.

#[cfg(test)]
mod model {
    mod agreement;
    pub mod book;
    pub mod moves;
}

#[cfg(test)]
#[expect(
    dead_code,
    reason = "the model needs a part of the acts that decisions need whole"
)]
#[path = "decisions/acts.rs"]
mod acts;

#[cfg(test)]
#[expect(
    dead_code,
    reason = "the model needs a part of the world that decisions need whole"
)]
#[path = "decisions/world.rs"]
mod world;
