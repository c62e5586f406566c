"""What the reader of HL7 v2 makes of messages: our samples, and the oddities of senders."""
from __future__ import annotations

import base64
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from charthouse.adapters.readers.hl7v2 import Hl7Reader, read_message
from charthouse.record.errors import NotAMessage, UnreadableDocument
from charthouse.record.received import Arrival, Charge

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "samples" / "messages"
CENTRAL = timezone(timedelta(hours=-5))
MRN = ("urn:oid:2.999.10.1", "700412")


def sample(name: str) -> list[Arrival]:
    return list(Hl7Reader().read((SAMPLES / name).read_bytes(), name))


def message(kind: str = "ADT^A08", *segments: str, msh: str = "2.5.1", head: str = "MSH|^~\\&|APP|FAC|CH|CH|20260302101500-0600||{kind}|77|P|{msh}") -> bytes:
    return "\r".join((head.format(kind=kind, msh=msh), *segments)).encode()


def one(*segments: str, kind: str = "ADT^A08", msh: str = "2.5.1") -> Arrival:
    (arrival,) = read_message(message(kind, *segments, msh=msh))
    return arrival


# -- samples -------------------------------------------------------------------------------------------------------------------------------
def test_an_admission() -> None:
    (a,) = sample("adt-a01-admission.hl7")
    assert (a.happening, a.sender, a.control, a.notes, a.documents) == ("admit", "REGISTER|LAKESIDE", "LK-000101", (), ())
    assert a.sent_at == datetime(2026, 5, 4, 8, 30, tzinfo=CENTRAL)
    p = a.patient
    assert p is not None
    assert p.identifiers == (MRN, ("http://hl7.org/fhir/sid/us-ssn", "987-65-4320"))
    assert (p.family, p.given, p.birth_date, p.sex) == ("Testcase", "Ida Maria", date(1948, 3, 2), "F")
    assert (p.address, p.postcode, p.phone, p.facility, p.restricted) == ("12 Shore Road, Lakeside, MN", "55001", "5555550199", "LAKESIDE", False)
    v = a.visit
    assert v is not None
    assert (v.number, v.facility, v.setting, v.admitted) == ("V-88121", "LAKESIDE", "inpatient", datetime(2026, 5, 4, 8, 15, tzinfo=CENTRAL))
    assert (v.unit, v.attending, v.payer, v.service) == ("4W", "Arne Holm", "Example Health Plan", "MED")
    assert [(e.kind, e.system, e.code, e.status) for e in a.entries] == [
        ("diagnosis", "http://hl7.org/fhir/sid/icd-10-cm", "I50.9", "admitting"), ("allergy", "http://www.nlm.nih.gov/research/umls/rxnorm", "7980", "MO")]


def test_a_discharge_with_its_disposition_as_status_of_the_claim() -> None:
    (a,) = sample("adt-a03-discharge.hl7")
    assert a.visit is not None
    assert (a.happening, a.visit.discharged, a.visit.status) == ("discharge", datetime(2026, 5, 9, 13, 45, tzinfo=CENTRAL), "06")


def test_a_merge_names_the_number_that_is_folded_in() -> None:
    (a,) = sample("adt-a40-merge.hl7")
    assert a.patient is not None
    assert (a.happening, a.patient.identifiers, a.prior) == ("merge", (MRN,), (("urn:oid:2.999.10.1", "700999"),))


def test_a_transcription_is_one_text_in_its_lines() -> None:
    (a,) = sample("mdm-t02-discharge-summary.hl7")
    (d,) = a.documents
    assert d.text == ("DISCHARGE SUMMARY\n\nDiagnosis: acute on chronic systolic heart failure.\nHospital course:\n"
                      "She was given intravenous furosemide & oxygen.\nWeight fell from 81 to 76 kg.")
    assert (a.happening, d.kind, d.number, d.replaces, d.signed, d.author, d.service_date) == (
        "document", "discharge_summary", "DOC-9001", "", True, "Arne Holm", date(2026, 5, 9))


def test_an_addendum_names_what_it_adds_to() -> None:
    (a,) = sample("mdm-t06-addendum.hl7")
    assert (a.happening, a.documents[0].number, a.documents[0].replaces) == ("addendum", "DOC-9002", "DOC-9001")


def test_a_laboratory_report_reads_as_lines_and_has_its_results_as_entries() -> None:
    (a,) = sample("oru-r01-laboratory.hl7")
    (d,) = a.documents
    assert d.text.split("\n") == ["Sodium: 131 mmol/L (reference 136-145) [L]", "Creatinine: 1.6 mg/dL (reference 0.5-1.1) [H]",
                                  "NT-proBNP: >5000 pg/mL (reference 0-450) [HH]", "Sample slightly haemolysed."]
    assert (d.title, d.kind, d.type_code, d.number) == ("Basic metabolic panel", "laboratory_report", ("http://loinc.org", "51990-0"), "F-771^51990-0")
    assert [(e.code, e.value, e.on) for e in a.entries][2] == ("33762-6", ">5000 pg/mL", date(2026, 5, 5))


def test_a_radiology_report_keeps_its_headings_and_its_reader() -> None:
    (a,) = sample("oru-r01-radiology.hl7")
    (d,) = a.documents
    assert d.text == "Findings\nThe heart is enlarged. There are small effusions on both sides.\n\nImpression\nCongestive heart failure."
    assert (d.author, d.signed, d.kind, a.entries) == ("Berit Quist", True, "radiology_report", ())
    assert a.patient is not None
    assert a.patient.identifiers == (MRN,)  # the OID stands in MSH-4 only


def test_charges() -> None:
    (a,) = sample("dft-p03-charges.hl7")
    assert a.happening == "charge"
    assert [(c.code, c.revenue, c.quantity, c.amount, c.kind) for c in a.charges] == [
        ("0250", "0250", "2", 8450, "charge"), ("0250", "0250", "1", 4225, "credit"), ("J1940", "", "3", 3630, "charge")]
    assert (a.charges[2].modifiers, a.charges[2].diagnoses, a.charges[2].number) == (("JZ",), ("I50.9",), "T-3")


def test_a_batch_is_taken_message_by_message() -> None:
    assert [a.control for a in sample("batch-of-two.hl7")] == ["LB-31007", "RD-2210"]


# -- files ---------------------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("change", "notes"), [
    ((b"BTS|2", b"BTS|3"), ["BTS-1 says 3 messages, 2 are there"]), ((b"FTS|1", b"FTS|4"), ["FTS-1 says 4 batches, 1 are there"]),
    ((b"FTS|1\n", b""), ["FHS was never closed; the file may be cut off"]), ((b"FHS|", b"Some words\nFHS|"), ["before the first message stands something that is no segment"]),
    ((b"BHS|", b"XHS|"), ["after FHS stand lines that are no message", "BTS closes what no BHS opened"]),
])  # fmt: skip
def test_what_a_batch_says_of_itself_is_checked(change: tuple[bytes, bytes], notes: list[str]) -> None:
    content = (SAMPLES / "batch-of-two.hl7").read_bytes().replace(*change)
    found = list(Hl7Reader().read(content, "x"))
    assert [a.notes[0] for a in found if not a.control] == notes
    assert len([a for a in found if a.control]) == 2


@pytest.mark.parametrize("closing", [b"FTS", b"FTS\x00", b"BTS\x1c", b"BTS|", b"FTS|x", b"BTS|99999999999999999999"])
def test_a_closing_line_that_says_nothing_is_taken(closing: bytes) -> None:
    first, *_ = Hl7Reader().read(message("ADT^A08", "PID|1||5") + b"\r" + closing, "x")
    assert first.patient is not None


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\n\r", b"\r\r\n"])
def test_segments_may_end_as_they_like(end: bytes) -> None:
    content = (SAMPLES / "mdm-t02-discharge-summary.hl7").read_bytes()
    assert list(Hl7Reader().read(content.replace(b"\n", end), "x")) == list(Hl7Reader().read(content, "x"))


def test_a_file_with_the_marks_of_the_line_is_read_without_them() -> None:
    content = b"\x0b" + message("ADT^A08", "PID|1||5") + b"\x1c\r\x0b" + message("ADT^A08", "PID|1||6") + b"\x1c\r"
    assert [a.patient.identifiers[0][1] for a in Hl7Reader().read(content, "x") if a.patient] == ["5", "6"]


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_read(codec: str) -> None:
    (a,) = Hl7Reader().read(message("ADT^A08", "PID|1||5||Müller^Zoë").decode().encode(codec), "x")
    assert a.patient is not None
    assert (a.patient.family, a.notes) == ("Müller", ("read as UTF-16",))


@pytest.mark.parametrize("content", [b"", b"not a message", b"%PDF-1.7", b"PID|1||5", b"MSH", b"\x00" * 100, b"MSHA^~\\&|x", b"<MSH|"])
def test_what_is_no_message_is_refused(content: bytes) -> None:
    assert not Hl7Reader().knows(content, "x.hl7")
    with pytest.raises(UnreadableDocument, match="no HL7 v2 message"):
        list(Hl7Reader().read(content, "x.hl7"))
    with pytest.raises(NotAMessage):
        read_message(content)


# -- delimiters, escapes, character sets -----------------------------------------------------------------------------------------------------
def test_delimiters_are_those_of_the_message() -> None:
    (a,) = read_message(b"MSH#:*!@#APP#FAC#CH#CH#20260302##ADT:A08#1#P#2.5\rPID#1##5:::NS@2.999.1@ISO:MR##O!S!Hara:Ann*Second:Name")
    assert a.patient is not None
    assert (a.patient.family, a.patient.identifiers, a.notes) == ("O:Hara", (("urn:oid:2.999.1", "5"),), ())


@pytest.mark.parametrize("head", ["MSH|^~|APP", "MSH||APP", "MSH|^^^^|APP", "MSH|^~\\&#|APP"])
def test_odd_delimiters_are_told_and_the_usual_taken(head: str) -> None:
    (a,) = read_message(message("ADT^A08", "PID|1||5^^^NS||Doe^Jo", head=head + "|FAC|||20260302||{kind}|77|P|2.7"))
    assert a.patient is not None
    assert a.patient.family == "Doe"
    assert bool(a.notes) != (head == "MSH|^~\\&#|APP")


@pytest.mark.parametrize(("sent", "text"), [
    (r"a \T\ b", "a & b"), (r"\F\\S\\R\\E\ ", "|^~\\"), (r"one\.br\two", "one\ntwo"), (r"a\.sp2\b", "a\n\nb"), (r"\H\bold\N\ text", "bold text"),
    (r"\XC3A9\ t\X0D0A\x", "é t\r\nx"), (r"C:\folder stays", r"C:\folder stays"), (r"50\% and \ alone", r"50\% and \ alone"), (r"\Zlocal\ x", r"\Zlocal\ x"),
    (r"\.in+4\indented", "indented"), (r"\C2842\kanji", "kanji"), ("a~b", "a\nb"),
])  # fmt: skip
def test_escapes(sent: str, text: str) -> None:
    a = one("TXA|1|PR|TX||||||||||7", f"OBX|1|FT|1^Note||{sent}|", kind="MDM^T02")
    assert a.documents[0].text == "\n".join(line.rstrip() for line in text.replace("\r\n", "\r\n").split("\n"))


@pytest.mark.parametrize(("declared", "codec", "note"), [
    ("8859/1", "latin-1", ""), ("UNICODE UTF-8", "utf-8", ""), ("8859/2", "iso8859-2", ""), ("", "utf-8", ""), ("", "cp1252", "not valid UTF-8; read as Windows-1252"),
    ("UNICODE UTF-8", "cp1252", "not valid UTF-8; read as Windows-1252"), ("KLINGON", "utf-8", "MSH-18 names a character set that is not known; read as UTF-8"),
    ("8859/15~ISO IR87", "iso8859-15", ""),
])  # fmt: skip
def test_character_sets(declared: str, codec: str, note: str) -> None:
    raw = message("ADT^A08", "PID|1||5||Größe^Ü", head="MSH|^~\\&|APP|FAC|CH|CH|20260302||{kind}|77|P|2.5||||||" + declared).decode().encode(codec)
    (a,) = read_message(raw)
    assert a.patient is not None
    assert (a.patient.family, a.notes) == ("Größe", (note,) if note else ())


# -- lines that are no segments ----------------------------------------------------------------------------------------------------------------
def test_a_text_with_its_line_breaks_not_escaped_is_read_on() -> None:
    a = one("TXA|1|PR|TX||||||||||7", "OBX|1|TX|1^Note||first", "second, with words", "third||||||F", "OBX|2|TX|1^Note||fourth||||||F", kind="MDM^T02")
    assert a.documents[0].text == "first\nsecond, with words\nthird\nfourth"
    assert a.notes == ("lines 4-5 are no segment; read on from the line before",)


def test_no_line_is_dropped_in_silence() -> None:
    a = one("PID|1||5", "something else", "pid|1", "PV1|1|O", "12345")
    assert a.notes == ("lines 3-4, 6 are no segment; to be found only in the message as received",)
    assert "something" not in "".join(a.notes)


def test_segments_that_are_not_read_are_named() -> None:
    assert one("PID|1||5", "ZPV|x", "NK1|1|Doe^Jo", "GT1|1").notes == ("not read: GT1, NK1, ZPV",)


# -- patients ----------------------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("pid", "identifiers"), [
    ("PID|1||5", (("FAC", "5"),)), ("PID|1||5^^^NS", (("NS", "5"),)), ("PID|1||5^^^NS^MR~6^^^NS^AN", (("NS", "5"), ("NS:AN", "6"))),
    ("PID|1||5^^^&2.999.3&ISO^PI", (("urn:oid:2.999.3", "5"),)), ("PID|1|9|", (("FAC", "9"),)), ('PID|1||""', ()),
    ("PID|1||5^^^NS~5^^^NS", (("NS", "5"),)), ("PID|1||5||||||||||||||||123-45-6789", (("FAC", "5"), ("http://hl7.org/fhir/sid/us-ssn", "123-45-6789"))),
    ("PID|1||5^^^X&http://example.test/mrn&URI", (("http://example.test/mrn", "5"),)),
])  # fmt: skip
def test_whose_number_it_is(pid: str, identifiers: tuple[tuple[str, str], ...]) -> None:
    patient = one(pid).patient
    assert patient is not None
    assert patient.identifiers == identifiers


def test_two_patients_in_one_message_are_two_arrivals() -> None:
    raw = message("ORU^R01", "PID|1||5", "OBR|1||F1|1^A", "OBX|1|TX|1^A||one", "PID|2||6", "OBR|1||F2|1^A", "OBX|1|TX|1^A||two")
    first, second = read_message(raw)
    assert [(a.control, a.patient and a.patient.identifiers[0][1], a.documents[0].text) for a in (first, second)] == [("77", "5", "one"), ("77#2", "6", "two")]


@pytest.mark.parametrize("segment", ["PD1||||||||||||Y", "ARV|1|A|ALL"])
def test_a_patient_whose_record_is_protected(segment: str) -> None:
    patient = one("PID|1||5", segment).patient
    assert patient is not None
    assert patient.restricted


# -- visits --------------------------------------------------------------------------------------------------------------------------------------
def pv1(**fields: str) -> str:
    return "|".join(["PV1", *(fields.get(f"f{n}", "") for n in range(1, 46))])


def txa(**fields: str) -> str:
    return "|".join(["TXA", *(({"f2": "OP", "f12": "N1"} | fields).get(f"f{n}", "") for n in range(1, 26))])


@pytest.mark.parametrize(("kind", "happening"), [
    ("ADT^A01", "admit"), ("ADT^A02", "transfer"), ("ADT^A03", "discharge"), ("ADT^A04", "register"), ("ADT^A05", ""), ("ADT^A08", "update"), ("ADT^A11", "cancel_admit"),
    ("ADT^A12", "transfer"), ("ADT^A13", "cancel_discharge"), ("ADT^A18", "merge"), ("ADT^A34", "merge"), ("ADT^A40", "merge"), ("ADT^A41", ""), ("ADT^A99", ""),
    ("MDM^T01", "document_status"), ("MDM^T04", "replacement"), ("MDM^T08", "replacement"), ("MDM^T10", "replacement"), ("MDM^T11", "cancel_document"), ("ORU^R01", "result"),
    ("DFT^P03", "charge"), ("SIU^S12", ""), ("XYZ", ""),
])  # fmt: skip
def test_what_happens(kind: str, happening: str) -> None:
    a = one("PID|1||5", "PV1|1|I", kind=kind)
    assert a.happening == happening
    assert bool(happening) or a.notes


def test_a_type_that_nobody_knows_is_taken_in_with_a_note() -> None:
    assert one("PID|1||5", kind="SIU^S12").notes == ("SIU S12 is no message that anything is done upon",)
    assert one(kind="<b>^Q").notes == ("? Q is no message that anything is done upon",)


@pytest.mark.parametrize(("sent", "status", "told"), [
    ("01", "01", False), ("1", "01", False), ("hha", "06", False), ("EXPIRED", "20", False), ("82", "82", False), ("08", "06", False), ("00", "", True), ("44", "", True), ("XX", "", True),
    ("", "", False),
])  # fmt: skip
def test_dispositions(sent: str, status: str, told: bool) -> None:
    a = one("PID|1||5", pv1(f36=sent))
    assert a.visit is not None
    assert (a.visit.status, bool(a.notes)) == (status, told)


@pytest.mark.parametrize(("sent", "setting", "told"), [("I", "inpatient", False), ("E", "outpatient", False), ("obs", "outpatient", False), ("B", "", False), ("Q", "", True), ("", "", False)])
def test_classes(sent: str, setting: str, told: bool) -> None:
    a = one("PID|1||5", pv1(f2=sent))
    assert a.visit is not None
    assert (a.visit.setting, bool(a.notes)) == (setting, told)


@pytest.mark.parametrize(("kind", "setting"), [("ADT^A06", "inpatient"), ("ADT^A07", "outpatient")])
def test_a_change_of_class_is_in_the_event(kind: str, setting: str) -> None:
    a = one("PID|1||5", pv1(f2="P"), kind=kind)
    assert a.visit is not None
    assert a.visit.setting == setting


@pytest.mark.parametrize(("sent", "at"), [
    ("20260302", datetime(2026, 3, 2, tzinfo=timezone(timedelta(hours=-6)))), ("202603021405", datetime(2026, 3, 2, 14, 5, tzinfo=timezone(timedelta(hours=-6)))),
    ("20260302140507.1234+0000", datetime(2026, 3, 2, 14, 5, 7, 123400, tzinfo=UTC)), ("2026-03-02T14:05:00Z", datetime(2026, 3, 2, 14, 5, tzinfo=UTC)),
    ("202603", None), ("20260230", None), ("tomorrow", None),
])  # fmt: skip
def test_times_have_the_zone_of_the_message_where_they_name_none(sent: str, at: datetime | None) -> None:
    a = one("PID|1||5", pv1(f44=sent))
    assert a.visit is not None
    assert a.visit.admitted == at
    assert a.notes == (() if at else ("PV1-44 names no day",))


def test_the_time_of_the_event_stands_in_for_the_time_of_the_visit() -> None:
    a = one("EVN||20260302140000|||||", "PID|1||5", pv1(f2="I"), kind="ADT^A03")
    assert a.visit is not None
    assert a.visit.discharged == datetime(2026, 3, 2, 14, tzinfo=timezone(timedelta(hours=-6)))
    assert a.notes == ("PV1-45 is empty; the time of the event was taken",)


def test_what_is_only_pending_has_not_happened() -> None:
    a = one("PID|1||5", pv1(f2="I", f36="01", f45="20260309"), kind="ADT^A16")
    assert a.visit is not None
    assert (a.happening, a.visit.status, a.visit.discharged) == ("", "", None)


# -- documents -----------------------------------------------------------------------------------------------------------------------------------
PDF = b"%PDF-1.4\nsynthetic\n%%EOF"


@pytest.mark.parametrize(("value", "content", "media"), [
    ("^application^pdf^Base64^" + base64.b64encode(PDF).decode(), PDF, "application/pdf"),
    ("^AP^PDF^Base64^" + base64.b64encode(PDF).decode().rstrip("="), PDF, "application/pdf"),
    ("PDF^Base64^" + base64.b64encode(PDF).decode(), PDF, "application/pdf"),
    (base64.b64encode(PDF).decode(), PDF, "application/pdf"),
    ("^application^octet-stream^Hex^" + PDF.hex(), PDF, "application/pdf"),
    ("^text^rtf^Base64^" + base64.b64encode(b"{\\rtf1 x}").decode(), b"{\\rtf1 x}", "text/rtf"),
    ("^text^rtf^A^{\\E\\rtf1 caf\\E\\'e9 x}", b"{\\rtf1 caf\\'e9 x}", "text/rtf"),
    ("^image^tiff^Base64^" + base64.b64encode(b"II*\x00scan").decode(), b"II*\x00scan", "image/tiff"),
    ("^application^pdf^Base64^%%%damaged%%%", b"%%%damaged%%%", "application/pdf"),
])  # fmt: skip
def test_what_is_embedded(value: str, content: bytes, media: str) -> None:
    (d,) = one("PID|1||5", txa(), f"OBX|1|ED|1^Report||{value}||||||F", kind="MDM^T02").documents
    assert (d.content, d.media, d.text, d.number) == (content, media, "", "N1")


def test_base64_with_breaks_in_it_is_read() -> None:
    packed = base64.b64encode(PDF * 9).decode()
    loose = packed[:40] + "\\.br\\" + packed[40:100] + "\r" + packed[100:]
    (d,) = one("PID|1||5", txa(), f"OBX|1|ED|1^Report||^application^pdf^Base64^{loose}", kind="MDM^T02").documents
    assert d.content == PDF * 9


def test_a_text_with_a_flag_is_still_a_text() -> None:
    a = one("PID|1||5", "OBR|1||F|1^Pathology", "OBX|1|TX|1^Report||Margins^free, 2 mm.|||A", "OBX|2|TX|1^Report||Second line.|||A", kind="ORU^R01")
    assert (a.documents[0].text, a.entries) == ("Margins^free, 2 mm.\nSecond line.", ())


def test_an_original_that_is_spread_over_segments_is_put_together() -> None:
    packed = base64.b64encode(PDF * 9).decode()
    pieces = [packed[i:i + 50] for i in range(0, len(packed), 50)]
    a = one("PID|1||5", txa(), *(f"OBX|{n}|ED|1^Report||^AP^PDF^Base64^{piece}" for n, piece in enumerate(pieces)), f"OBX|9|ED|1^Report||^AP^PDF^Base64^{packed}", kind="MDM^T02")
    assert [(d.number, d.content) for d in a.documents] == [("N1", PDF * 9), ("N1#2", PDF * 9)]


def test_rtf_in_lines_of_text_is_one_original() -> None:
    (d,) = one("PID|1||5", txa(), "OBX|1|FT|1^Report||{\\E\\rtf1 one\\E\\par", "OBX|2|FT|1^Report||two {\\E\\b three}", "OBX|3|FT|1^Report||é}", kind="MDM^T02").documents
    assert (d.content, d.media, d.text) == (b"{\\rtf1 one\\par\ntwo {\\b three}\n\\u233?}", "text/rtf", "")


def test_text_and_originals_are_documents_of_their_own() -> None:
    packed = base64.b64encode(PDF).decode()
    a = one("PID|1||5", txa(), "OBX|1|TX|1^Report||See the attached report.", f"OBX|2|ED|1^Report||^AP^PDF^Base64^{packed}",
            f"OBX|3|ED|1^Report||^AP^PDF^Base64^{packed}", kind="MDM^T02")
    assert [(d.number, d.text, d.content) for d in a.documents] == [("N1", "See the attached report.", None), ("N1#2", "", PDF), ("N1#3", "", PDF)]


@pytest.mark.parametrize(("kind", "number", "parent", "replaces"), [
    ("MDM^T02", "N2", "", ""), ("MDM^T10", "N2", "N1", "N1"), ("MDM^T10", "N1", "", "N1"), ("MDM^T08", "N1", "", "N1"), ("MDM^T06", "N2", "N1", "N1"), ("MDM^T11", "N1", "", ""),
    ("MDM^T04", "^^N1", "", "N1"),
])  # fmt: skip
def test_what_a_document_replaces(kind: str, number: str, parent: str, replaces: str) -> None:
    assert one("PID|1||5", txa(f12=number, f13=parent), "OBX|1|TX|1||words", kind=kind).documents[0].replaces == replaces


@pytest.mark.parametrize(("status", "signed"), [("AU", True), ("LA", True), ("DI", False), ("IP", False), ("", None)])
def test_whether_it_is_signed(status: str, signed: bool | None) -> None:
    assert one("PID|1||5", txa(f17=status), "OBX|1|TX|1||x", kind="MDM^T02").documents[0].signed is signed


def test_a_notification_has_a_number_and_no_text() -> None:
    a = one("PID|1||5", txa(f17="LA"), kind="MDM^T03")
    assert (a.happening, a.documents[0].number, a.documents[0].text, a.documents[0].signed) == ("document_status", "N1", "", True)


def test_a_message_of_documents_without_txa_is_told() -> None:
    assert "there is no TXA: what document it is must be said by a person" in one("PID|1||5", "OBX|1|TX|1||words", kind="MDM^T02").notes


def test_each_order_is_a_report_and_a_correction_replaces() -> None:
    a = one("PID|1||5", "OBR|1||F1|24331-1^Lipids^LN|||20260301||||||||||||||||||C", "OBX|1|NM|1^LDL||99|mg/dL", "OBR|2||F1|2^Other", "OBX|1|ST|3^Colour||red", "OBR|3||F1|2^Other",
            "OBX|1|ST|3^Colour||blue", kind="ORU^R01")
    assert [(d.number, d.replaces, d.text) for d in a.documents] == [("F1^24331-1", "F1^24331-1", "LDL: 99 mg/dL"), ("F1^2", "", "red"), ("F1^2#order 2", "", "blue")]


def test_values_read_as_a_person_reads_them() -> None:
    a = one("PID|1||5", "OBR|1||F|1^Panel", "OBX|1|CWE|1^Culture||3092008^Staphylococcus aureus^SCT", "OBX|2|SN|2^Titre||^1^:^80", "OBX|3|DT|3^Date||20260301", "OBX|4|NM|4^Twice||1~2",
            "OBX|5|ST|5^Ketones||negative|||N", kind="ORU^R01")
    assert a.documents[0].text.split("\n") == ["Culture: Staphylococcus aureus", "Titre: 1:80", "Date: 2026-03-01", "Twice: 1, 2", "Ketones: negative"]


# -- charges -------------------------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("ft1", "expected"), [
    ("FT1|1|T||20260301||CG|A^^L|||2|10.005&USD|", ("A", "2", 1001)), ("FT1|1|T||20260301||CG|A^^L|||3||1.10", ("A", "3", 330)), ("FT1|1|T||20260301||CG|A^^L|||1|1E99", ("A", "1", None)),
    ("FT1|1|T||20260301||CG|A^^L", ("A", "1", None)),
])  # fmt: skip
def test_amounts_are_cents(ft1: str, expected: tuple[str, str, int | None]) -> None:
    (c,) = one("PID|1||5", ft1, kind="DFT^P03").charges
    assert (c.code, c.quantity, c.amount) == expected


def test_a_payment_is_no_charge() -> None:
    a = one("PID|1||5", "FT1|1|T||20260301||PY|A", kind="DFT^P03")
    assert (a.charges, a.notes) == ((), ("FT1 in line 3 is no charge and no credit",))
    assert Charge(code="A").kind == "charge"
