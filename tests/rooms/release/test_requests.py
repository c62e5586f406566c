"""Letters that ask for a record, and what is read from them."""
from __future__ import annotations

from datetime import date

import pytest

from charthouse.flow import requests
from charthouse.record.disclosure import ReleaseRequest
from charthouse.rooms.release.requests import day_of

FORM = """AUTHORIZATION TO RELEASE HEALTH INFORMATION
Patient name: Lena Fairweather
Date of birth: 02/29/1972
Release to: Marsh & Ode, attorneys
Information to be released: discharge summaries from 01/05/2024 to 03/31/2024
Purpose: injury claim
Expiration date: 12/31/2026
I may revoke this at any time in writing. Treatment does not depend on my signature. Once sent, it may no longer be protected.
Signature: Lena Fairweather      Date signed: June 3, 2026
"""


def read(text: str) -> ReleaseRequest:
    return requests.read(text)


def test_a_form_is_read_line_by_line_and_each_thing_stands_where_it_says() -> None:
    request = read(FORM)
    assert request.kind == "authorization"
    assert {s.element: s.value for s in request.said if s.element in {"patient", "recipient", "purpose", "signature"}} == {
        "patient": "Lena Fairweather", "recipient": "Marsh & Ode, attorneys", "purpose": "injury claim", "signature": "Lena Fairweather"}
    assert [(e, s.on) for e in ("birth", "expiry", "signed on") if (s := request.first(e))] == [("birth", date(1972, 2, 29)), ("expiry", date(2026, 12, 31)), ("signed on", date(2026, 6, 3))]
    assert [(s.on, s.until) for s in request.of("dates")] == [(date(2024, 1, 5), date(2024, 3, 31))]
    assert {s.value for s in request.of("statement")} == {"revocation", "conditioning", "redisclosure"}
    assert all(FORM[s.span.start:s.span.end] == s.span.text for s in request.said)


def test_a_blank_line_of_a_form_says_nothing() -> None:
    request = read(FORM.replace("Signature: Lena Fairweather", "Signature: ______________").replace("injury claim", "n/a"))
    assert request.first("signature") is None
    assert request.first("purpose") is None


@pytest.mark.parametrize(("text", "kind"), [
    ("YOU ARE COMMANDED to bring the chart of R. Poole to our office.", "subpoena"),
    ("IT IS HEREBY ORDERED that the hospital produce the chart. A subpoena was served in May.", "court order"),
    ("Please send me a copy of my records from last spring.", "access"),
    ("I authorize Dr. Quill to give my chart to my sister.", "authorization"),
    ("The medical examiner asks for the chart of a man found on Friday.", "agency"),
    ("Additional documentation request. Claim number 88-1.", "payer"),
    ("She is being seen in our clinic as a new patient visit. Please fax her last notes.", "provider"),
    ("Hello, are you open on Monday?", "unclear"),
])
def test_the_kind_of_letter(text: str, kind: str) -> None:
    assert read(text).kind == kind


@pytest.mark.parametrize(("text", "trait"), [
    ("Include the therapist's private notes.", "psychotherapy notes"),
    ("She went to the methadone clinic.", "substance use"),
    ("My late father was a patient of yours.", "deceased"),
    ("I revoke the authorization I gave in May.", "revoked"),
    ("No objections were filed.", "assurance: notice"),
    ("We moved for a qualified protective order.", "assurance: order sought"),
    ("A copy of my son's file, please.", "minor"),
])
def test_traits(text: str, trait: str) -> None:
    assert read(text).says("trait", trait)


@pytest.mark.parametrize(("text", "day"), [
    ("2/29/2024", date(2024, 2, 29)), ("2/29/2023", None), ("2024-12-31", date(2024, 12, 31)), ("Sept. 5, 2025", date(2025, 9, 5)), ("5 March 2025", date(2025, 3, 5)), ("soon", None)])
def test_days(text: str, day: date | None) -> None:
    assert day_of(text) == day
