"""What a function's answer says about each message or record of the batch it was given."""

from __future__ import annotations

from collections.abc import Collection

REPORTS_FAILURES = "ReportBatchItemFailures"
"""The function response type that switches partial batch responses on (`CreateEventSourceMapping`)."""


class AnswerError(Exception):
    """The answer names no message of the batch rightly: the whole batch counts as failed."""


def failed_ids(answer: object, sent_ids: Collection[str]) -> frozenset[str]:
    """The messages that the answer calls failed; none of them for a null or empty answer or list.

    The rules are those of the Lambda Developer Guide, "Handling errors for an SQS event source", under "Success and
    failure conditions".

    Args:
        answer: what the function returned, as JSON values.
        sent_ids: the ids of the batch's messages, or the sequence numbers of its records.

    Raises:
        AnswerError: the answer is no JSON object, an identifier is missing, null, empty or not of this batch.
    """
    if not answer:
        return frozenset()
    if not isinstance(answer, dict):
        raise AnswerError(f"the function answered {_short(answer)}: a partial batch response is a JSON object")
    failures = answer.get("batchItemFailures")
    if not failures:
        return frozenset()
    if not isinstance(failures, list):
        raise AnswerError(f"batchItemFailures is {_short(failures)}: it needs to be a list")
    return frozenset(_identifier(failure, sent_ids) for failure in failures)


def _identifier(failure: object, sent_ids: Collection[str]) -> str:
    if not isinstance(failure, dict) or "itemIdentifier" not in failure:
        raise AnswerError(f"batchItemFailures holds {_short(failure)}: each entry needs an itemIdentifier")
    identifier = failure["itemIdentifier"]
    if identifier not in sent_ids:
        raise AnswerError(f"itemIdentifier {_short(identifier)} is of no record of this batch")
    return str(identifier)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
