"""The unit of a batch: record batch in, record batch out, the same under every engine."""
from __future__ import annotations

import json
import pickle
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.doors.batch import DDL, code_batch, code_batches
from charthouse.record.errors import BookNotBuilt

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")

pytestmark = pytest.mark.usefixtures("book")
ROOT = Path(__file__).parents[2]
NOTE = "Assessment:\n1. Community acquired pneumonia.\n2. Type 2 diabetes mellitus.\nNo chest pain."
SECRET = "Zebulon Quartermain"


def rows(*given: dict[str, Any]) -> Any:
    return pa.RecordBatch.from_pylist(list(given))


def note(id: object = "a", **more: Any) -> dict[str, Any]:
    return {"id": id, "text": NOTE, "setting": "outpatient", "date": "2026-03-02", "sex": "F", "age": 61} | more


def test_a_row_gets_the_answer_of_the_command(asked: Callable[..., Any]) -> None:
    (got,) = code_batch(rows(note())).to_pylist()
    (answers, _) = asked("code", [{"id": "a", "text": NOTE, "date": "2026-03-02", "patient": {"sex": "F", "age": 61}}])
    assert json.loads(got["result"]) == answers[0]
    standing = [c for c in answers[0]["codes"] if c["status"] != "suppressed"]
    assert got["codes"] == [c["code"] for c in standing]
    assert {"J18.9", "E11.9"} <= set(got["codes"])
    assert got["auto"] == [c["code"] for c in standing if c["status"] == "auto"]
    assert (got["id"], got["error"], got["drg"]) == ("a", None, None)


def test_rows_of_the_ndjson_form_get_the_same() -> None:
    item = json.dumps({"id": 7, "text": NOTE, "date": "2026-03-02", "setting": "inpatient", "patient": {"sex": "F", "age": 61}})
    as_text, as_bytes = (code_batch(pa.RecordBatch.from_pylist([{"item": i}])).to_pylist()[0] for i in (item, item.encode()))
    assert as_text == as_bytes
    assert as_text["id"] == "7"
    assert json.loads(as_text["result"])["id"] == 7
    assert re.fullmatch(r"\d{3}", as_text["drg"])


@pytest.mark.parametrize("when", ["2026-03-02", date(2026, 3, 2), datetime(2026, 3, 2, 8, 30)])
@pytest.mark.parametrize("age", [61, 61.0, None])
def test_dates_and_ages_are_taken_as_tables_hold_them(when: object, age: object) -> None:
    (got,) = code_batch(rows(note(date=when, age=age))).to_pylist()
    assert got["error"] is None
    assert "J18.9" in got["codes"]


def test_only_the_text_must_be_there() -> None:
    (got,) = code_batch(pa.RecordBatch.from_pylist([{"text": NOTE}]), on="2026-03-02").to_pylist()
    assert (got["id"], got["error"]) == (None, None)


def test_a_bad_row_is_an_error_row_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = [note("b", text=None), note("c", date="soon"), note("d", text=" "), note("e", date="1950-01-01"), note("f", age=61.5), note("g", setting="moon")]
    got = code_batch(rows(note("a"), *bad, note("z"))).to_pylist()
    assert [g["id"] for g in got] == ["a", "b", "c", "d", "e", "f", "g", "z"]
    assert [g["error"] for g in got] == [None, "CH-0205", "CH-0204", "CH-0201", "CH-0101", "CH-0205", "CH-0205", None]
    assert all(json.loads(g["result"])["error"]["code"] == g["error"] for g in got if g["error"])


@pytest.mark.parametrize("line", ["", "{", "[]", "null", '"x"', "[" * 5000, b"\xff", None, '{"id": "\\ud800", "text": "\\ud800 pneumonia", "date": "2026-03-02"}'])
def test_a_line_that_is_no_item_is_an_error_row(line: object) -> None:
    (got,) = code_batch(pa.RecordBatch.from_pylist([{"item": line}])).to_pylist()
    assert (got["error"] == "CH-0205") or "ud800" in str(line)


def test_a_fault_inside_ends_one_row_and_tells_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object, **more: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("charthouse.flow.run.run", broken)
    (got,) = code_batch(rows(note())).to_pylist()
    assert got["error"] == "CH-0000"
    assert SECRET not in got["result"]


def test_what_is_wrong_with_the_installation_is_no_rows_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a worker without a book would write parts of errors that count as done."""
    def no_book() -> None:
        raise BookNotBuilt(path="nowhere")

    monkeypatch.setattr("charthouse.bootstrap.kit", no_book)
    with pytest.raises(BookNotBuilt):
        code_batch(rows(note()))


def test_no_rows_give_no_rows_of_the_same_form() -> None:
    assert code_batch(rows(note()).slice(0, 0)).schema == code_batch(rows(note())).schema


def test_it_can_be_pickled_with_its_options() -> None:
    unit = pickle.loads(pickle.dumps(partial(code_batch, on="2026-03-02")))
    assert unit(rows({"text": NOTE})).equals(code_batch(rows({"text": NOTE}), on="2026-03-02"))


# -- under other engines -------------------------------------------------------------------------------------------------------------
def test_duckdb_feeds_the_same_function(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    source = tmp_path / "notes.parquet"
    pq.write_table(pa.Table.from_pylist([note(str(n)) for n in range(5)]), source)
    reader = duckdb.sql(f"SELECT id, text, setting, date, sex, age FROM '{source}' ORDER BY id").to_arrow_reader(2)
    coded = pa.Table.from_batches(code_batches(reader))
    assert coded.column("id").to_pylist() == ["0", "1", "2", "3", "4"]
    counted = duckdb.sql("SELECT code, count(*) FROM (SELECT unnest(codes) AS code FROM coded) GROUP BY code").fetchall()
    assert ("J18.9", 5) in counted


def test_spark_gets_what_its_schema_says(book: SqliteCodeBook) -> None:
    """`mapInArrow` hands a function an iterator of record batches, and checks what comes back against the schema it was given."""
    def partition() -> Iterator[Any]:
        yield rows(note("a"), note("b"))
        yield rows(note("c")).slice(0, 0)
        yield rows(note("d"))

    got = list(code_batches(partition()))
    assert [b.num_rows for b in got] == [2, 0, 1]
    named = {"string": pa.string(), "array<string>": pa.list_(pa.string())}
    assert pa.schema([(column, named[kind]) for column, kind in (c.split() for c in DDL.split(", "))]) == got[0].schema
    assert list(code_batches(iter(()))) == []


def test_the_how_to_shows_the_wrapper_and_the_schema_as_they_are() -> None:
    page = (ROOT / "docs" / "howto" / "code-millions.md").read_text(encoding="utf-8")
    assert "mapInArrow(code_batches, DDL)" in page
    assert "from charthouse.doors.batch import DDL, code_batches" in page
    assert all(f"`{column.split()[0]}`" in page for column in DDL.split(", "))
