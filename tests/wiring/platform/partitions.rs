use super::{FILES, every_text, is_reported};
use crate::document::Document;
use crate::{MONITORING, TEMPLATE, read};

/// Services that may do something: their names are no hosts and the same in `aws`, `aws-cn` and `aws-us-gov`.
const PRINCIPALS: [&str; 2] = ["apigateway.amazonaws.com", "cloudwatch.amazonaws.com"];

/// What holds in one partition or region only.
fn problems(template: &Document) -> Vec<String> {
    let mut problems = Vec::new();
    every_text(template.root(), &mut Vec::new(), &mut |keys, value| {
        let text = value.text();
        let principal = keys.contains(&"Principal") && PRINCIPALS.contains(&text);
        if text.contains("arn:aws") {
            problems.push(value.problem(format!("{text}: write arn:${{AWS::Partition}}:")).0);
        }
        if text.contains("amazonaws") && !principal {
            problems.push(value.problem(format!("{text}: write ${{AWS::URLSuffix}}")).0);
        }
        if ["us-east-", "us-west-", "us-gov-", "eu-", "cn-north"].iter().any(|region| text.contains(region)) {
            problems.push(value.problem(format!("{text}: write ${{AWS::Region}}")).0);
        }
    });
    problems
}

#[test]
fn no_template_names_a_partition_a_domain_or_a_region_of_aws() {
    for file in FILES {
        assert_eq!(problems(&Document::parse(file, &read(file))), Vec::<String>::new());
    }
}

#[test]
fn what_would_fail_in_govcloud_or_china_is_reported() {
    for (file, from, to, said) in [
        (
            TEMPLATE,
            "arn:${AWS::Partition}:execute-api",
            "arn:aws:execute-api",
            "write arn:${AWS::Partition}:",
        ),
        (
            TEMPLATE,
            "sqs.${AWS::Region}.${AWS::URLSuffix}",
            "sqs.${AWS::Region}.amazonaws.com",
            "write ${AWS::URLSuffix}",
        ),
        (TEMPLATE, "sqs.${AWS::Region}.", "sqs.us-east-1.", "write ${AWS::Region}"),
        (MONITORING, "arn:${AWS::Partition}:iam", "arn:aws-cn:iam", "write arn:${AWS::Partition}:"),
        (MONITORING, "cloudwatch.amazonaws.com", "cloudwatch.amazonaws.com.cn", "write ${AWS::URLSuffix}"),
    ] {
        is_reported(problems, file, from, to, said);
    }
}
