#!/usr/bin/env bash
# The first deployment into an AWS account: every step is tried, says what it saw, and stops with what to do if it is wrong.
# Nobody has run it in an account yet; `tests/wiring/platform` runs it against stand-ins of aws, sam and curl.
#
#   infra/first-deploy.sh [--dry-run] [--stack NAME] [PARAMETER=VALUE …]
#
#   --dry-run   prints the commands and runs none
#   --stack     the stack's name, rhesis unless told otherwise
#   the rest    parameters of template.yaml, DatabaseMode=rds say
#
# Region and credentials are those of the AWS command line: AWS_REGION, AWS_PROFILE.
set -euo pipefail
cd "$(dirname "$0")/.."

# Lambda takes 64 letters for a function's name, the stack's and the longest kind's together.
LONGEST_STACK_NAME=37
DRY=false STACK=rhesis MODE=existing CLASS=db.t4g.micro STEP=0 SEEN='' THERE=''
PARAMETERS=()

usage() { sed -n '5,9s/^#  \{0,1\}//p' "$0" >&2; exit 2; }

while [ $# -gt 0 ]; do
  case $1 in
    --dry-run) DRY=true ;;
    --stack) [ $# -ge 2 ] || usage; STACK=$2; shift ;;
    DatabaseProtection=*) echo "DatabaseProtection is set by the last step, when the first deployment is through" >&2; exit 2 ;;
    [A-Z]*=*) PARAMETERS+=("$1"); case $1 in DatabaseMode=*) MODE=${1#*=} ;; DatabaseClass=*) CLASS=${1#*=} ;; esac ;;
    *) usage ;;
  esac
  shift
done

step() { STEP=$((STEP + 1)); printf '\n== %s. %s\n' "$STEP" "$*"; }
well() { $DRY || printf 'ok: %s\n' "$*"; }
wrong() { printf 'WRONG at step %s: %s\n' "$STEP" "$*" >&2; exit 1; }

# Prints a command as it could be typed.
show() {
  local word
  printf '$'
  for word in "$@"; do
    if [[ $word =~ ^[A-Za-z0-9_./:=,@%+-]+$ ]]; then printf ' %s' "$word"; else printf ' %s' "${word@Q}"; fi
  done
  printf '\n'
}

# Shows a command and runs it; what it prints is in SEEN, and shown.
try() {
  show "$@"
  SEEN=''
  $DRY && return 0
  local status=0
  SEEN=$("$@" 2>&1) || status=$?
  printf '%s\n' "$SEEN"
  return "$status"
}

# Shows a command and runs it in sight: builds and deployments talk for minutes.
watch() {
  show "$@"
  $DRY || "$@"
}

# The value of an output of the stack, in SEEN.
output() {
  try aws cloudformation describe-stacks --stack-name "$STACK" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue" || wrong "the stack cannot be read"
  $DRY && SEEN="<$1>"
  [ -n "$SEEN" ] && [ "$SEEN" != None ] || wrong "the stack has no output $1"
}

# Invokes a function, whose output is named, with an empty event.
invoke() {
  output "$1"
  try aws lambda invoke --function-name "$SEEN" --payload '{}' --cli-binary-format raw-in-base64-out --output json /dev/stdout \
    || wrong "it cannot be invoked: do you have lambda:InvokeFunction?"
  case $SEEN in *FunctionError*) wrong "it failed: sam logs --stack-name $STACK" ;; esac
}

deploy() {
  watch sam deploy --stack-name "$STACK" --capabilities CAPABILITY_IAM --resolve-s3 --no-confirm-changeset --no-fail-on-empty-changeset \
    --parameter-overrides GradualDeployment=false ${PARAMETERS[@]+"${PARAMETERS[@]}"} "$@"
}

step "The tools"
try aws --version || wrong "install the AWS command line 2"
$DRY || [[ $SEEN == aws-cli/2* ]] || wrong "it is not the AWS command line 2, which reads events as they are typed"
try sam --version || wrong "install SAM CLI 1.167 or later"
try cargo --version || wrong "install Rust"
well "all there"

step "The stack's name"
printf '%s has %s letters of %s\n' "$STACK" "${#STACK}" "$LONGEST_STACK_NAME"
[ "${#STACK}" -le "$LONGEST_STACK_NAME" ] || wrong "the functions' names would have more than Lambda's 64 letters: shorten it"
[[ $STACK =~ ^[A-Za-z][A-Za-z0-9-]*$ ]] || wrong "a stack's name begins with a letter and has letters, digits and hyphens"
well "it fits"

step "The account"
try aws sts get-caller-identity --output text || wrong "no credentials: aws configure, or AWS_PROFILE"
try aws configure get region || [ -n "${AWS_REGION:-}" ] || wrong "no region: set AWS_REGION"
well "you are somebody, somewhere"

step "What is there of this name"
if try aws cloudformation describe-stacks --stack-name "$STACK" --query 'Stacks[0].StackStatus' --output text; then
  case $SEEN in
    '' | CREATE_COMPLETE | UPDATE_COMPLETE | UPDATE_ROLLBACK_COMPLETE) THERE=$SEEN; well "a stack that can be updated" ;;
    ROLLBACK_COMPLETE) wrong "a first deployment went back: sam delete --stack-name $STACK, then again" ;;
    *) wrong "it is $SEEN: see docs/deploying.md, What stays and what goes" ;;
  esac
else
  case $SEEN in *'does not exist'*) well "nothing: this is the first" ;; *) wrong "it cannot be asked" ;; esac
fi

step "Concurrency of the account"
try aws lambda get-account-settings --query AccountLimit.ConcurrentExecutions --output text || wrong "it cannot be asked"
$DRY || { [ "$SEEN" -ge 10 ] || wrong "fewer than 10 environments: ask AWS for more"; }
$DRY || if [ "$SEEN" -ge 123 ]; then well "ReserveConcurrency=true is possible"; else
  case " ${PARAMETERS[*]-} " in *' ReserveConcurrency=true '*) wrong "ReserveConcurrency=true needs 123: leave it out" ;; esac
  well "leave ReserveConcurrency out"
fi

case $MODE in
  rds)
    step "The engine and its class"
    try aws rds describe-orderable-db-instance-options --engine postgres --db-instance-class "$CLASS" --output text \
      --query "OrderableDBInstanceOptions[?starts_with(EngineVersion, '17.')].EngineVersion" || wrong "it cannot be asked"
    $DRY || [ -n "$SEEN" ] || wrong "PostgreSQL 17 on $CLASS is not made here: take existing"
    well "it is made here" ;;
  aurora)
    step "The engine"
    try aws rds describe-orderable-db-instance-options --engine aurora-postgresql --db-instance-class db.serverless --output text \
      --query "OrderableDBInstanceOptions[?starts_with(EngineVersion, '17.')].EngineVersion" || wrong "it cannot be asked"
    $DRY || [ -n "$SEEN" ] || wrong "Aurora PostgreSQL 17 without a server is not made here: take rds"
    well "it is made here" ;;
esac
if [ "$MODE" != existing ]; then
  step "Elastic IP addresses, one of which the NAT gateway takes"
  try aws ec2 describe-addresses --query 'length(Addresses)' --output text || wrong "they cannot be counted"
  TAKEN=$SEEN
  # Elastic IPs of EC2-VPC: 5 unless AWS gave the account more.
  try aws service-quotas get-service-quota --service-code ec2 --quota-code L-0263D0A3 --query Quota.Value --output text \
    || { SEEN=5.0; printf 'it cannot be asked: 5 are taken for it\n'; }
  $DRY || [ "$TAKEN" -lt "${SEEN%.*}" ] || [ -n "$THERE" ] || wrong "all ${SEEN%.*} are in use: release one, or ask AWS for more"
  well "there is room"
fi

step "The template"
watch sam validate --lint || wrong "the template is not taken"
watch sam build || wrong "it does not build"
well "built"

step "The deployment: three minutes, with a database of its own about fifteen"
deploy || {
  try aws cloudformation describe-stack-events --stack-name "$STACK" --output text \
    --query "StackEvents[?contains(ResourceStatus, 'FAILED')].[LogicalResourceId, ResourceStatusReason]" || true
  wrong "the last line above is the first failure. Then: docs/deploying.md, What stays and what goes"
}
well "deployed"

step "What was made"
try aws cloudformation list-stack-resources --stack-name "$STACK" --output text \
  --query "StackResourceSummaries[?!ends_with(ResourceStatus, '_COMPLETE')].[LogicalResourceId, ResourceStatus]" || wrong "it cannot be asked"
[ -z "$SEEN" ] || wrong "these are not complete"
well "every resource is complete"

step "The migration, once more: it is safe to repeat"
invoke MigrateFunctionName
well "it finds nothing to do"

step "The API"
output ApiUrl
try curl --silent --show-error --fail --max-time 35 "$SEEN/health" || wrong "it does not answer: read the log"
well "it answers"

step "The relay and its schedule"
invoke RelayFunctionName
try aws scheduler get-schedule --name "$STACK-sweep" --query State --output text || wrong "there is no schedule"
case " ${PARAMETERS[*]-} " in *' DatabaseSleeps=true '*) EXPECTED=DISABLED ;; *) EXPECTED=ENABLED ;; esac
$DRY || [ "$SEEN" = "$EXPECTED" ] || wrong "the schedule is $SEEN"
well "it swept"

step "The queues and who reads them"
output ExecuteTestFunctionName
try aws lambda list-event-source-mappings --function-name "$SEEN:live" --query 'EventSourceMappings[].State' --output text \
  || wrong "they cannot be asked"
$DRY || [ "$SEEN" = Enabled ] || wrong "its event source is ${SEEN:-missing}"
try aws sqs get-queue-url --queue-name "$STACK-execute_test-dead" --query QueueUrl --output text || wrong "there is no such queue"
$DRY && SEEN='<QueueUrl>'
try aws sqs get-queue-attributes --queue-url "$SEEN" --attribute-names ApproximateNumberOfMessages --output text \
  --query Attributes.ApproximateNumberOfMessages || wrong "it cannot be asked"
$DRY || [ "$SEEN" = 0 ] || wrong "$SEEN dead letters already"
well "read, and nothing died"

step "The log"
output LogGroup
try aws logs filter-log-events --log-group-name "$SEEN" --filter-pattern '{ $.level = "ERROR" }' --max-items 5 --output text \
  --query 'events[].message' || wrong "it cannot be read"
[ -z "$SEEN" ] || [ "$SEEN" = None ] || wrong "functions logged errors"
well "no errors"

step "The alarms"
output AlarmTopic
try aws cloudwatch describe-alarms --alarm-name-prefix "$STACK-" --state-value ALARM --query 'MetricAlarms[].AlarmName' --output text \
  || wrong "they cannot be asked"
[ -z "$SEEN" ] || wrong "these ring: docs/operating.md says what to do"
well "none rings"

step "An alarm reaches the topic, whose key has to let CloudWatch in"
try aws cloudwatch set-alarm-state --alarm-name "$STACK-relay-dead-letters" --state-value ALARM --state-reason 'the first deployment tries it' \
  || wrong "it cannot be set"
$DRY || sleep "${ALARM_PATIENCE:-15}"
try aws cloudwatch describe-alarm-history --alarm-name "$STACK-relay-dead-letters" --history-item-type Action --max-items 1 --output text \
  --query 'AlarmHistoryItems[0].HistorySummary' || wrong "its history cannot be read"
$DRY || [[ $SEEN == *Successfully* ]] || wrong "nobody would hear of an alarm: see the policy of the topic's key"
well "it was published; it goes back to OK by itself"

step "What the console shows"
try aws cloudwatch get-dashboard --dashboard-name "$STACK" --query DashboardName --output text || wrong "there is no dashboard"
try aws logs describe-query-definitions --query-definition-name-prefix "$STACK/" --query 'length(queryDefinitions)' --output text \
  || wrong "they cannot be asked"
$DRY || [ "$SEEN" = 3 ] || wrong "$SEEN saved queries, not 3"
try aws cloudwatch list-metrics --namespace "$STACK" --query 'Metrics[].MetricName' --output text || wrong "they cannot be listed"
well "look at it, once with a test run: a new counter takes up to fifteen minutes to be listed"

step "What costs are allocated by"
try aws resourcegroupstaggingapi get-resources --tag-filters "[{\"Key\": \"aws:cloudformation:stack-name\", \"Values\": [\"$STACK\"]}]" --output text \
  --query "ResourceTagMappingList[?!(Tags[?Key=='project'])].ResourceARN" || wrong "they cannot be asked"
[ -z "$SEEN" ] || wrong "these have no tag project: is samconfig.toml beside the template?"
well "every resource bears the stack's tags"

step "A parameter reaches what callers call: the alias has another version"
output ApiFunctionName
FUNCTION=$SEEN
try aws lambda get-alias --function-name "$FUNCTION" --name live --query FunctionVersion --output text || wrong "there is no alias"
BEFORE=$SEEN
deploy "Restart=$(date +%F-%H-%M)" || wrong "the update failed: see its events"
try aws lambda get-alias --function-name "$FUNCTION" --name live --query FunctionVersion --output text || wrong "there is no alias"
$DRY || [ "$SEEN" != "$BEFORE" ] || wrong "it is still version $BEFORE: no parameter that changes would be seen"
well "and the update went through"

if [ "$MODE" != existing ]; then
  step "The protection of the database"
  output DatabaseHost
  deploy DatabaseProtection=true || wrong "the update failed: see its events"
  well "AWS refuses to delete it now. Keep DatabaseProtection=true in every deployment"
fi

if $DRY; then printf '\nNothing was run.\n'; else printf '\nAll %s steps are well. Next: docs/deploying.md, docs/operating.md.\n' "$STEP"; fi
