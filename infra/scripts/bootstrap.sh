#!/bin/sh
# Sets up a deployed stack: its settings and its first administrator. Run once, after the first deploy.
#
#   LATCHKEY_BUSINESS="Example Ltd" LATCHKEY_ADMIN_EMAIL=you@example.com LATCHKEY_SENDER=portal@example.com \
#   LATCHKEY_SITES="Customer Portal=https://portal.example.com" infra/scripts/bootstrap.sh [stack]
#
# Without LATCHKEY_SITES there is one site, at the API's own URL.
set -eu
cd "$(dirname "$0")/../.."
infra/scripts/venv.sh
eval "$(.venv/bin/python - "${1:-latchkey}" <<'PYTHON'
import shlex, sys
import botocore.session
stack = botocore.session.get_session().create_client("cloudformation").describe_stacks(StackName=sys.argv[1])["Stacks"][0]
outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
print("LATCHKEY_TABLE=" + shlex.quote(outputs["TableName"]))
print("LATCHKEY_KEYS_SECRET=" + shlex.quote(outputs["KeysSecretArn"]))
print(': "${LATCHKEY_SITES:=' + "Customer Portal=" + outputs["ApiUrl"] + '}"')
PYTHON
)"
export LATCHKEY_TABLE LATCHKEY_KEYS_SECRET LATCHKEY_SITES
exec cargo run --quiet --package local --bin bootstrap
