"""Authentication: what the sender says, what the text says, a name that closes it."""
from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from chart_kit import OP, SIGNED, document, lacks, rules, whole

from charthouse.rooms.chart.signed import signature

BODY = "PROGRESS NOTE\nBetter today, walks the ward, eats well.\nPlan: go on as before.\n"


@pytest.mark.parametrize(("ending", "yes"), [
    ("Electronically signed by Ann Miller MD 11 March 2026", True), ("/s/ A. Miller", True), ("A. Miller MD", True), ("Miller", True), ("Authenticated by: B. Other", True),
    ("Go on.   A. Miller MD", True), ("A. Miller MD\n\nAddendum: labs are fine.", True), ("", False), ("Home tomorrow.", False), ("AM", False),
    ("Dictated but not read. A. Miller MD", False), ("Dictated but not signed. A. Miller MD", False), ("Signature pending", False), ("B. Other MD", True), ("Wound clean", False),
])  # fmt: skip
def test_what_counts_as_signed(ending: str, yes: bool) -> None:
    made = signature(document("progress_note", BODY + ending))
    assert made.signed is yes
    assert all(s.text in BODY + ending for s in made.spans)
    assert bool(made.spans) or not yes


def test_the_sender_decides_against_the_text() -> None:
    assert not signature(replace(document("progress_note", BODY + SIGNED), signed=False)).signed
    assert signature(replace(document("progress_note", BODY), signed=True)).signed


def test_an_unsigned_document_is_its_authors_deficiency_until_thirty_days_after_discharge() -> None:
    made = lacks([*whole(), document("progress_note", BODY, date(2026, 3, 11))])
    assert rules(made) == ["chart/authenticated"]
    assert (made[0].kind, made[0].owner, made[0].due, made[0].document) == ("unsigned", "Dr. Ann Miller", date(2026, 4, 12), "progress_note")


def test_a_laboratory_report_needs_no_signature() -> None:
    assert lacks([*whole(), document("laboratory_report", "Hgb 10.4", date(2026, 3, 11))]) == []


def test_the_operative_report_is_signed_by_the_surgeon_whom_it_names() -> None:
    made = lacks(whole(operative_note=(OP.replace(SIGNED, "\nElectronically signed by Bob Other PA-C"), date(2026, 3, 10))))
    assert rules(made) == ["chart/signed-by-surgeon"]
    assert made[0].owner.startswith("Ann Miller")
