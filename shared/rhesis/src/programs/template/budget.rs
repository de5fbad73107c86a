use crate::programs::TooMuch;
use crate::programs::budget::Left;
use crate::programs::limits::{TEMPLATE_MEMORY, TEMPLATE_OUTPUT, TEMPLATE_STEPS};

/// What one rendering of a whole template may still take: one budget, however many texts the template has.
#[derive(Debug)]
pub(super) struct Budget {
    steps: Left,
    memory: Left,
    output: Left,
}

impl Budget {
    pub(super) fn full() -> Self {
        Self {
            steps: Left::all_of(&TEMPLATE_STEPS),
            memory: Left::all_of(&TEMPLATE_MEMORY),
            output: Left::all_of(&TEMPLATE_OUTPUT),
        }
    }

    /// So many steps are about to be made.
    pub(super) fn step(&mut self, steps: usize) -> Result<(), TooMuch> {
        self.steps.take(steps)
    }

    /// So many bytes are about to be made, or looked at. 256 of them count as a step.
    pub(super) fn make(&mut self, bytes: usize) -> Result<(), TooMuch> {
        self.memory.take(bytes)?;
        self.steps.take(bytes / 256)
    }

    /// So many bytes are about to be looked at.
    pub(super) fn look(&mut self, bytes: usize) -> Result<(), TooMuch> {
        self.steps.take(bytes / 256)
    }

    /// So many bytes are about to be written.
    pub(super) fn write(&mut self, bytes: usize) -> Result<(), TooMuch> {
        self.output.take(bytes)
    }
}
