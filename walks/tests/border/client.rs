//! The programs of `examples/customs-client`, run as a customs office would run them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

/// Whether this machine has what the example needs; the test is reported as not run otherwise.
pub fn can_run(test: &str, needs: &[&str]) -> bool {
    let missing = needs.iter().find(|name| !walks::program::has(name));
    if let Some(name) = missing {
        walks::not_run(test, &format!("`{name}` is not installed"));
    }
    missing.is_none()
}

/// A program of the example, with nothing of the surroundings that would change it.
pub fn example(name: &str) -> Command {
    let mut command = Command::new("python3");
    let path: PathBuf = walks::workspace()
        .join("examples/customs-client")
        .join(name);
    command.arg("-B").arg(path);
    for name in ["URL", "TOKEN", "SIGNING_KEY", "SIGNING_KEY_ID"] {
        command.env_remove(format!("PORTCULLIS_{name}"));
    }
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(name);
    }
    command
}

/// The client at an address, as whoever `known` says.
pub fn client(to: SocketAddr, known: &[(&str, &str)], words: &[&str]) -> (i32, Vec<Value>) {
    let mut command = example("customs_client.py");
    command.env("PORTCULLIS_URL", format!("http://{to}"));
    command.envs(known.iter().copied());
    let ended = command.args(words).output().unwrap();
    let out = String::from_utf8(ended.stdout).unwrap();
    let err = String::from_utf8(ended.stderr).unwrap();
    assert!(!err.contains("Traceback"), "{err}");
    let read = |line: &str| serde_json::from_str(line).unwrap();
    (
        ended.status.code().unwrap(),
        out.lines().map(read).collect(),
    )
}
