"""Policy documents are written from statements."""

from __future__ import annotations

from pathlib import Path

from tests.emulator.programs import deployed, problems


def test_a_policy_document_is_written_from_statements(tmp_path: Path) -> None:
    source = """
        document = aws.iam.get_policy_document(policy_id="feeds", statements=[
            {"sid": "Read", "actions": ["s3:GetObject"], "resources": ["a", "b/&{aws:username}"],
             "conditions": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["true"]}]},
            aws.iam.GetPolicyDocumentStatementArgs(effect="Deny", not_actions=["s3:*"], not_resources=["c"],
             principals=[{"type": "AWS", "identifiers": ["1", "2"]}, {"type": "Service", "identifiers": ["s3"]}]),
            {"actions": ["sts:AssumeRole"], "principals": [{"type": "*", "identifiers": ["*"]}]}])
        written = json.loads(document.json)
        pulumi.export("document", written)
        pulumi.export("minified", document.minified_json == json.dumps(written, separators=(",", ":")))
    """

    with deployed(tmp_path, source) as (_, deployment):
        assert deployment.outputs["minified"] is True
        assert deployment.outputs["document"] == {
            "Version": "2012-10-17",
            "Id": "feeds",
            "Statement": [
                {
                    "Sid": "Read",
                    "Effect": "Allow",
                    "Action": "s3:GetObject",
                    "Resource": ["a", "b/${aws:username}"],
                    "Condition": {"Bool": {"aws:SecureTransport": "true"}},
                },
                {
                    "Effect": "Deny",
                    "NotAction": "s3:*",
                    "NotResource": "c",
                    "Principal": {"AWS": ["1", "2"], "Service": "s3"},
                },
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"},
            ],
        }


def test_a_policy_document_with_an_unknown_argument_is_refused(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, 'aws.iam.get_policy_document(source_json="{}")')

    assert problem == ("aws:iam/getPolicyDocument:getPolicyDocument: the embedded account does not do `sourceJson` yet")
