use listing::{Direction, Listing};
use serde_json::{Value, json};

use crate::document::each;
use crate::routes::lists;

/// Says of every list that can be sorted and filtered by which columns, and in which order it is otherwise.
pub(super) fn add(document: &mut Value) {
    each(document, |_, path, operation| {
        let list = lists().into_iter().find(|(id, _)| operation["operationId"] == *id);
        for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
            match (parameter["name"].as_str(), list) {
                (Some("sort_by" | "sort_order" | "$filter"), None) => {
                    panic!("say in functions/api/src/routes/mod.rs which list {path} answers")
                }
                (Some("sort_by"), Some((_, list))) => {
                    let names: Vec<_> = list.sorts().collect();
                    parameter["schema"] = json!({ "type": "string", "enum": names });
                    // Who names the column of an ascending list gets another order than who names none.
                    match list.sort().direction {
                        Direction::Descending => {
                            parameter["schema"]["default"] = list.sort().column.name.into();
                        }
                        Direction::Ascending => {
                            let about = parameter["description"].as_str().unwrap_or_default();
                            let name = list.sort().column.name;
                            parameter["description"] =
                                format!("{about} Without it and `sort_order`, by `{name}`, ascending.")
                                    .into();
                        }
                    }
                }
                (Some("sort_order"), Some((_, list))) => {
                    parameter["schema"] = json!({ "type": "string", "enum": ["asc", "desc"] });
                    if list.sort().direction == Direction::Descending {
                        parameter["schema"]["default"] = "desc".into();
                    }
                }
                (Some("$filter"), Some((_, list))) => filter(parameter, list),
                _ => {}
            }
        }
    });
}

fn filter(parameter: &mut Value, list: &Listing) {
    let names: Vec<_> = list.columns.iter().map(|column| format!("`{}`", column.name)).collect();
    let about = parameter["description"].as_str().unwrap_or_default().replace('\n', " ");
    parameter["description"] = format!("{about} Columns: {}.", names.join(", ")).into();
}
