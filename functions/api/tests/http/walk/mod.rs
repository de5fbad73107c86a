//! Every route, called by one tenant with the ids of another.

mod calls;
pub(crate) mod private;
pub(crate) mod routes;
pub(crate) mod tenant;

use std::collections::BTreeSet;

use axum::http::Request;
use uuid::Uuid;

use self::calls::{CALLS, Call};
use self::tenant::{MARK, Tenant, tables};
use crate::world::{Answer, Api};

async fn send(as_whom: &Tenant, call: &Call, whose: impl Fn(&str) -> String) -> Answer {
    let (path, body) = call.with(as_whom, whose);
    let mut request = Request::builder().method(call.method).uri(&path);
    if !body.is_empty() {
        let json = body.starts_with(['{', '[']);
        request = request.header("content-type", if json { "application/json" } else { "text/csv" });
    }
    as_whom.client.send(request.body(body.into()).unwrap()).await
}

#[tokio::test]
async fn every_route_is_walked() {
    let walked: BTreeSet<String> = CALLS.iter().map(Call::route).collect();
    let missing: Vec<_> = routes::all().difference(&walked).cloned().collect();
    assert!(missing.is_empty(), "add a line to tests/http/walk/calls.rs for each of {missing:?}");
    let gone: Vec<_> = walked.difference(&routes::all()).cloned().collect();
    assert!(gone.is_empty(), "no such route any more: {gone:?}");
}

#[tokio::test]
async fn both_tenants_have_rows_in_every_table() {
    let api = Api::new().await;
    let tenants = [Tenant::new(&api).await, Tenant::new(&api).await];
    for tenant in &tenants {
        for table in tables(&api).await {
            let rows = tenant.rows(&api, &table).await;
            assert!(!rows.is_empty(), "plant a row in {table}: see tests/http/walk/tenant.rs");
        }
    }
}

#[tokio::test]
async fn what_is_anothers_answers_like_what_never_was_and_nothing_of_it_is_shown_or_changed() {
    let api = Api::new().await;
    let (ours, theirs) = (Tenant::new(&api).await, Tenant::new(&api).await);
    theirs.mark(&api).await;
    let (before, secrets) = (theirs.everything(&api).await, theirs.secrets(&api).await);
    assert!(secrets.len() > 20, "{secrets:?}");
    for call in CALLS {
        let name = call.route();
        let sent = theirs.ids(call);
        let foreign = send(&ours, call, |table| sent[table].clone()).await;
        let text = format!("{} {:?}", foreign.body, foreign.headers);
        let leaks: Vec<_> = secrets
            .iter()
            .filter(|secret| text.contains(*secret) && !sent.values().any(|id| id == *secret))
            .collect();
        assert!(leaks.is_empty(), "{name} shows {leaks:?} of another tenant: {text}");
        assert!(!text.contains(MARK), "{name} shows a name of another tenant: {text}");
        assert_ne!(foreign.status, 403, "{name}: 403 says that it is there");
        if !call.names_another() {
            assert!(foreign.status.is_success(), "{name}: {foreign:?}");
            continue;
        }
        if call.in_path() {
            assert_eq!(foreign.status, 404, "{name}: {foreign:?}");
        }
        let nobodys: Vec<(String, Uuid)> = sent.keys().map(|table| (table.clone(), Uuid::now_v7())).collect();
        let id = |table: &str| nobodys.iter().find(|(of, _)| of == table).unwrap().1.to_string();
        let unknown = send(&ours, call, id).await;
        let mut said = unknown.body.to_string();
        for (table, id) in &nobodys {
            said = said.replace(&id.to_string(), &sent[table]);
        }
        assert_eq!(foreign.status, unknown.status, "{name}: tells another's from nobody's");
        assert_eq!(foreign.body.to_string(), said, "{name}: tells another's from nobody's");
    }
    for (table, rows) in &before {
        assert_eq!(&theirs.rows(&api, table).await, rows, "{table} was changed by another tenant");
    }
}

#[tokio::test]
async fn the_owner_of_what_is_walked_finds_it() {
    let api = Api::new().await;
    for call in CALLS.iter().filter(|call| call.names_another() && call.in_path()) {
        let theirs = Tenant::new(&api).await;
        let sent = theirs.ids(call);
        let own = send(&theirs, call, |table| sent[table].clone()).await;
        assert_ne!(own.status, 404, "{}: the walk asks for what is not there: {own:?}", call.route());
    }
}
