"""A traceback as Lambda reports it: the function's own calls and those into its libraries, by their place there."""

from __future__ import annotations

import linecache
import sysconfig
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from emulator.execution.importer import SDK, TASK_ROOT, Importer

_LIBRARY = Path(sysconfig.get_path("stdlib"))
_PACKAGES = Path(sysconfig.get_path("purelib"))

_Frame = tuple[str, int, str, str | None]


@dataclass(frozen=True)
class StackTrace:
    """The calls that led to an error."""

    lines: tuple[str, ...] = ()
    """One entry for each call, as `traceback.format_list` writes it: its place, and below it its source."""
    where: str | None = None
    """The last line of the function's own code, as `FILE:LINE` on this machine."""


def stack_trace(trace: TracebackType | None, importer: Importer, runtime: str) -> StackTrace:
    """The part of a traceback that Lambda would show, from the first call of the function's own code on.

    Args:
        trace: the traceback of this process; calls of the embedded account in it are left out.
        importer: knows the function's own files.
        runtime: the function's runtime, `python3.13`: libraries lie below its folder.
    """
    frames: list[traceback.FrameSummary | _Frame] = []
    where = None
    for frame, line in traceback.walk_tb(trace):
        filename, name = frame.f_code.co_filename, frame.f_code.co_name
        inside = importer.inside(filename)
        if inside is not None:
            where = f"{filename}:{line}"
            frames.append((f"{TASK_ROOT}/{inside}", line, name, importer.source_line(inside, line)))
        elif frames and (place := _on_lambda(filename, runtime)):
            frames.append((place, line, name, linecache.getline(filename, line).strip() or None))
    return StackTrace(tuple(traceback.format_list(frames)), where)


def _on_lambda(filename: str, runtime: str) -> str | None:
    """Where a file of this machine lies on Lambda; None for what is not there."""
    path = Path(filename)
    library = f"/var/lang/lib/{runtime}"
    if filename.startswith("<"):
        return filename
    if path.is_relative_to(_PACKAGES):
        inside = path.relative_to(_PACKAGES)
        return f"{library}/site-packages/{inside.as_posix()}" if inside.parts[0] in SDK else None
    if path.is_relative_to(_LIBRARY):
        return f"{library}/{path.relative_to(_LIBRARY).as_posix()}"
    return None
