#!/usr/bin/env python3
"""Holds the template to the rules beside this file, and shows of each rule that it can fail.

    test.py [template]
"""

import copy
import json
import re
import sys
from pathlib import Path

import yaml
from cfn_guard_rs.cfn_guard_rs import run_checks_rs

HERE = Path(__file__).resolve().parent
GONE = object()

# Each takes something out of the template, or bends it: the rule named must then fail.
# Paths are in Resources, but for those that begin with a slash.
BROKEN = [
    ("there_is_one_table", "Table", GONE),
    ("there_is_one_table", "Another", {"Type": "AWS::DynamoDB::Table"}),
    ("table_outlives_the_stack", "Table/DeletionPolicy", GONE),
    ("table_outlives_the_stack", "Table/UpdateReplacePolicy", "Delete"),
    ("table_is_protected_from_deletion", "Table/Properties/DeletionProtectionEnabled", GONE),
    ("table_is_protected_from_deletion", "Table/Properties/DeletionProtectionEnabled", False),
    ("table_recovers_to_a_point_in_time", "Table/Properties/PointInTimeRecoverySpecification", GONE),
    ("table_recovers_to_a_point_in_time", "Table/Properties/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled", False),
    ("table_is_encrypted", "Table/Properties/SSESpecification", GONE),
    ("table_expires_items", "Table/Properties/TimeToLiveSpecification", GONE),
    ("table_expires_items", "Table/Properties/TimeToLiveSpecification/Enabled", False),
    ("table_expires_items", "Table/Properties/TimeToLiveSpecification/AttributeName", "expires"),
    ("table_streams_new_images", "Table/Properties/StreamSpecification", GONE),
    ("table_streams_new_images", "Table/Properties/StreamSpecification/StreamViewType", "KEYS_ONLY"),
    ("table_is_paid_by_request", "Table/Properties/BillingMode", GONE),
    ("keys_outlive_the_stack", "Keys", GONE),
    ("keys_outlive_the_stack", "Keys/DeletionPolicy", GONE),
    ("keys_outlive_the_stack", "Keys/UpdateReplacePolicy", GONE),
    ("keys_are_made_by_aws", "Keys/Properties/GenerateSecretString", GONE),
    ("keys_are_made_by_aws", "Keys/Properties/GenerateSecretString/PasswordLength", 16),
    ("keys_are_made_by_aws", "Keys/Properties/SecretString", '{"1": "abc"}'),
    ("no_secret_in_the_environment", "/Globals/Function/Environment/Variables/KEY", "{{resolve:secretsmanager:keys}}"),
    ("no_secret_in_the_environment", "/Globals/Function/Environment/Variables/KEY", {"Fn::Sub": "{{resolve:secretsmanager:${Keys}}}"}),
    ("no_secret_in_the_environment", "SweepFunction/Properties/Environment/Variables/KEY", {"Fn::Sub": "{{resolve:secretsmanager:${Keys}}}"}),
    ("mail_requires_tls", "Mail", GONE),
    ("mail_requires_tls", "Mail/Properties/DeliveryOptions", GONE),
    ("mail_requires_tls", "Mail/Properties/DeliveryOptions/TlsPolicy", "OPTIONAL"),
    ("mail_is_not_tracked", "Mail/Properties/TrackingOptions", {"CustomRedirectDomain": "click.example.com"}),
    ("mail_is_not_tracked", "Mail/Properties/VdmOptions", {"DashboardOptions": {"EngagementMetrics": "ENABLED"}}),
    (
        "mail_is_not_tracked",
        "Events",
        {
            "Type": "AWS::SES::ConfigurationSetEventDestination",
            "Properties": {"EventDestination": {"MatchingEventTypes": ["bounce", "click"]}},
        },
    ),
    ("mail_reports_are_ses_s", "MailEventsFunction/Properties/Events/Report/Properties/Pattern/source", ["latchkey"]),
    ("mail_reports_are_ses_s", "MailEventsFunction/Properties/Events/Report/Properties/Pattern/detail", GONE),
    ("mail_minds_bounces_and_complaints", "Mail/Properties/ReputationOptions", GONE),
    ("mail_minds_bounces_and_complaints", "Mail/Properties/SuppressionOptions", GONE),
    ("mail_minds_bounces_and_complaints", "Mail/Properties/SuppressionOptions/SuppressedReasons", ["BOUNCE"]),
    ("access_log_holds_no_path", "Stage/Properties/AccessLogSettings", GONE),
    ("access_log_holds_no_path", "Stage/Properties/AccessLogSettings/Format", '{"path":"$context.path"}'),
    ("access_log_holds_no_path", "Stage/Properties/AccessLogSettings/Format", '{"id":"$context.requestId","url":"$context.http.path"}'),
    ("access_log_holds_no_path", "Stage/Properties/AccessLogSettings/Format", "$context.requestId $context.status"),
    ("requests_are_throttled", "Stage/Properties/DefaultRouteSettings", GONE),
    ("requests_are_throttled", "Stage/Properties/DefaultRouteSettings/ThrottlingBurstLimit", GONE),
    ("requests_are_throttled", "Stage/Properties/DefaultRouteSettings/ThrottlingRateLimit", GONE),
    ("routes_are_named_one_by_one", "CreateUserRoute/Properties/RouteKey", "$default"),
    ("routes_are_named_one_by_one", "CreateUserRoute/Properties/RouteKey", "ANY /v1/{proxy+}"),
    ("no_foreign_origin", "Api/Properties/CorsConfiguration", {"AllowOrigins": ["*"]}),
    ("functions_run_on_provided_al2023", "/Globals/Function/Runtime", GONE),
    ("functions_run_on_provided_al2023", "LoginFunction/Properties/Runtime", "nodejs24.x"),
    ("functions_are_reached_by_the_gateway_alone", "LoginFunction/Properties/FunctionUrlConfig", {"AuthType": "NONE"}),
    ("functions_log_where_logs_expire", "LoginFunction/Properties/LoggingConfig", GONE),
    ("functions_log_where_logs_expire", "LoginLog/Properties/RetentionInDays", GONE),
    ("functions_log_where_logs_expire", "AccessLog/Properties/RetentionInDays", GONE),
    ("each_function_has_a_role_of_its_own", "LoginFunction/Properties/Role", GONE),
    ("each_function_has_a_role_of_its_own", "LoginFunction/Properties/Role", {"Fn::GetAtt": ["SweepRole", "Arn"]}),
    ("each_function_has_a_role_of_its_own", "LoginFunction/Properties/Role", "arn:aws:iam::123456789012:role/admin"),
    ("each_function_has_a_role_of_its_own", "LoginFunction/Properties/Policies", ["AdministratorAccess"]),
    ("roles_are_for_functions_alone", "LoginRole/Properties/AssumeRolePolicyDocument/Statement/0/Principal", {"AWS": "*"}),
    ("roles_name_exact_actions", "LoginRole/Properties/Policies/0/PolicyDocument/Statement/0/Action", "dynamodb:*"),
    ("roles_name_exact_actions", "LoginRole/Properties/Policies/0/PolicyDocument/Statement/0/Action/0", "dynamodb:Get*"),
    ("roles_name_exact_actions", "LoginRole/Properties/Policies/0/PolicyDocument/Statement/0/NotAction", "iam:PassRole"),
    ("roles_name_exact_actions", "SendMail/Properties/PolicyDocument/Statement/0/Action", "ses:*"),
    ("roles_name_exact_actions", "LoginRole/Properties/ManagedPolicyArns/0", "arn:aws:iam::aws:policy/AdministratorAccess"),
    ("roles_name_exact_resources", "LoginRole/Properties/Policies/0/PolicyDocument/Statement/0/Resource", "*"),
    ("roles_name_exact_resources", "LoginRole/Properties/Policies/0/PolicyDocument/Statement/0/Resource", ["*"]),
    (
        "roles_name_exact_resources",
        "SendResetRole/Properties/Policies/0/PolicyDocument/Statement/2/Action",
        ["ses:DeleteSuppressedDestination", "dynamodb:Scan"],
    ),
    ("roles_name_exact_resources", "LoginRole/Properties/Policies/0/PolicyDocument/Statement/0/Resource", {"Fn::Sub": "${Table.Arn}/*"}),
    ("roles_name_exact_resources", "LoginRole/Properties/Policies/0/PolicyDocument/Statement/0/NotResource", "*"),
    ("roles_name_exact_resources", "SendMail/Properties/PolicyDocument/Statement/0/Resource", "*"),
    ("roles_name_exact_resources", "SendMail/Properties/PolicyDocument/Statement/0/Resource/0", "*"),
    ("roles_name_exact_resources", "SendMail/Properties/PolicyDocument/Statement/0/Resource/0", {"Fn::Sub": "arn:${AWS::Partition}:ses:*"}),
    ("audit_is_only_added_to", "KeepAudit", GONE),
    ("audit_is_only_added_to", "KeepAudit/Properties/PolicyDocument/Statement/0/Effect", "Allow"),
    ("audit_is_only_added_to", "KeepAudit/Properties/PolicyDocument/Statement/0/Action", ["dynamodb:UpdateItem"]),
    ("audit_is_only_added_to", "KeepAudit/Properties/PolicyDocument/Statement/0/Action", ["dynamodb:DeleteItem"]),
    ("audit_is_only_added_to", "KeepAudit/Properties/PolicyDocument/Statement/0/Condition", {}),
    ("audit_is_only_added_to", "LoginRole/Properties/ManagedPolicyArns", [{"Ref": "ReadKeys"}]),
    ("streams_bring_what_is_theirs_alone", "DeliverMailFunction/Properties/Events/Mail/Properties/FilterCriteria", GONE),
    ("streams_bring_what_is_theirs_alone", "PublishEventsFunction/Properties/Events/Entry/Properties/FilterCriteria", GONE),
    ("mail_gives_up_in_time", "DeliverMailFunction/Properties/Events/Mail/Properties/MaximumRetryAttempts", GONE),
    ("mail_gives_up_in_time", "DeliverMailFunction/Properties/Events/Mail/Properties/MaximumRecordAgeInSeconds", 86400),
    ("mail_gives_up_in_time", "DeliverMailFunction/Properties/Events/Mail/Properties/BisectBatchOnFunctionError", GONE),
    ("events_are_not_given_up", "PublishEventsFunction/Properties/Events/Entry/Properties/MaximumRetryAttempts", 5),
    ("events_are_not_given_up", "PublishEventsFunction/Properties/Events/Entry/Properties/MaximumRecordAgeInSeconds", 3600),
    ("events_are_not_given_up", "PublishEventsFunction/Properties/Events/Entry/Properties/FunctionResponseTypes", GONE),
    ("events_are_not_given_up", "PublishEventsFunction/Properties/Events/Entry/Properties/StartingPosition", "LATEST"),
    (
        "events_are_published_by_who_can_do_nothing_else",
        "PublishEventsRole/Properties/Policies/0/PolicyDocument/Statement/0/Action",
        ["events:PutEvents", "dynamodb:GetItem"],
    ),
    ("events_are_published_by_who_can_do_nothing_else", "PublishEventsRole/Properties/ManagedPolicyArns", [{"Ref": "KeepAudit"}, {"Ref": "ReadKeys"}]),
]


def main():
    template = load(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent / "template.yaml")
    rules = dict(rule for file in sorted(HERE.glob("*.guard")) for rule in split(file.read_text()))
    faults = [f"{name}: {fault}" for name, text in rules.items() if (fault := check(template, text))]
    if not faults:
        faults += [f"{name}: nothing shows that it can fail" for name in rules if name not in {b[0] for b in BROKEN}]
        for name, path, value in BROKEN:
            if not check(bend(template, path, value), rules[name]):
                faults.append(f"{name}: holds though {path} is {'gone' if value is GONE else json.dumps(value)}")
    print("\n".join(faults) or f"{len(rules)} rules hold, and fail on {len(BROKEN)} bent templates")
    return 1 if faults else 0


def load(path):
    """The template as JSON has it, CloudFormation's short forms written out."""

    class Loader(yaml.SafeLoader):
        pass

    def short_form(loader, tag, node):
        if isinstance(node, yaml.ScalarNode):
            value = loader.construct_scalar(node)
        elif isinstance(node, yaml.SequenceNode):
            value = loader.construct_sequence(node, deep=True)
        else:
            value = loader.construct_mapping(node, deep=True)
        if tag == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}

    Loader.add_multi_constructor("!", short_form)
    return yaml.load(path.read_text(), Loader)


def split(text):
    """Each rule by its name, with the variables and the rules with parameters that it may lean on."""
    parts = re.findall(r"^(?:let [^\n]*|rule .*?^\})$", text, re.DOTALL | re.MULTILINE)
    shared = [part for part in parts if not re.match(r"rule \w+ ", part)]
    for part in parts:
        if part not in shared:
            yield re.match(r"rule (\w+)", part)[1], "\n".join([*shared, part, ""])


def check(template, rule):
    """What the template has against a rule, or nothing."""
    report = run_checks_rs(json.dumps(template), rule, False)
    try:
        status = json.loads(report)["status"]
    except json.JSONDecodeError:
        # The library spoils some of its longer reports, all of them of rules that failed. Hence no use of its
        # Python interface, which stumbles on them.
        status = "FAIL"
    if status == "FAIL":
        return "\n  ".join(re.findall(r'"error_message": "(Check .+)"', report)[:5]) or "fails"
    return "" if status == "PASS" else "says nothing of this template"


def bend(template, path, value):
    bent = copy.deepcopy(template)
    keys = path[1:].split("/") if path.startswith("/") else ["Resources", *path.split("/")]
    *way, last = (int(key) if key.isdigit() else key for key in keys)
    place = bent
    for key in way:
        place = place[key]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return bent


if __name__ == "__main__":
    sys.exit(main())
