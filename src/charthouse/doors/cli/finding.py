"""`charthouse find` and `reindex`: charts found again, by what they say and by whose, when, what and with which codes."""
from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from charthouse.bootstrap import finding
from charthouse.doors.cli import told
from charthouse.record.errors import BadDate

if TYPE_CHECKING:
    from charthouse.flow.finding import Answer
    from charthouse.record.finding import Hit
    from charthouse.rooms.finding import Snippet

Words = Annotated[list[str] | None, typer.Argument(metavar="[WORDS]...", help='Words, "phrases", pre*, OR, -without; "last quarter", "without a coded wound stage".', show_default=False)]
Facility = Annotated[list[str] | None, typer.Option("--facility", help="Whose records: may be given again. Else CHARTHOUSE_FACILITY.", show_default=False)]


def find(
    words: Words = None, patient: Annotated[str, typer.Option(help="The patient's id.")] = "", mrn: Annotated[str, typer.Option(help="A number of the patient, of any system.")] = "",
    name: Annotated[str, typer.Option(help="How the family name begins; or 'family, given'.")] = "", born: Annotated[str, typer.Option(help="YYYY-MM-DD.")] = "",
    visit: Annotated[str, typer.Option(help="The visit's number.")] = "", kind: Annotated[str, typer.Option(help="Kind of document, as operative_note.")] = "",
    author: Annotated[str, typer.Option(help="Part of the author's name.")] = "", since: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")] = "",
    until: Annotated[str, typer.Option("--to", help="Last day.")] = "", setting: Annotated[str, typer.Option(help="inpatient or outpatient.")] = "",
    code: Annotated[list[str] | None, typer.Option(help="A code that stands on the visit: E11.65, E11*, E08-E13; again: also this one.", show_default=False)] = None,
    without_code: Annotated[list[str] | None, typer.Option(help="A code that does not stand on the coded visit.", show_default=False)] = None,
    unit: Annotated[str, typer.Option(help="Nursing unit of the visit.")] = "", facility: Facility = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="Hits on a page.")] = 10, page: Annotated[int, typer.Option(min=1)] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find documents."""
    from charthouse.record.finding import Question

    with told.errors():
        given = Question(patient=patient, number=mrn, name=name, born=_day(born), visit=visit, kind=kind, author=author, setting=setting, unit=unit, since=_day(since),
                         until=_day(until), codes=tuple(tuple(c.split(",")) for c in code or ()), without=tuple(tuple(c.split(",")) for c in without_code or ()))
        understood = finding.understood(" ".join(words or ()), given)
        answer = finding.find(understood.question, facility or (), first=(page - 1) * limit, most=limit)
        (_print_json if as_json else _print)(answer, understood.notes, (page - 1) * limit)


def reindex() -> None:
    """Make the index of what is found anew from the record."""
    with told.errors(), told.progress("documents") as tell:
        number = finding.reindex(tell)
        typer.echo(f"{number} documents are in the index.")


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise BadDate(value=said) from None


def _print(answer: Answer, notes: tuple[str, ...], first: int) -> None:
    from rich.console import Console

    out = Console(highlight=False, soft_wrap=True)
    for note in notes:
        out.print(f"understood: {note}", style="dim", markup=False)
    found = answer.found
    if not found.hits:
        out.print("Nothing was found." if not first else "There is no such page.", markup=False)
        return
    last = first + len(found.hits)
    out.print(f"{first + 1} to {last} of {'more than ' if found.more else ''}{found.count}" + (f"; the {found.ranked} filed last are put in order" if found.ranked else ""), markup=False)
    for n, (hit, passage) in enumerate(answer.shown, first + 1):
        where = ", ".join(part for part in (hit.kind, hit.day.isoformat() if hit.day else "", hit.setting, hit.unit, hit.author) if part)
        out.print(f"\n{n}. {hit.name}  {hit.number}  {where}", style="bold", markup=False)
        out.print(_marked(passage))
        out.print(f"   document {hit.document}  visit {hit.encounter}  patient {hit.patient}", style="dim", markup=False)


def _marked(passage: Snippet) -> Any:
    from rich.text import Text

    text = Text(passage.text)
    for start, end in passage.marks:
        text.stylize("reverse" if end > start else "", start, end)
    return Text("   ") + Text("… " if passage.before else "") + Text(" ").join(text.split()) + Text(" …" if passage.after else "")


def _print_json(answer: Answer, notes: tuple[str, ...], first: int) -> None:
    found = answer.found
    typer.echo(json.dumps({"understood": list(notes), "count": found.count, "more": found.more, "ranked": found.ranked or found.count, "first": first,
                           "hits": [hit_dict(hit, passage) for hit, passage in answer.shown]}, ensure_ascii=False, indent=1))


def hit_dict(hit: Hit, passage: Snippet) -> dict[str, Any]:
    return {"document": hit.document, "encounter": hit.encounter, "patient": hit.patient, "name": hit.name, "number": hit.number, "facility": hit.facility,
            "setting": hit.setting, "unit": hit.unit, "kind": hit.kind, "author": hit.author, "day": hit.day.isoformat() if hit.day else None, "score": round(hit.score, 4),
            "snippet": {"text": passage.text, "start": passage.start, "marks": [list(m) for m in passage.marks]}}
