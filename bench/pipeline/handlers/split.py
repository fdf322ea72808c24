"""A file becomes messages, one for each of its rows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

import boto3
from row import read_row

s3 = boto3.client("s3")
sqs = boto3.client("sqs")


def handle(event: dict[str, Any], context: object) -> None:
    """Woken by S3."""
    for record in event["Records"]:
        bucket, key = record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"])
        for line in _lines(bucket, key):
            sqs.send_message(QueueUrl=os.environ["ROWS_QUEUE_URL"], MessageBody=line)


def _lines(bucket: str, key: str) -> Iterator[str]:
    body = s3.get_object(Bucket=bucket, Key=key)["Body"]
    for line in body.iter_lines():
        text = line.decode("utf-8")
        read_row(text)
        yield text
