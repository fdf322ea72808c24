"""Every resource belongs to a provider, the default one only where it is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.programs import deployed, problems

DISABLED = {"pulumi:disable-default-providers": ["aws"]}
NONE = (
    "has no provider of its own, and pulumi:disable-default-providers forbids the default one: "
    "give it one, or give a component above it providers=[...]"
)
PROVIDER = """
provider = aws.Provider("account", region="eu-west-1", default_tags={"tags": {"stack": "dev", "team": "ours"}})
"""


@pytest.mark.parametrize("disabled", [["aws"], ["*"], ["random", "aws"]])
def test_a_resource_without_a_provider_is_refused_where_the_default_is_forbidden(
    tmp_path: Path, disabled: list[str]
) -> None:
    config = {"pulumi:disable-default-providers": disabled}

    assert problems(tmp_path, 'aws.sqs.Queue("readings")', config=config) == [f"aws:sqs/queue:Queue readings: {NONE}"]


def test_a_function_of_the_default_provider_is_refused_too(tmp_path: Path) -> None:
    assert problems(tmp_path, "aws.get_caller_identity()", config=DISABLED) == [
        f"aws:index/getCallerIdentity:getCallerIdentity: {NONE}"
    ]


def test_a_component_hands_its_providers_on(tmp_path: Path) -> None:
    source = f"""{PROVIDER}
class Feed(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("x:y:Feed", "feed", None, pulumi.ResourceOptions(providers=[provider]))
        self.queue = aws.sqs.Queue("readings", opts=pulumi.ResourceOptions(parent=self))
Feed()
"""

    with deployed(tmp_path, source, config=DISABLED) as (_, deployment):
        assert deployment.named("Queue", "readings").arn


def test_default_tags_are_put_below_a_resources_own(tmp_path: Path) -> None:
    source = (
        PROVIDER + 'aws.sqs.Queue("readings", tags={"team": "theirs"}, opts=pulumi.ResourceOptions(provider=provider))'
    )

    with deployed(tmp_path, source) as (account, deployment):
        queue = deployment.named("Queue", "readings")

        assert account.client("sqs").list_queue_tags(QueueUrl=queue.id)["Tags"] == {"stack": "dev", "team": "theirs"}
        assert queue.outputs["tags"] == {"team": "theirs"}
        assert queue.outputs["tagsAll"] == {"stack": "dev", "team": "theirs"}


def test_what_belongs_to_a_wrong_provider_is_left_out_without_a_word(tmp_path: Path) -> None:
    source = """
        provider = aws.Provider("account", region="us-east-1")
        aws.sqs.Queue("readings", opts=pulumi.ResourceOptions(provider=provider))
    """

    assert problems(tmp_path, source) == [
        "pulumi:providers:aws account: region 'us-east-1' needs 'eu-west-1': the embedded account has this one region"
    ]


def test_a_provider_with_an_unknown_setting_is_refused_by_its_path(tmp_path: Path) -> None:
    source = 'aws.Provider("account", region=aws.s3.Bucket("feed").hosted_zone_id)'

    assert problems(tmp_path, source) == ["pulumi:providers:aws account: input region has no known value"]


def test_the_default_provider_is_set_by_config(tmp_path: Path) -> None:
    config = {"aws:region": "eu-west-1", "aws:defaultTags": {"tags": {"stack": "dev"}}}

    with deployed(tmp_path, 'aws.sqs.Queue("readings")', config=config) as (_, deployment):
        assert deployment.named("Queue", "readings").outputs["tagsAll"] == {"stack": "dev"}


def test_a_default_provider_of_another_region_is_refused(tmp_path: Path) -> None:
    assert problems(tmp_path, 'aws.sqs.Queue("readings")', config={"aws:region": "us-east-1"}) == [
        "aws:sqs/queue:Queue readings: its default provider is set wrongly: "
        "region 'us-east-1' needs 'eu-west-1': the embedded account has this one region"
    ]


def test_a_resource_of_another_region_is_refused(tmp_path: Path) -> None:
    assert problems(tmp_path, 'aws.sqs.Queue("readings", region="us-east-1")') == [
        "aws:sqs/queue:Queue readings: region 'us-east-1' needs 'eu-west-1': the embedded account has this one region"
    ]
