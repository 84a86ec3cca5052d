//! Laws: what holds over every history, tried on random ones.

#[cfg(test)]
mod laws {
    pub mod history;

    mod conservation;
    mod measures;
    mod replay;
}

#[cfg(test)]
#[expect(
    dead_code,
    reason = "the laws need a part of the acts that decisions need whole"
)]
#[path = "decisions/acts.rs"]
mod acts;

#[cfg(test)]
#[expect(
    dead_code,
    reason = "the laws need a part of the world that decisions need whole"
)]
#[path = "decisions/world.rs"]
mod world;
