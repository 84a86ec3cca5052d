//! Goods that left for a time: that they come back is owed from the day on which they leave, and is
//! overdue after the last day for their return.

use domain::duty::{DutyKind, DutyRecord};
use domain::event::{DutyOpened, Event};
use domain::id::{DutyId, ShipmentId};
use domain::language::Bilingual;
use domain::permit::{Movement, Permit};
use domain::shipment::Shipment;

use crate::act::Act;
use crate::answer::DeskError;
use crate::reading;

/// The duty to bring goods back, when they leave under a temporary permit with a last day for it;
/// none where one is open for the shipment.
pub(crate) fn owed(
    act: &Act<'_>,
    permit: &Permit,
    shipment: &ShipmentId,
) -> Result<Option<Event>, DeskError> {
    let movement = &permit.terms_on(act.today).movement;
    let Movement::Temporary {
        return_by: Some(due_on),
    } = movement
    else {
        return Ok(None);
    };
    if !open(act, shipment)?.is_empty() {
        return Ok(None);
    }
    let position = act.log().head()?.position;
    let id = &permit.issued.permit;
    Ok(Some(Event::from(DutyOpened {
        duty: DutyId::new(&format!("DTY-{shipment}-RETURN-{position}"))
            .map_err(|mistake| DeskError::invariant(mistake.to_string()))?,
        duty_kind: DutyKind::ReturnGoods,
        desk: "licensing".into(),
        about: shipment.to_string(),
        says: Bilingual::new(
            format!("the goods of shipment {shipment}, under permit {id}, are to be back"),
            format!(
                "les marchandises de l’envoi {shipment}, sous la licence {id}, doivent revenir"
            ),
        ),
        due_on: *due_on,
    })))
}

/// Discharges the duty once nothing of the shipment is abroad any more.
pub(crate) fn discharge(
    act: &mut Act<'_>,
    shipment: &Shipment,
    how: &str,
) -> Result<(), DeskError> {
    let mut abroad = shipment.drawn.values().chain(shipment.excess.values());
    if abroad.any(|both| !both.is_zero()) {
        return Ok(());
    }
    for duty in open(act, &shipment.id)? {
        crate::measures::discharge(act, &duty.id, how)?;
    }
    Ok(())
}

/// The duties to bring back what left with a shipment that nobody has discharged.
fn open(act: &Act<'_>, shipment: &ShipmentId) -> Result<Vec<DutyRecord>, DeskError> {
    let about = Some(("about", shipment.as_str()));
    let mut held: Vec<DutyRecord> = reading::all(act.log(), about)?;
    held.retain(|duty| duty.duty_kind == DutyKind::ReturnGoods && duty.discharged.is_none());
    Ok(held)
}
