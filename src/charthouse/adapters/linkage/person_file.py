"""A file of people: comma-separated, with a header line that has `rec_id` and any of the columns of FEBRL."""
from __future__ import annotations

import csv
from pathlib import Path

from charthouse.record.errors import BadPersonFile

COLUMNS = ("given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode", "state", "date_of_birth", "soc_sec_id", "sex", "phone_number")


def read(path: Path) -> list[dict[str, str]]:
    """The rows by their columns, other columns left out. Raises `BadPersonFile`, naming the line and never quoting it."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as f:
            return _rows(path, csv.reader(f, skipinitialspace=True, strict=True))
    except OSError as error:
        raise BadPersonFile(file=path, why=error.strerror or "it cannot be read") from None
    except UnicodeDecodeError:
        raise BadPersonFile(file=path, why="it is not UTF-8") from None
    except csv.Error:
        raise BadPersonFile(file=path, why="it is not comma-separated text with quotes that close") from None


def _rows(path: Path, lines: object) -> list[dict[str, str]]:
    reader = iter(lines)  # type: ignore[call-overload]
    header = [name.strip().casefold() for name in next(reader, [])]
    if "rec_id" not in header or not set(header) & set(COLUMNS):
        raise BadPersonFile(file=path, why=f"its first line must name `rec_id` and columns of a person ({', '.join(COLUMNS)})")
    if len(set(header)) < len(header):
        raise BadPersonFile(file=path, why="its first line names a column twice")
    rows: list[dict[str, str]] = []
    seen: set[str] = set()
    for number, line in enumerate(reader, 2):
        if not any(cell.strip() for cell in line):
            continue
        row = {name: cell.strip() for name, cell in zip(header, line, strict=False) if name == "rec_id" or name in COLUMNS}
        if len(line) != len(header) or not row["rec_id"] or row["rec_id"] in seen:
            raise BadPersonFile(file=path, why=f"record {number - 1} has {'another number of columns than the first line' if len(line) != len(header) else 'no rec_id, or that of another one'}")
        seen.add(row["rec_id"])
        rows.append(row)
    return rows
