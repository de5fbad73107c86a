//! One task's attempts: the next one, interrupted ones, long ones.

mod interruptions;
mod long_tasks;
mod retries;
