"""Completion of charts, wired: the tables, the site's own numbers (`chart.toml` in the data folder), and who is at the desk."""
from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from charthouse import settings
from charthouse.bootstrap import record
from charthouse.record.errors import BadChartRules, BadRequest

if TYPE_CHECKING:
    from charthouse.flow.completion import Analysis, Rules
    from charthouse.flow.desk import Desk
    from charthouse.flow.retention import Schedule
    from charthouse.flow.steps import Work

SITE_FILE = "chart.toml"
STARTS = ("discharge", "last contact")
_KNOWN = {"": {"site_rules", "completion", "retention"}, "completion": {"within_days", "suspend_after_days"},
          "retention": {"citation", "years", "from", "majority", "years_after_majority"}}


def table(name: str, columns: int) -> list[tuple[str, ...]]:
    """The rows of a table of the chart room."""
    from charthouse.flow.tables import rows as read

    rows = list(read("chart", name))
    assert all(len(row) == columns for row in rows), f"{name}: each row has {columns} columns"
    return rows


def site_file() -> dict[str, Any]:
    """What the site says in `chart.toml`; empty without one. Raises `BadChartRules` for a field that is not known, so that no rule is lost in silence."""
    path = settings.data_folder() / SITE_FILE
    if not path.exists():
        return {}
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadChartRules(file=path, why=f"it is not valid TOML ({error})") from None
    for part, known in _KNOWN.items():
        held = said.get(part, {}) if part else said
        odd = sorted(set(held) - known) if isinstance(held, dict) else [part]
        if odd:
            raise BadChartRules(file=path, why=f"{' and '.join(odd)} {'is' if len(odd) == 1 else 'are'} not known there")
    return said


def rules() -> Rules:
    """The law's rows, and those of the site's own that it names."""
    from charthouse.flow.completion import Rules
    from charthouse.rooms.chart import elements, opposites, requirements

    said = site_file()
    own = said.get("site_rules", [])
    rows = requirements(table("deficiencies.tsv", 12))
    there = {r.rule for r in rows if r.authority == "site"}
    if not isinstance(own, list) or not set(map(str, own)) <= there:
        raise BadChartRules(file=settings.data_folder() / SITE_FILE, why=f"site_rules is a list of {', '.join(sorted(there))}")
    numbers = {"within_days": 30, "suspend_after_days": 0} | said.get("completion", {})
    if any(not isinstance(n, int) or n < 0 for n in numbers.values()) or numbers["within_days"] > 30:
        raise BadChartRules(file=settings.data_folder() / SITE_FILE, why="days are whole numbers from 0 on, and within_days is at most 30 (42 CFR 482.24(c)(4)(viii))")
    return Rules(required=tuple(r for r in rows if r.authority == "law" or r.rule in own), said=elements(table("elements.tsv", 5)),
                 opposites=opposites((a, b, c) for a, b, c in table("contradictions.tsv", 3)), within=numbers["within_days"], suspend_after=numbers["suspend_after_days"])


def facility(named: str) -> str:
    """The one that was named, else the setting. Raises `BadRequest` where there is neither."""
    found = named or settings.facility()
    if not found:
        raise BadRequest(why="Name the facility with --facility, or set CHARTHOUSE_FACILITY")
    return found


@contextmanager
def desk(role: str, facility: str) -> Iterator[Desk]:
    with record.opened() as site:
        yield record.sign_in(site, record.person(role, facility), "operations")


def checked(work: Work, rules: Rules, today: date) -> Analysis:
    """The analysis of an encounter that came as files."""
    from charthouse.bootstrap.ocr import confined
    from charthouse.flow.completion import analysed, visit_of
    from charthouse.flow.steps import read_documents
    from charthouse.rooms.chart import assemble

    read = read_documents(work, confined())
    chart = assemble(read.encounter, read.documents)
    return analysed(chart, visit_of(chart), rules, today)


def schedule() -> Schedule:
    """How long records are kept here. Raises `BadChartRules`."""
    from charthouse.flow.retention import Schedule
    from charthouse.rooms.chart import StateRule, periods

    said = site_file().get("retention")
    state = None
    if said is not None:
        numbers = [said.get(name) for name in ("years", "majority", "years_after_majority")]
        if not all(isinstance(n, int) and 0 <= n <= 100 for n in numbers) or not str(said.get("citation") or "").strip() or said.get("from", "discharge") not in STARTS:
            raise BadChartRules(file=settings.data_folder() / SITE_FILE,
                                why=f"[retention] needs citation, years, majority, years_after_majority, and from as {' or '.join(STARTS)}")
        state = StateRule(citation=str(said["citation"]).strip(), years=said["years"], start=said.get("from", "discharge"), majority=said["majority"],
                          years_after_majority=said["years_after_majority"])
    return Schedule(periods=periods(table("retention.tsv", 7)), state=state)


def sign_destruction(facility: str, id: str, today: date) -> str:
    """Signed by the user of this machine as `retention_signer`, and what is left on disk removed; the certificate."""
    from charthouse.adapters.storage.retention import scrub
    from charthouse.flow.retention import sign

    with record.opened() as site:
        done = sign(record.sign_in(site, record.person("retention_signer", facility), "operations"), facility, id, schedule(), today)
        scrub(site)
    return done.certificate


def certificate_page(text: str) -> str:
    """The certificate as a page to print."""
    from charthouse.adapters.paper.certificate import page

    return page(text)
