"""A small project with every trigger and every resource.

A harbour greets the liners that arrive, and notes in its book each ship it has greeted, the cargo that comes, the
berths that are given away in order, the positions that ships report, and the hours that the clock tells. Its press
office hears of letters, of bulletins, of cranes that stand still, and of whatever the watch calls out.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.conftest import ROOT

PIPELINE = """\
resources:
  arrivals:   {kind: topic}
  departures: {kind: topic}
  berthings:  {kind: topic, fifo: true}
  cargo:      {kind: queue, subscriptions: [{name: goods, topic: arrivals, filter_policy: {cargo: [{exists: true}]}}]}
  berths:     {kind: queue, fifo: true, subscriptions: [{topic: berthings}]}
  ships:      {kind: table, hash_key: ship, stream: new_image}
  positions:  {kind: stream, shards: 1}
  letters:    {kind: bucket}
  bulletins:  {kind: event_bus, archive: {retention_days: 30}}
  book:       {kind: table, hash_key: entry}
functions:
  greet:
    handler: greet.handle
    triggers:
      - {kind: sns, name: hail, topic: arrivals, filter_policy: {kind: [liner]}}
    access:
      - {write: ships}
  note:
    handler: note.handle
    triggers:
      - {kind: sqs, queue: cargo}
      - {kind: sqs, queue: berths}
      - {kind: dynamodb_stream, table: ships, max_retries: 2, filters: [{eventName: [INSERT]}]}
      - {kind: kinesis, stream: positions, max_retries: 3, batch_size: 50}
      - {kind: schedule, name: tide, schedule: "cron(30 14 * * ? *)", time_zone: Europe/Berlin, input: {entry: tide}}
      - {kind: schedule, name: bell, schedule: rate(6 hours), start: "2030-01-01T17:00:00Z",
         input: {entry: <aws.scheduler.scheduled-time>}}
      - {kind: schedule, name: regatta, schedule: at(2030-01-02T09:00:00), input: {entry: regatta}}
    access:
      - {write: book}
  watch:
    handler: watch.handle
    triggers:
      - {kind: kinesis, name: lookout, stream: positions, fan_out: true}
    access:
      - {write: book}
  press:
    handler: press.handle
    triggers:
      - {kind: s3, name: drawings, bucket: letters, suffix: .png}
      - {kind: s3, name: post, bucket: letters, suffix: .txt, via: eventbridge}
      - {kind: event_rule, name: news, event_bus: bulletins, pattern: {source: [harbour]}}
      - {kind: event_rule, name: cranes, event_bus: default,
         event: {kind: ec2_instance_state_change, states: [stopped]}}
      - {kind: log_subscription, name: alarm, logs_of: watch, pattern: MAYDAY}
    access:
      - {write: book}
"""

GREET = """\
import os

import boto3


def handle(event, context):
    for record in event["Records"]:
        ship = record["Sns"]["Message"]
        if ship == "Flying Dutchman":
            raise ValueError("nobody answers")
        boto3.client("dynamodb").put_item(TableName=os.environ["SHIPS_TABLE_NAME"], Item={"ship": {"S": ship}})
"""

NOTE = """\
import base64
import os

import boto3


def handle(event, context):
    if "entry" in event:
        return write(event["entry"])
    failed = []
    for record in event["Records"]:
        entry, number = read(record)
        if "lost" in entry:
            failed.append({"itemIdentifier": number})
        else:
            write(entry)
    return {"batchItemFailures": failed}


def read(record):
    if "dynamodb" in record:
        return record["dynamodb"]["NewImage"]["ship"]["S"], record["dynamodb"]["SequenceNumber"]
    if "kinesis" in record:
        return base64.b64decode(record["kinesis"]["data"]).decode(), record["kinesis"]["sequenceNumber"]
    return record["body"], record["messageId"]


def write(entry):
    boto3.client("dynamodb").put_item(TableName=os.environ["BOOK_TABLE_NAME"], Item={"entry": {"S": entry}})
"""

WATCH = """\
import base64
import os

import boto3


def handle(event, context):
    for record in event["Records"]:
        entry = "seen: " + base64.b64decode(record["kinesis"]["data"]).decode()
        if "MAYDAY" in entry:
            print("a call:", entry)
        boto3.client("dynamodb").put_item(TableName=os.environ["BOOK_TABLE_NAME"], Item={"entry": {"S": entry}})
"""

PRESS = """\
import base64
import gzip
import json
import os

import boto3


def handle(event, context):
    for entry in read(event):
        boto3.client("dynamodb").put_item(TableName=os.environ["BOOK_TABLE_NAME"], Item={"entry": {"S": entry}})


def read(event):
    if "Records" in event:
        return ["drawing " + record["s3"]["object"]["key"] for record in event["Records"]]
    if "awslogs" in event:
        batch = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
        return [line["message"] for line in batch["logEvents"]]
    detail = event["detail"]
    if "object" in detail:
        return ["letter " + detail["object"]["key"]]
    if "instance-id" in detail:
        return ["crane " + detail["instance-id"]]
    return [detail["text"] + (" again" if "replay-name" in event else "")]
"""

JOURNEYS = """\
a-liner-arrives:
  story: a message is pushed to a function, and what that puts into a table is polled by another
  send:
    - {notify: arrivals, text: Aurora, attributes: {kind: liner}}
    - {notify: arrivals, text: Flying Dutchman, attributes: {kind: liner}}
  expect:
    processed: {greet: 1, note: 1}
    attempts: {greet: 4}
    wrote: {ships: 1, book: 1}
    dead_lettered: {greet.failures: 1}
    filtered: {arrivals: 2}
cargo-comes:
  story: a message comes into a queue beside the function that does not want it, and one that is lost steps aside
  send:
    - {notify: arrivals, text: grain, attributes: {kind: freighter, cargo: 300}}
    - {notify: arrivals, text: a lost barrel, attributes: {kind: freighter, cargo: 1}}
  expect:
    processed: {note: 1}
    wrote: {book: 1}
    dead_lettered: {cargo.dead-letters: 1}
    filtered: {arrivals: 2}
berths-in-order:
  story: messages of a FIFO topic come through a FIFO queue, and one that is lost lets the next of its group go on
  send:
    - {notify: berthings, text: first, group: pier}
    - {notify: berthings, text: lost, group: pier}
    - {notify: berthings, text: third, group: pier}
  expect:
    processed: {note: 2}
    wrote: {book: 2}
    dead_lettered: {berths.dead-letters: 1}
a-ship-that-cannot-be-noted:
  story: a change of the table that its reader keeps failing on lands in the bucket, and the next one goes on
  send:
    - {notify: arrivals, text: lost ship, attributes: {kind: liner}}
    - {notify: arrivals, text: Aurora, attributes: {kind: liner}}
  expect:
    processed: {greet: 2, note: 1}
    wrote: {ships: 2, book: 1}
    dead_lettered: {note.failed-records: 1}
    filtered: {arrivals: 2}
positions:
  story: each record reaches both readers of the stream, and the one that is lost holds up no other for good
  send:
    - {record: positions, key: Aurora, text: 53 N}
    - {record: positions, key: Aurora, text: lost at sea}
    - {record: positions, key: Aurora, text: 54 N}
  expect:
    processed: {note: 2, watch: 3}
    wrote: {book: 5}
    dead_lettered: {note.failed-records: 1}
a-day:
  story: the tide at half past two in Berlin, the bell every six hours, and the regatta once
  send:
    - {wait: 1 day}
  expect:
    processed: {note: 6}
    attempts: {note: 6}
    wrote: {book: 6}
letters:
  story: of one kind of object the bucket tells by itself, of another by the default bus
  send:
    - {put: letters, key: gull.png, text: a gull}
    - {put: letters, key: monday.txt, text: wish you were here}
  expect:
    processed: {press: 2}
    wrote: {book: 2}
    filtered: {default: 1}
a-bulletin-twice:
  story: what the archive has kept is announced once more
  send:
    - {publish: bulletins, source: harbour, detail_type: Weather, detail: {text: fog}}
    - {wait: 10 minutes}
    - {replay: bulletins, minutes: 30}
  expect:
    processed: {press: 2}
    wrote: {book: 2}
cranes:
  story: of what happens to machines, only that one has stopped is noted
  send:
    - announce: aws.ec2
      detail_type: EC2 Instance State-change Notification
      detail: {instance-id: i-0123456789abcdef0, state: running}
    - announce: aws.ec2
      detail_type: EC2 Instance State-change Notification
      detail: {instance-id: i-0123456789abcdef0, state: stopped}
  expect:
    processed: {press: 1}
    wrote: {book: 1}
    filtered: {default: 1}
a-call:
  story: a line in the log of one function wakes another
  send:
    - {record: positions, key: Aurora, text: MAYDAY}
  expect:
    processed: {note: 1, watch: 1, press: 1}
    wrote: {book: 3}
"""

STACK = """\
config:
  pulumi:disable-default-providers: [aws]
  eventwire:environment:
    account_id: "111111111111"
    region: eu-west-1
    deploy_role: {name: eventwire-deploy, external_id: eventwire-dev}
    tags: {harbour: north}
    defaults:
      bucket: {protect: false}
      table: {protect: false, deletion_protection: false}
      stream: {protect: false}
"""


def build(root: Path) -> Path:
    """Write the project below `root`, with this repository's own program."""
    handlers = root / "pipelines" / "harbour" / "handlers"
    handlers.mkdir(parents=True)
    for name, source in (("greet", GREET), ("note", NOTE), ("watch", WATCH), ("press", PRESS)):
        (handlers / f"{name}.py").write_text(source)
    (handlers.parent / "pipeline.yaml").write_text(PIPELINE)
    (handlers.parent / "journeys.yaml").write_text(JOURNEYS)
    (root / "Pulumi.dev.yaml").write_text(STACK)
    for part in ("__main__.py", "Pulumi.yaml"):
        shutil.copy(ROOT / part, root)
    (root / "components").symlink_to(ROOT / "components")
    return root
