#!/usr/bin/env bash
# The tutorial with the real `aws` command line, against a running `taxiway serve`.
#   examples/taxi/run.sh YELLOW.csv GREEN.csv
set -euo pipefail
cd "$(dirname "$0")"
yellow=${1:?"usage: run.sh YELLOW.csv GREEN.csv"} green=${2:?"usage: run.sh YELLOW.csv GREEN.csv"}
export AWS_ENDPOINT_URL=${AWS_ENDPOINT_URL:-http://127.0.0.1:4566} AWS_DEFAULT_REGION=us-east-1 AWS_PAGER=
export AWS_ACCESS_KEY_ID=${AWS_ACCESS_KEY_ID:-test} AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY:-test}

for bucket in taxi-data taxi-logs taxi-results; do aws s3 mb "s3://$bucket"; done
aws s3 cp "$yellow" s3://taxi-data/nyc-taxi-records/input/yellow-taxi/year=2020/
aws s3 cp "$green" s3://taxi-data/nyc-taxi-records/input/green-taxi/year=2020/
aws s3 cp taxi_summary.py s3://taxi-data/scripts/

machine=$(aws stepfunctions create-state-machine --name taxi --definition file://state-machine.json \
  --role-arn arn:aws:iam::000000000000:role/taxi-sfn --query stateMachineArn --output text)
aws events put-rule --cli-input-json file://rule.json
aws events put-targets --rule trigger-step-function-rule \
  --targets "Id=1,Arn=$machine,RoleArn=arn:aws:iam::000000000000:role/taxi-events"

execution=$(aws stepfunctions start-execution --state-machine-arn "$machine" --query executionArn --output text)
while status=$(aws stepfunctions describe-execution --execution-arn "$execution" --query status --output text); [ "$status" = RUNNING ]; do
  sleep 1
done
echo "the execution $status"

query=$(aws athena start-query-execution --query-string 'SELECT * FROM nyc_taxi_avg_summary ORDER BY type' \
  --query-execution-context Database=default --result-configuration OutputLocation=s3://taxi-results/select/ \
  --query QueryExecutionId --output text)
while state=$(aws athena get-query-execution --query-execution-id "$query" --query QueryExecution.Status.State --output text); [ "$state" = QUEUED ] || [ "$state" = RUNNING ]; do
  sleep 0.2
done
aws s3 cp "s3://taxi-results/select/$query.csv" -
