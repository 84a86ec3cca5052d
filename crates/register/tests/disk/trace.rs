//! What a process asked of its disk, in order, as strace wrote it down.

/// Something asked of the disk, or told to the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// A file came to be under a name, or was opened.
    Opened { path: String, creates: bool },
    /// Bytes were written.
    Wrote {
        path: String,
        at: usize,
        bytes: Vec<u8>,
    },
    /// A file was cut or lengthened.
    Cut { path: String, length: usize },
    /// A file or folder was synced.
    Synced { path: String },
    /// A name was removed.
    Removed { path: String },
    /// A line was printed.
    Told { text: String },
}

/// The calls that are traced.
pub const TRACED: &str = "trace=openat,open,creat,pwrite64,pwritev,pwritev2,write,writev,ftruncate,\
     truncate,fallocate,fdatasync,fsync,sync_file_range,unlink,unlinkat,rename,renameat,renameat2,\
     copy_file_range,msync";

/// Reads a trace of `strace -y -xx`, in which every text and path is hexadecimal.
pub fn read(trace: &str) -> Vec<Call> {
    trace.lines().filter_map(call).collect()
}

fn call(line: &str) -> Option<Call> {
    let (_, call) = line.split_once(' ')?;
    let call = call.trim_start();
    assert!(
        !call.contains("unfinished ...") && !call.contains(" resumed>"),
        "two threads at once: {line:.200}"
    );
    let (name, rest) = call.split_once('(')?;
    let (words, gave) = rest.rsplit_once(" = ")?;
    if gave.starts_with('-') {
        return None;
    }
    let words: Vec<&str> = words.trim_end().trim_end_matches(')').split(", ").collect();
    let path = || text(within(words[0], '<', '>'));
    Some(match name {
        "openat" => Call::Opened {
            path: text(within(gave, '<', '>')),
            creates: words[2].contains("O_CREAT"),
        },
        "pwrite64" => {
            let mut bytes = bytes(within(words[1], '"', '"'));
            bytes.truncate(gave.parse().unwrap());
            Call::Wrote {
                path: path(),
                at: words[3].parse().unwrap(),
                bytes,
            }
        }
        "write" if words[0].starts_with("1<") => Call::Told {
            text: text(within(words[1], '"', '"')),
        },
        // To the trace of the child's own errors, and to pipes.
        "write" => return None,
        "ftruncate" => Call::Cut {
            path: path(),
            length: words[1].parse().unwrap(),
        },
        "fdatasync" | "fsync" => Call::Synced { path: path() },
        "unlink" => Call::Removed {
            path: text(within(words[0], '"', '"')),
        },
        other => panic!("the model does not know `{other}`: {line:.200}"),
    })
}

/// What stands between two signs.
fn within(word: &str, from: char, to: char) -> &str {
    let (_, rest) = word.split_once(from).unwrap();
    rest.rsplit_once(to).unwrap().0
}

fn bytes(hexadecimal: &str) -> Vec<u8> {
    hexadecimal
        .split("\\x")
        .skip(1)
        .map(|two| u8::from_str_radix(two, 16).unwrap())
        .collect()
}

fn text(hexadecimal: &str) -> String {
    String::from_utf8(bytes(hexadecimal)).unwrap()
}
