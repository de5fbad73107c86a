#!/usr/bin/env bash
# Stands in for aws, sam, cargo and curl under infra/first-deploy.sh: writes down what it was asked, and answers as an account does
# in which all is well; a call with BREAK in it is answered with SAY and the status STATUS.
asked="$(basename "$0") $*"
printf '%s\n' "$asked" >> "$CALLS"
if [ -n "$BREAK" ] && [[ $asked == *"$BREAK"* ]]; then
  printf '%s\n' "$SAY"
  exit "$STATUS"
fi
case $asked in
  *StackStatus*) echo "Stack with id rhesis does not exist"; exit 254 ;;
  'aws --version') echo aws-cli/2.31.0 ;;
  *get-account-settings*) echo 10 ;;
  *describe-addresses*) echo 4 ;;
  *get-service-quota*) echo 5.0 ;;
  *orderable*) echo 17.5 ;;
  *event-source-mappings*) echo Enabled ;;
  *get-schedule*) echo ENABLED ;;
  *get-queue-attributes*) echo 0 ;;
  *get-alias*) grep --count get-alias "$CALLS" ;;
  *alarm-history*) echo Successfully executed action ;;
  *query-definitions*) echo 3 ;;
  *list-stack-resources* | *filter-log-events* | *describe-alarms* | *get-resources*) ;;
  *) echo fine ;;
esac
