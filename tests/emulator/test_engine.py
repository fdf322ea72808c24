"""A program is deployed whole, or every reason why not is told at once."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from emulator.account import Account
from emulator.engine import Deployment, DeploymentError, deploy, destroy, withdraw
from emulator.wire import Secret
from tests.emulator.programs import ACCOUNT_ID, HEAD_LINES, REGION, deployed, problems, write_program

QUEUE = """
    queue = aws.sqs.Queue("readings", visibility_timeout_seconds=60)
    pulumi.export("arn", queue.arn)
    pulumi.export("url", queue.url)
"""

WORKER = """
    role = aws.iam.Role("worker-role", assume_role_policy=TRUST)
    worker = function("worker", role)
    pulumi.export("worker", worker.arn)
"""


def test_outputs_are_what_was_really_made(tmp_path: Path) -> None:
    with deployed(tmp_path, QUEUE) as (account, deployment):
        queue = deployment.named("Queue", "readings")

        assert deployment.outputs == {"arn": queue.arn, "url": queue.outputs["url"]}
        assert queue.id == account.client("sqs").get_queue_url(QueueName=queue.outputs["name"])["QueueUrl"]
        answer = account.client("sqs").get_queue_attributes(QueueUrl=queue.id, AttributeNames=["All"])["Attributes"]
        assert (answer["QueueArn"], answer["VisibilityTimeout"]) == (queue.arn, "60")


def test_things_are_called_by_their_logical_names(tmp_path: Path) -> None:
    with deployed(tmp_path, QUEUE) as (account, deployment):
        assert account.names.of(deployment.outputs["arn"]) == "readings"


def test_the_ledger_of_the_stack_names_things_over_their_logical_names(tmp_path: Path) -> None:
    ledger = """
        queue = aws.sqs.Queue("readings")
        thing = {"kind": "queue", "arn": queue.arn, "verbs": {}}
        pulumi.export("ledger", {"things": {"feeds.readings": thing}})
    """

    with deployed(tmp_path, ledger) as (account, deployment):
        assert account.names.of(deployment.named("Queue", "readings").arn or "") == "feeds.readings"


def test_an_output_that_nobody_made_stays_unknown_and_is_refused_where_it_is_used(tmp_path: Path) -> None:
    source = """
        role = aws.iam.Role("worker-role", assume_role_policy=TRUST)
        bucket = aws.s3.Bucket("feed")
        function("worker", role, environment={"variables": {"ZONE": bucket.hosted_zone_id, "NAME": bucket.bucket}})
    """

    assert problems(tmp_path, source) == [
        "aws:lambda/function:Function worker: input environment.variables.ZONE has no known value"
    ]


def test_an_export_without_a_known_value_is_refused_by_its_path(tmp_path: Path) -> None:
    source = """
        bucket = aws.s3.Bucket("feed")
        pulumi.export("zones", [{"feed": bucket.hosted_zone_id}])
    """

    assert problems(tmp_path, source) == ["export zones[0].feed has no known value"]


def test_an_unknown_type_is_refused_by_name(tmp_path: Path) -> None:
    assert problems(tmp_path, 'aws.glacier.Vault("quakes")') == [
        "aws:glacier/vault:Vault quakes: the embedded account does not do this type yet"
    ]


def test_an_unknown_type_of_a_known_service_comes_with_the_known_ones(tmp_path: Path) -> None:
    assert problems(tmp_path, 'aws.iam.Group("people")') == [
        "aws:iam/group:Group people: the embedded account does not do this type yet: "
        "of this service it knows aws:iam/role:Role, aws:iam/rolePolicy:RolePolicy"
    ]


def test_an_unknown_option_is_refused_by_name(tmp_path: Path) -> None:
    assert problems(tmp_path, 'aws.sqs.Queue("readings", kms_master_key_id="alias/aws/sqs")') == [
        "aws:sqs/queue:Queue readings: the embedded account does not do `kmsMasterKeyId` yet"
    ]


def test_a_provider_of_another_package_is_refused_by_name(tmp_path: Path) -> None:
    source = """
        class Random(pulumi.CustomResource):
            def __init__(self, name):
                super().__init__("random:index/randomId:RandomId", name, {"byteLength": 4})
        Random("id")
    """

    assert problems(tmp_path, source) == [
        "random:index/randomId:RandomId id: the embedded account does not do this type yet"
    ]


@pytest.mark.parametrize("call", ["aws.get_availability_zones()", "aws.get_availability_zones_output()"])
def test_an_unknown_function_is_refused_by_name(tmp_path: Path, call: str) -> None:
    token = "aws:index/getAvailabilityZones:getAvailabilityZones"

    (problem,) = problems(tmp_path, f"zones = {call}")

    assert problem.startswith(f"{token}: the embedded account does not do the function {token} yet: of this")


def test_the_line_that_called_an_unknown_function_is_told(tmp_path: Path) -> None:
    project = write_program(tmp_path, "\naws.get_availability_zones()\n")

    with Account(ACCOUNT_ID, REGION) as account, pytest.raises(DeploymentError) as raised:
        deploy(account, project, "dev", config={})

    assert [problem.where for problem in raised.value.problems] == [f"__main__.py:{HEAD_LINES + 1}"]


def test_every_problem_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    files = {
        "queues.py": """
            import pulumi_aws as aws

            def queue(name):
                return aws.sqs.Queue(name, delay_seconds=901)
        """
    }
    source = """
        import queues
        queues.queue("a")
        aws.sqs.Queue("b",
            visibility_timeout_seconds=43201)
    """
    project = write_program(tmp_path, source, files)

    with Account(ACCOUNT_ID, REGION) as account, pytest.raises(DeploymentError) as raised:
        deploy(account, project, "dev", config={})

    assert str(raised.value).splitlines() == [
        "queues.py:5  aws:sqs/queue:Queue a: delaySeconds 901 needs 0 to 900 seconds",
        f"__main__.py:{HEAD_LINES + 3}  aws:sqs/queue:Queue b: visibilityTimeoutSeconds 43201 needs 0 to 43200 seconds",
    ]


def test_what_depends_on_a_problem_is_left_out_without_a_word(tmp_path: Path) -> None:
    source = """
        queue = aws.sqs.Queue("readings", delay_seconds=901)
        aws.sqs.QueuePolicy("policy", queue_url=queue.url, policy="no JSON")
        aws.sqs.Queue("after", opts=after(queue))
        aws.sqs.Queue("apart", delay_seconds=902)
    """

    assert problems(tmp_path, source) == [
        "aws:sqs/queue:Queue apart: delaySeconds 902 needs 0 to 900 seconds",
        "aws:sqs/queue:Queue readings: delaySeconds 901 needs 0 to 900 seconds",
    ]


def test_two_of_the_same_type_and_name_are_refused(tmp_path: Path) -> None:
    assert problems(tmp_path, 'aws.sqs.Queue("readings")\naws.sqs.Queue("readings")') == [
        "aws:sqs/queue:Queue readings: there are two of this type and name below the same parent: "
        "a URN must tell them apart"
    ]


def test_the_same_name_below_two_parents_is_two_resources(tmp_path: Path) -> None:
    source = """
        class Feed(pulumi.ComponentResource):
            def __init__(self, name):
                super().__init__("x:y:" + name, name)
                aws.sqs.Queue("queue", opts=pulumi.ResourceOptions(parent=self))
        Feed("A")
        Feed("B")
    """

    with deployed(tmp_path, source) as (_, deployment):
        queues = [each for each in deployment.resources.values() if each.type == "aws:sqs/queue:Queue"]
        assert len({queue.outputs["name"] for queue in queues}) == 2


def test_two_things_of_one_physical_name_are_refused(tmp_path: Path) -> None:
    assert problems(tmp_path, 'aws.sqs.Queue("a", name="q")\naws.sqs.Queue("b", name="q")') == [
        "aws:sqs/queue:Queue b: name 'q' is a's already: AWS keeps one, and a second would replace it without a word"
    ]


def test_secrets_stay_secret_in_the_record_and_reach_the_account_plain(tmp_path: Path) -> None:
    source = """
        role = aws.iam.Role("worker-role", assume_role_policy=TRUST, tags={"pin": pulumi.Output.secret("hush")})
        function("worker", role, environment={"variables": {"PIN": pulumi.Output.secret("hush")}})
        pulumi.export("pin", pulumi.Output.secret("hush"))
    """

    with deployed(tmp_path, source) as (account, deployment):
        worker = deployment.named("Function", "worker")

        assert worker.inputs["environment"] == Secret({"variables": {"PIN": "hush"}})
        assert deployment.outputs["pin"] == Secret("hush")
        assert "hush" not in repr(deployment)
        configuration = account.client("lambda").get_function_configuration(FunctionName=worker.id)
        assert configuration["Environment"]["Variables"] == {"PIN": "hush"}


def test_an_error_about_a_secret_does_not_tell_it(tmp_path: Path) -> None:
    source = 'aws.sqs.Queue("readings", name=pulumi.Output.secret("hush hush"))'

    (problem,) = problems(tmp_path, source)

    assert problem.startswith("aws:sqs/queue:Queue readings: name '[secret]' needs 1 to 80 characters")


def test_two_runs_in_one_process_give_the_same(tmp_path: Path) -> None:
    def run() -> dict[str, Any]:
        with deployed(tmp_path, QUEUE + WORKER) as (_, deployment):
            return {urn: resource.outputs for urn, resource in deployment.resources.items()}

    assert json.dumps(run(), default=str) == json.dumps(run(), default=str)


def test_modules_of_the_program_are_imported_anew_each_time(tmp_path: Path) -> None:
    files = {"queues.py": 'import pulumi_aws as aws\nreadings = aws.sqs.Queue("readings")\n'}

    for _ in range(2):
        with deployed(tmp_path, "import queues", files) as (_, deployment):
            assert deployment.named("Queue", "readings").arn
    assert "queues" not in sys.modules


def test_the_folder_and_the_path_of_the_process_are_as_before(tmp_path: Path) -> None:
    folder, path = Path.cwd(), list(sys.path)

    with deployed(tmp_path, QUEUE):
        assert (Path.cwd(), sys.path) == (folder, path)


def test_a_run_error_is_told_as_it_is(tmp_path: Path) -> None:
    assert problems(tmp_path, 'raise pulumi.RunError("the pages need mending:\\nfeeds.yaml:3")') == [
        "the pages need mending:\nfeeds.yaml:3"
    ]


@pytest.mark.parametrize(
    ("ending", "told"),
    [
        ('raise SystemExit("no region")', "no region"),
        ("raise SystemExit(3)", "the program ended itself with exit code 3"),
    ],
)
def test_a_program_that_ends_itself_fails(tmp_path: Path, ending: str, told: str) -> None:
    assert problems(tmp_path, ending) == [told]


def test_a_program_that_ends_itself_well_is_deployed(tmp_path: Path) -> None:
    with deployed(tmp_path, f"{QUEUE}\n    raise SystemExit(0)") as (_, deployment):
        assert deployment.named("Queue", "readings").arn


def test_an_error_of_the_program_keeps_its_traceback_as_cause_and_tells_its_line(tmp_path: Path) -> None:
    project = write_program(tmp_path, "{}['missing']")

    with Account(ACCOUNT_ID, REGION) as account, pytest.raises(DeploymentError) as raised:
        deploy(account, project, "dev", config={})

    assert str(raised.value) == f"__main__.py:{HEAD_LINES + 1}  the program raised KeyError: 'missing'"
    assert isinstance(raised.value.__cause__, KeyError)


def test_an_error_in_an_apply_is_told_beside_the_problems_with_resources(tmp_path: Path) -> None:
    source = """
        aws.sqs.Queue("late", delay_seconds=901)
        aws.sqs.Queue("readings").arn.apply(lambda arn: {}[arn])
    """

    found = problems(tmp_path, source)

    assert found[0] == "aws:sqs/queue:Queue late: delaySeconds 901 needs 0 to 900 seconds"
    assert found[1].startswith("the program raised KeyError: 'arn:aws:sqs:")


def test_an_error_that_is_logged_fails_the_deployment(tmp_path: Path) -> None:
    assert problems(tmp_path, 'pulumi.error("no quakes today")') == ["no quakes today"]


def test_the_program_may_be_asynchronous(tmp_path: Path) -> None:
    source = """
        async def main():
            return {"arn": aws.sqs.Queue("readings").arn}
        pulumi.run(main)
    """

    with deployed(tmp_path, source) as (_, deployment):
        assert deployment.outputs["arn"] == deployment.named("Queue", "readings").arn


THEIRS = "https://sqs.eu-west-1.amazonaws.com/111111111111/theirs"


def test_what_is_not_there_can_be_neither_read_nor_imported(tmp_path: Path) -> None:
    refused = [f"aws:sqs/queue:Queue theirs: {THEIRS} is not in the account"]

    assert problems(tmp_path, f'aws.sqs.Queue.get("theirs", "{THEIRS}")') == refused
    imported = f'aws.sqs.Queue("theirs", name="theirs", opts=pulumi.ResourceOptions(import_="{THEIRS}"))'
    assert problems(tmp_path, imported) == refused


def test_what_cannot_be_changed_of_an_imported_thing_must_be_as_the_program_says(tmp_path: Path) -> None:
    source = f"""
        aws.sqs.Queue("ours", name="ours", opts=pulumi.ResourceOptions(import_="{THEIRS}"))
    """
    project = write_program(tmp_path, source)
    with Account(ACCOUNT_ID, REGION) as account:
        account.client("sqs").create_queue(QueueName="theirs")

        with pytest.raises(DeploymentError, match="theirs has name 'theirs', which cannot be changed: the program has"):
            deploy(account, project, "dev", config={})


def test_what_is_imported_gets_the_tags_of_the_program(tmp_path: Path) -> None:
    source = f"""
        aws.sqs.Queue("ours", name="theirs", tags={{"a": "b"}}, opts=pulumi.ResourceOptions(import_="{THEIRS}"))
    """
    project = write_program(tmp_path, source)
    with Account(ACCOUNT_ID, REGION) as account:
        account.client("sqs").create_queue(QueueName="theirs", tags={"old": "yes"})

        deploy(account, project, "dev", config={})

        assert account.client("sqs").list_queue_tags(QueueUrl=THEIRS)["Tags"] == {"a": "b"}


def test_a_thing_that_is_there_is_read(tmp_path: Path) -> None:
    source = 'pulumi.export("days", aws.cloudwatch.LogGroup.get("theirs", "theirs").retention_in_days)'
    project = write_program(tmp_path, source)
    with Account(ACCOUNT_ID, REGION) as account:
        account.client("logs").create_log_group(logGroupName="theirs")
        account.client("logs").put_retention_policy(logGroupName="theirs", retentionInDays=7)

        assert deploy(account, project, "dev", config={}).outputs == {"days": 7}


def test_a_resource_is_found_by_type_and_name_only_if_there_is_just_one(tmp_path: Path) -> None:
    with deployed(tmp_path, QUEUE) as (_, deployment):
        with pytest.raises(LookupError, match="0 Queue called feed in this deployment, needs exactly one"):
            deployment.named("Queue", "feed")
        with pytest.raises(LookupError, match="0 Bucket called readings"):
            deployment.named("Bucket", "readings")


RIGHTS = """
    role = aws.iam.Role("worker-role", assume_role_policy=TRUST)
    worker = function("worker", role)
    queue = aws.sqs.Queue("readings")
    aws.iam.RolePolicy("may-poll", role=role.name, policy=allow("sqs:ReceiveMessage", queue.arn))
    aws.lambda_.Permission("may-push", action="lambda:InvokeFunction", function=worker.name,
        principal="s3.amazonaws.com", source_account="111111111111", source_arn="arn:aws:s3:::feed")
    aws.sqs.QueuePolicy("may-send", queue_url=queue.url, policy=allow("sqs:SendMessage", queue.arn,
        Principal={"Service": "s3.amazonaws.com"}))
    aws.sqs.RedriveAllowPolicy("redrive", queue_url=queue.url, redrive_allow_policy='{"redrivePermission": "denyAll"}')
    bus = aws.cloudwatch.EventBus("announcements")
    aws.cloudwatch.EventBusPolicy("may-put", event_bus_name=bus.name, policy=allow("events:PutEvents", bus.arn,
        Sid="All", Principal="*"))
    bucket = aws.s3.Bucket("feed")
    aws.s3.BucketPolicy("may-read", bucket=bucket.bucket, policy=allow("s3:GetObject",
        pulumi.Output.concat(bucket.arn, "/*"), Principal="*"))
"""


def rights(account: Account, deployment: Deployment) -> set[str]:
    """Which of the program's rights are there."""
    storage = account.storage
    bus = storage.backend("events").event_buses[deployment.named("EventBus", "announcements").id]
    worker = storage.backend("lambda").get_function(deployment.named("Function", "worker").id)
    there = {
        "may-poll": storage.backend("iam").get_role(deployment.named("Role", "worker-role").id).policies,
        "may-push": worker.policy.statements,
        "may-send": storage.backend("sqs").queues[deployment.named("Queue", "readings").outputs["name"]].policy,
        "may-put": bus.policy,
        "may-read": storage.backend("s3").buckets[deployment.named("Bucket", "feed").id].policy,
    }
    return {name for name, right in there.items() if right}


RIGHT_NAMES = {"may-poll", "may-push", "may-send", "may-put", "may-read"}


@pytest.mark.parametrize("name", sorted(RIGHT_NAMES))
def test_a_right_that_is_withdrawn_is_gone_alone_and_comes_back(tmp_path: Path, name: str) -> None:
    with deployed(tmp_path, RIGHTS) as (account, deployment):
        put_back = withdraw(account, deployment, name)
        left = rights(account, deployment)
        put_back()

        assert left == RIGHT_NAMES - {name}
        assert rights(account, deployment) == RIGHT_NAMES


@pytest.mark.parametrize("name", ["readings", "redrive", "nothing"])
def test_only_a_right_can_be_withdrawn(tmp_path: Path, name: str) -> None:
    with (
        deployed(tmp_path, RIGHTS) as (account, deployment),
        pytest.raises(LookupError, match=f"0 right called {name}"),
    ):
        withdraw(account, deployment, name)


def test_everything_is_destroyed_in_the_end(tmp_path: Path) -> None:
    with deployed(tmp_path, RIGHTS) as (account, deployment):
        destroy(account, deployment)

        assert account.client("sqs").list_queues().get("QueueUrls", []) == []
        assert account.client("lambda").list_functions()["Functions"] == []
        assert account.client("iam").list_roles()["Roles"] == []
        assert account.client("s3").list_buckets()["Buckets"] == []
        assert [bus["Name"] for bus in account.client("events").list_event_buses()["EventBuses"]] == ["default"]


def test_what_is_protected_is_not_destroyed_nor_anything_else(tmp_path: Path) -> None:
    source = 'aws.sqs.Queue("kept", opts=pulumi.ResourceOptions(protect=True))\naws.sqs.Queue("other")'

    with deployed(tmp_path, source) as (account, deployment):
        with pytest.raises(DeploymentError, match="Queue kept: is protected"):
            destroy(account, deployment)

        assert len(account.client("sqs").list_queues()["QueueUrls"]) == 2
