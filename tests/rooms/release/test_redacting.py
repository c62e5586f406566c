"""What must go from a text, and what must stay."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.flow.redacting import redacted, removals, tables
from charthouse.rooms.release.patterns import by_shape


def without(text: str, **known: object) -> str:
    return redacted(text, removals(text, known))


GOES = {  # text, what is left
    "Seen 3/2/2026 at 14:05 for cough.": "Seen [DATE] for cough.",
    "Admitted on March 5th, 2026, home since 12 May.": "Admitted on [DATE], home since [DATE].",
    "Surgery was in June.": "Surgery was in [DATE].",
    "Dates of service 2026-03-02 and 20260304.": "Dates of service [DATE] and [DATE].",
    "Call (617) 555-0142 ext. 12 or fax 617.555.0143.": "Call [PHONE] or fax [PHONE].",
    "Mobile: +44 20 7946 0958": "Mobile: [PHONE]",
    "erin.example@example.org, https://portal.example.org/x?id=1": "[EMAIL], [URL]",
    "From 192.0.2.17 and 2001:0db8:0000:0000:0000:ff00:0042:8329": "From [IP] and [IP]",
    "SSN 078-05-1120; card 4111 1111 1111 1111.": "SSN [SSN]; card [ACCOUNT].",
    "MRN: CH-400117, policy number HPX345678": "MRN: [MRN], policy number [ID]",
    "Account no. 998877, driver's license number is A56319335": "Account no. [ID], driver's license number is [ID]",
    "The 94-year-old man, aged 93 then.": "The [AGE]-year-old man, aged [AGE] then.",
    "Dr. Okonkwo saw Mr. Brannigan today.": "[NAME] saw [NAME] today.",
    "She lives at 12 Oak Street, Springfield, IL 62704.": "She lives at [ADDRESS], [LOCATION] [ADDRESS].",
    "Transferred from Mercy General Hospital to Boston.": "Transferred from [LOCATION] to [LOCATION].",
    "LAB REPORT     ACHTERBERG D   MRN 400967": "LAB REPORT     [NAME]   MRN [MRN]",
    "PEMBERTON-SINGH, Marcus   38M": "[NAME]   38M",
    "Patient Wrenfield, Tobias was seen.": "Patient [NAME] was seen.",
}
STAYS = [
    "A Foley catheter was placed; Babinski negative bilaterally.", "Crohn's disease, Parkinson's disease and Hodgkin lymphoma.", "BP 142/88, HR 92, SpO2 97% on RA, temp 98.6.", "Metformin 500 mg BID, lisinopril 10 mg daily.",
    "Hgb 9.2 g/dL, WBC 11.3 K/uL, Na 138, K 4.1, Cr 1.2.", "A 62-year-old woman with CKD stage 3b since 2019.", "Glasgow coma scale 15, Wells score 3, CHA2DS2-VASc 4.", "ICD-10-CM E11.9, CPT 99213, DRG 291.",
    "Follow up in 6 weeks, 10-20 mg as needed, 5 days.", "The American College of Cardiology recommends it.", "Ejection fraction 35-40 percent in 2021.", "L4-L5 fusion, T2DM, HbA1c 7.4%, COVID-19, B12 low.",
]


@pytest.mark.parametrize("text", GOES)
def test_what_tells_whose_it_is_goes(text: str) -> None:
    assert without(text) == GOES[text]


@pytest.mark.parametrize("text", STAYS)
def test_what_is_medicine_stays(text: str) -> None:
    assert without(text) == text


@pytest.mark.parametrize(("known", "text", "left"), [
    ({"name": "Rose Hill"}, "rose hill came. HILL, ROSE. Rose's daughter.", "[NAME] came. [NAME], [NAME]. [NAME] daughter."),
    ({"patient": {"birth_date": "1961-03-02"}}, "b. 2 March 1961, 03/02/61, March 2nd", "b. [DATE], [DATE], [DATE]"),
    ({"mrn": "400117"}, "no 4001-17", "no [MRN]"),
    ({"phones": ["555 0142"]}, "at 555-0142", "at [PHONE]"),
    ({"name": "Will May"}, "It will do, Will May.", "It will do, [NAME].")])
def test_what_is_known_goes_however_it_is_written(known: dict[str, object], text: str, left: str) -> None:
    assert without(text, **known) == left


def test_a_name_that_is_sure_once_goes_everywhere() -> None:
    text = "Dr. Achterberg dictated this. Later Achterberg called. Achterberg agrees."
    assert "Achterberg" not in without(text)


def test_each_removal_says_why() -> None:
    text = "Mr. Brannigan, MRN: 400117, seen 3/2/2026."
    found = removals(text)
    assert [(text[r.start:r.end], r.kind, r.rule, r.citation[-3:]) for r in found] == [
        ("Mr. Brannigan", "NAME", "release/name", "(A)"), ("400117", "MRN", "release/mrn", "(H)"), ("3/2/2026", "DATE", "release/date", "(C)")]
    assert all(r.why for r in found)


@given(st.text(max_size=200), st.text(alphabet="abcdefghij ", min_size=3, max_size=20).filter(lambda s: len(s.strip()) > 2))
def test_removals_lie_in_order_in_any_text_and_what_is_known_never_stays(text: str, name: str) -> None:
    whole = f"{text} {name} {text}"
    found = removals(whole, {"name": name})
    at = 0
    for r in found:
        assert at <= r.start < r.end <= len(whole)
        at = r.end
    kept = redacted(whole, found)
    stretches = [whole[a.end:b.start] for a, b in zip((None, *found), (*found, None), strict=True) if a and b]
    assert " ".join(name.split()) not in " ".join(" ".join(stretches).split()) or not kept


@given(st.dates())
def test_a_date_goes_in_every_spelling(day: object) -> None:
    import datetime

    assert isinstance(day, datetime.date)
    if not 1900 <= day.year < 2100:
        return
    for spelled in (f"{day:%m/%d/%Y}", f"{day:%d.%m.%Y}", f"{day:%Y-%m-%d}", f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%b} {day.year}", f"{day:%d-%b-%Y}"):
        assert any(a == 5 and b == 5 + len(spelled) for a, b, kind, _ in by_shape(f"Seen {spelled} here") if kind == "DATE"), spelled


def test_the_tables_hold_what_they_say() -> None:
    t = tables()
    assert t.names["mary"][0] > 3  # type: ignore[operator]
    assert t.names["will"][0] < 0  # type: ignore[operator]
    assert (t.words["the"], t.words["lisinopril"], t.words["bp"]) == ("c", "m", "a")
    assert "new york city" in t.places or "new york" in t.places
    assert not any(word in tell for tell in t.weights for word in ("mary", "smith", "boston"))
