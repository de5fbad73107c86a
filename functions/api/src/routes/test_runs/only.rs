use rhesis::runs::CauseFilter;

use crate::answer::problem::Problem;
use crate::request::body::Object;
use crate::request::options::{fingerprint, verdict};

/// Which tests of a run a body speaks of: takes `status` and `fingerprint` out.
pub(super) fn only(body: &mut Object) -> Result<CauseFilter, Problem> {
    Ok(CauseFilter {
        status: body.read("status", verdict)?,
        fingerprint: body.read("fingerprint", fingerprint)?,
    })
}
