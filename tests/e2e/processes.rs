//! The functions' processes, as Linux tells of them.

use std::path::Path;

use tokio::sync::RwLock;

/// Held for writing by who kills processes in which anybody's tests may run, and for reading by who counts how often each was asked.
pub(crate) static LIVES: RwLock<()> = RwLock::const_new(());

/// The processes of a function, as the emulator started them.
pub(crate) fn of(emulator: u32, function: &str) -> Vec<u32> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        let environ = std::fs::read(entry.path().join("environ")).unwrap_or_default();
        let status = std::fs::read_to_string(entry.path().join("status")).unwrap_or_default();
        let parent = status.lines().find_map(|line| line.strip_prefix("PPid:")?.trim().parse().ok());
        let names = String::from_utf8_lossy(&environ);
        let named = names.split('\0').any(|variable| {
            variable.strip_prefix("AWS_LAMBDA_FUNCTION_NAME=").is_some_and(|name| name.ends_with(function))
        });
        if named && parent == Some(emulator) {
            found.push(pid);
        }
    }
    found
}

/// Which of the processes has the socket of a port of this machine. The same port may have others, to somebody else or long closed, whose
/// inode is 0.
pub(crate) fn caller(processes: &[u32], port: u16) -> Option<u32> {
    let sockets = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let local = format!(":{port:04X}");
    let links: Vec<String> = (sockets.lines())
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            (fields.get(1)?.ends_with(&local)).then(|| fields.get(9).copied())?
        })
        .map(|inode| format!("socket:[{inode}]"))
        .collect();
    let has = |pid: &u32| {
        let open = std::fs::read_dir(Path::new("/proc").join(pid.to_string()).join("fd"));
        open.is_ok_and(|open| {
            open.flatten()
                .filter_map(|file| std::fs::read_link(file.path()).ok())
                .any(|to| links.iter().any(|link| to.as_os_str() == link.as_str()))
        })
    };
    processes.iter().copied().find(has)
}
