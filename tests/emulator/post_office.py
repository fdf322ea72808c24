"""A small project to run: an inbox wakes `sort`, which sends each letter to a queue, and `keep` puts it on a shelf."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

PIPELINE = """\
resources:
  inbox:   {kind: bucket}
  letters: {kind: queue}
  shelf:   {kind: table, hash_key: letter}
functions:
  sort:
    handler: sort.handle
    triggers:
      - {kind: s3, bucket: inbox, prefix: incoming/}
    access:
      - {read: inbox, prefix: incoming/}
      - {send: letters}
  keep:
    handler: keep.handle
    triggers:
      - {kind: sqs, queue: letters}
    access:
      - {write: shelf}
"""

SORT = """\
import os

import boto3


def handle(event, context):
    sent = 0
    for record in event["Records"]:
        where = {"Bucket": record["s3"]["bucket"]["name"], "Key": record["s3"]["object"]["key"]}
        for letter in boto3.client("s3").get_object(**where)["Body"].read().decode().split():
            boto3.client("sqs").send_message(QueueUrl=os.environ["LETTERS_QUEUE_URL"], MessageBody=letter)
            print("sent", letter)
            sent += 1
    return {"sent": sent}
"""

KEEP = """\
import os

import boto3


def handle(event, context):
    failed = []
    for record in event["Records"]:
        if record["body"] == "torn":
            failed.append({"itemIdentifier": record["messageId"]})
            continue
        item = {"letter": {"S": record["body"]}}
        boto3.client("dynamodb").put_item(TableName=os.environ["SHELF_TABLE_NAME"], Item=item)
    return {"batchItemFailures": failed}
"""

JOURNEYS = """\
three-letters:
  story: three letters in one file, one of them torn
  send:
    - {put: inbox, key: incoming/monday, text: one two torn}
  expect:
    processed: {sort: 1, keep: 2}
    attempts: {sort: 1, keep: 5}
    returned: {sort: {sent: 3}}
    wrote: {shelf: 2}
    dead_lettered: {letters.dead-letters: 1}
one-letter:
  story: a letter that goes to the queue at once
  send:
    - {send: letters, text: four}
  expect:
    processed: {keep: 1}
    wrote: {shelf: 1, inbox: 0}
"""

STACK = """\
config:
  eventwire:environment:
    account_id: "111111111111"
    region: eu-west-1
    deploy_role: {name: deployer}
    defaults:
      bucket: {protect: false}
      table: {protect: false, deletion_protection: false}
"""


def build(root: Path, journeys: str = JOURNEYS, pipeline: str = PIPELINE, stack: str = STACK) -> Path:
    """Write the project below `root`, with this repository's own program."""
    folder = root / "pipelines" / "post"
    (folder / "handlers").mkdir(parents=True)
    (folder / "handlers" / "sort.py").write_text(SORT)
    (folder / "handlers" / "keep.py").write_text(KEEP)
    (folder / "pipeline.yaml").write_text(pipeline)
    (folder / "journeys.yaml").write_text(journeys)
    (root / "Pulumi.dev.yaml").write_text(stack)
    shutil.copy(ROOT / "__main__.py", root)
    shutil.copy(ROOT / "Pulumi.yaml", root)
    return root
