"""A small project around two topics. `tell` announces in `news` what an inbox brings; `assess` hears it, and so does a
queue, whose letters `keep` puts on a shelf. `wire` keeps its order, and so do the strips that `read` reads."""

from __future__ import annotations

from pathlib import Path

from tests.emulator import post_office

PIPELINE = """\
resources:
  inbox:   {kind: bucket}
  news:    {kind: topic}
  letters: {kind: queue, subscriptions: [{topic: news, filter_policy: {kind: [letter]}}]}
  wire:    {kind: topic, fifo: true}
  strips:
    kind: queue
    fifo: true
    subscriptions:
      - topic: wire
        raw_message_delivery: false
        filter_policy: {quake: {magnitude: [{numeric: [">=", 5]}]}}
        filter_policy_scope: message_body
  shelf:   {kind: table, hash_key: text}
functions:
  tell:
    handler: tell.handle
    triggers:
      - {kind: s3, bucket: inbox}
    access:
      - {read: inbox}
      - {publish: news}
  assess:
    handler: assess.handle
    triggers:
      - {kind: sns, topic: news, filter_policy: {kind: [{anything-but: letter}]}}
    access:
      - {write: shelf}
  keep:
    handler: keep.handle
    triggers:
      - {kind: sqs, queue: letters}
    access:
      - {write: shelf}
  read:
    handler: read.handle
    triggers:
      - {kind: sqs, queue: strips, batch_size: 1}
    access:
      - {write: shelf}
"""

TELL = """\
import os

import boto3


def handle(event, context):
    told = 0
    for record in event["Records"]:
        where = {"Bucket": record["s3"]["bucket"]["name"], "Key": record["s3"]["object"]["key"]}
        for line in boto3.client("s3").get_object(**where)["Body"].read().decode().splitlines():
            kind, _, text = line.partition(" ")
            attributes = {"kind": {"DataType": "String", "StringValue": kind}}
            boto3.client("sns").publish(
                TopicArn=os.environ["NEWS_TOPIC_ARN"], Message=text, MessageAttributes=attributes
            )
            told += 1
    return {"told": told}
"""

ASSESS = """\
import os

import boto3


def handle(event, context):
    for record in event["Records"]:
        text = record["Sns"]["Message"]
        if text == "poison":
            raise ValueError("boom")
        boto3.client("dynamodb").put_item(TableName=os.environ["SHELF_TABLE_NAME"], Item={"text": {"S": text}})
"""

KEEP = """\
import os

import boto3


def handle(event, context):
    for record in event["Records"]:
        item = {"text": {"S": record["body"]}, "kind": {"S": record["messageAttributes"]["kind"]["stringValue"]}}
        boto3.client("dynamodb").put_item(TableName=os.environ["SHELF_TABLE_NAME"], Item=item)
"""

READ = """\
import json
import os

import boto3

read = []


def handle(event, context):
    for record in event["Records"]:
        quake = json.loads(json.loads(record["body"])["Message"])["quake"]
        if "torn" in quake:
            raise ValueError("boom")
        read.append(str(quake["magnitude"]))
        item = {"text": {"S": "-".join(read)}}
        boto3.client("dynamodb").put_item(TableName=os.environ["SHELF_TABLE_NAME"], Item=item)
"""

JOURNEYS = """\
the-morning-post:
  story: each piece of news reaches who wants it, and the one that nobody can assess is set aside
  send:
    - {put: inbox, key: monday, text: "quake one\\nletter two\\nquake poison\\nquake three"}
  expect:
    processed: {tell: 1, assess: 2, keep: 1}
    attempts: {assess: 5}
    returned: {tell: {told: 4}}
    wrote: {shelf: 3}
    dead_lettered: {assess.failures: 1}
    filtered: {news: 4}
a-late-letter:
  story: what is announced from outside travels like any other
  send:
    - {notify: news, text: four, subject: Late, attributes: {kind: letter}}
  expect:
    processed: {keep: 1}
    wrote: {shelf: 1}
    filtered: {news: 1}
nobody-lets-the-topic-in:
  story: the topic may no longer wake the function, nor fill the queue, and nothing is lost
  without: [assess-on-news, letters-on-news]
  send:
    - {notify: news, text: four, attributes: {kind: letter}}
    - {notify: news, text: five, attributes: {kind: quake}}
  expect:
    dead_lettered: {letters-on-news.dead-letters: 1, assess-on-news.dead-letters: 1}
    denied: [assess-on-news, letters-on-news]
    filtered: {news: 2}
by-wire:
  story: what comes by wire keeps its order, and a torn strip steps aside for the next
  send:
    - {notify: wire, group: fiji, text: '{"quake": {"magnitude": 6}}'}
    - {notify: wire, group: fiji, text: '{"quake": {"magnitude": 4}}'}
    - {notify: wire, group: fiji, text: '{"quake": {"magnitude": 7, "torn": true}}'}
    - {notify: wire, group: fiji, text: '{"quake": {"magnitude": 8}}'}
  expect:
    processed: {read: 2}
    attempts: {read: 7}
    wrote: {shelf: 2}
    dead_lettered: {strips.dead-letters: 1}
    filtered: {wire: 1}
nobody-lets-the-wire-in:
  story: the topic may no longer fill the queue, and its messages rest in their order
  without: [strips-on-wire]
  send:
    - {notify: wire, group: fiji, text: '{"quake": {"magnitude": 6}}'}
    - {notify: wire, group: fiji, text: '{"quake": {"magnitude": 7}}'}
  expect:
    dead_lettered: {strips-on-wire.dead-letters: 2}
    denied: [strips-on-wire]
nobody-may-tell:
  story: a right to publish that is gone is met, and the feed is set aside
  without: [tell-may-publish-news]
  send:
    - {put: inbox, key: monday, text: quake one}
  expect:
    attempts: {tell: 3}
    dead_lettered: {tell.failures: 1}
    denied: [tell-may-publish-news]
"""


def build(root: Path) -> Path:
    """Write the project below `root`, with this repository's own program."""
    post_office.build(root, JOURNEYS, PIPELINE)
    for name, source in (("tell", TELL), ("assess", ASSESS), ("keep", KEEP), ("read", READ)):
        (root / "pipelines" / "post" / "handlers" / f"{name}.py").write_text(source)
    return root
