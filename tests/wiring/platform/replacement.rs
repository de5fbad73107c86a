//! No update of the stack replaces the database: every property that would is fixed, every other may change.

use super::{DATABASE, every_text, is_reported};
use crate::document::{At, Document};
use crate::read;

/// Properties whose change replaces a resource, always or under conditions: `createOnlyProperties` and
/// `conditionalCreateOnlyProperties` of AWS's own resource schemas, as cfn-lint 1.x ships them.
const REPLACING: [(&str, &[&str]); 5] = [
    (
        "AWS::RDS::DBInstance",
        &[
            "AutoMinorVersionUpgrade",
            "AvailabilityZone",
            "BackupRetentionPeriod",
            "BackupTarget",
            "CharacterSetName",
            "CustomIAMInstanceProfile",
            "DBClusterIdentifier",
            "DBClusterSnapshotIdentifier",
            "DBInstanceIdentifier",
            "DBName",
            "DBParameterGroupName",
            "DBSnapshotIdentifier",
            "DBSubnetGroupName",
            "DBSystemId",
            "Engine",
            "KmsKeyId",
            "MasterUsername",
            "MultiAZ",
            "NcharCharacterSetName",
            "PerformanceInsightsKMSKeyId",
            "PreferredMaintenanceWindow",
            "RestoreTime",
            "SourceDBClusterIdentifier",
            "SourceDBInstanceAutomatedBackupsArn",
            "SourceDBInstanceIdentifier",
            "SourceDbiResourceId",
            "SourceRegion",
            "StorageEncrypted",
            "StorageType",
            "Timezone",
            "UseLatestRestorableTime",
        ],
    ),
    (
        "AWS::RDS::DBCluster",
        &[
            "AvailabilityZones",
            "ClusterScalabilityType",
            "DBClusterIdentifier",
            "DBSubnetGroupName",
            "DBSystemId",
            "DatabaseName",
            "Engine",
            "EngineMode",
            "GlobalClusterIdentifier",
            "KmsKeyId",
            "MasterUsername",
            "PubliclyAccessible",
            "RestoreToTime",
            "RestoreType",
            "SnapshotIdentifier",
            "SourceDBClusterIdentifier",
            "SourceDbClusterResourceId",
            "SourceRegion",
            "StorageEncrypted",
            "UseLatestRestorableTime",
        ],
    ),
    ("AWS::RDS::DBSubnetGroup", &["DBSubnetGroupName"]),
    ("AWS::RDS::DBParameterGroup", &["DBParameterGroupName", "Description", "Family"]),
    ("AWS::RDS::DBClusterParameterGroup", &["DBClusterParameterGroupName", "Description", "Family"]),
];
/// What holds data.
const DATA: [&str; 2] = ["Instance", "Cluster"];

/// What an update of the stack, with whatever parameters, could replace or lose.
fn problems(database: &Document) -> Vec<String> {
    let mut problems = Vec::new();
    let resources = database.root().at("Resources");
    let parameter = |name: &str| database.root().at("Parameters").get(name).is_some();
    for (id, resource) in resources.entries() {
        let Some((_, replacing)) = REPLACING.iter().find(|(of, _)| *of == resource.at("Type").text()) else {
            continue;
        };
        for (property, value) in resource.at("Properties").entries().filter(|(it, _)| replacing.contains(it))
        {
            every_text(value, &mut Vec::new(), &mut |_, text: At<'_>| {
                let fixed = match text.tag() {
                    None => true,
                    // Another resource keeps its id as long as it is not replaced itself.
                    Some("Ref") => !parameter(text.text()) && resources.get(text.text()).is_some(),
                    Some(_) => false,
                };
                if !fixed {
                    problems.push(text.problem(format!("{id}: another {property} would replace it")).0);
                }
            });
        }
    }
    for id in DATA {
        let resource = resources.at(id);
        for (policy, kept) in [("DeletionPolicy", "Snapshot"), ("UpdateReplacePolicy", "Retain")] {
            if resource.at(policy).text() != kept {
                problems.push(resource.at(policy).problem(format!("{id}: {policy} must be {kept}")).0);
            }
        }
    }
    problems
}

#[test]
fn no_change_of_a_parameter_replaces_the_database_and_its_data_outlive_the_stack() {
    assert_eq!(problems(&Document::parse(DATABASE, &read(DATABASE))), Vec::<String>::new());
}

#[test]
fn every_property_of_the_database_that_would_replace_it_is_reported_once_a_parameter_sets_it() {
    let database = Document::parse(DATABASE, &read(DATABASE));
    let mut walked = 0;
    for (id, resource) in database.root().at("Resources").entries() {
        let Some((_, replacing)) = REPLACING.iter().find(|(of, _)| *of == resource.at("Type").text()) else {
            continue;
        };
        for (property, _) in resource.at("Properties").entries() {
            let path = ["Resources", id, "Properties", property];
            let altered = Document::parse(DATABASE, &read(DATABASE)).with(&path, Some("!Ref Host"));
            let replaces = replacing.contains(&property);
            let said = problems(&altered)
                .iter()
                .any(|it| it.ends_with(&format!("{id}: another {property} would replace it")));
            assert_eq!(said, replaces, "{id}.{property}");
            walked += 1;
        }
    }
    assert!(walked > 40, "only {walked} properties are there");
}

#[test]
fn a_database_that_would_be_lost_is_reported() {
    for (from, to, said) in [
        ("DBName: rhesis", "DBName: !Sub \"${Name}\"", "Instance: another DBName would replace it"),
        (
            "    DeletionPolicy: Snapshot\n",
            "    DeletionPolicy: Delete\n",
            "Instance: DeletionPolicy must be Snapshot",
        ),
        (
            "    UpdateReplacePolicy: Retain\n",
            "    UpdateReplacePolicy: Delete\n",
            "UpdateReplacePolicy must be Retain",
        ),
    ] {
        is_reported(problems, DATABASE, from, to, said);
    }
}
