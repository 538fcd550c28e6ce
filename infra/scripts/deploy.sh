#!/bin/sh
# Deploys target/lambda with infra/template.yaml. The first time it asks for what it needs to know, and keeps
# the answers in infra/samconfig.toml. Arguments go on to sam deploy.
set -eu
cd "$(dirname "$0")/../.."
for name in $(ls functions); do
    if [ ! -x "target/lambda/$name/bootstrap" ]; then
        echo "target/lambda/$name/bootstrap is not there: run make build first." >&2
        exit 1
    fi
done
infra/scripts/venv.sh

export SAM_CLI_TELEMETRY=0
if [ ! -e infra/samconfig.toml ]; then
    set -- --guided --stack-name latchkey --capabilities CAPABILITY_IAM "$@"
fi
exec .venv/bin/sam deploy --template infra/template.yaml --no-fail-on-empty-changeset "$@"
