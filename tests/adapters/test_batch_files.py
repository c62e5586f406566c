"""Input cut into parts, and a folder in which a part is whole or not there."""
from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from charthouse.adapters.batch import folder as module
from charthouse.adapters.batch import read
from charthouse.adapters.batch.folder import OutFolder, PartWork, digest
from charthouse.adapters.batch.local import LocalBatch
from charthouse.ports.batch import Part
from charthouse.record.errors import BadRequest, CannotWrite, CharthouseError, OtherBatch, UnreadableDocument

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


def parquet(path: Path, ids: range, text: str = "Note.", **more: Any) -> Path:
    pq.write_table(pa.table({"id": [str(i) for i in ids], "text": [f"{text} {i}" for i in ids], "other": ["x" for _ in ids]}), path, **more)
    return path


def ids(source: Path, rows: int) -> list[list[str]]:
    return [p.rows.column("id").to_pylist() for p in read.parts(source, rows=rows)]


# -- reading -----------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("group", [7, 64, 1000])
def test_parts_hold_every_row_once_however_the_file_is_laid_out(tmp_path: Path, group: int) -> None:
    cut = ids(parquet(tmp_path / "a.parquet", range(250), row_group_size=group), 64)
    assert [len(c) for c in cut] == [64, 64, 64, 58]
    assert [i for c in cut for i in c] == [str(n) for n in range(250)]


def test_only_the_columns_that_are_used_are_read(tmp_path: Path) -> None:
    (part,) = read.parts(parquet(tmp_path / "a.parquet", range(3)))
    assert part.rows.schema.names == ["id", "text"]


def test_a_folder_is_read_by_name_and_other_columns_begin_another_part(tmp_path: Path) -> None:
    parquet(tmp_path / "a.parquet", range(5))
    parquet(tmp_path / "b.parquet", range(5, 10))
    (tmp_path / "c.ndjson").write_bytes(b'{"id": 1}\n\n{"id": 2}\n')
    parts = list(read.parts(tmp_path, rows=4))
    assert [p.number for p in parts] == [0, 1, 2, 3]
    assert [p.rows.num_rows for p in parts] == [4, 4, 2, 2]
    assert parts[-1].rows.column("item").to_pylist() == [b'{"id": 1}\n', b'{"id": 2}\n']


def test_long_notes_make_smaller_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "PART_BYTES", 100_000)
    source = parquet(tmp_path / "a.parquet", range(1000), text="word " * 200)
    sizes = [len(c) for c in ids(source, 1000)]
    assert len(sizes) > 5
    assert sum(sizes) == 1000
    assert [len(c) for c in ids(source, 1000)] == sizes


def test_ndjson_has_any_line_as_it_is(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    source.write_bytes(b'{"a": "\xff"}\r\n' + b"\n" + b"not json\n" + b'{"id": 3}')
    (part,) = read.parts(source)
    assert part.rows.column("item").to_pylist() == [b'{"a": "\xff"}\r\n', b"not json\n", b'{"id": 3}']


@pytest.mark.parametrize("name", ["none.parquet", "notes.csv", "."])
def test_what_is_no_input_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.csv").write_text("id,text\n", encoding="utf-8")
    with pytest.raises(BadRequest):
        read.files(tmp_path / "empty" if name == "." and (tmp_path / "empty").mkdir() is None else tmp_path / name)


def test_a_file_without_text_or_that_is_no_parquet_is_told(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["1"]}), tmp_path / "a.parquet")
    with pytest.raises(BadRequest, match="`text`"):
        list(read.parts(tmp_path / "a.parquet"))
    (tmp_path / "b.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(UnreadableDocument):
        list(read.parts(tmp_path / "b.parquet"))


# -- writing -----------------------------------------------------------------------------------------------------------------------
def coded(rows: Any) -> Any:
    """As if coded: rows whose id is odd have failed."""
    found = rows.column("id").to_pylist()
    return pa.RecordBatch.from_pydict({"id": found, "error": pa.array(["CH-0201" if int(i) % 2 else None for i in found], pa.string())})


@pytest.fixture
def out(tmp_path: Path) -> OutFolder:
    made = OutFolder(tmp_path / "out")
    made.begin({"input": "x"})
    return made


def a_part(number: int = 0) -> Part:
    return Part(number=number, rows=pa.RecordBatch.from_pydict({"id": ["0", "1", "2"]}))


def test_a_part_is_written_once_and_then_known(out: OutFolder) -> None:
    calls: list[int] = []

    def counted(rows: Any) -> Any:
        calls.append(1)
        return coded(rows)

    first, second = (PartWork(out, counted)(a_part(4)) for _ in range(2))
    assert (first.number, first.rows, first.failed, first.before) == (4, 3, 1, False)
    assert (second.number, second.rows, second.failed, second.before) == (4, 3, 1, True)
    assert len(calls) == 1
    assert list(out.there()) == [second]
    assert pq.read_table(out.part(4)).column("id").to_pylist() == ["0", "1", "2"]


def test_what_was_broken_off_is_no_part(out: OutFolder) -> None:
    (out.path / ".part-000001.parquet.ab12").write_bytes(b"half")
    assert list(out.there()) == []
    out.begin({"input": "x"})
    assert [p.name for p in out.path.iterdir()] == ["batch.json"]


def test_a_write_that_fails_leaves_no_part(out: OutFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(CannotWrite, match="No space left"):
        PartWork(out, coded)(a_part())
    assert list(out.there()) == []


def test_the_file_is_on_the_disk_before_it_has_its_name(out: OutFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(module.os, "fsync", lambda fd: (order.append("fsync"), fsync(fd))[1])
    monkeypatch.setattr(Path, "replace", lambda self, target: (order.append("rename"), replace(self, target))[1])
    out.write(0, coded(a_part().rows))
    assert order == ["fsync", "rename", "fsync"]


@pytest.mark.parametrize("other", [{"input": "y"}, {"input": "x", "date": "2026-03-02"}, {}])
def test_another_batch_does_not_go_into_the_same_folder(out: OutFolder, other: dict[str, str]) -> None:
    with pytest.raises(OtherBatch):
        out.begin(other)


def test_the_digest_is_of_the_contents(tmp_path: Path) -> None:
    first, second = parquet(tmp_path / "a.parquet", range(3)), parquet(tmp_path / "b.parquet", range(4))
    assert digest((first,)) == digest((parquet(tmp_path / "c.parquet", range(3)),))
    assert len({digest((first,)), digest((second,)), digest((first, second)), digest((second, first))}) == 4


def test_an_error_of_a_worker_can_be_told_elsewhere() -> None:
    error = CannotWrite(path="out", why="No space left on device")
    again: CharthouseError = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.fields) == (CannotWrite, str(error), error.fields)


def test_the_local_engine_takes_a_part_only_when_the_last_is_done(out: OutFolder) -> None:
    taken: list[int] = []

    def parts() -> Iterator[Part]:
        for n in range(3):
            taken.append(n)
            yield a_part(n)

    for done in LocalBatch().run(PartWork(out, coded), parts()):
        assert taken == list(range(done.number + 1))


# -- the command -------------------------------------------------------------------------------------------------------------------
NOTE = "Assessment: pneumonia."


def test_the_command_codes_a_file_into_a_folder_and_takes_it_up_again(tmp_path: Path, book: object, batch_command: Callable[..., Any]) -> None:
    source, target = tmp_path / "notes.ndjson", tmp_path / "out"
    source.write_text("".join(json.dumps({"id": n, "text": NOTE if n else "", "date": "2026-03-02"}) + "\n" for n in range(3)), encoding="utf-8")
    first = batch_command("code", source, "--out", target)
    assert first.exit_code == 4
    assert "3 notes, 1 failed" in first.stdout
    rows = pq.read_table(target / "part-000000.parquet").to_pylist()
    assert [(r["id"], r["error"], r["codes"]) for r in rows] == [("0", "CH-0201", []), ("1", None, ["J18.9"]), ("2", None, ["J18.9"])]
    before = (target / "part-000000.parquet").stat()
    again = batch_command("code", source, "--out", target)
    assert (again.exit_code, json.loads((target / "summary.json").read_text())["notes_now"]) == (4, 0)
    assert (target / "part-000000.parquet").stat() == before
    other = batch_command("code", source, "--out", target, "--date", "2026-03-03")
    assert (other.exit_code, other.stderr.split(":")[0]) == (2, "CH-0521")


@pytest.mark.parametrize("more", [("--engine", "ray"), ("--workers", "2"), ("--out", "o", "--engine", "spark"), ("--out", "o", "--second-reader"), ("--out", "o")])
def test_options_that_do_not_go_together_are_told(tmp_path: Path, batch_command: Callable[..., Any], more: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "note.txt").write_text(NOTE, encoding="utf-8")
    result = batch_command("code", tmp_path / "note.txt", *more)
    assert result.exit_code == 4
    assert result.stderr.startswith("CH-0205")


@pytest.fixture
def batch_command(book: object) -> Callable[..., Any]:
    from typer.testing import CliRunner

    from charthouse.doors.cli.main import app

    return lambda *arguments: CliRunner().invoke(app(), [str(a) for a in arguments])
