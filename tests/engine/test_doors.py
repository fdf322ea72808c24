"""Both doors of the provider, the engine in this process and the real one, say and do the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.programs import write_program
from tests.engine.doors import PAGE, WHERE, Refused, Through
from tests.engine.real_stack import new_stack


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (
            'pulumi.CustomResource("aws:sqs/quue:Quue", "q", {})',
            "the embedded account does not do this type yet: of this service it knows aws:sqs/queue:Queue",
        ),
        ('aws.ec2.Vpc("v", cidr_block="10.0.0.0/16")', "the embedded account does not do this type yet"),
        ('aws.sqs.Queue("q", kms_master_key_id="alias/mine")', "the embedded account does not do `kmsMasterKeyId` yet"),
        (
            "aws.get_availability_zones()",
            "the embedded account does not do the function aws:index/getAvailabilityZones:getAvailabilityZones yet",
        ),
        ('aws.sqs.Queue("q", visibility_timeout_seconds=43201)', "visibilityTimeoutSeconds 43201 needs 0 to 43200"),
        (
            'aws.sqs.Queue("q", delay_seconds=901, max_message_size=1)',
            "maxMessageSize 1 needs 1024 to 1048576 bytes",
        ),
        ('aws.sqs.Queue("q", policy="{}")', "policy '{}' needs mending: "),
        (
            'q = aws.sqs.Queue("q")\naws.iam.Role("r", assume_role_policy=q.arn.apply(lambda arn: "no"), name="a b")',
            "name 'a b' needs characters of A-Z a-z 0-9 _ + = , . @ -",
        ),
    ],
)
def test_what_the_provider_does_not_know_is_named_at_preview(through: Through, source: str, told: str) -> None:
    with through(source) as door, pytest.raises(Refused) as refused:
        door.preview()

    assert told in str(refused.value)


def test_a_secret_stays_secret_and_does_its_work(through: Through) -> None:
    source = """
        role = aws.iam.Role("r", assume_role_policy=TRUST)
        f = function("f", role, environment={"variables": {"KEY": pulumi.Output.secret("hush")}})
        pulumi.export("told", f.environment.apply(lambda each: each.variables["KEY"]))
        pulumi.export("is_secret", pulumi.Output.from_input(f.environment.is_secret()).apply(str))
    """
    with through(source) as door:
        exports = door.up()
        [made] = door.account.client("lambda").list_functions()["Functions"]

    assert made["Environment"]["Variables"] == {"KEY": "hush"}
    assert exports == {"told": "hush", "is_secret": "True"}


def test_a_thing_that_is_there_is_imported_as_it_is(through: Through) -> None:
    source = """
        q = aws.sqs.Queue("q", name="mine", visibility_timeout_seconds=31, opts=pulumi.ResourceOptions(
            import_="https://sqs.eu-west-1.amazonaws.com/111111111111/mine"))
        pulumi.export("arn", q.arn)
    """
    with through(source) as door:
        door.account.client("sqs").create_queue(QueueName="mine", Attributes={"VisibilityTimeout": "31"})
        exports = door.up()

    assert exports == {"arn": "arn:aws:sqs:eu-west-1:111111111111:mine"}


def test_an_imported_thing_becomes_what_the_program_says(through: Through) -> None:
    url = "https://sqs.eu-west-1.amazonaws.com/111111111111/mine"
    source = f"""
        aws.sqs.Queue("q", name="mine", visibility_timeout_seconds=31, opts=pulumi.ResourceOptions(import_="{url}"))
    """
    with through(source) as door:
        sqs = door.account.client("sqs")
        sqs.create_queue(QueueName="mine", Attributes={"VisibilityTimeout": "32"})
        door.up()
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]

    assert told == {"VisibilityTimeout": "31"}


def test_what_is_not_there_cannot_be_imported(through: Through) -> None:
    url = "https://sqs.eu-west-1.amazonaws.com/111111111111/gone"
    source = f'aws.sqs.Queue("q", name="gone", opts=pulumi.ResourceOptions(import_="{url}"))'

    with through(source) as door, pytest.raises(Refused, match="gone"):
        door.up()


def test_a_thing_that_is_there_is_read(through: Through) -> None:
    source = """
        group = aws.cloudwatch.LogGroup.get("g", "mine")
        pulumi.export("days", group.retention_in_days)
        pulumi.export("arn", group.arn)
    """
    with through(source) as door:
        logs = door.account.client("logs")
        logs.create_log_group(logGroupName="mine")
        logs.put_retention_policy(logGroupName="mine", retentionInDays=7)
        exports = door.up()

    assert exports == {"days": 7, "arn": "arn:aws:logs:eu-west-1:111111111111:log-group:mine"}


def test_an_alias_keeps_a_thing_and_its_name(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    project = write_program(tmp_path, 'aws.sqs.Queue("readings")')
    (project / "Pulumi.dev.yaml").write_text(PAGE, encoding="utf-8")
    with new_stack(request.getfixturevalue("cli"), tmp_path / "real", "dev", project, WHERE) as stack:
        stack.steps("up")
        [before] = stack.account.client("sqs").list_queues()["QueueUrls"]
        stack.rewrite(
            "__main__.py",
            'aws.sqs.Queue("readings")',
            'aws.sqs.Queue("measurements", opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="readings")]))',
        )

        assert stack.steps("up", "--expect-no-changes") == {}
        assert stack.account.client("sqs").list_queues()["QueueUrls"] == [before]
        assert stack.steps("destroy") == {"delete": {"quakes-dev", "measurements"}}
