"""Ten thousand random tamperings with a ledger: each is found, and the first bad entry is named."""
from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from charthouse.adapters.storage import ledger, schema
from charthouse.adapters.storage.checkpoints import Checkpoints, Signer
from charthouse.record.errors import LedgerBroken
from charthouse.record.event import FIRST, Entry, Event, digest, sealed

SIZE = 10
TIMES = 10_000
TEXTS = [f.name for f in fields(Event)]
Tampering = Callable[[random.Random, list[Entry]], tuple[list[Entry], int]]


def events(n: int) -> list[Event]:
    return [Event(actor=f"a{i % 3}", purpose="treatment", action="chart.read", at=f"2026-03-02T09:00:{i:02}.000000+00:00", patient=f"p{i % 4}", version=str(i)) for i in range(n)]


def chained(told: list[Event], start: list[Entry] | None = None) -> list[Entry]:
    out = list(start or [])
    for event in told:
        out.append(sealed(len(out) + 1, event, out[-1].hash if out else FIRST))
    return out


GOOD = chained(events(SIZE))
SIGNER, OTHER = Signer(bytes(32)), Signer(b"\x01" * 32)


# Each tampering gives the rows as they then are, and the place of the first bad entry.


def edit(chance: random.Random, rows: list[Entry]) -> tuple[list[Entry], int]:
    at, field = chance.randrange(SIZE), chance.choice(TEXTS)
    old = getattr(rows[at].event, field)
    return [*rows[:at], replace(rows[at], event=replace(rows[at].event, **{field: old + chance.choice("x0 ")})), *rows[at + 1 :]], at + 1


def edit_and_seal(chance: random.Random, rows: list[Entry]) -> tuple[list[Entry], int]:
    rows, at = edit(chance, rows)
    return [*rows[: at - 1], sealed(at, rows[at - 1].event, rows[at - 1].previous), *rows[at:]], at


def edit_and_make_the_rest_anew(chance: random.Random, rows: list[Entry]) -> tuple[list[Entry], int]:
    rows, at = edit(chance, rows)
    return chained([r.event for r in rows[at - 1 :]], rows[: at - 1]), at


def change_a_hash(chance: random.Random, rows: list[Entry]) -> tuple[list[Entry], int]:
    at, field = chance.randrange(SIZE), chance.choice(["hash", "previous"])
    return [*rows[:at], replace(rows[at], **{field: f"{chance.getrandbits(256):064x}"}), *rows[at + 1 :]], at + 1


def insert(chance: random.Random, rows: list[Entry]) -> tuple[list[Entry], int]:
    at = chance.randrange(SIZE + 1)
    new = sealed(at + 1, events(60)[chance.randrange(SIZE, 60)], rows[at - 1].hash if at else FIRST)
    return [*rows[:at], new, *(replace(r, seq=r.seq + 1) for r in rows[at:])], at + 1


def insert_and_make_the_rest_anew(chance: random.Random, rows: list[Entry]) -> tuple[list[Entry], int]:
    at = chance.randrange(SIZE)
    return chained([events(60)[59], *(r.event for r in rows[at:])], rows[:at]), at + 1


def delete(chance: random.Random, rows: list[Entry]) -> tuple[list[Entry], int]:
    at = chance.randrange(SIZE)
    return rows[:at] + rows[at + 1 :], at + 1


def delete_and_close_the_gap(chance: random.Random, rows: list[Entry]) -> tuple[list[Entry], int]:
    at = chance.randrange(SIZE - 1)
    return chained([r.event for r in rows[at + 1 :]], rows[:at]), at + 1


def reorder(chance: random.Random, rows: list[Entry]) -> tuple[list[Entry], int]:
    a, b = sorted(chance.sample(range(SIZE), 2))
    out = list(rows)
    out[a], out[b] = replace(rows[b], seq=a + 1), replace(rows[a], seq=b + 1)
    return out, a + 1


def reorder_and_make_the_rest_anew(chance: random.Random, rows: list[Entry]) -> tuple[list[Entry], int]:
    rows, at = reorder(chance, rows)
    return chained([r.event for r in rows[at - 1 :]], rows[: at - 1]), at


def cut_the_tail(chance: random.Random, rows: list[Entry]) -> tuple[list[Entry], int]:
    kept = chance.randrange(SIZE)
    return rows[:kept], kept + 1


TAMPERINGS: list[Tampering] = [
    edit, edit_and_seal, edit_and_make_the_rest_anew, change_a_hash, insert, insert_and_make_the_rest_anew, delete, delete_and_close_the_gap, reorder,
    reorder_and_make_the_rest_anew, cut_the_tail,
]  # fmt: skip


@pytest.fixture
def connection() -> Iterator[sa.Connection]:
    with sa.create_engine("sqlite://").connect() as opened:
        schema.record.create_all(opened, tables=[schema.event, schema.ledger_head])
        yield opened


def put(connection: sa.Connection, rows: list[Entry], head: tuple[int, str]) -> None:
    connection.execute(schema.event.delete())
    connection.execute(schema.ledger_head.delete())
    values = [{"seq": r.seq, "previous": r.previous, "hash": r.hash} | {f: getattr(r.event, f) for f in TEXTS} for r in rows]
    if values:
        connection.execute(schema.event.insert(), values)
    row = (SIGNER if head == (SIZE, GOOD[-1].hash) else OTHER).line(*head)  # who tampers has not the site's key
    connection.execute(schema.ledger_head.insert().values(id=1, **row))


def signed(every: int = 1) -> dict[int, str]:
    return {0: FIRST} | {r.seq: r.hash for r in GOOD if r.seq % every == 0 or r.seq == SIZE}


def test_ten_thousand_tamperings_are_found_and_the_first_bad_entry_named(connection: sa.Connection) -> None:
    chance = random.Random(4)
    put(connection, GOOD, (SIZE, GOOD[-1].hash))
    assert ledger.fault(connection, signed(), SIGNER) is None
    missed = []
    for n in range(TIMES):
        tamper = TAMPERINGS[n % len(TAMPERINGS)]
        rows, at = tamper(chance, GOOD)
        clever = chance.random() < 0.5  # whoever tampers also mends the head
        put(connection, rows, (rows[-1].seq if rows else 0, rows[-1].hash if rows else FIRST) if clever else (SIZE, GOOD[-1].hash))
        fault = ledger.fault(connection, signed(), SIGNER)
        if rows != GOOD and (fault is None or fault.seq != at or str(at) not in fault.why):
            missed.append((n, tamper.__name__, clever, at, fault))
    assert missed == []


def test_between_two_signed_entries_a_chain_made_anew_is_found_where_the_last_signed_one_ends(connection: sa.Connection) -> None:
    chance = random.Random(5)
    for _ in range(500):
        rows, at = edit_and_make_the_rest_anew(chance, GOOD)
        put(connection, rows, (SIZE, rows[-1].hash))
        fault = ledger.fault(connection, signed(every=5), SIGNER)
        assert fault is not None
        assert fault.seq <= at <= min(s for s in signed(every=5) if s >= at)
        assert fault.seq - 1 == max(s for s in signed(every=5) if s < at)


def test_without_the_checkpoints_a_chain_made_anew_would_pass(connection: sa.Connection) -> None:
    rows, _ = edit_and_make_the_rest_anew(random.Random(1), GOOD)
    put(connection, rows, (SIZE, rows[-1].hash))
    connection.execute(schema.ledger_head.update().values(SIGNER.line(SIZE, rows[-1].hash)))
    assert ledger.fault(connection, {}, SIGNER) is None  # by one who has the key: so the tests above prove the signatures, not the chain
    assert ledger.fault(connection, signed(), SIGNER) is not None


def test_an_older_database_put_back_and_written_on_is_found(connection: sa.Connection, tmp_path: Path) -> None:
    kept = Checkpoints(tmp_path / "checkpoints", SIGNER)
    for entry in GOOD:
        kept.add(entry.seq, entry.hash)
    put(connection, GOOD[:8], (8, GOOD[7].hash))
    connection.execute(schema.ledger_head.update().values(SIGNER.line(8, GOOD[7].hash)))  # as it was signed then
    fault = ledger.fault(connection, kept.signed(), SIGNER)
    assert fault is not None
    assert fault.seq == 9
    appending = ledger.Appending(connection, SIGNER)
    appending.append(events(60)[33])
    appending.end()
    assert appending.last is not None
    kept.add(appending.last.seq, appending.last.hash)
    with pytest.raises(LedgerBroken, match="entry 9 was signed twice"):
        kept.signed()


def test_a_forged_checkpoint_is_found_and_a_torn_one_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "checkpoints"
    kept, other = Checkpoints(path, SIGNER), Checkpoints(path, OTHER)
    kept.add(1, GOOD[0].hash)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    kept.add(2, GOOD[1].hash)
    assert kept.signed() == {1: GOOD[0].hash, 2: GOOD[1].hash}
    other.add(3, GOOD[2].hash)
    with pytest.raises(LedgerBroken, match="entry 3 was not signed"):
        kept.signed()


def test_a_proof_holds_for_what_was_signed_and_for_nothing_else(connection: sa.Connection) -> None:
    put(connection, GOOD, (SIZE, GOOD[-1].hash))
    proof = ledger.proof(connection, signed(every=5), 7)
    assert proof is not None
    assert proof["holds"] is True
    assert [e["seq"] for e in proof["chain"]] == [8, 9, 10]  # type: ignore[attr-defined]
    assert ledger.proof(connection, signed(), SIZE + 1) is None
    rows, _ = edit_and_make_the_rest_anew(random.Random(1), GOOD)
    put(connection, rows, (SIZE, rows[-1].hash))
    assert [p["holds"] for n in range(1, SIZE + 1) if (p := ledger.proof(connection, signed(), n))] == [rows[n] == GOOD[n] for n in range(SIZE)]


def test_every_field_counts_in_the_hash() -> None:
    one = events(1)[0]
    assert len({digest(1, replace(one, **{f: "other"}), FIRST) for f in TEXTS} | {digest(1, one, FIRST), digest(2, one, FIRST), digest(1, one, "x")}) == len(TEXTS) + 3
