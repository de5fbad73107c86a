use store::{Answer, Asked, Claimed, Refusal};
use task::Wake;
use uuid::Uuid;

use crate::broken::{Broken, Kept};
use crate::workers::Worker;
use crate::world::World;

impl World<'_> {
    /// Hands up to `batch` messages of one kind to a new function.
    pub(crate) async fn deliver(&mut self, message: usize, batch: usize, again: bool) -> Kept {
        let Some(Wake { kind, .. }) = Self::choose(&self.messages, message) else { return Ok(()) };
        let start = message % self.messages.len();
        self.messages.rotate_left(start);
        let mut taken: Vec<Wake> = Vec::new();
        self.messages.retain(|wake| {
            let takes = wake.kind == kind
                && taken.len() < batch
                && taken.iter().all(|other| other.task_id != wake.task_id);
            if takes {
                taken.push(wake.clone());
            }
            !takes || again
        });
        let asked: Vec<Asked> =
            taken.iter().map(|wake| Asked { task_id: wake.task_id, attempt: wake.attempt }).collect();
        self.claim(&kind, &asked).await.map(drop)
    }

    pub(crate) async fn claim(&mut self, kind: &str, asked: &[Asked]) -> Kept<Vec<Worker>> {
        let (token, version) = (Uuid::now_v7(), i32::MAX);
        let answers = self.store(kind).claim(kind, asked, token, version, "request stream").await?;
        Broken::unless(answers.len() == asked.len(), || "a message has no answer".into())?;
        let mut claimed = Vec::new();
        for answer in answers {
            match answer {
                Answer::Claimed(Claimed { task_id, attempt, .. }) => {
                    claimed.push(Worker { token, task_id, attempt, kind: kind.into() });
                }
                // As the worker does: the message comes again when its time has come.
                Answer::Refused(
                    Asked { task_id, attempt },
                    Refusal::Early(Some(wait)) | Refusal::Limited(Some(wait)),
                ) => {
                    let (kind, organization_id) = (kind.to_owned(), None);
                    self.send(
                        vec![Wake { task_id, attempt, kind, organization_id, wait_seconds: wait }],
                        true,
                    )?;
                }
                Answer::Refused(..) => {}
            }
        }
        self.workers.extend(claimed.iter().cloned());
        Ok(claimed)
    }

    pub(crate) fn lose(&mut self, message: usize) -> Kept {
        if !self.messages.is_empty() {
            self.messages.remove(message % self.messages.len());
        }
        Ok(())
    }

    pub(crate) async fn forge(&mut self, task: usize, offset: i32) -> Kept {
        let Some(task_id) = Self::choose(&self.tasks, task) else { return Ok(()) };
        let Some(seen) = self.seen.get(&task_id).cloned() else { return Ok(()) };
        let asked = [Asked { task_id, attempt: seen.attempt + offset }];
        self.claim(&seen.kind, &asked).await.map(drop)
    }

    pub(crate) async fn forge_unknown(&mut self) -> Kept {
        let asked = [Asked { task_id: Uuid::now_v7(), attempt: 1 }];
        let claimed = self.claim("execute_test", &asked).await?;
        Broken::unless(claimed.is_empty(), || "a task that never was is claimed".into())
    }
}
