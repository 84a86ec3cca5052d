//! numpy in a program of its own, asked one question at a time, where there is one.

use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use super::supply::Supply;
use super::{Answer, trouble};
use crate::commands::Stop;

const PROGRAM: &str = include_str!("arrays.py");

/// A Python that has read the arrays.
pub(super) struct Numpy {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Numpy {
    /// Starts it, where this Python has numpy.
    pub(super) fn start(
        python: &Path,
        folder: &Path,
        supply: &Supply,
    ) -> Result<Option<Self>, Stop> {
        let tried = Command::new(python)
            .args(["-c", "import numpy"])
            .stderr(Stdio::null())
            .status();
        if !tried.is_ok_and(|ended| ended.success()) {
            return Ok(None);
        }
        write(
            folder,
            "assembly",
            supply.parts().map(|(assembly, _)| assembly),
        )?;
        write(
            folder,
            "component",
            supply.parts().map(|(_, component)| component),
        )?;
        write(folder, "item", supply.lines().map(|(.., item)| item))?;
        write(
            folder,
            "shipment_line",
            supply.shipments().map(|(_, line)| line),
        )?;
        let program = folder.join("arrays.py");
        std::fs::write(&program, PROGRAM).map_err(trouble)?;
        let mut child = Command::new(python)
            .arg(&program)
            .arg(folder)
            .args([supply.items, supply.permits].map(|n| n.to_string()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(trouble)?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(trouble("the program of numpy has no pipes"));
        };
        let mut started = Self {
            child,
            to,
            from: BufReader::new(from),
        };
        match started.line()?.as_str() {
            "ready" => Ok(Some(started)),
            other => Err(trouble(format!("the program of numpy said `{other}`"))),
        }
    }

    fn line(&mut self) -> Result<String, Stop> {
        let mut line = String::new();
        self.from.read_line(&mut line).map_err(trouble)?;
        Ok(line.trim().to_owned())
    }

    /// Asks about one item: how long it took within numpy, and a digest of the answer.
    pub(super) fn ask(&mut self, item: u32) -> Result<(Duration, u64), Stop> {
        writeln!(self.to, "{item}").map_err(trouble)?;
        let line = self.line()?;
        let mut parts = line.split(' ').map(str::parse::<u64>);
        match (parts.next(), parts.next()) {
            (Some(Ok(nanos)), Some(Ok(digest))) => Ok((Duration::from_nanos(nanos), digest)),
            _ => Err(trouble(format!("the program of numpy said `{line}`"))),
        }
    }
}

impl Drop for Numpy {
    fn drop(&mut self) {
        // It ends by itself when nobody asks any more; nothing depends on it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write(folder: &Path, name: &str, numbers: impl Iterator<Item = u32>) -> Result<(), Stop> {
    let file = std::fs::File::create(folder.join(format!("{name}.bin"))).map_err(trouble)?;
    let mut to = BufWriter::with_capacity(1 << 20, file);
    for number in numbers {
        to.write_all(&number.to_le_bytes()).map_err(trouble)?;
    }
    to.flush().map_err(trouble)
}

/// The same digest of an answer as the program makes.
pub(super) fn digest(answer: &Answer) -> u64 {
    answer.iter().fold(0_u64, |sum, (kind, id, steps)| {
        let mixed = (u64::from(*id) + 1)
            .wrapping_mul(u64::from(*steps) + 7)
            .wrapping_mul(u64::from(*kind) + 1);
        sum.wrapping_add(mixed)
    })
}
