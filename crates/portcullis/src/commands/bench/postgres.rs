//! The same draws on PostgreSQL the usual way: a row lock, an update and an insert per transaction,
//! driven by `pgbench` against a server of its own.

use std::ffi::OsStr;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::clients::Spread;
use super::ways::Figures;
use crate::commands::Stop;

/// Who owns the server where the bench runs as root, which PostgreSQL refuses to run as: `nobody`.
const NOBODY: u32 = 65_534;

/// A PostgreSQL server in a folder of its own, stopped when dropped.
pub(super) struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    as_nobody: bool,
}

impl Cluster {
    /// Makes a server with the tables and scripts of the comparison.
    pub(super) fn start(parent: &Path, permits: u32) -> Result<Self, String> {
        let programs = programs().ok_or("initdb, pg_ctl and pgbench are not installed")?;
        let folder = parent.join("postgres");
        std::fs::create_dir(&folder).map_err(|m| m.to_string())?;
        let as_nobody = std::fs::read_to_string("/proc/self/status").is_ok_and(|status| {
            status
                .lines()
                .any(|line| line.starts_with("Uid:") && line.split_whitespace().nth(1) == Some("0"))
        });
        if as_nobody {
            for path in [parent, &folder] {
                chown(path, Some(NOBODY), Some(NOBODY)).map_err(|m| m.to_string())?;
            }
        }
        let cluster = Self {
            programs,
            folder,
            as_nobody,
        };
        cluster.serve()?;
        for statement in register::bare::postgres_tables(permits) {
            let connection = cluster.connection();
            let first = connection.each_ref().map(OsStr::new);
            let rest = ["-v", "ON_ERROR_STOP=1", "-qc", &statement].map(OsStr::new);
            cluster.done("psql", first, &rest)?;
        }
        for (name, permit) in [
            ("hot", "1".to_owned()),
            ("uniform", format!("random(1, {permits})")),
        ] {
            let script = register::bare::postgres_draw(&permit);
            std::fs::write(cluster.folder.join(name), script).map_err(|m| m.to_string())?;
        }
        Ok(cluster)
    }

    /// Makes the cluster's files and starts its server.
    fn serve(&self) -> Result<(), String> {
        let (data, log) = (self.folder.join("data"), self.folder.join("log"));
        let (data, log) = (data.as_os_str(), log.as_os_str());
        let words = ["-A", "trust", "-U", "bench", "-N", "-D"].map(OsStr::new);
        self.done("initdb", words, &[data])?;
        let socket = self.folder.display();
        let options = format!("-c listen_addresses='' -k '{socket}' -c max_connections=80");
        let [options, o, d, start] = [options.as_str(), "-o", "-D", "start"].map(OsStr::new);
        self.done(
            "pg_ctl",
            ["-w", "-l"].map(OsStr::new),
            &[log, o, options, d, data, start],
        )?;
        Ok(())
    }

    fn connection(&self) -> [String; 6] {
        let socket = self.folder.display().to_string();
        [
            "-h".into(),
            socket,
            "-U".into(),
            "bench".into(),
            "-d".into(),
            "postgres".into(),
        ]
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir(&self.folder).stdin(Stdio::null());
        if self.as_nobody {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }

    fn done<const N: usize>(
        &self,
        program: &str,
        first: [&OsStr; N],
        rest: &[&OsStr],
    ) -> Result<String, String> {
        let ended = self
            .command(program)
            .args(first)
            .args(rest)
            .stdout(if program == "pg_ctl" {
                Stdio::null()
            } else {
                Stdio::piped()
            })
            .stderr(if program == "pg_ctl" {
                Stdio::null()
            } else {
                Stdio::piped()
            })
            .spawn()
            .and_then(std::process::Child::wait_with_output)
            .map_err(|m| format!("{program}: {m}"))?;
        if ended.status.success() {
            Ok(String::from_utf8_lossy(&ended.stdout).into_owned())
        } else {
            let says = String::from_utf8_lossy(&ended.stderr).into_owned();
            Err(format!("{program} ended with {}: {says}", ended.status))
        }
    }

    /// One turn of row locks.
    pub(super) fn row_locks(
        &self,
        spread: Spread,
        clients: u32,
        turn: Duration,
    ) -> Result<Figures, Stop> {
        let script = match spread {
            Spread::Hot => "hot",
            Spread::Uniform => "uniform",
        };
        let connection = self.connection();
        // pgbench has the database last and whole seconds only.
        let [host, socket, user, name, _, database] = connection.each_ref().map(OsStr::new);
        let seconds = turn.as_secs().max(1).to_string();
        let clients = clients.to_string();
        let words = [
            "-n", "-M", "prepared", "-j", "2", "-f", script, "-c", &clients, "-T", &seconds,
        ];
        let mut rest: Vec<&OsStr> = words.iter().map(OsStr::new).collect();
        rest.push(database);
        let says = self
            .done("pgbench", [host, socket, user, name], &rest)
            .map_err(Stop::Fault)?;
        let after = |label: &str| {
            says.lines()
                .find_map(|line| line.strip_prefix(label))
                .and_then(|rest| rest.split_whitespace().next())
                .and_then(|figure| figure.parse::<f64>().ok())
        };
        let per_second = after("tps = ");
        let latency = after("latency average = ").map(|ms| ms * 1e3);
        match (per_second, latency) {
            (Some(per_second), Some(average)) => Ok(Figures {
                per_second,
                // pgbench gives the average only.
                p50: average,
                p99: f64::NAN,
                processor: f64::NAN,
            }),
            _ => Err(Stop::Fault(format!("pgbench says no rate: {says}"))),
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        let words = ["-m", "immediate", "-D"].map(OsStr::new);
        // The folder goes next; a server that will not stop loses its files.
        let _ = self.done("pg_ctl", words, &[data.as_os_str(), OsStr::new("stop")]);
    }
}

/// Where the programs of PostgreSQL are: on the path, or where Debian puts them.
fn programs() -> Option<PathBuf> {
    let has_all = |folder: &PathBuf| {
        ["initdb", "pg_ctl", "psql", "pgbench"]
            .iter()
            .all(|program| folder.join(program).is_file())
    };
    let path = std::env::var_os("PATH").unwrap_or_default();
    let of_debian = std::fs::read_dir("/usr/lib/postgresql").ok();
    let versions = of_debian.into_iter().flatten().flatten();
    std::env::split_paths(&path)
        .chain(versions.map(|version| version.path().join("bin")))
        .find(has_all)
}
