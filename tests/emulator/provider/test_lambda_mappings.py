"""Mappings are made as Lambda makes them, and refused as Lambda refuses them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.emulator.programs import deployed, problems

WORKER = """
role = aws.iam.Role("role", assume_role_policy=TRUST)
worker = function("worker", role, timeout=1)
"""

MAPPING = f"""{WORKER}
def queue(**said):
    made = aws.sqs.Queue("readings", **said)
    return made, aws.iam.RolePolicy("may-poll", role=role.name, policy=allow("sqs:*", made.arn))
def mapping(queue, policy, name="mapping", **said):
    aws.lambda_.EventSourceMapping(name, opts=after(policy), **{{"event_source_arn": queue.arn,
        "function_name": worker.arn, **said}})
"""
ESM = "aws:lambda/eventSourceMapping:EventSourceMapping mapping"


def test_a_mapping_is_made_with_all_that_is_said(tmp_path: Path) -> None:
    source = f"""{MAPPING}
mapping(*queue(), batch_size=10000, maximum_batching_window_in_seconds=300, enabled=False,
    function_response_types=["ReportBatchItemFailures"], scaling_config={{"maximum_concurrency": 2}},
    filter_criteria={{"filters": [{{"pattern": json.dumps({{"body": {{"type": ["quake"]}}}})}}]}}, tags={{"a": "b"}})
"""

    with deployed(tmp_path, source) as (account, deployment):
        mapping = deployment.named("EventSourceMapping", "mapping")
        told = account.client("lambda").get_event_source_mapping(UUID=mapping.id)

        assert (told["BatchSize"], told["MaximumBatchingWindowInSeconds"], told["State"]) == (10000, 300, "Disabled")
        assert told["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert told["ScalingConfig"] == {"MaximumConcurrency": 2}
        assert told["FilterCriteria"] == {"Filters": [{"Pattern": '{"body": {"type": ["quake"]}}'}]}
        assert mapping.outputs["functionArn"] == deployment.named("Function", "worker").arn


@pytest.mark.parametrize(
    ("said", "of_queue", "told"),
    [
        ("batch_size=10001", "", "batchSize 10001 needs 1 to 10000"),
        ("batch_size=0", "", "batchSize 0 needs 1 to 10000"),
        ("batch_size=11", "", "batchSize 11 needs maximumBatchingWindowInSeconds of at least 1"),
        ("batch_size=11", "fifo_queue=True", "batchSize 11 needs 1 to 10: a FIFO queue gives no more"),
        ("maximum_batching_window_in_seconds=301", "", "maximumBatchingWindowInSeconds 301 needs 0 to 300 seconds"),
        (
            "maximum_batching_window_in_seconds=1",
            "fifo_queue=True",
            "maximumBatchingWindowInSeconds 1 needs 0: a FIFO queue has no window",
        ),
        ('scaling_config={"maximum_concurrency": 1}', "", "scalingConfig.maximumConcurrency 1 needs 2 to 1000"),
        (
            'function_response_types=["Batch"]',
            "",
            "functionResponseTypes[0] 'Batch' needs one of ReportBatchItemFailures",
        ),
        ('starting_position="LATEST"', "", "the embedded account does not do `startingPosition` yet"),
        ('function_name="gone"', "", "there is no function gone"),
        ('event_source_arn="arn:aws:sqs:eu-west-1:1:gone"', "", "there is no queue arn:aws:sqs:eu-west-1:1:gone"),
        (
            'event_source_arn="arn:aws:kinesis:eu-west-1:1:stream/quakes"',
            "",
            "eventSourceArn 'arn:aws:kinesis:eu-west-1:1:stream/quakes' needs the ARN of a thing of sqs",
        ),
    ],
)
def test_what_a_mapping_cannot_be_is_refused(tmp_path: Path, said: str, of_queue: str, told: str) -> None:
    assert problems(tmp_path, f"{MAPPING}\nmapping(*queue({of_queue}), {said})") == [f"{ESM}: {told}"]


def test_a_filter_that_matches_nothing_is_refused(tmp_path: Path) -> None:
    source = f"{MAPPING}\nmapping(*queue(), filter_criteria={{'filters': [{{'pattern': '{{\"data\": [1]}}'}}]}})"

    assert problems(tmp_path, source)[0].startswith(f"{ESM}: filterCriteria.filters[0]: ")


def test_a_function_polls_a_queue_once(tmp_path: Path) -> None:
    source = f"""{MAPPING}
made, policy = queue()
mapping(made, policy)
mapping(made, policy, name="mapping-2", function_name=worker.name)
"""

    (problem,) = problems(tmp_path, source)

    assert problem.startswith("aws:lambda/eventSourceMapping:EventSourceMapping mapping-2: worker-")
    assert problem.endswith(" already: a function can poll a queue once")
