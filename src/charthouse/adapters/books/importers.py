"""`books add`: official files are checked by compiling a book with them, and kept only when that went well."""
from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from charthouse.adapters.books.added import KINDS, Added, kind_of
from charthouse.adapters.books.compile import Progress, compile_book
from charthouse.record.errors import BadBookFile, UnknownBookFile

FOLDER, SUMS = "added", "SHA256SUMS"


def add_files(book: Path, paths: Iterable[Path], progress: Progress) -> tuple[str, ...]:
    """Add official files and compile `book` anew; the names kept. Raises and changes nothing when one is not right."""
    paths = tuple(paths)
    for path in paths:
        _check_name(path)
    folder = book.parent / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".adding-") as staging:
        new = [Path(shutil.copy2(path, Path(staging) / path.name)) for path in paths]
        kept = [p for p in folder.iterdir() if p.is_file() and p.name not in {n.name for n in new}]
        added = Added.of(kept + new)
        sums = "".join(f"{source.sha256}  {source.origin}\n" for _, source in added.files)
        compile_book(book, added=added, progress=progress)
        for path in new:
            os.replace(path, folder / path.name)
    (folder / SUMS).write_text(sums, encoding="utf-8")
    return tuple(path.name for path in paths)


def _check_name(path: Path) -> None:
    if not path.is_file():
        raise BadBookFile(file=path.name, why="there is no such file")
    if kind_of(path.name) is None:
        raise UnknownBookFile(file=path.name, known=", ".join(example for _, example in KINDS.values()))
