use fernet::Fernet;
use sqlx::PgConnection;

use super::finding::Finding;

const SETTING: &str = settings::DB_ENCRYPTION_KEY.name();
/// So many secrets are tried.
const MOST: i64 = 100_000;

/// Whether the keys can be read, and which of them what is stored still needs: a rotation is over when the first is enough.
pub(super) async fn examine(connection: &mut PgConnection) -> sqlx::Result<Vec<Finding>> {
    let Some(text) = settings::DB_ENCRYPTION_KEY.get() else { return Ok(Vec::new()) };
    let (keys, mut findings) = read(&text);
    if keys.is_empty() {
        return Ok(findings);
    }
    let sees: bool =
        sql::query_scalar("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
            .fetch_one(&mut *connection)
            .await?;
    if !sees {
        findings.push(Finding::unknown(
            "keys",
            "which keys the stored secrets need cannot be seen by a role that row security holds",
            "Ask as a role with bypassrls before an old key is taken away.",
        ));
        return Ok(findings);
    }
    findings.extend(judge(&keys, &stored(connection).await?));
    Ok(findings)
}

/// Every secret that is stored, as it is stored.
pub(super) async fn stored(connection: &mut PgConnection) -> sqlx::Result<Vec<String>> {
    sql::query_scalar(include_str!("sql/sealed.sql")).bind(MOST).fetch_all(connection).await
}

/// The keys by their places, counted from 1, and what is wrong with the list.
fn read(text: &str) -> (Vec<(usize, Fernet)>, Vec<Finding>) {
    let (mut keys, mut findings, mut seen) = (Vec::new(), Vec::new(), Vec::new());
    for (place, key) in text.split(',').map(str::trim).enumerate().map(|(index, key)| (index + 1, key)) {
        match Fernet::new(key) {
            None => findings.push(Finding::fault(
                "keys",
                format!("{SETTING}: key {place} is not 32 bytes in URL-safe base64"),
                "Give it as `Fernet.generate_key()` makes it: functions that need it do not start.",
            )),
            Some(_) if seen.contains(&key) => findings.push(Finding::warning(
                "keys",
                format!("{SETTING}: key {place} is there twice"),
                "Take the second one away.",
            )),
            Some(fernet) => keys.push((place, fernet)),
        }
        seen.push(key);
    }
    (keys, findings)
}

/// How many secrets need which key.
fn judge(keys: &[(usize, Fernet)], sealed: &[String]) -> Vec<Finding> {
    let mut needed = vec![0_usize; keys.len()];
    let mut lost = 0;
    for token in sealed {
        match keys.iter().position(|(_, key)| key.decrypt(token).is_ok()) {
            Some(at) => needed[at] += 1,
            None => lost += 1,
        }
    }
    let mut findings = Vec::new();
    if lost > 0 {
        findings.push(Finding::fault(
            "keys",
            format!("{lost} stored secrets open with none of the keys in {SETTING}"),
            "Put the key that sealed them behind the others, or have their owners give them again.",
        ));
    }
    for ((place, _), count) in keys.iter().zip(&needed).skip(1) {
        if *count > 0 {
            findings.push(Finding::warning(
                "keys",
                format!("{count} stored secrets still need key {place}"),
                "Keep it, and encrypt them anew: see \"A new key for stored secrets\" in docs/operating.md.",
            ));
        } else if sealed.len() < usize::try_from(MOST).unwrap_or(usize::MAX) {
            findings.push(Finding::warning(
                "keys",
                format!("no stored secret needs key {place} any more"),
                "The rotation is over: take it out of the list.",
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::finding::Severity;
    use super::*;

    #[test]
    fn keys_are_told_by_their_place_and_never_shown() {
        let (first, second) = (Fernet::generate_key(), Fernet::generate_key());
        let (keys, findings) = read(&format!("{first}, {second},nonsense,{first}"));
        assert_eq!(keys.len(), 2);
        assert!(findings[0].found.contains("key 3") && findings[1].found.contains("key 4"), "{findings:?}");
        assert!(!format!("{findings:?}").contains(&first));
        let sealed = |key: &str| Fernet::new(key).unwrap().encrypt(b"x");
        let all = [sealed(&first), sealed(&second), sealed(&Fernet::generate_key())];
        let found = judge(&keys, &all);
        assert_eq!(found[0].severity, Severity::Fault);
        assert!(found[0].found.starts_with("1 stored secrets open with none"), "{found:?}");
        assert!(found[1].found.contains("still need key 2"), "{found:?}");
        assert!(judge(&keys, &all[..1])[0].found.contains("needs key 2 any more"));
        assert_eq!(judge(&keys[..1], &all[..1]), []);
    }
}
