"""Metrics that AWS itself emits, as its documentation has them: what the stack uses of them, and which resources they are of."""

from deployed.stacks import Deployment

# Namespace and metric, by the dimensions under which AWS documents it. Lambda, SQS, API Gateway (HTTP APIs), RDS and Aurora.
METRICS = {
    ("AWS/Lambda", "Errors"): [{"FunctionName"}, {"FunctionName", "Resource"}],
    ("AWS/Lambda", "Throttles"): [{"FunctionName"}, {"FunctionName", "Resource"}],
    ("AWS/Lambda", "ConcurrentExecutions"): [set(), {"FunctionName"}, {"FunctionName", "Resource"}],
    ("AWS/Lambda", "Invocations"): [{"FunctionName"}, {"FunctionName", "Resource"}],
    ("AWS/Lambda", "Duration"): [{"FunctionName"}, {"FunctionName", "Resource"}],
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): [{"QueueName"}],
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): [{"QueueName"}],
    ("AWS/ApiGateway", "5xx"): [{"ApiId"}, {"ApiId", "Stage"}, {"ApiId", "Stage", "Method", "Resource"}],
    ("AWS/ApiGateway", "4xx"): [{"ApiId"}, {"ApiId", "Stage"}, {"ApiId", "Stage", "Method", "Resource"}],
    ("AWS/RDS", "DatabaseConnections"): [{"DBInstanceIdentifier"}, {"DBClusterIdentifier"}, {"DBClusterIdentifier", "Role"}],
}

# By dimension: the type of what it names, and the property with its name.
NAMED = {
    "FunctionName": ("AWS::Serverless::Function", "FunctionName"),
    "QueueName": ("AWS::SQS::Queue", "QueueName"),
    "ApiId": ("AWS::ApiGatewayV2::Api", "ApiId"),
    "Stage": ("AWS::ApiGatewayV2::Stage", "StageName"),
    "DBInstanceIdentifier": ("AWS::RDS::DBInstance", "DBInstanceIdentifier"),
    "DBClusterIdentifier": ("AWS::RDS::DBCluster", "DBClusterIdentifier"),
}


def problem(deployment: Deployment, namespace: str, metric: str, dimensions: dict) -> str | None:
    """Why AWS would never emit this, if it would not."""
    documented = METRICS.get((namespace, metric))
    if documented is None:
        return f"AWS documents no metric {metric} in {namespace}"
    if set(dimensions) not in documented:
        return f"{namespace} {metric} is not documented by {sorted(dimensions)}"
    for name, value in dimensions.items():
        kind, key = NAMED[name]
        there = deployment.names(kind, key)
        if value not in there:
            return f"{namespace} {metric}: this stack has no {kind} called {value}, only {sorted(there)}"
    return None
