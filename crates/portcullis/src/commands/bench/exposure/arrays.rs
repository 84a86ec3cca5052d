//! The same walk over plain arrays, an array at a time, the way it is written for numpy: whole
//! columns for what was seen, frontiers gathered by ranges. It knows parts, lines and shipments only:
//! no grades, no kinds of steps, no circumstances, and nothing can be added to it.

use super::Answer;
use super::supply::Supply;

const UNSEEN: u8 = u8::MAX;

/// Ranges of one column by the numbers of another.
struct Csr {
    ends: Vec<u32>,
    to: Vec<u32>,
}

impl Csr {
    fn of(rows: u32, pairs: impl Fn() -> Box<dyn Iterator<Item = (u32, u32)>>) -> Self {
        let mut counts = vec![0_u32; rows as usize + 1];
        let mut all = 0_usize;
        for (from, _) in pairs() {
            if let Some(count) = counts.get_mut(from as usize + 1) {
                *count += 1;
            }
            all += 1;
        }
        let mut sum = 0;
        for count in &mut counts {
            sum += *count;
            *count = sum;
        }
        let mut next = counts.clone();
        let mut to = vec![0_u32; all];
        for (from, target) in pairs() {
            if let Some(slot) = next.get_mut(from as usize) {
                if let Some(held) = to.get_mut(*slot as usize) {
                    *held = target;
                }
                *slot += 1;
            }
        }
        counts.remove(0);
        Self { ends: counts, to }
    }

    fn range(&self, n: u32) -> &[u32] {
        let end = self.ends.get(n as usize).copied().unwrap_or(0);
        let begin = match n.checked_sub(1) {
            None => 0,
            Some(before) => self.ends.get(before as usize).copied().unwrap_or(0),
        };
        self.to
            .get(begin as usize..end as usize)
            .unwrap_or_default()
    }
}

/// The columns.
pub(super) struct Arrays {
    items: usize,
    up: Csr,
    down: Csr,
    lines: Csr,
    shipments: Csr,
}

/// What was reached, column by column, with what each came from.
pub(super) struct Columns {
    lines: Vec<u32>,
    line_steps: Vec<u16>,
    shipments: Vec<u32>,
    shipment_steps: Vec<u16>,
    /// The item before each item, the item of each line, the line of each shipment: the paths.
    pub(super) paths: (Vec<u32>, Vec<u32>, Vec<u32>),
}

impl Columns {
    pub(super) fn answer(&self) -> Answer {
        let lines = self.lines.iter().zip(&self.line_steps);
        let permits = lines.clone().map(|(line, steps)| (1, *line, steps + 1));
        let lines = lines.map(|(line, steps)| (0, *line, *steps));
        let shipments = self.shipments.iter().zip(&self.shipment_steps);
        let shipments = shipments.map(|(shipment, steps)| (2, *shipment, *steps));
        lines.chain(permits).chain(shipments).collect()
    }
}

impl Arrays {
    pub(super) fn of(supply: &Supply) -> Self {
        let down: Vec<(u32, u32)> = supply.parts().collect();
        let up: Vec<(u32, u32)> = down.iter().map(|(a, c)| (*c, *a)).collect();
        let lines: Vec<(u32, u32)> = supply.lines().map(|(line, _, item)| (item, line)).collect();
        let shipments: Vec<(u32, u32)> = supply.shipments().map(|(n, line)| (line, n)).collect();
        let csr = |rows: u32, pairs: Vec<(u32, u32)>| {
            Csr::of(rows, || Box::new(pairs.clone().into_iter()))
        };
        Self {
            items: supply.items as usize,
            up: csr(supply.items, up),
            down: csr(supply.items, down),
            lines: csr(supply.items, lines),
            shipments: csr(supply.permits, shipments),
        }
    }

    pub(super) fn reach(&self, item: u32) -> Columns {
        let mut depth = vec![UNSEEN; self.items];
        let mut before = vec![u32::MAX; self.items];
        for csr in [&self.up, &self.down] {
            let mut seen = vec![false; self.items];
            let mut frontier = vec![item];
            mark(&mut seen, item);
            let mut steps = 0_u8;
            while !frontier.is_empty() {
                for here in &frontier {
                    if let Some(held) = depth.get_mut(*here as usize) {
                        *held = steps.min(*held);
                    }
                }
                let mut next = Vec::new();
                for here in &frontier {
                    for to in csr.range(*here) {
                        if mark(&mut seen, *to) {
                            next.push(*to);
                            if let Some(held) = before.get_mut(*to as usize) {
                                *held = *here;
                            }
                        }
                    }
                }
                frontier = next;
                steps += 1;
            }
        }
        let (mut lines, mut line_steps, mut line_items) = (Vec::new(), Vec::new(), Vec::new());
        let seen = depth.iter().zip(0_u32..).filter(|(d, _)| **d != UNSEEN);
        for (depth, item) in seen {
            let range = self.lines.range(item);
            lines.extend_from_slice(range);
            line_steps.extend(std::iter::repeat_n(u16::from(*depth) + 3, range.len()));
            line_items.extend(std::iter::repeat_n(item, range.len()));
        }
        let (mut shipments, mut shipment_steps, mut shipment_lines) =
            (Vec::new(), Vec::new(), Vec::new());
        for (line, steps) in lines.iter().zip(&line_steps) {
            let range = self.shipments.range(*line);
            shipments.extend_from_slice(range);
            shipment_steps.extend(std::iter::repeat_n(steps + 1, range.len()));
            shipment_lines.extend(std::iter::repeat_n(*line, range.len()));
        }
        Columns {
            lines,
            line_steps,
            shipments,
            shipment_steps,
            paths: (before, line_items, shipment_lines),
        }
    }
}

/// Marks a number; false where it was marked before.
fn mark(seen: &mut [bool], n: u32) -> bool {
    match seen.get_mut(n as usize) {
        Some(held) => !std::mem::replace(held, true),
        None => false,
    }
}
