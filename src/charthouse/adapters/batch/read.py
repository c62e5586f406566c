"""Parquet and NDJSON as numbered parts. The same input is always cut alike, so that a run can be taken up where it broke off."""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from charthouse.ports.batch import Part
from charthouse.record.errors import BadRequest, UnreadableDocument

if TYPE_CHECKING:
    import pyarrow as pa

PART_ROWS = 1_000
PART_BYTES = 32 * 2**20  # a part of long notes is cut sooner
STEP = 100  # rows read at a time
COLUMNS = ("item", "id", "text", "setting", "date", "sex", "age")
SUFFIXES = (".parquet", ".ndjson", ".jsonl")


def files(source: Path) -> tuple[Path, ...]:
    """The files of the input, by name. Raises `BadRequest` for none, and for another kind of file."""
    found = tuple(sorted(p for p in source.iterdir() if p.suffix in SUFFIXES)) if source.is_dir() else (source,)
    if not found or not all(p.is_file() and p.suffix in SUFFIXES for p in found):
        raise BadRequest(why=f"{source}: a batch takes a file that ends in {', '.join(SUFFIXES)}, or a folder of them")
    return found


def parts(source: Path, *, rows: int = PART_ROWS) -> Iterator[Part]:
    """The input in parts of `rows` rows, fewer where the notes are long. Holds one part in memory."""
    pieces = (piece for path in files(source) for piece in (_parquet(path) if path.suffix == ".parquet" else _ndjson(path)))
    for number, batch in enumerate(_cut(pieces, rows)):
        yield Part(number=number, rows=batch)


def _parquet(path: Path) -> Iterator[pa.Table]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, memory_map=False, pre_buffer=False) as file:
            there = [c for c in COLUMNS if c in file.schema_arrow.names]
            if "item" not in there and "text" not in there:
                raise BadRequest(why=f"{path.name} has no column `text` (nor `item`); see docs/howto/code-millions.md")
            for batch in file.iter_batches(batch_size=STEP, columns=there, use_threads=False):
                yield pa.Table.from_batches([batch])
    except (pa.ArrowException, OSError) as error:
        raise UnreadableDocument(file=path.name, why=f"it is not a whole Parquet file ({type(error).__name__})") from None


def _ndjson(path: Path) -> Iterator[pa.Table]:
    """Lines as bytes in a column `item`: what is wrong with a line is for the row to say."""
    import pyarrow as pa

    with path.open("rb") as file:
        while lines := [line for _, line in zip(range(STEP), (line for line in file if line.strip()), strict=False)]:
            yield pa.table({"item": pa.array(lines, pa.binary())})


def _cut(pieces: Iterable[pa.Table], rows: int) -> Iterator[pa.RecordBatch]:
    """Pieces joined and cut to `rows` rows or `PART_BYTES`; files with other columns are not joined."""
    held: list[Any] = []
    for piece in pieces:
        if held and piece.schema != held[0].schema:
            yield _joined(held)
            held = []
        while piece.num_rows:
            room = rows - sum(p.num_rows for p in held)
            held.append(piece.slice(0, room))
            piece = piece.slice(room)
            if sum(p.num_rows for p in held) >= rows or sum(p.nbytes for p in held) >= PART_BYTES:
                yield _joined(held)
                held = []
    if held:
        yield _joined(held)


def _joined(held: list[pa.Table]) -> pa.RecordBatch:
    import pyarrow as pa

    table = pa.concat_tables(held).combine_chunks()
    (batch,) = table.to_batches()
    return batch
