use super::is_reported;
use crate::document::Document;
use crate::functions::all;
use crate::services::RULES;
use crate::{TEMPLATE, read};

#[test]
fn a_number_of_a_function_that_is_no_kind_is_reported_with_its_line() {
    let template = Document::parse(TEMPLATE, &read(TEMPLATE));
    let functions = all(&template);
    for rule in &RULES {
        let function = functions.iter().find(|it| it.name == rule.function).unwrap();
        let own = ["Resources", function.id, "Properties", rule.property];
        let path: &[&str] = match function.properties.get(rule.property) {
            Some(_) => &own,
            None => &["Globals", "Function", rule.property],
        };
        for value in [rule.least - 1, rule.most + 1] {
            let said = format!(
                "{}: {} is {value}, must be {} to {}",
                rule.function, rule.property, rule.least, rule.most
            );
            is_reported(path, Some(&value.to_string()), &said);
        }
    }
    let seconds = |name: &str| {
        let function = functions.iter().find(|it| it.name == name).unwrap();
        function.properties.at("Timeout").number().unwrap()
    };
    let api = functions.iter().find(|it| it.name == "api").unwrap();
    let instances = crate::services::reserved(api.properties.at("ReservedConcurrentExecutions"))
        .number()
        .unwrap()
        .to_string();
    let long_calls = ["Resources", api.id, "Properties", "Environment", "Variables", "LONG_CALLS"];
    for value in [instances.as_str(), "0", "many"] {
        is_reported(&long_calls, Some(value), "LONG_CALLS must be at least 1 and below");
    }
    let value = (seconds("relay") - 1).to_string();
    let said = format!("relay: VisibilityTimeout of RelayQueue is {value}, must be at least");
    is_reported(&["Resources", "RelayQueue", "Properties", "VisibilityTimeout"], Some(&value), &said);
    let value = (seconds("migrate") + 29).to_string();
    let said = format!("migrate: ServiceTimeout is {value}, must be");
    is_reported(&["Resources", "Migration", "Properties", "ServiceTimeout"], Some(&value), &said);
}
