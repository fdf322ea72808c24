"""A function's own modules: imported from the files of its archive, and nothing that Lambda would not have.

What may be imported is what Lambda's Python runtime offers: the archive's files, the standard library and the AWS SDK.
A module that is merely installed on this machine, or lies beside the handler, is not found. Left to chance: what the
code imports by `importlib.import_module` instead of an `import` statement is looked for on this machine too.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path, PurePosixPath
from types import CodeType, ModuleType
from typing import Any

from emulator.code import Code

TASK_ROOT = "/var/task"
"""Where Lambda unpacks an archive (Lambda Developer Guide, "Defined runtime environment variables")."""

SDK = frozenset({"boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"})
"""What the runtime brings beside the standard library (Lambda Developer Guide, "Runtime dependencies in Python").

They are shared by all functions, even with one whose archive holds its own: rights are enforced in this process's.
"""


class Importer:
    """Imports the modules of one function, and keeps them apart from all others of this process.

    Args:
        code: the archive.
        root: the folder it is unpacked in.
    """

    def __init__(self, code: Code, root: Path) -> None:
        self._code = code
        self._root = root
        self._shown: dict[Path, str] = {}
        """How a file calls itself in breakpoints and tracebacks: by where it came from."""
        self._inside: dict[str, str] = {}
        self._unpack(code)
        self._own = frozenset(_top_levels(code)) - SDK - frozenset(sys.builtin_module_names)
        self._folders = {str(parent) for name in code.files for parent in PurePosixPath(name).parents}
        self._own_folders = self._own & self._folders
        self._modules: dict[str, ModuleType] = {}
        self._builtins = {**vars(builtins), "__import__": self._import}

    def _unpack(self, code: Code) -> None:
        for name, file in code.files.items():
            target = self._root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.content)
            self._shown[target] = str(file.origin.absolute()) if file.origin else f"{TASK_ROOT}/{name}"
            self._inside[self._shown[target]] = name

    def inside(self, filename: str) -> str | None:
        """The path in the archive of a file that a traceback names; None for a file of somebody else."""
        return self._inside.get(filename)

    def on_lambda(self, filename: str) -> str | None:
        """Where a file of the archive lies on Lambda, by the name it has in a traceback."""
        inside = self.inside(filename)
        return f"{TASK_ROOT}/{inside}" if inside is not None else None

    def owns(self, name: str) -> bool:
        """Whether a module, given by its full name, would come from the archive."""
        return name.partition(".")[0] in self._own

    def source_line(self, inside: str, number: int) -> str | None:
        """One line of a file of the archive, counted from 1."""
        lines = self._code.files[inside].content.decode(errors="replace").splitlines()
        return lines[number - 1].strip() if number <= len(lines) else None

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Inside, the function's modules are the process's, and those of others with the same names are away."""
        hidden = self._set_aside()
        sys.modules.update(self._modules)
        sys.meta_path.insert(0, self)
        try:
            yield
        finally:
            sys.meta_path.remove(self)
            self._modules = self._set_aside()
            sys.modules.update(hidden)

    def _set_aside(self) -> dict[str, ModuleType]:
        names = [name for name in self._own if name in sys.modules]
        if self._own_folders.intersection(names):
            names += [name for name in sys.modules if name.partition(".")[0] in self._own_folders and "." in name]
        return {name: sys.modules.pop(name) for name in names}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a module of the archive: what Python's import system asks a finder for."""
        if fullname.partition(".")[0] not in self._own:
            return None
        place = self._root / fullname.replace(".", "/")
        for file, is_package in ((place / "__init__.py", True), (place.with_name(f"{place.name}.py"), False)):
            if file in self._shown:
                loader = _Loader(fullname, file, self._shown[file], self._builtins)
                locations = [str(place)] if is_package else None
                return spec_from_file_location(fullname, file, loader=loader, submodule_search_locations=locations)
        if any(place.with_name(place.name + suffix) in self._shown for suffix in EXTENSION_SUFFIXES):
            raise ImportError(f"{fullname} is a compiled module of the archive: it is not loaded on this machine")
        if place.relative_to(self._root).as_posix() in self._folders:
            namespace = ModuleSpec(fullname, None, is_package=True)
            namespace.submodule_search_locations = [str(place)]
            return namespace
        return None

    def _import(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        top_level = name.partition(".")[0]
        if level == 0 and top_level not in self._own and top_level not in SDK | sys.stdlib_module_names:
            raise ModuleNotFoundError(f"No module named {top_level!r}", name=top_level)
        return builtins.__import__(name, globals, locals, fromlist or (), level)


class _Loader(SourceFileLoader):
    """Compiles a module so that it calls itself by its original file, and imports by the function's own rules."""

    def __init__(self, fullname: str, path: Path, shown: str, own_builtins: dict[str, Any]) -> None:
        super().__init__(fullname, str(path))
        self._shown = shown
        self._builtins = own_builtins

    def get_code(self, fullname: str) -> CodeType:
        code: CodeType = compile(self.get_data(self.path), self._shown, "exec", dont_inherit=True)
        return code

    def exec_module(self, module: ModuleType) -> None:
        vars(module)["__builtins__"] = self._builtins
        super().exec_module(module)


def _top_levels(code: Code) -> Iterator[str]:
    for name in code.files:
        first, *rest = PurePosixPath(name).parts
        yield first if rest else first.partition(".")[0]
