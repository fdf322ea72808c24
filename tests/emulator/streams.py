"""Tables with streams, data streams, and functions that are fed from them, in an open account, made with boto3."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any

from emulator.account import Account
from emulator.journal import Hop, Outcome
from tests.emulator.functions import Functions, allow

ACCOUNT_ID = "111111111111"
REGION = "eu-west-1"
FAILED_BUCKET = "arn:aws:s3:::failed"

QUIET = "def handle(event, context):\n    return None\n"
FAILING = "def handle(event, context):\n    raise ValueError('boom')\n"

NAMES_THE_BAD_ITEM = """
    def handle(event, context):
        for record in event["Records"]:
            if record["dynamodb"]["Keys"]["id"]["S"].startswith("bad"):
                return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    """
"""Fails on items whose id begins with `bad`, and names the first of them."""

RAISES_ON_A_BAD_ITEM = """
    def handle(event, context):
        if any(record["dynamodb"]["Keys"]["id"]["S"].startswith("bad") for record in event["Records"]):
            raise ValueError("bad")
    """

NAMES_THE_BAD_RECORD = """
    import base64

    def handle(event, context):
        for record in event["Records"]:
            if base64.b64decode(record["kinesis"]["data"]).startswith(b"bad"):
                return {"batchItemFailures": [{"itemIdentifier": record["kinesis"]["sequenceNumber"]}]}
    """


def reading_rights(arn: str) -> list[dict[str, Any]]:
    """What reading a stream needs, or a consumer of it."""
    if ":dynamodb:" in arn:
        actions = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
        return [{"Effect": "Allow", "Action": actions, "Resource": arn}]
    actions = ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"]
    return [
        {"Effect": "Allow", "Action": actions, "Resource": arn.partition("/consumer/")[0]},
        *([allow("kinesis:SubscribeToShard", arn)] if "/consumer/" in arn else []),
    ]


class Streams:
    """Makes things in `account`. Tables and streams are named `feeds.NAME`, as functions are."""

    def __init__(self, account: Account, functions: Functions) -> None:
        self.account = account
        self.functions = functions

    def table(self, name: str = "quakes", view: str = "NEW_AND_OLD_IMAGES") -> str:
        """A table whose key is `id`; returns its stream's ARN."""
        table = self.account.client("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": view},
        )["TableDescription"]
        self.account.names.give(table["TableArn"], f"feeds.{name}")
        arn: str = table["LatestStreamArn"]
        return arn

    def put(self, *ids: str, table: str = "quakes", **attributes: Any) -> None:
        """Put items into a table, one by one."""
        for each in ids:
            self.account.client("dynamodb").put_item(TableName=table, Item={"id": {"S": each}, **attributes})

    def stream(self, name: str = "tremors", shards: int = 1) -> str:
        """A data stream; returns its ARN."""
        arn = f"arn:aws:kinesis:{REGION}:{ACCOUNT_ID}:stream/{name}"
        self.account.client("kinesis").create_stream(StreamName=name, ShardCount=shards)
        self.account.names.give(arn, f"feeds.{name}")
        return arn

    def consumer(self, stream_arn: str, name: str = "alarm") -> str:
        """A consumer with enhanced fan-out; returns its ARN."""
        arn: str = self.account.client("kinesis").register_stream_consumer(StreamARN=stream_arn, ConsumerName=name)[
            "Consumer"
        ]["ConsumerARN"]
        return arn

    def record(self, *datas: str, key: str = "a", stream: str = "tremors") -> list[str]:
        """Put records of one partition key into a data stream; returns their sequence numbers."""
        kinesis = self.account.client("kinesis")
        return [
            kinesis.put_record(StreamName=stream, PartitionKey=key, Data=data.encode())["SequenceNumber"]
            for data in datas
        ]

    def feed(self, function_arn: str, stream_arn: str, **options: Any) -> str:
        """Let a stream feed a function; returns the mapping's id. It starts at the first record, unless it says."""
        uuid: str = self.account.client("lambda").create_event_source_mapping(
            FunctionName=function_arn, EventSourceArn=stream_arn, **{"StartingPosition": "TRIM_HORIZON", **options}
        )["UUID"]
        return uuid

    def fed_function(self, source: str, stream_arn: str, *rights: Any, name: str = "record", **options: Any) -> str:
        """A function that may read a stream, and is fed from it."""
        arn = self.functions.make(source, *reading_rights(stream_arn), *rights, name=name)
        self.feed(arn, stream_arn, **options)
        return arn

    def careful_function(self, source: str, stream_arn: str, *, name: str = "record", **options: Any) -> str:
        """A function whose failed batches go to a bucket: two retries, an hour, bisecting, and partial failures."""
        self.bucket()
        careful = {
            "MaximumRetryAttempts": 2,
            "MaximumRecordAgeInSeconds": 3600,
            "BisectBatchOnFunctionError": True,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "DestinationConfig": {"OnFailure": {"Destination": FAILED_BUCKET}},
        }
        rights = allow("s3:PutObject", f"{FAILED_BUCKET}/*"), allow("s3:ListBucket", FAILED_BUCKET)
        return self.fed_function(source, stream_arn, *rights, name=name, **{**careful, **options})

    def bucket(self) -> None:
        self.account.client("s3").create_bucket(
            Bucket="failed", CreateBucketConfiguration={"LocationConstraint": REGION}
        )

    def failed(self) -> dict[str, Any]:
        """What lies in the bucket for failed batches, by key."""
        s3 = self.account.client("s3")
        found = s3.list_objects_v2(Bucket="failed").get("Contents", ())
        return {
            each["Key"]: json.loads(s3.get_object(Bucket="failed", Key=each["Key"])["Body"].read()) for each in found
        }

    def failed_ids(self) -> list[str]:
        """The items or the data in those batches."""
        return [each for batch in self.failed().values() for each in ids(json.loads(batch["payload"]))]

    def invocations(self) -> list[Hop]:
        return [hop for hop in self.account.journal.hops if "function" in hop.details]

    def payloads(self) -> list[Any]:
        """What functions received, in order."""
        return [hop.details["payload"] for hop in self.invocations()]

    def seen(self) -> list[list[str]]:
        """The items or the data that each invocation received."""
        return [ids(payload) for payload in self.payloads()]

    def hops(self, outcome: Outcome) -> list[Hop]:
        return [hop for hop in self.account.journal.hops if hop.outcome is outcome]

    def counts(self, source: str, target: str = "feeds.record") -> tuple[int, int, int, int]:
        """Sent, processed, dead-lettered and filtered on one edge."""
        for row in self.account.tally.rows():
            if (row.edge.source, row.edge.target) == (source, target):
                return row.sent, row.processed, row.dead_lettered, row.filtered
        return 0, 0, 0, 0


def ids(payload: Any) -> list[str]:
    """The items of an event of a table's stream, or the data of one of a data stream."""
    return [
        record["dynamodb"]["Keys"]["id"]["S"]
        if "dynamodb" in record
        else base64.b64decode(record["kinesis"]["data"]).decode()
        for record in payload["Records"]
    ]


def out_of_order(hops: Iterable[Hop]) -> list[str]:
    """What was handed over although it, or a later record of its key, had been dealt with before."""
    done: dict[tuple[str, str, str], int] = {}
    wrong = []
    for hop in hops:
        payload = hop.details.get("payload")
        for place, record in enumerate(payload.get("Records", ()) if isinstance(payload, dict) else ()):
            if "kinesis" in record:
                key, number = record["kinesis"]["partitionKey"], int(record["kinesis"]["sequenceNumber"])
            elif "dynamodb" in record:
                key, number = json.dumps(record["dynamodb"]["Keys"]), int(record["dynamodb"]["SequenceNumber"])
            else:
                continue
            way = (record["eventSourceARN"], hop.target, key)
            if number <= done.get(way, -1):
                wrong.append(f"{record['eventID']} of {key} to {hop.target} at {hop.at}")
            if hop.outcome is Outcome.DELIVERED and place < hop.size:
                done[way] = number
    return wrong
