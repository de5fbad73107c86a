use super::GRANTS;

/// Who may run which verb, as `verbs/grants.sql` gives it: pairs of a role and a function with its arguments' types.
pub fn verb_grants() -> impl Iterator<Item = (&'static str, &'static str)> {
    let statements = GRANTS.split(';').filter_map(|statement| {
        let (verbs, roles) = statement.split_once("grant execute on function ")?.1.rsplit_once(" to ")?;
        // The function with a loop names no verb.
        verbs.ends_with(')').then_some((verbs, roles))
    });
    statements.flat_map(|(verbs, roles)| {
        let verbs = verbs.split_inclusive(')').map(|verb| verb.trim_start_matches([',', ' ', '\n']));
        let roles = move || roles.split(',').map(str::trim).filter(|role| role.starts_with("tasks_"));
        verbs.flat_map(move |verb| roles().map(move |role| (role, verb)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_that_logs_in_has_verbs_of_its_own() {
        let grants: Vec<_> = verb_grants().collect();
        for (role, verb) in [
            ("tasks_tenant", "tasks.revoke(uuid, text)"),
            ("tasks_tenant", "tasks.hides(uuid)"),
            ("tasks_relay", "tasks.continue_batch_operation(uuid, integer)"),
            ("tasks_worker", "tasks.finish(uuid, jsonb)"),
        ] {
            assert!(grants.contains(&(role, verb)), "{role} {verb}: {grants:?}");
        }
        assert!(
            grants.iter().all(|(role, verb)| role.starts_with("tasks_") && verb.ends_with(')')),
            "{grants:?}"
        );
    }
}
