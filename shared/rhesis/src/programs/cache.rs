use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

/// What all programs of a kind that are kept may take together, in bytes.
const ROOM: usize = 8 * 1024 * 1024;

/// What one more takes at least, in bytes.
const LEAST: usize = 4 * 1024;

/// Programs of one kind that were read, by the text that they were read from: a program is read once, not once per call,
/// for as long as it stays what it is.
#[derive(Debug)]
pub(super) struct Cache<T>(Mutex<Entries<T>>);

#[derive(Debug)]
struct Entries<T> {
    programs: HashMap<[u8; 32], Arc<T>>,
    taken: usize,
}

impl<T> Cache<T> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Entries { programs: HashMap::new(), taken: 0 }))
    }

    /// The program of this text; read now, if it is not there. Errors are not kept.
    pub(super) fn get<E>(
        &self,
        text: &[u8],
        read: impl FnOnce() -> Result<T, E>,
        size: impl FnOnce(&T) -> usize,
    ) -> Result<Arc<T>, E> {
        let key: [u8; 32] = Sha256::digest(text).into();
        if let Some(program) = self.entries().programs.get(&key) {
            return Ok(program.clone());
        }
        // Not under the lock: it may take long.
        let program = Arc::new(read()?);
        let size = size(&program).max(LEAST);
        let mut entries = self.entries();
        if entries.taken + size > ROOM {
            entries.programs.clear();
            entries.taken = 0;
        }
        if size <= ROOM && entries.programs.insert(key, program.clone()).is_none() {
            entries.taken += size;
        }
        Ok(program)
    }

    fn entries(&self) -> std::sync::MutexGuard<'_, Entries<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn a_program_is_read_once_for_as_long_as_there_is_room() {
        let kept = Cache::new();
        let read = |text: &str, size: usize| {
            let mut was_read = false;
            let read = || {
                was_read = true;
                Ok::<_, Infallible>(())
            };
            kept.get(text.as_bytes(), read, |()| size).unwrap();
            was_read
        };
        assert!(read("a", 1) && !read("a", 1));
        assert!(read("large", ROOM), "there is no room beside it");
        assert!(!read("large", ROOM) && read("a", 1));
        assert!(read("larger", ROOM + 1) && read("larger", ROOM + 1), "what is too large is not kept");
    }
}
