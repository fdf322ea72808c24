"""Functions in an open account, made with boto3 from source given in a test."""

from __future__ import annotations

import io
import json
import textwrap
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emulator.account import Account
from emulator.code import Code, CodeFile
from emulator.execution.invocation import Invocation

LAMBDA_TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
NOBODY_TRUST = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
WRITES_LOGS = {
    "Effect": "Allow",
    "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
    "Resource": "*",
}


def document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str, resource: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


class Functions:
    """Makes functions in `account`; their files lie below `folder`, each function's in a folder of its own."""

    def __init__(self, account: Account, folder: Path) -> None:
        self.account = account
        self.folder = folder

    def make(
        self,
        source: str | Mapping[str, str],
        *may: Mapping[str, Any],
        name: str = "split",
        trust: Mapping[str, Any] = LAMBDA_TRUST,
        logs: bool = True,
        **options: Any,
    ) -> str:
        """A function with a role of its own; returns its ARN. A plain `source` is `app.py` with a `handle` in it."""
        role = self.account.client("iam").create_role(
            RoleName=f"{name}-role", AssumeRolePolicyDocument=document(trust)
        )["Role"]["Arn"]
        statements = [*may, *([WRITES_LOGS] if logs else [])]
        for number, statement in enumerate(statements, start=1):
            self.account.client("iam").put_role_policy(
                RoleName=f"{name}-role", PolicyName=f"{name}-may-{number}", PolicyDocument=document(statement)
            )
        settings = {"Runtime": "python3.13", "Handler": "app.handle", "Timeout": 3, "MemorySize": 128, **options}
        arn: str = self.account.client("lambda").create_function(
            FunctionName=name, Role=role, Code={"ZipFile": zipped({"app.py": ""})}, **settings
        )["FunctionArn"]
        self.account.names.give(arn, f"feeds.{name}")
        self.put_code(arn, source)
        return arn

    def put_code(self, arn: str, source: str | Mapping[str, str]) -> None:
        """Give a function its code."""
        files = {"app.py": source} if isinstance(source, str) else dict(source)
        folder = self.folder / arn.rsplit(":", 1)[-1]
        kept: dict[str, CodeFile] = {}
        for inside, text in files.items():
            path = folder / inside
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))
            kept[inside] = CodeFile(path.read_bytes(), path)
        self.account.code[arn] = Code(kept)

    def run(self, source: str | Mapping[str, str], payload: Any = None, **options: Any) -> Invocation:
        """Make a function and invoke it once."""
        return self.account.runtime.invoke(self.make(source, **options), payload)


def zipped(files: Mapping[str, str]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zip_file:
        for name, text in files.items():
            zip_file.writestr(name, textwrap.dedent(text))
    return archive.getvalue()
