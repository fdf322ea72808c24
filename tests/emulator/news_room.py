"""A small project around a topic: `tell` announces what an inbox brings; `assess` hears the topic, and so does a queue,
whose letters `keep` puts on a shelf."""

from __future__ import annotations

from pathlib import Path

from tests.emulator import post_office

PIPELINE = """\
resources:
  inbox:   {kind: bucket}
  news:    {kind: topic}
  letters: {kind: queue, subscriptions: [{topic: news, filter_policy: {kind: [letter]}}]}
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
    for name, source in (("tell", TELL), ("assess", ASSESS), ("keep", KEEP)):
        (root / "pipelines" / "post" / "handlers" / f"{name}.py").write_text(source)
    return root
