//! What becomes of goods that were declared: exits, reservations given back, goods held and goods
//! that come back, and offices that acknowledge a stop.

use super::super::stage::{Made, Stage, mistaken};
use super::super::words::{both, same, word};
use super::border::of_lines;
use crate::answer::DeskError;
use domain::id::{OrderId, ShipmentId};
use domain::item::LineNo;
use domain::ledger::Both;
use domain::shipment::RestoreCause;
use domain::shipment::confirm_exit::ConfirmExit;
use intake::scenario::{EventSpec, Words};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

impl Stage<'_> {
    /// The shipment that an earlier event declared; none when the border refused it.
    fn shipment_of(&self, event: &EventSpec) -> Result<ShipmentId, DeskError> {
        let number = event.shipment.as_ref();
        let made = number.and_then(|number| self.made.get(number));
        made.and_then(|made| made.shipment.clone()).ok_or_else(|| {
            let says = "the border refused that shipment: there are no goods to act on";
            mistaken(&self.scenario.scenario, &event.n.0, says)
        })
    }

    /// The amount that an event names, at the value per unit of the declaration; empty for all.
    fn amounts(
        &self,
        event: &EventSpec,
        shipment: &ShipmentId,
    ) -> Result<BTreeMap<LineNo, Both>, DeskError> {
        let held = self.desk.shipment(shipment)?;
        let lines = held.map(|held| held.lines).unwrap_or_default();
        let several = event.declared.lines.iter();
        let mut named: Vec<(Option<u32>, u32)> = several
            .filter_map(|line| Some((line.line, line.qty?)))
            .collect();
        // An event that names no line speaks of the first that was declared.
        named.extend(event.declared.qty.map(|qty| (event.declared.line, qty)));
        let mut amounts = BTreeMap::new();
        for (line, quantity) in named {
            let declared = match line {
                Some(line) => lines.iter().find(|held| held.line == LineNo(line)),
                None => lines.first(),
            };
            let declared = declared.ok_or_else(|| {
                let line = line.unwrap_or(1);
                let says = format!("line {line} was not declared in that shipment");
                mistaken(&self.scenario.scenario, &event.n.0, says)
            })?;
            let per_unit = declared.value.amount.checked_div(declared.quantity.amount);
            let quantity = Decimal::from(quantity);
            let value = per_unit.unwrap_or_default().saturating_mul(quantity);
            let decimals = declared.value.currency.decimals();
            let value = value.round_dp(decimals);
            amounts.insert(declared.line, Both { quantity, value });
        }
        Ok(amounts)
    }

    /// Goods leave on a declaration made before. A fact: nothing refuses it.
    pub(in crate::scenario) fn exit(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
    ) -> Result<(), DeskError> {
        let shipment = self.shipment_of(event)?;
        let report = ConfirmExit {
            amounts: self.amounts(event, &shipment)?,
            on: self.desk.clock().today(),
            is_partial: event.partial,
            serials: event.declared.serials.clone(),
        };
        self.desk
            .confirm_exit(&self.officers.customs, &shipment, &report)?;
        self.goods_row(event, made, shipment, ("leaves", "sort"));
        Ok(())
    }

    /// What was reserved is given back, or what was held is freed.
    pub(in crate::scenario) fn give_back(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
    ) -> Result<(), DeskError> {
        let shipment = self.shipment_of(event)?;
        let amounts = self.amounts(event, &shipment)?;
        let cause = match event.cause.as_deref() {
            Some("stopped") => RestoreCause::Stopped,
            Some("corrected") => RestoreCause::Corrected,
            Some("freed") => RestoreCause::Freed,
            _ => RestoreCause::GivenUp,
        };
        self.desk
            .restore(&self.officers.customs, &shipment, &amounts, cause)?;
        self.goods_row(event, made, shipment, ("is given back", "est rendu"));
        Ok(())
    }

    /// Stopped goods are held as evidence.
    pub(in crate::scenario) fn hold(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
    ) -> Result<(), DeskError> {
        let shipment = self.shipment_of(event)?;
        let amounts = self.amounts(event, &shipment)?;
        let reasons = reasons_of(event);
        self.desk
            .hold(&self.officers.customs, &shipment, &amounts, &reasons)?;
        self.goods_row(event, made, shipment, ("is held", "est retenu"));
        Ok(())
    }

    /// Goods come back, or a contra-entry corrects what was drawn.
    pub(in crate::scenario) fn take_back(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
    ) -> Result<(), DeskError> {
        let shipment = self.shipment_of(event)?;
        let amounts = self.amounts(event, &shipment)?;
        let reasons = reasons_of(event);
        let customs = &self.officers.customs;
        self.desk
            .take_back(customs, &shipment, &amounts, event.correction, &reasons)?;
        let words = if event.correction {
            ("is corrected", "est rectifié")
        } else {
            ("comes back", "revient")
        };
        self.goods_row(event, made, shipment, words);
        Ok(())
    }

    /// An office acknowledges the stop of a shipment.
    pub(in crate::scenario) fn acknowledge_stop(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
    ) -> Result<(), DeskError> {
        let shipment = self.shipment_of(event)?;
        let orders: Vec<OrderId> = event
            .order
            .as_ref()
            .and_then(|number| self.made.get(number))
            .map(|made| made.orders.clone())
            .unwrap_or_default();
        for order in &orders {
            let customs = &self.officers.customs;
            self.desk
                .acknowledge_stop(customs, &shipment, order, event.goods_there)?;
        }
        let words = ("is acknowledged as stopped", "est reconnu arrêté");
        self.goods_row(event, made, shipment, words);
        Ok(())
    }

    fn goods_row(
        &mut self,
        event: &EventSpec,
        made: &mut Made,
        shipment: ShipmentId,
        (en, fr): (&str, &str),
    ) {
        let how_many = match (event.declared.qty, event.declared.lines.as_slice()) {
            (None, []) => both("all", "tout"),
            (Some(qty), _) => same(qty.to_string()),
            (None, lines) => of_lines(lines),
        };
        let what = both(
            format!("{} of shipment {shipment} {en}", how_many.en),
            format!("{} de l’envoi {shipment} {fr}", how_many.fr),
        );
        self.row(&event.n.0, what, same(shipment.as_str()));
        made.shipment = Some(shipment);
    }

    /// Where a shipment of an event stands, in the words of the format.
    pub(in crate::scenario) fn shipment_word(
        &self,
        event: &EventSpec,
    ) -> Result<&'static str, DeskError> {
        let made = self.made.get(&event.n);
        let Some(id) = made.and_then(|made| made.shipment.clone()) else {
            return Ok("refused");
        };
        let Some(held) = self.desk.shipment(&id)? else {
            return Ok("absent");
        };
        let any = |amounts: &BTreeMap<LineNo, Both>| amounts.values().any(|both| !both.is_zero());
        Ok(if !held.under_stop.is_empty() {
            "left_under_stop"
        } else if any(&held.excess) {
            "left_in_excess"
        } else if held.stops.values().any(|stop| stop.acknowledged.is_some()) && held.is_open() {
            "stop_acknowledged"
        } else if !held.stops.is_empty() && held.is_open() {
            "stopped"
        } else if held.is_open() {
            "reserved"
        } else if any(&held.held) {
            "held_as_evidence"
        } else if any(&held.drawn) {
            "left"
        } else if !held.exits.is_empty() {
            "came_back"
        } else {
            "given_back"
        })
    }
}

/// The reasons of an event; that they are not public where it gives none.
fn reasons_of(event: &EventSpec) -> String {
    let words = event.because.as_ref().map(Words::both);
    words.map_or_else(|| word("as the case has it").en, |words| words.en)
}
