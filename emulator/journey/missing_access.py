"""A function that fails for want of a variable: each access line brings one, so the line is what is missing."""

from __future__ import annotations

import re

from emulator.journey.address_book import AddressBook, page_of

_MISSING = re.compile(r"KeyError: '([A-Z][A-Z0-9_]*)'")


def access_that_is_missing(cause: str, function: str, book: AddressBook) -> str | None:
    """Which access line would have brought the variable that a function did not find.

    Args:
        cause: why it failed, as its error says it.
        function: by its full name.

    Returns:
        What to write on which page; None where the cause is another one.
    """
    missing = _MISSING.search(cause)
    if missing is None:
        return None
    pipeline, _, short = function.partition(".")
    for name, thing in book.things.items():
        # A variable is called by its resource and, as AWS calls it there, its handle: READINGS_QUEUE_URL.
        called = f"{name.partition('.')[2]}_{thing.kind}_".replace("-", "_").upper()
        if missing[1].startswith(called):
            line = f"{page_of(function)}: functions.{short}.access needs a line on {name.removeprefix(f'{pipeline}.')}"
            return f"{line}, which brings {missing[1]}"
    return None
