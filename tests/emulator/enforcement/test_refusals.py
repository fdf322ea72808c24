from __future__ import annotations

import pytest
from botocore.model import OperationModel
from botocore.session import Session

from emulator.enforcement.refusals import Refusal, denied, sentence, unknown_credentials, unsigned, wrong_signature
from emulator.iam import Decision, Verdict

WHO = "arn:aws:sts::111111111111:assumed-role/record/record"
TOPIC = "arn:aws:sns:eu-west-1:111111111111:news"


def operation(service: str, name: str) -> OperationModel:
    return Session().get_service_model(service).operation_model(name)


def decision(layer: str, verdict: Verdict = Verdict.IMPLICITLY_DENIED) -> Decision:
    return Decision(verdict, layer, None, None, "")


@pytest.mark.parametrize(
    ("layer", "explicit", "implicit"),
    [
        ("identity policy", "an identity-based policy", "identity-based policy"),
        ("resource policy", "a resource-based policy", "resource-based policy"),
        ("permissions boundary", "a permissions boundary", "permissions boundary"),
        ("session policy", "a session policy", "session policy"),
    ],
)
def test_the_sentence_names_the_kind_of_policy_that_decided(layer: str, explicit: str, implicit: str) -> None:
    told = f"User: {WHO} is not authorized to perform: sns:Publish on resource: {TOPIC}"

    assert sentence(WHO, "sns:Publish", TOPIC, decision(layer)) == (
        f"{told} because no {implicit} allows the sns:Publish action"
    )
    assert sentence(WHO, "sns:Publish", TOPIC, decision(layer, Verdict.EXPLICITLY_DENIED)) == (
        f"{told} with an explicit deny in {explicit}"
    )


def test_the_policy_of_a_role_is_called_its_trust() -> None:
    role = "arn:aws:iam::111111111111:role/partner"

    assert sentence(WHO, "sts:AssumeRole", role, decision("resource policy")).endswith(
        "because no role trust policy allows the sts:AssumeRole action"
    )
    assert sentence(WHO, "sts:AssumeRole", role, decision("resource policy", Verdict.EXPLICITLY_DENIED)).endswith(
        "with an explicit deny in the role trust policy"
    )


def test_an_action_without_a_resource_names_none() -> None:
    assert sentence(WHO, "s3:ListAllMyBuckets", "*", decision("identity policy")) == (
        f"User: {WHO} is not authorized to perform: s3:ListAllMyBuckets"
        " because no identity-based policy allows the s3:ListAllMyBuckets action"
    )


@pytest.mark.parametrize(
    ("service", "name", "status", "code"),
    [
        ("s3", "GetObject", 403, "AccessDenied"),
        ("s3", "HeadObject", 403, "403"),
        ("s3", "HeadBucket", 403, "403"),
        ("sqs", "SendMessage", 403, "AccessDenied"),
        ("sns", "Publish", 403, "AuthorizationError"),
        ("sts", "AssumeRole", 403, "AccessDenied"),
        ("iam", "GetRole", 403, "AccessDenied"),
        ("ec2", "DescribeInstances", 403, "UnauthorizedOperation"),
        ("dynamodb", "PutItem", 400, "AccessDeniedException"),
        ("events", "PutEvents", 400, "AccessDeniedException"),
        ("logs", "PutLogEvents", 400, "AccessDeniedException"),
        ("kms", "Decrypt", 400, "AccessDeniedException"),
        ("secretsmanager", "GetSecretValue", 400, "AccessDeniedException"),
        ("ssm", "GetParameter", 400, "AccessDeniedException"),
        ("stepfunctions", "StartExecution", 400, "AccessDeniedException"),
        ("lambda", "Invoke", 403, "AccessDeniedException"),
        ("scheduler", "CreateSchedule", 403, "AccessDeniedException"),
    ],
)
def test_each_service_has_its_own_code(service: str, name: str, status: int, code: str) -> None:
    refusal = denied(operation(service, name), WHO, f"{service}:{name}", "*", decision("identity policy"))

    assert (refusal.status, refusal.code) == (status, code)


def test_sqs_writes_in_lower_case_sns_its_prefix_in_capitals_and_s3_in_quotes() -> None:
    def message(service: str, name: str, resource: str) -> str:
        return denied(operation(service, name), "W", f"{service}:{name}", resource, decision("identity policy")).message

    assert message("sqs", "SendMessage", "Q") == (
        "User: W is not authorized to perform: sqs:sendmessage on resource: Q"
        " because no identity-based policy allows the sqs:sendmessage action"
    )
    assert message("sns", "Publish", "T") == (
        "User: W is not authorized to perform: SNS:Publish on resource: T"
        " because no identity-based policy allows the SNS:Publish action"
    )
    assert message("s3", "GetObject", "B") == (
        'User: W is not authorized to perform: s3:GetObject on resource: "B"'
        " because no identity-based policy allows the s3:GetObject action"
    )


def test_an_answer_to_head_tells_the_status_and_nothing_else() -> None:
    head = operation("s3", "HeadObject")

    assert denied(head, WHO, "s3:GetObject", "*", decision("identity policy")) == Refusal(403, "403", "Forbidden")
    assert unknown_credentials(head) == Refusal(403, "403", "Forbidden")
    assert unsigned(head) == Refusal(403, "403", "Forbidden")


NOT_MATCHING = "The request signature we calculated does not match the signature you provided. Check your "
ELSEWHERE = f"{NOT_MATCHING}AWS Secret Access Key and signing method. Consult the service documentation for details."


@pytest.mark.parametrize(
    ("service", "name", "refusal"),
    [
        ("s3", "PutObject", Refusal(403, "SignatureDoesNotMatch", f"{NOT_MATCHING}key and signing method.")),
        ("s3", "HeadObject", Refusal(403, "403", "Forbidden")),
        ("sns", "Publish", Refusal(403, "SignatureDoesNotMatch", ELSEWHERE)),
        ("sqs", "SendMessage", Refusal(403, "SignatureDoesNotMatch", ELSEWHERE)),
        ("dynamodb", "PutItem", Refusal(400, "InvalidSignatureException", ELSEWHERE)),
        ("lambda", "Invoke", Refusal(403, "InvalidSignatureException", ELSEWHERE)),
    ],
)
def test_a_wrong_signature_is_told_by_each_service_in_its_own_words(service: str, name: str, refusal: Refusal) -> None:
    assert wrong_signature(operation(service, name)) == refusal
