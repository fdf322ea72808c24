"""What the tests of every pipeline share: handlers imported as Lambda imports them, and an AWS made by moto."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest
from moto import mock_aws

Handlers = Callable[[str], ModuleType]


@pytest.fixture(scope="module")
def handlers(request: pytest.FixtureRequest) -> Iterator[Handlers]:
    """Imports a module of the `handlers/` folder beside the test; nothing of it is left for the next pipeline."""
    folder = request.path.parent / "handlers"
    own = {path.stem for path in folder.glob("*.py")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        patch.setenv("AWS_ACCESS_KEY_ID", "made-up")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
        patch.syspath_prepend(str(folder))
        for name in own:
            patch.delitem(sys.modules, name, raising=False)
        yield importlib.import_module
        for name in own:
            sys.modules.pop(name, None)


@pytest.fixture
def aws() -> Iterator[None]:
    """An empty account."""
    with mock_aws():
        yield
