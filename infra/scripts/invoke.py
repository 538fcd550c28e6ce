#!/usr/bin/env python3
"""Invokes a function of a stage as its schedule does, and prints what it reports: invoke.py ENDPOINT FUNCTION"""

import sys

import botocore.session

endpoint, function = sys.argv[1:]
client = botocore.session.get_session().create_client(
    "lambda",
    region_name="us-east-1",
    endpoint_url=endpoint,
    aws_access_key_id="test",
    aws_secret_access_key="test",
)
answer = client.invoke(FunctionName=function, Payload=b'{"detail-type": "Scheduled Event", "detail": {}}')
report = answer["Payload"].read().decode()
if "FunctionError" in answer:
    sys.exit(report)
print(report)
