"""A permission is one statement of a function's policy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.emulator.programs import deployed, problems

WORKER = """
role = aws.iam.Role("role", assume_role_policy=TRUST)
worker = function("worker", role, timeout=1)
"""


def test_a_permission_is_a_statement_of_the_functions_policy(tmp_path: Path) -> None:
    source = f"""{WORKER}
aws.lambda_.Permission("permission", action="lambda:InvokeFunction", function=worker.name, statement_id="feed",
    principal="s3.amazonaws.com", source_arn="arn:aws:s3:::feed", source_account="111111111111")
"""

    with deployed(tmp_path, source) as (account, deployment):
        worker = deployment.named("Function", "worker")
        (statement,) = json.loads(account.client("lambda").get_policy(FunctionName=worker.id)["Policy"])["Statement"]

        assert deployment.named("Permission", "permission").id == statement["Sid"] == "feed"
        assert (statement["Principal"], statement["Resource"]) == ({"Service": "s3.amazonaws.com"}, worker.arn)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('action="s3:GetObject"', "action 's3:GetObject' needs an action of Lambda"),
        ('function="gone"', "there is no function gone"),
        ('source_account="1"', "sourceAccount '1' needs twelve digits"),
        ('source_arn="feed"', "sourceArn 'feed' needs an ARN"),
        ('qualifier="live"', "the embedded account does not do `qualifier` yet"),
    ],
)
def test_what_a_permission_cannot_be_is_refused(tmp_path: Path, said: str, told: str) -> None:
    source = f"""{WORKER}
said = dict(action="lambda:InvokeFunction", function=worker.name, principal="s3.amazonaws.com")
aws.lambda_.Permission("permission", **{{**said, **dict({said})}})
"""

    assert problems(tmp_path, source) == [f"aws:lambda/permission:Permission permission: {told}"]
