"""A small project in which one function hears the log of another: `sort` complains of torn letters, and `warn` puts
each complaint on a shelf, but for one that it cannot take."""

from __future__ import annotations

from pathlib import Path

from tests.emulator import post_office

PIPELINE = """\
resources:
  inbox: {kind: bucket}
  shelf: {kind: table, hash_key: text}
functions:
  sort:
    handler: sort.handle
    triggers:
      - {kind: s3, bucket: inbox}
    access:
      - {read: inbox}
  warn:
    handler: warn.handle
    triggers:
      - {kind: log_subscription, logs_of: sort, pattern: '{ $.level = "ERROR" && $.message = "torn *" }'}
    access:
      - {write: shelf}
"""

SORT = """\
import logging

import boto3


def handle(event, context):
    for record in event["Records"]:
        where = {"Bucket": record["s3"]["bucket"]["name"], "Key": record["s3"]["object"]["key"]}
        for letter in boto3.client("s3").get_object(**where)["Body"].read().decode().splitlines():
            if letter.startswith("torn"):
                logging.error(letter)
            else:
                print("sorted", letter)
"""

WARN = """\
import base64
import gzip
import json
import os

import boto3


def handle(event, context):
    batch = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    complaints = [json.loads(line["message"])["message"] for line in batch["logEvents"]]
    if "torn poison" in complaints:
        raise ValueError("boom")
    for complaint in complaints:
        item = {"text": {"S": complaint}, "stream": {"S": batch["logStream"]}}
        boto3.client("dynamodb").put_item(TableName=os.environ["SHELF_TABLE_NAME"], Item=item)
    return {"warned": len(complaints)}
"""

JOURNEYS = """\
two-torn-letters:
  story: what one function complains of, another one hears; the rest of its log it does not
  send:
    - {put: inbox, key: monday, text: "one\\ntorn two\\nthree\\ntorn four"}
  expect:
    processed: {sort: 1, warn: 1}
    attempts: {sort: 1, warn: 1}
    returned: {warn: {warned: 2}}
    wrote: {shelf: 2}
all-is-well:
  story: a log without complaints wakes nobody
  send:
    - {put: inbox, key: monday, text: one}
  expect:
    processed: {sort: 1}
    attempts: {warn: 0}
a-complaint-that-nobody-can-take:
  story: a line that the function fails on is tried three times and lands, and holds up no other
  send:
    - {put: inbox, key: monday, text: torn poison}
    - {put: inbox, key: tuesday, text: torn two}
  expect:
    processed: {sort: 2, warn: 1}
    attempts: {warn: 4}
    wrote: {shelf: 1}
    dead_lettered: {warn.failures: 1}
"""


def build(root: Path) -> Path:
    """Write the project below `root`, with this repository's own program."""
    post_office.build(root, journeys=JOURNEYS, pipeline=PIPELINE)
    for name, source in (("sort", SORT), ("warn", WARN)):
        (root / "pipelines" / "post" / "handlers" / f"{name}.py").write_text(source)
    return root
