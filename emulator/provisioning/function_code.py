"""A function's archive as the program gives it: read from this machine, and packed as Lambda receives it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from emulator.code import Code, CodeFile
from emulator.provisioning.resource_type import Refused
from emulator.wire import Archive, Asset

LARGEST_UNPACKED_BYTES = 250 * 1024 * 1024
"""Lambda guide, "Lambda quotas"."""

# A fixed date: the same files give the same archive. ZIP knows no earlier one.
_DATE = (1980, 1, 1, 0, 0, 0)


def read_code(archive: Archive) -> Code:
    """The files of an archive.

    Raises:
        Refused: something cannot be read, there is nothing in it, or it is larger than Lambda takes.
    """
    files = dict(sorted(_files(archive, "")))
    size = sum(len(file.content) for file in files.values())
    if not files:
        raise Refused("code holds no file")
    if size > LARGEST_UNPACKED_BYTES:
        raise Refused(f"code holds {size} bytes, Lambda takes at most {LARGEST_UNPACKED_BYTES} unpacked")
    try:
        return Code(files)
    except ValueError as error:
        raise Refused(f"code: {error}") from None


def packed(code: Code) -> bytes:
    """The code as a ZIP archive; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, file in sorted(code.files.items()):
            entry = zipfile.ZipInfo(path, _DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _files(part: Archive | Asset, inside: str) -> Iterator[tuple[str, CodeFile]]:
    if isinstance(part, Asset):
        yield inside, _file(part)
        return
    for name, item in part.assets.items():
        yield from _files(item, f"{inside}/{name}" if inside else name)
    if part.path is not None:
        place = Path(part.path).absolute()
        found = _of_folder(place) if place.is_dir() else _of_zip(place)
        yield from ((f"{inside}/{name}" if inside else name, file) for name, file in found)


def _file(asset: Asset) -> CodeFile:
    if asset.path is None:
        return CodeFile((asset.text or "").encode(), None)
    place = Path(asset.path).absolute()
    try:
        return CodeFile(place.read_bytes(), place)
    except OSError as error:
        raise Refused(f"code names {asset.path}, which cannot be read: {error.strerror}") from None


def _of_folder(folder: Path) -> Iterator[tuple[str, CodeFile]]:
    for place in sorted(folder.rglob("*")):
        if place.is_file():
            yield place.relative_to(folder).as_posix(), CodeFile(place.read_bytes(), place)


def _of_zip(place: Path) -> Iterator[tuple[str, CodeFile]]:
    try:
        yield from Code.from_zip(place.read_bytes()).files.items()
    except (OSError, zipfile.BadZipFile) as error:
        raise Refused(f"code names {place.name}, which is neither a folder nor a ZIP archive: {error}") from None
