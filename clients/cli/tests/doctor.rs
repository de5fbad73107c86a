//! The doctor as the operator calls it: what it prints, and its exit status.

use std::process::{Command, Output};

use testing::Database;

fn doctor(url: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rhesis-tasks"));
    command.arg("doctor").env_clear();
    if let Some(url) = url {
        command.env("DATABASE_URL", url);
    }
    command.output().expect("the binary runs")
}

fn status(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_well_is_exit_status_0_and_a_fault_is_1_with_a_line_of_json() {
    let database = Database::new().await;
    let url = database.url_as(None);
    let well = doctor(Some(&url));
    assert_eq!(status(&well), (Some(0), "Nothing is wrong.\n".into()));
    assert!(well.stdout.is_empty());
    sqlx::raw_sql("alter table tasks.outbox no force row level security")
        .execute(database.owner())
        .await
        .unwrap();
    let ill = doctor(Some(&url));
    assert_eq!(status(&ill).0, Some(1));
    let finding: serde_json::Value = serde_json::from_slice(&ill.stdout).unwrap();
    assert_eq!(finding["check"], "row_security");
    assert_eq!(finding["severity"], "fault");
    assert!(finding["found"].as_str().unwrap().contains("tasks.outbox"));
    assert!(finding["do"].as_str().unwrap().starts_with("alter table tasks.outbox"));
}

#[test]
fn without_a_database_it_says_which_setting_is_wrong() {
    let (code, said) = status(&doctor(None));
    assert!(code == Some(2) && said.starts_with("error: DATABASE_URL is not set"), "{said}");
    let (code, said) = status(&doctor(Some("postgres://me:hunter2@127.0.0.1:1/x")));
    assert!(
        code == Some(3) && said.starts_with("error: Postgres cannot be asked") && !said.contains("hunter2"),
        "{said}"
    );
    let (code, said) = status(&doctor(Some("mysql://me:hunter2@127.0.0.1:1/x")));
    assert!(code == Some(2) && !said.contains("hunter2"), "{said}");
}
