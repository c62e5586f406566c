"""Letters judged: the route, the defects with their paragraphs, the clock, the reply."""
from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from charthouse.doors.cli.main import app
from charthouse.flow.requests import judge
from charthouse.rooms.release import reply

DAY = date(2026, 6, 10)
GOOD = """AUTHORIZATION TO RELEASE HEALTH INFORMATION
Patient name: Lena Fairweather
Date of birth: 02/29/1972
Release from: Harbor Hospital
Release to: Marsh & Ode, attorneys
Information to be released: discharge summaries from 01/05/2024 to 03/31/2024
Purpose: injury claim
Expiration date: 12/31/2026
I may revoke this at any time in writing. Treatment does not depend on my signature. Once sent, it may no longer be protected.
Signature: Lena Fairweather      Date signed: June 3, 2026
"""
PART2 = """CONSENT FOR THE RELEASE OF SUBSTANCE USE DISORDER RECORDS (42 CFR Part 2)
Patient name: Omar Thistlewood
Release from: Harbor Recovery Program
Release to: Dr. Nora Pell
Information to be released: treatment plan and drug screens
Purpose: treatment
Expiration date: 01/31/2027
I may revoke this consent at any time.
Signature: Omar Thistlewood      Date signed: 05/30/2026
"""
SUBPOENA = "SUBPOENA DUCES TECUM. You are commanded to bring the chart of R. Poole to our office on July 1. "


def defects(text: str) -> list[str]:
    return [r.rule.removeprefix("release/") for r in judge(text, DAY)[1].defects]


@pytest.mark.parametrize(("text", "found"), [
    (GOOD, []), (GOOD.replace("Purpose: injury claim\n", ""), ["lacks-purpose"]), (GOOD.replace("Release to: Marsh & Ode, attorneys\n", ""), ["lacks-recipient"]), (GOOD.replace("Release from: Harbor Hospital\n", ""), ["lacks-discloser"]),
    (GOOD.replace("Expiration date: 12/31/2026\n", ""), ["lacks-expiry"]), (GOOD.replace("12/31/2026", "06/09/2026"), ["expired"]), (GOOD.replace("12/31/2026", "06/10/2026"), []), (GOOD.replace("Signature: Lena Fairweather      Date", "Signature: ____________      Date"), ["lacks-signature"]),
    (GOOD.replace("      Date signed: June 3, 2026", ""), ["lacks-signed-on"]), (GOOD.replace("June 3, 2026", "July 3, 2026"), ["signed-later"]), (GOOD.replace("I may revoke this at any time in writing. ", ""), ["lacks-statement-revocation"]),
    (GOOD.replace("Treatment does not depend on my signature. ", ""), ["lacks-statement-conditioning"]), (GOOD.replace("Once sent, it may no longer be protected.", ""), ["lacks-statement-redisclosure"]),
    (GOOD + "On June 8 she revoked the authorization.", ["revoked"]), (GOOD.replace("I may revoke this at any time in writing.", "This authorization may be revoked at any time."), []), (GOOD + "It is good unless the consent is revoked or withdrawn.", []), (GOOD + "By signing this I also agree to pay and accept financial responsibility.", ["compound"]), (GOOD + "You must sign this to be seen, or we will not treat you.", ["conditioned"]),
    (GOOD.replace("discharge summaries from 01/05/2024 to 03/31/2024", "psychotherapy notes and all records"), ["psychotherapy-mixed"]), (GOOD.replace("discharge summaries from 01/05/2024 to 03/31/2024", "psychotherapy notes"), []),
    (GOOD + "Representative: Jon Fairweather\n", ["authority"]), (GOOD + "Representative: Jon Fairweather\nAuthority: health care power of attorney\n", []),
    (PART2, []), (PART2.replace("Purpose: treatment\n", ""), ["lacks-purpose"]), (PART2.replace("I may revoke this consent at any time.\n", ""), ["lacks-statement-revocation"]), (PART2.replace("01/31/2027", "01/31/2026"), ["expired"]),
    (SUBPOENA, ["assurance"]), (SUBPOENA + "Written notice was mailed to the patient and no objection was filed; the time to object has passed.", []), (SUBPOENA + "We have moved for a qualified protective order.", []), (SUBPOENA + "A qualified protective order was sought. It covers her methadone clinic notes.", ["part-2"]),
    ("IT IS ORDERED that Harbor Hospital produce the operative note of 3 May 2025.", []), ("IT IS ORDERED that the alcohol treatment program produce its records.", ["part-2"]), ("IT IS ORDERED under 42 CFR 2.64 that the alcohol treatment program produce its records.", []),
    ("Please send me a copy of my records from last spring.", []), ("I want a copy of my psychotherapy notes.", ["not-of-access"]), ("Please give me a copy of my mother's records. She passed away in March.", ["decedent"]),
    ("Please give me a copy of my mother's records. She passed away in March and I am executor.", []), ("Claim number 88-1: additional documentation request for the visit of May 2.", []), ("Hello, are you open on Monday?", ["unclear"])])
def test_what_stands_against_a_letter(text: str, found: list[str]) -> None:
    assert defects(text) == found


@pytest.mark.parametrize(("text", "citation"), [
    ("The medical examiner asks for the chart of a man found on Friday.", "45 CFR 164.512(g)(1)"), ("The tissue bank asks for the serology of a donor.", "45 CFR 164.512(h)"), ("Our institutional review board approved a waiver.", "45 CFR 164.512(i)(1)(i)"), ("Workers' compensation board, case 7.", "45 CFR 164.512(l)"),
    ("Adult Protective Services asks for her visits.", "45 CFR 164.512(b)(1)(ii), 164.512(c)"), ("The county jail asks for his medicines.", "45 CFR 164.512(k)(5)"), ("Detective Orr of the police asks for a blood alcohol.", "45 CFR 164.512(f)"), ("The state survey agency asks for ten charts.", "45 CFR 164.512(d)"),
    ("The county health department asks for measles titers.", "45 CFR 164.512(b)(1)"), (GOOD, "45 CFR 164.508"), (PART2, "42 CFR 2.31, 2.33"), (SUBPOENA, "45 CFR 164.512(e)(1)(ii)"), ("She is being seen in our clinic. Please fax her last notes.", "45 CFR 164.506(c)(2)"), ("Health plan post-payment review of claim number 4.", "45 CFR 164.506(c)(3)")])
def test_the_route(text: str, citation: str) -> None:
    assert judge(text, DAY)[1].citation == citation


@pytest.mark.parametrize(("received", "due"), [(date(2026, 6, 10), date(2026, 7, 10)), (date(2028, 2, 1), date(2028, 3, 2)), (date(2027, 2, 1), date(2027, 3, 3)), (date(2026, 12, 15), date(2027, 1, 14))])
def test_access_has_thirty_days(received: date, due: date) -> None:
    assert judge("Please send me a copy of my records.", received)[1].due == due
    assert judge(GOOD, received)[1].due is None


def test_the_reply_names_every_defect_with_its_paragraph() -> None:
    request, j = judge(GOOD.replace("Purpose: injury claim\n", "").replace("12/31/2026", "01/31/2026"), DAY)
    said = reply(j, request)
    assert "the record of Lena Fairweather" in said
    assert "(45 CFR 164.508(c)(1)(iv))" in said
    assert "It expired on 2026-01-31 (45 CFR 164.508(b)(2)(i))" in said
    request, j = judge("Please send me a copy of my records.", DAY)
    assert "by 2026-07-10 at the latest" in reply(j, request)


def test_every_ruling_has_its_citation() -> None:
    for text in (GOOD + "HIV and genetic tests, mental health, my minor son", PART2, SUBPOENA, "The police ask."):
        assert all(r.citation and r.message for r in judge(text, DAY)[1].rulings)


def test_the_command(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text(GOOD)
    good = CliRunner().invoke(app(), ["release", "read", str(letter), "--received", "2026-06-10"])
    assert good.exit_code == 0, good.output
    assert "authorization: authorization (45 CFR 164.508)" in good.output
    letter.write_text(SUBPOENA)
    bad = CliRunner().invoke(app(), ["release", "read", str(letter), "--json"])
    assert bad.exit_code == 4
    assert '"release/assurance"' in bad.output
    assert CliRunner().invoke(app(), ["release", "read", str(tmp_path / "none")]).exit_code == 4
