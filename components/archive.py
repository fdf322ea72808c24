"""A function's archive: its handler and what the handler imports from its own folder, and nothing else.

What is left out cannot change a function: editing one handler updates exactly the functions that use it. Pulumi
hashes the content, not the files' dates, so an unchanged handler never shows in a preview.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pulumi


class HandlerError(Exception):
    """A handler that cannot be found in its folder; the text says what was looked for and what is there."""


def handler_files(folder: Path, handler: str) -> dict[str, Path]:
    """The files a handler needs, by their path inside the archive and in the order of these.

    Args:
        folder: the pipeline's `handlers/` folder.
        handler: `module.function`, as Lambda reads it; dots before the last one are packages.

    Raises:
        HandlerError: there is no such module or function, or a file lies outside the folder or cannot be parsed.
    """
    module, _, function = handler.rpartition(".")
    start = _file_of(folder, module)
    if start is None:
        there = ", ".join(sorted(path.stem for path in folder.glob("*.py"))) or "nothing"
        raise HandlerError(
            f"handler {handler!r} needs {module.replace('.', '/')}.py in {folder.name}/: it holds {there}"
        )
    parsed = {start: _parsed(start)}
    if function not in _defined(parsed[start]):
        raise HandlerError(f"handler {handler!r} needs {function} in {start.name}: it defines no such name")
    own = {path.stem for path in folder.iterdir()}
    inner = folder.resolve()
    files: dict[str, Path] = {}
    waiting = _files_of(folder, module)
    while waiting:
        path = waiting.pop()
        inside = path.relative_to(folder).as_posix()
        if inside in files:
            continue
        if not path.resolve().is_relative_to(inner):
            raise HandlerError(f"{inside} leads out of {folder.name}/: a link to {path.resolve().name} is not followed")
        files[inside] = path
        waiting += [
            found
            for name in _imported(parsed.get(path) or _parsed(path), _package(folder, path))
            if name.partition(".")[0] in own
            for found in _files_of(folder, name)
        ]
    return dict(sorted(files.items()))


def archive_of(files: Mapping[str, Path]) -> pulumi.AssetArchive:
    """The archive that Lambda unpacks."""
    return pulumi.AssetArchive({inside: pulumi.FileAsset(str(path)) for inside, path in files.items()})


def _parsed(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_text(encoding="utf-8"), filename=path.name)
    except SyntaxError as error:
        raise HandlerError(f"{path.name}:{error.lineno} is not Python: {error.msg}") from None


def _defined(module: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.ImportFrom | ast.Import):
            names |= {alias.asname or alias.name for alias in node.names}
    return names


def _imported(module: ast.Module, package: str) -> Iterator[str]:
    """Dotted names a module imports, wherever the import stands; relative ones resolved against its package."""
    for node in _statements(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join(part for part in (*parents, node.module or "") if part)
            yield base
            yield from (f"{base}.{alias.name}" if base else alias.name for alias in node.names)


def _statements(inside: ast.AST) -> Iterator[ast.AST]:
    """Every statement, however deep; their expressions are most of a module, and import nothing."""
    for field in ("body", "orelse", "handlers", "finalbody", "cases"):
        for node in getattr(inside, field, ()):
            yield node
            yield from _statements(node)


def _package(folder: Path, path: Path) -> str:
    return ".".join(path.relative_to(folder).parent.parts)


def _file_of(folder: Path, name: str) -> Path | None:
    base = folder.joinpath(*name.split("."))
    for candidate in (base.with_suffix(".py"), base / "__init__.py"):
        if name and candidate.is_file():
            return candidate
    return None


def _files_of(folder: Path, name: str) -> list[Path]:
    """The module's file and the `__init__.py` of every package around it, as far as they lie in the folder."""
    parts = name.split(".")
    around = [folder.joinpath(*parts[:length]) / "__init__.py" for length in range(1, len(parts))]
    found = _file_of(folder, name)
    return [path for path in around if path.is_file()] + ([found] if found else [])
