"""What the reader of C-CDA makes of documents: our sample, and the oddities of senders."""
from __future__ import annotations

import base64
import itertools
import re
import zlib
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.adapters.readers.ccda import CcdaReader
from charthouse.record.errors import NotAClinicalDocument
from charthouse.record.received import Arrival

SAMPLE = (Path(__file__).parents[3] / "samples" / "messages" / "ccda-discharge-summary.xml").read_bytes()
CENTRAL = timezone(timedelta(hours=-5))
HEAD = '<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="2.999.1" extension="D1"/>'


def read(content: bytes | str) -> Arrival:
    (arrival,) = CcdaReader().read(content.encode() if isinstance(content, str) else content, "x.xml")
    return arrival


def text_of(narrative: str) -> str:
    return read(f"{HEAD}<component><structuredBody><component><section><title>T</title><text>{narrative}</text></section></component></structuredBody></component></ClinicalDocument>").documents[0].text


def refused(content: bytes | str) -> str:
    with pytest.raises(NotAClinicalDocument) as caught:
        list(CcdaReader().read(content.encode() if isinstance(content, str) else content, "x.xml"))
    return str(caught.value.fields["why"])


# -- the sample ------------------------------------------------------------------------------------------------------------------------------
def test_the_header() -> None:
    a = read(SAMPLE)
    p, v, (d,) = a.patient, a.visit, a.documents
    assert p is not None
    assert v is not None
    assert p.identifiers == (("urn:oid:2.999.10.1", "700412"),)  # the same as in its HL7 v2 messages
    assert (p.family, p.given, p.birth_date, p.sex, p.facility) == ("Testcase", "Ida Maria", date(1948, 3, 2), "F", "Lakeside Hospital")
    assert (p.address, p.postcode, p.phone) == ("12 Shore Road, Lakeside, MN", "55001", "+1-555-555-0199")
    assert (v.number, v.setting, v.status, v.attending, v.facility) == ("V-88121", "inpatient", "06", "Arne Holm", "Ward 4 West")
    assert (v.admitted, v.discharged) == (datetime(2026, 5, 4, 8, 15, tzinfo=CENTRAL), datetime(2026, 5, 9, 13, 45, tzinfo=CENTRAL))
    assert (a.happening, d.number, d.replaces, a.control, a.sender) == ("replacement", "2.999.10.1.55^SUM-2", "2.999.10.1.55^SUM-1", "2.999.10.1.55^SUM-2", "2.999.10")
    assert (d.title, d.kind, d.type_code, d.author, d.signed, d.service_date) == (
        "Discharge summary", "discharge_summary", ("http://loinc.org", "18842-5"), "Arne Holm", True, date(2026, 5, 10))


def test_the_narrative_reads_in_order_and_once() -> None:
    a = read(SAMPLE)
    assert a.documents[0].text == """\
Discharge diagnoses
1. Acute on chronic systolic heart failure [Ejection fraction 30 percent.]
2. Chronic kidney disease, stage 3a

Hospital course
She was given intravenous furosemide and oxygen.
Weight fell from 81 to 76 kg.
She went home with home health care.

Results at discharge
Chemistry
Test | Value | Reference
Sodium | 137 mmol/L | 136-145
Creatinine | 1.3 mg/dL; was 1.6 | 0.5-1.1

Allergies
Penicillin: hives
No other known."""
    assert a.notes == ("text that was marked as deleted was left out",)


def test_entries_are_hints_with_their_code_systems() -> None:
    assert [(e.kind, e.system.rsplit("/", 1)[-1], e.code, e.value, e.on) for e in read(SAMPLE).entries] == [
        ("diagnosis", "sct", "443253003", "", date(2026, 5, 4)), ("diagnosis", "icd-10-cm", "I50.23", "", date(2026, 5, 4)),
        ("result", "loinc.org", "2951-2", "137 mmol/L", date(2026, 5, 9)), ("allergy", "rxnorm", "7980", "", None)]


# -- narrative -------------------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("narrative", "text"), [
    ("plain words", "T\nplain words"), ("  one\n  two\n\n  three  ", "T\none\ntwo\n\nthree"), ("<paragraph>a\n   b</paragraph>c<paragraph>d</paragraph>", "T\na b\nc\nd"),
    ("<list><item>x</item><item><caption>C</caption>y<list><item>z</item></list></item></list>", "T\n- x\n- C\ny\n- z"),
    ("<content>a<sub>2</sub></content> b<sup>3</sup>", "T\na2 b3"), ("<linkHtml href='http://x'>link</linkHtml>", "T\nlink"),
    ("<table><tr><td>a</td><td/><td>c</td></tr><tr><td/><td/></tr></table>", "T\na |  | c"), ("<table><tbody><tr><td>a<br/>b</td><td><list><item>c</item></list></td></tr></tbody></table>", "T\na; b | - c"),
    ("<table><thead><tr><th>H</th></tr></thead><tfoot><tr><td>F</td></tr></tfoot><tbody><tr><td>B</td></tr></tbody></table>", "T\nH\nF\nB"),
    ("<unknown>kept</unknown>", "T\nkept"), ("&lt;b&gt; &amp; <![CDATA[<raw>]]>", "T\n<b> & <raw>"), ("", "T"),
])  # fmt: skip
def test_narrative(narrative: str, text: str) -> None:
    assert text_of(narrative) == text


NAMES = st.sampled_from(["paragraph", "list", "item", "table", "thead", "tbody", "tr", "td", "th", "content", "caption", "sub", "footnote", "linkHtml", "other", "text", "br"])
TREES = st.recursive(st.just(()), lambda inner: st.lists(st.tuples(NAMES, inner), max_size=4).map(tuple), max_leaves=25)


@given(tree=TREES)
def test_every_word_of_a_narrative_is_there_once_and_in_its_place(tree: tuple[tuple[str, object], ...]) -> None:
    """However its elements are put together, a word before, in and after each of them."""
    count = itertools.count()

    def spelled(nodes: Any) -> str:
        return "".join(f"<{name}> w{next(count)} {spelled(inner)} </{name}> w{next(count)} " for name, inner in nodes)

    found = re.findall(r"w\d+", text_of(f" w{next(count)} " + spelled(tree)))
    assert found == [f"w{n}" for n in range(next(count))]


# -- bodies that are no narrative ---------------------------------------------------------------------------------------------------------------
PDF = b"%PDF-1.4\nsynthetic\n%%EOF"


def other_body(attributes: str, text: str) -> str:
    return f"{HEAD}<component><nonXMLBody><text {attributes}>{text}</text></nonXMLBody></component></ClinicalDocument>"


@pytest.mark.parametrize(("attributes", "text", "content", "media"), [
    ('mediaType="application/pdf" representation="B64"', base64.encodebytes(PDF * 9).decode(), PDF * 9, "application/pdf"),
    ('mediaType="text/rtf" representation="B64"', base64.b64encode(b"{\\rtf1 x}").decode(), b"{\\rtf1 x}", "text/rtf"),
    ('mediaType="text/plain"', " words ", b"words", "text/plain"),
    ('mediaType="application/pdf" representation="B64" compression="DF"', base64.b64encode(zlib.compress(PDF)).decode(), PDF, "application/pdf"),
    ('mediaType="application/pdf" representation="B64" compression="GZ"', base64.b64encode(zlib.compress(PDF, wbits=31)).decode(), PDF, "application/pdf"),
])  # fmt: skip
def test_an_embedded_original(attributes: str, text: str, content: bytes, media: str) -> None:
    (d,) = read(other_body(attributes, text)).documents
    assert (d.content, d.media, d.text) == (content, media, "")


def test_a_body_that_lies_elsewhere_is_refused_with_that_reason() -> None:
    assert "lies outside of it" in refused(other_body('mediaType="application/pdf"', '<reference value="x.pdf"/>'))


# -- oddities ------------------------------------------------------------------------------------------------------------------------------------
def test_prefixes_that_nobody_declared_are_taken_as_usual() -> None:
    a = read(SAMPLE.replace(b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:sdtc="urn:hl7-org:sdtc"', b""))
    assert a.documents == read(SAMPLE).documents
    assert set(a.notes) - set(read(SAMPLE).notes) == {"the prefix xsi is not declared; it was taken as usual", "the prefix sdtc is not declared; it was taken as usual"}


@pytest.mark.parametrize("change", [
    lambda b: b.replace(b' xmlns="urn:hl7-org:v3"', b""), lambda b: b.decode().replace("UTF-8", "UTF-16").encode("utf-16"), lambda b: b"\xef\xbb\xbf\r\n" + b,
    lambda b: b.replace(b"<ClinicalDocument", b"<!-- <a> --><ClinicalDocument", 1),
])  # fmt: skip
def test_the_same_document_in_other_clothes(change) -> None:  # type: ignore[no-untyped-def]
    assert CcdaReader().knows(change(SAMPLE), "x")
    assert read(change(SAMPLE)).documents == read(SAMPLE).documents


def test_a_document_within_an_envelope_is_read() -> None:
    a = read(b"<Envelope><Body>" + SAMPLE.split(b"?>", 1)[1] + b"</Body></Envelope>")
    assert a.documents == read(SAMPLE).documents
    assert "the document stood within another element" in a.notes


def test_a_piece_with_narrative_is_read_and_a_piece_without_is_refused() -> None:
    a = read("<section><title>Plan</title><text>Rest.</text></section>")
    assert (a.documents[0].text, a.patient, a.notes) == ("Plan\nRest.", None, ("it is only the part <section> of a document",))
    assert refused("<participant typeCode='IND'/>") == "it is only the part <participant> of one and holds no narrative"
    assert refused("<Bundle xmlns='http://hl7.org/fhir'/>") == "its root element is not ClinicalDocument"


def test_a_document_of_two_patients_is_told() -> None:
    content = SAMPLE.replace(b"</recordTarget>", b"</recordTarget><recordTarget><patientRole><id root='2.999' extension='9'/></patientRole></recordTarget>", 1)
    assert "it names more than one patient; the first was taken, a person must look" in read(content).notes


@pytest.mark.parametrize(("code", "told"), [("R", True), ("V", True), ("N", False)])
def test_a_document_that_is_marked_as_restricted_is_told(code: str, told: bool) -> None:
    notes = read(SAMPLE.replace(b'<confidentialityCode code="N"', f'<confidentialityCode code="{code}"'.encode())).notes
    assert ("its sender marks it as restricted" in notes) is told


@pytest.mark.parametrize(("content", "why"), [
    ("", "not XML"), ("words", "not XML"), ("<ClinicalDocument>", "line 1 is not well-formed"), ("<a b='1' b='2'/>", "not well-formed"), ("<", "not well-formed"),
    ("<ClinicalDocument xmlns='urn:hl7-org:v3'/>", "holds no narrative"), (b"\xff\xfe<", "well-formed"), (b"<?xml version='1.0' encoding='klingon'?><a/>", "well-formed"),
    (f"{HEAD}<component>&nbsp;</component></ClinicalDocument>", "well-formed"), ("<x:ClinicalDocument/>", "holds no narrative"),
])  # fmt: skip
def test_what_is_refused(content: bytes | str, why: str) -> None:
    assert why in refused(content)


def test_no_file_is_fetched_and_no_entity_expanded(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret words")
    outside = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>{HEAD}<component>&e;</component></ClinicalDocument>'
    laughs = "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n + 1} '&a{n};&a{n};&a{n};&a{n};&a{n};&a{n};'>" for n in range(30)) + "]><ClinicalDocument><title>&a30;</title></ClinicalDocument>"
    for content in (outside, laughs, "<!DOCTYPE ClinicalDocument SYSTEM 'http://127.0.0.1:9/x.dtd'><ClinicalDocument/>"):
        assert refused(content) == "it declares a document type, which a clinical document never does"


@pytest.mark.parametrize("depth", [101, 255, 5_000, 200_000])
def test_what_is_nested_too_deeply_is_refused(depth: int) -> None:
    assert refused(HEAD + "<content>" * depth + "</content>" * depth + "</ClinicalDocument>") in (f"it is nested more than {100} levels deep", "line 1 is not well-formed XML")


def test_what_may_be_nested_is_read() -> None:
    inner = "<list><item>" * 40 + "x" + "</item></list>" * 40
    assert text_of(inner).endswith("x")
