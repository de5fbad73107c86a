use store::Claimed;

/// Who of a batch runs, and who is given back to come again in another. A process that dies takes its batch along, and nobody knows whose
/// doing it was: each whose attempt before was lost runs alone, so that whoever does it again harms itself only. One after the other
/// in one invocation they would share its time; so there is one, the first, and the others go on at once elsewhere.
pub(crate) fn alone(mut claimed: Vec<Claimed>) -> (Vec<Claimed>, Vec<Claimed>) {
    match claimed.iter().position(|task| task.was_lost) {
        Some(place) if claimed.len() > 1 => {
            let suspect = claimed.swap_remove(place);
            (vec![suspect], claimed)
        }
        _ => (claimed, Vec::new()),
    }
}
