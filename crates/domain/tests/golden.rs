//! Golden event forms: one fully populated stored example of every kind of event.
//!
//! `PORTCULLIS_BLESS=1 cargo test -p domain --test golden` writes the files anew; review them as
//! code. A stored form that changes needs a new name and an upcaster in the register.

#[cfg(test)]
mod golden {
    mod application;
    mod case;
    mod catalogue;
    mod evidence;
    mod integration;
    mod measure;
    mod monitoring;
    mod passage;
    mod permit;
    mod shipment;

    mod forms;
}
