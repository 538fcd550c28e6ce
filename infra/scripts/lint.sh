#!/bin/sh
# Checks the template: what SAM and CloudFormation would make of it, and the rules of our own in infra/guard.
# Asks nothing of AWS.
set -eu
cd "$(dirname "$0")/../.."
infra/scripts/venv.sh

export AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_EC2_METADATA_DISABLED=true
export SAM_CLI_TELEMETRY=0 __SAM_CLI_APP_DIR="$PWD/.venv/sam"

.venv/bin/cfn-lint infra/template.yaml &
.venv/bin/sam validate --lint --template infra/template.yaml
wait $!
.venv/bin/python infra/guard/test.py
