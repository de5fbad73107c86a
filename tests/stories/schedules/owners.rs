//! Whose schedule it is, and what is refused.

use serde_json::json;
use store::{NewSchedule, ScheduleError};
use task::CatchUp;
use testing::System;

use super::{create, hourly, list, look};

#[tokio::test]
async fn a_schedule_is_its_organizations_alone() {
    let system = System::new().await;
    let id = create(&system, &hourly(CatchUp::Skip)).await;
    let other = system.database.organization().await;
    let mut tx = system.api.begin(other.tenant()).await.unwrap();
    assert!(list(&mut tx).await.is_empty());
    assert!(store::find_schedule(&mut tx, id).await.unwrap().is_none());
    assert!(!store::pause_schedule(&mut tx, id).await.unwrap());
    assert!(!store::resume_schedule(&mut tx, id).await.unwrap());
    assert!(!store::delete_schedule(&mut tx, id).await.unwrap());
    store::create_schedule(&mut tx, &hourly(CatchUp::Skip)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(look(&system, id).await.paused_at, None);

    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    assert!(store::delete_schedule(&mut tx, id).await.unwrap());
    assert!(list(&mut tx).await.is_empty());
}

#[tokio::test]
async fn a_schedule_without_an_organization_is_not_made_by_a_tenant() {
    let system = System::new().await;
    let nobody = store::Tenant { organization_id: None, user_id: None };
    let mut tx = system.api.begin(nobody).await.unwrap();
    let refused = store::create_schedule(&mut tx, &hourly(CatchUp::Skip)).await.unwrap_err();
    assert!(refused.to_string().contains("app.organization_id is not set"), "{refused}");
}

#[tokio::test]
async fn what_could_not_start_a_task_is_refused_by_name() {
    let system = System::new().await;
    create(&system, &hourly(CatchUp::Skip)).await;
    let good = || NewSchedule { name: "another".into(), ..hourly(CatchUp::Skip) };
    let bad: Vec<(NewSchedule, &str)> = vec![
        (NewSchedule { cron: Some("61 * * * *".into()), ..good() }, "cron"),
        (NewSchedule { cron: Some("0 0 30 2 *".into()), ..good() }, "cron"),
        (NewSchedule { cron: None, ..good() }, "cron"),
        (NewSchedule { every: Some(60), ..good() }, "every"),
        (NewSchedule { cron: None, every: Some(9), ..good() }, "every"),
        (NewSchedule { time_zone: Some("Berlin".into()), ..good() }, "time_zone"),
        (NewSchedule { kind: "gone".into(), ..good() }, "kind"),
        (NewSchedule { options: json!({ "max_retries": -1 }), ..good() }, "max_retries"),
    ];
    for (schedule, field) in bad {
        let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
        let refused = store::create_schedule(&mut tx, &schedule).await.unwrap_err();
        let named = match &refused {
            ScheduleError::Timing(bad) => bad.field,
            ScheduleError::Option(bad) => &bad.option,
            other => panic!("{field}: {other}"),
        };
        assert_eq!(named, field, "{refused}");
    }
    let mut tx = system.api.begin(system.organization.tenant()).await.unwrap();
    let refused = store::create_schedule(&mut tx, &hourly(CatchUp::Skip)).await.unwrap_err();
    assert!(matches!(refused, ScheduleError::NameTaken), "{refused}");
}
