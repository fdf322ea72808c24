"""A small project around EventBridge: `sort` hears of files by the default bus and announces their lines on one of its
own, from which `assess` puts them on a shelf; `watch` notes which machines have stopped."""

from __future__ import annotations

from pathlib import Path

from tests.emulator import post_office

PIPELINE = """\
resources:
  inbox: {kind: bucket}
  news:
    kind: event_bus
    publishers:
      - {account_id: "222222222222", sources: [post.outside]}
      - {organization_id: o-a1b2c3d4e5}
  shelf: {kind: table, hash_key: text}
functions:
  sort:
    handler: sort.handle
    triggers:
      - kind: s3
        bucket: inbox
        via: eventbridge
        events: [created, deleted]
        prefix: in/
        suffix: .txt
        max_retries: 3
    access:
      - {read: inbox}
      - {publish: news, sources: [post.sort]}
  assess:
    handler: assess.handle
    triggers:
      - {kind: event_rule, event_bus: news, pattern: {source: [post.sort, post.outside]}}
    access:
      - {write: shelf}
  watch:
    handler: watch.handle
    triggers:
      - {kind: event_rule, event_bus: default, event: {kind: ec2_instance_state_change, states: [stopped]}}
    access:
      - {write: shelf}
"""

SORT = """\
import json
import os

import boto3


def handle(event, context):
    where = {"Bucket": event["detail"]["bucket"]["name"], "Key": event["detail"]["object"]["key"]}
    lines = boto3.client("s3").get_object(**where)["Body"].read().decode().split()
    common = {"Source": "post.sort", "DetailType": "Line", "EventBusName": os.environ["NEWS_EVENT_BUS_NAME"]}
    entries = [{**common, "Detail": json.dumps({"text": line})} for line in lines]
    answer = boto3.client("events").put_events(Entries=entries)
    return {"announced": len(lines) - answer["FailedEntryCount"]}
"""

ASSESS = """\
import os

import boto3


def handle(event, context):
    text = event["detail"]["text"]
    if text == "poison":
        raise ValueError("boom")
    if "replay-name" in event:
        text = text + " again"
    boto3.client("dynamodb").put_item(TableName=os.environ["SHELF_TABLE_NAME"], Item={"text": {"S": text}})
"""

WATCH = """\
import os

import boto3


def handle(event, context):
    item = {"text": {"S": event["detail"]["instance-id"]}}
    boto3.client("dynamodb").put_item(TableName=os.environ["SHELF_TABLE_NAME"], Item=item)
"""

JOURNEYS = """\
a-file:
  story: each line of a file is announced, and the one that nobody can assess is set aside
  send:
    - {put: inbox, key: in/monday + é.txt, text: one two poison}
  expect:
    processed: {sort: 1, assess: 2}
    attempts: {sort: 1, assess: 5}
    returned: {sort: {announced: 3}}
    wrote: {shelf: 2}
    dead_lettered: {assess.failures: 1}
a-file-of-no-concern:
  story: a file with another name is announced on the default bus, and nobody wants it
  send:
    - {put: inbox, key: out/monday.txt, text: one}
  expect:
    filtered: {default: 1}
    wrote: {shelf: 0}
a-machine-stops:
  story: of what happens to machines, only that they have stopped is noted
  send:
    - announce: aws.ec2
      detail_type: EC2 Instance State-change Notification
      detail: {instance-id: i-0123456789abcdef0, state: stopping}
      resources: ["arn:aws:ec2:eu-west-1:111111111111:instance/i-0123456789abcdef0"]
    - announce: aws.ec2
      detail_type: EC2 Instance State-change Notification
      detail: {instance-id: i-0123456789abcdef0, state: stopped}
      resources: ["arn:aws:ec2:eu-west-1:111111111111:instance/i-0123456789abcdef0"]
  expect:
    processed: {watch: 1}
    filtered: {default: 1}
    wrote: {shelf: 1}
nobody-lets-the-rules-in:
  story: without their rights to invoke, events land at once where their rules put them
  without: [sort-on-inbox, watch-on-default]
  send:
    - {put: inbox, key: in/monday.txt, text: one}
    - {announce: aws.ec2, detail_type: EC2 Instance State-change Notification, detail: {state: stopped}}
  expect:
    dead_lettered: {sort-on-inbox.dead-letters: 1, watch-on-default.dead-letters: 1}
    denied: [sort-on-inbox, watch-on-default]
once-more:
  story: what was announced in the last half an hour is announced again, to one rule, and archived only once
  send:
    - {publish: news, source: post.outside, detail_type: Line, detail: {text: too old}}
    - {wait: 1 hour}
    - {publish: news, source: post.outside, detail_type: Line, detail: {text: one}}
    - {publish: news, source: post.outside, detail_type: Line, detail: {text: poison}}
    - {publish: news, source: post.stranger, detail_type: Line, detail: {text: unheard}}
    - {wait: 10 minutes}
    - {replay: news, minutes: 30, to: [assess-on-news]}
    - {wait: 10 minutes}
    - {replay: news, minutes: 30}
  expect:
    processed: {assess: 4}
    attempts: {assess: 13}
    wrote: {shelf: 3}
    dead_lettered: {assess.failures: 3}
    filtered: {news: 3}
once-more-in-vain:
  story: an event that is replayed to a rule without its right lands a second time
  without: [assess-on-news]
  send:
    - {publish: news, source: post.outside, detail_type: Line, detail: {text: one}}
    - {replay: news, minutes: 1}
  expect:
    dead_lettered: {assess-on-news.dead-letters: 2}
    denied: [assess-on-news]
"""


def build(root: Path) -> Path:
    """Write the project below `root`, with this repository's own program."""
    post_office.build(root, JOURNEYS, PIPELINE)
    for name, source in (("sort", SORT), ("assess", ASSESS), ("watch", WATCH)):
        (root / "pipelines" / "post" / "handlers" / f"{name}.py").write_text(source)
    return root
