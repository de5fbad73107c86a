use serde_json::Value;
use sqlx::types::Json;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

use crate::connection::store::{Asking, asks_again};
use crate::{Answer, Asked, Claimed, Result, Store};

/// One invocation's claim; what it asks for is distinct by task, and sorted: whoever locks several rows locks them in this order.
struct Claim<'a> {
    kind: &'a str,
    asked: Vec<Asked>,
    token: Uuid,
    version: i32,
    claimed_by: &'a str,
}

impl Store {
    /// Claims the attempts that a batch of messages asks for, in one commit; `asked` is distinct by task.
    ///
    /// `token` names the invocation: a claim whose answer was lost can be asked for again and is not mistaken for
    /// another's. `version` is the newest contract that the function knows.
    ///
    /// # Errors
    /// If Postgres could not be asked: then, and only then, the messages belong back to SQS.
    pub async fn claim(
        &self,
        kind: &str,
        asked: &[Asked],
        token: Uuid,
        version: i32,
        claimed_by: &str,
    ) -> Result<Vec<Answer>> {
        let mut asked = asked.to_vec();
        asked.sort_unstable_by_key(|asked| asked.task_id);
        let claim = Claim { kind, asked, token, version, claimed_by };
        let mut tries = 0;
        loop {
            let once: Asking<'_, _> = Box::pin(self.claim_once(&claim));
            match once.await {
                Err(error) if tries < 3 && asks_again(&error) => tries += 1,
                answer => return answer,
            }
        }
    }

    /// The commit is sent when the answer is here: an answer that never arrives was no claim, and costs no retry.
    async fn claim_once(&self, claim: &Claim<'_>) -> Result<Vec<Answer>> {
        let mut connection = self.check_out().await?;
        let mut tx = connection.begin().await?;
        let taken = claim.take(&mut tx).await?;
        let answers = if taken.len() == claim.asked.len() {
            taken.into_iter().map(Answer::Claimed).collect()
        } else {
            // It may have locked rows, also some that it did not take, and whoever has locked some must not lock more: all are
            // let go and asked for again together.
            tx.rollback().await?;
            tx = connection.begin().await?;
            claim.judged(&mut tx).await?
        };
        tx.commit().await?;
        connection.done();
        Ok(answers)
    }
}

impl Claim<'_> {
    /// The attempts that nothing stands in the way of.
    async fn take(&self, tx: &mut PgConnection) -> Result<Vec<Claimed>> {
        let (tasks, attempts): (Vec<Uuid>, Vec<i32>) =
            self.asked.iter().map(|a| (a.task_id, a.attempt)).unzip();
        sql::query_as("select * from tasks.take($1, $2, $3, $4, $5, $6)")
            .bind(self.kind)
            .bind(tasks)
            .bind(attempts)
            .bind(self.token)
            .bind(self.version)
            .bind(self.claimed_by)
            .fetch_all(tx)
            .await
    }

    /// All of them, each with its answer.
    async fn judged(&self, tx: &mut PgConnection) -> Result<Vec<Answer>> {
        let rows: Json<Vec<Value>> = sql::query_scalar("select tasks.claim($1, $2, $3, $4, $5)")
            .bind(self.kind)
            .bind(Json(&self.asked))
            .bind(self.token)
            .bind(self.version)
            .bind(self.claimed_by)
            .fetch_one(tx)
            .await?;
        rows.0.into_iter().map(Answer::read).collect()
    }
}
