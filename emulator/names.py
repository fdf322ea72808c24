"""What people call the things of the account: a name for each ARN."""

from __future__ import annotations


class Names:
    """Names by ARN. Deploying fills it: first with logical names, then with the ledger's own (`feeds.readings`)."""

    def __init__(self) -> None:
        self._by_arn: dict[str, str] = {}

    def give(self, arn: str, name: str) -> None:
        self._by_arn[arn] = name

    def of(self, arn: str) -> str:
        """The name of the thing, or the last part of its ARN where nobody named it."""
        return self._by_arn.get(arn) or arn.rsplit(":", 1)[-1]
