"""A small project that time sets off: `sweep` puts each hour into a book, and fails in the hours it is told to."""

from __future__ import annotations

from pathlib import Path

from tests.emulator import post_office

PIPELINE = """\
resources:
  book:   {kind: table, hash_key: hour}
  orders: {kind: bucket}
functions:
  sweep:
    handler: sweep.handle
    triggers:
      - kind: schedule
        schedule: rate(1 hour)
        start: "2030-01-01T13:00:00Z"
        input: {hour: <aws.scheduler.scheduled-time>}
    access:
      - {write: book}
      - {list: orders}
"""

SWEEP = """\
import os

import boto3


def handle(event, context):
    orders = boto3.client("s3").list_objects_v2(Bucket=os.environ["ORDERS_BUCKET_NAME"])
    if event["hour"] in [entry["Key"] for entry in orders.get("Contents", [])]:
        raise ValueError("not in this hour")
    item = {"hour": {"S": event["hour"]}}
    boto3.client("dynamodb").put_item(TableName=os.environ["BOOK_TABLE_NAME"], Item=item)
    return {"swept": 1}
"""

JOURNEYS = """\
a-quiet-night:
  story: what runs every hour runs every hour
  send:
    - {wait: 12 hours}
  expect:
    processed: {sweep: 12}
    attempts: {sweep: 12}
    returned: {sweep: {swept: 12}}
    wrote: {book: 12}
an-hour-that-fails:
  story: one run fails for good, lands, and holds up no other
  send:
    - {wait: 90 minutes}
    - {put: orders, key: "2030-01-01T14:00:00Z", text: fail}
    - {wait: 4 hours}
  expect:
    processed: {sweep: 4}
    attempts: {sweep: 7}
    wrote: {book: 4, orders: 0}
    dead_lettered: {sweep.failures: 1}
without-the-right:
  story: without its right to invoke, each run lands at once where the schedule puts it
  send:
    - {wait: 2 hours}
  without: [sweep-on-schedule]
  expect:
    dead_lettered: {sweep-on-schedule.dead-letters: 2}
    denied: [sweep-on-schedule]
no-time-at-all:
  story: where no time passes nothing runs
  send:
    - {put: orders, key: nothing, text: nothing}
  expect:
    processed: {}
"""


def build(root: Path) -> Path:
    """Write the project below `root`, with this repository's own program."""
    post_office.build(root, journeys=JOURNEYS, pipeline=PIPELINE)
    (root / "pipelines" / "post" / "handlers" / "sweep.py").write_text(SWEEP)
    return root
