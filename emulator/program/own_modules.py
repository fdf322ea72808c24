"""A program's own modules: each run imports them anew, as a new process would.

A resource made while a module is imported would be missing from the second run, and a registry that modules enter
themselves in would find them there already.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

_THIS_PACKAGE = __name__.partition(".")[0]


@contextmanager
def imported_anew(root: Path) -> Iterator[None]:
    """Inside, the modules below `root` are not imported yet, and are found there; afterwards all is as before.

    The package that runs the program stays as it is, wherever it lies: two copies of it would not know each other.
    """
    before = {name: sys.modules[name] for name in _own_names(root)}
    path = list(sys.path)
    for name in before:
        del sys.modules[name]
    sys.path.insert(0, str(root))
    try:
        yield
    finally:
        sys.path[:] = path
        for name in list(_own_names(root)):
            del sys.modules[name]
        sys.modules.update(before)


def _own_names(root: Path) -> Iterator[str]:
    """Modules that were imported by their path below `root`: what lies in a virtual environment there was not."""
    # Only what has a name of the folder's is looked into: looking into a lazy module of an SDK would import it.
    top_levels = {entry.stem for entry in root.iterdir()} - {_THIS_PACKAGE, "__main__"}
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in top_levels and _is_at(module, f"{root}/{name.replace('.', '/')}"):
            yield name


def _is_at(module: ModuleType, place: str) -> bool:
    file = getattr(module, "__file__", None)
    if file is not None:
        return file in (f"{place}.py", f"{place}/__init__.py")
    return place in getattr(module, "__path__", ())
