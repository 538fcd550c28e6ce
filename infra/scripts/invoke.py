#!/usr/bin/env python3
"""Invokes a function of a stage as an event does, and prints what it answers: invoke.py ENDPOINT FUNCTION EVENT"""

import sys

import botocore.session

endpoint, function, event = sys.argv[1:]
client = botocore.session.get_session().create_client(
    "lambda",
    region_name="us-east-1",
    endpoint_url=endpoint,
    aws_access_key_id="test",
    aws_secret_access_key="test",
)
answer = client.invoke(FunctionName=function, Payload=event.encode())
report = answer["Payload"].read().decode()
if "FunctionError" in answer:
    sys.exit(report)
print(report)
