"""The folder that a batch writes: a Parquet file a part, each there whole or not at all, and what the run was.

A part is written under another name, flushed to the disk and then renamed. So a run that broke off is taken up by skipping
the parts that are there, and no row stands twice.
"""
from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from charthouse.ports.batch import Done, Part
from charthouse.record.errors import CannotWrite, OtherBatch

FAILED = b"charthouse.failed"  # in the file's metadata: how many of its rows hold an error


def digest(paths: tuple[Path, ...]) -> str:
    """Of the contents of the input, file after file."""
    made = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            made.update(hashlib.file_digest(file, "sha256").digest())
    return made.hexdigest()


@dataclass(frozen=True, slots=True)
class OutFolder:
    path: Path

    def begin(self, made_of: dict[str, Any]) -> None:
        """Make the folder, or take up the run in it. Raises `OtherBatch` where that had another input, options or editions."""
        self.path.mkdir(parents=True, exist_ok=True)
        kept = self.path / "batch.json"
        if kept.exists():
            before = json.loads(kept.read_text(encoding="utf-8"))
            other = sorted(k for k in before.keys() | made_of.keys() if before.get(k) != made_of.get(k))
            if other:
                raise OtherBatch(folder=self.path, what=", ".join(other))
        else:
            _whole(kept, json.dumps(made_of, indent=1).encode())
        for left in self.path.glob(".part-*"):
            left.unlink(missing_ok=True)

    def part(self, number: int) -> Path:
        return self.path / f"part-{number:06d}.parquet"

    def there(self) -> Iterator[Done]:
        """The parts that are there already."""
        for path in sorted(self.path.glob("part-*.parquet")):
            done = self.done(int(path.stem.removeprefix("part-")))
            if done:
                yield done

    def done(self, number: int) -> Done | None:
        """A part that is there already; None where it is not."""
        import pyarrow.parquet as pq

        if not self.part(number).exists():
            return None
        meta = pq.read_metadata(self.part(number))
        return Done(number=number, rows=meta.num_rows, failed=int((meta.metadata or {}).get(FAILED, b"0")), before=True)

    def write(self, number: int, rows: Any) -> Done:
        """The rows of one part, all or none."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        failed = rows.num_rows - rows.column("error").null_count
        table = pa.Table.from_batches([rows]).replace_schema_metadata({FAILED: str(failed)})
        out = pa.BufferOutputStream()
        pq.write_table(table, out, compression="zstd")
        _whole(self.part(number), out.getvalue().to_pybytes())
        return Done(number=number, rows=rows.num_rows, failed=failed)


@dataclass(frozen=True, slots=True)
class PartWork:
    """What a worker does with a part, unless an earlier try has done it; can be pickled if `function` can."""

    out: OutFolder
    function: Callable[[Any], Any]

    def __call__(self, part: Part) -> Done:
        return self.out.done(part.number) or self.out.write(part.number, self.function(part.rows))


def _whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, also after the power fails. Raises `CannotWrite`."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _flush(path.parent)
    except OSError as error:
        raise CannotWrite(path=path, why=error.strerror) from None


def _flush(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
