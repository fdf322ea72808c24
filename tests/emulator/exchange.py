"""A small project in which everything wakes something: one function for each kind of trigger, and none of them does
anything but count what it hears."""

from __future__ import annotations

from pathlib import Path

from tests.emulator import post_office

PIPELINE = """\
resources:
  inbox:   {kind: bucket}
  letters: {kind: queue}
  news:    {kind: topic}
  wire:    {kind: event_bus}
  book:    {kind: table, hash_key: page, range_key: line, range_key_type: number, stream: new_and_old_images}
  calls:   {kind: stream, shards: 1, protect: false}
functions:
  sort:
    handler: count.handle
    triggers: [{kind: s3, bucket: inbox, prefix: incoming/}]
  keep:
    handler: count.handle
    triggers: [{kind: sqs, queue: letters}]
  tell:
    handler: count.handle
    triggers: [{kind: sns, topic: news}]
  assess:
    handler: count.handle
    triggers: [{kind: event_rule, event_bus: wire, pattern: {source: [seismic.feeds]}}]
  copy:
    handler: count.handle
    triggers: [{kind: dynamodb_stream, table: book}]
  listen:
    handler: count.handle
    triggers: [{kind: kinesis, stream: calls}]
  sweep:
    handler: count.handle
    triggers: [{kind: schedule, schedule: rate(1 hour)}]
  watch:
    handler: count.handle
    triggers: [{kind: log_subscription, logs_of: sort, pattern: ERROR}]
"""

COUNT = """\
def handle(event, context):
    if event.get("detail") == {"torn": True}:
        raise ValueError("torn")
    print("heard", sorted(event))
    return {"heard": len(event.get("Records", [event]))}
"""

TRIGGERS = {
    "s3": "post.sort-on-inbox",
    "sqs": "post.keep-on-letters",
    "sns": "post.tell-on-news",
    "event_rule": "post.assess-on-wire",
    "dynamodb_stream": "post.copy-on-book",
    "kinesis": "post.listen-on-calls",
    "schedule": "post.sweep-on-schedule",
    "log_subscription": "post.watch-on-sort",
}
"""The trigger of each kind."""


def build(root: Path) -> Path:
    """Write the project below `root`, with this repository's own program."""
    post_office.build(root, journeys="{}", pipeline=PIPELINE)
    (root / "pipelines" / "post" / "handlers" / "count.py").write_text(COUNT)
    return root
