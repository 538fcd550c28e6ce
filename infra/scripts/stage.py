#!/usr/bin/env python3
"""Deploys the template into an emulator of AWS on this machine, for as long as somebody wants it.

    stage.py --functions target/stage-lambda [--auth] [--log FILE] [-- command...]

With a command, runs it with the stage's description in LATCHKEY_STAGE (JSON) and ends with its status.
Without one, prints that JSON as one line once everything is up, and stays until standard input is closed
or a signal comes, so that a test that dies takes its stage along. Nothing listens but on loopback, and
nothing is left behind: neither processes nor files.

--auth makes each function act under its own role, and no more than that.
"""

import argparse
import ctypes
import io
import json
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from pathlib import Path

import botocore.session
from botocore.config import Config

TEMPLATE = Path(__file__).resolve().parents[1] / "template.yaml"
REGION = "us-east-1"
STACK = "latchkey"
PARAMETERS = {"SenderIdentity": "example.com", "Architecture": "x86_64", "LogDays": "1"}
# Without the first line, each call of a function waits twice for 40 ms: small writes held back until acknowledged.
EMULATOR = """
import socketserver; socketserver.StreamRequestHandler.disable_nagle_algorithm = True
import runpy; runpy.run_module("ministack", run_name="__main__")
"""
CODE = re.compile(r"CodeUri: \.\./target/lambda/([a-z-]+)/")
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def main():
    options, command = arguments()
    missing = [name for name in functions() if not (options.functions / name / "bootstrap").is_file()]
    if missing:
        sys.exit(f"{options.functions} lacks {', '.join(missing)}: build them with infra/scripts/package.sh here")
    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        signal.signal(getattr(signal, name), lambda *_: sys.exit(143))
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    home = Path(tempfile.mkdtemp(prefix="latchkey-stage-"))
    emulator = None
    try:
        log = options.log or home / "log"
        emulator, endpoint = start(home, log, options.auth)
        try:
            stage = deploy(endpoint, options.functions, options.auth) | {"log": str(log), "pid": emulator.pid}
        except Exception:
            sys.stderr.write("".join(Path(log).read_text().splitlines(True)[-40:]))
            raise
        if command:
            return subprocess.call(command, env=os.environ | {"LATCHKEY_STAGE": json.dumps(stage)})
        print(json.dumps(stage), flush=True)
        wait(emulator)
        return 0
    finally:
        stop(emulator)
        shutil.rmtree(home, ignore_errors=True)


def arguments():
    own, command = sys.argv[1:], []
    if "--" in own:
        command = own[own.index("--") + 1 :]
        own = own[: own.index("--")]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--functions", type=Path, required=True, metavar="DIR", help="holds <function>/bootstrap")
    parser.add_argument("--auth", action="store_true", help="hold each function to its own role")
    parser.add_argument("--log", type=Path, metavar="FILE", help="keep the emulator's log here")
    return parser.parse_args(own), command


def functions():
    """The names of the template's functions."""
    return CODE.findall(TEMPLATE.read_text())


def start(home, log, auth):
    """Starts the emulator on a free port of loopback, with an environment of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    endpoint = f"http://127.0.0.1:{port}"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TMPDIR": str(home),
        "S3_DATA_DIR": str(home / "s3"),
        "STATE_DIR": str(home / "state"),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "IOT_MTLS_ENABLED": "0",
        "AUTH": str(auth).lower(),
    }
    with open(log, "wb") as output:
        emulator = subprocess.Popen(
            [sys.executable, "-c", EMULATOR],
            cwd=home,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=lambda: prctl(PR_SET_PDEATHSIG, signal.SIGKILL),
        )
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{endpoint}/_ministack/ready", timeout=1).close()
            return emulator, endpoint
        except OSError:
            if emulator.poll() is not None or time.monotonic() > deadline:
                stop(emulator)
                sys.exit(f"the emulator did not start:\n{Path(log).read_text()}")
            time.sleep(0.02)


def deploy(endpoint, packages, auth):
    """Creates the stack, and says where everything is."""
    session = botocore.session.get_session()
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})

    def client(service):
        return session.create_client(
            service,
            region_name=REGION,
            endpoint_url=endpoint,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=config,
        )

    s3, stacks = client("s3"), client("cloudformation")
    s3.create_bucket(Bucket="artifacts")
    template = TEMPLATE.read_text()
    for name in functions():
        s3.put_object(Bucket="artifacts", Key=f"{name}.zip", Body=package(packages / name))
    template = CODE.sub(r"CodeUri: s3://artifacts/\1.zip", template)
    s3.put_object(Bucket="artifacts", Key="template.yaml", Body=template.encode())
    stacks.create_stack(
        StackName=STACK,
        TemplateURL=f"{endpoint}/artifacts/template.yaml",
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in PARAMETERS.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        OnFailure="DO_NOTHING",
    )
    while (stack := stacks.describe_stacks(StackName=STACK)["Stacks"][0])["StackStatus"] == "CREATE_IN_PROGRESS":
        time.sleep(0.02)
    resources = stacks.describe_stack_resources(StackName=STACK)["StackResources"]
    if stack["StackStatus"] != "CREATE_COMPLETE":
        failed = [r for r in resources if not r["ResourceStatus"].endswith("COMPLETE")]
        sys.exit(f"{stack['StackStatus']}: {stack.get('StackStatusReason')}\n{json.dumps(failed, default=str, indent=1)}")
    of = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}
    if auth:
        let_mail_out(client("iam"), of)
    follow(client("sqs"), client("events"))
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    return {
        "endpoint": endpoint,
        "region": REGION,
        # The same API twice: by path for any client, by host for what follows the pages' own links.
        "api_url": f"{endpoint}/_aws/execute-api/{of['Api']}",
        "api_host": f"{of['Api']}.execute-api.localhost:{endpoint.rpartition(':')[2]}",
        "table": outputs["TableName"],
        "keys_secret": outputs["KeysSecretArn"],
        "configuration_set": outputs["ConfigurationSet"],
        "mail_url": f"{endpoint}/_ministack/ses/messages",
        "events_url": f"{endpoint}/_ministack/sqs/messages",
        "functions": {name: f"{STACK}-{name}" for name in functions()},
    }


def package(folder):
    """A zip of a function's folder, unpressed: it travels nowhere."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(folder / "bootstrap", "bootstrap")
    return packed.getvalue()


def let_mail_out(iam, of):
    """The emulator asks for ses:SendEmail on "*" alone, where AWS takes the identity's and the set's ARN: those
    roles that may send by the template are let send here, no others."""
    sender = of["SendMail"]
    for logical, role in of.items():
        if logical.endswith("Role"):
            attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
            if any(policy["PolicyArn"] == sender for policy in attached):
                statement = {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*"}
                document = {"Version": "2012-10-17", "Statement": [statement]}
                iam.put_role_policy(RoleName=role, PolicyName="emulator", PolicyDocument=json.dumps(document))


def follow(sqs, events):
    """A rule that brings every event to a queue, as whoever follows them has one."""
    queue = sqs.create_queue(QueueName="follower")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(Name="follower", EventPattern=json.dumps({"source": ["latchkey"]}))
    events.put_targets(Rule="follower", Targets=[{"Id": "queue", "Arn": arn}])


def wait(emulator):
    """Returns once standard input is closed or the emulator has ended."""
    while emulator.poll() is None:
        if select.select([sys.stdin], [], [], 0.5)[0] and not os.read(sys.stdin.fileno(), 4096):
            return
    sys.exit("the emulator has ended by itself")


def stop(emulator):
    """Ends the emulator and every function it started."""
    if emulator is None:
        return
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # Functions are in the emulator's group: those that wait in a call must not outlive it.
    for sent in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(emulator.pid, sent)
        except ProcessLookupError:
            break
        try:
            emulator.wait(2)
        except subprocess.TimeoutExpired:
            pass
    try:
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    except ChildProcessError:
        pass


def prctl(option, argument):
    """Where there is no such call, closing standard input and signals still end the stage."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, argument, 0, 0, 0)


if __name__ == "__main__":
    sys.exit(main())
