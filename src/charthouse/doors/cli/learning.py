"""`charthouse learn`: corrections in, changes proposed with their effect, applied when no promise breaks, undone at will."""
from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from charthouse import bootstrap
from charthouse.doors.cli import told
from charthouse.record.errors import BadCorrection, BadRequest, NothingLearned, PromiseBroken

if TYPE_CHECKING:
    from charthouse.flow.learning import Case
    from charthouse.flow.steps import Kit

app = typer.Typer(no_args_is_help=True, help="Learn from corrections: propose changes, see what they would do, apply and undo them.")
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Numbers = Annotated[list[int], typer.Argument(help="Numbers of changes, as `learn propose` shows them.", metavar="NUMBER...")]


@app.command()
def add(corrections: Annotated[str, typer.Argument(help="NDJSON: charts with their corrections; - for standard input.")]) -> None:
    """Keep corrected charts as cases. Nothing changes by it."""
    from charthouse.doors.cli import ndjson

    with told.errors():
        told.ready()
        items = [_checked(n, line) for n, line in enumerate(ndjson.lines(corrections), 1) if line.strip()]
        bootstrap.learned().add_cases(items)
        typer.echo(f"{len(items)} charts kept; {len(bootstrap.learned().cases())} cases in all. Next: charthouse learn propose")


@app.command()
def finished(
    since: Annotated[str, typer.Option("--from", help="First day of the visits, YYYY-MM-DD.")], until: Annotated[str, typer.Option("--to", help="Last day.")],
    facility: Annotated[list[str] | None, typer.Option("--facility", help="Whose records: may be given again. Else CHARTHOUSE_FACILITY.", show_default=False)] = None,
) -> None:
    """The charts that people finished at the workbench, with their corrections, as `learn add -` takes them."""
    from datetime import date

    from charthouse.bootstrap import finding
    from charthouse.flow.finished import finished_charts

    with told.errors():
        try:
            days = date.fromisoformat(since), date.fromisoformat(until)
        except ValueError:
            raise BadRequest(why="A day is written as 2026-03-02") from None
        with finding.at_desk("him_manager", "operations", facility or ()) as desk:
            for item in finished_charts(desk, *days):
                typer.echo(json.dumps(item, ensure_ascii=False))


@app.command()
def propose(as_json: Json = False) -> None:
    """What the corrections ask to change, each change replayed over all cases and the gold charts."""
    from charthouse.doors.cli import learning_view
    from charthouse.flow.learning import propose as all_changes

    with told.errors():
        told.ready()
        kept = bootstrap.learned()
        if not kept.cases():
            raise NothingLearned()
        old = [c for c in kept.changes() if c["state"] != "proposed"]
        number = max((int(c["id"]) for c in old), default=0)
        with told.progress("replaying") as tell:
            new = []
            for n, p in enumerate(all_changes(_cases(bootstrap.kit()), bootstrap.kit()), 1):
                tell("replaying", n, n)
                new.append({"id": number + n, "state": "proposed", "order": 0, "change": p.change.as_dict(), "effect": p.effect.as_dict(),
                            "keeps": p.effect.keeps_what_is_promised, "history": []})
        kept.write_changes([*old, *new])
        if as_json:
            typer.echo(json.dumps(new, ensure_ascii=False, indent=1))
        else:
            learning_view.proposals(new, len(kept.cases()))


@app.command()
def apply(numbers: Numbers) -> None:
    """Apply changes, each only if no signed chart gets worse and errors over all charts become fewer: checked again now."""
    from charthouse.flow.learning import replay
    from charthouse.record.learning import Change

    with told.errors():
        told.ready()
        for number in numbers:
            kept = bootstrap.learned()
            rows = kept.changes()
            row = _row(rows, number, {"proposed", "undone"})
            kit = bootstrap.kit()
            effect = replay(_cases(kit), kit, Change(**row["change"]))
            if not effect.keeps_what_is_promised:
                raise PromiseBroken(number=number, worse=len(effect.worse), before=effect.errors_before, after=effect.errors_after)
            order = max((int(r["order"]) for r in rows), default=0) + 1
            row |= {"state": "applied", "order": order, "effect": effect.as_dict(), "history": [*row["history"], _now("applied")]}
            kept.write_changes(rows)
            bootstrap.site_kit.cache_clear()
            typer.echo(f"Change {number} is in force: {effect.errors_before} errors before, {effect.errors_after} now. Undo: charthouse learn undo {number}")


@app.command()
def undo(numbers: Numbers) -> None:
    """Take changes back; answers are again what they were without them."""
    with told.errors():
        for number in numbers:
            kept = bootstrap.learned()
            rows = kept.changes()
            row = _row(rows, number, {"applied"})
            row |= {"state": "undone", "order": 0, "history": [*row["history"], _now("undone")]}
            kept.write_changes(rows)
            typer.echo(f"Change {number} is undone.")
        bootstrap.site_kit.cache_clear()


@app.command()
def show(
    number: Annotated[int, typer.Argument(help="A change, to see every code that it turns. Without: all changes.", metavar="[NUMBER]")] = 0,
    as_json: Json = False,
) -> None:
    """The changes with their state, or one with every code that it turns for better and worse."""
    from charthouse.doors.cli import learning_view

    with told.errors():
        rows = bootstrap.learned().changes()
        found: Any = _row(rows, number, {"proposed", "applied", "undone"}) if number else rows
        if as_json:
            typer.echo(json.dumps(found, ensure_ascii=False, indent=1))
        elif number:
            learning_view.one(found)
        else:
            learning_view.proposals(rows, len(bootstrap.learned().cases()))


def _now(what: str) -> dict[str, str]:
    return {"what": what, "at": datetime.now(UTC).isoformat(timespec="seconds")}


def _row(rows: list[dict[str, Any]], number: int, states: set[str]) -> dict[str, Any]:
    row = next((r for r in rows if r["id"] == number), None)
    if row is None or row["state"] not in states:
        there = ", ".join(f"{r['id']} ({r['state']})" for r in rows) or "none"
        raise BadRequest(why=f"There is no change {number} for that. Changes: {there}")
    return row


def _cases(kit: Kit) -> list[Case]:
    """The site's signed charts and the gold charts that ship."""
    from charthouse.doors.cli import items
    from charthouse.flow.learning import Case

    own = [_case(item, kit) for item in bootstrap.learned().cases()]
    return own + [Case(work=items.work_of(g), codes=frozenset(g["codes"]), promised=False) for g in bootstrap.gold()]


def _case(item: dict[str, Any], kit: Kit) -> Case:
    from charthouse.doors.cli import items
    from charthouse.flow.learning import Case, case_of
    from charthouse.record.learning import Correction

    work = items.work_of(item)
    made = tuple(Correction(**c) for c in item.get("corrections") or ())
    return Case(work=work, codes=frozenset(item["signed"]), corrections=made) if "signed" in item else case_of(work, made, kit)


def _checked(number: int, line: str) -> dict[str, Any]:
    """A line as it is kept: the chart, its corrections, and the codes that were signed with them."""
    from charthouse.record.learning import ACTIONS, REASONS

    try:
        item = json.loads(line)
    except ValueError:
        raise BadCorrection(line=number, why="it is not JSON") from None
    if not isinstance(item, dict) or not str(item.get("id") or ""):
        raise BadCorrection(line=number, why="`id` is missing")
    corrections = item.get("corrections")
    if not isinstance(corrections, list) or not all(isinstance(c, dict) for c in corrections):
        raise BadCorrection(line=number, why="`corrections` is a list of {action, code, to, words, reason}")
    for c in corrections:
        if c.get("action") not in ACTIONS:
            raise BadCorrection(line=number, why=f"`action` is one of {', '.join(ACTIONS)}")
        if c.get("reason", "") not in REASONS:
            raise BadCorrection(line=number, why=f"`reason` is one of {', '.join(r for r in REASONS if r)}")
        for field in ("code", "to") if c["action"] == "change" else ("code",):
            _known(number, field, c.get(field), str(item.get("date") or ""))
        if set(c) - {"action", "code", "to", "words", "reason"}:
            raise BadCorrection(line=number, why="a correction has only action, code, to, words, reason")
        if c.get("words") and not _stands(item, str(c["words"])):
            raise BadCorrection(line=number, why="`words` do not stand in the text as they are written there")
    return item | {"signed": sorted(_case(item, bootstrap.kit()).codes)}


def _known(number: int, field: str, code: object, on: str) -> None:
    from charthouse.doors.cli import items

    if not isinstance(code, str) or not bootstrap.codebook().valid(code, items.a_date(on)):
        raise BadCorrection(line=number, why=f"`{field}` is not a complete ICD-10-CM code on that date")


def _stands(item: dict[str, Any], words: str) -> bool:
    texts = [str(item.get("text") or ""), *(str(d.get("text") or "") for d in item.get("documents") or ())]
    return any(" ".join(words.split()) in " ".join(text.split()) for text in texts)
