"""What a payer asks: rules with their own cases, the time to file, medical necessity, and the rules that repeated refusals propose."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from charthouse.bootstrap import claims as wired
from charthouse.flow.billing import tables
from charthouse.record.billing import Denial
from charthouse.record.claim import Claim, Coded, Line, Party
from charthouse.record.errors import BadBilling
from charthouse.record.payer import Case, Necessity, Needs, PayerBook, PayerRule, PayerRules, When
from charthouse.rooms.billing import failing, patterns
from charthouse.rooms.billing.payer import against

DAY = date(2026, 7, 1)
SAMPLE = Path(__file__).parents[3] / "samples" / "payers" / "example-health-plan.toml"
CLAIM = Claim(id="C", form="professional", billing=Party(taxonomy="207R00000X"), subscriber=Party(birth=date(1970, 1, 1)), payer=Party(number="1"), charge=0, place="11", principal=Coded(code="J44.1"), others=(Coded(code="I10"),),
              lines=(Line(charge=0, code="99214", on=DAY, pointers=(1,)),))


def said(claim: Claim, book: PayerBook, today: date = DAY) -> list[tuple[str, str]]:
    return [(r.rule.split("/")[-1], r.verdict) for r in against(claim, book, today)]


def book(*rules: PayerRule, **more: object) -> PayerBook:
    return PayerBook(rules={"1": PayerRules(payer="1", citation="manual", rule=rules, **more)}, necessity={})  # type: ignore[arg-type]


def rule(when: When, needs: Needs) -> PayerRule:
    return PayerRule(id="r", message="It needs something", citation="manual", since=date(2026, 1, 1), when=when, needs=needs)


FIRES = [("payer-r", "error")]


@pytest.mark.parametrize(("when", "needs", "fires"), [
    (When(codes=("99214",)), Needs(authorization=True), True), (When(codes=("99212-99215",)), Needs(authorization=True), True), (When(codes=("9921*",)), Needs(authorization=True), True), (When(codes=("99213",)), Needs(authorization=True), False),
    (When(diagnoses=("J44*",)), Needs(referral=True), True), (When(diagnoses=("I10",)), Needs(referral=True), False),  # the line does not point to it
    (When(form="institutional"), Needs(never=True), False), (When(places=("11",)), Needs(never=True), True), (When(over=60), Needs(never=True), False), (When(over=50), Needs(never=True), True), (When(under=57), Needs(never=True), True),
    (When(modifiers=("25",)), Needs(never=True), False), (When(), Needs(modifiers=("25", "59")), True), (When(), Needs(diagnoses=("J44.1",)), False), (When(), Needs(taxonomies=("207R00000X",)), False), (When(), Needs(taxonomies=("208D00000X",)), True),
    (When(), Needs(most_units=1), False), (When(), Needs(attachment=True), True), (When(revenue=("0450",)), Needs(never=True), False)])
def test_which_lines_a_rule_fires_on(when: When, needs: Needs, fires: bool) -> None:
    assert said(CLAIM, book(rule(when, needs))) == (FIRES if fires else [])


def test_units_and_days() -> None:
    three = replace(CLAIM, lines=(replace(CLAIM.lines[0], units=Decimal(3)),))
    assert said(three, book(rule(When(), Needs(most_units=2)))) == FIRES
    late = replace(rule(When(), Needs(never=True)), since=date(2026, 7, 2))
    ended = replace(rule(When(), Needs(never=True)), until=date(2026, 6, 30))
    assert said(CLAIM, book(late)) == said(CLAIM, book(ended)) == []
    assert said(replace(CLAIM, payer=Party(number="2")), book(rule(When(), Needs(never=True)))) == []


@pytest.mark.parametrize(("days", "filing", "frequency", "today", "verdict"), [
    (90, "CI", "1", date(2026, 9, 29), "warning"), (90, "CI", "1", date(2026, 9, 30), "error"), (90, "CI", "1", date(2026, 9, 20), ""), (None, "MB", "1", date(2027, 7, 1), "warning"), (None, "MB", "1", date(2027, 7, 2), "error"), (None, "CI", "1", date(2030, 1, 1), ""),
    (90, "CI", "7", date(2026, 12, 1), ""), (None, "MB", "7", date(2030, 1, 1), "")])
def test_the_time_to_file(days: int | None, filing: str, frequency: str, today: date, verdict: str) -> None:
    found = said(replace(CLAIM, filing=filing, frequency=frequency), book(filing_days=days) if days else PayerBook(necessity={}), today)
    assert found == ([("timely-filing", verdict)] if verdict else [])


def test_a_corrected_claim_has_a_time_of_its_own() -> None:
    assert said(replace(CLAIM, frequency="7"), book(corrected_days=30), date(2026, 8, 1)) == [("timely-filing", "error")]


YES = Necessity(payer="*", code="99214", diagnosis="J44*", covered=True, citation="LCD", since=date(2026, 1, 1))


@pytest.mark.parametrize(("rows", "found"), [
    (None, [("medical-necessity", "not loaded")]), ({}, []), ({"99214": (YES,)}, []), ({"99214": (replace(YES, diagnosis="M54*"),)}, [("medical-necessity", "error")]), ({"99214": (replace(YES, covered=False),)}, [("medical-necessity", "error")]),
    ({"99214": (replace(YES, diagnosis="M54*", payer="9"),)}, []), ({"99214": (replace(YES, diagnosis="M54*", until=date(2026, 6, 30)),)}, []), ({"99213": (replace(YES, diagnosis="M54*"),)}, [])])
def test_medical_necessity(rows: dict[str, tuple[Necessity, ...]] | None, found: list[tuple[str, str]]) -> None:
    assert said(CLAIM, PayerBook(necessity=rows)) == found


HOLDS = replace(rule(When(codes=("99214",)), Needs(authorization=True)), fires=(Case(code="99214"),), passes=(Case(code="99214", authorization="A"),))


@pytest.mark.parametrize(("wrong", "why"), [
    (replace(HOLDS, fires=()), "no case that it fires on"), (replace(HOLDS, fires=(Case(code="99213"),)), "does not fire on its case 1"), (replace(HOLDS, passes=(Case(code="99214"),)), "fires on case 1 of those that it passes"), (replace(HOLDS, needs=Needs()), "needs nothing"),
    (replace(HOLDS, id="Big Name"), "no name of a rule"), (replace(HOLDS, fires=(Case(code="99214", on=date(2025, 12, 31)),)), "does not fire")])
def test_a_rule_is_tried_on_its_own_cases(wrong: PayerRule, why: str) -> None:
    assert list(failing(PayerRules(payer="1", citation="m", rule=(HOLDS,)))) == []
    assert any(why in found for found in failing(PayerRules(payer="1", citation="m", rule=(wrong,))))
    assert any("two rules" in found for found in failing(PayerRules(payer="1", citation="m", rule=(HOLDS, HOLDS))))


def test_the_sample_holds_and_a_misspelt_field_is_told(tmp_path: Path) -> None:
    assert [r.id for r in wired.rules_of(SAMPLE).rule] == ["spirometry-modifier", "imaging-authorization"]
    for old, new, where in (("authorization = true", "autorization = true", "rule.2.needs.autorization"), ("filing_days = 365", "filing_days = 'a year'", "filing_days"), ('modifiers = ["25"]\ndiagnoses', "diagnoses", "its cases")):
        text = SAMPLE.read_text().replace(old, new, 1)
        (tmp_path / "x.toml").write_text(text)
        with pytest.raises(BadBilling) as wrong:
            wired.rules_of(tmp_path / "x.toml")
        assert wrong.value.fields["where"] == where


def test_a_folder_has_one_file_a_payer_and_a_strict_table(tmp_path: Path) -> None:
    (tmp_path / "payers").mkdir()
    (tmp_path / "payers" / "a.toml").write_text(SAMPLE.read_text())
    (tmp_path / "necessity.csv").write_text("payer,code,diagnosis,covered,since,until,citation\n*,94060,J44*,yes,2026-01-01,,LCD 1\n")
    made = wired.payer_book(tmp_path)
    assert set(made.rules) == {"54321"}
    assert made.necessity is not None
    assert made.necessity["94060"][0].citation == "LCD 1"
    (tmp_path / "necessity.csv").write_text("payer,code,diagnosis,covered,since,until,citation\n*,94060,J44*,maybe,2026-01-01,,LCD 1\n")
    with pytest.raises(BadBilling, match="line 2"):
        wired.payer_book(tmp_path)
    (tmp_path / "payers" / "b.toml").write_text(SAMPLE.read_text())
    with pytest.raises(BadBilling, match="another file"):
        wired.payer_book(tmp_path)


def denial(n: int, reason: str, code: str = "70552", state: str = "open") -> Denial:
    return Denial(id=f"D{n}", claim=f"C{n}", encounter="e", payer="54321", line=1, code=code, group="CO", reason=reason, amount=1000 * n, made_at=datetime(2026, 5, n, tzinfo=UTC), state=state)  # type: ignore[arg-type]


@pytest.mark.parametrize(("reason", "needs"), [("197", "authorization = true"), ("252", "attachment = true"), ("236", "never = true")])
def test_what_repeats_proposes_a_rule_that_holds(tmp_path: Path, reason: str, needs: str) -> None:
    (found,) = patterns([denial(n, reason) for n in (1, 2, 3)], tables())
    assert (found.times, found.amount, needs in found.toml) == (3, 6000, True)
    (tmp_path / "p.toml").write_text(found.toml)
    assert wired.rules_of(tmp_path / "p.toml").rule[0].since == date(2026, 5, 1)


def test_what_is_rare_won_or_of_registration_proposes_none() -> None:
    assert patterns([denial(1, "197"), denial(2, "197"), denial(3, "197", state="won"), *(denial(n, "27") for n in (4, 5, 6)), *(denial(7, "236") for _ in range(3))], tables()) == ()
