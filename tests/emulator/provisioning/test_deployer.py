"""Roles are assumed as STS lets them be, and who deploys is told what is denied."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.account import Account
from emulator.identity import ADMINISTRATOR
from emulator.provisioning.deployer import assume, deploying
from emulator.provisioning.resource_type import Refused

ACCOUNT = "arn:aws:iam::111111111111:root"
DEPLOY = "arn:aws:iam::111111111111:role/deploy"
SECOND = "arn:aws:iam::111111111111:role/second"
QUEUE = "arn:aws:sqs:eu-west-1:111111111111:readings"


def statement(action: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, **more}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def make_role(
    account: Account, name: str, *statements: dict[str, Any], principal: str = ACCOUNT, **condition: Any
) -> str:
    """A role that may do `statements`, and be assumed by `principal` under a condition."""
    trust = statement("sts:AssumeRole", Principal={"AWS": principal}, Condition=condition)
    iam = account.client("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))["Role"]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName=f"{name}-rights", PolicyDocument=document(*statements))
    return str(role["Arn"])


def test_the_session_bears_the_role_and_the_name_that_is_asked_for(account: Account) -> None:
    make_role(account, "deploy")

    deployer, problems = assume(account, [{"roleArn": DEPLOY, "sessionName": "eventwire-dev", "seconds": 3_600}])

    assert problems == []
    assert deployer.arn == "arn:aws:sts::111111111111:assumed-role/deploy/eventwire-dev"
    assert (deployer.role_arn, deployer.caller) == (DEPLOY, "deploy")


def test_nobody_is_assumed_where_nobody_is_asked_for(account: Account) -> None:
    assert assume(account, []) == (ADMINISTRATOR, [])


def test_a_session_without_a_name_is_named_like_the_sdks(account: Account) -> None:
    make_role(account, "deploy")

    assert assume(account, [{"roleArn": DEPLOY}])[0].arn.endswith(":assumed-role/deploy/aws-go-sdk")


def test_the_external_id_has_to_be_the_trusts(account: Account) -> None:
    make_role(account, "deploy", StringEquals={"sts:ExternalId": "dev"})

    assert assume(account, [{"roleArn": DEPLOY, "externalId": "dev"}])[1] == []
    for said, has in (({"externalId": "prod"}, "the request has 'prod'"), ({}, "the request has no such key")):
        assert assume(account, [{"roleArn": DEPLOY, **said}]) == (
            ADMINISTRATOR,
            [
                f"assumeRoles[0] is {DEPLOY}, which the administrator may not assume: no identity policy is enough "
                f"here, no statement of trust of role deploy allows sts:AssumeRole on {DEPLOY}: "
                f"statement 1 of trust of role deploy would, but its condition StringEquals sts:ExternalId 'dev' "
                f"fails: {has}"
            ],
        )


def test_a_condition_on_the_sessions_name_is_looked_at(account: Account) -> None:
    make_role(account, "deploy", StringLike={"sts:RoleSessionName": "eventwire-*"})

    assert assume(account, [{"roleArn": DEPLOY, "sessionName": "eventwire-dev"}])[1] == []
    assert assume(account, [{"roleArn": DEPLOY}])[1] != []


def test_a_role_that_trusts_a_service_alone_is_not_assumed(account: Account) -> None:
    trust = statement("sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"})
    account.client("iam").create_role(RoleName="deploy", AssumeRolePolicyDocument=document(trust))

    [problem] = assume(account, [{"roleArn": DEPLOY}])[1]

    assert problem.startswith(f"assumeRoles[0] is {DEPLOY}, which the administrator may not assume: ")
    assert problem.endswith(
        "allows it to Service lambda.amazonaws.com, the caller is arn:aws:iam::111111111111:user/administrator"
    )


def test_a_role_that_is_not_there_is_told_with_what_makes_it(account: Account) -> None:
    assert assume(account, [{"roleArn": DEPLOY}])[1] == [
        f"assumeRoles[0] is {DEPLOY}, and the account has no such role: what makes it here is deploy_role of "
        "eventwire:environment on the stack's page"
    ]


def test_a_role_of_another_account_cannot_be_looked_at(account: Account) -> None:
    theirs = DEPLOY.replace("111111111111", "222222222222")

    assert assume(account, [{"roleArn": theirs}])[1] == [
        f"assumeRoles[0] is {theirs}, a role of account 222222222222: only 111111111111 is here, and the roles it has"
    ]


def test_a_session_lasts_no_longer_than_its_role_allows_and_all_is_told_at_once(account: Account) -> None:
    make_role(account, "deploy", StringEquals={"sts:ExternalId": "dev"})

    assert assume(account, [{"roleArn": DEPLOY, "externalId": "dev", "seconds": 3_600}])[1] == []
    duration, trust = assume(account, [{"roleArn": DEPLOY, "seconds": 3_601}])[1]
    assert duration == (
        "assumeRoles[0] has a duration of 3601 seconds, needs at most 3600: the maxSessionDuration of deploy"
    )
    assert trust.startswith(f"assumeRoles[0] is {DEPLOY}, which the administrator may not assume: ")


def test_the_second_role_is_assumed_by_the_session_of_the_first(account: Account) -> None:
    make_role(account, "deploy", statement("sts:AssumeRole", Resource=SECOND))
    make_role(account, "second", principal=DEPLOY)

    deployer, problems = assume(account, [{"roleArn": DEPLOY}, {"roleArn": SECOND, "sessionName": "then"}])

    assert problems == []
    assert deployer.arn == "arn:aws:sts::111111111111:assumed-role/second/then"


@pytest.mark.parametrize(
    ("rights", "principal", "reason"),
    [
        ((), ACCOUNT, "there is no identity policy to allow sts:AssumeRole"),
        ((statement("sts:AssumeRole", Resource=SECOND),), SECOND, "no identity policy is enough here, "),
    ],
)
def test_both_sides_have_to_let_the_second_role_be_assumed(
    account: Account, rights: tuple[dict[str, Any], ...], principal: str, reason: str
) -> None:
    make_role(account, "deploy", *rights)
    make_role(account, "second")
    trust = statement("sts:AssumeRole", Principal={"AWS": principal})
    account.client("iam").update_assume_role_policy(RoleName="second", PolicyDocument=document(trust))

    [problem] = assume(account, [{"roleArn": DEPLOY}, {"roleArn": SECOND}])[1]

    assert problem.startswith(f"assumeRoles[1] is {SECOND}, which role deploy may not assume: ")
    assert reason in problem


def test_a_role_that_another_one_assumes_gives_an_hour_at_most(account: Account) -> None:
    make_role(account, "deploy", statement("sts:AssumeRole", Resource=SECOND))
    make_role(account, "second", principal=DEPLOY)
    account.client("iam").update_role(RoleName="second", MaxSessionDuration=43_200)

    assert assume(account, [{"roleArn": DEPLOY}, {"roleArn": SECOND, "seconds": 3_601}]) == (
        ADMINISTRATOR,
        [
            "assumeRoles[1] has a duration of 3601 seconds, needs at most 3600: "
            "a role that another role assumes gives no more"
        ],
    )


def test_what_is_assumed_writes_nothing_into_the_journal(account: Account) -> None:
    make_role(account, "deploy", StringEquals={"sts:ExternalId": "dev"})

    assume(account, [{"roleArn": DEPLOY}])

    assert account.journal.entries == []


def test_calls_inside_are_the_deployers(account: Account) -> None:
    make_role(account, "deploy", statement("sqs:CreateQueue", Resource=QUEUE))
    deployer, _ = assume(account, [{"roleArn": DEPLOY, "sessionName": "dev"}])

    with deploying(account, deployer):
        account.client("sqs").create_queue(QueueName="readings")
        arn = account.client("sts").get_caller_identity()["Arn"]

    assert arn == "arn:aws:sts::111111111111:assumed-role/deploy/dev"
    assert account.client("sts").get_caller_identity()["Arn"] == "arn:aws:iam::111111111111:root"


def test_a_denied_call_says_who_lacks_what_and_stays_out_of_the_journal(account: Account) -> None:
    make_role(account, "deploy", statement("sqs:CreateQueue", Resource=f"{QUEUE}-other"))
    deployer, _ = assume(account, [{"roleArn": DEPLOY}])

    with pytest.raises(Refused) as refused, deploying(account, deployer):
        account.client("sqs").create_queue(QueueName="readings")

    assert str(refused.value) == (
        f"deploy may not sqs:CreateQueue on {QUEUE}: no statement of deploy-rights allows sqs:CreateQueue on {QUEUE}: "
        f"statement 1 of deploy-rights allows it on {QUEUE}-other; the deploy role needs sqs:CreateQueue on {QUEUE}"
    )
    assert account.journal.entries == []


def test_an_explicit_deny_is_lifted_by_no_further_right(account: Account) -> None:
    deny = {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}
    make_role(account, "deploy", statement("sqs:CreateQueue", Resource="*"), deny)
    deployer, _ = assume(account, [{"roleArn": DEPLOY}])

    with pytest.raises(Refused, match="no other right lifts an explicit deny"), deploying(account, deployer):
        account.client("sqs").create_queue(QueueName="readings")


def test_a_denial_that_was_taken_for_something_else_is_told_all_the_same(account: Account) -> None:
    make_role(account, "deploy")
    deployer, _ = assume(account, [{"roleArn": DEPLOY}])

    with pytest.raises(Refused) as refused, deploying(account, deployer), suppress(ClientError):
        account.client("s3").head_bucket(Bucket="feed-bucket")

    assert str(refused.value).endswith("; the deploy role needs s3:ListBucket on arn:aws:s3:::feed-bucket")


def test_a_call_whose_right_is_not_known_is_refused_in_words(account: Account) -> None:
    make_role(account, "deploy")
    deployer, _ = assume(account, [{"roleArn": DEPLOY}])

    with pytest.raises(Refused, match="sts:GetSessionToken is refused"), deploying(account, deployer):
        account.client("sts").get_session_token()


def test_what_else_goes_wrong_inside_is_left_as_it_is(account: Account) -> None:
    make_role(account, "deploy", statement("sqs:GetQueueUrl", Resource="*"))
    deployer, _ = assume(account, [{"roleArn": DEPLOY}])

    with pytest.raises(ZeroDivisionError), deploying(account, deployer):
        raise ZeroDivisionError


def test_denials_of_others_are_told_as_ever_once_it_is_over(account: Account) -> None:
    make_role(account, "deploy")
    deployer, _ = assume(account, [{"roleArn": DEPLOY}])
    with pytest.raises(Refused), deploying(account, deployer):
        account.client("sqs").list_queues()

    with pytest.raises(account.client("sqs").exceptions.ClientError):
        account.client("sqs", deployer).list_queues()

    assert [denial.action for denial in account.journal.denials] == ["sqs:ListQueues"]
