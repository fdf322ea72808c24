"""S3 tells a function of an object that changed, once: by a bucket's notification, if that wants it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from moto.s3.models import FakeBucket, Notification

from emulator.waking.service_push import ServicePushWay
from emulator.waking.shape import Fault, lacking, records_of


class Way(ServicePushWay):
    """The way of a bucket's notification."""

    afterwards = "S3 does not try again, and the event is lost"

    def faults(self, event: Any) -> Iterator[Fault]:
        yield from lacking(event, {"eventName": str, "s3.bucket.name": str, "s3.object.key": str})

    def left_out(self, event: Any) -> Iterator[str]:
        yield f"nobody else is told by {self.waking.line.waker}"
        for _, record in records_of(event):
            told = record["s3"]["bucket"]["name"]
            if told != self._bucket.name:
                yield f"the event tells of the bucket {told}: the right is that of {self.waking.line.waker}"

    def hand_over(self, event: Any) -> None:
        _, record = records_of(event)[0]
        what = f"{record['eventName']} {_key(record)}"
        unwanted = [each for _, each in records_of(event) if not self._wants(each)]
        if unwanted:
            told = f"s3:{unwanted[0]['eventName']} of {_key(unwanted[0])}"
            cause = f"the notification of {self.waking.line.waker} wants {self._wishes}, the event is {told}"
            self.waking.pass_over(what, event, cause)
            return
        self.push(event, what)

    @property
    def _bucket(self) -> FakeBucket:
        name = self.waking.book.own_name(self.waking.line.waker)
        bucket: FakeBucket = self.waking.account.storage.backend("s3").get_bucket(name)
        return bucket

    @property
    def _notifications(self) -> list[Notification]:
        """Those that wake the function; one trigger of several on a bucket is not told from its siblings."""
        configuration = self._bucket.notification_configuration
        told = configuration.cloud_function if configuration is not None else []
        return [each for each in told if each.arn == self.waking.function_arn]

    @property
    def _wishes(self) -> str:
        return " or ".join(map(_in_words, self._notifications)) or "nothing"

    def _wants(self, record: Any) -> bool:
        return any(each.matches(f"s3:{record['eventName']}", _key(record)) for each in self._notifications)


def _key(record: Any) -> str:
    """Keys are encoded in a notification (S3 User Guide, "Event message structure")."""
    return unquote_plus(record["s3"]["object"]["key"])


def _in_words(notification: Notification) -> str:
    rules = notification.filters.get("S3Key", {}).get("FilterRule", ())
    asked = [f"{rule['Name'].lower()} {rule['Value']}" for rule in rules if rule["Value"]]
    return " with ".join([" or ".join(notification.events), *([" and ".join(asked)] if asked else [])])
