//! PostgreSQL servers of a test's own, from the binaries on the machine: a primary, and standbys of
//! it. They speak over a socket in a folder of their own, and are gone when the test is, however it
//! ends: a shell that waits for the end of a pipe stops each server and removes its folder.

use std::ffi::OsStr;
use std::fs;
use std::io::{Error, Result, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

/// How often a server is asked whether it is up, and how long between: a minute in all, for a
/// machine that builds something else at the same time.
const ASKED_MAX: u32 = 600;
const BETWEEN_ASKING: Duration = Duration::from_millis(100);

/// The shell script that minds a server: it ends the server when it is told to, or when nobody holds
/// the pipe any more; the folder then goes, too.
const MINDER: &str = r#"
trap '' INT TERM HUP
"$1/postgres" -D "$2/data" >>"$2/log" 2>&1 </dev/null &
server=$!
read -r word
kill -QUIT "$server" 2>/dev/null
wait "$server"
[ "$word" = stop ] || rm -rf "$2"
"#;

/// Numbers the folders of one process.
static NEXT: AtomicU32 = AtomicU32::new(1);

/// Who the servers run as: they refuse to run as root.
#[derive(Debug, Clone, Copy)]
struct Runner {
    user: u32,
    group: u32,
    is_other: bool,
}

/// A server.
pub struct Postgres {
    binaries: PathBuf,
    folder: PathBuf,
    runner: Runner,
    minder: Option<(Child, ChildStdin)>,
}

/// Finds the binaries of the server, the newest if there are several.
fn binaries() -> Option<PathBuf> {
    let has_all = |folder: &Path| {
        ["initdb", "postgres", "pg_basebackup", "pg_isready", "psql"]
            .iter()
            .all(|program| folder.join(program).is_file())
    };
    // What stands on the path may be a link to one program of the installation.
    let on_path = std::env::var_os("PATH")
        .iter()
        .flat_map(std::env::split_paths)
        .filter_map(|folder| fs::canonicalize(folder.join("initdb")).ok())
        .filter_map(|initdb| initdb.parent().map(Path::to_owned))
        .find(|folder| has_all(folder));
    on_path.or_else(|| {
        let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
            .ok()?
            .filter_map(|entry| {
                let path = entry.ok()?.path();
                let version = path.file_name()?.to_str()?.parse().ok()?;
                let bin = path.join("bin");
                has_all(&bin).then_some((version, bin))
            })
            .collect();
        versions.sort();
        versions.pop().map(|(_, bin)| bin)
    })
}

/// Whether PostgreSQL is installed on this machine.
#[must_use]
pub fn is_installed() -> bool {
    binaries().is_some()
}

impl Runner {
    fn find() -> Result<Self> {
        let own = fs::metadata("/proc/self")?;
        if own.uid() != 0 {
            return Ok(Self {
                user: own.uid(),
                group: own.gid(),
                is_other: false,
            });
        }
        let users = fs::read_to_string("/etc/passwd")?;
        let of = |name: &str| {
            let line = users
                .lines()
                .find(|line| line.split(':').next() == Some(name))?;
            let mut parts = line.split(':').skip(2);
            let user = parts.next()?.parse().ok()?;
            let group = parts.next()?.parse().ok()?;
            Some((user, group))
        };
        let (user, group) = of("postgres")
            .or_else(|| of("nobody"))
            .ok_or_else(|| Error::other("there is no user but root"))?;
        Ok(Self {
            user,
            group,
            is_other: true,
        })
    }

    fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if self.is_other {
            command.uid(self.user).gid(self.group);
        }
        // A folder that the other user may not enter is no place to stand.
        command.current_dir("/").env_clear().env("LC_ALL", "C");
        command
    }
}

fn run(mut command: Command, what: &str) -> Result<String> {
    let output = command.stdin(Stdio::null()).output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Error::other(format!("{what}: {}", said.trim())))
}

impl Postgres {
    /// Starts a server, or none with the test reported as not run where PostgreSQL is not
    /// installed.
    ///
    /// # Errors
    /// When it is installed and does not start.
    pub fn start(test: &str) -> Result<Option<Self>> {
        match binaries() {
            Some(binaries) => Self::create(binaries).map(Some),
            None => {
                crate::not_run(test, "PostgreSQL is not installed");
                Ok(None)
            }
        }
    }

    fn create(binaries: PathBuf) -> Result<Self> {
        let mut server = Self::in_fresh_folder(binaries)?;
        let mut initdb = server.command("initdb");
        initdb.args(["--auth=trust", "--username=owner", "--encoding=UTF8"]);
        initdb.args(["--no-locale", "--no-instructions", "--pgdata"]);
        initdb.arg(server.data());
        run(initdb, "initdb")?;
        server.set(&[
            ("listen_addresses", "''"),
            (
                "unix_socket_directories",
                &format!("'{}'", server.folder.display()),
            ),
            ("unix_socket_permissions", "0777"),
            ("wal_level", "replica"),
            ("max_connections", "400"),
            ("shared_buffers", "'64MB'"),
            ("wal_receiver_status_interval", "'1s'"),
        ])?;
        server.run()?;
        Ok(server)
    }

    fn in_fresh_folder(binaries: PathBuf) -> Result<Self> {
        // The path of a socket has at most 107 bytes.
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("portcullis-pg-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let runner = Runner::find()?;
        fs::create_dir(&folder)?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755))?;
        if runner.is_other {
            chown(&folder, Some(runner.user), Some(runner.group))?;
        }
        Ok(Self {
            binaries,
            folder,
            runner,
            minder: None,
        })
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn command(&self, program: &str) -> Command {
        self.runner.command(&self.binaries.join(program))
    }

    /// Adds settings, as they stand in the server's file; they hold from the next start or reload.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set(&self, settings: &[(&str, &str)]) -> Result<()> {
        let file = self.data().join("postgresql.auto.conf");
        let mut text = fs::read_to_string(&file).unwrap_or_default();
        for (name, value) in settings {
            text.push_str(&format!("{name} = {value}\n"));
        }
        fs::write(&file, text)?;
        if self.runner.is_other {
            chown(&file, Some(self.runner.user), Some(self.runner.group))?;
        }
        Ok(())
    }

    /// Starts the server again, after [`Postgres::kill`] or [`Postgres::stop`].
    ///
    /// # Errors
    /// When it does not come up; the end of what it said is in the error.
    pub fn run(&mut self) -> Result<()> {
        let _ = fs::remove_file(self.data().join("postmaster.pid"));
        let mut minder = self.runner.command(Path::new("/bin/sh"));
        minder
            .args([OsStr::new("-c"), OsStr::new(MINDER), OsStr::new("minder")])
            .arg(&self.binaries)
            .arg(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0);
        let mut minder = minder.spawn()?;
        let pipe = minder.stdin.take();
        self.minder = pipe.map(|pipe| (minder, pipe));
        for _ in 0..ASKED_MAX {
            if self.is_up() {
                return Ok(());
            }
            sleep(BETWEEN_ASKING);
        }
        let said = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let end: Vec<&str> = said.lines().rev().take(5).collect();
        Err(Error::other(end.join("; ")))
    }

    fn is_up(&self) -> bool {
        let mut asked = self.command("pg_isready");
        asked.arg("--quiet").arg("--host").arg(&self.folder);
        run(asked, "pg_isready").is_ok()
    }

    /// The number of the server's first process, which starts all others.
    ///
    /// # Errors
    /// When the server does not run.
    pub fn process(&self) -> Result<u32> {
        let file = fs::read_to_string(self.data().join("postmaster.pid"))?;
        let first = file.lines().next().and_then(|line| line.parse().ok());
        first.ok_or_else(|| Error::other("the server names no process"))
    }

    /// The folder of the server's socket.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.folder
    }

    /// The address of a database, for its owner.
    #[must_use]
    pub fn address(&self, database: &str) -> String {
        self.address_for("owner", database)
    }

    /// The address of a database, for a role.
    #[must_use]
    pub fn address_for(&self, role: &str, database: &str) -> String {
        let folder = self.folder.display();
        format!("postgres:///{database}?host={folder}&user={role}")
    }

    /// Creates a database.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn create_database(&self, name: &str) -> Result<()> {
        let mut created = self.command("createdb");
        created.args(["--username=owner", "--template=template0", "--host"]);
        created.arg(&self.folder).arg(name);
        run(created, "createdb").map(|_| ())
    }

    /// Puts a pooler by transaction before a database, with two connections; none when it does not
    /// come up.
    ///
    /// # Errors
    /// When its settings cannot be written.
    pub fn pooler(&self, program: &str, database: &str) -> Result<Option<Pooler>> {
        let folder = self.folder.join("pooler");
        fs::create_dir(&folder)?;
        let own = self.folder.display();
        let settings = format!(
            "[databases]\n{database} = host={own} user=owner dbname={database}\n[pgbouncer]\n\
             pool_mode = transaction\ndefault_pool_size = 2\nlisten_addr =\nauth_type = any\n\
             unix_socket_dir = {folder}\nunix_socket_mode = 0777\nserver_tls_sslmode = prefer\n\
             ignore_startup_parameters = extra_float_digits\n",
            folder = folder.display()
        );
        let file = folder.join("pgbouncer.ini");
        fs::write(&file, settings)?;
        if self.runner.is_other {
            chown(&folder, Some(self.runner.user), Some(self.runner.group))?;
        }
        let mut command = self.runner.command(Path::new(program));
        command.arg("--quiet").arg(&file);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let pooler = Pooler {
            running: command.spawn()?,
            folder: folder.clone(),
        };
        for _ in 0..ASKED_MAX {
            if folder.join(".s.PGSQL.6432").exists() {
                return Ok(Some(pooler));
            }
            sleep(BETWEEN_ASKING);
        }
        Ok(None)
    }

    /// Copies a database that nobody uses.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn copy_database(&self, from: &str, to: &str) -> Result<()> {
        let mut created = self.command("createdb");
        created.args(["--username=owner", "--template", from, "--host"]);
        created.arg(&self.folder).arg(to);
        run(created, "createdb").map(|_| ())
    }

    /// Drops a database.
    ///
    /// # Errors
    /// When there is none.
    pub fn drop_database(&self, name: &str) -> Result<()> {
        let mut dropped = self.command("dropdb");
        dropped.args(["--username=owner", "--force", "--host"]);
        dropped.arg(&self.folder).arg(name);
        run(dropped, "dropdb").map(|_| ())
    }

    /// Runs a script as a role, and gives what it prints, unaligned.
    ///
    /// # Errors
    /// What the server said to the first statement that failed.
    pub fn script(&self, role: &str, database: &str, script: &str) -> Result<String> {
        let mut psql = self.command("psql");
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]);
        psql.args([
            "--set=ON_ERROR_STOP=1",
            "--username",
            role,
            "--dbname",
            database,
        ]);
        psql.arg("--host").arg(&self.folder);
        psql.arg("--command").arg(script);
        run(psql, "psql").map(|said| said.trim().to_owned())
    }

    /// Waits until a question to a database is answered with yes.
    ///
    /// # Errors
    /// When the server refuses, or says no for a minute.
    pub fn wait_until(&self, database: &str, question: &str) -> Result<()> {
        for _ in 0..ASKED_MAX {
            if self.script("owner", database, question)? == "t" {
                return Ok(());
            }
            sleep(BETWEEN_ASKING);
        }
        Err(Error::other(format!("not so for a minute: {question}")))
    }

    /// Makes a standby of this server, which confirms each commit from then on.
    ///
    /// # Errors
    /// When it cannot be copied or does not come up.
    pub fn synchronous_standby(&self, name: &str) -> Result<Self> {
        let mut standby = Self::in_fresh_folder(self.binaries.clone())?;
        let mut copied = self.command("pg_basebackup");
        copied.args([
            "--write-recovery-conf",
            "--create-slot",
            "--checkpoint=fast",
        ]);
        copied.args(["--slot", name, "--username=owner", "--host"]);
        copied.arg(&self.folder).arg("--pgdata").arg(standby.data());
        run(copied, "pg_basebackup")?;
        let folder = standby.folder.display().to_string();
        standby.set(&[
            ("unix_socket_directories", &format!("'{folder}'")),
            (
                "primary_conninfo",
                &format!(
                    "'host={} user=owner application_name={name}'",
                    self.folder.display()
                ),
            ),
        ])?;
        standby.run()?;
        self.set(&[("synchronous_standby_names", &format!("'{name}'"))])?;
        self.reload()?;
        Ok(standby)
    }

    /// Reads the settings again.
    ///
    /// # Errors
    /// When the server cannot be told.
    pub fn reload(&self) -> Result<()> {
        let mut told = self.command("pg_ctl");
        told.arg("reload").arg("--pgdata").arg(self.data());
        run(told, "pg_ctl reload").map(|_| ())
    }

    /// Makes a standby the primary.
    ///
    /// # Errors
    /// When it cannot be promoted.
    pub fn promote(&self) -> Result<()> {
        let mut told = self.command("pg_ctl");
        told.args(["promote", "--wait", "--pgdata"])
            .arg(self.data());
        run(told, "pg_ctl promote").map(|_| ())
    }

    /// Kills the server and everything that it started, as a loss of its machine would.
    ///
    /// # Errors
    /// When the server is not known to run.
    pub fn kill(&mut self) -> Result<()> {
        let file = fs::read_to_string(self.data().join("postmaster.pid"))?;
        let first = file.lines().next().map(str::trim).unwrap_or_default();
        let postmaster: u32 = first.parse().map_err(Error::other)?;
        let children = format!("/proc/{postmaster}/task/{postmaster}/children");
        let children = fs::read_to_string(children)?;
        let mut kill = Command::new("kill");
        kill.arg("-9").arg(postmaster.to_string());
        kill.args(children.split_whitespace());
        // A child that ended by itself meanwhile is no matter.
        let _ = run(kill, "kill");
        self.end();
        Ok(())
    }

    /// Stops the server at once.
    pub fn stop(&mut self) {
        self.end();
    }

    fn end(&mut self) {
        if let Some((mut minder, mut pipe)) = self.minder.take() {
            let _ = pipe.write_all(b"stop\n");
            drop(pipe);
            let _ = minder.wait();
        }
    }
}

/// A pooler before a server.
pub struct Pooler {
    running: Child,
    folder: PathBuf,
}

impl Pooler {
    /// The address of the database behind the pooler.
    #[must_use]
    pub fn address(&self, role: &str, database: &str) -> String {
        let folder = self.folder.display();
        format!("postgres:///{database}?host={folder}&port=6432&user={role}")
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.end();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
