"""An account with storage, identities and rights alone: no functions run in it and no events travel."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import Any, Self

from emulator.clock import Clock
from emulator.identity import ADMINISTRATOR, Identities, Identity
from emulator.journal import Chains, Journal
from emulator.rights import Rights
from emulator.storage import Storage

LAMBDA_TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


class BareAccount:
    """Opens and closes like the real account, and has its parts under the same names."""

    def __init__(self, account_id: str = "111111111111", region: str = "eu-west-1") -> None:
        self.account_id = account_id
        self.region = region
        self.partition = "aws"
        self.clock = Clock()
        self.journal = Journal()
        self.chains = Chains()
        self.storage = Storage(account_id, region)
        self.identities = Identities(account_id, region)
        self.rights = Rights(self)
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self.clock.start()
        self._open.callback(self.clock.stop)
        self._open.enter_context(self.storage)
        self._open.enter_context(self.identities)
        self._open.enter_context(self.rights)
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def client(self, service: str, identity: Identity = ADMINISTRATOR) -> Any:
        return self.identities.client(service, identity)

    def role(self, name: str, *statements: dict[str, Any], trust: dict[str, Any] = LAMBDA_TRUST, **options: Any) -> str:
        """A role with one inline policy for each statement, `NAME-may-1`, `NAME-may-2`; returns its ARN."""
        iam = self.client("iam")
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust), **options)["Role"]["Arn"]
        for number, statement in enumerate(statements, start=1):
            iam.put_role_policy(RoleName=name, PolicyName=f"{name}-may-{number}", PolicyDocument=document(statement))
        return str(arn)

    def somebody(self, *statements: dict[str, Any], **options: Any) -> Identity:
        """A session of a new role `record` that has these statements."""
        return self.identities.role_session(self.role("record", *statements, **options), "record", "feeds.record")

    def queue(self, name: str = "readings") -> str:
        return str(self.client("sqs").create_queue(QueueName=name)["QueueUrl"])

    def bucket(self, name: str = "feed") -> str:
        location = {"LocationConstraint": self.region}
        self.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=location)
        return name

    def table(self, name: str = "quakes") -> str:
        self.client("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "quake_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "quake_id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        return name


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str | list[str], resource: str | list[str], **others: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **others}


def deny(action: str | list[str], resource: str | list[str], **others: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **others}
